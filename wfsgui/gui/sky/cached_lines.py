"""Cached picture of lines over the image, which is reused while the view is only moved."""

from __future__ import annotations

from math import floor
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from wfsgui.gui.canvas.overlay import HALO, HALO_WIDTH
from wfsgui.gui.sky.screen_curves import ScreenCurves

__all__ = ["CachedLines", "draw_lines"]

# Screen pixels: margin around the view in the picture; tolerances of positions and, relative, of scales.
_MARGIN: Final = 128
_SAME_PLACE: Final = 0.01
_SAME_SCALE: Final = 1e-6
_WIDTH: Final = 1.0


class CachedLines:
    """Keep a picture of lines with their halo, because drawing takes as long as everything else in the view.

    Parameters
    ----------
    colour : QColor
        Colour of the lines.
    """

    def __init__(self, colour: QColor) -> None:
        self._colour = colour
        self._lines = ScreenCurves()
        self._placing = QTransform()
        self._room = QRectF()
        self._ratio = 1.0
        self._picture: QImage | None = None

    def put(self, painter: QPainter, lines: ScreenCurves, placing: QTransform, room: QRectF) -> None:
        """Draw lines on the screen, from the cached picture if possible.

        Parameters
        ----------
        painter : QPainter
            Painter in screen coordinates.
        lines : ScreenCurves
            The lines; pass the same object while they are the same.
        placing : QTransform
            Transform from their coordinates to the screen.
        room : QRectF
            Part of the screen to fill.
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
        """Return the shift of the view by whole device pixels; None if the view changed in another way."""
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
        # Painted in device pixels; the ratio is set afterwards.
        placing = self._placing * QTransform.fromTranslate(-around.left(), -around.top())
        _draw_offset_copies(
            painter, self._lines, placing * QTransform.fromScale(self._ratio, self._ratio), self._ratio, self._colour
        )
        painter.end()
        self._picture.setDevicePixelRatio(self._ratio)


def draw_lines(painter: QPainter, lines: ScreenCurves, placing: QTransform, colour: QColor) -> None:
    """Draw lines above their halo as scalable lines, for exports.

    Parameters
    ----------
    painter : QPainter
        The painter.
    lines : ScreenCurves
        The lines.
    placing : QTransform
        Transform from their coordinates to those of the painter.
    colour : QColor
        Colour of the lines.
    """
    placed = lines.placed(placing)
    for ink, width in _coats(colour):
        painter.setPen(_pen(ink, width))
        for line in placed:
            painter.drawPolyline(line)


def _draw_offset_copies(
    painter: QPainter, lines: ScreenCurves, placing: QTransform, ratio: float, colour: QColor
) -> None:
    """Draw a wide line as lines of one pixel side by side: this is 18 times as fast as a wide pen on a QPainterPath."""
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
