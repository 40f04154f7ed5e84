"""The verdict bar asks once, and does not lose what was begun."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from wfsgui.core.judgement.verdicts import Judgement
from wfsgui.gui.steps.verdict_bar import VerdictBar
from wfsgui.gui.widgets.theme import apply_scheme

BUTTONS = {"accept": Judgement.ACCEPTED, "redo": Judgement.REDONE, "reject": Judgement.REJECTED}


@pytest.fixture
def bar(qtbot: QtBot) -> VerdictBar:
    made = VerdictBar()
    qtbot.addWidget(made)
    made.resize(700, 40)
    with qtbot.waitExposed(made):
        made.ask(fakes.exposure("a"), "flat_field")
    return made


def note(bar: VerdictBar) -> QLineEdit:
    found = bar.findChild(QLineEdit, "verdict_note")
    assert isinstance(found, QLineEdit)
    return found


def question(bar: VerdictBar) -> str:
    found = bar.findChild(QLabel, "verdict_question")
    assert isinstance(found, QLabel)
    return found.text()


def press(bar: VerdictBar, name: str) -> None:
    button = bar.findChild(QPushButton, f"verdict_{name}")
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_bar_is_hidden_at_first(qtbot: QtBot) -> None:
    made = VerdictBar()
    qtbot.addWidget(made)
    assert made.isHidden()
    with qtbot.assertNotEmitted(made.decided):
        made.accept()


def test_the_question_names_the_step(bar: VerdictBar) -> None:
    assert bar.isVisible()
    assert "flat_field" in question(bar)
    bar.ask(fakes.exposure("a", backgrounds=1), "bkg_subtract")
    assert "background" in question(bar)


@pytest.mark.parametrize("name", BUTTONS)
def test_each_button_sends_its_judgement_and_the_note(bar: VerdictBar, qtbot: QtBot, name: str) -> None:
    QTest.keyClicks(note(bar), "  <b>ghost</b> & 2 stars ")
    with qtbot.waitSignal(bar.decided) as told:
        press(bar, name)
    assert told.args == [BUTTONS[name], "<b>ghost</b> & 2 stars"]
    assert not bar.isVisible()


@pytest.mark.parametrize("name", BUTTONS)
def test_each_button_can_be_pressed_with_the_keyboard_and_names_its_shortcut(
    bar: VerdictBar, qtbot: QtBot, name: str
) -> None:
    button = bar.findChild(QPushButton, f"verdict_{name}")
    assert isinstance(button, QPushButton)
    assert "Ctrl+" in button.toolTip()
    with qtbot.waitSignal(bar.decided) as told:
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert told.args == [BUTTONS[name], ""]


def test_a_verdict_is_given_once(bar: VerdictBar, qtbot: QtBot) -> None:
    press(bar, "accept")
    with qtbot.assertNotEmitted(bar.decided):
        for act in (bar.accept, bar.redo, bar.reject):
            act()


def test_enter_in_the_note_decides_nothing(bar: VerdictBar, qtbot: QtBot) -> None:
    QTest.keyClicks(note(bar), "hm")
    with qtbot.assertNotEmitted(bar.decided):
        QTest.keyClick(note(bar), Qt.Key.Key_Return)
    assert bar.isVisible()
    assert note(bar).text() == "hm"


def test_asking_again_about_the_same_step_leaves_the_note_alone(bar: VerdictBar) -> None:
    QTest.keyClicks(note(bar), "half a sen")
    bar.ask(fakes.exposure("a"), "flat_field")
    QTest.keyClicks(note(bar), "tence")
    assert note(bar).text() == "half a sentence"


def test_a_note_is_kept_while_another_exposure_is_on_screen(bar: VerdictBar, qtbot: QtBot) -> None:
    QTest.keyClicks(note(bar), "about a")
    bar.ask(fakes.exposure("b"), "flat_field")
    assert note(bar).text() == ""
    QTest.keyClicks(note(bar), "about b")
    bar.clear()
    assert not bar.isVisible()
    bar.ask(fakes.exposure("a"), "flat_field")
    assert note(bar).text() == "about a"
    bar.ask(fakes.exposure("a"), "photom")
    assert note(bar).text() == ""
    bar.ask(fakes.exposure("b"), "flat_field")
    with qtbot.waitSignal(bar.decided) as told:
        press(bar, "reject")
    assert told.args == [Judgement.REJECTED, "about b"]


def test_a_recorded_note_is_not_shown_again(bar: VerdictBar) -> None:
    QTest.keyClicks(note(bar), "too faint")
    press(bar, "redo")
    bar.ask(fakes.exposure("a"), "flat_field")
    assert bar.isVisible()
    assert note(bar).text() == ""


def background(bar: VerdictBar) -> QColor:
    return bar.grab().toImage().pixelColor(8, 2)


@pytest.mark.usefixtures("schemes")
def test_its_colour_follows_the_theme(bar: VerdictBar, qtbot: QtBot) -> None:
    apply_scheme("light")
    qtbot.waitUntil(lambda: background(bar).lightness() > 200)
    apply_scheme("dark")
    qtbot.waitUntil(lambda: background(bar).lightness() < 80)


@pytest.mark.parametrize("width", [420, 1200])
def test_verdict_bar_fits_the_window(bar: VerdictBar, width: int) -> None:
    bar.resize(width, 40)
    parts = sorted([*bar.findChildren(QPushButton), note(bar)], key=lambda part: part.x())
    assert bar.minimumSizeHint().width() <= 640
    assert all(left.geometry().right() < right.x() for left, right in pairwise(parts))
