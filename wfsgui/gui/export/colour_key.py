"""Colour key of an exported view: a colour bar with numbers, or the data-quality classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from wfsgui.core.image.display import TOP_INDEX, Levels, bar_values
from wfsgui.gui.display.colours import DQ_CLASS_NAMES, DQ_COLOURS
from wfsgui.gui.export.page_text import INK, page_font
from wfsgui.gui.widgets.theme import NAN_COLOUR

__all__ = ["ClassKey", "ColourBar", "Key"]

_BAR_HEIGHT: Final = 14.0
_TICK: Final = 4.0
_GAP: Final = 8.0
_SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_DIGITS: Final = 4
_NO_VALUE: Final = "NaN"


class Key(Protocol):
    """Colour key beneath the image."""

    @property
    def height(self) -> float:
        """Height in units of the page."""

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the key in an area of the page."""


@dataclass(frozen=True, eq=False)
class ColourBar:
    """Colour bar with the values of the colours.

    Attributes
    ----------
    table : ndarray of uint8, shape (256, 3)
        Colour table.
    levels : Levels
        Values of the darkest and the brightest colour.
    stretch : str
        One of `wfsgui.core.image.display.STRETCHES`.
    unit : str
        Unit of the values; may be empty.
    """

    table: NDArray[np.uint8]
    levels: Levels
    stretch: str
    unit: str

    @property
    def height(self) -> float:
        """Height in units of the page."""
        return _BAR_HEIGHT + _TICK + QFontMetricsF(page_font()).height()

    @property
    def numbers(self) -> tuple[str, ...]:
        """Values at equal distances along the bar, spread by the stretch."""
        values = bar_values(self.levels, self.stretch, _SHARES)
        return tuple(f"{value:.{_DIGITS}g}" for value in values)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the bar with its numbers, the unit to its right, and the colour of NaN."""
        metrics = QFontMetricsF(page_font())
        beside = metrics.horizontalAdvance(self.unit) + _GAP if self.unit else 0.0
        nan = _BAR_HEIGHT + _GAP + metrics.horizontalAdvance(_NO_VALUE) + _GAP
        bar = QRectF(area.left(), area.top(), area.width() - beside - nan, _BAR_HEIGHT)
        row = np.ascontiguousarray(self.table[: TOP_INDEX + 1])
        # A copy, as the first image uses the memory of the array.
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
            # The first and the last number stay within the bar.
            left = min(max(x - width / 2, bar.left()), bar.right() - width)
            painter.drawText(QPointF(left, baseline), number)


class ClassKey:
    """Colours of the data-quality classes."""

    @property
    def height(self) -> float:
        """Height in units of the page."""
        return _BAR_HEIGHT

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint a square of colour and a name for each class."""
        x = area.left()
        for number, name in DQ_CLASS_NAMES.items():
            _paint_patch(painter, QRectF(x, area.top(), _BAR_HEIGHT, _BAR_HEIGHT), DQ_COLOURS[number], name)
            x += _BAR_HEIGHT + 3 * _GAP + QFontMetricsF(page_font()).horizontalAdvance(name)


def _paint_patch(painter: QPainter, patch: QRectF, colour: str, name: str) -> None:
    metrics = QFontMetricsF(page_font())
    painter.setPen(QPen(INK, 1))
    painter.fillRect(patch, QColor(colour))
    painter.drawRect(patch)
    painter.drawText(QPointF(patch.right() + _GAP, patch.center().y() + metrics.capHeight() / 2), name)
