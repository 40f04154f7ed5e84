"""DQ panel: counts, overlay and search of flagged pixels."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSlider, QTableView
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.fake_engine import FACTS
from tests.gui.window_driver import find
from wfsgui.core.model.exposure import Exposure, StageState
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.dq.flag_colours import flag_colour
from wfsgui.gui.dq.flag_overlay import FlagOverlay
from wfsgui.gui.dq.panel import DqPanel
from wfsgui.gui.threads.worker_thread import WorkerThread

LEFT = Qt.MouseButton.LeftButton
HEADS = ("", "Flag", "Pixels", "Star", "+", "\N{MINUS SIGN}")


class Corner:
    """Region of the star: the four pixels at the origin."""

    x = y = 0.5

    def cutout(self, _shape: tuple[int, int]) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
        return (slice(0, 2), slice(0, 2)), np.ones((2, 2), bool)


def image_with(flags: dict[tuple[int, int], int], shape: tuple[int, int] = (30, 40)) -> StepImage:
    """Return an image with flags at positions x, y."""
    dq = np.zeros(shape, np.uint32)
    for (x, y), value in flags.items():
        dq[y, x] = value
    return StepImage(np.zeros(shape, np.float32), np.ones(shape, np.float32), dq, "DN/s")


def exposure_with(rate: StepImage, flat_field: StepImage | None = None) -> Exposure:
    made = fakes.exposure()
    made.stages["rate"].image = rate
    if flat_field is not None:
        made.stages["flat_field"].state = StageState.DONE
        made.stages["flat_field"].image = flat_field
    return made


RATE = {(0, 0): 1, (1, 1): 5, (30, 2): 4, (39, 29): 2, (5, 20): 4}
FLAT = {(0, 0): 1, (1, 1): 1, (30, 2): 4, (39, 29): 3, (5, 20): 4 + (1 << 18)}


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[WorkerThread]:
    made = WorkerThread(qapp)
    yield made
    made.close()


@pytest.fixture
def panel(worker: WorkerThread, qtbot: QtBot) -> DqPanel:
    made = DqPanel(worker)
    qtbot.addWidget(made)
    made.resize(330, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def exposure() -> Exposure:
    return exposure_with(image_with(RATE), image_with(FLAT))


def view_of(panel: DqPanel) -> QTableView:
    return find(panel, QTableView, "dq_view")


def model_of(panel: DqPanel) -> QAbstractItemModel:
    return view_of(panel).model()


def is_counting(panel: DqPanel) -> bool:
    return summary(panel).startswith("Counting")


def show(panel: DqPanel, qtbot: QtBot, exposure: Exposure, stage: str = "rate") -> None:
    panel.show_stage(exposure, stage)
    qtbot.waitUntil(lambda: view_of(panel).isVisible() and summary(panel) != "" and not is_counting(panel))


def settle(worker: WorkerThread, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not worker.is_busy)


def summary(panel: DqPanel) -> str:
    return find(panel, QLabel, "dq_summary").text().replace("\N{NO-BREAK SPACE}", " ")


def message(panel: DqPanel) -> str:
    label = find(panel, QLabel, "dq_message")
    return label.text() if label.isVisible() else ""


def rows(panel: DqPanel) -> list[list[str]]:
    """Return what can be read, from the top: the columns that are shown."""
    view, model = view_of(panel), model_of(panel)
    columns = [column for column in range(1, model.columnCount()) if not view.isColumnHidden(column)]
    return [[str(model.index(row, column).data()) for column in columns] for row in range(model.rowCount())]


def names(panel: DqPanel) -> list[str]:
    return [row[0] for row in rows(panel)]


def index_of(panel: DqPanel, name: str, column: int = 1) -> QModelIndex:
    return model_of(panel).index(names(panel).index(name), column)


def click(panel: DqPanel, name: str, column: int) -> None:
    view = view_of(panel)
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(index_of(panel, name, column)).center())


def check(panel: DqPanel, name: str) -> None:
    click(panel, name, 0)


def head(panel: DqPanel, column: int) -> None:
    header = view_of(panel).horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) // 2, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, pos=place)


def press(panel: DqPanel, name: str) -> None:
    QTest.mouseClick(find(panel, QPushButton, name), LEFT)


def test_flags_are_counted(panel: DqPanel, exposure: Exposure, qtbot: QtBot) -> None:
    panel.set_engine_info(FACTS)
    show(panel, qtbot, exposure)
    assert rows(panel) == [["JUMP_DET", "3"], ["DO_NOT_USE", "2"], ["SATURATED", "1"]]
    assert summary(panel) == "5 pixels flagged (0.42 %), 2 DO_NOT_USE"


def test_hidden_panel_counts_nothing(panel: DqPanel, exposure: Exposure, worker: WorkerThread, qtbot: QtBot) -> None:
    panel.set_engine_info(FACTS)
    show(panel, qtbot, exposure)
    panel.set_seen(False)
    panel.show_stage(exposure, "flat_field")
    panel.set_star(Corner())
    assert not worker.is_busy
    assert rows(panel)[0] == ["JUMP_DET", "3"]
    panel.set_seen(True)
    qtbot.waitUntil(lambda: rows(panel)[0] == ["DO_NOT_USE", "3", "2", "1", ""])


def test_gained_lost_and_star_counts(panel: DqPanel, exposure: Exposure, qtbot: QtBot) -> None:
    panel.set_engine_info(FACTS)
    panel.set_star(Corner())
    show(panel, qtbot, exposure, "flat_field")
    assert rows(panel) == [
        ["DO_NOT_USE", "3", "2", "1", ""],
        ["JUMP_DET", "2", "", "", "1"],
        ["SATURATED", "1", "", "", ""],
        ["NO_FLAT_FIELD", "1", "", "1", ""],
    ]
    tips = [model_of(panel).headerData(n, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) for n in range(6)]
    assert [model_of(panel).headerData(n, Qt.Orientation.Horizontal) for n in range(6)] == list(HEADS)
    assert str(tips[4]).startswith("Gained")
    assert str(tips[4]).endswith("rate")
    panel.set_star(None)
    qtbot.waitUntil(lambda: len(rows(panel)[0]) == 4)
    assert rows(panel)[0] == ["DO_NOT_USE", "3", "1", ""]


def test_meanings_are_shown_once_the_engine_is_loaded(panel: DqPanel, exposure: Exposure, qtbot: QtBot) -> None:
    def tip() -> str:
        return str(index_of(panel, "DO_NOT_USE").data(Qt.ItemDataRole.ToolTipRole))

    show(panel, qtbot, exposure)
    assert sorted(names(panel)) == ["DO_NOT_USE", "JUMP_DET", "SATURATED"]
    assert tip() == "<qt>DO_NOT_USE<br>bit 0, value 1</qt>"
    panel.set_engine_info(FACTS)
    qtbot.waitUntil(lambda: "Bad pixel. Do not use." in tip())
    assert "bit 0, value 1" in tip()


def test_message_says_why_there_are_no_flags(
    panel: DqPanel, exposure: Exposure, worker: WorkerThread, qtbot: QtBot
) -> None:
    assert message(panel) == "No exposure is chosen."
    show(panel, qtbot, exposure)
    panel.show_stage(exposure, "photom")
    assert message(panel) == "There is no image of photom yet."
    assert summary(panel) == ""
    assert not find(panel, QPushButton, "dq_next").isEnabled()
    panel.show_stage(exposure_with(image_with({})), "rate")
    qtbot.waitUntil(lambda: message(panel) == "No pixel has a flag.")
    assert summary(panel) == "No pixel is flagged"
    panel.show_stage(exposure, "rate")
    panel.show_stage(None, "")
    settle(worker, qtbot)
    assert message(panel) == "No exposure is chosen."


@pytest.mark.parametrize(
    ("flagged", "told"),
    [(1, "1 pixel flagged (< 0.01 %)"), (1200, "1 200 pixels flagged (3 %)"), (40000, "40 000 pixels flagged (100 %)")],
)
def test_shares_are_never_rounded_to_0_or_100_percent(panel: DqPanel, qtbot: QtBot, flagged: int, told: str) -> None:
    image = image_with({}, (200, 200))
    image.dq.ravel()[:flagged] = 2
    show(panel, qtbot, exposure_with(image))
    assert summary(panel) == told


def test_checked_flags_are_in_the_overlay(panel: DqPanel, exposure: Exposure, qtbot: QtBot) -> None:
    panel.set_engine_info(FACTS)
    show(panel, qtbot, exposure)
    told: list[FlagOverlay] = []
    panel.overlay_changed.connect(told.append)
    check(panel, "SATURATED")
    check(panel, "DO_NOT_USE")
    assert told[-1] == panel.overlay
    assert told[-1].entries == ((1, flag_colour(1)), (2, flag_colour(2)))
    assert [entry.bits for entry in told] == [(2,), (1, 2)]
    check(panel, "SATURATED")
    assert panel.overlay.bits == (1,)
    slider = find(panel, QSlider, "dq_opacity")
    before = panel.overlay.opacity
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert told[-1].opacity == pytest.approx(before - 0.01)
    press(panel, "dq_clear")
    assert not told[-1].entries
    assert not find(panel, QPushButton, "dq_clear").isEnabled()


def test_space_checks_the_selected_flags(panel: DqPanel, exposure: Exposure, qtbot: QtBot) -> None:
    panel.set_engine_info(FACTS)
    show(panel, qtbot, exposure)
    click(panel, "JUMP_DET", 1)
    view = view_of(panel)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert panel.overlay.bits == (1, 4)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert not panel.overlay.bits


def test_the_check_box_shows_the_colour_of_its_flag(panel: DqPanel, exposure: Exposure, qtbot: QtBot) -> None:
    panel.set_engine_info(FACTS)
    show(panel, qtbot, exposure)

    def colours() -> list[str]:
        view = view_of(panel)
        picture = view.viewport().grab(view.visualRect(index_of(panel, "SATURATED", 0))).toImage()
        row = picture.height() // 2
        return [QColor(picture.pixelColor(x, row)).name() for x in range(picture.width())]

    before = colours()
    assert flag_colour(2).name() in before
    check(panel, "SATURATED")
    click(panel, "JUMP_DET", 1)
    assert colours() != before
    assert flag_colour(2).name() in colours()


def test_checks_and_selection_stay_from_stage_to_stage(
    panel: DqPanel, exposure: Exposure, worker: WorkerThread, qtbot: QtBot
) -> None:
    panel.set_engine_info(FACTS)
    show(panel, qtbot, exposure)
    check(panel, "DO_NOT_USE")
    head(panel, 1)
    assert names(panel) == ["DO_NOT_USE", "JUMP_DET", "SATURATED"]
    panel.show_stage(exposure, "flat_field")
    qtbot.waitUntil(lambda: "NO_FLAT_FIELD" in names(panel))
    assert names(panel) == ["DO_NOT_USE", "JUMP_DET", "NO_FLAT_FIELD", "SATURATED"]
    assert panel.overlay.bits == (1,)
    assert [panel_row.data() for panel_row in view_of(panel).selectionModel().selectedRows(1)] == ["DO_NOT_USE"]
    panel.show_stage(None, "")
    panel.show_stage(exposure_with(image_with({(3, 3): 2})), "rate")
    qtbot.waitUntil(lambda: names(panel) == ["SATURATED"])
    assert panel.overlay.bits == (1,)
    settle(worker, qtbot)


def test_counts_sort_as_numbers(panel: DqPanel, qtbot: QtBot) -> None:
    image = image_with({}, (200, 200))
    image.dq.ravel()[:1200] = 1
    image.dq.ravel()[2000:2200] = 2
    image.dq.ravel()[3000:3030] = 4
    panel.set_engine_info(FACTS)
    show(panel, qtbot, exposure_with(image))
    assert names(panel) == ["DO_NOT_USE", "SATURATED", "JUMP_DET"]
    head(panel, 2)
    assert [row[1].replace("\N{NO-BREAK SPACE}", " ") for row in rows(panel)] == ["30", "200", "1 200"]


def test_next_pixel_is_the_nearest_to_the_star(
    panel: DqPanel, exposure: Exposure, worker: WorkerThread, qtbot: QtBot
) -> None:
    panel.set_engine_info(FACTS)
    panel.set_star(Corner())
    show(panel, qtbot, exposure)
    places: list[tuple[int, int]] = []
    panel.navigation.pixel_wanted.connect(lambda x, y: places.append((x, y)))
    for _ in range(6):
        press(panel, "dq_next")
    settle(worker, qtbot)
    assert places == [(0, 0), (1, 1), (5, 20), (30, 2), (39, 29), (0, 0)]
    places.clear()
    press(panel, "dq_previous")
    settle(worker, qtbot)
    assert places == [(39, 29)]


def test_search_uses_checked_flags_or_else_selected_ones(
    panel: DqPanel, exposure: Exposure, worker: WorkerThread, qtbot: QtBot
) -> None:
    panel.set_engine_info(FACTS)
    show(panel, qtbot, exposure)
    places: list[tuple[int, int]] = []
    panel.navigation.pixel_wanted.connect(lambda x, y: places.append((x, y)))
    aim = find(panel, QLabel, "dq_aim")
    begin = "from the middle of the image outwards"
    assert aim.text() == f"Goes through the pixels that have any flag, {begin}."
    panel.set_star(Corner())
    begin = "from the star outwards"
    qtbot.waitUntil(lambda: aim.text() == f"Goes through the pixels that have any flag, {begin}.")
    click(panel, "JUMP_DET", 1)
    assert aim.text() == f"Goes through the pixels that have JUMP_DET, {begin}."
    panel.navigation.previous_pixel()
    panel.navigation.previous_pixel()
    settle(worker, qtbot)
    assert places == [(30, 2), (5, 20)]
    check(panel, "SATURATED")
    click(panel, "JUMP_DET", 1)
    assert aim.text() == f"Goes through the pixels that have SATURATED, {begin}."
    panel.navigation.next_pixel()
    settle(worker, qtbot)
    assert places[-1] == (39, 29)
    panel.show_stage(exposure_with(image_with({(3, 3): 1})), "rate")
    settle(worker, qtbot)
    panel.navigation.next_pixel()
    qtbot.waitUntil(lambda: aim.text() == "No pixel of this image has any of these flags.")
    assert places[-1] == (39, 29)


def test_reference_pixels_are_left_out_unless_they_are_chosen(
    panel: DqPanel, worker: WorkerThread, qtbot: QtBot
) -> None:
    reference = FLAGS["REFERENCE_PIXEL"]
    panel.set_star(Corner())
    border = {(x, 0): reference | 1 for x in range(40)}
    show(panel, qtbot, exposure_with(image_with({**border, (7, 9): 1})))
    places: list[tuple[int, int]] = []
    panel.navigation.pixel_wanted.connect(lambda x, y: places.append((x, y)))
    panel.navigation.next_pixel()
    panel.navigation.next_pixel()
    settle(worker, qtbot)
    assert places == [(7, 9), (7, 9)]
    aim = find(panel, QLabel, "dq_aim")
    assert aim.text().endswith("; reference pixels are left out.")
    check(panel, "REFERENCE_PIXEL")
    assert "left out" not in aim.text()
    panel.navigation.next_pixel()
    settle(worker, qtbot)
    assert places[-1][1] == 0


def test_table_is_empty_while_flags_are_counted(
    panel: DqPanel, exposure: Exposure, worker: WorkerThread, qtbot: QtBot
) -> None:
    show(panel, qtbot, exposure)
    assert panel.table()[0]
    worker.pause("test")
    panel.show_stage(exposure_with(image_with({(3, 3): 2})), "rate")
    assert panel.table() == ({}, {})
    assert summary(panel) == "Counting the flags of rate..."
    worker.resume("test")
    settle(worker, qtbot)
    assert list(panel.table()[0]["pixels"]) == [1]
    panel.show_stage(exposure, "rate")
    assert panel.table()[0]
    assert not is_counting(panel)


def test_search_position_stays_from_stage_to_stage(
    panel: DqPanel, exposure: Exposure, worker: WorkerThread, qtbot: QtBot
) -> None:
    panel.set_star(Corner())
    show(panel, qtbot, exposure)
    places: list[tuple[int, int]] = []
    panel.navigation.pixel_wanted.connect(lambda x, y: places.append((x, y)))
    panel.navigation.next_pixel()
    panel.navigation.next_pixel()
    settle(worker, qtbot)
    panel.show_stage(exposure, "flat_field")
    settle(worker, qtbot)
    panel.navigation.next_pixel()
    settle(worker, qtbot)
    assert places == [(0, 0), (1, 1), (5, 20)]
    panel.show_stage(exposure_with(image_with({(4, 4): 1, (1, 1): 1}, (8, 8))), "rate")
    settle(worker, qtbot)
    panel.navigation.next_pixel()
    settle(worker, qtbot)
    assert places[-1] == (1, 1)


def test_the_latest_stage_wins(panel: DqPanel, exposure: Exposure, worker: WorkerThread, qtbot: QtBot) -> None:
    gate = threading.Event()
    worker.submit(gate.wait)
    other = exposure_with(image_with({(3, 3): 1 << 20}))
    for _ in range(5):
        panel.show_stage(exposure, "rate")
        panel.show_stage(other, "rate")
    gate.set()
    settle(worker, qtbot)
    assert names(panel) == ["NO_LIN_CORR"]


def test_counts_are_cached(panel: DqPanel, exposure: Exposure, worker: WorkerThread, qtbot: QtBot) -> None:
    show(panel, qtbot, exposure)
    show(panel, qtbot, exposure, "flat_field")
    settle(worker, qtbot)
    panel.show_stage(exposure, "rate")
    assert not worker.is_busy
    assert len(names(panel)) == 3


def test_error_is_shown_and_the_next_count_works(
    panel: DqPanel, exposure: Exposure, worker: WorkerThread, qtbot: QtBot
) -> None:
    show(panel, qtbot, exposure)
    image = image_with(RATE)
    broken = exposure_with(replace(image, dq=np.full(image.dq.shape, "x", dtype=object)))
    panel.show_stage(broken, "rate")
    qtbot.waitUntil(lambda: message(panel).startswith("The flags cannot be counted: "))
    panel.navigation.next_pixel()
    aim = find(panel, QLabel, "dq_aim")
    qtbot.waitUntil(lambda: aim.text().startswith("The pixels cannot be searched: "))
    show(panel, qtbot, exposure)
    with qtbot.waitSignal(panel.navigation.pixel_wanted):
        panel.navigation.next_pixel()
    settle(worker, qtbot)


def test_selected_rows_are_copied(panel: DqPanel, qtbot: QtBot) -> None:
    image = image_with({(0, 0): 4}, (200, 200))
    image.dq.ravel()[1000:2234] = 1
    panel.set_engine_info(FACTS)
    show(panel, qtbot, exposure_with(image_with({}, (200, 200)), image), "flat_field")
    view = view_of(panel)
    click(panel, "DO_NOT_USE", 1)
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "DO_NOT_USE\t1234\t1234\t\nJUMP_DET\t1\t1\t"
    click(panel, "JUMP_DET", 1)
    (copy,) = [action for action in view.actions() if action.text() == "Copy"]
    copy.trigger()
    assert QGuiApplication.clipboard().text() == "JUMP_DET\t1\t1\t"


def test_exported_table_has_the_visible_columns(panel: DqPanel, exposure: Exposure, qtbot: QtBot) -> None:
    panel.set_engine_info(FACTS)
    panel.set_star(Corner())
    show(panel, qtbot, exposure, "flat_field")
    columns, units = panel.table()
    assert columns == {
        "flag": ["DO_NOT_USE", "JUMP_DET", "SATURATED", "NO_FLAT_FIELD"],
        "value": [1, 4, 2, 1 << 18],
        "pixels": [3, 2, 1, 1],
        "under_star": [2, 0, 0, 0],
        "gained": [1, 0, 0, 1],
        "lost": [0, 1, 0, 0],
    }
    assert units == dict.fromkeys(("pixels", "under_star", "gained", "lost"), "pix")


def test_models_pass_the_tester_of_qt(panel: DqPanel, exposure: Exposure, qtbot: QtBot) -> None:
    tester = QAbstractItemModelTester(model_of(panel), QAbstractItemModelTester.FailureReportingMode.Fatal, panel)
    show(panel, qtbot, exposure)
    check(panel, "DO_NOT_USE")
    head(panel, 0)
    show(panel, qtbot, exposure, "flat_field")
    panel.show_stage(None, "")
    assert tester.model().rowCount() == 0


@pytest.mark.parametrize("width", [230, 330, 500])
def test_names_are_readable_at_every_width(panel: DqPanel, exposure: Exposure, qtbot: QtBot, width: int) -> None:
    panel.set_engine_info(FACTS)
    panel.resize(width, 500)
    panel.set_star(Corner())
    show(panel, qtbot, exposure, "flat_field")
    view = view_of(panel)
    assert panel.width() == width
    assert view.columnWidth(1) >= view.fontMetrics().horizontalAdvance("DO_NOT_USE")
    if width > 400:
        assert view.horizontalScrollBar().maximum() == 0
