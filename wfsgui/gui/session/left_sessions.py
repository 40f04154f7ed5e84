"""Sessions of earlier windows that can be continued."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile

from wfsgui.core.errors import WfsguiError
from wfsgui.core.session.generations import ReadSession, read_generations
from wfsgui.core.session.state import SessionState
from wfsgui.gui.exposures.session_folder import (
    RECORD,
    RESULTS,
    folder_lock,
    has_ended,
    session_folders,
    unsaved_results,
)

__all__ = ["LeftSession", "find_left_sessions"]

# Sessions that crashed without results take little room, but nobody asks for so many.
_MOST: Final = 3


@dataclass(frozen=True, eq=False)
class LeftSession:
    """A session that no window has; its folder stays locked until it is discarded or let go.

    Attributes
    ----------
    folder : Path
        Its folder.
    lock : QLockFile
        Lock of the folder, held by this window.
    state : SessionState or None
        What it was; None if that cannot be read, or if an earlier version of the program wrote it.
    written : datetime
        When it was written last, in local time.
    has_ended : bool
        Whether it ended regularly; otherwise the program crashed or was killed.
    unsaved : tuple of Path
        Results that were not saved.
    notices : tuple of str
        What cannot be read, one sentence each.
    """

    folder: Path
    lock: QLockFile
    state: SessionState | None
    written: datetime
    has_ended: bool
    unsaved: tuple[Path, ...]
    notices: tuple[str, ...]

    @property
    def is_worth_it(self) -> bool:
        """Whether there is anything to continue, or to be told."""
        return bool(self.unsaved or self.notices or (self.state is not None and self.state.exposures))

    @property
    def when(self) -> str:
        """When it was written last, for example ``2026-11-30 17:03``."""
        return f"{self.written:%Y-%m-%d %H:%M}"

    def discard(self) -> None:
        """Remove the folder."""
        self.lock.unlock()
        shutil.rmtree(self.folder, ignore_errors=True)

    def let_go(self) -> None:
        """Leave it to the next start, or to another window."""
        self.lock.unlock()


def find_left_sessions(parent: Path, own: Path | None = None) -> list[LeftSession]:
    """Find the sessions that can be continued, and remove those that nobody needs.

    Parameters
    ----------
    parent : Path
        Folder that has the folders of sessions.
    own : Path, optional
        Folder of the session of this window, which is passed over.

    Returns
    -------
    list of LeftSession
        Those that crashed or were killed, the newest first; without any, the last one that ended regularly.
    """
    others = (folder for folder in session_folders(parent) if folder != own)
    found = [session for folder in others if (session := _take(folder)) is not None]
    found.sort(key=lambda session: session.written, reverse=True)
    continued = {session.state.restored_from for session in found if session.state is not None}
    wanted: list[LeftSession] = []
    for session in found:
        # One that was being continued when the program was killed again is part of the later one.
        is_old = session.folder.name in continued and not _misses(session, found)
        if session.is_worth_it and not is_old and (session.unsaved or _count(wanted, session) < _most(session)):
            wanted.append(session)
        else:
            session.discard()
    crashed = [session for session in wanted if not session.has_ended]
    for session in wanted if crashed else ():
        if session.has_ended:
            session.let_go()
    return crashed or wanted


def _take(folder: Path) -> LeftSession | None:
    """Lock a folder and read its record; None if a window has it."""
    lock = folder_lock(folder)
    if not lock.tryLock(0):
        return None
    notices: tuple[str, ...] = ()
    read: ReadSession | None = None
    try:
        read = read_generations(folder / RECORD)
    except WfsguiError as error:
        notices = (str(error),)
    ended = has_ended(folder)
    return LeftSession(
        folder=folder,
        lock=lock,
        state=read.state if read is not None else None,
        written=_time(read.written if read is not None else folder.stat().st_mtime),
        has_ended=ended,
        unsaved=() if ended else tuple(unsaved_results(folder)),
        notices=read.notices if read is not None else notices,
    )


def _misses(session: LeftSession, found: Iterable[LeftSession]) -> bool:
    """Whether a session has results that none of those that continue it has taken over."""
    later = [other for other in found if other.state and other.state.restored_from == session.folder.name]
    taken_over = {_identity(path) for other in later for path in (other.folder / RESULTS).glob("*/*_cal.fits")}
    return any(_identity(path) not in taken_over for path in session.unsaved)


def _identity(result: Path) -> tuple[str, int, int]:
    """Return what a result and its copy have in common."""
    status = result.stat()
    return result.name, status.st_size, status.st_mtime_ns


def _count(wanted: Iterable[LeftSession], session: LeftSession) -> int:
    return sum(other.has_ended is session.has_ended and not other.unsaved for other in wanted)


def _most(session: LeftSession) -> int:
    return 1 if session.has_ended else _MOST


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone()
