"""Message bar: order, details, actions, timers, topics."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import find
from wfsgui.gui.messages.message_bar import Message, MessageBar
from wfsgui.gui.widgets.theme import apply_scheme, level_colour


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[MessageBar]:
    window = QWidget()
    qtbot.addWidget(window)
    made = MessageBar()
    layout = QVBoxLayout(window)
    layout.addWidget(made)
    layout.addStretch()
    window.resize(600, 400)
    window.show()
    yield made
    window.hide()


def texts(bar: MessageBar) -> list[str]:
    return [message.text for message in bar.messages]


def button(message: Message, name: str) -> QToolButton:
    return find(message, QToolButton, name)


def details(message: Message) -> QPlainTextEdit:
    return find(message, QPlainTextEdit, "message_details")


def more(bar: MessageBar) -> QLabel:
    return find(bar, QLabel, "more_messages")


def is_counted(message: Message) -> bool:
    """Whether the timer of a message is active: nothing else closes it by itself."""
    return find(message, QTimer).isActive()


def let_run_out(message: Message) -> None:
    """Let the timer of a message expire."""
    assert is_counted(message)
    find(message, QTimer).start(0)


def close(bar: MessageBar, qtbot: QtBot) -> None:
    """Close the newest message with its button."""
    message = bar.messages[0]
    qtbot.waitUntil(message.isVisible)
    QTest.mouseClick(button(message, "message_close"), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("level", "word"), [(logging.INFO, "Note"), (logging.WARNING, "Warning"), (logging.ERROR, "Error")]
)
def test_level_is_in_the_accessible_name(bar: MessageBar, level: int, word: str) -> None:
    bar.show_message("Something is so.", level)
    assert bar.messages[0].accessibleName() == f"{word}: Something is so."


def test_three_newest_messages_are_shown(bar: MessageBar, qtbot: QtBot) -> None:
    for number in range(5):
        bar.show_message(f"Message {number}.", logging.ERROR)
    assert texts(bar) == ["Message 4.", "Message 3.", "Message 2."]
    assert more(bar).text() == "and 2 more"
    close(bar, qtbot)
    assert texts(bar) == ["Message 3.", "Message 2.", "Message 1."]
    close(bar, qtbot)
    assert texts(bar) == ["Message 2.", "Message 1.", "Message 0."]
    assert not more(bar).isVisible()
    qtbot.waitUntil(lambda: bar.messages[0].y() < bar.messages[1].y() < bar.messages[2].y())
    for _ in range(3):
        close(bar, qtbot)
    assert texts(bar) == []


def test_same_message_is_shown_once(bar: MessageBar) -> None:
    for _ in range(3):
        bar.show_message("It is so.", logging.ERROR)
    assert texts(bar) == ["It is so."]
    assert more(bar).text() == ""


def test_details_can_be_shown_and_hidden(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message("It failed.", logging.ERROR, "line 1\nline 2")
    message = bar.messages[0]
    qtbot.waitUntil(message.isVisible)
    assert not details(message).isVisible()
    QTest.mouseClick(button(message, "message_toggle"), Qt.MouseButton.LeftButton)
    assert details(message).isVisible()
    assert details(message).toPlainText() == "line 1\nline 2"
    QTest.mouseClick(button(message, "message_toggle"), Qt.MouseButton.LeftButton)
    assert not details(message).isVisible()


def test_declined_files_are_listed_in_the_details(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_declined([("a", "a is no FITS file."), ("b", "b is a dark.")])
    message = bar.messages[0]
    assert message.text == "2 inputs were not opened."
    qtbot.waitUntil(details(message).isVisible)
    assert details(message).toPlainText() == "a is no FITS file.\nb is a dark."
    assert button(message, "message_toggle").isChecked()
    QTest.mouseClick(button(message, "message_toggle"), Qt.MouseButton.LeftButton)
    assert not details(message).isVisible()


def test_single_declined_file_is_one_sentence(bar: MessageBar) -> None:
    bar.show_declined([("a", "a is no FITS file.")])
    assert texts(bar) == ["Not opened: a is no FITS file."]
    assert not button(bar.messages[0], "message_toggle").isVisibleTo(bar)


def test_action_runs_and_closes_the_message(bar: MessageBar, qtbot: QtBot) -> None:
    done: list[str] = []
    actions: list[tuple[str, Callable[[], object]]] = [
        ("Discard", lambda: done.append("discarded")),
        ("Show", lambda: done.append("shown")),
    ]
    bar.show_message("Results are left.", logging.WARNING, actions=actions)
    qtbot.waitUntil(bar.messages[0].isVisible)
    (show,) = (found for found in bar.findChildren(QPushButton) if found.text() == "Show")
    QTest.mouseClick(show, Qt.MouseButton.LeftButton)
    assert done == ["shown"]
    assert texts(bar) == []


def test_action_may_show_a_new_message(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message("It failed.", logging.ERROR, actions=[("Again", lambda: bar.show_message("Again.", logging.INFO))])
    qtbot.waitUntil(bar.messages[0].isVisible)
    QTest.mouseClick(find(bar, QPushButton), Qt.MouseButton.LeftButton)
    assert texts(bar) == ["Again."]


def test_notes_close_by_themselves_and_errors_stay(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message("It failed.", logging.ERROR)
    bar.show_message("Take care.", logging.WARNING)
    bar.show_message("Saved.", logging.INFO)
    note, warning, error = bar.messages
    qtbot.waitUntil(lambda: all(message.isVisible() for message in (note, warning, error)))
    assert [is_counted(message) for message in (note, warning, error)] == [True, False, False]
    let_run_out(note)
    qtbot.waitUntil(lambda: texts(bar) == ["Take care.", "It failed."])


def test_hidden_note_restarts_its_timer_when_shown(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message("Saved.", logging.INFO)
    (note,) = bar.messages
    qtbot.waitUntil(note.isVisible)
    assert is_counted(note)
    for number in range(3):
        bar.show_message(f"Error {number}.", logging.ERROR)
    assert more(bar).text() == "and 1 more"
    assert not is_counted(note)
    close(bar, qtbot)
    assert "Saved." in texts(bar)
    qtbot.waitUntil(note.isVisible)
    let_run_out(note)
    qtbot.waitUntil(lambda: texts(bar) == ["Error 1.", "Error 0."])


def test_note_stays_open_under_the_mouse(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message("Saved.", logging.INFO)
    message = bar.messages[0]
    qtbot.waitUntil(message.isVisible)
    assert is_counted(message)
    # Not by way of the screen, where windows of other tests may be in front.
    inside = QPointF(60, 10)
    QApplication.sendEvent(message, QEnterEvent(inside, inside, message.mapToGlobal(inside)))
    assert not is_counted(message)
    QApplication.sendEvent(message, QEvent(QEvent.Type.Leave))
    let_run_out(message)
    qtbot.waitUntil(lambda: texts(bar) == [])


def test_clear_closes_shown_and_waiting_messages(bar: MessageBar) -> None:
    for number in range(5):
        bar.show_message(f"Message {number}.", logging.ERROR)
    bar.clear()
    assert texts(bar) == []
    assert more(bar).text() == ""


def test_markup_is_shown_as_plain_text(bar: MessageBar) -> None:
    bar.show_message("<b>bold</b> & <img src=x>.fits failed.", logging.ERROR)
    label = find(bar, QLabel, "message_text")
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == "<b>bold</b> & <img src=x>.fits failed."


def test_long_sentences_wrap(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message("word " * 60, logging.ERROR)
    label = find(bar, QLabel, "message_text")
    qtbot.waitUntil(lambda: label.height() >= 3 * label.fontMetrics().lineSpacing())
    assert bar.width() <= bar.window().width()


@pytest.mark.usefixtures("schemes")
def test_messages_follow_the_theme(bar: MessageBar, qtbot: QtBot) -> None:
    for number, level in enumerate((logging.INFO, logging.WARNING, logging.ERROR)):
        bar.show_message(f"Message {number}.", level, "details")
    qtbot.waitUntil(bar.messages[0].isVisible)
    for scheme in ("light", "dark"):
        apply_scheme(scheme)
        for message in bar.messages:
            qtbot.waitUntil(partial(looks, message, scheme))


def looks(message: Message, scheme: str) -> bool:
    """Tell whether a message is painted in the colours of a scheme."""
    image = message.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(40) for y in range(image.height())}
    ground = image.pixelColor(image.width() // 2, 2)
    return level_colour(message.level).name() in colours and (ground.lightness() < 128) == (scheme == "dark")


def test_message_replaces_an_earlier_one_of_its_topic(bar: MessageBar) -> None:
    bar.show_message("Saved a.", logging.INFO, topic="saved")
    bar.show_message("Not opened: b.", logging.WARNING, topic="opening")
    bar.show_message("Saved c.", logging.INFO, topic="saved")
    assert texts(bar) == ["Saved c.", "Not opened: b."]
    bar.close_topic("opening")
    assert texts(bar) == ["Saved c."]


def test_close_topic_closes_waiting_messages(bar: MessageBar) -> None:
    bar.show_message("Old.", logging.WARNING, topic="old")
    for number in range(3):
        bar.show_message(f"New {number}.", logging.WARNING)
    bar.close_topic("old")
    for message in bar.messages:
        message.closed.emit()
    assert texts(bar) == []


def test_closing_a_message_twice_has_no_effect(bar: MessageBar) -> None:
    bar.show_message("Once.", logging.INFO)
    (message,) = bar.messages
    message.closed.emit()
    message.closed.emit()
    assert texts(bar) == []
