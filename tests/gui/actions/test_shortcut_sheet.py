"""The sheet shows every shortcut that there is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.gui.window_driver import WindowDriver, find
from wfsgui.gui.actions.action_table import ACTIONS, MENUS, MOUSE
from wfsgui.gui.actions.shortcut_sheet import ShortcutSheet


def labels(sheet: ShortcutSheet) -> list[str]:
    return [label.text() for label in sheet.findChildren(QLabel)]


def test_every_shortcut_and_gesture_is_on_it(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    shown = labels(ShortcutSheet(window))
    native = QKeySequence.SequenceFormat.NativeText
    for spec in (spec for spec in ACTIONS if spec.shortcuts):
        assert "  or  ".join(QKeySequence(keys).toString(native) for keys in spec.shortcuts) in shown
        assert spec.tip in shown
    for gesture, what in MOUSE:
        assert {gesture, what} <= set(shown)
    headings = [menu.replace("&", "") for menu in MENUS]
    assert [text for text in shown if text in headings] == headings
    assert not any("&" in text and "WFS&C" not in text for text in shown)


def test_f1_opens_it_beside_the_window_and_it_closes(driver: WindowDriver) -> None:
    driver.press("F1")
    sheet = find(driver.window, ShortcutSheet, "shortcut_sheet")
    driver.wait(sheet.isVisible)
    assert not sheet.isModal()
    close = find(sheet, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Close)
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    driver.qtbot.waitUntil(lambda: not isValid(sheet))
