"""Folder of the session: its record, results before they are saved, and images that do not fit into memory."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from PySide6.QtCore import QLockFile

__all__ = [
    "RECORD",
    "RESULTS",
    "SessionFolder",
    "folder_lock",
    "has_ended",
    "mark_saved",
    "session_folders",
    "unsaved_results",
]

RECORD: Final = "record"
"""Subfolder of the record, from which the session can be continued."""

RESULTS: Final = "results"
"""Subfolder with a folder of results for each exposure."""

_PREFIX: Final = "session-"
_LOCK: Final = "lock"
_ENDED: Final = "ended"


class SessionFolder:
    """A folder that is locked while the program runs; at its regular end only the record is left.

    Parameters
    ----------
    parent : Path
        Folder in which it is created.

    Attributes
    ----------
    path : Path
        The folder.

    Raises
    ------
    OSError
        If it cannot be created.
    """

    def __init__(self, parent: Path) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        self.path = Path(mkdtemp(prefix=_PREFIX, dir=parent))
        self._lock = folder_lock(self.path)
        self._lock.lock()

    def end(self) -> None:
        """Remove everything but the record; without one, remove the folder."""
        if (self.path / RECORD).is_dir():
            (self.path / _ENDED).touch()
            for entry in self.path.iterdir():
                if entry.name not in (RECORD, _ENDED, _LOCK):
                    _remove(entry)
            self._lock.unlock()
        else:
            self._lock.unlock()
            shutil.rmtree(self.path, ignore_errors=True)


def session_folders(parent: Path) -> list[Path]:
    """Return the folders of all sessions, also of those that are running."""
    return sorted(folder for folder in parent.glob(f"{_PREFIX}*") if folder.is_dir())


def folder_lock(folder: Path) -> QLockFile:
    """Return the lock of the folder of a session, which is not locked yet."""
    lock = QLockFile(str(folder / _LOCK))
    # No limit of age, because a session may last for days. A lock of a process that has ended is still recognised.
    lock.setStaleLockTime(0)
    return lock


def has_ended(folder: Path) -> bool:
    """Whether the session of a folder ended regularly; otherwise the program crashed or was killed."""
    return (folder / _ENDED).exists()


def unsaved_results(folder: Path) -> list[Path]:
    """Return the results in the folder of a session that were not saved."""
    return [path for path in sorted((folder / RESULTS).glob("*/*_cal.fits")) if not _is_saved(path)]


def mark_saved(result: Path, made: int) -> None:
    """Mark a result as saved, so that it is not reported after a crash.

    Parameters
    ----------
    result : Path
        The result.
    made : int
        Time at which the saved result was written, ns since the epoch; a later run may have replaced it.
    """
    mark = _mark(result)
    mark.touch()
    os.utime(mark, ns=(made, made))


def _is_saved(result: Path) -> bool:
    """Whether a result was saved; a result that is newer than its mark was not."""
    mark = _mark(result)
    return mark.exists() and mark.stat().st_mtime_ns >= result.stat().st_mtime_ns


def _mark(result: Path) -> Path:
    return result.with_suffix(".saved")


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink(missing_ok=True)
