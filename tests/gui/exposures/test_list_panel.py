"""Tests of the list of exposures: its content and its actions."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QTreeView
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.menus import POPUPS, choose, entries, open_menu
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.gui.exposures.list_model import EXPOSURE_ROLE, PICTURE_ROLE, ListModel
from wfsgui.gui.exposures.list_panel import ExposureList

pytestmark = POPUPS

ROLE = "fine phasing"
LONG = "jw99001001001_02101_00001_nrca3_" + "a_very_long_name_" * 8


@pytest.fixture
def exposures() -> list[Exposure]:
    return [fakes.exposure("a"), fakes.exposure("b", backgrounds=2), fakes.exposure("c")]


@pytest.fixture
def shown(qapp: QApplication, qtbot: QtBot, exposures: list[Exposure]) -> ExposureList:
    model = ListModel(qapp)
    model.add(exposures)
    made = ExposureList(model)
    # A model that ends with the application would make the view start a timer when there are no more events.
    model.setParent(made)
    qtbot.addWidget(made)
    made.resize(320, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


def view_of(shown: ExposureList) -> QTreeView:
    found = shown.findChild(QTreeView, "exposure_view")
    assert isinstance(found, QTreeView)
    return found


def model_of(shown: ExposureList) -> ListModel:
    model = view_of(shown).model()
    assert isinstance(model, ListModel)
    return model


def place_of(shown: ExposureList, index: QModelIndex) -> QPoint:
    return view_of(shown).visualRect(index).center()


def click(
    shown: ExposureList,
    index: QModelIndex,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    QTest.mouseClick(view_of(shown).viewport(), Qt.MouseButton.LeftButton, keys, place_of(shown, index))


def test_the_model_keeps_the_promises_of_item_models(shown: ExposureList, exposures: list[Exposure]) -> None:
    model = model_of(shown)
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, mode, shown)
    model.add([fakes.exposure("d", backgrounds=3)])
    model.refresh(fakes.completed(exposures[0]))
    model.set_thumbnail("b", QImage(8, 8, QImage.Format.Format_RGB32))
    model.remove([exposures[1]])
    assert tester.model() is model
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [f"{ROLE}, 3", "a", "c", "d"]


def test_members_are_listed_with_the_rule_that_found_them(shown: ExposureList, exposures: list[Exposure]) -> None:
    model = model_of(shown)
    top = model.index_of(exposures[1])
    members = [model.index(row, 0, top) for row in range(model.rowCount(top))]
    assert [index.data() for index in members] == [
        "science: b_rate.fits",
        "background: jw99001002001_02101_00001_nrca3_rate.fits",
        "background: jw99001002001_02101_00002_nrca3_rate.fits",
    ]
    assert "found as given" in members[0].data(Qt.ItemDataRole.ToolTipRole)
    assert "found by its base name beside the association" in members[1].data(Qt.ItemDataRole.ToolTipRole)
    assert all(model.exposure_at(index) is exposures[1] for index in members)


def test_refresh_emits_a_change_of_one_row_only(shown: ExposureList, exposures: list[Exposure]) -> None:
    model = model_of(shown)
    told: list[int] = []
    model.dataChanged.connect(lambda first, last: told.extend(range(first.row(), last.row() + 1)))
    fakes.completed(exposures[1])
    model.refresh(exposures[1])
    model.refresh(fakes.exposure("unknown"))
    assert set(told) == {model.index_of(exposures[1]).row()}
    assert "State: done" in model.index_of(exposures[1]).data(Qt.ItemDataRole.ToolTipRole)


def test_a_thumbnail_is_painted_once_it_is_there(shown: ExposureList, exposures: list[Exposure]) -> None:
    model = model_of(shown)
    picture = QImage(30, 20, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    model.set_thumbnail("a", picture)
    model.set_thumbnail("unknown", picture)
    row = view_of(shown).visualRect(model.index_of(exposures[0]))
    assert model.index_of(exposures[0]).data(PICTURE_ROLE) == picture
    assert model.index_of(exposures[1]).data(PICTURE_ROLE) is None
    colours = colours_in(view_of(shown).viewport().grab(row).toImage())
    assert "#ff00ff" in colours


def colours_in(image: QImage) -> set[str]:
    pixels = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {image.pixelColor(x, y).name() for x, y in pixels}


def test_an_exposure_is_higher_than_a_member_and_no_wider_for_a_long_name(
    shown: ExposureList, exposures: list[Exposure]
) -> None:
    model, delegate = model_of(shown), view_of(shown).itemDelegate()
    long = fakes.exposure(LONG)
    model.add([long])
    option = QStyleOptionViewItem()

    def size(index: QModelIndex) -> QSize:
        return delegate.sizeHint(option, index)

    top = model.index_of(exposures[1])
    assert size(top).height() > 2 * size(model.index(0, 0, top)).height()
    assert size(model.index_of(long)) == size(model.index_of(exposures[0]))


def test_a_click_makes_an_exposure_current(shown: ExposureList, exposures: list[Exposure], qtbot: QtBot) -> None:
    with qtbot.waitSignal(shown.current_changed) as told:
        click(shown, model_of(shown).index_of(exposures[1]))
    assert told.args == [exposures[1]]
    assert shown.current() is exposures[1]
    assert shown.selected() == [exposures[1]]


def test_a_member_stands_for_its_exposure(shown: ExposureList, exposures: list[Exposure]) -> None:
    top = model_of(shown).index_of(exposures[1])
    click(shown, top)
    QTest.keyClick(view_of(shown), Qt.Key.Key_Right)
    assert view_of(shown).isExpanded(top)
    click(shown, model_of(shown).index(1, 0, top))
    assert shown.current() is exposures[1]
    assert shown.selected() == [exposures[1]]


def test_several_are_selected_with_the_keys_of_the_desktop(
    shown: ExposureList, exposures: list[Exposure], qtbot: QtBot
) -> None:
    model = model_of(shown)
    click(shown, model.index_of(exposures[2]))
    with qtbot.waitSignal(shown.selection_changed):
        click(shown, model.index_of(exposures[0]), Qt.KeyboardModifier.ControlModifier)
    assert shown.selected() == [exposures[0], exposures[2]]
    QTest.keyClick(view_of(shown), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert shown.selected() == exposures


def test_arrow_keys_go_through_the_list(shown: ExposureList, exposures: list[Exposure]) -> None:
    shown.select(exposures[0])
    view_of(shown).setFocus()
    for key, expected in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1)):
        QTest.keyClick(view_of(shown), key)
        assert shown.current() is exposures[expected]


def test_next_and_previous_stop_at_the_ends(shown: ExposureList, exposures: list[Exposure]) -> None:
    shown.select(exposures[0])
    seen = [shown.current()]
    for move in (shown.select_next, shown.select_next, shown.select_next, shown.select_previous):
        move()
        seen.append(shown.current())
    for _ in range(3):
        shown.select_previous()
    assert seen == [exposures[0], exposures[1], exposures[2], exposures[2], exposures[1]]
    assert shown.current() is exposures[0]
    assert shown.selected() == [exposures[0]]


def test_an_empty_list_has_no_current_exposure(qapp: QApplication, qtbot: QtBot) -> None:
    made = ExposureList(ListModel(qapp))
    qtbot.addWidget(made)
    made.select_next()
    assert made.current() is None
    assert made.selected() == []


def test_removing_the_current_exposure_selects_the_next_one(
    shown: ExposureList, exposures: list[Exposure], qtbot: QtBot
) -> None:
    shown.select(exposures[1])
    with qtbot.waitSignal(shown.current_changed):
        model_of(shown).remove([exposures[1]])
    assert shown.current() in (exposures[0], exposures[2])
    for exposure in (exposures[0], exposures[2]):
        model_of(shown).remove([exposure])
    assert shown.current() is None


@pytest.mark.parametrize(
    ("signal", "entry"), [("run_requested", "Run these"), ("remove_requested", "Remove from the list")]
)
def test_the_context_menu_takes_all_that_are_selected(
    shown: ExposureList, exposures: list[Exposure], qtbot: QtBot, signal: str, entry: str
) -> None:
    view_of(shown).selectAll()
    menu = open_menu(view_of(shown).viewport(), place_of(shown, model_of(shown).index_of(exposures[1])))
    with qtbot.waitSignal(getattr(shown, signal)) as asked:
        choose(menu, entry)
    assert asked.args == [exposures]


def test_the_context_menu_hands_all_that_are_selected_to_saving(
    shown: ExposureList, exposures: list[Exposure], qtbot: QtBot
) -> None:
    place = place_of(shown, model_of(shown).index_of(exposures[0]))
    view_of(shown).selectAll()
    menu = open_menu(view_of(shown).viewport(), place)
    assert not entries(menu)["Save _cal"].isEnabled()
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    fakes.completed(exposures[0], Path("/session/a_cal.fits"))
    fakes.completed(exposures[2], Path("/session/c_cal.fits"))
    exposures[2].state = ExposureState.REJECTED
    with qtbot.waitSignal(shown.save_requested) as asked:
        choose(open_menu(view_of(shown).viewport(), place), "Save _cal")
    assert asked.args == [exposures]


def test_one_exposure_can_be_shown_in_the_file_manager(
    shown: ExposureList, exposures: list[Exposure], qtbot: QtBot
) -> None:
    place = place_of(shown, model_of(shown).index_of(exposures[1]))
    shown.select(exposures[1])
    with qtbot.waitSignal(shown.reveal_requested) as asked:
        choose(open_menu(view_of(shown).viewport(), place), "Show in the file manager")
    assert asked.args == [exposures[1]]
    view_of(shown).selectAll()
    several = entries(open_menu(view_of(shown).viewport(), place))
    assert not several["Show in the file manager"].isEnabled()
    assert "Run" not in several


def test_the_paths_are_copied(shown: ExposureList, exposures: list[Exposure]) -> None:
    view_of(shown).selectAll()
    place = place_of(shown, model_of(shown).index_of(exposures[0]))
    choose(open_menu(view_of(shown).viewport(), place), "Copy the path")
    assert QGuiApplication.clipboard().text() == "/data/a_rate.fits\n/data/b_rate.fits\n/data/c_rate.fits"


def test_the_list_takes_no_drops(shown: ExposureList) -> None:
    assert not view_of(shown).acceptDrops()
    assert not view_of(shown).viewport().acceptDrops()
    assert not shown.acceptDrops()


def test_many_exposures_are_taken_and_scrolled_to(shown: ExposureList) -> None:
    many = [fakes.exposure(f"exposure_{number}") for number in range(500)]
    model_of(shown).add(many)
    shown.select(many[-1])
    place = view_of(shown).visualRect(model_of(shown).index_of(many[-1]))
    assert isinstance(place, QRect)
    assert view_of(shown).viewport().rect().intersects(place)
    last = model_of(shown).rowCount() - 1
    assert model_of(shown).index(last, 0).data(EXPOSURE_ROLE) is many[-1]
