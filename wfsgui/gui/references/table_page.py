"""Page of a table of a reference file, and page of its header."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLabel, QTableView, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.references.reading import ReferenceTable
from wfsgui.gui.widgets.controls import focus_key
from wfsgui.gui.widgets.theme import heading_font
from wfsgui.gui.widgets.tokens import GRID, palette

__all__ = ["TablePage"]

_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_MARK: Final = "▶"


class _TableModel(QAbstractTableModel):
    """Cells of a table; marked rows are bold and have a mark."""

    def __init__(self, table: ReferenceTable, parent: QObject) -> None:
        super().__init__(parent)
        self._table = table

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._table.rows)

    @override
    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._table.columns)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the name of a column, or the number of a row, with the mark of those of the exposure."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return self._table.columns[section]
        return f"{_MARK} {section + 1}" if section in self._table.marked else str(section + 1)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell."""
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self._table.rows[index.row()][index.column()]
            case Qt.ItemDataRole.FontRole if index.row() in self._table.marked:
                return heading_font()
            case Qt.ItemDataRole.BackgroundRole if index.row() in self._table.marked:
                return QColor(palette().accent_bg)
            case Qt.ItemDataRole.ForegroundRole if index.row() in self._table.marked:
                return QColor(palette().text)
        return None


class TablePage(QWidget):
    """Show a table; the row of the exposure is marked and in view.

    Parameters
    ----------
    table : ReferenceTable
        The table.
    what : str
        Filter and pupil of the exposure, for the line above the table.
    """

    def __init__(self, table: ReferenceTable, what: str = "") -> None:
        super().__init__()
        self._view = QTableView()
        self._view.setObjectName(f"reference_table_{table.name}")
        self._view.setAccessibleName(f"Table {table.name}")
        self._view.setModel(_TableModel(table, self))
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._view.setAlternatingRowColors(True)
        self._view.setWordWrap(False)
        self._view.setTabKeyNavigation(False)
        self._view.resizeColumnsToContents()
        self._view.horizontalHeader().setStretchLastSection(True)
        focus_key(self._view, QKeySequence.StandardKey.Copy, self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        if table.is_selected:
            layout.addWidget(_heading(table, what))
        layout.addWidget(self._view, stretch=1)
        if table.marked:
            self._view.selectRow(table.marked[0])
            self._view.scrollTo(self._view.model().index(table.marked[0], 0), _CENTRE)

    def take_focus(self) -> None:
        """Put the keyboard on the table."""
        self._view.setFocus()

    def _copy(self) -> None:
        """Copy the selected rows, with their columns divided by tabs."""
        model, rows = self._view.model(), sorted(index.row() for index in self._view.selectionModel().selectedRows())
        lines = (
            "\t".join(str(model.index(row, column).data()) for column in range(model.columnCount())) for row in rows
        )
        QGuiApplication.clipboard().setText("\n".join(lines))


_CENTRE: Final = QAbstractItemView.ScrollHint.PositionAtCenter


def _heading(table: ReferenceTable, what: str) -> QLabel:
    numbers = " and ".join(str(row + 1) for row in table.marked)
    match len(table.marked):
        case 0:
            text, colour = f"No row is for {what}: photom would convert nothing.", palette().bad
        case 1:
            text, colour = f"Row {numbers} is for {what}.", palette().text
        case _:
            text, colour = f"Rows {numbers} are for {what}: photom takes one only, and would fail.", palette().bad
    label = QLabel(text)
    label.setObjectName("reference_table_heading")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setStyleSheet(f"color: {colour}")
    label.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
    return label
