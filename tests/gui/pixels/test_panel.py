"""The pixels around the cursor are read in every stage."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.window_driver import find
from wfsgui.core.image.dq_flags import neighbourhood
from wfsgui.core.model.exposure import Exposure, StageState
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.pixel_numbers import FROM_0
from wfsgui.gui.dq.flag_colours import flag_colour
from wfsgui.gui.dq.flag_names import flag_names
from wfsgui.gui.pixels.block import HALF, PLANES, SIZE, PixelBlock
from wfsgui.gui.pixels.grid import PixelGrid
from wfsgui.gui.pixels.panel import PixelTable
from wfsgui.gui.widgets.theme import NAN_COLOUR, apply_scheme

LEFT = Qt.MouseButton.LeftButton
SHAPE = (30, 40)


def image_of(level: float, *, unit: str = "DN/s") -> StepImage:
    """Make an image whose values tell their place: level, then x and y as digits."""
    rows, columns = np.indices(SHAPE)
    sci = (level + columns + rows / 100).astype(np.float32)
    return StepImage(sci, np.full(SHAPE, 0.25, np.float32), np.zeros(SHAPE, np.uint32), unit)


@pytest.fixture
def exposure() -> Exposure:
    made = fakes.exposure()
    rate, wcs, flat = image_of(100), image_of(100), image_of(100)
    rate.dq[21, 11] = wcs.dq[21, 11] = flat.dq[21, 11] = 5
    flat.sci[20, 10] = 250
    flat.sci[18, 12] = np.nan
    flat.dq[18, 12] = 1
    for name, image in (("rate", rate), ("assign_wcs", wcs), ("flat_field", flat)):
        made.stages[name].state = StageState.DONE
        made.stages[name].image = image
    return made


@pytest.fixture
def table(qtbot: QtBot) -> PixelTable:
    made = PixelTable()
    qtbot.addWidget(made)
    made.resize(1700, 320)
    with qtbot.waitExposed(made):
        made.show()
    return made


def grids(table: PixelTable) -> list[PixelGrid]:
    """Return what is shown, from the left or from the top."""
    shown = [grid for grid in table.findChildren(PixelGrid) if grid.isVisible()]
    return sorted(shown, key=lambda grid: (grid.y(), grid.x()))


def place(table: PixelTable) -> str:
    return find(table, QLabel, "pixels_place").text()


def message(table: PixelTable) -> str:
    label = find(table, QLabel, "pixels_message")
    return label.text() if label.isVisible() else ""


def press(table: PixelTable, name: str) -> None:
    QTest.mouseClick(find(table, QToolButton, name), LEFT)


def copied(table: PixelTable) -> list[list[list[str]]]:
    """Copy with the keys, and take stages, lines and cells apart."""
    scroll = find(table, QScrollArea, "pixels_scroll")
    scroll.setFocus()
    QTest.keyClick(scroll, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    blocks = QGuiApplication.clipboard().text().split("\n\n")
    return [[line.split("\t") for line in block.splitlines()] for block in blocks]


def show(table: PixelTable, qtbot: QtBot, exposure: Exposure, x: int, y: int) -> None:
    table.show_exposure(exposure)
    table.point((x, y))
    qtbot.waitUntil(lambda: place(table).endswith(f"x {x + 1}, y {y + 1}") and bool(grids(table)))


def rest(table: PixelTable, qtbot: QtBot) -> None:
    """Wait until the pause after a reading is over: what was asked for in it has been read by then."""
    pause = table.findChild(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert isinstance(pause, QTimer)
    qtbot.waitUntil(lambda: not pause.isActive())


def picture(grid: PixelGrid, row: int, column: int) -> QImage:
    """Return what a cell looks like, without its lines."""
    cell = grid.cell(row, column)
    return grid.grab(cell.adjusted(2, 2, -2, -2)).toImage()


def ground(grid: PixelGrid, row: int, column: int) -> str:
    return QColor(picture(grid, row, column).pixelColor(1, 1)).name()


def ink(grid: PixelGrid, row: int, column: int) -> float:
    """Measure how much is written in a cell."""
    cell = picture(grid, row, column).convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(cell.constBits(), np.uint8).reshape(cell.height(), cell.bytesPerLine())[:, : cell.width()]
    return float((255.0 - rows).sum())


def tip(grid: PixelGrid, row: int, column: int) -> str:
    spot = grid.cell(row, column).center()
    QApplication.sendEvent(grid, QHelpEvent(QEvent.Type.ToolTip, spot, grid.mapToGlobal(spot)))
    return QToolTip.text()


def test_values_of_every_stage_with_an_image_are_shown(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    blocks = copied(table)
    assert [block[0] for block in blocks] == [["rate  SCI  DN/s"], ["assign_wcs  SCI  DN/s"], ["flat_field  SCI  DN/s"]]
    rate = blocks[0]
    assert rate[1] == ["y \\ x (pixels count from 1)", *map(str, range(7, 16))]
    assert [line[0] for line in rate[2:]] == [str(row) for row in range(25, 16, -1)]
    # Four digits: x in the last places before the point, y behind it.
    assert rate[2][1:] == [f"{100 + x + 0.24:#.4g}" for x in range(6, 15)]
    assert rate[6][5] == "110.2"
    assert blocks[2][6][5] == "250.0"
    assert blocks[2][8][7] == "NaN"
    assert [grid.accessibleName() for grid in grids(table)] == [block[0][0] for block in blocks]


def test_copy_reads_the_latest_position_first(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    pause = table.findChild(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert isinstance(pause, QTimer)
    # Without an end of the pause, the panel reads nothing by itself.
    pause.start(10**6)
    table.point((3, 4))
    assert place(table) == "x 11, y 21"
    table.copy()
    first = QGuiApplication.clipboard().text().split("\n\n")[0].splitlines()
    assert first[1].split("\t")[HALF + 1] == "4"
    assert first[2 + HALF].split("\t")[0] == "5"
    assert place(table) == "x 4, y 5"


def test_plane_buttons_change_the_values(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    press(table, "pixels_ERR")
    assert copied(table)[0][0] == ["rate  ERR  DN/s"]
    assert copied(table)[0][6][5] == "0.2500"
    press(table, "pixels_DQ")
    blocks = copied(table)
    assert blocks[0][0] == ["rate  DQ"]
    assert [blocks[0][row][column] for row, column in ((5, 6), (8, 7))] == ["5", "0"]
    assert blocks[2][8][7] == "1"
    press(table, "pixels_SCI")
    assert copied(table)[0][0] == ["rate  SCI  DN/s"]


def _is_at(table: PixelTable, where: str) -> bool:
    return place(table) == where


def test_updates_are_limited_and_the_last_position_is_shown(
    table: PixelTable, exposure: Exposure, qtbot: QtBot
) -> None:
    show(table, qtbot, exposure, 10, 20)
    for first in range(0, 40, 10):
        told, last = set(), f"x {first + 10}, y 8"
        for x in range(first, first + 10):
            table.point((x, 7))
            told.add(place(table))
        # Not those that come too soon after another, but the last one always.
        assert len(told) <= 2
        qtbot.waitUntil(partial(_is_at, table, last))
    table.point((3, 4))
    qtbot.waitUntil(lambda: place(table) == "x 4, y 5")
    table.point(None)
    rest(table, qtbot)
    assert place(table) == "x 4, y 5"
    table.point((40, 4))
    table.point((3, -1))
    rest(table, qtbot)
    assert place(table) == "x 4, y 5"


def test_pinned_pixel_stays_when_the_cursor_moves(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    table.pin(12, 13)
    qtbot.waitUntil(lambda: place(table) == "pinned at x 13, y 14")
    table.point((1, 1))
    rest(table, qtbot)
    assert place(table) == "pinned at x 13, y 14"
    table.pin(40, 5)
    rest(table, qtbot)
    assert place(table) == "pinned at x 13, y 14"
    table.unpin()
    table.point((1, 1))
    qtbot.waitUntil(lambda: place(table) == "x 2, y 2")


def test_button_pins_and_unpins(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    button = find(table, QToolButton, "pixels_pin")
    assert not button.isEnabled()
    show(table, qtbot, exposure, 10, 20)
    press(table, "pixels_pin")
    qtbot.waitUntil(lambda: place(table) == "pinned at x 11, y 21")
    assert button.isChecked()
    assert button.text() == "Unpin"
    press(table, "pixels_pin")
    qtbot.waitUntil(lambda: place(table) == "x 11, y 21")
    assert not button.isChecked()


def test_pixel_numbers_from_0(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    table.set_pixel_numbers(FROM_0)
    qtbot.waitUntil(lambda: place(table) == "x 10, y 20")
    rate = copied(table)[0]
    assert (rate[1][5], rate[6][0]) == ("10", "20")
    assert "x 10  y 20" in tip(grids(table)[0], HALF, HALF)


def test_cells_outside_of_the_image_are_empty(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 0, 29)
    rate = copied(table)[0]
    assert [line[1:] for line in rate[2:6]] == [[""] * SIZE] * 4
    assert rate[6][1:] == ["", "", "", "", "100.3", "101.3", "102.3", "103.3", "104.3"]
    window = grids(table)[0].palette().color(QPalette.ColorRole.Window).name()
    assert ground(grids(table)[0], 0, 8) == window
    assert "SCI" not in tip(grids(table)[0], 0, 8)


def test_cells_show_nan_flags_and_changes(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    rate, _, flat = grids(table)
    base = rate.palette().color(QPalette.ColorRole.Base)
    assert ground(rate, 1, 1) == base.name()
    assert ground(flat, 6, 6) == QColor(NAN_COLOUR).name()
    tinted, wanted = QColor(ground(rate, 3, 5)), flag_colour(1)
    assert base.name() != tinted.name() != wanted.name()
    assert tinted.hue() == pytest.approx(wanted.hue(), abs=12)
    # Bold, for the flat has changed it; its neighbours are as they were.
    assert ink(flat, 4, 4) > 1.2 * ink(rate, 4, 4)
    assert ink(flat, 4, 3) == ink(rate, 4, 3)


def test_central_cell_has_a_frame(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    (rate, *_) = grids(table)
    highlight = rate.palette().color(QPalette.ColorRole.Highlight).name()

    def has_frame(row: int, column: int) -> bool:
        cell: QRect = rate.cell(row, column)
        shot = rate.grab().toImage()
        return QColor(shot.pixelColor(QPoint(cell.left(), cell.center().y()))).name() == highlight

    assert has_frame(HALF, HALF)
    assert not has_frame(HALF, HALF - 1)
    assert not has_frame(HALF + 1, HALF)


def test_tool_tip_has_all_values_of_a_pixel(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    told = tip(grids(table)[0], 3, 5)
    for part in ("rate, x 12  y 22", "SCI 111.21 DN/s", "ERR 0.25 DN/s", "DQ 5: DO_NOT_USE<br>JUMP_DET"):
        assert part in told
    assert "DQ 0: good" in tip(grids(table)[0], 0, 0)
    assert "SCI NaN" in tip(grids(table)[2], 6, 6)


def test_message_says_why_there_are_no_values(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    assert message(table) == "No exposure is chosen."
    table.show_exposure(fakes.exposure())
    qtbot.waitUntil(lambda: message(table) == "There is no image yet.")
    table.show_exposure(exposure)
    qtbot.waitUntil(lambda: message(table) == "Point at a pixel of the image.")
    table.point((3, 3))
    qtbot.waitUntil(lambda: len(grids(table)) == 3)
    assert message(table) == ""
    table.show_exposure(None)
    qtbot.waitUntil(lambda: message(table) == "No exposure is chosen.")
    assert place(table) == ""


def test_stages_appear_and_disappear_with_their_images(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    exposure.stages["photom"].image = image_of(3, unit="MJy/sr")
    table.show_exposure(exposure)
    qtbot.waitUntil(lambda: [grid.accessibleName() for grid in grids(table)][3:] == ["photom  SCI  MJy/sr"])
    exposure.forget_from("flat_field")
    table.show_exposure(exposure)
    qtbot.waitUntil(lambda: len(grids(table)) == 2)


def test_hidden_panel_is_updated_when_shown(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    table.hide()
    table.point((3, 3))
    rest(table, qtbot)
    assert place(table) == "x 11, y 21"
    table.show()
    assert place(table) == "x 4, y 4"


def test_stages_are_arranged_by_the_shape_of_the_panel(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    qtbot.waitUntil(lambda: grids(table)[1].x() > grids(table)[0].width() - 1)
    bar = find(table, QScrollArea, "pixels_scroll").horizontalScrollBar()
    table.resize(900, 320)
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    table.resize(330, 900)
    qtbot.waitUntil(lambda: grids(table)[1].y() > grids(table)[0].y() and bar.value() > 0)
    first = grids(table)[0]
    # The pixel itself is in sight.
    middle = first.mapTo(table, first.cell(HALF, HALF).center()).x()
    assert middle == pytest.approx(165, abs=25)
    assert table.minimumSizeHint().width() <= 330


def test_cells_never_become_narrower(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    image = exposure.stages["rate"].image
    assert image is not None
    image.sci[5, 5] = -1.2345e-7
    show(table, qtbot, exposure, 20, 20)
    narrow = grids(table)[0].sizeHint().width()
    show(table, qtbot, exposure, 5, 5)
    wide = grids(table)[0].sizeHint().width()
    assert wide > narrow
    show(table, qtbot, exposure, 20, 20)
    assert grids(table)[0].sizeHint().width() == wide


def _is_in(table: PixelTable, scheme: str) -> bool:
    lightness = QColor(ground(grids(table)[0], 1, 1)).lightness()
    return lightness < 60 if scheme == "dark" else lightness > 200


@pytest.mark.usefixtures("schemes")
def test_colours_follow_the_theme(table: PixelTable, exposure: Exposure, qtbot: QtBot) -> None:
    show(table, qtbot, exposure, 10, 20)
    for scheme in ("light", "dark"):
        apply_scheme(scheme)
        qtbot.waitUntil(partial(_is_in, table, scheme))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.000"),
        (1.0, "1.000"),
        (1234.0, "1234"),
        (99999.0, "1.000e5"),
        (-0.000012347, "-1.235e-5"),
        (np.inf, "inf"),
        (np.nan, "NaN"),
    ],
)
def test_values_have_four_digits(value: float, text: str) -> None:
    image = image_of(0)
    image.sci[10, 10] = value
    near = neighbourhood(image, 10, 10, HALF)
    assert PixelBlock("rate", "", PLANES[0], near, None).texts[HALF][HALF] == text


def test_nan_in_both_stages_is_no_change() -> None:
    before, after = image_of(0), image_of(0)
    before.sci[10, 10] = after.sci[10, 10] = after.sci[11, 10] = np.nan
    after.sci[10, 11] += 1
    near, then = neighbourhood(after, 10, 10, HALF), neighbourhood(before, 10, 10, HALF)
    changed = np.array(PixelBlock("x", "", PLANES[0], near, then).changed)
    assert sorted(zip(*np.nonzero(changed), strict=True)) == [(HALF - 1, HALF), (HALF, HALF + 1)]
    assert not np.any(PixelBlock("x", "", PLANES[0], near, None).changed)


@pytest.mark.parametrize(("dq", "names"), [(0, []), (5, ["DO_NOT_USE", "JUMP_DET"]), (18, ["SATURATED", "OUTLIER"])])
def test_flag_names_are_in_the_order_of_values(dq: int, names: list[str]) -> None:
    assert flag_names(dq) == names
