"""Tests of branches in the window: list, comparison, mark, removal, saving."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QTreeView

from tests.gui.window_driver import WindowDriver, find
from wfsgui.core.branches.differences import Topic
from wfsgui.core.image.compare import Mode
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.requests import StepOptions
from wfsgui.gui.branches.panel import BranchPanel
from wfsgui.gui.exposures.branch_rows import BRANCH_ROLE, BranchRow
from wfsgui.gui.exposures.list_model import EXPOSURE_ROLE

INVERSE = StepOptions(parameters={"flat_field": {"inverse": "True"}})


@pytest.fixture
def branched(driver: WindowDriver) -> WindowDriver:
    """Run two exposures, and flat_field of the first one again with another parameter."""
    first, _ = driver.open(*driver.write(2))
    driver.load()
    driver.run_all()
    driver.press("4")
    driver.window.services.open_exposures.set_options(first, INVERSE)
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.press("Ctrl+Shift+R")
    driver.rest()
    return driver


def the_branch(driver: WindowDriver) -> Exposure:
    """Return the branch of the first exposure."""
    return driver.window.services.open_exposures.branches_of(driver.exposures[0])[-1]


def rows(driver: WindowDriver) -> list[tuple[str, str, bool]]:
    """Return name, difference and mark of the rows of branches, in their order."""
    model, found = driver.window.docks.model, []
    waiting = [model.index(row, 0) for row in range(model.rowCount())]
    while waiting:
        index = waiting.pop(0)
        row = index.data(BRANCH_ROLE)
        if isinstance(row, BranchRow):
            found.append((row.name, row.differs, row.is_result))
        waiting = [model.index(row, 0, index) for row in range(model.rowCount(index))] + waiting
    return found


def test_redo_shows_a_branch_below_its_exposure(branched: WindowDriver) -> None:
    first, branch = branched.exposures[0], the_branch(branched)
    assert branched.window.presenter.exposure is branch
    assert rows(branched) == [
        ("first run", "", True),
        ("flat_field inverse True", "from flat_field", False),
    ]
    docks = branched.window.docks
    assert docks.exposures.current() is branch
    index = docks.model.index_of(branch)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("branch flat_field inverse True, part done")
    assert index.parent().data(EXPOSURE_ROLE) is first
    # Going back is to select the first run.
    view = find(branched.window, QTreeView, "exposure_view")
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert branched.window.presenter.exposure is first
    assert first.state is ExposureState.DONE


def test_branches_are_compared_by_image_and_tables(branched: WindowDriver) -> None:
    branched.press("Ctrl+Shift+M")
    assert branched.window.compare.mode is Mode.DIFFERENCE
    target = find(branched.window, QComboBox, "compare_target")
    assert target.currentText() == "branch: first run"
    panel = find(branched.window, BranchPanel)
    branched.wait(lambda: bool(panel.rows(Topic.PARAMETERS)))
    assert panel.rows(Topic.PARAMETERS) == [
        ("flat_field", "inverse", "", "True"),
        ("photom", "state", "done", "not run"),
    ]
    assert [row[:2] for row in panel.rows(Topic.NUMBERS)][:2] == [
        ("flat_field", "SCI pixels that differ"),
        ("flat_field", "median"),
    ]
    panel.copy()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[:2] == ["Step\tWhat\tfirst run\tflat_field inverse True", "flat_field\tinverse\t\tTrue"]


def test_marked_branch_is_saved_with_all_others(branched: WindowDriver, tmp_path: Path) -> None:
    first, branch = branched.exposures[0], the_branch(branched)
    with branched.qtbot.waitSignal(branched.window.services.control.ended):
        branched.press("Ctrl+R")
    assert branch.result is not None
    assert branched.exposures[0] is first
    branched.press("Ctrl+M")
    assert branched.exposures[0] is branch
    assert [row[2] for row in rows(branched)] == [False, True]
    assert "is the result now" in "".join(branched.sentences)
    assert branched.window.docks.exposures.current() is branch
    folder = tmp_path / "out"
    folder.mkdir()
    with branched.qtbot.waitSignal(branched.window.services.saver.idle):
        for exposure in branched.exposures:
            assert exposure.result is not None
            branched.window.services.saver.save(exposure, folder / exposure.result.name, overwrite=False)
    assert (folder / branch.result.name).read_text().endswith(f"with {dict(INVERSE.parameters)}")
    assert first.saved is None
    # The result of the first run is not saved: closing says so.
    branched.window.close()
    assert "One other branch has a result" in branched.question().text()
    branched.answer("Cancel")


def test_save_of_another_branch_to_the_same_file_is_told_of_the_first(branched: WindowDriver, tmp_path: Path) -> None:
    first, branch = branched.exposures[0], the_branch(branched)
    with branched.qtbot.waitSignal(branched.window.services.control.ended):
        branched.press("Ctrl+R")
    target, saver = tmp_path / "a_cal.fits", branched.window.services.saver
    for exposure in (first, branch):
        with branched.qtbot.waitSignal(saver.idle):
            saver.save(exposure, target, overwrite=True)
    assert (first.saved, first.state) == (None, ExposureState.DONE)
    assert (branch.saved, branch.state) == (target, ExposureState.SAVED)


def test_branch_is_renamed_in_its_row(branched: WindowDriver) -> None:
    branched.press("Shift+F2")
    editor = find(find(branched.window, QTreeView, "exposure_view"), QLineEdit)
    assert editor.text() == "flat_field inverse True"
    editor.selectAll()
    QTest.keyClicks(editor, "wide flat")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    branched.wait(lambda: the_branch(branched).branch == "wide flat")
    assert [row[0] for row in rows(branched)] == ["first run", "wide flat"]


def test_branch_from_here_waits_and_is_named_by_its_choices_when_it_runs(branched: WindowDriver) -> None:
    branched.window.docks.exposures.select(branched.exposures[0])
    branched.press("5")
    branched.press("Ctrl+Shift+B")
    branch = the_branch(branched)
    assert branched.window.presenter.exposure is branch
    assert (branch.branch, branch.fork, branch.pending_steps) == ("photom again", "photom", ("photom",))
    branched.window.services.open_exposures.set_options(branch, StepOptions(skip=frozenset({"photom"})))
    with branched.qtbot.waitSignal(branched.window.services.control.ended):
        branched.press("F6")
    assert branch.branch == "photom skip True"
    assert branch.state is ExposureState.DONE


def test_removed_branch_leaves_its_exposure_on_screen(branched: WindowDriver) -> None:
    first = branched.exposures[0]
    branched.window.table["remove_branch"].trigger()
    assert rows(branched) == []
    assert branched.window.presenter.exposure is first
    assert branched.window.docks.exposures.current() is first
    assert not branched.action("remove_branch").isEnabled()


def test_removal_of_the_result_asks_about_its_branches(branched: WindowDriver) -> None:
    docks, second = branched.window.docks, branched.exposures[1]
    docks.exposures.select(branched.exposures[0])
    branched.window.table["remove"].trigger()
    assert "Remove the result with 1 other branch?" in branched.question().text()
    branched.answer("Remove")
    assert branched.exposures == [second]
    assert branched.window.presenter.exposure is second


def test_branch_is_added_without_a_reset_of_the_list(driver: WindowDriver) -> None:
    (exposure,) = driver.open(*driver.write(1))
    model, view = driver.window.docks.model, find(driver.window, QTreeView, "exposure_view")
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    inserted: list[int] = []
    model.rowsInserted.connect(lambda _parent, first, last: inserted.append(last - first + 1))
    driver.window.services.open_exposures.add_branch(exposure, "assign_wcs", INVERSE, "x")
    assert (resets, sum(inserted)) == ([], 2)
    selection = view.selectionModel()
    selection.select(model.branch_index_of(exposure), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert driver.window.docks.exposures.selected() == [exposure]
