"""Table of flags: sorting, check marks, selection and copying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from typing_extensions import override

from wfsgui.core.image.dq_flags import FlagRow
from wfsgui.gui.dq.check_delegate import CheckDelegate
from wfsgui.gui.dq.table_model import CHANGES, NAME, PIXELS, SHOWN, SORT_ROLE, STAR, DqTableModel, flag_table
from wfsgui.gui.widgets.controls import focus_key

__all__ = ["DqTable"]

_SPACE: Final = 6
_NAME_LETTERS: Final = 16


class DqTable(QTableView):
    """Show the flags of an image; order, check marks and selection stay from image to image.

    Attributes
    ----------
    checked_changed : Signal()
        Other flags are checked.
    selected_changed : Signal()
        The selection has changed.
    """

    checked_changed = Signal()
    selected_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._flags = DqTableModel(self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._flags)
        self._proxy.setSortRole(SORT_ROLE)
        self.setModel(self._proxy)
        self.setItemDelegateForColumn(SHOWN, CheckDelegate(self))
        self.setObjectName("dq_view")
        self.setAccessibleName("Data-quality flags")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        # Long names differ in their last letters.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() + _SPACE)
        self._prepare_header(self.horizontalHeader())
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.addAction("Copy", self.copy)
        focus_key(self, QKeySequence.StandardKey.Copy, self.copy)
        focus_key(self, Qt.Key.Key_Space, self._toggle)
        self._flags.checked_changed.connect(self.checked_changed)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selected_changed.emit())

    @property
    def checked(self) -> tuple[int, ...]:
        """Values of the checked flags in ascending order."""
        return self._flags.checked

    @property
    def selected(self) -> tuple[FlagRow, ...]:
        """Selected flags in the order of the rows."""
        return tuple(self._row(index) for index in self._selected())

    def show_rows(self, rows: tuple[FlagRow, ...], *, has_star: bool, compared_with: str) -> None:
        """Show the flags of an image.

        Parameters
        ----------
        rows : tuple of FlagRow
            The flags.
        has_star : bool
            Whether the pixels within the star's region have been counted.
        compared_with : str
            Name of the previous stage, to which gained and lost flags refer; empty without one.
        """
        chosen = {row.value for row in self.selected}
        place = self.verticalScrollBar().value()
        self._flags.set_rows(rows, compared_with)
        self.setColumnHidden(STAR, not has_star)
        for column in CHANGES:
            self.setColumnHidden(column, not compared_with)
        mode = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for index in self._places():
            if self._row(index).value in chosen:
                self.selectionModel().select(index, mode)
        self.verticalScrollBar().setValue(place)
        self._set_widths()

    def clear_checked(self) -> None:
        """Uncheck all flags."""
        self._flags.set_checked(())

    def copy(self) -> None:
        """Copy the selected rows to the clipboard, numbers without spaces."""
        columns = self._shown_columns(NAME)
        lines = ["\t".join(str(row.siblingAtColumn(column).data()) for column in columns) for row in self._selected()]
        QGuiApplication.clipboard().setText("\n".join(lines).replace("\N{NO-BREAK SPACE}", ""))

    def table(self) -> tuple[Mapping[str, Sequence[str | int]], Mapping[str, str]]:
        """Return the visible columns for a file: values by column, and units of the columns that have one."""
        return flag_table([self._row(index) for index in self._places()], self._shown_columns(PIXELS))

    def _prepare_header(self, header: QHeaderView) -> None:
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        self.setSortingEnabled(True)
        self.sortByColumn(PIXELS, Qt.SortOrder.DescendingOrder)

    def _set_widths(self) -> None:
        """Give the names the width that the numbers leave; the table scrolls if that is too little."""
        header, others = self.horizontalHeader(), [column for column in self._shown_columns(SHOWN) if column != NAME]
        widths = {column: max(self.sizeHintForColumn(column), header.sectionSizeHint(column)) for column in others}
        for column, width in widths.items():
            header.resizeSection(column, width)
        least = min(self.sizeHintForColumn(NAME), _NAME_LETTERS * self.fontMetrics().averageCharWidth())
        header.resizeSection(NAME, max(self.viewport().width() - sum(widths.values()), least))

    def _toggle(self) -> None:
        """Check the selected flags; uncheck them if all of them are checked."""
        chosen, checked = {row.value for row in self.selected}, set(self.checked)
        self._flags.set_checked(checked - chosen if chosen <= checked else checked | chosen)

    def _shown_columns(self, first: int) -> list[int]:
        return [column for column in range(first, self._proxy.columnCount()) if not self.isColumnHidden(column)]

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Distribute the new width over the columns."""
        super().resizeEvent(event)
        self._set_widths()

    def _places(self) -> list[QModelIndex]:
        return [self._proxy.index(row, NAME) for row in range(self._proxy.rowCount())]

    def _selected(self) -> list[QModelIndex]:
        return sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())

    def _row(self, index: QModelIndex) -> FlagRow:
        return self._flags.row(self._proxy.mapToSource(index).row())
