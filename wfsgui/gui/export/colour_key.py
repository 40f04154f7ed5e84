"""What the colours of an exported view mean: a colour bar with numbers, or the classes of flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from wfsgui.core.image.display import FLAGGED, NO_FLAG, NOT_TO_BE_USED, TOP_INDEX, Levels, stretch_table
from wfsgui.gui.display.colours import DQ_COLOURS
from wfsgui.gui.export.page_text import INK, page_font
from wfsgui.gui.widgets.theme import NAN_COLOUR

__all__ = ["ClassKey", "ColourBar", "Key"]

_BAR_HEIGHT: Final = 14.0
_TICK: Final = 4.0
_GAP: Final = 8.0
_SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_DIGITS: Final = 4
_NO_VALUE: Final = "NaN"
_CLASSES: Final = {NO_FLAG: "no flag", FLAGGED: "flagged", NOT_TO_BE_USED: "DO_NOT_USE"}


class Key(Protocol):
    """What is drawn beneath the image."""

    @property
    def height(self) -> float:
        """How high it is."""

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Draw it."""


@dataclass(frozen=True, eq=False)
class ColourBar:
    """From which value to which the colours run.

    Attributes
    ----------
    table : ndarray of uint8, shape (256, 3)
        Colour table.
    levels : Levels
        Values of its ends.
    stretch : str
        One of `wfsgui.core.image.display.STRETCHES`.
    unit : str
        Of the values; may be empty.
    """

    table: NDArray[np.uint8]
    levels: Levels
    stretch: str
    unit: str

    @property
    def height(self) -> float:
        """How high it is."""
        return _BAR_HEIGHT + _TICK + QFontMetricsF(page_font()).height()

    @property
    def numbers(self) -> tuple[str, ...]:
        """The values at equal distances along the bar; the stretch spreads them."""
        table, wanted = stretch_table(self.stretch)[:-1], np.array(_SHARES) * TOP_INDEX
        # The middle of those steps that have the colour.
        steps = (np.searchsorted(table, wanted, side="left") + np.searchsorted(table, wanted, side="right")) / 2
        steps[[0, -1]] = 0, len(table) - 1
        values = self.levels.low + steps / (len(table) - 1) * (self.levels.high - self.levels.low)
        # What is nothing beside the range is nothing.
        values[np.abs(values) < 1e-4 * (self.levels.high - self.levels.low)] = 0.0
        return tuple(f"{value:.{_DIGITS}g}" for value in values)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Draw it with its numbers, the unit at its right, and the colour of pixels without a value."""
        metrics = QFontMetricsF(page_font())
        beside = metrics.horizontalAdvance(self.unit) + _GAP if self.unit else 0.0
        nan = _BAR_HEIGHT + _GAP + metrics.horizontalAdvance(_NO_VALUE) + _GAP
        bar = QRectF(area.left(), area.top(), area.width() - beside - nan, _BAR_HEIGHT)
        row = np.ascontiguousarray(self.table[: TOP_INDEX + 1])
        # A copy, for the first image is a view of numpy's memory.
        image = QImage(row.tobytes(), len(row), 1, row.nbytes, QImage.Format.Format_RGB888).copy()
        painter.drawImage(bar, image)
        painter.setPen(QPen(INK, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        middle = bar.center().y() + metrics.capHeight() / 2
        painter.drawText(QPointF(bar.right() + _GAP, middle), self.unit)
        patch = QRectF(area.right() - nan + _GAP, area.top(), _BAR_HEIGHT, _BAR_HEIGHT)
        _paint_patch(painter, patch, NAN_COLOUR, _NO_VALUE)
        self._paint_numbers(painter, bar)

    def _paint_numbers(self, painter: QPainter, bar: QRectF) -> None:
        metrics = QFontMetricsF(page_font())
        baseline = bar.bottom() + _TICK + metrics.ascent()
        for share, number in zip(_SHARES, self.numbers, strict=True):
            x, width = bar.left() + share * bar.width(), metrics.horizontalAdvance(number)
            painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + _TICK))
            # Those at the ends keep within the bar.
            left = min(max(x - width / 2, bar.left()), bar.right() - width)
            painter.drawText(QPointF(left, baseline), number)


class ClassKey:
    """Which colour stands for which class of flags."""

    @property
    def height(self) -> float:
        """How high it is."""
        return _BAR_HEIGHT

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Draw a patch of colour and a name for each."""
        x = area.left()
        for number, name in _CLASSES.items():
            _paint_patch(painter, QRectF(x, area.top(), _BAR_HEIGHT, _BAR_HEIGHT), DQ_COLOURS[number], name)
            x += _BAR_HEIGHT + 3 * _GAP + QFontMetricsF(page_font()).horizontalAdvance(name)


def _paint_patch(painter: QPainter, patch: QRectF, colour: str, name: str) -> None:
    metrics = QFontMetricsF(page_font())
    painter.setPen(QPen(INK, 1))
    painter.fillRect(patch, QColor(colour))
    painter.drawRect(patch)
    painter.drawText(QPointF(patch.right() + _GAP, patch.center().y() + metrics.capHeight() / 2), name)
