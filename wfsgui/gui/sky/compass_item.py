"""Compass with north and east in a corner of the view."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QTransform
from typing_extensions import override

from wfsgui.core.sky.geometry import Compass
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.overlay import INK, Lettering, ScreenOverlay, draw_path

__all__ = ["CompassItem"]

# Screen pixels: length of an arrow, from its tip to the centre of the letter, and from the corner of the view.
_LENGTH: Final = 34.0
_LETTER: Final = 11.0
_MARGIN: Final = 14.0
_HEAD: Final = (7.0, 3.5)
_WIDTH: Final = 1.6
_ROOM: Final = 84.0


class CompassItem(ScreenOverlay):
    """Draw two arrows with a fixed size and position on the screen.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    height : float
        Stacking order: higher items cover lower ones.
    """

    def __init__(self, canvas: ImageCanvas, height: float) -> None:
        super().__init__(canvas, height)
        self._canvas = canvas
        self._compass: Compass | None = None
        self._letters = (Lettering.of("N"), Lettering.of("E"))

    @property
    def compass(self) -> Compass | None:
        """The directions; None if nothing is drawn."""
        return self._compass

    def show_compass(self, compass: Compass | None) -> None:
        """Set the directions; None removes the compass."""
        if compass != self._compass:
            self._compass = compass
            self.update()

    def room(self, area: QRectF, placing: QTransform) -> QRectF:
        """Return the rectangle that the compass needs in any direction; empty if it is not drawn.

        Parameters
        ----------
        area : QRectF
            Rectangle of the view on the screen.
        placing : QTransform
            Transform from the image to the screen.
        """
        if self._compass is None or not self.isVisible():
            return QRectF()
        corner = self._place(area, placing).topRight()
        return QRectF(corner.x() - _ROOM, corner.y(), _ROOM, _ROOM)

    @override
    def draw(self, painter: QPainter, placing: QTransform, area: QRectF) -> None:
        """Draw the compass in the upper right corner of the visible part of the image."""
        if self._compass is None:
            return
        arrows, letters = QPainterPath(), []
        bounds = QRectF()
        for text, (dx, dy) in zip(self._letters, (self._compass.north, self._compass.east), strict=True):
            # y of the image runs upwards, y of the screen downwards.
            direction = QPointF(dx, -dy)
            arrows.addPath(_arrow(direction))
            place = direction * (_LENGTH + _LETTER) - text.letters.boundingRect().center()
            letters.append((text, place))
            bounds |= text.letters.boundingRect().translated(place)
        corner = (bounds | arrows.boundingRect()).topRight()
        # Whole pixels, so that it does not jitter while the image moves.
        move = QPointF((self._place(area, placing).topRight() + QPointF(-_MARGIN, _MARGIN) - corner).toPoint())
        draw_path(painter, arrows.translated(move), INK, _WIDTH)
        for text, place in letters:
            text.draw(painter, QTransform.fromTranslate(*(place + move).toTuple()), INK)

    def _place(self, area: QRectF, placing: QTransform) -> QRectF:
        """Return the visible part of the image; the whole view if that part is too small."""
        shape = self._canvas.shape
        if shape is None:
            return area
        seen = placing.mapRect(QRectF(0, 0, shape[1], shape[0])) & area
        return seen if min(seen.width(), seen.height()) >= _ROOM else area


def _arrow(direction: QPointF) -> QPainterPath:
    tip, aside = direction * _LENGTH, QPointF(-direction.y(), direction.x())
    back, half = _HEAD
    path = QPainterPath()
    path.lineTo(tip)
    path.moveTo(tip - direction * back + aside * half)
    path.lineTo(tip)
    path.lineTo(tip - direction * back - aside * half)
    return path
