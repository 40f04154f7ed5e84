"""Putting results on disk: written aside, flushed, then given their name, so that no name ever holds half a file."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from wfsgui.core.errors import WfsguiError

__all__ = ["OutputExistsError", "Staging"]


class OutputExistsError(WfsguiError):
    """The name of a result is taken, and overwriting was not asked for."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists and is kept; choose another folder or ask to overwrite it.")


class Staging:
    """A temporary folder inside the target folder, from which finished files are published.

    Inside the target folder a rename is atomic, and a full disk is met before the final name exists.

    Parameters
    ----------
    target : Path
        Folder of the results; created if need be.
    overwrite : bool
        Whether a result may take the place of a file that exists.

    Attributes
    ----------
    folder : Path
        The temporary folder; exists inside the context.
    """

    def __init__(self, target: Path, *, overwrite: bool) -> None:
        self.target = target
        self._overwrite = overwrite
        self.folder = target

    def __enter__(self) -> Self:
        self.target.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=".wfsgui-", dir=self.target))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def check_free(self, name: str) -> None:
        """Make sure that a result of this name may be published.

        Raises
        ------
        OutputExistsError
            If the name is taken and overwriting was not asked for.
        """
        final = self.target / name
        if not self._overwrite and os.path.lexists(final):
            raise OutputExistsError(final)

    def publish(self) -> tuple[Path, ...]:
        """Move every finished file of the temporary folder to the target folder.

        Returns
        -------
        tuple of Path
            The files under their final names, sorted.

        Raises
        ------
        OutputExistsError
            If a name is taken and overwriting was not asked for; that file stays unpublished.
        OSError
            If a file cannot be flushed or renamed.
        """
        return tuple(self._publish(path) for path in sorted(self.folder.iterdir()))

    def _publish(self, path: Path) -> Path:
        final = self.target / path.name
        with path.open("rb") as file:
            os.fsync(file.fileno())
        # mkdtemp made the folder private; the file itself has the permissions that the user's umask gives.
        if self._overwrite:
            path.replace(final)
        else:
            _rename_to_free_name(path, final)
        return final


def _rename_to_free_name(path: Path, final: Path) -> None:
    """Rename without ever replacing a file, not even one that appears at this moment."""
    try:
        os.link(path, final)
    except FileExistsError as error:
        raise OutputExistsError(final) from error
    except OSError:
        # A file system without hard links: look, then rename.
        if os.path.lexists(final):
            raise OutputExistsError(final) from None
        path.rename(final)
    else:
        with suppress(FileNotFoundError):
            path.unlink()
