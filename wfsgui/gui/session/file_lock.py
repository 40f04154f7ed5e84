"""Lock of a session file: one window at a time may write it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile

__all__ = ["FileLock"]


class FileLock:
    """Hold the lock of one session file at most; the lock is a file beside it."""

    def __init__(self) -> None:
        self._lock: QLockFile | None = None
        self._path: Path | None = None

    def take(self, path: Path) -> bool:
        """Lock a file, and let go of the former one if that was possible; return whether it was.

        It is not if another window has the file, or if its folder cannot be written.
        """
        if path == self._path:
            return True
        lock = QLockFile(str(path.with_name(f".{path.name}.lock")))
        # No limit of age: a window may be open for days. A lock of a process that has ended is still recognised.
        lock.setStaleLockTime(0)
        if not lock.tryLock(0):
            return False
        self.let_go()
        self._lock, self._path = lock, path
        return True

    def let_go(self) -> None:
        """Unlock the file."""
        if self._lock is not None:
            self._lock.unlock()
        self._lock = self._path = None
