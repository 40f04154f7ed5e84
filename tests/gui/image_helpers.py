"""Image view in tests: controls and the pixels on screen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QGraphicsView, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from wfsgui.core.model.step_image import StepImage, WcsReader
from wfsgui.gui.image.view import ImageView


def image_of(sci: NDArray[np.float32], unit: str = "DN/s") -> StepImage:
    """Return an image with errors of 1 and no flags."""
    return StepImage(sci, np.ones_like(sci), np.zeros(sci.shape, np.uint32), unit, {"VAR_POISSON": np.ones_like(sci)})


def put(view: ImageView, qtbot: QtBot, image: StepImage, identity: str = "one", wcs: WcsReader | None = None) -> None:
    """Show an image and wait until it is on screen."""
    with qtbot.waitSignal(view.rendered):
        view.show_image(image, identity=identity, wcs=wcs)


def viewport(view: ImageView) -> QWidget:
    """Return the viewport of the image."""
    canvas = view.findChild(QGraphicsView, "image_canvas")
    assert isinstance(canvas, QGraphicsView)
    return canvas.viewport()


def place(view: ImageView, x: float, y: float, shape: tuple[int, int]) -> QPoint:
    """Return the point of the viewport at the centre of a pixel of a fitted image."""
    surface = viewport(view)
    scale = min(surface.width() / shape[1], surface.height() / shape[0])
    across, up = (x + 0.5 - shape[1] / 2) * scale, (y + 0.5 - shape[0] / 2) * scale
    return QPoint(round(surface.width() / 2 + across), round(surface.height() / 2 - up))


def colour(view: ImageView, point: QPoint) -> str:
    """Return the colour of a point of the viewport."""
    screen = viewport(view).grab().toImage()
    return QColor(screen.pixelColor(point * screen.devicePixelRatio())).name()


def edit(view: ImageView, name: str) -> QLineEdit:
    """Find a line edit."""
    found = view.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def combo(view: ImageView, name: str) -> QComboBox:
    """Find a combo box."""
    found = view.findChild(QComboBox, name)
    assert isinstance(found, QComboBox)
    return found


def button(view: ImageView, name: str) -> QToolButton:
    """Find a button."""
    found = view.findChild(QToolButton, name)
    assert isinstance(found, QToolButton)
    return found


def levels(view: ImageView) -> tuple[float, float]:
    """Return the levels in the fields."""
    return float(edit(view, "level_low").text()), float(edit(view, "level_high").text())
