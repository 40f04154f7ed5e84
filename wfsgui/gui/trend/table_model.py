"""Table of the points of the trend, the same as in the plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from wfsgui.core.trend.points import IN_FOCUS, Plotted, TrendPoint
from wfsgui.gui.trend.point_text import describe, time_text
from wfsgui.gui.widgets.theme import plain_tip

__all__ = ["TrendTableModel"]

_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class _Column:
    """Column: header, text of a cell, and sort key; by default the text is the key."""

    head: str
    text: Callable[[TrendPoint], str]
    key: Callable[[TrendPoint], float] | None = None


def _value(point: TrendPoint) -> float:
    # Points without a value come first; NaN has no order.
    return point.number.value if point.number is not None else -float("inf")


def _start(point: TrendPoint) -> float:
    return point.record.start if point.record.start == point.record.start else -float("inf")


_VALUE: Final = 1
_COLUMNS: Final = (
    _Column("Start, UTC", lambda point: time_text(point.record.time), _start),
    _Column("", lambda point: point.value_text, _value),
    _Column("Limit", lambda point: point.limit_text),
    _Column("Decision", lambda point: point.record.judgement),
    _Column("Checks", lambda point: point.record.level),
    _Column("Defocus", lambda point: point.record.defocus or IN_FOCUS),
    _Column("Detector", lambda point: point.record.detector),
    _Column("Field point", lambda point: point.record.aperture),
    _Column("Exposure", lambda point: point.record.exposure),
    _Column("Note", lambda point: point.record.note.replace("\n", " ")),
)


class TrendTableModel(QAbstractTableModel):
    """Points, a row each, sorted by any column.

    The model sorts itself: a proxy asks for the key of a row at each comparison, which takes seconds for thousands of
    rows.

    Parameters
    ----------
    parent : QObject
        Owner.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._points: tuple[TrendPoint, ...] = ()
        self._number: Plotted | None = None
        self._order: list[int] = []
        self._sorting = (0, Qt.SortOrder.AscendingOrder)

    def set_points(self, points: Sequence[TrendPoint], number: Plotted | None) -> None:
        """Show other points, and the number that they have; None without one."""
        self.beginResetModel()
        self._points, self._number = tuple(points), number
        self._order = self._sorted()
        self.endResetModel()

    def place(self, row: int) -> int:
        """Return the place of a row in the list of points."""
        return self._order[row]

    def row_of(self, place: int) -> int:
        """Return the row of a place in the list of points."""
        return self._order.index(place)

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the rows; the current row stays current."""
        self._sorting = column, order
        self.layoutAboutToBeChanged.emit()
        former = self.persistentIndexList()
        places = [(self._order[index.row()], index.column()) for index in former]
        self._order = self._sorted()
        rows = {place: row for row, place in enumerate(self._order)}
        self.changePersistentIndexList(former, [self.index(rows[place], number) for place, number in places])
        self.layoutChanged.emit()

    def _sorted(self) -> list[int]:
        number, order = self._sorting
        column = _COLUMNS[number]
        keys = [column.key(point) if column.key is not None else column.text(point) for point in self._points]
        falling = order is Qt.SortOrder.DescendingOrder
        return sorted(range(len(self._points)), key=keys.__getitem__, reverse=falling)

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of points."""
        return 0 if parent.isValid() else len(self._points)

    @override
    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(_COLUMNS)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the header of a column: for the value, the name and the unit of the number."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        if section == _VALUE:
            return self._number.text if self._number is not None else "Value"
        return _COLUMNS[section].head

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell of the table."""
        point, column = self._points[self._order[index.row()]], _COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(point)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip("\n".join(describe(point, self._number.name if self._number is not None else "")))
            case Qt.ItemDataRole.TextAlignmentRole if index.column() == _VALUE:
                return _RIGHT
        return None
