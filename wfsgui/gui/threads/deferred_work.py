"""Work of the GUI thread that can wait, so that the window stays responsive."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

__all__ = ["DeferredWork"]


class DeferredWork(QObject):
    """Run one task in each iteration of the event loop; a task that is added again before it is run replaces itself.

    The end of a step changes a dozen panels. Between two of them the event loop paints, and handles keys and the mouse.

    Parameters
    ----------
    parent : QObject, optional
        Owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: dict[str, Callable[[], object]] = {}
        self._is_open = True
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._run_one)

    def do(self, name: str, work: Callable[[], object]) -> None:
        """Add a task.

        Parameters
        ----------
        name : str
            Name of the task. One that waits already keeps its place.
        work : callable
            Does the task.
        """
        if self._is_open:
            self._tasks[name] = work
            self._timer.start()

    def finish(self) -> None:
        """Run all waiting tasks, and those that they add, now."""
        while self._tasks:
            self._run_one()

    def close(self) -> None:
        """Remove all tasks, and take no further ones."""
        self._is_open = False
        self._tasks.clear()
        self._timer.stop()

    def _run_one(self) -> None:
        work = self._tasks.pop(next(iter(self._tasks)))
        if not self._tasks:
            self._timer.stop()
        work()
