"""Collecting garbage in the GUI thread, and in no other."""

from __future__ import annotations

import gc
import time
from typing import Final

from PySide6.QtCore import QObject, QTimer

__all__ = ["GarbageCollector"]

_INTERVAL_MS: Final = 500
# A look at everything takes a while, and finds little that a look at what is new does not.
_FULL_S: Final = 60.0
_OLDEST: Final = 2


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

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._last_full = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin; what is in use by now is not looked through each time. May be called again later."""
        # Garbage that is frozen would never be removed.
        gc.collect()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()

    def _look(self) -> None:
        """Collect what Python would have collected: a generation, when enough has come since the last time."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation, (count, threshold) in enumerate(zip(counts[:_OLDEST], thresholds[:_OLDEST], strict=True)):
            if count <= threshold:
                return
            gc.collect(generation)
        if counts[_OLDEST] > thresholds[_OLDEST] and time.monotonic() - self._last_full > _FULL_S:
            gc.collect()
            self._last_full = time.monotonic()
