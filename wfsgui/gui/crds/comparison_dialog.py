"""Dialog that shows which reference files two contexts select for the open exposures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from wfsgui.core.crds.descriptions import change_text, comparison_text
from wfsgui.core.crds.needs import ContextChange, ContextComparison
from wfsgui.core.crds.state import CrdsContexts
from wfsgui.gui.crds.context_dialog import described_contexts
from wfsgui.gui.widgets.controls import combo_box
from wfsgui.gui.widgets.theme import plain_tip
from wfsgui.gui.widgets.tokens import GRID, MARGIN

__all__ = ["ComparisonDialog"]

_COLUMNS: Final = ("Exposure, type", "Steps", "First context", "Second context")
# Width and height in letters and lines, so that they fit the font.
_WIDTH: Final = 150
_HEIGHT: Final = 26


class ComparisonDialog(QDialog):
    """Choose two contexts and show what differs.

    Parameters
    ----------
    contexts : CrdsContexts
        What can be chosen.
    names : mapping of str to str
        Name of the product, by the path of its exposure.
    parent : QWidget
        The window.

    Attributes
    ----------
    asked : Signal(str, str)
        These contexts are to be compared.
    closed : Signal()
        The dialog was closed.
    """

    asked = Signal(str, str)
    closed = Signal()

    def __init__(self, contexts: CrdsContexts, names: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("comparison_dialog")
        self.setWindowTitle("Compare two CRDS contexts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._names = names
        choices = [context for context, _note in described_contexts(contexts)]
        self._first = combo_box("first_context", "First context", "The first context", choices)
        self._second = combo_box("second_context", "Second context", "The second context", choices)
        self._compare = QPushButton("Compare")
        self._text, self._table = QLabel(), QTreeWidget()
        self._build()
        for combo, wanted in ((self._first, contexts.current), (self._second, _other(contexts, choices))):
            combo.setEditable(True)
            combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            combo.setEditText(wanted)
            combo.editTextChanged.connect(self._check)
        self.finished.connect(lambda _result: self.closed.emit())
        self._check()

    @property
    def text(self) -> str:
        """What is said of the comparison."""
        return self._text.text()

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """What differs: a row for each exposure, and one for each type that differs."""
        return [tuple(item.text(column) for column in range(len(_COLUMNS))) for item in self._items()]

    def show_comparison(self, comparison: ContextComparison) -> None:
        """Show what differs."""
        self._compare.setEnabled(True)
        self._text.setText(comparison_text(comparison))
        self._table.clear()
        self._table.setHeaderLabels([*_COLUMNS[:2], comparison.first or _COLUMNS[2], comparison.second or _COLUMNS[3]])
        for exposure in comparison.exposures:
            name = self._names.get(str(exposure.exposure), exposure.exposure.name)
            top = QTreeWidgetItem([name, "", "", ""])
            self._table.addTopLevelItem(top)
            if exposure.changes:
                top.addChildren([_row(change) for change in exposure.changes])
            else:
                same = QTreeWidgetItem([change_text(exposure)])
                top.addChild(same)
                same.setFirstColumnSpanned(True)
            top.setFirstColumnSpanned(True)
        self._table.expandAll()

    def show_failure(self, sentence: str) -> None:
        """Say why there is no comparison."""
        self._compare.setEnabled(True)
        self._text.setText(sentence)

    def _items(self) -> list[QTreeWidgetItem]:
        tops = (self._table.topLevelItem(row) for row in range(self._table.topLevelItemCount()))
        items = (item for top in tops if top for item in (top, *map(top.child, range(top.childCount()))))
        return [item for item in items if item is not None]

    def _build(self) -> None:
        self._compare.setObjectName("compare_contexts")
        self._compare.setDefault(True)
        self._compare.clicked.connect(self._ask)
        self._text.setObjectName("comparison_text")
        self._text.setWordWrap(True)
        self._text.setText("Choose two contexts: those in the cache are compared without a network.")
        self._table.setObjectName("comparison_table")
        self._table.setAccessibleName("Reference files that differ")
        self._table.setHeaderLabels(list(_COLUMNS))
        self._table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._table.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self._first, stretch=1)
        row.addWidget(QLabel("and"))
        row.addWidget(self._second, stretch=1)
        row.addWidget(self._compare)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(2 * GRID)
        layout.addLayout(row)
        layout.addWidget(self._text)
        layout.addWidget(self._table, stretch=1)
        layout.addWidget(buttons)
        metrics = self.fontMetrics()
        self.resize(_WIDTH * metrics.averageCharWidth(), _HEIGHT * metrics.lineSpacing())

    def _check(self) -> None:
        first, second = self._first.currentText().strip(), self._second.currentText().strip()
        self._compare.setEnabled(bool(first and second and first != second))

    def _ask(self) -> None:
        self._compare.setEnabled(False)
        self._table.clear()
        self._text.setText("Comparing the contexts...")
        self.asked.emit(self._first.currentText().strip(), self._second.currentText().strip())


def _row(change: ContextChange) -> QTreeWidgetItem:
    texts = [change.kind, ", ".join(change.steps), change.first or "none", change.second or "none"]
    item = QTreeWidgetItem(texts)
    for column, text in enumerate(texts):
        item.setToolTip(column, plain_tip(text))
    return item


def _other(contexts: CrdsContexts, choices: list[str]) -> str:
    """Return the context that is compared with the one in force at first."""
    latest = contexts.named.get("latest", "")
    if latest and latest != contexts.current:
        return latest
    return next((name for name in choices if name != contexts.current), "")
