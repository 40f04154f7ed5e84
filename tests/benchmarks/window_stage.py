"""A real window on a real screen: opened, and waited for. Needs an X server and xdotool."""

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

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks.errors import BenchmarkError
from wfsgui.app import make_window
from wfsgui.gui.settings.settings import Settings
from wfsgui.gui.startup.application import make_application
from wfsgui.gui.window.main_window import MainWindow

__all__ = ["application", "focus", "rest", "until", "window"]

_LONGEST_S: Final = 900.0
_LOOK_MS: Final = 20


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
