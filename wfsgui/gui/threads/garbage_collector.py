"""Garbage collection in the GUI thread only."""

from __future__ import annotations

import gc
import time
from typing import Final

from PySide6.QtCore import QObject, QTimer

__all__ = ["GarbageCollector"]

_INTERVAL_MS: Final = 500
# A full collection takes long, and finds little more than that of the young generations.
_FULL_S: Final = 60.0
_OLDEST: Final = 2


class GarbageCollector(QObject):
    """Collect garbage by a timer, in the thread of the event loop.

    Python collects garbage in whichever thread allocates memory. If that destroys a Qt object in a worker thread, the
    worker thread holds locks of Qt and waits for the interpreter, while the GUI thread holds the interpreter and waits
    for these locks: a deadlock. From the construction of this object until `stop`, Python's own collection is off.

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
        self._timer.timeout.connect(self._collect)

    def start(self) -> None:
        """Start, and exclude the objects that exist now from later collections. May be called again."""
        # Frozen garbage would never be removed.
        gc.collect()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Turn Python's own collection on again."""
        self._timer.stop()
        gc.enable()

    def _collect(self) -> None:
        """Collect the generations whose thresholds are reached, as Python would."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation, (count, threshold) in enumerate(zip(counts[:_OLDEST], thresholds[:_OLDEST], strict=True)):
            if count <= threshold:
                return
            gc.collect(generation)
        if counts[_OLDEST] > thresholds[_OLDEST] and time.monotonic() - self._last_full > _FULL_S:
            gc.collect()
            self._last_full = time.monotonic()
