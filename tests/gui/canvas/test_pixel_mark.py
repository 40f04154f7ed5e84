"""Box around the pinned pixel, or around the flagged pixel that was searched for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsView, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import WindowDriver, find
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.pixel_mark import PixelMark
from wfsgui.gui.display.colours import colour_table
from wfsgui.gui.export.view_recording import record_view

SHAPE = (48, 64)
WHITE, LEFT = QColor("#ffffff"), Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot: QtBot) -> ImageCanvas:
    """Make a canvas with a black image."""
    made = ImageCanvas()
    qtbot.addWidget(made)
    made.resize(320, 240)
    made.show()
    made.set_colours(colour_table("grey", inverse=False))
    made.show_index(np.zeros(SHAPE, np.uint8))
    return made


def surface(canvas: ImageCanvas) -> QGraphicsView:
    return find(canvas, QGraphicsView, "image_canvas")


def white_around(picture: QImage, middle: QPointF, side: float) -> list[bool]:
    """Tell for each side of a square of the screen whether it is white within two pixels."""
    found = []
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        points = (middle + QPointF(dx, dy) * (side / 2 + step) for step in (-2, -1, 0, 1, 2))
        found.append(any(picture.pixelColor(point.toPoint()).lightness() > 200 for point in points))
    return found


def on_screen(canvas: ImageCanvas, x: float, y: float) -> QPointF:
    view, size = canvas.view, surface(canvas).viewport().size()
    across, up = (x + 0.5 - view.left()) / view.width(), (y + 0.5 - view.top()) / view.height()
    return QPointF(across * size.width(), (1 - up) * size.height())


@pytest.mark.parametrize(("scale", "side"), [(40.0, 40.0), (2.0, 11.0)])
def test_box_surrounds_the_pixel_and_has_a_least_size(canvas: ImageCanvas, scale: float, side: float) -> None:
    mark = PixelMark(canvas)
    canvas.centre_on(QPointF(30.5, 20.5), scale)
    mark.show_pixel((30, 20))
    picture = surface(canvas).viewport().grab().toImage()
    middle = on_screen(canvas, 30, 20)
    assert white_around(picture, middle, side) == [True] * 4
    assert picture.pixelColor(middle.toPoint()).lightness() == 0
    mark.show_pixel(None)
    picture = surface(canvas).viewport().grab().toImage()
    assert white_around(picture, middle, side) == [False] * 4


def test_mark_is_not_exported(canvas: ImageCanvas, tmp_path: Path) -> None:
    mark = PixelMark(canvas)
    canvas.centre_on(QPointF(30.5, 20.5), 40.0)
    without = QImage(str(record_view(canvas, ()).save(tmp_path / "without.png")))
    mark.show_pixel((30, 20))
    marked = QImage(str(record_view(canvas, ()).save(tmp_path / "marked.png")))
    assert marked == without
    assert mark.isVisible()


@pytest.fixture
def run(driver: WindowDriver) -> WindowDriver:
    driver.load()
    (exposure,) = driver.open(*driver.write(1))
    driver.wait(lambda: exposure.stages["rate"].image is not None)
    driver.rest()
    return driver


def marked(driver: WindowDriver) -> tuple[int, int] | None:
    items = surface(driver.window.workspace.image.canvas).scene().items()
    (mark,) = (item for item in items if isinstance(item, PixelMark))
    return mark.pixel


def click(driver: WindowDriver, x: int, y: int) -> None:
    canvas = driver.window.workspace.image.canvas
    QTest.mouseClick(surface(canvas).viewport(), LEFT, pos=on_screen(canvas, x, y).toPoint())


def test_pinned_pixel_is_marked_until_it_is_unpinned(run: WindowDriver) -> None:
    run.press("X")
    run.wait(run.window.docks.pixels.isVisible)
    run.window.inspection.fly_to(31, 21)
    click(run, 30, 20)
    assert marked(run) == (30, 20)
    pin = find(run.window, QToolButton, "pixels_pin")
    run.wait(pin.isChecked)
    QTest.mouseClick(pin, LEFT)
    assert marked(run) is None


def test_next_flagged_pixel_is_marked_until_a_click(run: WindowDriver) -> None:
    with run.qtbot.waitSignal(run.window.docks.dq.navigation.pixel_wanted) as told:
        run.window.docks.dq.navigation.next_pixel()
    assert marked(run) == tuple(told.args)
    assert not run.window.docks.pixels.isVisible()
    click(run, *told.args)
    assert marked(run) is None


def test_smaller_image_without_the_pixel_has_no_mark(run: WindowDriver) -> None:
    run.window.inspection.fly_to(60, 40)
    assert marked(run) == (60, 40)
    run.window.presenter.show_exposure(None)
    assert marked(run) is None
