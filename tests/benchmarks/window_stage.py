"""A real window on a real screen: opened, waited for, and watched while it paints. Needs an X server and xdotool."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final
from unittest.mock import patch

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks.measure import BenchmarkError
from wfsgui.app import make_window
from wfsgui.gui.application import make_application
from wfsgui.gui.image_canvas import ImageCanvas
from wfsgui.gui.main_window import MainWindow
from wfsgui.gui.settings import Settings

__all__ = ["Eye", "application", "focus", "rest", "until", "window"]

_LONGEST_S: Final = 900.0
_LOOK_MS: Final = 20
_LONGEST_PAINT_MS: Final = 20_000


def application() -> QApplication:
    """Return the process's Qt application, made if there is none yet; what fails in it is not passed over.

    Raises
    ------
    BenchmarkError
        If there is no screen.
    """
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    made = make_application()
    if made.platformName() != "xcb":
        raise BenchmarkError("the window needs an X screen; run this as make bench")
    return made


def until(reached: Callable[[], bool]) -> None:
    """Let the window work until something is so.

    Parameters
    ----------
    reached : callable
        Asked some fifty times a second.

    Raises
    ------
    BenchmarkError
        If that takes a quarter of an hour.
    """
    loop, timer = QEventLoop(), QTimer()
    latest = time.perf_counter() + _LONGEST_S
    timer.timeout.connect(lambda: loop.quit() if reached() or time.perf_counter() > latest else None)
    timer.start(_LOOK_MS)
    loop.exec()
    if not reached():
        raise BenchmarkError("the window did not get there")


def rest(seconds: float) -> None:
    """Let the window work for some time."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def focus(widget: QWidget) -> None:
    """Give a window the keyboard: there is no window manager that would."""
    command = ["xdotool", "windowfocus", "--sync", str(widget.window().winId())]
    subprocess.run(command, check=True, timeout=60)
    until(widget.window().isActiveWindow)


@contextmanager
def window() -> Iterator[MainWindow]:
    """Open the program's window on the real engine, with nothing of the user's.

    Yields
    ------
    MainWindow
        On screen; the engine is not loaded yet.
    """
    application()
    with tempfile.TemporaryDirectory(prefix="wfsgui-window-") as own, ExitStack() as stack:
        folders = {f"XDG_{kind}_HOME": str(Path(own) / kind) for kind in ("DATA", "CONFIG", "CACHE")}
        stack.enter_context(patch.dict(os.environ, folders))
        settings = Settings(QSettings(str(Path(own) / "wfsgui.ini"), QSettings.Format.IniFormat))
        made = make_window(settings, Path(own) / "session")
        made.show()
        until(lambda: made.windowHandle().isExposed())
        focus(made)
        yield made
        made.hide()
        made.services.close()
        made.deleteLater()


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

        stack.enter_context(patch.object(ImageCanvas, "show_index", show_index))
        stack.enter_context(patch.object(pg.GraphicsView, "paintEvent", paint_event))

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
