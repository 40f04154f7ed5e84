"""Tests of the names and handles of regions on the image."""

from __future__ import annotations

from math import hypot
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGraphicsView
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import find
from wfsgui.core.regions.shapes import Annulus, Circle, Line, Rectangle, Region
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.overlay import is_kept_out_of_exports
from wfsgui.gui.display.colours import colour_table
from wfsgui.gui.export.view_recording import record_view
from wfsgui.gui.measure.region_layer import RegionLayer
from wfsgui.gui.measure.region_list import RegionList


@pytest.fixture
def canvas(qtbot: QtBot) -> ImageCanvas:
    """Make a canvas with a black image of 400 x 400 pixels, each one pixel of the screen."""
    made = ImageCanvas()
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    made.set_colours(colour_table("grey", inverse=False))
    made.show_index(np.zeros((400, 400), np.uint8))
    return made


def grabbed(canvas: ImageCanvas) -> QImage:
    return find(canvas, QGraphicsView, "image_canvas").viewport().grab().toImage()


@pytest.mark.parametrize(
    ("region", "near"),
    [
        # Left end of the label in screen coordinates, with y downwards.
        (Line(50, 300, 350, 100), (350, 299)),
        (Line(350, 100, 50, 300), (350, 299)),
        (Line(50, 100, 350, 300), (350, 99)),
        (Circle(200, 200, 100), (271, 128)),
        (Annulus(200, 200, 50, 100), (271, 128)),
        (Rectangle(200, 200, 100, 60), (250, 169)),
    ],
)
def test_name_is_drawn_beside_region(canvas: ImageCanvas, region: Region, near: tuple[int, int]) -> None:
    regions = RegionList()
    layer = RegionLayer(canvas, regions)
    regions.add(region)
    unnamed = grabbed(canvas)
    regions.rename(0, "M")
    named = grabbed(canvas)
    assert layer.isVisible()
    letters = [
        (x, y)
        for y in range(named.height())
        for x in range(named.width())
        if named.pixelColor(x, y) != unnamed.pixelColor(x, y)
    ]
    assert letters
    assert min(hypot(x - near[0], y - near[1]) for x, y in letters) < 15


def test_handles_are_not_exported(canvas: ImageCanvas, tmp_path: Path) -> None:
    regions = RegionList()
    layer = RegionLayer(canvas, regions)
    regions.add(Rectangle(200, 200, 100, 60))
    shown, exported = grabbed(canvas), saved(canvas, tmp_path / "shown.png")
    (handles,) = filter(is_kept_out_of_exports, layer.scene().items())
    assert handles.isVisible()
    handles.hide()
    assert grabbed(canvas) != shown
    assert saved(canvas, tmp_path / "hidden.png") == exported
    layer.hide()
    assert saved(canvas, tmp_path / "without.png") != exported


def saved(canvas: ImageCanvas, path: Path) -> QImage:
    return QImage(str(record_view(canvas, ()).save(path)))
