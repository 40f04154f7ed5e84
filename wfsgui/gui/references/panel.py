"""Panel *References*: the reference files of the exposure on screen, by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QShowEvent,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.model.stages import title
from wfsgui.core.references.rows import Level, ReferenceRow
from wfsgui.gui.widgets.controls import focus_key
from wfsgui.gui.widgets.flow_layout import FlowLayout
from wfsgui.gui.widgets.theme import heading_font, plain_tip
from wfsgui.gui.widgets.tokens import GRID, TYPE, palette

__all__ = ["ReferencesPanel"]

_EMPTY: Final = "No exposure is chosen. Its reference files would be here."
_PIPELINE: Final = "parameters of the pipeline"
_MARKS: Final = {Level.PLAIN: "", Level.MUTED: "", Level.CARE: "! ", Level.BAD: "✕ "}
_TYPE, _FILE, _STATE = range(3)
# Shares of the list and of what is known of one file.
_SHARES: Final = (3, 2)


class ReferencesPanel(QWidget):
    """List the references, with what is known of the current one.

    Attributes
    ----------
    is_seen : bool
        Whether the panel is in front of those that share its place.
    seen : Signal()
        The panel can be seen now.
    open_asked, choose_asked, return_asked : Signal(ReferenceRow)
        Open a file; choose another one for the next run; go back to the one that CRDS selects.
    copied : Signal(str)
        A path was copied.
    """

    seen = Signal()
    open_asked = Signal(object)
    choose_asked = Signal(object)
    return_asked = Signal(object)
    copied = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("references_panel")
        self.is_seen = False
        self._rows: tuple[ReferenceRow, ...] = ()
        self._subject: object = None
        self._message = QLabel()
        self._message.setObjectName("references_message")
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setMargin(2 * GRID)
        self._tree, self._page = _tree(), _page()
        self._buttons = {
            "open": self._button("reference_open", "&Open", "Show its pixels, its table or its tree (Return)"),
            "copy": self._button("reference_copy", "Copy &path", "Copy the path of the file (Ctrl+C in the list)"),
            "choose": self._button("reference_choose", "Choose &another...", "Use another file in the next run"),
            "return": self._button("reference_return", "As &CRDS selects", "Use the file of CRDS in the next run"),
        }
        self._arrange()
        self._connect()
        self.show_rows(None, ())

    @property
    def rows(self) -> tuple[ReferenceRow, ...]:
        """The rows that are shown."""
        return self._rows

    @property
    def message(self) -> str:
        """The sentence above the list; empty if there is none."""
        return self._message.text()

    @property
    def current(self) -> ReferenceRow | None:
        """The current row."""
        item = self._tree.currentItem()
        place = item.data(_TYPE, Qt.ItemDataRole.UserRole) if item is not None else None
        return self._rows[place] if isinstance(place, int) and place < len(self._rows) else None

    def show_rows(self, subject: object, rows: Sequence[ReferenceRow], message: str = "") -> None:
        """Show references; the current one stays current.

        Parameters
        ----------
        subject : object
            The exposure; None for no exposure.
        rows : sequence of ReferenceRow
            Its references.
        message : str, optional
            Why they are not complete, or why there are none.
        """
        text = message or ("" if subject is not None else _EMPTY)
        self._message.setText(text)
        self._message.setVisible(bool(text))
        former = self.current
        if (subject, tuple(rows)) != (self._subject, self._rows):
            self._subject, self._rows = subject, tuple(rows)
            self._fill(former)
        self._show_current()

    @property
    def _row_size(self) -> QSize:
        return QSize(0, self.fontMetrics().lineSpacing() + 2 * GRID)

    def show_step(self, step: str) -> None:
        """Make the first reference of a step current, unless one of its references is."""
        row = self.current
        if row is not None and row.step != step:
            self._select(next((place for place, each in enumerate(self._rows) if each.step == step), None))

    def _select(self, place: int | None) -> None:
        items = self._tree.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive, _FILE)
        for item in items:
            if place is not None and item.data(_TYPE, Qt.ItemDataRole.UserRole) == place:
                self._tree.setCurrentItem(item)

    def take_focus(self) -> None:
        """Put the keyboard on the list."""
        self._tree.setFocus()

    def _fill(self, former: ReferenceRow | None) -> None:
        self._tree.clear()
        chosen: QTreeWidgetItem | None = None
        numbered = list(enumerate(self._rows))
        for step, group in groupby(numbered, key=lambda each: each[1].step):
            head = QTreeWidgetItem([title(step) if step else _PIPELINE])
            head.setSizeHint(_TYPE, self._row_size)
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            head.setFont(_TYPE, heading_font())
            self._tree.addTopLevelItem(head)
            head.setFirstColumnSpanned(True)
            for place, row in group:
                item = _item(row)
                item.setSizeHint(_TYPE, self._row_size)
                item.setData(_TYPE, Qt.ItemDataRole.UserRole, place)
                head.addChild(item)
                is_former = former is not None and (former.step, former.kind) == (row.step, row.kind)
                chosen = item if chosen is None or is_former else chosen
        self._tree.expandAll()
        if chosen is not None:
            self._tree.setCurrentItem(chosen)

    def _show_current(self) -> None:
        row = self.current
        self._page.setHtml(_details(row) if row is not None else "")
        self._buttons["open"].setEnabled(row is not None and row.path is not None)
        self._buttons["copy"].setEnabled(row is not None and bool(_path_of(row)))
        # A parameter reference is overridden by a parameter file.
        self._buttons["choose"].setEnabled(row is not None and not row.kind.startswith("pars-"))
        self._buttons["return"].setEnabled(row is not None and row.is_override)

    def _copy(self) -> None:
        row = self.current
        path = _path_of(row) if row is not None else ""
        if path:
            QGuiApplication.clipboard().setText(path)
            self.copied.emit(path)

    def _open(self) -> None:
        row = self.current
        if row is not None and row.path is not None:
            self.open_asked.emit(row)

    def _on_current(self, act: Callable[[ReferenceRow], None]) -> Callable[[], None]:
        def handle() -> None:
            row = self.current
            if row is not None:
                act(row)

        return handle

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setToolTip(tip)
        return button

    def _connect(self) -> None:
        tree, buttons = self._tree, self._buttons
        tree.currentItemChanged.connect(lambda *_: self._show_current())
        tree.itemActivated.connect(lambda *_: self._open())
        focus_key(tree, QKeySequence.StandardKey.Copy, self._copy)
        buttons["open"].clicked.connect(self._open)
        buttons["copy"].clicked.connect(self._copy)
        buttons["choose"].clicked.connect(self._on_current(self.choose_asked.emit))
        buttons["return"].clicked.connect(self._on_current(self.return_asked.emit))
        for name, text in (("open", "Open"), ("copy", "Copy the path"), ("choose", "Choose another...")):
            tree.addAction(text, buttons[name].click)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _arrange(self) -> None:
        row = FlowLayout()
        row.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        for button in self._buttons.values():
            row.addWidget(button)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        for place, widget in enumerate((self._tree, self._page)):
            splitter.addWidget(widget)
            splitter.setStretchFactor(place, _SHARES[place])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._message)
        layout.addWidget(splitter, stretch=1)
        layout.addLayout(row)

    @override
    def showEvent(self, event: QShowEvent, /) -> None:
        """Note that the panel is in front of those that share its place."""
        super().showEvent(event)
        self.is_seen = True
        self.seen.emit()

    @override
    def hideEvent(self, event: QHideEvent, /) -> None:
        """Note that the panel cannot be seen."""
        super().hideEvent(event)
        self.is_seen = False

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Use the colours of another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._fill(self.current)
            self._show_current()


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("references_list")
    tree.setAccessibleName("Reference files by step")
    tree.setHeaderLabels(["Type", "File", "State"])
    tree.setFrameShape(QFrame.Shape.NoFrame)
    tree.setRootIsDecorated(False)
    tree.setIndentation(2 * GRID)
    tree.setItemsExpandable(False)
    tree.setUniformRowHeights(True)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    header = tree.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(_TYPE, QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(_FILE, QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(_STATE, QHeaderView.ResizeMode.ResizeToContents)
    return tree


def _page() -> QTextBrowser:
    # A page, not labels: it breaks a long path anywhere, and what is copied from it is the path.
    page = QTextBrowser()
    page.setObjectName("reference_details")
    page.setAccessibleName("What is known of the current reference file")
    page.setFrameShape(QFrame.Shape.NoFrame)
    page.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    page.viewport().setAutoFillBackground(False)
    page.document().setDocumentMargin(2 * GRID)
    return page


def _item(row: ReferenceRow) -> QTreeWidgetItem:
    item = QTreeWidgetItem([row.kind, row.name, f"{_MARKS[row.level]}{row.state}"])
    item.setToolTip(_FILE, plain_tip(_path_of(row) or row.name))
    colour = _colour(row.level)
    if colour:
        item.setForeground(_STATE, QColor(colour))
    if row.is_override:
        font = heading_font()
        item.setFont(_FILE, font)
    spoken = f"{row.kind}, {row.name}, {row.state}"
    item.setData(_TYPE, Qt.ItemDataRole.AccessibleTextRole, spoken)
    return item


def _colour(level: Level) -> str:
    colours = palette()
    return {Level.MUTED: colours.mute, Level.CARE: colours.warn, Level.BAD: colours.bad}.get(level, "")


def _path_of(row: ReferenceRow) -> str:
    return dict(row.details).get("path", "")


def _details(row: ReferenceRow) -> str:
    colours, small = palette(), TYPE["second"].size
    head = f'<p style="margin: 0"><b>{escape(row.kind)}</b> {escape(row.name)}</p>'
    cells = "".join(
        f'<tr><td style="color: {colours.mute}; padding-right: {2 * GRID}px; font-size: {small}px">{escape(name)}</td>'
        f"<td>{escape(value)}</td></tr>"
        for name, value in row.details
    )
    return f'{head}<table cellspacing="{GRID // 2}" style="margin-top: {GRID}px">{cells}</table>'
