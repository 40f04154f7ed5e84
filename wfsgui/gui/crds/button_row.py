"""Buttons side by side, in as many rows as the width needs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from wfsgui.gui.widgets.flow_layout import FlowLayout
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["ButtonRow"]


class ButtonRow(QWidget):
    """Hold buttons.

    Parameters
    ----------
    name : str
        Object name, and the beginning of those of the buttons.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setSpacing(GRID)
        self._buttons: list[QPushButton] = []
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)

    def add(self, name: str, text: str, tip: str, action: Callable[[], object]) -> QPushButton:
        """Add a button.

        Parameters
        ----------
        name : str
            End of its object name.
        text, tip : str
            Its text and its tool tip.
        action : callable
            What it does.
        """
        button = QPushButton(text)
        button.setObjectName(f"{self.objectName()}_{name}")
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked: action())
        self._flow.addWidget(button)
        self._buttons.append(button)
        return button

    def clear(self) -> None:
        """Remove all buttons."""
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons.clear()
