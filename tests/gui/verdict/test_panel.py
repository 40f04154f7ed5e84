"""Panel *Verdict* by itself: lines, keyboard, note and buttons, themes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QListView, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import find
from wfsgui.core.assess.results import Level
from wfsgui.core.judgement.decision import Decision, Fitness
from wfsgui.gui.verdict.lines import Group, Line
from wfsgui.gui.verdict.panel import VerdictPanel
from wfsgui.gui.widgets.theme import apply_scheme
from wfsgui.gui.widgets.tokens import DARK, LIGHT, contrast

SBR = Line(Level.GOOD, "Signal to background (SBR)", "2140", "more than 1500", "It is 2140.", place=(3.0, 4.0))
HOLES = Line(Level.CARE, "Star-shaped holes", "5", "deepest -7 sigma at x 487, y 55", stage="cal", place=(487.0, 55.0))
POINTING = Line(Level.CANNOT_TELL, "Pointing", "planned")
GROUPS = (Group("This exposure", (SBR, HOLES, POINTING)), Group("The steps", ()))


@pytest.fixture
def panel(qtbot: QtBot) -> VerdictPanel:
    panel = VerdictPanel()
    qtbot.addWidget(panel)
    panel.resize(372, 700)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.show_checks("Fit with care", "3 checks", Level.CARE, GROUPS)
    panel.foot.ask("this exposure", (), "")
    return panel


def view(panel: VerdictPanel) -> QListView:
    return find(panel, QListView, "verdict_lines")


def row_of(panel: VerdictPanel, line: Line) -> QModelIndex:
    index = view(panel).model().index(panel.rows.index(line), 0)
    assert isinstance(index, QModelIndex)
    return index


def click(panel: VerdictPanel, line: Line) -> None:
    place = view(panel).visualRect(row_of(panel, line)).center()
    QTest.mouseClick(view(panel).viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def test_heading_sentence_and_lines_are_shown(panel: VerdictPanel) -> None:
    assert panel.heading == "Fit with care"
    assert panel.sentence == "3 checks"
    # A group without lines has no heading.
    assert panel.rows == ("This exposure", SBR, HOLES, POINTING)


def test_screen_reader_is_given_words_instead_of_marks(panel: VerdictPanel) -> None:
    spoken = row_of(panel, HOLES).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("care: Star-shaped holes, 5, deepest")
    assert row_of(panel, SBR).data(Qt.ItemDataRole.ToolTipRole) == "<qt>It is 2140.</qt>"


def test_line_is_chosen_by_a_click_and_by_enter(panel: VerdictPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.line_chosen) as chosen:
        click(panel, SBR)
    assert chosen.args == [SBR]
    view(panel).setFocus()
    QTest.keyClick(view(panel), Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.line_chosen) as chosen:
        QTest.keyClick(view(panel), Qt.Key.Key_Return)
    assert chosen.args == [HOLES]


def test_line_without_a_place_and_heading_are_not_chosen(panel: VerdictPanel) -> None:
    chosen: list[Line] = []
    panel.line_chosen.connect(chosen.append)
    click(panel, POINTING)
    heading = view(panel).visualRect(view(panel).model().index(0, 0)).center()
    QTest.mouseClick(view(panel).viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, heading)
    assert chosen == []


def test_everything_can_be_reached_with_tab(panel: VerdictPanel) -> None:
    panel.show_region_state(by_analyst=True)
    first = find(panel, QComboBox, "sensing_stage")
    first.setFocus()
    reached: list[str] = []
    for _ in range(8):
        focused = QApplication.focusWidget()
        assert focused is not None
        reached.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert reached[:7] == [
        "sensing_stage",
        "verdict_limits",
        "regions_reset",
        "verdict_lines",
        "decision_note",
        "decide_fit",
        "decide_care",
    ]


def test_chosen_line_and_scroll_position_stay_when_the_checks_change(panel: VerdictPanel, qtbot: QtBot) -> None:
    panel.resize(300, 330)
    many = tuple(Line(Level.GOOD, f"check {number}", str(number), "a limit") for number in range(30))
    panel.show_checks("Fit", "30 checks", Level.GOOD, [Group("This exposure", many)])
    view(panel).setCurrentIndex(row_of(panel, many[20]))
    qtbot.waitUntil(lambda: view(panel).verticalScrollBar().value() > 0)
    place = view(panel).verticalScrollBar().value()
    panel.show_checks("Fit", "31 checks", Level.GOOD, [Group("This exposure", (*many, HOLES))])
    assert view(panel).currentIndex().data() == "check 20"
    assert view(panel).verticalScrollBar().value() == place


def test_long_finding_is_wrapped_and_the_limit_of_a_good_check_is_not(panel: VerdictPanel, qtbot: QtBot) -> None:
    text = "The SBR is not more than 1500, the limit for wavefront maintenance; choose the stage of the sensing. " * 2
    good, bad = Line(Level.GOOD, "good", "1", text), Line(Level.BAD, "bad", "1", text)
    panel.show_checks("Not fit", "2 checks", Level.BAD, [Group("This exposure", (good, bad))])

    def heights() -> tuple[int, int]:
        one, other = (view(panel).visualRect(row_of(panel, line)).height() for line in (good, bad))
        return one, other

    panel.resize(500, 700)
    qtbot.waitUntil(lambda: heights()[1] > heights()[0])
    wide = heights()
    panel.resize(280, 700)
    qtbot.waitUntil(lambda: heights()[1] > wide[1])
    assert heights()[0] == wide[0]


def test_decision_is_passed_on_with_its_note(panel: VerdictPanel, qtbot: QtBot) -> None:
    note = find(panel, QPlainTextEdit, "decision_note")
    with qtbot.waitSignal(panel.foot.typed) as typed:
        QTest.keyClicks(note, "two")
    assert typed.args == ["t"]
    with qtbot.waitSignal(panel.foot.decided) as decided:
        QTest.mouseClick(find(panel, QPushButton, "decide_care"), Qt.MouseButton.LeftButton)
    assert decided.args == [Fitness.CARE, "two"]


def test_last_decision_is_marked_and_told(panel: VerdictPanel) -> None:
    earlier = Decision(Fitness.FIT, "", "2026-01-01T00:00:00+00:00")
    latest = Decision(Fitness.NOT_FIT, "two stars", "2026-01-02T03:04:05+00:00", "cal")
    panel.foot.ask("this exposure", (earlier, latest), "")
    last = find(panel, QLabel, "decision_last")
    assert last.text() == "Not fit, 2026-01-02 03:04 UTC, on cal: two stars"
    assert "Fit, 2026-01-01 00:00 UTC" in last.toolTip()
    checked = {button.objectName() for button in panel.findChildren(QPushButton) if button.isChecked()}
    assert checked == {"decide_not_fit"}
    panel.foot.ask("this exposure", (), "")
    assert not last.isVisible()
    assert not any(button.isChecked() for button in panel.findChildren(QPushButton))


def test_draft_is_shown_and_not_reported_as_typed(panel: VerdictPanel) -> None:
    typed: list[str] = []
    panel.foot.typed.connect(typed.append)
    panel.foot.ask("this exposure", (), "half a no")
    assert panel.foot.note == "half a no"
    assert typed == []


def test_nothing_can_be_decided_without_a_subject(panel: VerdictPanel) -> None:
    panel.show_message("No exposure is chosen.")
    panel.foot.ask("", (), "")
    assert panel.rows == ()
    assert not find(panel, QPushButton, "decide_fit").isEnabled()
    assert not find(panel, QComboBox, "sensing_stage").isVisible()


def test_sensing_stages_are_listed_with_that_of_the_header(panel: VerdictPanel, qtbot: QtBot) -> None:
    box = find(panel, QComboBox, "sensing_stage")
    panel.show_sensing_stages({"MIMF": "multi-field", "THUMBNAIL": "thumbnail"}, "", "fine phasing")
    assert box.currentText() == "From the header: fine phasing"
    with qtbot.waitSignal(panel.sensing_stage_chosen) as chosen:
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert chosen.args == ["MIMF"]
    panel.show_sensing_stages({"MIMF": "multi-field", "THUMBNAIL": "thumbnail"}, "THUMBNAIL", "")
    assert box.currentText() == "thumbnail"


def test_open_list_of_sensing_stages_is_left_alone_by_updates(panel: VerdictPanel, qtbot: QtBot) -> None:
    box = find(panel, QComboBox, "sensing_stage")
    stages = {"MIMF": "multi-field", "THUMBNAIL": "thumbnail"}
    panel.show_sensing_stages(stages, "", "fine phasing")
    box.showPopup()
    qtbot.waitUntil(box.view().isVisible)
    box.view().setCurrentIndex(box.model().index(2, 0))
    panel.show_sensing_stages(stages, "", "fine phasing")
    assert box.view().currentIndex().row() == 2
    box.hidePopup()


@pytest.mark.usefixtures("schemes")
def test_small_text_is_legible_on_the_ground_of_the_panel(panel: VerdictPanel) -> None:
    for scheme, colours in (("dark", DARK), ("light", LIGHT)):
        apply_scheme(scheme)
        QApplication.processEvents()
        ground = grab(panel).pixelColor(2, panel.height() // 2).name()
        assert all(contrast(text, ground) >= 4.5 for text in (colours.faint, colours.mute, colours.warn, colours.bad))


@pytest.mark.usefixtures("schemes")
def test_heading_and_lines_follow_the_theme(panel: VerdictPanel) -> None:
    for scheme, colours in (("dark", DARK), ("light", LIGHT)):
        apply_scheme(scheme)
        QApplication.processEvents()
        assert colours.warn in find(panel, QLabel, "verdict_heading").styleSheet()
        mark = colour_near(panel, HOLES)
        assert colours.warn in mark


def colour_near(panel: VerdictPanel, line: Line) -> set[str]:
    """Return the colours at the mark of a line."""
    box = view(panel).visualRect(row_of(panel, line))
    picture = grab(view(panel).viewport())
    area = [(x, y) for x in range(box.left(), box.left() + 32) for y in range(box.top(), box.bottom())]
    return {picture.pixelColor(QPoint(x, y)).name() for x, y in area}


def grab(widget: QWidget) -> QImage:
    return widget.grab().toImage()
