"""Widget of the histogram, with two level lines that can be dragged and a colour bar."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from wfsgui.core.image.display import Histogram, Levels, stretch_table
from wfsgui.gui.display.level_lines import LevelLines
from wfsgui.gui.widgets.theme import muted_colour

__all__ = ["HistogramStrip"]

# In line heights of the font.
_HEIGHT: Final = 2.6
_BAR_HEIGHT: Final = 0.45
_GRIP: Final = 0.35
_REACH: Final = 0.6
_NARROWEST: Final = 5
_MARGIN: Final = 4
_SHADE: Final = 90


class HistogramStrip(QWidget):
    """Show counts on a logarithmic scale, and the two levels.

    Parameters
    ----------
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    lines : LevelLines
        The two levels on the scale.
    levels_dragged : Signal(Levels)
        Levels while a line is being dragged.
    """

    levels_dragged = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._histogram: Histogram | None = None
        self._waiting: Histogram | None = None
        self.lines = LevelLines(_MARGIN)
        self._colours: NDArray[np.uint8] | None = None
        self._stretch = ""
        self._outline: tuple[Histogram, QRectF, QPolygonF] | None = None
        self.setObjectName("histogram")
        self.setAccessibleName("Histogram")
        self.setToolTip("Number of pixels by value, on a logarithmic scale. Drag a line to set that level by hand.")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_histogram(self, histogram: Histogram, levels: Levels) -> None:
        """Show counts and levels; while a line is dragged, its own levels stay."""
        if self.lines.is_held:
            # The scale must not move while a line is dragged.
            self._waiting = histogram
            return
        self._histogram, self.lines.span, self.lines.levels = histogram, histogram.span, levels
        self.update()

    def set_colours(self, table: NDArray[np.uint8], stretch: str) -> None:
        """Set the colour bar.

        Parameters
        ----------
        table : ndarray of uint8, shape (256, 3)
            Colour table.
        stretch : str
            One of `wfsgui.core.image.display.STRETCHES`.
        """
        if (table is not self._colours) or stretch != self._stretch:
            self._colours, self._stretch = table, stretch
            self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._histogram = self._waiting = None
        self.lines.clear()
        self.update()

    @property
    def _reach(self) -> float:
        """Distance from a line at which it can be held, pixels of the screen."""
        return _REACH * self.fontMetrics().height()

    def _bar(self) -> QRect:
        height = round(_BAR_HEIGHT * self.fontMetrics().height())
        return QRect(_MARGIN, self.height() - height, self.lines.width, height)

    def _paint_counts(self, painter: QPainter, histogram: Histogram, room: QRectF) -> None:
        if self._outline is None or self._outline[:2] != (histogram, room):
            self._outline = histogram, room, _outline(histogram, room)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(muted_colour())
        painter.drawPolygon(self._outline[2])

    def _paint_levels(self, painter: QPainter, levels: Levels, room: QRectF) -> None:
        low, high = self.lines.position(levels.low), self.lines.position(levels.high)
        shade = self.palette().color(QPalette.ColorRole.Window)
        shade.setAlpha(_SHADE)
        painter.fillRect(QRectF(0, 0, low, room.height()), shade)
        painter.fillRect(QRectF(high, 0, self.width() - high, room.height()), shade)
        ink = self.palette().color(QPalette.ColorRole.Text)
        painter.setPen(QPen(ink, 1.5))
        painter.setBrush(ink)
        grip = _GRIP * self.fontMetrics().height()
        # The grips point inwards, which distinguishes the two lines.
        for x, inwards in ((low, 1), (high, -1)):
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
            painter.drawPolygon(QPolygonF([QPointF(x, 0), QPointF(x + inwards * grip, grip / 2), QPointF(x, grip)]))

    def _colour_row(self, colours: NDArray[np.uint8], levels: Levels, span: Levels) -> QImage:
        """Return one row of the colour bar."""
        values = np.linspace(span.low, span.high, self.lines.width)
        shares = np.clip((values - levels.low) / (levels.high - levels.low), 0, 1)
        table = stretch_table(self._stretch)
        # The last entry of the table is that of NaN.
        row = colours[table[np.rint(shares * (len(table) - 2)).astype(int)]]
        # A copy, as the first image uses the memory of the array.
        return QImage(row.tobytes(), len(row), 1, row.nbytes, QImage.Format.Format_RGB888).copy()

    @override
    def sizeHint(self) -> QSize:
        """Return a height of some lines of text."""
        line = self.fontMetrics().height()
        return QSize(_NARROWEST * 3 * line, round(_HEIGHT * line))

    @override
    def minimumSizeHint(self) -> QSize:
        """Return a smaller width with the same height."""
        return QSize(_NARROWEST * self.fontMetrics().height(), self.sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the scale to the new width."""
        super().resizeEvent(event)
        self.lines.width = max(self.width() - 2 * _MARGIN, 1)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw counts, colour bar and levels."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        levels = self.lines.levels
        if self._histogram is None or levels is None:
            return
        bar = self._bar()
        room = QRectF(_MARGIN, 0, self.lines.width, bar.top())
        if self._colours is not None:
            painter.drawImage(bar, self._colour_row(self._colours, levels, self._histogram.span))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_counts(painter, self._histogram, room.adjusted(0, 2, 0, 0))
        self._paint_levels(painter, levels, room)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the line near the cursor."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.lines.hold(event.position().x(), self._reach)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the held line, or show the cursor for dragging near a line."""
        if self.lines.drag(event.position().x()):
            self.levels_dragged.emit(self.lines.levels)
            self.update()
        elif self.lines.is_near(event.position().x(), self._reach):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End dragging, and show the histogram that has come meanwhile."""
        if event.button() is Qt.MouseButton.LeftButton and self.lines.is_held:
            self.lines.release()
            if self._waiting is not None and self.lines.levels is not None:
                self.show_histogram(self._waiting, self.lines.levels)
            self._waiting = None


def _outline(histogram: Histogram, room: QRectF) -> QPolygonF:
    """Return the columns of the counts as one polygon."""
    heights = np.log1p(histogram.counts)
    heights = heights / max(heights.max(), 1.0) * room.height()
    width = room.width() / len(heights)
    corners = [QPointF(room.left(), room.bottom())]
    for number, height in enumerate(heights):
        top = room.bottom() - float(height)
        left = room.left() + number * width
        corners += [QPointF(left, top), QPointF(left + width, top)]
    corners.append(QPointF(room.right(), room.bottom()))
    return QPolygonF(corners)
