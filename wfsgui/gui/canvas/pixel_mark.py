"""Box around one pixel of the image."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QTransform
from typing_extensions import override

from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.overlay import ScreenOverlay, draw_path, keep_out_of_exports

__all__ = ["PixelMark"]

_COLOUR: Final = QColor("#ffffff")
_HEIGHT: Final = 55.0
_WIDTH: Final = 1.6
# Least side in pixels of the screen, so that the box is visible around a smaller pixel of the image.
_LEAST: Final = 11.0


class PixelMark(ScreenOverlay):
    """Draw a box around a pixel; zoomed out, the box is larger than the pixel.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    """

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas, _HEIGHT)
        self._pixel: tuple[int, int] | None = None
        keep_out_of_exports(self)

    @property
    def pixel(self) -> tuple[int, int] | None:
        """Column and row of the pixel, counted from 0; None if no pixel is marked."""
        return self._pixel

    def show_pixel(self, pixel: tuple[int, int] | None) -> None:
        """Mark a pixel by column and row, counted from 0; None hides the mark."""
        if pixel != self._pixel:
            self._pixel = pixel
            self.update()

    @override
    def draw(self, painter: QPainter, placing: QTransform, area: QRectF) -> None:
        """Draw the box outside of the pixel, so that it covers no part of it."""
        if self._pixel is None:
            return
        x, y = self._pixel
        box = placing.mapRect(QRectF(x, y, 1, 1))
        middle, side = box.center(), max(box.width(), _LEAST) + _WIDTH
        path = QPainterPath()
        path.addRect(QRectF(middle - QPointF(side, side) / 2, middle + QPointF(side, side) / 2))
        draw_path(painter, path, _COLOUR, _WIDTH)
