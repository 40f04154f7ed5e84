"""The log shows what the pipeline says, as much of it as is wanted."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPixmap
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import LogLine
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.log.model import LogFilter, LogModel
from wfsgui.gui.log.panel import LogPanel

TRACEBACK = "Something broke.\nTraceback (most recent call last):\nValueError: <b>bad</b>"
LINES = (
    fakes.line("Step assign_wcs running.", step="assign_wcs"),
    fakes.line("Step flat_field running."),
    fakes.line("Some pixels have NO flat.", level=logging.WARNING),
    fakes.line(TRACEBACK, level=logging.ERROR),
    fakes.line("Between the steps.", step=""),
)
LEVEL_COLUMN, STEP_COLUMN, MESSAGE_COLUMN = 1, 2, 3


@pytest.fixture
def exposure() -> Exposure:
    made = fakes.exposure()
    for line in LINES:
        apply_event(made, line)
    return made


@pytest.fixture
def panel(qtbot: QtBot, exposure: Exposure) -> LogPanel:
    made = LogPanel()
    qtbot.addWidget(made)
    made.resize(480, 500)
    made.show_exposure(exposure)
    made.set_stage("flat_field")
    with qtbot.waitExposed(made):
        made.show()
    return made


def view_of(panel: LogPanel) -> QTableView:
    found = panel.findChild(QTableView, "log_view")
    assert isinstance(found, QTableView)
    return found


def combo(panel: LogPanel, name: str) -> QComboBox:
    found = panel.findChild(QComboBox, name)
    assert isinstance(found, QComboBox)
    return found


def search_of(panel: LogPanel) -> QLineEdit:
    found = panel.findChild(QLineEdit, "log_search")
    assert isinstance(found, QLineEdit)
    return found


def detail(panel: LogPanel) -> str:
    found = panel.findChild(QPlainTextEdit, "log_detail")
    assert isinstance(found, QPlainTextEdit)
    return found.toPlainText()


def choose(panel: LogPanel, name: str, letters: str) -> None:
    combo(panel, name).setFocus()
    QTest.keyClicks(combo(panel, name), letters)


def messages(panel: LogPanel) -> list[str]:
    model = view_of(panel).model()
    return [str(model.index(row, MESSAGE_COLUMN).data()) for row in range(model.rowCount())]


def say(panel: LogPanel, exposure: Exposure, line: LogLine) -> None:
    """Do as a run does: the exposure takes the line, then the panel is told."""
    apply_event(exposure, line)
    panel.append(exposure, line)


def many(count: int) -> list[LogLine]:
    return [fakes.line(f"line {number}") for number in range(count)]


def test_every_record_of_the_exposure_is_shown(panel: LogPanel) -> None:
    assert messages(panel) == [line.text.split("\n")[0] for line in LINES]
    model = view_of(panel).model()
    assert [model.index(row, STEP_COLUMN).data() for row in range(5)] == ["assign_wcs", *["flat_field"] * 3, ""]


def test_behind_other_panels_lines_wait(panel: LogPanel, exposure: Exposure) -> None:
    panel.set_seen(False)
    for line in many(3):
        say(panel, exposure, line)
    panel.show_exposure(exposure)
    assert len(messages(panel)) == len(LINES)
    panel.set_seen(True)
    assert messages(panel)[len(LINES) :] == ["line 0", "line 1", "line 2"]


def test_another_exposure_has_its_own_log(panel: LogPanel, exposure: Exposure) -> None:
    panel.show_exposure(fakes.exposure("b"))
    assert messages(panel) == []
    panel.show_exposure(None)
    assert messages(panel) == []
    panel.show_exposure(exposure)
    assert len(messages(panel)) == len(LINES)


@pytest.mark.parametrize(
    ("letters", "shown"),
    [
        ("Ev", [line.text.split("\n")[0] for line in LINES]),
        ("W", ["Some pixels have NO flat.", "Something broke."]),
        ("Er", ["Something broke."]),
    ],
)
def test_levels_are_chosen(panel: LogPanel, letters: str, shown: list[str]) -> None:
    choose(panel, "log_level", letters)
    assert messages(panel) == shown


def test_only_the_step_on_screen_is_chosen_and_followed(panel: LogPanel) -> None:
    choose(panel, "log_step", "O")
    assert combo(panel, "log_step").currentText() == "Only flat_field"
    assert len(messages(panel)) == 3
    panel.set_stage("assign_wcs")
    assert messages(panel) == ["Step assign_wcs running."]
    assert combo(panel, "log_step").currentText() == "Only assign_wcs"
    QTest.keyClick(combo(panel, "log_step"), Qt.Key.Key_Up)
    assert len(messages(panel)) == len(LINES)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("no FLAT", ["Some pixels have NO flat."]),
        (" between ", ["Between the steps."]),
        ("valueerror: <b>", ["Something broke."]),
        ("image2pipeline", [line.text.split("\n")[0] for line in LINES]),
        ("(.*", []),
    ],
)
def test_search_looks_into_the_whole_record(panel: LogPanel, typed: str, shown: list[str]) -> None:
    panel.focus_search()
    QTest.keyClicks(search_of(panel), typed)
    assert messages(panel) == shown


def test_filters_work_together_and_on_what_comes_later(panel: LogPanel, exposure: Exposure, qtbot: QtBot) -> None:
    choose(panel, "log_level", "W")
    choose(panel, "log_step", "O")
    panel.focus_search()
    QTest.keyClicks(search_of(panel), "flat")
    say(panel, exposure, fakes.line("flat again", level=logging.WARNING))
    say(panel, exposure, fakes.line("flat, but only to inform"))
    say(panel, exposure, fakes.line("flat elsewhere", level=logging.WARNING, step="photom"))
    qtbot.waitUntil(lambda: messages(panel) == ["Some pixels have NO flat.", "flat again"])


def test_new_lines_come_in_and_those_of_others_do_not(panel: LogPanel, exposure: Exposure, qtbot: QtBot) -> None:
    other = fakes.exposure("b")
    say(panel, other, fakes.line("of another exposure"))
    say(panel, exposure, fakes.line("new"))
    qtbot.waitUntil(lambda: messages(panel)[-1] == "new")
    assert "of another exposure" not in messages(panel)
    assert len(messages(panel)) == len(LINES) + 1


def test_lines_that_came_while_another_was_shown_are_there(panel: LogPanel, exposure: Exposure) -> None:
    panel.show_exposure(fakes.exposure("b"))
    say(panel, exposure, fakes.line("meanwhile"))
    panel.show_exposure(exposure)
    assert messages(panel)[-1] == "meanwhile"
    panel.show_exposure(exposure)
    assert len(messages(panel)) == len(LINES) + 1


def test_thousands_of_lines_come_in_one_batch(panel: LogPanel, exposure: Exposure, qtbot: QtBot) -> None:
    inserted: list[int] = []
    view_of(panel).model().rowsInserted.connect(lambda _parent, first, last: inserted.append(last - first + 1))
    for line in many(3000):
        say(panel, exposure, line)
    assert messages(panel)[-1] == "Between the steps."
    qtbot.waitUntil(lambda: messages(panel)[-1] == "line 2999")
    assert inserted == [3000]


def test_the_end_is_followed_unless_the_analyst_reads_further_up(
    panel: LogPanel, exposure: Exposure, qtbot: QtBot
) -> None:
    bar = view_of(panel).verticalScrollBar()
    for line in many(300):
        say(panel, exposure, line)
    qtbot.waitUntil(lambda: bar.maximum() > 200 and bar.value() == bar.maximum())
    before = bar.maximum()
    bar.setValue(100)
    for line in many(50):
        say(panel, exposure, line)
    qtbot.waitUntil(lambda: len(messages(panel)) == len(LINES) + 350)
    assert bar.value() == 100
    qtbot.waitUntil(lambda: bar.maximum() >= before + 50)
    bar.setValue(bar.maximum())
    say(panel, exposure, fakes.line("last"))
    qtbot.waitUntil(lambda: messages(panel)[-1] == "last")
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())


def test_the_end_is_followed_though_the_panel_was_hidden(qtbot: QtBot) -> None:
    exposure, panel = fakes.exposure(), LogPanel()
    qtbot.addWidget(panel)
    panel.resize(480, 400)
    panel.show_exposure(exposure)
    for round_of_lines in (many(200), many(200)):
        for line in round_of_lines:
            apply_event(exposure, line)
        panel.show_exposure(exposure)
    with qtbot.waitExposed(panel):
        panel.show()
    bar = view_of(panel).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 300)
    assert bar.value() == bar.maximum()
    say(panel, exposure, fakes.line("last"))
    qtbot.waitUntil(lambda: messages(panel)[-1] == "last")
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())


def test_all_of_a_line_is_read_below(panel: LogPanel) -> None:
    model = view_of(panel).model()
    view_of(panel).setFocus()
    view_of(panel).setCurrentIndex(model.index(2, MESSAGE_COLUMN))
    QTest.keyClick(view_of(panel), Qt.Key.Key_Down)
    assert detail(panel).endswith(TRACEBACK)
    assert "ERROR stpipe.Image2Pipeline" in detail(panel)
    assert model.index(3, 0).data(Qt.ItemDataRole.ToolTipRole).endswith(TRACEBACK)
    panel.show_exposure(None)
    assert detail(panel) == ""


def test_selected_lines_are_copied_in_order(panel: LogPanel) -> None:
    view = view_of(panel)
    for row, keys in ((3, Qt.KeyboardModifier.NoModifier), (2, Qt.KeyboardModifier.ControlModifier)):
        place = view.visualRect(view.model().index(row, MESSAGE_COLUMN)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, place)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied.count("\n") == 3
    first, *_, last = copied.split("\n")
    assert first.endswith("WARNING stpipe.Image2Pipeline: Some pixels have NO flat.")
    assert last == "ValueError: <b>bad</b>"


def test_the_button_copies_what_is_shown_where_nothing_is_selected(panel: LogPanel) -> None:
    choose(panel, "log_level", "W")
    button = panel.findChild(QPushButton, "log_copy")
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "NO flat" in copied
    assert "Something broke." in copied
    assert "running" not in copied


def test_the_models_keep_the_promises_of_item_models(panel: LogPanel) -> None:
    model = LogModel(panel)
    shown = LogFilter(model, panel)
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(tested, mode, panel) for tested in (model, shown)]
    model.append(LINES)
    model.append(())
    shown.choose(logging.WARNING, "flat_field", "")
    model.append([replace(LINES[2], text="another")])
    assert [shown.line_at(shown.index(row, 0)).text for row in range(shown.rowCount())] == [
        LINES[2].text,
        TRACEBACK,
        "another",
    ]
    model.clear()
    assert [tester.model().rowCount() for tester in testers] == [0, 0]


def test_warnings_and_errors_have_colour_icon_and_words(panel: LogPanel) -> None:
    model = LogModel(panel)
    model.append(LINES)

    def told(row: int, role: Qt.ItemDataRole) -> object:
        return model.data(model.index(row, LEVEL_COLUMN, QModelIndex()), role)

    assert told(0, Qt.ItemDataRole.DecorationRole) is None
    assert told(0, Qt.ItemDataRole.ForegroundRole) is None
    icons = [told(row, Qt.ItemDataRole.DecorationRole) for row in (2, 3)]
    colours = [told(row, Qt.ItemDataRole.ForegroundRole) for row in (2, 3)]
    first, second = icons
    assert isinstance(first, QPixmap)
    assert isinstance(second, QPixmap)
    assert first.toImage() != second.toImage()
    assert all(isinstance(colour, QColor) for colour in colours)
    assert colours[0] != colours[1]
    assert told(2, Qt.ItemDataRole.AccessibleTextRole) == "WARNING: Some pixels have NO flat."


@pytest.mark.parametrize("width", [230, 900])
def test_long_lines_do_not_widen_the_panel(panel: LogPanel, exposure: Exposure, qtbot: QtBot, width: int) -> None:
    say(panel, exposure, fakes.line("word " * 500))
    qtbot.waitUntil(lambda: len(messages(panel)) == len(LINES) + 1)
    panel.resize(width, 400)
    assert panel.minimumSizeHint().width() <= 300
    assert view_of(panel).columnWidth(MESSAGE_COLUMN) < 2 * width
