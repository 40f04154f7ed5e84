"""Construction of branches, references, CRDS and sessions, and their connections with the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from wfsgui.gui.control.context import ControlContext

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

    def prepare(self) -> None:
        """Make what the first image need not wait for."""

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions do, by the id of the action."""
        return {}
