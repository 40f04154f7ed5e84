"""Layout of controls in rows: a control that does not fit begins the next row."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from typing_extensions import override

from wfsgui.gui.widgets.tokens import GRID

__all__ = ["FlowLayout"]


class FlowLayout(QLayout):
    """Put controls side by side, in as many rows as the width needs.

    Parameters
    ----------
    parent : QWidget, optional
        Widget whose controls are laid out.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(2 * GRID)

    @override
    def addItem(self, item: QLayoutItem, /) -> None:
        """Add an item after the others."""
        self._items.append(item)

    @override
    def count(self) -> int:
        """Return the number of items."""
        return len(self._items)

    @override
    def itemAt(self, index: int, /) -> QLayoutItem | None:
        """Return an item; None if there is none of this number."""
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int, /) -> QLayoutItem | None:
        """Remove an item and return it; None if there is none of this number."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        """Take no more room than the controls need."""
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        """Return that the height depends on the number of rows."""
        return True

    @override
    def heightForWidth(self, width: int, /) -> int:
        """Return the height of all rows at a width."""
        return self._arrange(QRect(0, 0, width, 0), moves=False)

    @override
    def sizeHint(self) -> QSize:
        """Return the size of the widest control."""
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        """Return the size of the widest control."""
        size = QSize()
        for item in self._shown:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    @override
    def setGeometry(self, rect: QRect, /) -> None:
        """Put the controls in their places."""
        super().setGeometry(rect)
        self._arrange(rect, moves=True)

    @property
    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, *, moves: bool) -> int:
        """Arrange the controls in rows; return the height that they need."""
        margins = self.contentsMargins()
        room = rect.marginsRemoved(margins)
        top, height = room.top(), 0
        for row in self._rows(room.width()):
            if height:
                top += height + self.spacing()
            height = max(item.sizeHint().height() for item in row)
            left = room.left()
            for item in row:
                size = item.sizeHint().boundedTo(QSize(room.width(), height))
                if moves:
                    item.setGeometry(QRect(QPoint(left, top + (height - size.height()) // 2), size))
                left += size.width() + self.spacing()
        return top + height - rect.top() + margins.bottom()

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        used = width + 1
        for item in self._shown:
            needed = item.sizeHint().width()
            if used + self.spacing() + needed > width:
                rows.append([])
                used = -self.spacing()
            rows[-1].append(item)
            used += self.spacing() + needed
        return rows
