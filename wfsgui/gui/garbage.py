"""Collecting garbage in the GUI thread, and in no other."""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

__all__ = ["GarbageCollector"]

_INTERVAL_MS: Final = 500


class GarbageCollector(QObject):
    """Look for garbage now and then, in the thread of the event loop.

    Python looks for it in whatever thread happens to need memory. Where that finds a menu or another object of Qt's,
    it is destroyed there, which takes locks of Qt's and then waits for the interpreter: the GUI thread, which has the
    interpreter and waits for these locks, stands still for ever. From when this is made until `stop`, Python does not
    look by itself.

    Parameters
    ----------
    parent : QObject, optional
        Owner.
    """

    _requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._look)
        self._requested.connect(self._collect, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin; what is there by now stays, and is not looked through each time."""
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()

    def request(self) -> None:
        """Have everything collected soon; to be called in any thread."""
        self._requested.emit()

    def _collect(self) -> None:
        gc.collect()

    def _look(self) -> None:
        """Collect what Python would have collected: a generation, when enough has come since the last time."""
        for generation, (count, threshold) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
            if count <= threshold:
                break
            gc.collect(generation)
