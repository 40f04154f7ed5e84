"""Row of buttons that choose a plane."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from wfsgui.gui.widgets.controls import tool_button

__all__ = ["PlaneButtons"]


class PlaneButtons(QWidget):
    """One button for each plane of the image.

    Parameters
    ----------
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    chosen : Signal(str)
        Name of the chosen plane.
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
        """Set the planes to choose from."""
        wanted = tuple(names)
        if wanted == tuple(self._buttons):
            return
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {name: self._make(name) for name in wanted}
        self._set_tips()

    def set_current(self, name: str) -> None:
        """Mark the plane that is shown."""
        self._buttons[name].setChecked(True)

    def set_shortcut(self, shortcut: str) -> None:
        """Set the key of the next plane, for the tool tips."""
        self._shortcut = shortcut
        self._set_tips()

    def _make(self, name: str) -> QToolButton:
        button = tool_button(f"plane_{name}", _short(name), f"Show {name}", checkable=True)
        button.setAccessibleName(name)
        button.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(button)
        self._layout.addWidget(button)
        return button

    def _set_tips(self) -> None:
        hint = f" ({self._shortcut}: next plane)" if self._shortcut else ""
        for name, button in self._buttons.items():
            button.setToolTip(f"Show {name}{hint}")


def _short(name: str) -> str:
    kind, _, what = name.partition("_")
    return f"{kind} {what[0]}" if what else name
