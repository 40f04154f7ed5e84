"""Page of the tree of an ASDF reference file."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from wfsgui.core.references.tree import TreeNode
from wfsgui.gui.widgets.controls import focus_key
from wfsgui.gui.widgets.theme import plain_tip
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["TreePage"]

# Levels that are open at first, except those with more entries.
_OPEN_LEVELS: Final = 3
_MANY: Final = 24


class TreePage(QWidget):
    """Show a tree; typed text leaves the entries that contain it.

    Parameters
    ----------
    root : TreeNode
        The tree.
    """

    def __init__(self, root: TreeNode) -> None:
        super().__init__()
        self._find = QLineEdit()
        self._find.setObjectName("reference_tree_find")
        self._find.setAccessibleName("Find in the tree")
        self._find.setPlaceholderText("Find")
        self._find.setClearButtonEnabled(True)
        self._find.setAcceptDrops(False)
        self._tree = QTreeWidget()
        self._tree.setObjectName("reference_tree")
        self._tree.setAccessibleName("Tree of the file")
        self._tree.setHeaderLabels(["Entry", "Value"])
        self._tree.setFrameShape(QFrame.Shape.NoFrame)
        self._tree.setUniformRowHeights(True)
        self._tree.setAlternatingRowColors(True)
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._tree.addTopLevelItems([_item(child) for child in root.children])
        self._expand()
        self._find.textChanged.connect(self._filter)
        focus_key(self._tree, QKeySequence.StandardKey.Copy, self._copy)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._find.setFocus)
        top = QVBoxLayout()
        top.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        top.addWidget(self._find)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._tree, stretch=1)

    def take_focus(self) -> None:
        """Put the keyboard on the tree."""
        self._tree.setFocus()

    def _expand(self) -> None:
        for item in self._top():
            _expand(item, _OPEN_LEVELS)

    def _top(self) -> list[QTreeWidgetItem]:
        return _children(self._tree.invisibleRootItem())

    def _filter(self, text: str) -> None:
        sought = text.strip().lower()
        for item in self._top():
            _show_matches(item, sought)
        if not sought:
            self._tree.collapseAll()
            self._expand()

    def _copy(self) -> None:
        item = self._tree.currentItem()
        if item is not None:
            QGuiApplication.clipboard().setText(f"{item.text(0)}: {item.text(1)}")


def _item(node: TreeNode) -> QTreeWidgetItem:
    item = QTreeWidgetItem([node.name, node.text])
    item.setToolTip(1, plain_tip(node.text))
    item.addChildren([_item(child) for child in node.children])
    return item


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for child in map(item.child, range(item.childCount())) if child is not None]


def _expand(item: QTreeWidgetItem, levels: int) -> None:
    if levels and item.childCount() <= _MANY:
        item.setExpanded(True)
        for child in _children(item):
            _expand(child, levels - 1)


def _show_matches(item: QTreeWidgetItem, sought: str) -> bool:
    """Hide an entry unless it or an entry below it contains a text; tell whether it is shown."""
    own = sought in f"{item.text(0)} {item.text(1)}".lower()
    # All entries below a match are shown.
    below = [_show_matches(child, "" if own else sought) for child in _children(item)]
    is_shown = own or any(below)
    item.setHidden(not is_shown)
    if sought and any(below) and not own:
        item.setExpanded(True)
    return is_shown
