"""Tests of the settings dialog: changes, refused values, explanations."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import WindowDriver, find, ini
from wfsgui.gui.settings.settings import SETTINGS, Settings
from wfsgui.gui.settings.settings_dialog import SettingsDialog

CRDS = {"CRDS_PATH": "/grp/crds", "CRDS_SERVER_URL": "https://example.invalid", "CRDS_CONTEXT": ""}
Standard = QDialogButtonBox.StandardButton


class Opened:
    """The dialog, open."""

    def __init__(self, qtbot: QtBot, settings: Settings, in_force: dict[str, str]) -> None:
        self.qtbot, self.settings = qtbot, settings
        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        self.dialog = SettingsDialog(settings, in_force, self.parent)
        self.dialog.open()
        qtbot.waitUntil(self.dialog.isVisible)

    def line(self, key: str) -> QLineEdit:
        found = find(self.dialog, QLineEdit, key)
        assert isinstance(found, QLineEdit)
        return found

    def fault(self, key: str) -> str:
        label = find(self.dialog, QLabel, f"{key}_fault")
        assert isinstance(label, QLabel)
        return label.text() if label.isVisible() else ""

    def type(self, key: str, text: str) -> None:
        line = self.line(key)
        line.selectAll()
        QTest.keyClicks(line, text)

    def button(self, which: QDialogButtonBox.StandardButton) -> QPushButton:
        box = find(self.dialog, QDialogButtonBox)
        assert isinstance(box, QDialogButtonBox)
        return box.button(which)

    def click(self, which: QDialogButtonBox.StandardButton) -> None:
        QTest.mouseClick(self.button(which), Qt.MouseButton.LeftButton)

    def beside(self, key: str, text: str) -> QPushButton:
        """Find a button in the row of a setting."""
        row = find(self.dialog, QWidget, key).parentWidget()
        assert row is not None
        (found,) = (button for button in row.findChildren(QPushButton) if button.text() == text)
        return found


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Opened:
    return Opened(qtbot, ini(tmp_path / "wfsgui.ini"), CRDS)


def test_every_setting_has_an_editor_that_can_be_found(opened: Opened) -> None:
    for setting in SETTINGS:
        editor = find(opened.dialog, QWidget, setting.key)
        assert editor.accessibleName() == setting.title
        assert any(label.text() == setting.explanation for label in opened.dialog.findChildren(QLabel))


def test_crds_settings_in_force_are_shown(opened: Opened) -> None:
    label = find(opened.dialog, QLabel, "crds_in_force")
    assert "CRDS_PATH = /grp/crds" in label.text()
    assert "CRDS_CONTEXT = not set" in label.text()


def test_crds_settings_are_not_shown_before_the_engine_is_loaded(qtbot: QtBot, tmp_path: Path) -> None:
    opened = Opened(qtbot, ini(tmp_path / "wfsgui.ini"), {})
    assert opened.dialog.findChild(QLabel, "crds_in_force") is None


def test_ok_takes_everything_over(opened: Opened, tmp_path: Path) -> None:
    opened.type("crds_path", str(tmp_path))
    opened.type("crds_context", "jwst_1535.pmap")
    review = find(opened.dialog, QCheckBox, "review")
    QTest.mouseClick(review, Qt.MouseButton.LeftButton, pos=review.rect().center() / 8)
    memory = find(opened.dialog, QSpinBox, "preview_memory")
    memory.selectAll()
    QTest.keyClicks(memory, "512")
    theme = find(opened.dialog, QComboBox, "theme")
    QTest.keyClick(theme, Qt.Key.Key_Down)
    opened.click(Standard.Ok)
    assert not opened.dialog.isVisible()
    settings = opened.settings
    assert (settings.text("crds_path"), settings.text("crds_context")) == (str(tmp_path), "jwst_1535.pmap")
    assert settings.switch("review")
    assert settings.number("preview_memory") == 512
    assert settings.text("theme") == "light"


def test_apply_takes_over_and_stays(opened: Opened) -> None:
    opened.type("crds_context", "jwst_1.pmap")
    opened.click(Standard.Apply)
    assert opened.dialog.isVisible()
    assert opened.settings.text("crds_context") == "jwst_1.pmap"


def test_cancel_and_escape_change_nothing(opened: Opened) -> None:
    opened.type("crds_context", "jwst_1.pmap")
    opened.click(Standard.Cancel)
    assert not opened.dialog.isVisible()
    assert opened.settings.text("crds_context") == ""


def test_invalid_value_is_reported_beside_its_field_and_refused(opened: Opened) -> None:
    opened.type("crds_server", "example.invalid")
    assert "https://" in opened.fault("crds_server")
    assert not opened.button(Standard.Ok).isEnabled()
    assert not opened.button(Standard.Apply).isEnabled()
    QTest.keyClick(opened.line("crds_server"), Qt.Key.Key_Return)
    assert opened.dialog.isVisible()
    assert opened.settings.text("crds_server") == ""
    opened.type("crds_server", "https://example.invalid")
    assert opened.fault("crds_server") == ""
    opened.click(Standard.Ok)
    assert opened.settings.text("crds_server") == "https://example.invalid"


def test_default_is_put_back(opened: Opened) -> None:
    reset = opened.beside("crds_context", "Default")
    assert not reset.isEnabled()
    opened.type("crds_context", "jwst_1.pmap")
    assert reset.isEnabled()
    QTest.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert opened.line("crds_context").text() == ""
    assert not reset.isEnabled()


def test_dialog_shows_the_stored_settings(qtbot: QtBot, tmp_path: Path) -> None:
    settings = ini(tmp_path / "wfsgui.ini")
    settings.set("theme", "dark")
    settings.set("first_pixel", "0")
    settings.set("keep_going", value=False)
    opened = Opened(qtbot, settings, CRDS)
    assert find(opened.dialog, QComboBox, "theme").currentText() == "Dark"
    assert find(opened.dialog, QComboBox, "first_pixel").currentText() == "0 (numpy, jwst)"
    assert not find(opened.dialog, QCheckBox, "keep_going").isChecked()


def test_browse_chooses_a_folder(opened: Opened, tmp_path: Path) -> None:
    opened.type("output_folder", str(tmp_path))
    (tmp_path / "results").mkdir()
    QTest.mouseClick(opened.beside("output_folder", "Browse..."), Qt.MouseButton.LeftButton)
    chooser = find(opened.dialog, QFileDialog, "file_dialog")
    assert chooser.directory().absolutePath() == str(tmp_path)
    find(chooser, QLineEdit, "fileNameEdit").setText(str(tmp_path / "results"))
    chooser.accept()
    assert opened.line("output_folder").text() == str(tmp_path / "results")


@pytest.mark.usefixtures("schemes")
def test_the_theme_changes_at_once(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    icon = driver.action("open").icon()
    light = icon.pixmap(24).toImage()
    driver.press("Ctrl+,")
    dialog = find(driver.window, SettingsDialog, "settings_dialog")
    theme = find(dialog, QComboBox, "theme")
    theme.setCurrentIndex(theme.findData("dark"))
    find(dialog, QDialogButtonBox).button(Standard.Apply).click()
    driver.wait(lambda: QApplication.palette().window().color().lightness() < 100)
    assert icon.pixmap(24).toImage() != light
