"""Construction of branches, references, CRDS and sessions, and their connections with the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from wfsgui.gui.control.context import ControlContext

if TYPE_CHECKING:
    from wfsgui.gui.session.control import SessionControl

__all__ = ["ControlParts"]


class ControlParts(QObject):
    """Make these parts, connect them and pass their messages on.

    Parameters
    ----------
    context : ControlContext
        Parts of the window that are needed here.

    Attributes
    ----------
    message : Signal(str)
        What was done, one sentence.
    warning : Signal(str)
        What could not be done: why, in one sentence.
    """

    message = Signal(str)
    warning = Signal(str)

    def __init__(self, context: ControlContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._session: SessionControl | None = None
        context.services.opener.sessions_given.connect(self._open_sessions)

    @property
    def session(self) -> SessionControl:
        """Sessions, which are kept from the first use on."""
        if self._session is None:
            from wfsgui.gui.session.control import SessionControl

            sources = self._context.session
            self._session = SessionControl(sources, sources.runner.folder, self)
        return self._session

    def prepare(self) -> None:
        """Make what the first image need not wait for."""
        self.session.offer()

    def close(self) -> None:
        """End what writes files."""
        if self._session is not None:
            self._session.close()

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions do, by the id of the action."""
        return {
            "open_session": self._ask_for_session,
            "save_session": self._save_session,
            "save_session_as": self._save_session_as,
        }

    # The session is made by the first use: the start must not import it.

    def _open_sessions(self, paths: list[Path]) -> None:
        self.session.open(paths)

    def _ask_for_session(self) -> None:
        self.session.ask_to_open()

    def _save_session(self) -> None:
        self.session.save()

    def _save_session_as(self) -> None:
        self.session.ask_to_save()
