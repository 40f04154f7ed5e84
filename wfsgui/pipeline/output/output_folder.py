"""Output folder: results are written in a temporary folder, flushed and renamed, so that no result is incomplete."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.free_name import rename_to_free_name

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["OutputFolder", "OutputNameError", "Staging", "sweep_after"]

# Supported by every file system, bytes.
_LONGEST_NAME: Final = 255

_STAGING: Final = ".wfsgui-"
# Lock in a staging folder, held while a process uses the folder. The name contains the machine, because network drives
# do not always share locks: a machine removes only its own folders.
_LOCK: Final = f"{platform.node()}.lock"
_FILES: Final = "files"


class OutputNameError(WfsguiError):
    """A result cannot have its name: the name is in use or not allowed."""


class OutputFolder:
    """Folder of the results of a run, and check of their names.

    Parameters
    ----------
    path : Path
        The folder, which is created when needed.
    overwrite : bool, optional
        Whether a result may replace an existing file. Inputs and other results of the run are never replaced.
    inputs : iterable of Path, optional
        The files that the run reads.
    claims : Path, optional
        Folder in which the processes of a run register the names of their results.
    """

    def __init__(
        self, path: Path, *, overwrite: bool = False, inputs: Iterable[Path] = (), claims: Path | None = None
    ) -> None:
        self.path = path
        self._overwrite = overwrite
        self._inputs = frozenset(path.resolve() for path in inputs)
        self._claims = claims
        self._published: set[Path] = set()

    def check_free(self, name: str) -> None:
        """Check that a result may have this name.

        Parameters
        ----------
        name : str
            Base name of the file.

        Raises
        ------
        OutputNameError
            If the name is in use or not allowed.
        """
        final = self.path / name
        if not (name.isascii() and name.isprintable()):
            # It is the value of FILENAME in the header.
            raise OutputNameError(f"{name!r} cannot be written into a FITS header; use plain ASCII in the file's name.")
        if len(name) > _LONGEST_NAME:
            raise OutputNameError(f"The name of the result, {name[:40]}..., is too long; rename the product.")
        if final in self._published or (self._claims is not None and (self._claims / name).exists()):
            raise _taken_by_this_run(final)
        if not os.path.lexists(final):
            return
        if final.resolve() in self._inputs:
            raise OutputNameError(f"{final} is an input of this run; choose another output folder.")
        if not self._overwrite or final.is_dir():
            raise OutputNameError(f"{final} exists and is kept; choose another folder or ask to overwrite it.")

    def publish(self, path: Path) -> Path:
        """Move a finished file to its final name.

        Parameters
        ----------
        path : Path
            The file, in a `Staging` folder.

        Returns
        -------
        Path
            The file in this folder.

        Raises
        ------
        OutputNameError
            If the name is in use.
        OSError
            If the file cannot be flushed or renamed.
        """
        final = self.path / path.name
        self.check_free(path.name)
        # Windows flushes only files that are open for writing.
        with path.open("r+b") as file:
            os.fsync(file.fileno())
        self._claim(final)
        if self._overwrite:
            path.replace(final)
        else:
            try:
                rename_to_free_name(path, final)
            except FileExistsError as error:
                raise OutputNameError(f"{final} appeared during the run and is kept; choose another folder.") from error
        self._published.add(final)
        return final

    def _claim(self, final: Path) -> None:
        if self._claims is None:
            return
        self._claims.mkdir(parents=True, exist_ok=True)
        try:
            (self._claims / final.name).touch(exist_ok=False)
        except FileExistsError as error:
            raise _taken_by_this_run(final) from error


class Staging:
    """A temporary folder inside the output folder, from which finished files are published.

    It is inside the output folder so that renaming is atomic, and that a full disk is detected before the final name
    exists. Temporary folders of processes that were killed are removed first.

    Parameters
    ----------
    output : OutputFolder
        Folder of the published files.

    Attributes
    ----------
    folder : Path
        The temporary folder, which exists inside the context.
    """

    def __init__(self, output: OutputFolder) -> None:
        self.output = output
        self.folder = output.path
        self._root = output.path
        self._lock: BaseFileLock | None = None

    def __enter__(self) -> Self:
        self.output.path.mkdir(parents=True, exist_ok=True)
        _sweep(self.output.path, f"{_STAGING}*")
        self._root, self._lock = _locked_folder(self.output.path)
        self.folder = self._root / _FILES
        self.folder.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock is not None:
            self._lock.release()
        shutil.rmtree(self._root, ignore_errors=True)

    def publish(self) -> tuple[Path, ...]:
        """Move every file of the temporary folder to its final name.

        Returns
        -------
        tuple of Path
            The files with their final names, sorted.

        Raises
        ------
        OutputNameError, OSError
            As `OutputFolder.publish`.
        """
        return tuple(self.output.publish(path) for path in sorted(self.folder.iterdir()))


def sweep_after(process: int, folder: Path) -> None:
    """Remove the temporary folders of a process that has died.

    Parameters
    ----------
    process : int
        Process id.
    folder : Path
        The output folder.
    """
    _sweep(folder, f"{_staging_prefix(process)}*")


def _staging_prefix(process: int) -> str:
    return f"{_STAGING}{process}-"


def _locked_folder(parent: Path) -> tuple[Path, BaseFileLock | None]:
    """Make a staging folder and lock it; None if the file system supports no locks."""
    # Imported late: the window imports this module at its start.
    from filelock import FileLock, Timeout

    while True:
        folder = Path(tempfile.mkdtemp(prefix=_staging_prefix(os.getpid()), dir=parent))
        lock = FileLock(folder / _LOCK, blocking=False)
        try:
            lock.acquire()
        except (Timeout, FileNotFoundError):
            # Another process has removed it before it was locked.
            continue
        except OSError:
            # Without a lock file no other process removes it.
            (folder / _LOCK).unlink(missing_ok=True)
            return folder, None
        return folder, lock


def _sweep(folder: Path, pattern: str) -> None:
    """Remove the staging folders of dead processes of this machine: a lock ends with its process."""
    from filelock import FileLock, Timeout

    for left in folder.glob(pattern):
        if not (left / _LOCK).is_file():
            continue
        try:
            with FileLock(left / _LOCK, blocking=False):
                shutil.rmtree(left, ignore_errors=True)
        except (Timeout, OSError):
            continue
        # Again, because Windows does not remove the lock file while it is open.
        shutil.rmtree(left, ignore_errors=True)


def _taken_by_this_run(final: Path) -> OutputNameError:
    return OutputNameError(f"{final} is another result of this run; run this product into another folder.")
