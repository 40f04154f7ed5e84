"""Paints the tiles of the page *Visit*."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from wfsgui.gui.visit_page.visit_model import FAULT_ROLE, PICTURE_ROLE, TILE_ROLE
from wfsgui.gui.visit_page.visit_tile import TILE, VisitTile, paint_tile
from wfsgui.gui.widgets.tokens import RADIUS, palette

__all__ = ["VisitDelegate"]

_RING = 2
_Index = QModelIndex | QPersistentModelIndex


class VisitDelegate(QStyledItemDelegate):
    """Paint a tile, with a ring if it is chosen."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index, /) -> QSize:
        """All tiles have one size."""
        return TILE

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index, /) -> None:
        """Paint a tile."""
        tile, picture = index.data(TILE_ROLE), index.data(PICTURE_ROLE)
        if not isinstance(tile, VisitTile):
            super().paint(painter, option, index)
            return
        colours, box = palette(), QRect(option.rect.topLeft(), TILE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        ring = QPen(QColor(colours.accent if is_chosen or has_focus else colours.line), _RING if is_chosen else 1)
        painter.setPen(ring)
        painter.setBrush(QColor(colours.panel))
        painter.drawRoundedRect(box.adjusted(_RING, _RING, -_RING, -_RING), RADIUS, RADIUS)
        shown = picture if isinstance(picture, QImage) else None
        paint_tile(painter, box, tile, shown, colours, str(index.data(FAULT_ROLE) or ""))
        painter.restore()
