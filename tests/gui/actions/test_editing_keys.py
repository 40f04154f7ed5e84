"""Keys that edit text stay with the field that has the focus; all others trigger their actions there, too."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QSpinBox,
    QTextBrowser,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot
from typing_extensions import override

from tests.gui.window_driver import WindowDriver, find
from wfsgui.core.model.exposure import ExposureState
from wfsgui.gui.actions.action_set import Actions
from wfsgui.gui.actions.action_table import ACTIONS
from wfsgui.gui.actions.editing_keys import is_editing_key
from wfsgui.gui.widgets.rich_text import RichText

KEYS = [(spec, keys) for spec in ACTIONS for keys in spec.shortcuts]
EDITING = {"Del", "Ctrl+Up", "Ctrl+Down", "Ctrl+E"}
"""Shortcuts that a text field of Linux, Windows or macOS takes: delete, ends of the document, end of the line."""


def is_edited_with(keys: str) -> bool:
    return keys in EDITING or len(keys.removeprefix("Shift+")) == 1


def _line() -> QWidget:
    return QLineEdit("some text")


def _editable_combo() -> QWidget:
    combo = QComboBox()
    combo.setEditable(True)
    combo.setEditText("some text")
    return combo


def _selected(text: QPlainTextEdit | QTextEdit) -> QWidget:
    text.setPlainText("some text")
    text.selectAll()
    return text


def _log() -> QWidget:
    text = QPlainTextEdit()
    text.setReadOnly(True)
    return _selected(text)


def _page() -> QWidget:
    page = RichText()
    page.show_text("some text")
    page.setSelection(0, 4)
    return page


FIELDS: dict[str, Callable[[], QWidget]] = {
    "line": _line,
    "spin box": QSpinBox,
    "double spin box": QDoubleSpinBox,
    "editable combo box": _editable_combo,
    "text": lambda: _selected(QPlainTextEdit()),
    "rich text": lambda: _selected(QTextEdit()),
    "text browser with selection": lambda: _selected(QTextBrowser()),
    "log with selection": _log,
    "page with selection": _page,
}


class Window:
    """A window that notes which actions were triggered."""

    def __init__(self, qtbot: QtBot) -> None:
        self.image = QMainWindow()
        qtbot.addWidget(self.image)
        self.table = Actions(self.image)
        self.table.fill_menu_bar(self.image.menuBar())
        self.done: list[str] = []
        for spec in ACTIONS:
            self.table[spec.id].triggered.connect(partial(self._note, spec.id))
        self.image.show()
        self.image.activateWindow()
        qtbot.waitUntil(self.image.isActiveWindow)

    def press(self, field: QWidget, keys: str) -> list[str]:
        self.done.clear()
        self.image.setCentralWidget(field)
        field.show()
        field.setFocus()
        assert field.hasFocus()
        QTest.keySequence(field, QKeySequence(keys))
        return self.done

    def _note(self, identifier: str, _checked: object = None) -> None:
        self.done.append(identifier)


class Probe(QWidget):
    """Notes which of the keys pressed edit text."""

    def __init__(self) -> None:
        super().__init__()
        self.editing: list[bool] = []

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.editing.append(is_editing_key(event))


@pytest.fixture
def probe(qtbot: QtBot) -> Probe:
    probe = Probe()
    qtbot.addWidget(probe)
    return probe


@pytest.mark.parametrize("make", FIELDS.values(), ids=FIELDS)
def test_a_shortcut_acts_in_a_text_field_unless_it_edits(qtbot: QtBot, make: Callable[[], QWidget]) -> None:
    window = Window(qtbot)
    for spec, keys in KEYS:
        assert window.press(make(), keys) == ([] if is_edited_with(keys) else [spec.id]), keys


@pytest.mark.parametrize(
    "keys",
    [
        *("Ctrl+Backspace", "Alt+Backspace", "Meta+Backspace", "Ctrl+Del", "Ctrl+Left", "Alt+Right", "Shift+Home"),
        *("Ctrl+End", "Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z", "Ctrl+K", "Ctrl+U"),
        *("Shift+Ins", "Ctrl+E", "PgUp", "Ctrl+Shift+Left", "Ctrl+Up"),
    ],
)
def test_editing_keys_of_linux_windows_and_macos_are_known(probe: Probe, keys: str) -> None:
    QTest.keySequence(probe, QKeySequence(keys))
    assert probe.editing[-1]


@pytest.mark.parametrize("keys", ["Ctrl+Return", "Ctrl+J", "F5", "Ctrl+S", "Ctrl+O", "Ctrl+F", "Ctrl+1"])
def test_keys_that_do_not_edit_go_to_the_actions(probe: Probe, keys: str) -> None:
    QTest.keySequence(probe, QKeySequence(keys))
    assert probe.editing
    assert not any(probe.editing)


@pytest.mark.parametrize("action", ["accept", "redo", "reject"])
def test_a_verdict_is_given_by_a_key_that_never_edits(action: str) -> None:
    assert not any(is_edited_with(keys) for spec, keys in KEYS if spec.id == action)


def test_deleting_a_word_of_the_note_gives_no_verdict(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.press("F8")
    driver.press("F5")
    driver.wait(lambda: driver.exposures[0].state is ExposureState.NEEDS_LOOK)
    note = find(driver.window, QLineEdit, "verdict_note")
    note.setFocus()
    QTest.keyClicks(note, "bad word")
    QTest.keyClick(note, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert note.text() == "bad "
    assert driver.exposures[0].state is ExposureState.NEEDS_LOOK
    assert driver.exposures[0].verdicts == []
