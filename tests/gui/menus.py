"""Context menus: asked for as the window system does, chosen from with the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

POPUPS = pytest.mark.qt_log_ignore("This plugin does not support")
"""For tests that open menus or tool tips: Qt's platform without a screen complains of each."""


def open_menu(widget: QWidget, place: QPoint | None = None) -> QMenu:
    """Ask for the context menu of a shown widget, in its middle if no place is given."""
    assert widget.isVisible()
    spot = widget.rect().center() if place is None else place
    # Not a click: without a screen Qt takes the button for held down once a menu has opened under it.
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, widget.mapToGlobal(spot))
    QCoreApplication.sendEvent(widget, event)
    (menu,) = [menu for menu in widget.window().findChildren(QMenu) if menu.isVisible()]
    return menu


def entries(menu: QMenu) -> dict[str, QAction]:
    """Return the entries of a menu by their texts."""
    return {action.text(): action for action in menu.actions()}


def choose(menu: QMenu, text: str) -> None:
    """Click on an entry of a menu."""
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entries(menu)[text]).center())
