"""Model of the list of checks: headings and lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from wfsgui.core.assess.results import Level
from wfsgui.gui.verdict.lines import Group, Line
from wfsgui.gui.widgets.theme import plain_tip

__all__ = ["LINE_ROLE", "LineModel"]

LINE_ROLE: Final = Qt.ItemDataRole.UserRole
"""The `Line` of a row; None for a heading."""

_Index = QModelIndex | QPersistentModelIndex


class LineModel(QAbstractListModel):
    """A row for each heading and each line.

    Parameters
    ----------
    parent : QObject
        Owner.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[str | Line, ...] = ()

    @property
    def rows(self) -> tuple[str | Line, ...]:
        """Headings and lines in their order."""
        return self._rows

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show groups; those without lines are left out."""
        rows: tuple[str | Line, ...] = ()
        for group in groups:
            if group.lines:
                rows = (*rows, group.heading, *group.lines)
        if rows == self._rows:
            return
        if tuple(map(_kind, rows)) == tuple(map(_kind, self._rows)):
            # The current row and the place of the scroll bar stay.
            self._rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    @override
    def rowCount(self, parent: _Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a text or the line of a row."""
        row = self._rows[index.row()]
        if isinstance(row, str):
            return row if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(row.tip)
            case _ if role == LINE_ROLE:
                return row
        return None

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        if isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _kind(row: str | Line) -> tuple[bool, str]:
    """Return what the height of a row depends on."""
    if isinstance(row, str):
        return False, ""
    return True, ("." if row.second else "") if row.level is Level.GOOD else row.second
