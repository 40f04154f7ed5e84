"""List of all shortcuts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from wfsgui.gui.actions.action_table import ACTIONS, MENUS, MOUSE
from wfsgui.gui.widgets.theme import heading_font, mute

__all__ = ["ShortcutSheet"]


class ShortcutSheet(QDialog):
    """Show the shortcuts of all actions, and the mouse gestures.

    Parameters
    ----------
    parent : QWidget
        The window.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut_sheet")
        self.setWindowTitle("Shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setHorizontalSpacing(3 * self.fontMetrics().averageCharWidth())
        self._grid.setColumnStretch(2, 1)
        for menu in MENUS:
            self._heading(menu.replace("&", ""))
            for spec in ACTIONS:
                if spec.menu == menu and spec.shortcuts:
                    self._line(_native(spec.shortcuts), spec.text.replace("&", "").removesuffix("..."), spec.tip)
        self._heading("Mouse")
        for gesture, what in MOUSE:
            self._line(gesture, what, "")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(page)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll)
        layout.addWidget(buttons)
        letter = self.fontMetrics().averageCharWidth()
        self.resize(125 * letter, 100 * letter)

    def _heading(self, text: str) -> None:
        label = QLabel(text)
        label.setFont(heading_font())
        label.setContentsMargins(0, self.fontMetrics().height() // 2, 0, 0)
        self._grid.addWidget(label, self._grid.rowCount(), 0, 1, 3)

    def _line(self, keys: str, name: str, tip: str) -> None:
        row = self._grid.rowCount()
        muted = QLabel(tip)
        mute(muted)
        muted.setWordWrap(True)
        for column, label in enumerate((QLabel(keys), QLabel(name), muted)):
            self._grid.addWidget(label, row, column)


def _native(shortcuts: tuple[str, ...]) -> str:
    return "  or  ".join(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) for keys in shortcuts)
