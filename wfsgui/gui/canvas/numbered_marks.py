"""Numbered circles around places of the image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QTransform
from typing_extensions import override

from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.overlay import Lettering, ScreenOverlay, draw_path

__all__ = ["NumberedMarks"]

_COLOUR: Final = QColor("#ffd24a")
_HEIGHT: Final = 52.0
_WIDTH: Final = 1.4
# Radius in pixels of the image, and the least one in pixels of the screen.
_RADIUS: Final = 4.0
_LEAST: Final = 8.0
_GAP: Final = 3.0


class NumberedMarks(ScreenOverlay):
    """Draw a circle with a number around each place.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    """

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas, _HEIGHT)
        self._places: tuple[tuple[float, float], ...] = ()

    @property
    def places(self) -> tuple[tuple[float, float], ...]:
        """Pixels (x, y) that are marked, counted from 0."""
        return self._places

    def show_places(self, places: Sequence[tuple[float, float]]) -> None:
        """Mark pixels (x, y), counted from 0, in the order of their numbers."""
        self._places = tuple(places)
        self.update()

    @override
    def draw(self, painter: QPainter, placing: QTransform, area: QRectF) -> None:
        """Draw the circles, open so that the place can be seen."""
        for number, (x, y) in enumerate(self._places, start=1):
            middle = placing.map(QPointF(x + 0.5, y + 0.5))
            radius = max(placing.mapRect(QRectF(0, 0, _RADIUS, _RADIUS)).width(), _LEAST)
            path = QPainterPath()
            path.addEllipse(middle, radius, radius)
            draw_path(painter, path, _COLOUR, _WIDTH)
            at = middle + QPointF(radius + _GAP, -_GAP)
            Lettering.of(str(number)).draw(painter, QTransform.fromTranslate(at.x(), at.y()), _COLOUR)
