"""Log panel: records, filters, copy, scrolling."""

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
from tests.gui.children import child
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
    return child(panel, QTableView, "log_view")


def combo(panel: LogPanel, name: str) -> QComboBox:
    return child(panel, QComboBox, name)


def search_of(panel: LogPanel) -> QLineEdit:
    return child(panel, QLineEdit, "log_search")


def detail(panel: LogPanel) -> str:
    found = child(panel, QPlainTextEdit, "log_detail")
    return found.toPlainText()


def choose(panel: LogPanel, name: str, letters: str) -> None:
    combo(panel, name).setFocus()
    QTest.keyClicks(combo(panel, name), letters)


def messages(panel: LogPanel) -> list[str]:
    model = view_of(panel).model()
    return [str(model.index(row, MESSAGE_COLUMN).data()) for row in range(model.rowCount())]


def add_line(panel: LogPanel, exposure: Exposure, line: LogLine) -> None:
    """Add a line as a run does: to the exposure, then to the panel."""
    apply_event(exposure, line)
    panel.append(exposure, line)


def many(count: int) -> list[LogLine]:
    return [fakes.line(f"line {number}") for number in range(count)]


def test_all_records_of_the_exposure_are_shown(panel: LogPanel) -> None:
    assert messages(panel) == [line.text.split("\n")[0] for line in LINES]
    model = view_of(panel).model()
    assert [model.index(row, STEP_COLUMN).data() for row in range(5)] == ["assign_wcs", *["flat_field"] * 3, ""]


def test_hidden_panel_shows_no_new_lines(panel: LogPanel, exposure: Exposure) -> None:
    panel.set_seen(False)
    for line in many(3):
        add_line(panel, exposure, line)
    panel.show_exposure(exposure)
    assert len(messages(panel)) == len(LINES)
    panel.set_seen(True)
    assert messages(panel)[len(LINES) :] == ["line 0", "line 1", "line 2"]


def test_each_exposure_has_its_own_log(panel: LogPanel, exposure: Exposure) -> None:
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
def test_level_filter_hides_lower_levels(panel: LogPanel, letters: str, shown: list[str]) -> None:
    choose(panel, "log_level", letters)
    assert messages(panel) == shown


def test_step_filter_follows_the_step_on_screen(panel: LogPanel) -> None:
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
def test_search_includes_logger_and_text(panel: LogPanel, typed: str, shown: list[str]) -> None:
    panel.focus_search()
    QTest.keyClicks(search_of(panel), typed)
    assert messages(panel) == shown


def test_filters_combine_and_apply_to_later_lines(panel: LogPanel, exposure: Exposure, qtbot: QtBot) -> None:
    choose(panel, "log_level", "W")
    choose(panel, "log_step", "O")
    panel.focus_search()
    QTest.keyClicks(search_of(panel), "flat")
    add_line(panel, exposure, fakes.line("flat again", level=logging.WARNING))
    add_line(panel, exposure, fakes.line("flat, but only to inform"))
    add_line(panel, exposure, fakes.line("flat elsewhere", level=logging.WARNING, step="photom"))
    qtbot.waitUntil(lambda: messages(panel) == ["Some pixels have NO flat.", "flat again"])


def test_new_lines_of_other_exposures_are_not_shown(panel: LogPanel, exposure: Exposure, qtbot: QtBot) -> None:
    other = fakes.exposure("b")
    add_line(panel, other, fakes.line("of another exposure"))
    add_line(panel, exposure, fakes.line("new"))
    qtbot.waitUntil(lambda: messages(panel)[-1] == "new")
    assert "of another exposure" not in messages(panel)
    assert len(messages(panel)) == len(LINES) + 1


def test_lines_logged_while_another_exposure_was_shown_are_kept(panel: LogPanel, exposure: Exposure) -> None:
    panel.show_exposure(fakes.exposure("b"))
    add_line(panel, exposure, fakes.line("meanwhile"))
    panel.show_exposure(exposure)
    assert messages(panel)[-1] == "meanwhile"
    panel.show_exposure(exposure)
    assert len(messages(panel)) == len(LINES) + 1


def test_many_lines_are_inserted_in_one_batch(panel: LogPanel, exposure: Exposure, qtbot: QtBot) -> None:
    inserted: list[int] = []
    view_of(panel).model().rowsInserted.connect(lambda _parent, first, last: inserted.append(last - first + 1))
    for line in many(3000):
        add_line(panel, exposure, line)
    assert messages(panel)[-1] == "Between the steps."
    qtbot.waitUntil(lambda: messages(panel)[-1] == "line 2999")
    assert inserted == [3000]


def test_view_follows_the_end_unless_scrolled_up(panel: LogPanel, exposure: Exposure, qtbot: QtBot) -> None:
    bar = view_of(panel).verticalScrollBar()
    for line in many(300):
        add_line(panel, exposure, line)
    qtbot.waitUntil(lambda: bar.maximum() > 200 and bar.value() == bar.maximum())
    before = bar.maximum()
    bar.setValue(100)
    for line in many(50):
        add_line(panel, exposure, line)
    qtbot.waitUntil(lambda: len(messages(panel)) == len(LINES) + 350)
    assert bar.value() == 100
    qtbot.waitUntil(lambda: bar.maximum() >= before + 50)
    bar.setValue(bar.maximum())
    add_line(panel, exposure, fakes.line("last"))
    qtbot.waitUntil(lambda: messages(panel)[-1] == "last")
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())


def test_view_follows_the_end_after_being_hidden(qtbot: QtBot) -> None:
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
    add_line(panel, exposure, fakes.line("last"))
    qtbot.waitUntil(lambda: messages(panel)[-1] == "last")
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())


def test_detail_shows_the_whole_record(panel: LogPanel) -> None:
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


def test_copy_without_selection_copies_all_shown_lines(panel: LogPanel) -> None:
    choose(panel, "log_level", "W")
    button = child(panel, QPushButton, "log_copy")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "NO flat" in copied
    assert "Something broke." in copied
    assert "running" not in copied


def test_models_pass_the_qt_model_tester(panel: LogPanel) -> None:
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


def test_warnings_and_errors_have_colour_icon_and_accessible_text(panel: LogPanel) -> None:
    model = LogModel(panel)
    model.append(LINES)

    def data(row: int, role: Qt.ItemDataRole) -> object:
        return model.data(model.index(row, LEVEL_COLUMN, QModelIndex()), role)

    assert data(0, Qt.ItemDataRole.DecorationRole) is None
    assert data(0, Qt.ItemDataRole.ForegroundRole) is None
    icons = [data(row, Qt.ItemDataRole.DecorationRole) for row in (2, 3)]
    colours = [data(row, Qt.ItemDataRole.ForegroundRole) for row in (2, 3)]
    first, second = icons
    assert isinstance(first, QPixmap)
    assert isinstance(second, QPixmap)
    assert first.toImage() != second.toImage()
    assert all(isinstance(colour, QColor) for colour in colours)
    assert colours[0] != colours[1]
    assert data(2, Qt.ItemDataRole.AccessibleTextRole) == "WARNING: Some pixels have NO flat."


@pytest.mark.parametrize("width", [230, 900])
def test_long_lines_do_not_widen_the_panel(panel: LogPanel, exposure: Exposure, qtbot: QtBot, width: int) -> None:
    add_line(panel, exposure, fakes.line("word " * 500))
    qtbot.waitUntil(lambda: len(messages(panel)) == len(LINES) + 1)
    panel.resize(width, 400)
    assert panel.minimumSizeHint().width() <= 300
    assert view_of(panel).columnWidth(MESSAGE_COLUMN) < 2 * width
