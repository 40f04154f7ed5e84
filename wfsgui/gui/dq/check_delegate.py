"""Delegate that paints the check box and the colour of a flag."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from wfsgui.gui.widgets.theme import muted_colour

__all__ = ["CheckDelegate"]

_MARGIN: Final = 4
# Of the height of a line.
_BOX: Final = 0.8
_TICK: Final = ((0.2, 0.5), (0.42, 0.75), (0.8, 0.22))

_Index = QModelIndex | QPersistentModelIndex


class CheckDelegate(QStyledItemDelegate):
    """Paint a check box and a square of colour, with frames that are visible in every theme; take clicks on both."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Return the size of two squares."""
        side = round(_BOX * option.fontMetrics.height())
        return QSize(2 * side + 3 * _MARGIN, side + _MARGIN)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint the check box and the colour."""
        style, ground = QApplication.style(), QStyleOptionViewItem(option)
        # Background, selection and focus are painted by the style.
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, ground, painter, option.widget)
        side = round(_BOX * option.fontMetrics.height())
        top = option.rect.top() + (option.rect.height() - side) // 2
        box = QRectF(option.rect.left() + _MARGIN + 0.5, top + 0.5, side - 1, side - 1)
        painter.save()
        painter.setPen(muted_colour())
        painter.setBrush(option.palette.color(QPalette.ColorRole.Base))
        painter.drawRect(box)
        painter.setBrush(QColor(index.data(Qt.ItemDataRole.DecorationRole)))
        painter.drawRect(box.translated(side + _MARGIN, 0))
        if _is_checked(index):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Text), 2))
            corners = [box.topLeft() + QPointF(x * box.width(), y * box.height()) for x, y in _TICK]
            painter.drawPolyline(QPolygonF(corners))
        painter.restore()

    @override
    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """Toggle the check mark on a click anywhere in the cell."""
        if not isinstance(event, QMouseEvent) or event.button() is not Qt.MouseButton.LeftButton:
            return False
        inside = option.rect.contains(event.position().toPoint())
        if event.type() is not QEvent.Type.MouseButtonRelease or not inside:
            return False
        state = Qt.CheckState.Unchecked if _is_checked(index) else Qt.CheckState.Checked
        return model.setData(model.index(index.row(), index.column()), state, Qt.ItemDataRole.CheckStateRole)


def _is_checked(index: _Index) -> bool:
    return Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
