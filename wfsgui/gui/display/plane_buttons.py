"""The row of buttons that choose a plane."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

__all__ = ["PlaneButtons"]


class PlaneButtons(QWidget):
    """One button for each plane that the frame has.

    Parameters
    ----------
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    chosen : Signal(str)
        The analyst wants this plane.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._shortcut = ""
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    def set_planes(self, names: Iterable[str]) -> None:
        """Offer these planes."""
        wanted = tuple(names)
        if wanted == tuple(self._buttons):
            return
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {name: self._make(name) for name in wanted}
        self._name_tips()

    def set_current(self, name: str) -> None:
        """Mark the plane that is shown."""
        self._buttons[name].setChecked(True)

    def set_shortcut(self, shortcut: str) -> None:
        """Teach the key that goes from plane to plane."""
        self._shortcut = shortcut
        self._name_tips()

    def _make(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"plane_{name}")
        button.setText(_short(name))
        button.setAccessibleName(name)
        button.setCheckable(True)
        # Flat unless chosen: the frame says which one is, without colour.
        button.setAutoRaise(True)
        button.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(button)
        self._layout.addWidget(button)
        return button

    def _name_tips(self) -> None:
        hint = f" ({self._shortcut}: next plane)" if self._shortcut else ""
        for name, button in self._buttons.items():
            button.setToolTip(f"Show {name}{hint}")


def _short(name: str) -> str:
    kind, _, what = name.partition("_")
    return f"{kind} {what[0]}" if what else name
