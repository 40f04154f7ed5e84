"""Paints the rows of the list of checks."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QTextLayout
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from wfsgui.core.assess.results import Level
from wfsgui.gui.verdict.line_model import LINE_ROLE
from wfsgui.gui.verdict.lines import Line
from wfsgui.gui.widgets.levels import MARKS, level_colour
from wfsgui.gui.widgets.tokens import GRID, MARGIN, RADIUS, TYPE, palette

__all__ = ["LineDelegate"]

_MARK_WIDTH: Final = 5 * GRID
_ABOVE_HEADING: Final = 3 * GRID
_FOCUS: Final = 2
_MOST_LINES: Final = 4

_Index = QModelIndex | QPersistentModelIndex


class LineDelegate(QStyledItemDelegate):
    """Paint a heading in one line, and a check in two: mark, name and number; limit or place.

    What is wrong or not known is told in as many lines as it needs, up to four.
    """

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the height for the width of the list."""
        line = index.data(LINE_ROLE)
        if not isinstance(line, Line):
            return QSize(0, _ABOVE_HEADING + TYPE["second"].line + GRID)
        view = option.widget
        width = view.viewport().width() if isinstance(view, QAbstractItemView) else option.rect.width()
        second = _wrapped(line, _font(option.font, "second"), width - 2 * MARGIN - _MARK_WIDTH)
        return QSize(0, TYPE["text"].line + TYPE["second"].line * len(second) + 2 * GRID)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a row."""
        painter.save()
        line = index.data(LINE_ROLE)
        if isinstance(line, Line):
            _paint_line(painter, option, line)
        else:
            _paint_heading(painter, option, str(index.data()))
        painter.restore()


def _paint_heading(painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
    box = option.rect.adjusted(MARGIN, _ABOVE_HEADING, -MARGIN, 0)
    painter.setFont(_font(option.font, "second"))
    painter.setPen(QColor(palette().mute))
    _write(painter, box, text.upper())


def _paint_line(painter: QPainter, option: QStyleOptionViewItem, line: Line) -> None:
    colours = palette()
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    is_focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
    if is_selected or is_focused:
        _paint_ground(painter, option.rect, is_focused=is_focused)
    text, second = _font(option.font, "text"), _font(option.font, "second")
    box = option.rect.adjusted(MARGIN, GRID, -MARGIN, -GRID)
    first = QRect(box.left(), box.top(), box.width(), TYPE["text"].line)
    if line.level is not None:
        strong = QFont(text)
        strong.setBold(True)
        painter.setFont(strong)
        painter.setPen(QColor(level_colour(line.level)))
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter, MARKS[line.level])
    words = first.adjusted(_MARK_WIDTH, 0, 0, 0)
    painter.setFont(text)
    painter.setPen(QColor(colours.text))
    room = _write(painter, words, line.value, at_right=True, most=words.width() // 2)
    _write(painter, words.adjusted(0, 0, -room, 0), line.name)
    painter.setFont(second)
    # The colour of hints is too weak on the ground of a selection.
    painter.setPen(QColor(colours.mute if is_selected else colours.faint))
    below = QRect(words.left(), first.bottom() + 1, words.width(), TYPE["second"].line)
    for text_line in _wrapped(line, second, words.width()):
        _write(painter, below, text_line)
        below.translate(0, below.height())


def _paint_ground(painter: QPainter, box: QRect, *, is_focused: bool) -> None:
    colours = palette()
    place = box.adjusted(GRID, 0, -GRID, 0).adjusted(1, 1, -1, -1)
    painter.setPen(QPen(QColor(colours.accent), _FOCUS) if is_focused else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent_bg))
    painter.drawRoundedRect(place, RADIUS, RADIUS)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _write(painter: QPainter, box: QRect, text: str, *, at_right: bool = False, most: int | None = None) -> int:
    """Write a text, abbreviated at its end if it is too wide, and return the width that it takes with a gap."""
    if not text:
        return 0
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width() if most is None else most)
    side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
    return metrics.horizontalAdvance(shown) + 2 * GRID


def _wrapped(line: Line, font: QFont, width: int) -> list[str]:
    """Break the second text of a line into lines; that of a good check is one line."""
    if line.level is Level.GOOD or not line.second:
        return [line.second] if line.second else []
    layout, lines = QTextLayout(line.second, font), list[str]()
    layout.beginLayout()
    while (part := layout.createLine()).isValid():
        part.setLineWidth(max(width, 1))
        start = part.textStart()
        if len(lines) == _MOST_LINES - 1:
            # Abbreviated when it is painted.
            lines.append(line.second[start:])
            break
        lines.append(line.second[start : start + part.textLength()].strip())
    layout.endLayout()
    return lines


def _font(base: QFont, kind: str) -> QFont:
    font = QFont(base)
    font.setPixelSize(TYPE[kind].size)
    return font
