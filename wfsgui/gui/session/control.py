"""Sessions in the window: kept continuously, offered again, saved to files and opened from them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.names import SESSION_SUFFIX
from wfsgui.core.session.session_file import read_session_file
from wfsgui.core.session.state import SessionState
from wfsgui.gui.exposures.opener import Opening
from wfsgui.gui.exposures.session_folder import RECORD
from wfsgui.gui.session.file_lock import FileLock
from wfsgui.gui.session.keeper import SessionKeeper
from wfsgui.gui.session.left_sessions import LeftSession, find_left_sessions
from wfsgui.gui.session.restorer import Restored, SessionRestorer
from wfsgui.gui.session.session_text import offer_details, offer_text, restored_text, shortened
from wfsgui.gui.session.sources import SessionSources
from wfsgui.gui.widgets.dialogs import ask, ask_kind_of_file, ask_new_file

__all__ = ["SessionControl"]

_KINDS: Final = f"Sessions (*{SESSION_SUFFIX});;All files (*)"
_TROUBLE: Final = "the session cannot be written"
_RESTORED: Final = "what was restored"
_Role = QMessageBox.ButtonRole


class SessionControl(QObject):
    """Keep, offer, save and open sessions.

    Parameters
    ----------
    sources : SessionSources
        Parts of the window.
    folder : Path
        Folder of this session; those of other sessions are beside it.
    parent : QObject
        Owner.

    Attributes
    ----------
    keeper : SessionKeeper
        Writes the session.
    offered : Signal()
        The sessions that can be continued are known.
    restored : Signal(Restored)
        A session was restored.
    """

    offered = Signal()
    restored = Signal(object)

    def __init__(self, sources: SessionSources, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._sources, self._folder = sources, folder
        self._messages, self._window = sources.messages, sources.window
        self.keeper = SessionKeeper(sources, folder / RECORD, self)
        self._restorer = SessionRestorer(sources, self)
        self._lock = FileLock()
        self._left: list[LeftSession] = []
        self._continued: LeftSession | None = None
        self._last_folder = Path.cwd()
        keeper = self.keeper
        keeper.trouble.connect(self._tell_trouble)
        keeper.recovered.connect(self._tell_recovery)
        keeper.written.connect(self._discard_continued)
        keeper.file_written.connect(self._take_saved)
        keeper.file_failed.connect(self._fail)
        self._restorer.failed.connect(self._fail)
        sources.welcome.session_clicked.connect(self._continue_last)

    def offer(self) -> None:
        """Offer to continue sessions of earlier windows; returns at once."""
        own = self._folder
        self._sources.file_worker.submit(lambda: find_left_sessions(own.parent, own), self._take_left, self._fail)

    def ask_to_open(self) -> None:
        """Ask for a session file, and open it."""
        ask_kind_of_file(self._window, "Open a session", self._last_folder, _KINDS, lambda path: self.open([path]))

    def open(self, paths: Sequence[Path]) -> None:
        """Open session files, one after the other; returns at once."""
        for path in paths:
            self._last_folder = path.parent
            self._sources.file_worker.submit(
                partial(read_session_file, path), partial(self._take_read, path), self._fail
            )

    def save(self) -> None:
        """Write the session into its file; ask for one if it has none."""
        if self.keeper.file is None:
            self.ask_to_save()
        else:
            self.keeper.write_file(self.keeper.file, overwrite=True)

    def ask_to_save(self) -> None:
        """Ask for the name of a session file, and write it."""
        suggestion = self.keeper.file or self._suggestion()
        # Qt's own question before a file is replaced is part of the dialog.
        ask_new_file(self._window, "Save the session as", suggestion, _KINDS, self._save_as)

    def close(self) -> None:
        """Write the last state; let go of all locks."""
        self.keeper.close()
        self._lock.let_go()
        for left in self._left:
            left.let_go()

    def _suggestion(self) -> Path:
        exposures = self._sources.open_exposures.exposures
        name = exposures[0].product.name if exposures else "session"
        folder = exposures[0].product.science.path.parent if exposures else self._last_folder
        return folder / f"{name}{SESSION_SUFFIX}"

    def _save_as(self, path: Path) -> None:
        self._last_folder = path.parent
        if not self._lock.take(path):
            self._warn(
                f"{path.name} was not saved: another window has it, or its folder cannot be written; "
                "choose another name."
            )
            return
        self.keeper.write_file(path, overwrite=True)

    def _take_saved(self, path: Path) -> None:
        self.keeper.file = path
        self.keeper.touch()
        self._messages.show_message(f"The session was saved: {path}", logging.INFO)

    def _take_left(self, left: list[LeftSession]) -> None:
        self._left = left
        for session in left:
            self._offer(session)
        self.offered.emit()

    def _offer(self, session: LeftSession) -> None:
        text, details = offer_text(session), offer_details(session)
        if session.has_ended and not session.notices:
            self._sources.welcome.show_session(text, shortened(details))
        else:
            self._messages.show_message(text, logging.WARNING, details, self._ways_out(session))

    def _ways_out(self, session: LeftSession) -> list[tuple[str, Callable[[], object]]]:
        ways: list[tuple[str, Callable[[], object]]] = []
        if session.state is not None:
            ways.append(("Continue", partial(self._continue, session)))
        if session.unsaved:
            url = QUrl.fromLocalFile(str(session.folder))
            ways.append(("Show the folder", partial(QDesktopServices.openUrl, url)))
        ways.append(("Discard", partial(self._ask_to_discard, session)))
        return ways

    def _ask_to_discard(self, session: LeftSession) -> None:
        if not session.unsaved:
            self._discard(session)
            return
        ask(
            self._window,
            "Discard these results? They cannot be restored.",
            [str(path) for path in session.unsaved],
            [
                ("Cancel", _Role.RejectRole, partial(self._offer, session)),
                ("Discard", _Role.DestructiveRole, partial(self._discard, session)),
            ],
        )

    def _discard(self, session: LeftSession) -> None:
        self._left = [other for other in self._left if other is not session]
        self._sources.file_worker.submit(session.discard)

    def _continue_last(self) -> None:
        ended = next((session for session in self._left if session.has_ended), None)
        if ended is not None:
            self._continue(ended)

    def _continue(self, session: LeftSession) -> None:
        if session.state is None or session not in self._left:
            return
        self._left.remove(session)
        self._sources.welcome.show_session("")
        file = session.state.file

        def done(restored: Restored) -> None:
            self.keeper.restored_from = session.folder.name
            if file is not None and self._lock.take(file):
                self.keeper.file = file
            if {path.parent.name for path in session.unsaved} <= restored.brought:
                self._continued = session
            else:
                restored.notices.append(f"Other results of that session stay in {session.folder}.")
                session.let_go()
            self._take_restored(restored, f"The session of {session.when} is open again")

        self._restore(session.state, session.folder, done)

    def _take_read(self, path: Path, state: SessionState) -> None:
        adds = bool(self._sources.open_exposures.exposures)
        is_copy = not adds and not self._lock.take(path)

        def done(restored: Restored) -> None:
            told = f"{path.name} is open"
            if adds:
                told = f"{path.name} was added to what is open"
            elif is_copy:
                told = f"{path.name} is open as a copy, because another window has it or its folder cannot be written"
            else:
                self.keeper.file = path
            self._take_restored(restored, told)
            self._sources.opener.opened.emit(Opening((path,), restored.exposures, [], [], []))

        self._restore(state, None, done)

    def _restore(self, state: SessionState, folder: Path | None, done: Callable[[Restored], None]) -> None:
        self._restorer.restore(state, folder, done)

    def _take_restored(self, restored: Restored, told: str) -> None:
        text, details, is_clean = restored_text(restored, told)
        level = logging.INFO if is_clean else logging.WARNING
        self._messages.show_message(text, level, details, topic=_RESTORED, stays=True)
        self.keeper.touch()
        self.restored.emit(restored)

    def _discard_continued(self) -> None:
        """Remove the folder of the session that was continued: everything of it is in this one by now."""
        session, self._continued = self._continued, None
        if session is not None:
            self._sources.file_worker.submit(session.discard)

    def _tell_trouble(self, sentence: str) -> None:
        self._messages.show_message(sentence, logging.ERROR, topic=_TROUBLE)

    def _tell_recovery(self) -> None:
        self._messages.close_topic(_TROUBLE)
        self._messages.show_message("The session is written again.", logging.INFO)

    def _warn(self, sentence: str) -> None:
        self._messages.show_message(sentence, logging.WARNING)

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, WfsguiError):
            self._messages.show_message(str(error), logging.ERROR)
        elif isinstance(error, OSError):
            self._messages.show_message(f"The session cannot be read or written: {error}.", logging.ERROR)
        else:
            self._sources.file_worker.unhandled.emit(error)
