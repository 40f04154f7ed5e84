"""Work of the GUI thread that can wait for a moment, so that no turn of the event loop is long."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

__all__ = ["DeferredWork"]


class DeferredWork(QObject):
    """Do one thing in each turn of the event loop; what is asked for again before its turn is done once.

    The end of a step changes a dozen panels. Between two of them the loop paints, and takes keys and the mouse.

    Parameters
    ----------
    parent : QObject, optional
        Owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._due: dict[str, Callable[[], object]] = {}
        self._is_open = True
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    def do(self, name: str, work: Callable[[], object]) -> None:
        """Do something soon.

        Parameters
        ----------
        name : str
            What; it keeps its turn where it waits for one already.
        work : callable
            Does it.
        """
        if self._is_open:
            self._due[name] = work
            self._timer.start()

    def finish(self) -> None:
        """Do all that waits, and what comes of it, now."""
        while self._due:
            self._turn()

    def close(self) -> None:
        """Do nothing more."""
        self._is_open = False
        self._due.clear()
        self._timer.stop()

    def _turn(self) -> None:
        work = self._due.pop(next(iter(self._due)))
        if not self._due:
            self._timer.stop()
        work()
