"""Header panel: keywords and metadata as a searchable tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.files.headers import HeaderSection
from wfsgui.gui.widgets.controls import focus_key
from wfsgui.gui.widgets.theme import mute, plain_tip

__all__ = ["HeaderPanel"]

_COLUMNS: Final = ("Keyword", "Value", "Comment")
_METADATA: Final = "metadata"
_OPEN_AT_FIRST: Final = frozenset({"PRIMARY", _METADATA, f"{_METADATA}/meta"})


class HeaderPanel(QWidget):
    """Show the keywords and the metadata of a stage, with a search.

    Attributes
    ----------
    seen : Signal()
        The panel has become visible.
    """

    seen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("header_panel")
        self._open_paths = _OPEN_AT_FIRST
        # A stage has hundreds of lines: a hidden panel is filled when it becomes visible.
        self._waiting: Callable[[], None] | None = None
        self._is_in_front = True
        self._model = _Lines(self)
        self._model.setHorizontalHeaderLabels(_COLUMNS)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setFilterKeyColumn(-1)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._proxy.setRecursiveFilteringEnabled(True)
        self._title = QLabel()
        self._title.setObjectName("header_title")
        self._title.setWordWrap(True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        # A long name must not widen the panel.
        self._title.setMinimumWidth(1)
        self._search = QLineEdit()
        self._search.setObjectName("header_search")
        self._search.setPlaceholderText("Search keywords, values and comments (Ctrl+F)")
        self._search.setAccessibleName("Search the header")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        focus_key(self._search, Qt.Key.Key_Escape, self._search.clear)
        self._hits = QLabel()
        self._hits.setObjectName("header_hits")
        self._view = self._make_view()
        focus_key(self._view, QKeySequence.StandardKey.Copy, self.copy)
        self._message = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        mute(self._message)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._view)
        layout = QVBoxLayout(self)
        for widget in (self._title, self._search, self._hits):
            layout.addWidget(widget)
        layout.addWidget(self._pages, stretch=1)
        self.show_message("No exposure is chosen.")

    def show_headers(self, sections: Sequence[HeaderSection], metadata: Mapping[str, str], *, title: str) -> None:
        """Show keywords and metadata; a hidden panel shows them when it becomes visible.

        Search text, open branches and scroll position stay.

        Parameters
        ----------
        sections : sequence of HeaderSection
            Keywords by extension; empty for a stage without a file.
        metadata : mapping of str to str
            Values by dotted path; may be empty.
        title : str
            Exposure and stage.
        """
        self._waiting = partial(self._fill, sections, metadata, title)
        if self.is_seen:
            self._fill_now()

    @property
    def is_seen(self) -> bool:
        """Whether the panel is visible."""
        return self.isVisible() and self._is_in_front

    def set_seen(self, seen: object) -> None:
        """Set whether the panel is in front of the panels that share its place."""
        self._is_in_front = bool(seen)
        if seen:
            self._became_visible()

    def _became_visible(self) -> None:
        self._fill_now()
        self.seen.emit()

    def _fill_now(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    def _fill(self, sections: Sequence[HeaderSection], metadata: Mapping[str, str], title: str) -> None:
        place = self._view.verticalScrollBar().value()
        self._model.removeRows(0, self._model.rowCount())
        for section in sections:
            branch = _row(section.name)
            for card in section.cards:
                branch[0].appendRow(_row(card.keyword, card.value, card.comment))
            self._model.appendRow(branch)
        if metadata:
            self._model.appendRow(_tree(metadata))
        self._title.setText(title)
        self._title.setToolTip(escape(title))
        self._pages.setCurrentWidget(self._view)
        self._filter()
        self._view.verticalScrollBar().setValue(place)

    def show_message(self, text: str) -> None:
        """Show a message in place of the headers."""
        self._waiting = None
        self._model.removeRows(0, self._model.rowCount())
        self._title.clear()
        self._hits.clear()
        self._message.setText(text)
        self._pages.setCurrentWidget(self._message)

    def focus_search(self) -> None:
        """Move the keyboard focus to the search field."""
        self._search.setFocus()
        self._search.selectAll()

    def copy(self) -> None:
        """Copy the selected lines."""
        rows = sorted(self._view.selectionModel().selectedRows(), key=_position)
        lines = ["\t".join(str(row.siblingAtColumn(column).data() or "") for column in range(3)) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(line.rstrip() for line in lines))

    def _make_view(self) -> QTreeView:
        view = QTreeView()
        view.setObjectName("header_view")
        view.setAccessibleName("Keywords and metadata")
        view.setModel(self._proxy)
        view.setUniformRowHeights(True)
        view.setAlternatingRowColors(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        view.addAction("Copy", self.copy)
        view.expanded.connect(partial(self._remember, is_open=True))
        view.collapsed.connect(partial(self._remember, is_open=False))
        view.header().setStretchLastSection(True)
        view.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        letter = view.fontMetrics().averageCharWidth()
        view.setIndentation(2 * letter)
        view.header().setDefaultSectionSize(17 * letter)
        view.header().resizeSection(0, 24 * letter)
        return view

    def _filter(self) -> None:
        text = self._search.text().strip()
        self._proxy.setFilterFixedString(text)
        if text:
            self._view.expandAll()
            count = _leaves(self._proxy, QModelIndex())
            self._hits.setText(f"{count} found" if count else "Nothing found")
        else:
            self._open_branches()
        self._hits.setVisible(bool(text))

    def _remember(self, index: QModelIndex, *, is_open: bool) -> None:
        """Keep which branches are open; during a search all of them are open, so nothing is kept then."""
        if not self._search.text().strip():
            path = _path(index)
            self._open_paths = self._open_paths | {path} if is_open else self._open_paths - {path}

    def _open_branches(self) -> None:
        open_paths = self._open_paths
        for index in _branches(self._proxy, QModelIndex()):
            self._view.setExpanded(index, _path(index) in open_paths)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Fill the panel with what it got while it was hidden."""
        super().showEvent(event)
        if self._is_in_front:
            self._became_visible()


