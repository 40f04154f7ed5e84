from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.core.sky.skies import BlindSky, TangentSky
from tests.gui.canvas_helpers import drag, pixels, place, viewport
from wfsgui.core.sky.geometry import separation
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.display.colours import colour_table
from wfsgui.gui.sky.ruler import Ruler

SHAPE = (80, 100)
SKY = TangentSky(80.5, -69.5, angle=20.0, shape=SHAPE)


@pytest.fixture
def canvas(qtbot: QtBot) -> ImageCanvas:
    made = ImageCanvas()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.set_colours(colour_table("grey", inverse=False))
    made.show_index(np.zeros(SHAPE, np.uint8))
    return made


@pytest.fixture
def ruler(canvas: ImageCanvas) -> Ruler:
    made = Ruler(canvas)
    made.set_active(active=True)
    return made


def test_distance_without_wcs_is_in_pixels(canvas: ImageCanvas, ruler: Ruler) -> None:
    view = canvas.view
    drag(canvas, (20, 20), (40, 40), (50, 60))
    assert ruler.text == "50.0 px"
    assert canvas.view == view


def test_distance_with_wcs_has_arcsec_and_position_angle(canvas: ImageCanvas, ruler: Ruler) -> None:
    ruler.set_wcs(SKY)
    drag(canvas, (20, 20), (50, 60))
    found = re.fullmatch(r"([\d.]+) px, ([\d.]+) arcsec, PA ([\d.]+) deg", ruler.text)
    assert found
    expected = separation(SKY, (19.5, 19.5), (49.5, 59.5))
    assert [float(text) for text in found.groups()] == pytest.approx(
        [50.0, expected.arcsec, expected.position_angle], abs=0.1
    )


def test_distance_is_updated_with_wcs(canvas: ImageCanvas, ruler: Ruler) -> None:
    drag(canvas, (20, 20), (50, 60))
    ruler.set_wcs(SKY)
    assert "arcsec" in ruler.text
    ruler.set_wcs(BlindSky())
    assert ruler.text == "50.0 px"
    ruler.set_wcs(None)
    assert ruler.text == "50.0 px"


def test_small_distance_has_three_digits(canvas: ImageCanvas, ruler: Ruler) -> None:
    ruler.set_wcs(SKY)
    canvas.centre_on(QPointF(30, 30), 100.0)
    drag(canvas, (30, 30), (31, 30))
    assert ruler.text.startswith("1.0 px, 0.031 arcsec, PA ")


def test_line_is_drawn_during_drag_and_stays_until_next_drag(canvas: ImageCanvas, ruler: Ruler) -> None:
    plain = pixels(canvas)
    target = viewport(canvas)
    none = Qt.KeyboardModifier.NoModifier
    QTest.mousePress(target, Qt.MouseButton.LeftButton, none, place(canvas, 20, 20))
    QTest.mouseMove(target, place(canvas, 60, 20))
    seen = pixels(canvas)
    middle = place(canvas, 40, 20)
    assert seen[middle.y() - 1 : middle.y() + 2, middle.x()].max() > 150
    # The text is above the line.
    assert seen[middle.y() - 20 : middle.y() - 6, middle.x() - 15 : middle.x() + 15].max() > 150
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, none, place(canvas, 60, 20))
    assert ruler.text == "40.0 px"
    QTest.mousePress(target, Qt.MouseButton.LeftButton, none, place(canvas, 20, 50))
    assert np.array_equal(pixels(canvas), plain)
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, none, place(canvas, 20, 50))


def test_esc_removes_measurement(canvas: ImageCanvas, ruler: Ruler) -> None:
    plain = pixels(canvas)
    drag(canvas, (20, 20), (50, 60))
    assert not np.array_equal(pixels(canvas), plain)
    focus = viewport(canvas).parentWidget()
    assert focus is not None
    assert focus.hasFocus()
    QTest.keyClick(focus, Qt.Key.Key_Escape)
    assert ruler.text == ""
    assert np.array_equal(pixels(canvas), plain)


def test_esc_during_drag_ends_measurement(canvas: ImageCanvas, ruler: Ruler) -> None:
    target, none = viewport(canvas), Qt.KeyboardModifier.NoModifier
    focus = target.parentWidget()
    assert focus is not None
    QTest.mousePress(target, Qt.MouseButton.LeftButton, none, place(canvas, 20, 20))
    QTest.mouseMove(target, place(canvas, 60, 20))
    assert ruler.text == "40.0 px"
    QTest.keyClick(focus, Qt.Key.Key_Escape)
    QTest.mouseMove(target, place(canvas, 70, 20))
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, none, place(canvas, 70, 20))
    assert ruler.text == ""


def test_click_measures_nothing(canvas: ImageCanvas, ruler: Ruler) -> None:
    QTest.mouseClick(viewport(canvas), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place(canvas, 30, 30))
    assert ruler.text == ""


def test_inactive_ruler_leaves_drag_to_canvas(canvas: ImageCanvas, ruler: Ruler) -> None:
    drag(canvas, (20, 20), (50, 60))
    ruler.set_active(active=False)
    assert ruler.text == ""
    view = canvas.view
    drag(canvas, (20, 20), (30, 30), (40, 40))
    assert ruler.text == ""
    assert canvas.view != view


def test_text_stays_within_view(canvas: ImageCanvas, ruler: Ruler) -> None:
    ruler.set_wcs(SKY)
    plain = pixels(canvas).astype(int)
    drag(canvas, (8, 76), (11, 77))
    changed = np.argwhere(np.abs(pixels(canvas).astype(int) - plain).max(axis=2) > 60)
    # Far wider than the line, and not cut off at the left.
    assert np.ptp(changed[:, 1]) > 100
    assert changed[:, 1].min() > 2
    assert changed[:, 0].min() > 2
