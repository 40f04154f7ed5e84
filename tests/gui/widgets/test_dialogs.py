"""Dialogs: questions, answers, files and folders."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.gui.window_driver import find
from wfsgui.gui.widgets.dialogs import ask, ask_file, ask_files, ask_folder, ask_reference

_Role = QMessageBox.ButtonRole


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    made.setWindowTitle("wfsgui")
    qtbot.addWidget(made)
    made.show()
    yield made
    made.hide()


class Asked:
    """A question and its answers."""

    def __init__(self, window: QWidget, names: list[str]) -> None:
        self.answers: list[str] = []
        choices = [
            ("Keep", _Role.AcceptRole, partial(self.answers.append, "keep")),
            ("Cancel", _Role.RejectRole, partial(self.answers.append, "cancel")),
            ("Replace", _Role.DestructiveRole, partial(self.answers.append, "replace")),
        ]
        self.box = ask(window, "Replace <b>these</b>?", names, choices)

    def button(self, label: str) -> QPushButton:
        (found,) = (button for button in self.box.findChildren(QPushButton) if button.text() == label)
        assert isinstance(found, QPushButton)
        return found


@pytest.mark.parametrize(("label", "answer"), [("Keep", "keep"), ("Cancel", "cancel"), ("Replace", "replace")])
def test_each_answer_runs_its_action(window: QWidget, qtbot: QtBot, label: str, answer: str) -> None:
    asked = Asked(window, ["a"])
    QTest.mouseClick(asked.button(label), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not isValid(asked.box))
    assert asked.answers == [answer]


def test_return_accepts_the_first_answer_and_escape_rejects(window: QWidget, qtbot: QtBot) -> None:
    first = Asked(window, ["a"])
    assert first.button("Keep").isDefault()
    QTest.keyClick(first.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not isValid(first.box))
    second = Asked(window, ["a"])
    QTest.keyClick(second.box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(second.box))
    assert (first.answers, second.answers) == (["keep"], ["cancel"])


def test_long_list_of_names_is_shortened(window: QWidget) -> None:
    few = Asked(window, ["<i>a</i>", "b"]).box
    assert few.informativeText() == "<i>a</i>\nb"
    assert few.textFormat() is Qt.TextFormat.PlainText
    assert few.detailedText() == ""
    names = [str(number) for number in range(15)]
    many = Asked(window, names).box
    assert many.informativeText().split("\n") == [*names[:12], "... and 3 more"]
    assert many.detailedText().split("\n") == names


def file_dialog(window: QWidget) -> QFileDialog:
    return find(window, QFileDialog, "file_dialog")


def accept(dialog: QFileDialog, qtbot: QtBot, name: str) -> None:
    """Enter a name and press the button."""
    line = find(dialog, QLineEdit, "fileNameEdit")
    # Typed, it would open a list of suggestions over the button.
    line.setText(name)
    buttons = find(dialog, QDialogButtonBox).buttons()
    (button,) = (each for each in buttons if each.text().replace("&", "") in ("Open", "Save", "Choose"))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not isValid(dialog))


def test_save_dialog_suggests_a_name_and_adds_the_suffix(window: QWidget, qtbot: QtBot, tmp_path: Path) -> None:
    chosen: list[Path] = []
    ask_file(window, "Save as", tmp_path / "a_cal.fits", chosen.append)
    dialog = file_dialog(window)
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert [Path(name) for name in dialog.selectedFiles()] == [tmp_path / "a_cal.fits"]
    accept(dialog, qtbot, "other")
    assert chosen == [tmp_path / "other.fits"]


def test_files_are_chosen_to_be_opened(window: QWidget, qtbot: QtBot, tmp_path: Path) -> None:
    names = [tmp_path / "a_rate.fits", tmp_path / "b_asn.json"]
    for name in names:
        name.touch()
    chosen: list[list[Path]] = []
    ask_files(window, "Open", tmp_path, chosen.append)
    dialog = file_dialog(window)
    assert "*_rate.fits.gz" in dialog.nameFilters()[0]
    accept(dialog, qtbot, '"a_rate.fits" "b_asn.json"')
    assert [sorted(files) for files in chosen] == [names]


def test_a_folder_is_chosen(window: QWidget, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "visit").mkdir()
    chosen: list[Path] = []
    ask_folder(window, "Open a folder", tmp_path, chosen.append)
    accept(file_dialog(window), qtbot, "visit")
    assert chosen == [tmp_path / "visit"]


def test_a_reference_file_is_chosen(window: QWidget, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "flat.fits").touch()
    chosen: list[Path] = []
    ask_reference(window, "flat", chosen.append)
    dialog = file_dialog(window)
    assert "flat" in dialog.windowTitle()
    accept(dialog, qtbot, str(tmp_path / "flat.fits"))
    assert chosen == [tmp_path / "flat.fits"]


def test_escape_chooses_nothing(window: QWidget, qtbot: QtBot, tmp_path: Path) -> None:
    chosen: list[Path] = []
    ask_folder(window, "Open a folder", tmp_path, chosen.append)
    dialog = file_dialog(window)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(dialog))
    assert chosen == []
