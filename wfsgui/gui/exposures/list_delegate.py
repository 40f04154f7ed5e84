"""Paints a row of the exposure list."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_text import state_text
from wfsgui.gui.exposures.branch_rows import BRANCH_ROLE, BranchRow
from wfsgui.gui.exposures.list_headings import Heading
from wfsgui.gui.exposures.list_model import BADGE_ROLE, EXPOSURE_ROLE, HEADING_ROLE, PICTURE_ROLE, Badge
from wfsgui.gui.exposures.row_text import describe
from wfsgui.gui.widgets.icons import pixmap
from wfsgui.gui.widgets.levels import level_colour
from wfsgui.gui.widgets.state_colours import state_colour
from wfsgui.gui.widgets.theme import muted_colour
from wfsgui.gui.widgets.tokens import GRID, MARGIN, RADIUS, TYPE
from wfsgui.gui.widgets.tokens import palette as token_palette

__all__ = ["ListDelegate"]

_MARGIN: Final = 6
_LINES: Final = 4
_BRANCH_LINES: Final = 2
_RESULT: Final = "result"
# Capitals are easier to read a little apart, per cent.
_SPACED: Final = 104

_Index = QModelIndex | QPersistentModelIndex


class ListDelegate(QStyledItemDelegate):
    """Paint an exposure with thumbnail, name, description and state, and a branch with name, difference and state.

    Attributes
    ----------
    renamed : Signal(Exposure, str)
        The analyst has typed another name for a branch.
    """

    renamed = Signal(object, str)

    def _paint_exposure(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        exposure = index.data(EXPOSURE_ROLE)
        box = option.rect.adjusted(2, _MARGIN, -_MARGIN, -_MARGIN)
        height = box.height()
        _paint_picture(painter, QRect(box.left(), box.top(), height, height), index.data(PICTURE_ROLE))
        words = box.adjusted(height + _MARGIN + 2, 0, 0, 0)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
        strong = option.palette.color(role)
        muted = strong if is_selected else muted_colour()
        state = strong if is_selected else state_colour(exposure.worst_state)
        line = option.fontMetrics.lineSpacing()
        rows = [QRect(words.left(), words.top() + number * line, words.width(), line) for number in range(_LINES)]
        rows[0].setWidth(rows[0].width() - _paint_badge(painter, rows[0], index.data(BADGE_ROLE)))
        purpose, what = describe(exposure)
        for row, text, colour, mode in (
            # Names differ at the end.
            (rows[0], exposure.product.name, strong, Qt.TextElideMode.ElideLeft),
            (rows[1], purpose, muted, Qt.TextElideMode.ElideRight),
            (rows[2], what, muted, Qt.TextElideMode.ElideRight),
        ):
            painter.setPen(colour)
            painter.drawText(row, 0, option.fontMetrics.elidedText(text, mode, row.width()))
        _paint_state(painter, rows[3], exposure, state)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Four lines for an exposure, two for a branch, one for a member and for a heading."""
        if isinstance(index.data(HEADING_ROLE), Heading):
            above = MARGIN if index.row() else 0
            return QSize(20 * option.fontMetrics.averageCharWidth(), TYPE["second"].line + 2 * GRID + above)
        if isinstance(index.data(BRANCH_ROLE), BranchRow):
            height = _BRANCH_LINES * option.fontMetrics.lineSpacing() + 2 * GRID
            return QSize(20 * option.fontMetrics.averageCharWidth(), height)
        lines = _LINES if isinstance(index.data(EXPOSURE_ROLE), Exposure) else 1
        margin = 2 * _MARGIN if lines > 1 else 4
        return QSize(20 * option.fontMetrics.averageCharWidth(), lines * option.fontMetrics.lineSpacing() + margin)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a row."""
        heading = index.data(HEADING_ROLE)
        if isinstance(heading, Heading):
            painter.save()
            _paint_heading(painter, option, heading)
            painter.restore()
            return
        if not isinstance(index.data(EXPOSURE_ROLE), Exposure):
            super().paint(painter, option, index)
            return
        empty = QStyleOptionViewItem(option)
        style = QApplication.style()
        # Background, selection and focus in the style of the desktop.
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, empty, painter, option.widget)
        painter.save()
        if isinstance(index.data(BRANCH_ROLE), BranchRow):
            _paint_branch(painter, option, index)
        else:
            self._paint_exposure(painter, option, index)
        painter.restore()

    @override
    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        """Edit the name of a branch over the whole row, which is higher than one line."""
        height = min(editor.sizeHint().height(), option.rect.height())
        place = QRect(option.rect.left(), option.rect.top(), option.rect.width() - _MARGIN, height)
        editor.setGeometry(place)

    @override
    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """Pass the name on: it may have to be another one, and is shown when the branch has it."""
        branch = index.data(EXPOSURE_ROLE)
        if isinstance(editor, QLineEdit) and isinstance(branch, Exposure):
            self.renamed.emit(branch, editor.text())


def _paint_heading(painter: QPainter, option: QStyleOptionViewItem, heading: Heading) -> None:
    """Paint a heading in capitals over the whole width of the list, with the number of exposures at the right."""
    font = QFont(option.font)
    font.setPixelSize(TYPE["second"].size)
    font.setCapitalization(QFont.Capitalization.AllUppercase)
    font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, _SPACED)
    font.setBold(heading.is_visit)
    painter.setFont(font)
    colours = token_palette()
    painter.setPen(QColor(colours.text if heading.is_visit else colours.mute))
    row = option.rect.adjusted(0, 0, -_MARGIN, -GRID)
    # The place of the arrow that unfolds an exposure is free here.
    row.setLeft(_MARGIN)
    number = str(heading.count)
    painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, number)
    row.setRight(row.right() - painter.fontMetrics().horizontalAdvance(number) - 2 * GRID)
    text = painter.fontMetrics().elidedText(heading.text, Qt.TextElideMode.ElideRight, row.width())
    painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text)


def _paint_branch(painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
    """Paint state and name of a branch, whether it is the result, and below them in what it differs."""
    exposure, said = index.data(EXPOSURE_ROLE), index.data(BRANCH_ROLE)
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
    strong = option.palette.color(role)
    muted = strong if is_selected else muted_colour()
    state = strong if is_selected else state_colour(exposure.worst_state)
    line = option.fontMetrics.lineSpacing()
    box = option.rect.adjusted(2, GRID, -_MARGIN, -GRID)
    first, second = (QRect(box.left(), box.top() + number * line, box.width(), line) for number in range(2))
    _paint_icon(painter, first, exposure, state)
    words = line + GRID
    first.setWidth(first.width() - _paint_badge(painter, first, index.data(BADGE_ROLE)))
    if said.is_result:
        first.setWidth(first.width() - _paint_pill(painter, first, _RESULT, QColor(token_palette().accent)))
    name = first.adjusted(words, 0, 0, 0)
    font = QFont(option.font)
    font.setBold(said.is_result)
    painter.setFont(font)
    painter.setPen(strong)
    painter.drawText(name, 0, painter.fontMetrics().elidedText(said.name, Qt.TextElideMode.ElideRight, name.width()))
    painter.setFont(option.font)
    painter.setPen(muted)
    below = second.adjusted(words, 0, 0, 0)
    text = " · ".join(part for part in (state_text(exposure), said.differs) if part)
    painter.drawText(below, 0, option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, below.width()))


def _paint_badge(painter: QPainter, row: QRect, badge: object) -> int:
    """Paint a badge at the right end of a row, and return the width that it takes with a gap."""
    return _paint_pill(painter, row, badge.text, QColor(level_colour(badge.level))) if isinstance(badge, Badge) else 0


def _paint_pill(painter: QPainter, row: QRect, text: str, colour: QColor) -> int:
    """Paint a short text in a frame at the right end of a row, and return the width that it takes with a gap."""
    width = painter.fontMetrics().horizontalAdvance(text) + 2 * GRID
    if width > row.width() // 2:
        # The name is more important in a narrow list.
        return 0
    place = QRect(row.right() - width, row.top(), width, row.height())
    painter.setPen(QPen(colour, 1))
    # Colours of states are legible on this ground, whether the row is selected or not.
    painter.setBrush(QColor(token_palette().panel))
    painter.drawRoundedRect(place.adjusted(0, 0, 0, -1), RADIUS, RADIUS)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
    return width + 2 * GRID


def _paint_picture(painter: QPainter, place: QRect, picture: object) -> None:
    if not isinstance(picture, QImage):
        painter.fillRect(place, QColor(128, 128, 128, 40))
        return
    ratio = painter.device().devicePixelRatioF()
    size = QSize(round(place.width() * ratio), round(place.height() * ratio))
    fitted = picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    width, height = round(fitted.width() / ratio), round(fitted.height() / ratio)
    middle = QRect(0, 0, width, height)
    middle.moveCenter(place.center())
    painter.drawImage(middle, fitted)


def _paint_state(painter: QPainter, row: QRect, exposure: Exposure, colour: QColor) -> None:
    size = _paint_icon(painter, row, exposure, colour)
    painter.setPen(colour)
    words = row.adjusted(size + 4, 0, 0, 0)
    text = painter.fontMetrics().elidedText(state_text(exposure), Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, 0, text)


def _paint_icon(painter: QPainter, row: QRect, exposure: Exposure, colour: QColor) -> int:
    """Paint the icon of the state at the left end of a row, and return its size."""
    size = row.height() - 2
    picture = pixmap(f"state-{exposure.worst_state.value.replace(' ', '-')}", 2 * size, colour)
    painter.drawPixmap(QRect(row.left(), row.top() + 1, size, size), picture)
    return size
