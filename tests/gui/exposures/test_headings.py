"""The exposure list has headings for visits and roles, which are no exposures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QTreeView

from tests.gui.window_driver import WindowDriver, find
from tests.headers_only import write_exposure
from wfsgui.gui.exposures.list_headings import Heading
from wfsgui.gui.exposures.list_model import HEADING_ROLE

EXPOSURES: dict[str, dict[str, str | float]] = {
    "plus": {"PUPIL": "WLP8"},
    "minus": {"PUPIL": "WLM8"},
    "in_focus": {"PUPIL": "CLEAR"},
    "target": {"SUBARRAY": "SUB64FP6A"},
    "next_visit": {"VISIT": "002"},
}
VISITS = (("001", 2), ("002", 1))
FINE = Heading("fine phasing", 2, is_visit=False)
FOCUS = Heading("in focus", 1, is_visit=False)
TARGET = Heading("target acquisition", 1, is_visit=False)


@pytest.fixture
def view(driver: WindowDriver) -> QTreeView:
    return find(driver.window, QTreeView, "exposure_view")


def open_all(driver: WindowDriver, folder: Path, *names: str) -> None:
    driver.open(*(write_exposure(folder / f"{name}_rate.fits", EXPOSURES[name]) for name in names))


def rows(model: QAbstractItemModel) -> list[Heading | str]:
    """List the rows: headings, and names of exposures without their endings."""
    indexes = [model.index(row, 0) for row in range(model.rowCount())]
    return [index.data(HEADING_ROLE) or index.data().removesuffix("_rate.fits") for index in indexes]


def test_exposures_are_listed_under_their_roles(driver: WindowDriver, tmp_path: Path) -> None:
    open_all(driver, tmp_path, "target", "minus", "in_focus", "plus")
    assert rows(driver.window.docks.model) == [FINE, "plus", "minus", FOCUS, "in_focus", TARGET, "target"]


def test_visits_have_headings_while_there_are_several(driver: WindowDriver, tmp_path: Path) -> None:
    open_all(driver, tmp_path, "plus", "in_focus")
    open_all(driver, tmp_path, "next_visit")
    fine = Heading("fine phasing", 1, is_visit=False)
    first, second = (Heading(f"01234 · obs 001 · visit {n}", k, is_visit=True) for n, k in VISITS)
    model = driver.window.docks.model
    assert rows(model) == [first, fine, "plus", FOCUS, "in_focus", second, fine, "next_visit"]
    driver.window.services.open_exposures.remove([driver.exposures[-1]])
    assert rows(model) == [fine, "plus", FOCUS, "in_focus"]


def test_headings_go_with_their_last_exposure(driver: WindowDriver, tmp_path: Path) -> None:
    open_all(driver, tmp_path, "plus", "minus", "in_focus", "target")
    model = driver.window.docks.model
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    plus, minus, in_focus, target = driver.exposures
    driver.window.services.open_exposures.remove([minus, in_focus])
    assert rows(model) == [Heading("fine phasing", 1, is_visit=False), "plus", TARGET, "target"]
    driver.window.services.open_exposures.remove([plus, target])
    assert rows(model) == []
    open_all(driver, tmp_path / "again", "in_focus")
    assert rows(model) == [FOCUS, "in_focus"]


def test_headings_cannot_be_selected(driver: WindowDriver, view: QTreeView, tmp_path: Path) -> None:
    open_all(driver, tmp_path, "plus", "in_focus", "target")
    shown = driver.window.docks.exposures
    heading = driver.window.docks.model.index(2, 0)
    assert isinstance(heading.data(HEADING_ROLE), Heading)
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, view.visualRect(heading).center()
    )
    assert shown.current() is driver.exposures[0]
    view.selectionModel().select(heading, QItemSelectionModel.SelectionFlag.Select)
    view.selectAll()
    assert shown.selected() == driver.exposures
    assert heading not in view.selectionModel().selectedIndexes()
    assert shown.exposure_under(view.viewport().mapToGlobal(view.visualRect(heading).center())) is None


def test_keyboard_and_commands_skip_headings(driver: WindowDriver, view: QTreeView, tmp_path: Path) -> None:
    open_all(driver, tmp_path, "plus", "in_focus", "target")
    shown, exposures = driver.window.docks.exposures, driver.exposures
    shown.select(exposures[0])
    view.setFocus()
    keys = [Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_End]
    for key, expected in zip(keys, (1, 2, 2, 1, 0, 2), strict=True):
        QTest.keyClick(view, key)
        assert shown.current() is exposures[expected]
    for expected in (1, 0, 0):
        shown.select_previous()
        assert shown.current() is exposures[expected]
    for expected in (1, 2, 2):
        shown.select_next()
        assert shown.current() is exposures[expected]


def test_exposure_after_a_removed_one_is_current(driver: WindowDriver, tmp_path: Path) -> None:
    open_all(driver, tmp_path, "plus", "in_focus", "target")
    shown = driver.window.docks.exposures
    shown.select(driver.exposures[0])
    driver.window.services.open_exposures.remove([driver.exposures[0]])
    assert shown.current() is driver.exposures[0]
    assert driver.window.presenter.exposure is driver.exposures[0]


def test_heading_is_one_low_line_and_is_read_out(driver: WindowDriver, view: QTreeView, tmp_path: Path) -> None:
    open_all(driver, tmp_path, "plus", "in_focus")
    model = driver.window.docks.model
    heading, exposure = model.index(0, 0), model.index(1, 0)
    assert view.visualRect(heading).height() < view.visualRect(exposure).height() / 2
    assert heading.data() == "fine phasing, 1"
    assert driver.window.docks.model.exposure_at(heading) is None
