"""About dialog: versions and their copy."""

from __future__ import annotations

import platform
from importlib.metadata import version

import pytest
from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.gui.window_driver import WindowDriver, find
from wfsgui import __version__
from wfsgui.gui.help.about_dialog import AboutDialog, versions_text


def test_versions_list_engine_window_and_system() -> None:
    lines = versions_text({"jwst": "9.9.9", "crds": "8.8"}).splitlines()
    assert lines[:3] == [f"wfsgui {__version__}", "jwst 9.9.9", "crds 8.8"]
    assert f"Qt {qVersion()}" in lines
    assert f"Python {platform.python_version()}" in lines
    assert f"pyqtgraph {version('pyqtgraph')}" in lines


def test_versions_are_listed_before_the_engine_is_loaded() -> None:
    assert versions_text({}).splitlines()[0] == f"wfsgui {__version__}"


def test_versions_are_shown_and_copied(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = AboutDialog({"jwst": "9.9.9"}, window)
    dialog.open()
    shown = find(dialog, QPlainTextEdit, "versions").toPlainText()
    assert shown == versions_text({"jwst": "9.9.9"})
    (copy,) = (button for button in dialog.findChildren(QPushButton) if button.text() == "Copy versions")
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == shown
    assert any("BSD-3-Clause" in label.text() for label in dialog.findChildren(QLabel))


@pytest.mark.parametrize("loaded", [False, True])
def test_window_opens_the_about_dialog(driver: WindowDriver, *, loaded: bool) -> None:
    if loaded:
        driver.load()
    driver.action("about").trigger()
    dialog = find(driver.window, AboutDialog, "about_dialog")
    assert ("jwst 9.9.9" in find(dialog, QPlainTextEdit, "versions").toPlainText()) == loaded
    close = find(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Close)
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    driver.qtbot.waitUntil(lambda: not isValid(dialog))
