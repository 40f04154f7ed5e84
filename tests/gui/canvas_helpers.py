"""Mouse actions on a canvas, and the pixels on screen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsView, QWidget

from tests.gui.window_driver import find
from wfsgui.gui.canvas.image_canvas import ImageCanvas

__all__ = ["drag", "pixels", "place", "viewport"]

_NONE = Qt.KeyboardModifier.NoModifier
_LEFT = Qt.MouseButton.LeftButton


def viewport(canvas: ImageCanvas) -> QWidget:
    """Return the viewport of the image."""
    return find(canvas, QGraphicsView, "image_canvas").viewport()


def place(canvas: ImageCanvas, x: float, y: float) -> QPoint:
    """Return the point of the viewport at a position of the image."""
    view, size = canvas.view, viewport(canvas).size()
    across = (x - view.left()) / view.width() * size.width()
    up = (y - view.top()) / view.height() * size.height()
    return QPoint(round(across), round(size.height() - up))


def drag(canvas: ImageCanvas, *points: tuple[float, float]) -> None:
    """Drag from the first position of the image over the others to the last."""
    target = viewport(canvas)
    places = [place(canvas, *point) for point in points]
    QTest.mousePress(target, _LEFT, _NONE, places[0])
    for point in places[1:]:
        QTest.mouseMove(target, point)
    QTest.mouseRelease(target, _LEFT, _NONE, places[-1])


def pixels(canvas: ImageCanvas) -> NDArray[np.uint8]:
    """Return the colours on screen, uint8 of shape (height, width, 3)."""
    image = viewport(canvas).grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    seen = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return seen[:, : image.width(), 2::-1].copy()


def near(seen: NDArray[np.uint8], colour: QColor, tolerance: int = 40) -> NDArray[np.bool_]:
    """Return the pixels whose colour is within a tolerance, bool of shape (height, width)."""
    wanted = np.array([colour.red(), colour.green(), colour.blue()], int)
    found: NDArray[np.bool_] = np.abs(seen.astype(int) - wanted).max(axis=2) <= tolerance
    return found
