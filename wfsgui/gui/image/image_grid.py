"""Canvases side by side or in rows, whichever shows square images larger."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget
from typing_extensions import override

__all__ = ["ImageGrid", "columns_for"]

_SPACING = 2


def columns_for(count: int, width: int, height: int) -> int:
    """Return in how many columns square images are largest; the most columns of those that are equally good."""
    return max(
        range(1, count + 1), key=lambda columns: (min(width // columns, height // ceil(count / columns)), columns)
    )


class ImageGrid(QWidget):
    """Arrange widgets in a grid that suits the room.

    Parameters
    ----------
    widgets : sequence of QWidget
        The widgets, in reading order.
    """

    def __init__(self, widgets: Sequence[QWidget]) -> None:
        super().__init__()
        self._widgets = tuple(widgets)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SPACING)
        self._arrange(len(widgets))

    @property
    def columns(self) -> int:
        """Number of columns."""
        return self._columns

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        for number in range(max(self._columns, columns)):
            self._grid.setColumnStretch(number, int(number < columns))
        for number, widget in enumerate(self._widgets):
            self._grid.removeWidget(widget)
            self._grid.addWidget(widget, number // columns, number % columns)
        rows = ceil(len(self._widgets) / columns)
        for row in range(len(self._widgets)):
            self._grid.setRowStretch(row, int(row < rows))
        self._columns = columns

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the number of columns."""
        self._arrange(columns_for(len(self._widgets), event.size().width(), event.size().height()))
        super().resizeEvent(event)
