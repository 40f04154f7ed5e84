"""Lines over the image, drawn once for as long as the view is only moved."""

from __future__ import annotations

from math import floor
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from wfsgui.gui.canvas.overlay import HALO, HALO_WIDTH
from wfsgui.gui.sky.screen_curves import ScreenCurves

__all__ = ["CachedLines", "draw_lines"]

# Pixels of the screen: what is drawn beside the view, to be moved into it; what may be lost to rounding, of a place
# and, over thousands of pixels, of a scale.
_MARGIN: Final = 128
_SAME_PLACE: Final = 0.01
_SAME_SCALE: Final = 1e-6
_WIDTH: Final = 1.0


class CachedLines:
    """Keep lines with their halo as a picture: to draw them takes as long as all else in the view.

    Parameters
    ----------
    colour : QColor
        Of the lines.
    """

    def __init__(self, colour: QColor) -> None:
        self._colour = colour
        self._lines = ScreenCurves()
        self._placing = QTransform()
        self._room = QRectF()
        self._ratio = 1.0
        self._picture: QImage | None = None

    def put(self, painter: QPainter, lines: ScreenCurves, placing: QTransform, room: QRectF) -> None:
        """Draw lines on the screen.

        Parameters
        ----------
        painter : QPainter
            In coordinates of the screen.
        lines : ScreenCurves
            The lines; the same object as before where they are the same.
        placing : QTransform
            From their coordinates to those of the screen.
        room : QRectF
            The part of the screen to fill.
        """
        ratio = painter.device().devicePixelRatioF()
        move = self._move(placing) if lines is self._lines and ratio == self._ratio else None
        if move is None or not self._room.translated(move).contains(room):
            self._lines, self._placing, self._ratio = lines, QTransform(placing), ratio
            self._draw(room)
            move = QPointF()
        if self._picture is not None:
            painter.drawImage(self._room.topLeft() + move, self._picture)

    def _move(self, placing: QTransform) -> QPointF | None:
        """Return how far the view has moved, by whole pixels of the device; None where it has changed otherwise."""
        was = self._placing
        pairs = ((placing.m11(), was.m11()), (placing.m12(), was.m12()), (placing.m21(), was.m21()))
        if any(abs(now - then) > _SAME_SCALE for now, then in (*pairs, (placing.m22(), was.m22()))):
            return None
        exact = QPointF(placing.dx() - was.dx(), placing.dy() - was.dy()) * self._ratio
        whole = QPointF(exact.toPoint())
        return whole / self._ratio if (exact - whole).manhattanLength() < _SAME_PLACE else None

    def _draw(self, room: QRectF) -> None:
        around = QRectF(room.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN).toAlignedRect())
        self._room, self._picture = around, None
        if not self._lines or around.isEmpty():
            return
        size = (around.size() * self._ratio).toSize()
        self._picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        self._picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # In pixels of the device, whose ratio is set when it is painted.
        placing = self._placing * QTransform.fromTranslate(-around.left(), -around.top())
        _draw_strands(
            painter, self._lines, placing * QTransform.fromScale(self._ratio, self._ratio), self._ratio, self._colour
        )
        painter.end()
        self._picture.setDevicePixelRatio(self._ratio)


def draw_lines(painter: QPainter, lines: ScreenCurves, placing: QTransform, colour: QColor) -> None:
    """Draw lines with a halo that is beneath all of them, as they are to be scaled: on paper.

    Parameters
    ----------
    painter : QPainter
        Where.
    lines : ScreenCurves
        The lines.
    placing : QTransform
        From their coordinates to the painter's.
    colour : QColor
        Of the lines.
    """
    placed = lines.placed(placing)
    for ink, width in _coats(colour):
        painter.setPen(_pen(ink, width))
        for line in placed:
            painter.drawPolyline(line)


def _draw_strands(painter: QPainter, lines: ScreenCurves, placing: QTransform, ratio: float, colour: QColor) -> None:
    """Draw the same of strands, side by side: Qt paints those of a pixel's width ten times as fast as wider ones."""
    for ink, width in _coats(colour):
        painter.setPen(_pen(ink, 1.0))
        count = max(floor(ratio * width + 0.5), 1)
        reach = (ratio * width - 1) / 2 if count > 1 else 0.0
        for aside in np.linspace(-reach, reach, count).tolist():
            for line in lines.placed(placing, aside):
                painter.drawPolyline(line)


def _coats(colour: QColor) -> tuple[tuple[QColor, float], ...]:
    return (HALO, _WIDTH + 2 * HALO_WIDTH), (colour, _WIDTH)


def _pen(ink: QColor, width: float) -> QPen:
    return QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
