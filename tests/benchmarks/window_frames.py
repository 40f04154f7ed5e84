"""How long a frame takes: dragging a level, panning and zooming, in the window and in plain pyqtgraph."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Final

import numpy as np
import pyqtgraph as pg
from astropy.io import fits
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.window_eye import Eye
from tests.benchmarks.window_stage import application, rest, until, window
from wfsgui.core.model.exposure import ExposureState
from wfsgui.core.model.stages import CAL
from wfsgui.gui.display.histogram import HistogramStrip
from wfsgui.gui.window.main_window import MainWindow

__all__ = ["plain_frames", "window_frames"]

_FRAMES: Final = 60
_STEP: Final = 7
# Hands are not faster than screens.
_SPACING_S: Final = 1 / 60
_SIZE: Final = (800, 640)
_NOTCH: Final = 120

Frames = dict[str, list[float]]
"""By what is done: from an event to the end of the painting that it causes, ms."""


def plain_frames(rate: Path) -> Frames:
    """Measure an image in pyqtgraph's own view.

    Parameters
    ----------
    rate : Path
        The exposure.
    """
    application()
    with ExitStack() as stack:
        eye = Eye(stack)
        image = pg.ImageItem(fits.getdata(rate, "SCI").astype(np.float32), axisOrder="row-major", levels=(0.0, 10.0))
        box = pg.ViewBox(lockAspect=True)
        box.addItem(image)
        view = pg.GraphicsView()
        view.setCentralItem(box)
        view.resize(*_SIZE)
        view.show()
        until(lambda: view.windowHandle().isExposed() and eye.painted > 0)
        rest(0.5)

        def set_level(number: int) -> None:
            image.setLevels((0.0, 10.0 + 0.05 * number))

        found = {"level": _timed(eye, set_level)}
        found |= {"pan": _pan(eye, view.viewport()), "zoom": _zoom(eye, view.viewport())}
        view.close()
    return found


def window_frames(rate: Path) -> Frames:
    """Measure the program's window on a calibrated exposure, without and with what the WCS tells.

    Parameters
    ----------
    rate : Path
        The exposure.
    """
    with ExitStack() as stack:
        eye = Eye(stack)
        shown = stack.enter_context(window())
        calibrate(shown, rate)
        found = {"level": _drag_level(eye, shown)}
        viewport = _viewport(shown)
        for names, shows in (("", False), (", grid, compass and target", True)):
            for switch in ("grid", "compass", "target"):
                shown.table[switch].setChecked(shows)
            rest(1.0)
            found |= {f"pan{names}": _pan(eye, viewport), f"zoom{names}": _zoom(eye, viewport)}
        return found


def _viewport(shown: MainWindow) -> QWidget:
    surface = shown.workspace.image.canvas.surface
    if not isinstance(surface, QAbstractScrollArea):
        raise BenchmarkError("the image is in no view that can be moved")
    return surface.viewport()


def calibrate(shown: MainWindow, rate: Path) -> None:
    """Open an exposure in the window, run it to its result, and wait until all of that has settled."""
    shown.begin([rate])
    open_exposures, services = shown.services.open_exposures, shown.services
    until(lambda: services.runner.engine_info is not None and len(open_exposures.exposures) > 0)
    QTest.keyClick(shown.workspace.image.canvas.surface, Qt.Key.Key_F5)
    until(lambda: open_exposures.exposures[0].state is ExposureState.DONE)
    until(lambda: shown.presenter.stage == CAL)
    rest(1.0)
    until(
        lambda: not (services.measure_worker.is_busy or services.render_worker.is_busy or services.read_worker.is_busy)
    )
    rest(1.0)


def _drag_level(eye: Eye, shown: MainWindow) -> list[float]:
    strip = shown.workspace.image.findChild(HistogramStrip)
    levels = shown.workspace.image.facts()
    if strip is None or levels is None or levels.levels is None:
        raise BenchmarkError("there are no levels to drag")
    start = QPointF(strip.place(levels.levels.high), strip.height() / 2)
    _send(strip, QEvent.Type.MouseButtonPress, start)
    taken = _timed(eye, lambda number: _send(strip, QEvent.Type.MouseMove, start - QPointF(number, 0)), new=True)
    _send(strip, QEvent.Type.MouseButtonRelease, start)
    rest(0.5)
    return taken


def _pan(eye: Eye, viewport: QWidget) -> list[float]:
    middle = QPointF(viewport.rect().center())
    _send(viewport, QEvent.Type.MouseButtonPress, middle)
    places = cycle(_around())
    # Recognised as a drag from here on.
    for distance in range(0, 30, 6):
        _send(viewport, QEvent.Type.MouseMove, middle + QPointF(distance, 0))
        rest(2 * _SPACING_S)
    taken = _timed(eye, lambda _: _send(viewport, QEvent.Type.MouseMove, middle + next(places)))
    _send(viewport, QEvent.Type.MouseButtonRelease, middle)
    rest(0.5)
    return taken


def _around() -> Iterator[QPointF]:
    """Go around in a square."""
    for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        for number in range(1, 11):
            start = QPointF(10 * _STEP if (dx, dy) in ((0, 1), (-1, 0)) else 0, 10 * _STEP if dx + dy < 0 else 0)
            yield start + QPointF(dx, dy) * number * _STEP


def _zoom(eye: Eye, viewport: QWidget) -> list[float]:
    directions = cycle([1] * 6 + [-1] * 6)
    taken = _timed(eye, lambda _: _turn(viewport, next(directions) * _NOTCH))
    rest(0.5)
    return taken


def _timed(eye: Eye, do: Callable[[int], None], *, new: bool = False) -> list[float]:
    """Do something time and again, each time when the one before is on screen; `new` where that is another image."""
    taken = []
    for number in range(_FRAMES):
        begin = time.perf_counter()
        do(number + 1)
        eye.wait(partial(_is_after, eye, begin, new=new))
        taken.append(1000 * ((eye.seen if new else eye.painted) - begin))
        rest(max(_SPACING_S - (time.perf_counter() - begin), 0.002))
    return taken


def _is_after(eye: Eye, begin: float, *, new: bool) -> bool:
    return (eye.seen if new else eye.painted) > begin


def _send(widget: QWidget, kind: QEvent.Type, at: QPointF) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind is QEvent.Type.MouseMove else left
    held = none if kind is QEvent.Type.MouseButtonRelease else left
    place = QPointF(widget.mapToGlobal(at))
    QApplication.sendEvent(widget, QMouseEvent(kind, at, place, button, held, Qt.KeyboardModifier.NoModifier))


def _turn(widget: QWidget, angle: int) -> None:
    middle = QPointF(widget.rect().center())
    QApplication.sendEvent(
        widget,
        QWheelEvent(
            middle,
            QPointF(widget.mapToGlobal(middle)),
            QPoint(),
            QPoint(0, angle),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )
