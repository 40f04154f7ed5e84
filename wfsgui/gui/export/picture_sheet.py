"""Sheet with a picture of widgets and a caption, to be saved; white with dark text in every theme."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPen, QPixmap

from wfsgui.gui.export.page_text import INK, line_height, page_font, wrapped

__all__ = ["PictureSheet"]

_MARGIN: Final = 16.0
_GAP: Final = 10.0


class PictureSheet:
    """Lay out a picture with its caption beneath it.

    Parameters
    ----------
    picture : QPixmap
        The picture.
    caption : sequence of str
        Paragraphs of the caption.
    """

    def __init__(self, picture: QPixmap, caption: Sequence[str]) -> None:
        self._picture = picture
        self._shown = picture.deviceIndependentSize()
        self._lines = wrapped(caption, self._shown.width())

    @property
    def size(self) -> QSize:
        """Width and height in units of the sheet."""
        height = self._shown.height() + 2 * _MARGIN + _GAP + len(self._lines) * line_height()
        return QSize(ceil(self._shown.width() + 2 * _MARGIN), ceil(height))

    def paint(self, painter: QPainter) -> None:
        """Paint the sheet; the painter uses units of the sheet."""
        place = QRectF(QPointF(_MARGIN, _MARGIN), self._shown)
        painter.drawPixmap(place, self._picture, QRectF(self._picture.rect()))
        painter.setFont(page_font())
        painter.setPen(QPen(INK, 1))
        baseline = place.bottom() + _GAP
        for line in self._lines:
            baseline += line_height()
            painter.drawText(QPointF(_MARGIN, baseline), line)
