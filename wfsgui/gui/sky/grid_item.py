"""Graphics item of the grid of right ascension and declination."""

from __future__ import annotations

from itertools import product
from math import hypot
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF, QTransform
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from wfsgui.core.sky.grid import GridLine, LabelPlace, SkyGrid
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.overlay import INK, Lettering, ScreenOverlay, overlay_font, screen_angle
from wfsgui.gui.sky.cached_lines import CachedLines, draw_lines
from wfsgui.gui.sky.compass_item import CompassItem
from wfsgui.gui.sky.screen_curves import ScreenCurves

__all__ = ["SkyGridItem"]

_LINE: Final = QColor(255, 255, 255, 170)
# Screen pixels: possible distances of a label from the end of its line; from the line to the text; between labels.
_INSETS: Final = (8.0, 24.0, 44.0, 68.0)
_LIFT: Final = 4.0
_GAP: Final = 6.0


class _Written(NamedTuple):
    """Text of a label and its size."""

    text: Lettering
    room: QRectF


class SkyGridItem(ScreenOverlay):
    """Draw a grid; labels run along their lines, and labels that do not fit are left out.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    height : float
        Stacking order: higher items cover lower ones.
    compass : CompassItem
        Compass that labels must not cover.
    """

    def __init__(self, canvas: ImageCanvas, height: float, compass: CompassItem) -> None:
        super().__init__(canvas, height)
        self._compass = compass
        self._lines: tuple[GridLine, ...] = ()
        self._curves = ScreenCurves()
        self._image = QRectF()
        self._written: dict[str, _Written] = {}
        self._drawn = CachedLines(_LINE)

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of all lines, drawn or not."""
        return tuple(line.label for line in self._lines)

    def show_grid(self, grid: SkyGrid | None, shape: tuple[int, int]) -> None:
        """Set the grid of an image with this height and width; None removes it."""
        if grid is None and not self._lines:
            return
        self._lines = grid.lines if grid else ()
        self._image = QRectF(0, 0, shape[1], shape[0])
        self._curves = ScreenCurves([piece + 0.5 for line in self._lines for piece in line.pieces])
        self._written = {line.label: _write(line.label) for line in self._lines}
        self.update()

    @override
    def draw(self, painter: QPainter, placing: QTransform, area: QRectF) -> None:
        """Draw the lines, then the labels above them."""
        room = placing.mapRect(self._image).intersected(area)
        painter.setClipRect(room)
        if isinstance(painter.device(), QWidget):
            self._drawn.put(painter, self._curves, placing, room)
        else:
            draw_lines(painter, self._curves, placing, _LINE)
        taken = [QPolygonF(self._compass.room(area, placing))]
        for line in self._lines:
            turned = self._place(line, placing, room, taken)
            if turned is not None:
                self._written[line.label].text.draw(painter, turned, INK)

    def _place(self, line: GridLine, placing: QTransform, room: QRectF, taken: list[QPolygonF]) -> QTransform | None:
        """Return the first position of a label that is in the room and covers no other label; None if there is none."""
        written = self._written[line.label]
        for place, inset in product(line.places, _INSETS):
            turned = _along(place, placing, inset, written.room.width())
            outline = turned.map(QPolygonF(written.room.adjusted(-_GAP, 0, _GAP, 0)))
            if room.contains(outline.boundingRect()) and not any(outline.intersects(other) for other in taken):
                taken.append(outline)
                return turned
        return None


def _write(text: str) -> _Written:
    metrics = QFontMetricsF(overlay_font())
    return _Written(Lettering.of(text), QRectF(0, -metrics.ascent(), metrics.horizontalAdvance(text), metrics.height()))


def _along(place: LabelPlace, placing: QTransform, inset: float, width: float) -> QTransform:
    """Return the transform that places a text along a line from its end."""
    begin = placing.map(QPointF(place.x + 0.5, place.y + 0.5))
    ahead = placing.map(QPointF(place.x + place.dx + 0.5, place.y + place.dy + 0.5)) - begin
    ahead /= hypot(ahead.x(), ahead.y()) or 1.0
    angle = screen_angle(QPointF(), ahead)
    turned = QTransform().translate(begin.x(), begin.y()).rotate(angle)
    backwards = turned.map(QPointF(1, 0)) - begin
    is_backwards = QPointF.dotProduct(backwards, ahead) < 0
    return turned.translate(-inset - width if is_backwards else inset, -_LIFT)
