"""Seeing when a window has painted something.

It is imported in a start of the program that is being measured: nothing more than that needs is imported here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from tests.benchmarks.errors import BenchmarkError
from wfsgui.gui.canvas.image_canvas import ImageCanvas

__all__ = ["Eye"]

_LONGEST_PAINT_MS: Final = 20_000


class Eye:
    """See when a window has painted something.

    Parameters
    ----------
    stack : ExitStack
        As long as this is open.

    Attributes
    ----------
    painted, seen : float
        When any canvas was last on screen, and when one with a new image was, `time.perf_counter`; 0 where none was.
    listeners : list of callable
        Called after each painting.
    """

    def __init__(self, stack: ExitStack) -> None:
        self.painted = self.seen = 0.0
        self.listeners: list[Callable[[], None]] = []
        self._is_new = False
        show, paint = ImageCanvas.show_index, pg.GraphicsView.paintEvent

        def show_index(canvas: ImageCanvas, index: NDArray[np.uint8]) -> None:
            self._is_new = True
            show(canvas, index)

        def paint_event(view: QWidget, event: QPaintEvent) -> None:
            paint(view, event)
            new, self._is_new = self._is_new, False
            # What was painted is on its way to the screen when the event loop is back.
            QTimer.singleShot(0, lambda: self._look(new=new))

        stack.enter_context(_replaced(ImageCanvas, "show_index", show_index))
        stack.enter_context(_replaced(pg.GraphicsView, "paintEvent", paint_event))

    def wait(self, reached: Callable[[], bool]) -> None:
        """Wait for a painting after which something is so; the event loop sleeps meanwhile.

        Raises
        ------
        BenchmarkError
            If it does not come.
        """
        loop = QEventLoop()

        def look() -> None:
            if reached():
                loop.quit()

        self.listeners.append(look)
        QTimer.singleShot(_LONGEST_PAINT_MS, loop, loop.quit)
        loop.exec()
        self.listeners.remove(look)
        if not reached():
            raise BenchmarkError("nothing new was painted")

    def _look(self, *, new: bool) -> None:
        self.painted = time.perf_counter()
        if new:
            self.seen = self.painted
        for listener in tuple(self.listeners):
            listener()


@contextmanager
def _replaced(owner: type, name: str, function: Callable[..., None]) -> Iterator[None]:
    original = getattr(owner, name)
    setattr(owner, name, function)
    try:
        yield
    finally:
        setattr(owner, name, original)