class _Lines(QStandardItemModel):
    """Lines whose tool tip is their full text, because long texts are cut."""

    @override
    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the data of a cell for a role."""
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(str(super().data(index) or ""))
        return super().data(index, role)


def _row(*texts: str) -> list[QStandardItem]:
    return [QStandardItem(text) for text in texts]


def _tree(metadata: Mapping[str, str]) -> list[QStandardItem]:
    """Make a tree of dotted paths."""
    root = _row(_METADATA)
    branches: dict[str, QStandardItem] = {"": root[0]}
    for path, value in metadata.items():
        *parents, name = path.split(".")
        above = ""
        for part in parents:
            below = f"{above}.{part}" if above else part
            if below not in branches:
                branches[below] = _row(part)[0]
                branches[above].appendRow(branches[below])
            above = below
        branches[above].appendRow(_row(name, value))
    return root


def _branches(model: QSortFilterProxyModel, parent: QModelIndex) -> list[QModelIndex]:
    rows = (model.index(row, 0, parent) for row in range(model.rowCount(parent)))
    found = []
    for index in rows:
        if model.hasChildren(index):
            found += [index, *_branches(model, index)]
    return found


def _position(index: QModelIndex) -> list[int]:
    """Row numbers from the root to a line, which sort as the lines are shown."""
    return [*_position(index.parent()), index.row()] if index.isValid() else []


def _path(index: QModelIndex) -> str:
    above = index.parent()
    return f"{_path(above)}/{index.data()}" if above.isValid() else str(index.data())


def _leaves(model: QSortFilterProxyModel, parent: QModelIndex) -> int:
    rows = [model.index(row, 0, parent) for row in range(model.rowCount(parent))]
    return sum(_leaves(model, row) if model.hasChildren(row) else 1 for row in rows)
