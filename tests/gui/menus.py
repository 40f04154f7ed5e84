"""Context menus as a person uses them: a click with the right button, then one on the entry."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot


def open_menu(qtbot: QtBot, widget: QWidget, place: QPoint | None = None) -> QMenu:
    """Click with the right button on a widget of a shown window, in its middle if no place is given."""
    window = widget.window()
    spot = widget.mapTo(window, widget.rect().center() if place is None else place)
    qtbot.mouseClick(window.windowHandle(), Qt.MouseButton.RightButton, pos=spot)
    qtbot.waitUntil(lambda: bool(_menus(window)))
    return _menus(window)[0]


def entries(menu: QMenu) -> dict[str, QAction]:
    """Return the entries of a menu by their texts."""
    return {action.text(): action for action in menu.actions()}


def choose(qtbot: QtBot, menu: QMenu, text: str) -> None:
    """Click on an entry of a menu."""
    place = menu.actionGeometry(entries(menu)[text]).center()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)


def _menus(window: QWidget) -> list[QMenu]:
    return [menu for menu in window.findChildren(QMenu) if menu.isVisible()]
