"""Sheet with the tiles of the page *Visit*, to be saved as a picture; white with dark text in every theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from wfsgui.gui.export.page_text import line_height, page_font, wrapped
from wfsgui.gui.visit_page.visit_tile import TILE, VisitTile, paint_tile
from wfsgui.gui.widgets.tokens import GRID, LIGHT

__all__ = ["SheetEntry", "VisitSheet"]

_MARGIN: Final = 4 * GRID
_GAP: Final = GRID
# Width over height of the sheet: that of a page in landscape.
_SHAPE: Final = sqrt(2)
_FEWEST: Final = 3


@dataclass(frozen=True, eq=False)
class SheetEntry:
    """One exposure on the sheet.

    Attributes
    ----------
    tile : VisitTile
        What is said about it.
    picture : QImage or None
        Its thumbnail.
    fault : str
        Why there is no thumbnail.
    """

    tile: VisitTile
    picture: QImage | None
    fault: str


class VisitSheet:
    """Lay out the tiles in rows, with a caption above them.

    Parameters
    ----------
    entries : sequence of SheetEntry
        The exposures.
    caption : sequence of str
        Paragraphs above the tiles.
    """

    def __init__(self, entries: Sequence[SheetEntry], caption: Sequence[str]) -> None:
        self._entries = tuple(entries)
        across, down = TILE.width() + _GAP, TILE.height() + _GAP
        self._columns = max(round(sqrt(len(entries) * _SHAPE * down / across)), _FEWEST)
        self._width = self._columns * across - _GAP
        self._lines = wrapped(caption, float(self._width))

    @property
    def size(self) -> QSize:
        """Width and height in units of the sheet."""
        rows = ceil(len(self._entries) / self._columns)
        height = self._top + rows * (TILE.height() + _GAP) - _GAP + _MARGIN
        return QSize(self._width + 2 * _MARGIN, height)

    @property
    def _top(self) -> int:
        return 2 * _MARGIN + ceil(len(self._lines) * line_height())

    def paint(self, painter: QPainter) -> None:
        """Paint the sheet; the painter uses units of the sheet."""
        painter.setFont(page_font())
        painter.setPen(QPen(QColor(LIGHT.text), 1))
        baseline = float(_MARGIN)
        for line in self._lines:
            baseline += line_height()
            painter.drawText(QPointF(_MARGIN, baseline), line)
        for number, entry in enumerate(self._entries):
            row, column = divmod(number, self._columns)
            left = _MARGIN + column * (TILE.width() + _GAP)
            box = QRect(left, self._top + row * (TILE.height() + _GAP), TILE.width(), TILE.height())
            paint_tile(painter, box, entry.tile, entry.picture, LIGHT, entry.fault)
