"""The session's own folder: finished results before they are saved, and planes that memory has no room for."""

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
    """A folder that goes when the program ends in an orderly way.

    Parameters
    ----------
    parent : Path
        Where it is made.

    Attributes
    ----------
    path : Path
        The folder.

    Raises
    ------
    OSError
        If it cannot be made.
    """

    def __init__(self, parent: Path) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        self.path = Path(mkdtemp(prefix=_PREFIX, dir=parent))
        self._lock = _lock(self.path)
        self._lock.lock()

    def remove(self) -> None:
        """Remove the folder and what is in it."""
        self._lock.unlock()
        shutil.rmtree(self.path, ignore_errors=True)


@dataclass(frozen=True)
class Abandoned:
    """What a session that did not end in an orderly way left behind.

    Attributes
    ----------
    folder : Path
        The session's folder.
    results : tuple of Path
        Finished results that may not have been saved.
    """

    folder: Path
    results: tuple[Path, ...]

    def discard(self) -> None:
        """Remove it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def abandoned_results(parent: Path) -> list[Abandoned]:
    """Find the results of sessions that broke down, and remove what else they left behind.

    Parameters
    ----------
    parent : Path
        Where sessions have their folders.

    Returns
    -------
    list of Abandoned
        Sessions with results; those of running programs are not among them.
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
    """Note that a result has been saved: should the session break down, it is no loss.

    Parameters
    ----------
    result : Path
        The result.
    made : int
        When the one that was saved had been written, ns since the epoch: it may have been replaced by a later one.
    """
    mark = _mark(result)
    mark.touch()
    os.utime(mark, ns=(made, made))


def _results(folder: Path) -> list[Path]:
    return sorted((folder / _RESULTS).glob("*/*_cal.fits"))


def _is_saved(result: Path) -> bool:
    """Whether a result was saved; one that was made later was not."""
    mark = _mark(result)
    return mark.exists() and mark.stat().st_mtime_ns >= result.stat().st_mtime_ns


def _mark(result: Path) -> Path:
    return result.with_suffix(".saved")


def _lock(folder: Path) -> QLockFile:
    lock = QLockFile(str(folder / _LOCK))
    # Never stale by age: a session may last for days. One whose process is gone is recognised all the same.
    lock.setStaleLockTime(0)
    return lock
