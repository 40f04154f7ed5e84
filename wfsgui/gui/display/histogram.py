"""The histogram with two level lines that can be dragged, and the colours of the values beneath it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from wfsgui.core.image.display import Histogram, Levels, stretch_table
from wfsgui.gui.widgets.theme import muted_colour

__all__ = ["HistogramStrip"]

_Line = Literal["low", "high"]

# In heights of a line of text.
_HEIGHT: Final = 2.6
_BAR_HEIGHT: Final = 0.45
_GRIP: Final = 0.35
_REACH: Final = 0.6
_NARROWEST: Final = 8
# Room beside the first and the last value, so that a line there can be seen and held.
_MARGIN: Final = 4
# As near as the two lines can be dragged, as a share of what is shown.
_LEAST_GAP: Final = 1e-3
_SHADE: Final = 90


class HistogramStrip(QWidget):
    """Counts on a logarithmic scale, and the two levels.

    Parameters
    ----------
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    levels_dragged : Signal(Levels)
        A line is being dragged, and is here now.
    """

    levels_dragged = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._histogram: Histogram | None = None
        self._waiting: Histogram | None = None
        self._levels: Levels | None = None
        self._colours: NDArray[np.uint8] | None = None
        self._stretch = ""
        self._outline: tuple[Histogram, QRectF, QPolygonF] | None = None
        self._held: _Line | None = None
        self.setObjectName("histogram")
        self.setAccessibleName("Histogram")
        self.setToolTip("How often values occur (logarithmic). Drag a line to set that level by hand.")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_histogram(self, histogram: Histogram, levels: Levels) -> None:
        """Show counts and levels; while a line is dragged, only the levels of its making."""
        if self._held is not None:
            # The scale must not move under the hand.
            self._waiting = histogram
            return
        self._histogram, self._levels = histogram, levels
        self.update()

    def set_colours(self, table: NDArray[np.uint8], stretch: str) -> None:
        """Set the colours of the values.

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
        self._histogram = self._waiting = self._levels = self._held = None
        self.update()

    @property
    def _extent(self) -> int:
        return max(self.width() - 2 * _MARGIN, 1)

    def place(self, value: float) -> float:
        """Return where a value is, in pixels from the left edge; 0 where nothing is shown."""
        if self._histogram is None:
            return 0.0
        span = self._histogram.span
        return _MARGIN + (value - span.low) / (span.high - span.low) * self._extent

    def _value(self, place: float, span: Levels) -> float:
        share = min(max((place - _MARGIN) / self._extent, 0.0), 1.0)
        return span.low + share * (span.high - span.low)

    def _line_at(self, place: float) -> _Line | None:
        if self._levels is None:
            return None
        low, high = (abs(place - self.place(value)) for value in (self._levels.low, self._levels.high))
        if min(low, high) > _REACH * self.fontMetrics().height():
            return None
        return "low" if low < high else "high"

    def _drag(self, place: float) -> None:
        if self._held is None or self._levels is None or self._histogram is None:
            return
        span = self._histogram.span
        value, gap = self._value(place, span), _LEAST_GAP * (span.high - span.low)
        if self._held == "low":
            self._levels = replace(self._levels, low=min(value, self._levels.high - gap))
        else:
            self._levels = replace(self._levels, high=max(value, self._levels.low + gap))
        self.levels_dragged.emit(self._levels)
        self.update()

    def _bar(self) -> QRect:
        height = round(_BAR_HEIGHT * self.fontMetrics().height())
        return QRect(_MARGIN, self.height() - height, self._extent, height)

    def _paint_counts(self, painter: QPainter, histogram: Histogram, room: QRectF) -> None:
        if self._outline is None or self._outline[:2] != (histogram, room):
            self._outline = histogram, room, _outline(histogram, room)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(muted_colour())
        painter.drawPolygon(self._outline[2])

    def _paint_levels(self, painter: QPainter, levels: Levels, room: QRectF) -> None:
        low, high = self.place(levels.low), self.place(levels.high)
        shade = self.palette().color(QPalette.ColorRole.Window)
        shade.setAlpha(_SHADE)
        painter.fillRect(QRectF(0, 0, low, room.height()), shade)
        painter.fillRect(QRectF(high, 0, self.width() - high, room.height()), shade)
        ink = self.palette().color(QPalette.ColorRole.Text)
        painter.setPen(QPen(ink, 1.5))
        painter.setBrush(ink)
        grip = _GRIP * self.fontMetrics().height()
        # The grips point inwards: which line is which can be told where they meet.
        for place, inwards in ((low, 1), (high, -1)):
            painter.drawLine(QPointF(place, 0), QPointF(place, self.height()))
            painter.drawPolygon(
                QPolygonF([QPointF(place, 0), QPointF(place + inwards * grip, grip / 2), QPointF(place, grip)])
            )

    def _colour_row(self, colours: NDArray[np.uint8], levels: Levels, span: Levels) -> QImage:
        """Draw the colour of the value at each pixel of the width."""
        values = np.linspace(span.low, span.high, self._extent)
        shares = np.clip((values - levels.low) / (levels.high - levels.low), 0, 1)
        table = stretch_table(self._stretch)
        # The table's last entry is that of NaN.
        row = colours[table[np.rint(shares * (len(table) - 2)).astype(int)]]
        # A copy, for the first image is a view of numpy's memory.
        return QImage(row.tobytes(), len(row), 1, row.nbytes, QImage.Format.Format_RGB888).copy()

    @override
    def sizeHint(self) -> QSize:
        """Ask for some lines of text."""
        line = self.fontMetrics().height()
        return QSize(_NARROWEST * 3 * line, round(_HEIGHT * line))

    @override
    def minimumSizeHint(self) -> QSize:
        """Do with less width, not with less height."""
        return QSize(_NARROWEST * self.fontMetrics().height(), self.sizeHint().height())

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw counts, colours and levels."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if self._histogram is None or self._levels is None:
            return
        bar = self._bar()
        room = QRectF(_MARGIN, 0, self._extent, bar.top())
        if self._colours is not None:
            painter.drawImage(bar, self._colour_row(self._colours, self._levels, self._histogram.span))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_counts(painter, self._histogram, room.adjusted(0, 2, 0, 0))
        self._paint_levels(painter, self._levels, room)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the line that is near."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._held = self._line_at(event.position().x())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the line that is held, or show that one can be."""
        if self._held is not None:
            self._drag(event.position().x())
        elif self._line_at(event.position().x()) is not None:
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the line go."""
        if event.button() is Qt.MouseButton.LeftButton and self._held is not None:
            self._held = None
            if self._waiting is not None and self._levels is not None:
                self.show_histogram(self._waiting, self._levels)
            self._waiting = None


def _outline(histogram: Histogram, room: QRectF) -> QPolygonF:
    """Return the columns of the counts as one shape."""
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
