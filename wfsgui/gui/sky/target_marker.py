"""Mark of the exposure's target."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QTransform
from typing_extensions import override

from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.overlay import Lettering, ScreenOverlay, draw_path

__all__ = ["TargetMarker"]

_COLOUR: Final = QColor("#ffc247")
# Screen pixels.
_INNER: Final = 7.0
_OUTER: Final = 17.0
_NAME: Final = 6.0
_WIDTH: Final = 1.6


class TargetMarker(ScreenOverlay):
    """Draw an open cross with a free centre, and the name of the target.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    height : float
        Stacking order: higher items cover lower ones.
    """

    def __init__(self, canvas: ImageCanvas, height: float) -> None:
        super().__init__(canvas, height)
        self._place: QPointF | None = None
        self._name = Lettering.of("")

    @property
    def place(self) -> QPointF | None:
        """Position in canvas coordinates; None if there is no mark."""
        return self._place

    def show_target(self, place: tuple[float, float] | None, name: str) -> None:
        """Set the target; None removes the mark.

        Parameters
        ----------
        place : tuple of float or None
            x and y, pixels; the centre of the first pixel is (0, 0).
        name : str
            Name of the target.
        """
        found, lettering = QPointF(place[0] + 0.5, place[1] + 0.5) if place else None, Lettering.of(name)
        if found != self._place or (found is not None and lettering is not self._name):
            self.update()
        self._place, self._name = found, lettering

    @override
    def draw(self, painter: QPainter, placing: QTransform, area: QRectF) -> None:
        """Draw the mark, with the name at its upper right, or on another side if the view ends there."""
        if self._place is None:
            return
        at = placing.map(self._place)
        cross = QPainterPath()
        for direction in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
            cross.moveTo(at + direction * _INNER)
            cross.lineTo(at + direction * _OUTER)
        draw_path(painter, cross, _COLOUR, _WIDTH)
        size = self._name.letters.boundingRect()
        x = at.x() + _NAME
        if x + size.width() > area.right():
            x = at.x() - _NAME - size.width()
        y = at.y() - _NAME
        if y - size.height() < area.top():
            y = at.y() + _NAME + size.height()
        self._name.draw(painter, QTransform.fromTranslate(x, y), _COLOUR)
