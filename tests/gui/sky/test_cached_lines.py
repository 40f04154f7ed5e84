"""Lines over the image: strands side by side look as wide lines do, and a picture of them is moved while it can be."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from wfsgui.gui.sky.cached_lines import CachedLines, draw_lines
from wfsgui.gui.sky.screen_curves import ScreenCurves

pytestmark = pytest.mark.usefixtures("qapp")

_WHITE, _GREY = QColor(255, 255, 255, 170), QColor(130, 130, 130)
_SIZE = 200
_ROOM = QRectF(0, 0, _SIZE, _SIZE)
_PLACING = QTransform(2.0, 0.3, -0.3, -2.0, 20.0, 180.0)


def _curves() -> ScreenCurves:
    angle = np.linspace(0, 2 * np.pi, 90)
    return ScreenCurves(
        [
            np.array([[0.0, 5.0], [80.0, 40.0]]),
            np.array([[30.0, 0.0], [30.0, 80.0]]),
            np.column_stack([40 + 25 * np.cos(angle), 40 + 25 * np.sin(angle)]),
        ]
    )


def _strands(ratio: float) -> NDArray[np.uint8]:
    image = _canvas(ratio)
    painter = QPainter(image)
    CachedLines(_WHITE).put(painter, _curves(), _PLACING, _ROOM)
    painter.end()
    return _pixels(image)


def _wide(ratio: float) -> NDArray[np.uint8]:
    image = _canvas(ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_lines(painter, _curves(), _PLACING, _WHITE)
    painter.end()
    return _pixels(image)


def _canvas(ratio: float) -> QImage:
    image = QImage(round(_SIZE * ratio), round(_SIZE * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(_GREY)
    return image


def _pixels(image: QImage) -> NDArray[np.uint8]:
    return np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 0]


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_offset_copies_look_like_wide_line(ratio: float) -> None:
    strands, wide = _strands(ratio).astype(float), _wide(ratio).astype(float)
    ground = _GREY.red()
    # Mean brightness of halo and line; not equal, because lines are whole numbers of copies.
    for sign in (-1, 1):
        touched = [np.maximum(sign * (image - ground), 0).sum() for image in (strands, wide)]
        assert touched[0] == pytest.approx(touched[1], rel=0.45)
    assert np.mean(np.abs(strands - wide)[wide != ground]) < 15


def test_parallel_line_has_constant_distance() -> None:
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = ScreenCurves([np.column_stack([np.cos(angle), np.sin(angle)])])
    (line,) = circle.placed(QTransform.fromScale(50, -50), 5.0)
    radii = [np.hypot(line.at(number).x(), line.at(number).y()) for number in range(line.size())]
    assert np.allclose(radii, radii[0], atol=0.05)
    assert abs(radii[0] - 50) == pytest.approx(5, abs=0.05)


def test_curve_of_equal_points_is_transformed() -> None:
    still = ScreenCurves([np.array([[3.0, 4.0], [3.0, 4.0]])])
    (line,) = still.placed(QTransform.fromScale(2, 2), 1.5)
    assert {line.at(number).toTuple() for number in range(line.size())} == {(6.0, 8.0)}


def test_empty_set_of_curves() -> None:
    assert len(ScreenCurves()) == 0
    assert ScreenCurves().placed(QTransform(), 1.0) == []


def test_cached_picture_equals_new_drawing() -> None:
    lines, kept = _curves(), CachedLines(_WHITE)
    for dx, dy in ((0, 0), (7, -3), (60, 50), (-90, 20)):
        moved = _PLACING * QTransform.fromTranslate(dx, dy)
        images = _canvas(1.0), _canvas(1.0)
        for image, drawn in zip(images, (kept, CachedLines(_WHITE)), strict=True):
            painter = QPainter(image)
            drawn.put(painter, lines, moved, _ROOM)
            painter.end()
        assert np.array_equal(_pixels(images[0]), _pixels(images[1]))
