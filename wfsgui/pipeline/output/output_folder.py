"""Putting results on disk: written aside, flushed, then given their name, so that no name ever holds half a file."""

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
from wfsgui.core.files.atomic_text import rename_to_free_name

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["OutputFolder", "OutputNameError", "Staging", "sweep_after"]

# What every file system takes, in bytes.
_LONGEST_NAME: Final = 255

_STAGING: Final = ".wfsgui-"
# In a staging folder: held for as long as its process uses it. It names the machine, for network drives do not always
# pass locks on to others: what another machine has made is for that one to remove.
_LOCK: Final = f"{platform.node()}.lock"
_FILES: Final = "files"


class OutputNameError(WfsguiError):
    """A result cannot have its name: that is taken, or cannot be written."""


class OutputFolder:
    """The folder of a run's results: which names they may take.

    Parameters
    ----------
    path : Path
        The folder; created when it is needed.
    overwrite : bool, optional
        Whether a result may take the place of a file that exists. Never of an input, and never of another result of
        the same run.
    inputs : iterable of Path, optional
        The files that the run reads.
    claims : Path, optional
        Folder in which the processes of a run note the names that their results have taken.
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
        """Make sure that a result may have this name.

        Parameters
        ----------
        name : str
            Base name of the file.

        Raises
        ------
        OutputNameError
            If it may not.
        """
        final = self.path / name
        if not (name.isascii() and name.isprintable()):
            # It would be the value of FILENAME.
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
        """Give a finished file its final name.

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
            If the name is taken.
        OSError
            If the file cannot be flushed or renamed.
        """
        final = self.path / path.name
        self.check_free(path.name)
        # For writing, too: Windows flushes no file that is open for reading only.
        with path.open("r+b") as file:
            os.fsync(file.fileno())
        self._claim(final)
        if self._overwrite:
            path.replace(final)
        else:
            _publish_new(path, final)
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

    Inside the output folder a rename is atomic, and a full disk is met before the final name exists. What processes
    that were killed have left there is removed first.

    Parameters
    ----------
    output : OutputFolder
        Where files are published to.

    Attributes
    ----------
    folder : Path
        The temporary folder; exists inside the context.
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
        """Publish every file that has been written into the temporary folder.

        Returns
        -------
        tuple of Path
            The files under their final names, sorted.

        Raises
        ------
        OutputNameError, OSError
            As `OutputFolder.publish`.
        """
        return tuple(self.output.publish(path) for path in sorted(self.folder.iterdir()))


def sweep_after(process: int, folder: Path) -> None:
    """Remove what a process that died has left in the folder of its results.

    Parameters
    ----------
    process : int
        Its number.
    folder : Path
        The output folder.
    """
    _sweep(folder, f"{_staging_prefix(process)}*")


def _staging_prefix(process: int) -> str:
    return f"{_STAGING}{process}-"


def _locked_folder(parent: Path) -> tuple[Path, BaseFileLock | None]:
    """Make a staging folder and hold its lock; None where the file system knows no locks."""
    # Imported late: the window imports this module before it is on screen.
    from filelock import FileLock, Timeout

    while True:
        folder = Path(tempfile.mkdtemp(prefix=_staging_prefix(os.getpid()), dir=parent))
        lock = FileLock(folder / _LOCK, blocking=False)
        try:
            lock.acquire()
        except (Timeout, FileNotFoundError):
            # Another process has taken it for abandoned, before it was locked.
            continue
        except OSError:
            # Without a lock's file nobody takes it for abandoned.
            (folder / _LOCK).unlink(missing_ok=True)
            return folder, None
        return folder, lock


def _sweep(folder: Path, pattern: str) -> None:
    """Remove the staging folders of this machine's processes that have died: a lock ends with the process."""
    from filelock import FileLock, Timeout

    for left in folder.glob(pattern):
        if not (left / _LOCK).is_file():
            continue
        try:
            with FileLock(left / _LOCK, blocking=False):
                shutil.rmtree(left, ignore_errors=True)
        except (Timeout, OSError):
            continue
        # Windows removes no file that is open, such as the lock's.
        shutil.rmtree(left, ignore_errors=True)


def _taken_by_this_run(final: Path) -> OutputNameError:
    return OutputNameError(f"{final} is another result of this run; run this product into another folder.")


def _publish_new(path: Path, final: Path) -> None:
    try:
        rename_to_free_name(path, final)
    except FileExistsError as error:
        raise OutputNameError(f"{final} appeared during the run and is kept; choose another folder.") from error
