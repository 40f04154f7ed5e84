"""Panel *Branches*: what differs between the branch on screen and another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.branches.differences import DifferenceTable, Topic
from wfsgui.gui.branches.difference_model import DifferenceModel
from wfsgui.gui.widgets.controls import combo_box
from wfsgui.gui.widgets.theme import mute
from wfsgui.gui.widgets.tokens import GRID, MARGIN

__all__ = ["BranchPanel"]

_FOCUSED: Final = Qt.ShortcutContext.WidgetShortcut
_NO_BRANCH: Final = (
    "This exposure has no other branch. Change a parameter or a reference file in the panel Step and redo the step: "
    "the new run is a branch beside this one."
)
_EQUAL: Final = {
    Topic.PARAMETERS: "The parameters are the same.",
    Topic.REFERENCES: "The reference files are the same.",
    Topic.NUMBERS: "The images and their numbers are the same, or not measured yet.",
    Topic.HEADER: "The metadata of the last common step are the same.",
    Topic.LOG: "The logs are the same but for their times.",
}


class BranchPanel(QWidget):
    """Show tables of what differs, one for each topic.

    Attributes
    ----------
    seen : Signal()
        The panel can be seen now.
    other_chosen : Signal(int)
        Place of the branch in the list that the one on screen is to be compared with.
    image_asked : Signal()
        The images of the two are to be compared.
    """

    seen = Signal()
    other_chosen = Signal(int)
    image_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("branch_panel")
        self._tables: tuple[DifferenceTable, ...] = ()
        self._names = ("", "")
        self._this = QLabel()
        self._this.setObjectName("branch_shown")
        self._this.setTextFormat(Qt.TextFormat.PlainText)
        self._this.setWordWrap(True)
        self._other = combo_box(
            "branch_other", "Compare with the branch", "Branch that is compared with the one on screen"
        )
        self._other.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._other.activated.connect(self.other_chosen)
        self._all = QCheckBox("Show equal rows, too")
        self._all.setObjectName("branch_all_rows")
        self._all.toggled.connect(self._fill)
        self._image = QPushButton("Compare the images")
        self._image.setObjectName("branch_images")
        self._image.setToolTip("Show the difference of the two on the image; the bar above it has the other modes")
        self._image.clicked.connect(self.image_asked)
        self._copy = QPushButton("Copy")
        self._copy.setObjectName("branch_copy")
        self._copy.setToolTip("Copy the selected rows of this table, or all of them, with tabs between the columns")
        self._copy.clicked.connect(self.copy)
        self._message = QLabel(_NO_BRANCH, alignment=Qt.AlignmentFlag.AlignCenter)
        self._message.setObjectName("branch_message")
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        mute(self._message)
        self._tabs = QTabWidget()
        self._tabs.setObjectName("branch_topics")
        self._tabs.setDocumentMode(True)
        self._models = {topic: DifferenceModel(self) for topic in Topic}
        self._views = {topic: self._view(topic) for topic in Topic}
        self._hints = {topic: _hint(topic) for topic in Topic}
        self._pages = QStackedWidget()
        self._build()
        self.show_message(_NO_BRANCH)

    @property
    def topic(self) -> Topic:
        """The topic whose table is in front."""
        return list(Topic)[self._tabs.currentIndex()]

    def rows(self, topic: Topic) -> list[tuple[str, ...]]:
        """Return the texts of the rows that a table shows."""
        return [(row.where, row.name, row.first, row.second) for row in self._models[topic].rows]

    def show_branches(self, shown: str, others: Sequence[str], chosen: int) -> None:
        """Show which branch is on screen, and with which of the others it is compared."""
        self._this.setText(f"On screen: {shown}")
        self._other.clear()
        self._other.addItems(list(others))
        self._other.setCurrentIndex(chosen)

    def show_tables(self, tables: tuple[DifferenceTable, ...], names: tuple[str, str]) -> None:
        """Show tables.

        Parameters
        ----------
        tables : tuple of DifferenceTable
            One for each topic, in that order.
        names : tuple of str
            Names of the two branches.
        """
        self._tables, self._names = tables, names
        self._fill()
        self._pages.setCurrentIndex(1)

    def show_message(self, text: str = "") -> None:
        """Show a sentence in place of the tables; by default how branches are made."""
        self._message.setText(text or _NO_BRANCH)
        self._pages.setCurrentIndex(0)

    def copy(self) -> None:
        """Copy the selected rows of the table in front, or all of them."""
        selected = self._views[self.topic].selectionModel().selectedRows()
        text = self._models[self.topic].as_text(sorted(index.row() for index in selected))
        QGuiApplication.clipboard().setText(text)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Tell that the panel is seen."""
        super().showEvent(event)
        self.seen.emit()

    def _build(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self._this)
        row = QHBoxLayout()
        row.addWidget(QLabel("Compared with"))
        row.addWidget(self._other, stretch=1)
        layout.addLayout(row)
        for topic in Topic:
            page = QStackedWidget()
            page.addWidget(self._views[topic])
            page.addWidget(self._hints[topic])
            self._tabs.addTab(page, topic.value)
        layout.addWidget(self._tabs, stretch=1)
        foot = QHBoxLayout()
        foot.addWidget(self._all)
        foot.addStretch()
        foot.addWidget(self._copy)
        foot.addWidget(self._image)
        layout.addLayout(foot)
        message = QWidget()
        margins = QVBoxLayout(message)
        margins.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        margins.addWidget(self._message)
        self._pages.addWidget(message)
        self._pages.addWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

    def _fill(self) -> None:
        for number, table in enumerate(self._tables):
            model, page = self._models[table.topic], self._tabs.widget(number)
            model.show_rows(table.rows, self._names, all_rows=self._all.isChecked())
            self._tabs.setTabText(number, f"{table.topic.value} ({table.count})" if table.count else table.topic.value)
            if isinstance(page, QStackedWidget):
                page.setCurrentIndex(0 if model.rows else 1)

    def _view(self, topic: Topic) -> QTableView:
        view = QTableView()
        view.setObjectName(f"branch_{topic.name.lower()}")
        view.setAccessibleName(f"{topic.value} that differ")
        view.setModel(self._models[topic])
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setAlternatingRowColors(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setShowGrid(False)
        # The panel is narrow, and names and values differ anywhere.
        view.setWordWrap(True)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = view.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), view, self.copy, context=_FOCUSED)
        return view


def _hint(topic: Topic) -> QLabel:
    label = QLabel(_EQUAL[topic], alignment=Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    mute(label)
    return label
