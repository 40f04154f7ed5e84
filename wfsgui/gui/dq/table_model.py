"""Model of the table of flags: check marks and counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from wfsgui.core.image.dq_flags import FlagRow
from wfsgui.gui.dq.flag_colours import flag_colour
from wfsgui.gui.widgets.theme import plain_tip

__all__ = ["CHANGES", "NAME", "PIXELS", "SHOWN", "SORT_ROLE", "STAR", "DqTableModel", "flag_table", "grouped"]

SHOWN, NAME, PIXELS, STAR, _GAINED, _LOST = range(6)
CHANGES: Final = (_GAINED, _LOST)
"""Columns that need a previous image."""

SORT_ROLE: Final = Qt.ItemDataRole.UserRole
"""Role of the sort key."""

_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_NUMBER: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class _Column:
    """Column: name, header, tool tip, and the count that it shows."""

    name: str
    head: str
    tip: str
    count: Callable[[FlagRow], int] | None = None


_COLUMNS: Final = (
    _Column("", "", "Shown over the image, in this colour"),
    _Column("flag", "Flag", "Data-quality flag"),
    _Column("pixels", "Pixels", "Pixels that have the flag", lambda row: row.count),
    _Column("under_star", "Star", "Pixels under the star that have the flag", lambda row: row.under_star),
    _Column("gained", "+", "Gained: pixels that have the flag and did not", lambda row: row.gained),
    _Column("lost", "\N{MINUS SIGN}", "Lost: pixels that do not have the flag any more and did", lambda row: row.lost),
)


class DqTableModel(QAbstractTableModel):
    """Flags of an image.

    Parameters
    ----------
    parent : QObject
        Owner.

    Attributes
    ----------
    checked_changed : Signal()
        Other flags are checked.
    """

    checked_changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[FlagRow, ...] = ()
        self._compared_with = ""
        self._checked: frozenset[int] = frozenset()

    @property
    def checked(self) -> tuple[int, ...]:
        """Values of the checked flags in ascending order; the image need not have them."""
        return tuple(sorted(self._checked))

    def set_rows(self, rows: tuple[FlagRow, ...], compared_with: str) -> None:
        """Show the flags of an image.

        Parameters
        ----------
        rows : tuple of FlagRow
            The flags.
        compared_with : str
            Name of the previous stage, to which gained and lost flags refer; empty without one.
        """
        self.beginResetModel()
        self._rows, self._compared_with = rows, compared_with
        self.endResetModel()

    def row(self, number: int) -> FlagRow:
        """Return the flag of a row."""
        return self._rows[number]

    def set_checked(self, values: Iterable[int]) -> None:
        """Check these flags only."""
        wanted = frozenset(values)
        if wanted != self._checked:
            self._checked = wanted
            if self._rows:
                self.dataChanged.emit(self.index(0, SHOWN), self.index(len(self._rows) - 1, SHOWN))
            self.checked_changed.emit()

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of flags."""
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(_COLUMNS)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the header of a column and its tool tip."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = _COLUMNS[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.head
            case Qt.ItemDataRole.ToolTipRole:
                return f"{column.tip} in {self._compared_with}" if section in CHANGES else column.tip
            case Qt.ItemDataRole.TextAlignmentRole if column.count is not None:
                return _NUMBER
        return None

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Make the first column checkable."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == SHOWN else flags

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell of the table."""
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(_explain(row))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _NUMBER if column >= PIXELS else None
            case _ if role == SORT_ROLE:
                return self._sort_key(row, column)
        return self._mark(row, role) if column == SHOWN else None

    @override
    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Set or remove a check mark."""
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != SHOWN:
            return False
        flag = frozenset({self._rows[index.row()].value})
        is_checked = Qt.CheckState(value) is Qt.CheckState.Checked
        self.set_checked(self._checked | flag if is_checked else self._checked - flag)
        return True

    def _mark(self, row: FlagRow, role: int) -> object:
        match role:
            case Qt.ItemDataRole.DecorationRole:
                return flag_colour(row.value)
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if row.value in self._checked else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.name} over the image"
        return None

    def _sort_key(self, row: FlagRow, column: int) -> str | float:
        count = _COLUMNS[column].count
        if count is not None:
            return float(count(row))
        if column == NAME:
            return row.name
        # Checked flags come first, each group in the order of the values.
        return float(row.value) + (0.0 if row.value in self._checked else 2.0**32)


def grouped(number: int) -> str:
    """Return a number with its digits in groups of three, separated by no-break spaces."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _text(row: FlagRow, column: int) -> str:
    count = _COLUMNS[column].count
    if count is None:
        return row.name if column == NAME else ""
    return grouped(count(row)) if count(row) else ""


def _explain(row: FlagRow) -> str:
    return "\n".join(filter(None, (row.name, row.meaning, f"bit {row.value.bit_length() - 1}, value {row.value}")))


def flag_table(
    rows: Sequence[FlagRow], columns: Iterable[int]
) -> tuple[Mapping[str, Sequence[str | int]], Mapping[str, str]]:
    """Return flags as a table for a file.

    Parameters
    ----------
    rows : sequence of FlagRow
        The flags.
    columns : iterable of int
        Columns of counts to include.

    Returns
    -------
    tuple of (columns, units)
        Values by the name of the column, and units of those that have one.
    """
    table: dict[str, Sequence[str | int]] = {
        "flag": [row.name for row in rows],
        "value": [row.value for row in rows],
    }
    units = {}
    for column in columns:
        name, count = _COLUMNS[column].name, _COLUMNS[column].count
        if count is not None:
            table[name] = [count(row) for row in rows]
            units[name] = "pix"
    return table, units
