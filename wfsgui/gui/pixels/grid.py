"""Widget that paints a grid of pixels."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.gui.dq.flag_colours import flag_colour
from wfsgui.gui.pixels.block import DQ, HALF, SIZE, PixelBlock
from wfsgui.gui.widgets.text_width import width_of
from wfsgui.gui.widgets.theme import NAN_COLOUR, muted_colour, plain_tip

__all__ = ["PixelGrid"]

_PADDING: Final = 4
_FRAME: Final = 2
# Texts that set the initial widths, of the cells and of the row numbers.
_VALUE: Final = "-000.0"
_NUMBER: Final = "00000"
_TINT: Final = 90
_ON_NAN: Final = "#ffffff"
_CENTRED: Final = Qt.AlignmentFlag.AlignCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PixelGrid(QWidget):
    """Show a block of pixels; the cells never become narrower, so that nothing jumps while the cursor moves."""

    def __init__(self) -> None:
        super().__init__()
        self._block: PixelBlock | None = None
        self._numbers = FROM_1
        self._bold, self._line, self._margin = QFont(), 0, 0
        self._widths: dict[str, int] = {}
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._measure()

    def show_block(self, block: PixelBlock, numbers: PixelNumbers) -> None:
        """Show a block of pixels.

        Parameters
        ----------
        block : PixelBlock
            The pixels.
        numbers : PixelNumbers
            How columns and rows are numbered.
        """
        self._block, self._numbers = block, numbers
        self.setAccessibleName(block.heading)
        needed = width_of(self._bold, _VALUE, *(text for line in block.texts for text in line)) + 2 * _PADDING
        before = self._widths.get(block.plane, 0)
        self._widths[block.plane] = max(needed, before)
        if self.sizeHint() != self.size():
            self.updateGeometry()
        self.update()

    def cell(self, row: int, column: int) -> QRect:
        """Return the rectangle of a cell; rows are counted from the top."""
        line, width = self._line, self._cell_width
        return QRect(self._margin + column * width, (2 + row) * line, width, line)

    def centre(self) -> int:
        """Return the middle of the central cell, pixels of the screen from the left edge."""
        return self.cell(HALF, HALF).center().x()

    def _measure(self) -> None:
        self._bold = QFont(self.font())
        self._bold.setBold(True)
        self._line = self.fontMetrics().lineSpacing() + _PADDING
        self._margin = width_of(self._bold, _NUMBER) + 2 * _PADDING
        self._widths.clear()

    @property
    def _cell_width(self) -> int:
        return self._widths.get(self._block.plane, 0) if self._block is not None else 0

    def _paint_columns(self, painter: QPainter, block: PixelBlock) -> None:
        painter.setFont(self.font())
        for number, column in enumerate(block.columns(self._numbers)):
            painter.setPen(self._head_colour(number))
            painter.drawText(self.cell(-1, number), _CENTRED, str(column))

    def _paint_rows(self, painter: QPainter, block: PixelBlock, left: int) -> None:
        """Paint heading and row numbers at the left edge of the visible part of the grid."""
        room = QRect(left, 0, self._margin, self.height())
        painter.fillRect(room, self.palette().color(QPalette.ColorRole.Window))
        for number, row in enumerate(block.rows(self._numbers)):
            painter.setPen(self._head_colour(number))
            cell = self.cell(number, 0)
            painter.drawText(QRect(left, cell.top(), room.width() - _PADDING, cell.height()), _RIGHT, str(row))
        painter.setFont(self._bold)
        painter.setPen(self._head_colour(HALF))
        painter.drawText(QRect(left, 0, self.width(), self._line), Qt.AlignmentFlag.AlignVCenter, block.heading)

    def _head_colour(self, number: int) -> QColor:
        return self.palette().color(QPalette.ColorRole.WindowText) if number == HALF else muted_colour()

    def _paint_cells(self, painter: QPainter, block: PixelBlock) -> None:
        base, ink = self.palette().color(QPalette.ColorRole.Base), self.palette().color(QPalette.ColorRole.Text)
        muted, lines = muted_colour(), self.palette().color(QPalette.ColorRole.Mid)
        for row, texts in enumerate(block.texts):
            for column, text in enumerate(texts):
                if not text:
                    continue
                cell, dq, is_missing = self.cell(row, column), block.flags[row][column], block.missing[row][column]
                painter.fillRect(cell, QColor(NAN_COLOUR) if is_missing else base)
                if dq and not is_missing:
                    painter.fillRect(cell, _tint(dq))
                painter.setPen(lines)
                painter.drawRect(cell)
                plain = muted if block.plane == DQ and not dq else ink
                painter.setPen(QColor(_ON_NAN) if is_missing else plain)
                painter.setFont(self._bold if block.changed[row][column] else self.font())
                painter.drawText(cell.adjusted(0, 0, -_PADDING, 0), _RIGHT, text)

    @override
    def sizeHint(self) -> QSize:
        """Return the size of heading, column numbers and cells."""
        return QSize(self._margin + SIZE * self._cell_width + _FRAME, (2 + SIZE) * self._line + _FRAME)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the grid."""
        if self._block is None:
            return
        painter = QPainter(self)
        self._paint_columns(painter, self._block)
        self._paint_cells(painter, self._block)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), _FRAME))
        painter.drawRect(self.cell(HALF, HALF))
        painter.setFont(self.font())
        self._paint_rows(painter, self._block, self.visibleRegion().boundingRect().left())

    @override
    def event(self, event: QEvent) -> bool:
        """Show all values of the pixel under the cursor in a tool tip."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self._explain(event.pos())), self)
            return True
        return super().event(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Measure the texts again in a new font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._measure()
            if self._block is not None:
                self.show_block(self._block, self._numbers)

    def _explain(self, place: QPoint) -> str:
        if self._block is None:
            return ""
        for row, y in enumerate(self._block.rows(self._numbers)):
            for column, x in enumerate(self._block.columns(self._numbers)):
                if self.cell(row, column).contains(place):
                    values = self._block.explain(row, column)
                    return f"{self._block.stage}, x {x}  y {y}\n{values}" if values else ""
        return ""


def _tint(dq: int) -> QColor:
    colour = flag_colour(dq)
    colour.setAlpha(_TINT)
    return colour
