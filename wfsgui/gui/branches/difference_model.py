"""Table model of what differs between two branches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from typing_extensions import override

from wfsgui.core.branches.differences import DifferenceRow
from wfsgui.gui.widgets.theme import plain_tip

__all__ = ["DifferenceModel"]

_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_HEADS: Final = ("Step", "What")


class DifferenceModel(QAbstractTableModel):
    """One topic: a row for each value, those that differ first and in bold.

    Parameters
    ----------
    parent : QObject
        Owner.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names = ("", "")
        self._rows: tuple[DifferenceRow, ...] = ()

    @property
    def rows(self) -> tuple[DifferenceRow, ...]:
        """The rows that are shown."""
        return self._rows

    def show_rows(self, rows: Sequence[DifferenceRow], names: tuple[str, str], *, all_rows: bool) -> None:
        """Show rows.

        Parameters
        ----------
        rows : sequence of DifferenceRow
            The rows.
        names : tuple of str
            Names of the two branches.
        all_rows : bool
            Whether rows that do not differ are shown, too.
        """
        self.beginResetModel()
        self._names = names
        self._rows = tuple(row for row in rows if all_rows or row.differs)
        self.endResetModel()

    def as_text(self, rows: Sequence[int]) -> str:
        """Return rows with the headers, with tabs between the columns; all rows if none are given."""
        chosen = [self._rows[row] for row in rows] or list(self._rows)
        lines = [(*_HEADS, *self._names), *(_cells(row) for row in chosen)]
        return "\n".join("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in line) for line in lines)

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of columns: step, name, and a value of each branch."""
        return 0 if parent.isValid() else len(_HEADS) + len(self._names)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the header of a column."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (*_HEADS, *self._names)[section]

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell of the table."""
        row = self._rows[index.row()]
        text = _cells(row)[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(text)
            case Qt.ItemDataRole.AccessibleTextRole if index.column() >= len(_HEADS):
                return f"{text or 'none'}, {'differs' if row.differs else 'equal'}"
            case Qt.ItemDataRole.FontRole if row.differs and index.column() >= len(_HEADS):
                font = QFont()
                font.setBold(True)
                return font
        return None


def _cells(row: DifferenceRow) -> tuple[str, str, str, str]:
    return row.where, row.name, row.first, row.second
