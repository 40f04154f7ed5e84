"""Folder of the session: results before they are saved, and images that do not fit into memory."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from PySide6.QtCore import QLockFile

__all__ = ["Abandoned", "SessionFolder", "abandoned_results", "mark_saved"]

_PREFIX: Final = "session-"
_LOCK: Final = "lock"
_RESULTS: Final = "results"


class SessionFolder:
    """A temporary folder, which is removed at the regular end of the program.

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
        self._lock = _lock(self.path)
        self._lock.lock()

    def remove(self) -> None:
        """Remove the folder and its files."""
        self._lock.unlock()
        shutil.rmtree(self.path, ignore_errors=True)


@dataclass(frozen=True)
class Abandoned:
    """Results of a session that crashed or was killed.

    Attributes
    ----------
    folder : Path
        Folder of that session.
    results : tuple of Path
        Results that may not have been saved.
    """

    folder: Path
    results: tuple[Path, ...]

    def discard(self) -> None:
        """Remove the folder of that session."""
        shutil.rmtree(self.folder, ignore_errors=True)


def abandoned_results(parent: Path) -> list[Abandoned]:
    """Find the results of sessions that crashed, and remove folders without results.

    Parameters
    ----------
    parent : Path
        Folder that has the folders of sessions.

    Returns
    -------
    list of Abandoned
        Sessions with results; running sessions are left out.
    """
    found = []
    for folder in sorted(parent.glob(f"{_PREFIX}*")):
        lock = _lock(folder)
        if not lock.tryLock(0):
            continue
        abandoned = Abandoned(folder, tuple(path for path in _results(folder) if not _is_saved(path)))
        lock.unlock()
        if abandoned.results:
            found.append(abandoned)
        else:
            abandoned.discard()
    return found


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


def _results(folder: Path) -> list[Path]:
    return sorted((folder / _RESULTS).glob("*/*_cal.fits"))


def _is_saved(result: Path) -> bool:
    """Whether a result was saved; a result that is newer than its mark was not."""
    mark = _mark(result)
    return mark.exists() and mark.stat().st_mtime_ns >= result.stat().st_mtime_ns


def _mark(result: Path) -> Path:
    return result.with_suffix(".saved")


def _lock(folder: Path) -> QLockFile:
    lock = QLockFile(str(folder / _LOCK))
    # No limit of age, because a session may last for days. A lock of a process that has ended is still recognised.
    lock.setStaleLockTime(0)
    return lock
