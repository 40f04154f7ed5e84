"""The rail says how far each stage is, and takes mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.menus import POPUPS, choose, entries, open_menu
from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import Downloading, ProductFinished, ProductResult, ProductState, StepState
from wfsgui.core.model.exposure import Exposure, StageState
from wfsgui.core.model.stages import STAGES
from wfsgui.gui.steps.rail import StepRail
from wfsgui.gui.steps.rail_chip import RailChip

pytestmark = POPUPS


@pytest.fixture
def rail(qtbot: QtBot) -> Iterator[StepRail]:
    made = StepRail()
    qtbot.addWidget(made)
    made.resize(1000, 70)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    QToolTip.hideText()


def chip(rail: StepRail, stage: str) -> RailChip:
    found = rail.findChild(RailChip, f"chip_{stage}")
    assert isinstance(found, RailChip)
    return found


def focused() -> RailChip:
    found = QApplication.focusWidget()
    assert isinstance(found, RailChip)
    return found


def statuses(rail: StepRail) -> dict[str, str]:
    """Return what the chips of the stages after the input say."""
    return {stage: chip(rail, stage).status() for stage in STAGES[1:]}


def failed(exposure: Exposure, why: str) -> ProductFinished:
    return ProductFinished(ProductResult(exposure.product.name, ProductState.FAILED, 1.0, error=why))


def test_without_an_exposure_nothing_can_be_chosen(rail: StepRail, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(rail.stage_chosen):
        QTest.mouseClick(chip(rail, "photom"), Qt.MouseButton.LeftButton)
    assert not rail.isEnabled()


def test_every_stage_of_a_run_is_shown(rail: StepRail) -> None:
    exposure = fakes.exposure(backgrounds=1)
    rail.show_exposure(exposure)
    assert statuses(rail) == dict.fromkeys(STAGES[1:], "not run yet")
    apply_event(exposure, fakes.opened(exposure))
    apply_event(exposure, fakes.started(exposure, "bkg_subtract"))
    rail.show_exposure(exposure)
    assert statuses(rail)["bkg_subtract"].startswith("running")
    assert chip(rail, "bkg_subtract").is_running
    apply_event(exposure, fakes.finished(exposure, "bkg_subtract"))
    apply_event(exposure, fakes.finished(exposure, "assign_wcs", warnings=("One.",)))
    apply_event(exposure, fakes.finished(exposure, "flat_field", warnings=("One.", "Two.")))
    apply_event(exposure, replace(fakes.finished(exposure, "photom"), state=StepState.SKIPPED))
    apply_event(exposure, fakes.ended(exposure))
    rail.show_exposure(exposure)
    assert statuses(rail) == {
        "bkg_subtract": "done 0.4 s",
        "assign_wcs": "1 warning 0.4 s",
        "flat_field": "2 warnings 0.4 s",
        "photom": "skipped 0.4 s",
        "cal": "warned",
    }


def test_a_failure_is_shown_with_its_reason(rail: StepRail) -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.opened(exposure))
    apply_event(exposure, fakes.started(exposure, "assign_wcs"))
    apply_event(exposure, failed(exposure, "The reference file is missing."))
    rail.show_exposure(exposure)
    assert statuses(rail)["assign_wcs"] == "failed"
    assert "The reference file is missing." in chip(rail, "assign_wcs").toolTip()


def test_warnings_and_verdict_are_in_the_tool_tip(rail: StepRail) -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.finished(exposure, "flat_field", warnings=("Many pixels have no flat.",)))
    exposure.add_verdict(Verdict("flat_field", Judgement.ACCEPTED, "good enough", "2026-01-01T00:00:00"))
    rail.show_exposure(exposure)
    tip = chip(rail, "flat_field").toolTip()
    assert "Many pixels have no flat." in tip
    assert "You accepted it: good enough." in tip


def test_a_rejected_stage_is_shown(rail: StepRail) -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.finished(exposure, "flat_field"))
    before = chip(rail, "flat_field").grab().toImage()
    exposure.stages["flat_field"].state = StageState.REJECTED
    exposure.add_verdict(Verdict("flat_field", Judgement.REJECTED, "", "2026-01-01T00:00:00"))
    rail.show_exposure(exposure)
    assert statuses(rail)["flat_field"] == "rejected 0.4 s"
    assert "You rejected it." in chip(rail, "flat_field").toolTip()
    assert chip(rail, "flat_field").grab().toImage() != before


def test_the_accessible_name_has_name_and_state(rail: StepRail) -> None:
    rail.show_exposure(fakes.completed(fakes.exposure()))
    assert chip(rail, "flat_field").accessibleName() == "flat_field, done 0.4 s"
    assert chip(rail, "bkg_subtract").accessibleName() == "background, not applicable"


def test_a_stage_that_does_not_apply_says_why_and_cannot_be_chosen(
    rail: StepRail, qtbot: QtBot, qapp: QApplication
) -> None:
    rail.show_exposure(fakes.exposure())
    background = chip(rail, "bkg_subtract")
    with qtbot.assertNotEmitted(rail.stage_chosen):
        QTest.mouseClick(background, Qt.MouseButton.LeftButton)
    place = background.rect().center()
    qapp.sendEvent(background, QHelpEvent(QEvent.Type.ToolTip, place, background.mapToGlobal(place)))
    assert "no background members" in QToolTip.text()


def test_resample_is_shown_as_never_run_with_the_reason(rail: StepRail) -> None:
    never = rail.findChild(QLabel, "never_run")
    assert isinstance(never, QLabel)
    assert "<s>resample</s>" in never.text()
    assert "by design" in never.accessibleName()
    assert "original, unrectified pixels" in never.toolTip()
    assert chip(rail, "photom").x() < never.x() < chip(rail, "cal").x()


@pytest.mark.parametrize("stage", ["rate", "assign_wcs", "cal"])
def test_a_click_chooses_a_stage(rail: StepRail, qtbot: QtBot, stage: str) -> None:
    rail.show_exposure(fakes.exposure())
    with qtbot.waitSignal(rail.stage_chosen) as chosen:
        QTest.mouseClick(chip(rail, stage), Qt.MouseButton.LeftButton)
    assert chosen.args == [stage]


def test_only_the_stage_on_screen_is_marked(rail: StepRail) -> None:
    rail.show_exposure(fakes.exposure())
    for stage in STAGES:
        rail.set_current(stage)
        assert [name for name in STAGES if chip(rail, name).isChecked()] == [stage]


def test_arrow_keys_move_past_what_does_not_apply_and_stay_at_the_ends(rail: StepRail) -> None:
    rail.show_exposure(fakes.exposure())
    rail.set_current("rate")
    rail.stage_chosen.connect(rail.set_current)
    chip(rail, "rate").setFocus()
    seen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, *[Qt.Key.Key_Right] * 5, *[Qt.Key.Key_Left] * 5):
        QTest.keyClick(focused(), key)
        seen.append(focused().objectName().removeprefix("chip_"))
    right = ["assign_wcs", "flat_field", "assign_wcs", "flat_field", "photom", "cal", "cal", "cal"]
    assert seen == [*right, "photom", "flat_field", "assign_wcs", "rate", "rate"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_key_chooses_the_focused_stage(rail: StepRail, qtbot: QtBot, key: Qt.Key) -> None:
    rail.show_exposure(fakes.exposure())
    photom = chip(rail, "photom")
    photom.setFocus()
    with qtbot.waitSignal(rail.stage_chosen) as chosen:
        QTest.keyClick(photom, key)
    assert chosen.args == ["photom"]


def test_the_context_menu_shows_a_stage_or_runs_up_to_it(rail: StepRail, qtbot: QtBot) -> None:
    rail.show_exposure(fakes.exposure())
    with qtbot.waitSignal(rail.run_to_requested) as asked:
        choose(open_menu(chip(rail, "flat_field")), "Run to here")
    assert asked.args == ["flat_field"]
    with qtbot.waitSignal(rail.stage_chosen) as chosen:
        choose(open_menu(chip(rail, "flat_field")), "Show flat_field")
    assert chosen.args == ["flat_field"]
    assert list(entries(open_menu(chip(rail, "cal")))) == ["Show cal", "Run to here"]


def test_a_running_step_moves_until_it_ends(rail: StepRail, qtbot: QtBot) -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.started(exposure, "assign_wcs"))
    rail.show_exposure(exposure)
    first = statuses(rail)["assign_wcs"]
    qtbot.waitUntil(lambda: statuses(rail)["assign_wcs"] != first)
    apply_event(exposure, fakes.finished(exposure, "assign_wcs"))
    rail.show_exposure(exposure)
    assert statuses(rail)["assign_wcs"] == "done 0.4 s"


def test_escape_leaves_the_context_menu_and_does_nothing(rail: StepRail, qtbot: QtBot) -> None:
    rail.show_exposure(fakes.exposure())
    chip(rail, "photom").setFocus()
    menu = open_menu(chip(rail, "photom"))
    with qtbot.assertNotEmitted(rail.stage_chosen), qtbot.assertNotEmitted(rail.run_to_requested):
        QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()


@pytest.mark.parametrize("width", [560, 640, 1900])
def test_chips_keep_apart_at_every_width(rail: StepRail, qtbot: QtBot, width: int) -> None:
    exposure = fakes.exposure(backgrounds=3)
    for step in exposure.steps:
        apply_event(exposure, fakes.finished(exposure, step, warnings=("A.", "B.")))
        exposure.add_verdict(Verdict(step, Judgement.ACCEPTED, "", "2026-01-01T00:00:00"))
    rail.show_exposure(exposure)
    rail.resize(width, 70)
    qtbot.waitUntil(lambda: chip(rail, "cal").geometry().right() < width)
    boxes = [chip(rail, stage).geometry() for stage in STAGES]
    assert all(left.right() < right.left() for left, right in pairwise(boxes))
    assert not rail.grab().isNull()


def test_chip_of_the_awaited_step_tells_the_download_until_the_exposure_is_open(rail: StepRail) -> None:
    exposure = fakes.exposure()
    apply_event(exposure, Downloading(exposure.product.name, "jwst_nircam_flat_0001.fits", 50_000_000, 200_000_000))
    rail.show_exposure(exposure)
    before = statuses(rail)
    awaited = chip(rail, "assign_wcs")
    assert before["assign_wcs"] == "fetching 50 MB of 200 MB"
    assert "jwst_nircam_flat_0001.fits" in awaited.toolTip()
    assert awaited.accessibleName().endswith("fetching 50 MB of 200 MB")
    apply_event(exposure, Downloading(exposure.product.name, "jwst_nircam_flat_0001.fits", 200_000_000, 200_000_000))
    rail.show_download(exposure)
    assert statuses(rail) == {**before, "assign_wcs": "fetching 200 MB of 200 MB"}
    apply_event(exposure, fakes.opened(exposure))
    rail.show_exposure(exposure)
    assert statuses(rail)["assign_wcs"] == "not run yet"
