"""The whole window: verdict, decision, limits, SBR light and regions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QLineEdit, QListView, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.assess.assess_helpers import SIGNAL, Assessor, check
from tests.gui.fake_engine import FakeEngine
from tests.gui.window_driver import WindowDriver, find, ini
from wfsgui.core.assess.results import Level
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import CAL
from wfsgui.gui.exposures.list_model import BADGE_ROLE, Badge
from wfsgui.gui.verdict.limits_dialog import LimitsDialog
from wfsgui.gui.verdict.lines import Line
from wfsgui.gui.verdict.panel import VerdictPanel


@pytest.fixture
def assessor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Assessor]:
    assessor = Assessor()
    monkeypatch.setattr("wfsgui.core.assess.assess.assess_exposure", assessor)
    yield assessor
    assessor.gate.set()


@pytest.fixture
def driver(qtbot: QtBot, tmp_path: Path, rates: tuple[Path, ...], assessor: Assessor) -> WindowDriver:
    """Make a window whose exposures all get the assessment of a test."""
    assert assessor.begun == []
    return WindowDriver(FakeEngine(), qtbot, tmp_path, rates)


def panel(driver: WindowDriver) -> VerdictPanel:
    return find(driver.window, VerdictPanel, "verdict_panel")


def lines(driver: WindowDriver) -> dict[str, Line]:
    return {row.name: row for row in panel(driver).rows if isinstance(row, Line)}


def calibrated(driver: WindowDriver, count: int = 1) -> list[Exposure]:
    driver.load()
    exposures = driver.open(*driver.write(count))
    driver.run_all()
    settle(driver)
    return exposures


def settle(driver: WindowDriver) -> None:
    services = driver.window.services
    driver.wait(lambda: not (driver.window.decision.assessments.is_behind or services.effects.is_behind))
    driver.wait(lambda: not services.measure_worker.is_busy)
    services.deferred.finish()


def badge(driver: WindowDriver, exposure: Exposure) -> object:
    return driver.window.docks.model.index_of(exposure).data(BADGE_ROLE)


def light(driver: WindowDriver) -> QLabel:
    return find(driver.window, QLabel, "sbr_light")


def choose(driver: WindowDriver, name: str) -> None:
    """Press Enter on a line of the panel."""
    view = find(driver.window, QListView, "verdict_lines")
    index = view.model().index(panel(driver).rows.index(lines(driver)[name]), 0)
    assert isinstance(index, QModelIndex)
    view.setCurrentIndex(index)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Return)


def decide(driver: WindowDriver, name: str) -> None:
    QTest.mouseClick(find(driver.window, QPushButton, f"decide_{name}"), Qt.MouseButton.LeftButton)


def note(driver: WindowDriver) -> QPlainTextEdit:
    return find(driver.window, QPlainTextEdit, "decision_note")


def test_verdict_is_in_front_at_the_start(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.wait(lambda: driver.window.docks.is_up("verdict"))
    assert not driver.window.docks.is_up("step")


def test_verdict_before_the_run_is_said_to_be_preliminary(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.wait(lambda: bool(panel(driver).rows))
    settle(driver)
    assert panel(driver).heading == "Fit so far"
    assert panel(driver).sentence == "1 check: 1 as expected"
    assert panel(driver).rows[0] == "This exposure · rate"


def test_checks_of_exposure_and_steps_are_listed_after_the_run(driver: WindowDriver, assessor: Assessor) -> None:
    assessor.checks = (check(), check("holes", Level.CARE, value="5", place=(10.0, 12.0)))
    driver.fake.warns_at["photom"] = "No pixel area."
    calibrated(driver)
    headings = [row for row in panel(driver).rows if isinstance(row, str)]
    assert headings == ["This exposure · cal", "The steps"]
    assert {"Signal to background (SBR)", "holes", "photom"} <= set(lines(driver))
    assert lines(driver)["photom"].second == "No pixel area."
    assert panel(driver).heading == "Fit with care"
    total = sum(isinstance(row, Line) for row in panel(driver).rows)
    assert panel(driver).sentence.startswith(f"{total} checks: ")


def test_alarm_of_a_step_makes_the_exposure_not_fit(driver: WindowDriver) -> None:
    driver.fake.alarms_at["flat_field"] = "No usable pixel."
    calibrated(driver)
    assert panel(driver).heading == "Not fit"


def test_panel_says_that_it_is_measuring(driver: WindowDriver, assessor: Assessor) -> None:
    assessor.gate.clear()
    driver.open(*driver.write(1))
    driver.wait(lambda: panel(driver).sentence == "Measuring...")
    assert panel(driver).heading == ""
    assessor.gate.set()
    driver.wait(lambda: panel(driver).heading == "Fit so far")


def test_line_shows_its_pixel(driver: WindowDriver, assessor: Assessor) -> None:
    assessor.checks = (check("holes", Level.CARE, value="5", place=(10.0, 12.0)),)
    calibrated(driver)
    choose(driver, "holes")
    centre = driver.window.workspace.image.canvas.view.center()
    assert (centre.x(), centre.y()) == pytest.approx((10.5, 12.5), abs=0.1)


def test_line_without_a_pixel_shows_the_region(driver: WindowDriver) -> None:
    calibrated(driver)
    driver.window.presenter.show_stage("rate")
    driver.rest()
    choose(driver, "Signal to background (SBR)")
    view = driver.window.workspace.image.canvas.view
    assert driver.window.presenter.stage == CAL
    assert (view.center().x(), view.center().y()) == pytest.approx((SIGNAL.x + 0.5, SIGNAL.y + 0.5), abs=0.1)
    assert 2 * SIGNAL.radius < min(view.width(), view.height()) < 6 * SIGNAL.radius


def test_line_of_a_step_shows_the_step(driver: WindowDriver) -> None:
    driver.fake.warns_at["flat_field"] = "Odd."
    calibrated(driver)
    choose(driver, "flat_field")
    assert driver.window.presenter.stage == "flat_field"
    driver.wait(lambda: driver.window.docks.is_up("step"))


def test_sbr_is_in_the_list_and_in_the_status_bar(driver: WindowDriver, assessor: Assessor) -> None:
    first, second = calibrated(driver, 2)
    for exposure in (first, second):
        assert badge(driver, exposure) == Badge("SBR 2140(12)", Level.GOOD, "The sbr is 2140(12).")
    assert light(driver).isVisible()
    assert light(driver).text() == "SBR 2140(12)"
    assert light(driver).accessibleName() == "SBR 2140(12), good"
    row = driver.window.docks.model.index_of(first)
    assert "SBR 2140(12)" in row.data(Qt.ItemDataRole.AccessibleTextRole)
    assessor.checks = (check(level=Level.BAD, value="900(5)"),)
    driver.window.decision.assessments.set_regions(first, signal=SIGNAL.moved(1, 0))
    settle(driver)
    changed = badge(driver, first)
    assert isinstance(changed, Badge)
    assert (changed.text, changed.level) == ("SBR 900(5)", Level.BAD)


def test_sbr_that_cannot_be_measured_has_no_light(driver: WindowDriver, assessor: Assessor) -> None:
    assessor.checks = (check(level=Level.CANNOT_TELL, value=""),)
    (exposure,) = calibrated(driver)
    assert badge(driver, exposure) is None
    assert not light(driver).isVisible()


def test_step_that_is_run_again_takes_its_sbr_with_it(driver: WindowDriver, assessor: Assessor) -> None:
    (exposure,) = calibrated(driver)
    assessor.gate.clear()
    exposure.stages["rate"].image = None
    exposure.forget_from("assign_wcs")
    driver.window.services.open_exposures.changed.emit(exposure)
    assert badge(driver, exposure) is None


def test_decision_is_kept_for_the_next_session(driver: WindowDriver) -> None:
    (exposure,) = calibrated(driver)
    QTest.keyClicks(note(driver), "two stars")
    decide(driver, "care")
    driver.window.services.deferred.finish()
    told = find(driver.window, QLabel, "decision_last").text()
    assert told.startswith("Fit with care, ")
    assert told.endswith(" on cal: two stars")
    assert note(driver).toPlainText() == ""
    driver.window.services.open_exposures.remove([exposure])
    driver.window.close()
    driver.window = driver.another_window(ini(driver.folder / "wfsgui.ini"))
    driver.open(driver.folder / "in" / exposure.product.science.path.name)
    driver.wait(lambda: find(driver.window, QLabel, "decision_last").text() == told)
    assert find(driver.window, QPushButton, "decide_care").isChecked()


def test_half_typed_note_is_kept_when_the_window_is_closed(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.window.services.deferred.finish()
    QTest.keyClicks(note(driver), "half a no")
    driver.window.close()
    assert not driver.window.isVisible()
    driver.window = driver.another_window(ini(driver.folder / "wfsgui.ini"))
    driver.open(*driver.write(1))
    driver.wait(lambda: note(driver).toPlainText() == "half a no")


def test_note_belongs_to_the_exposure_for_which_it_was_typed(driver: WindowDriver) -> None:
    first, second = driver.open(*driver.write(2))
    driver.window.services.deferred.finish()
    QTest.keyClicks(note(driver), "first")
    driver.window.docks.exposures.select(second)
    # Before the panel is updated.
    QTest.keyClicks(note(driver), "!")
    driver.window.services.deferred.finish()
    assert note(driver).toPlainText() == ""
    driver.window.docks.exposures.select(first)
    driver.window.services.deferred.finish()
    assert note(driver).toPlainText() == "first!"


def test_decision_on_a_pair_is_asked_while_it_is_on_screen(driver: WindowDriver) -> None:
    exposures = calibrated(driver, 2)
    subject = tuple(exposure.product.science.path for exposure in exposures)
    verdict = driver.window.decision.verdict
    verdict.show_pair(subject, "WLP8 and WLM8")
    driver.window.services.deferred.finish()
    assert find(driver.window, QLabel, "decision_about").text() == "Your verdict on the pair WLP8 and WLM8"
    decide(driver, "not_fit")
    verdict.show_pair(None)
    driver.window.services.deferred.finish()
    assert find(driver.window, QLabel, "decision_about").text() == "Your verdict on this exposure"
    assert not find(driver.window, QLabel, "decision_last").isVisible()
    decisions = driver.window.decision.decisions
    assert [decision.judgement for decision in decisions.find(subject)] == ["not fit"]


def test_checks_of_the_pair_are_shown_with_both_exposures(driver: WindowDriver) -> None:
    exposures = calibrated(driver, 3)
    subject = tuple(exposure.product.science.path for exposure in exposures[:2])
    verdict = driver.window.decision.verdict
    verdict.set_pair_checks(subject, "WLP8 and WLM8", (check("chi2", Level.BAD, value="3.1"),))
    for exposure, is_shown in zip(exposures, (True, True, False), strict=True):
        driver.window.docks.exposures.select(exposure)
        settle(driver)
        assert ("chi2" in lines(driver)) is is_shown
        assert ("The pair · WLP8 and WLM8" in panel(driver).rows) is is_shown
        assert (panel(driver).heading == "Not fit") is is_shown
    verdict.set_pair_checks(subject, "", ())
    driver.window.docks.exposures.select(exposures[0])
    settle(driver)
    assert "chi2" not in lines(driver)


def test_changed_limit_is_checked_and_kept(driver: WindowDriver, assessor: Assessor) -> None:
    calibrated(driver)
    QTest.mouseClick(find(driver.window, QPushButton, "verdict_limits"), Qt.MouseButton.LeftButton)
    dialog = find(driver.window, LimitsDialog)
    find(dialog, QLineEdit, "limit_placement").setText("3")
    ok = find(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    QTest.mouseClick(ok, Qt.MouseButton.LeftButton)
    settle(driver)
    assert assessor.begun[-1].limits["placement"].value == 3
    assert panel(driver).rows
    other = driver.another_window(ini(driver.folder / "wfsgui.ini"))
    assert other.decision.assessments.limits["placement"].value == 3


def test_damaged_limits_in_the_settings_are_told_and_kept(driver: WindowDriver) -> None:
    driver.settings.save_state("assess_limits", "{")
    other = driver.another_window(driver.settings)
    assert other.decision.assessments.limits.changed == {}
    assert any("default limits" in message.text for message in other.messages.messages)
    assert driver.settings.load_state("assess_limits_damaged", "") == "{"


def test_regions_are_on_the_image_while_the_panel_is_in_front(driver: WindowDriver) -> None:
    calibrated(driver)
    layer = driver.window.decision.regions.layer
    driver.wait(lambda: layer.regions is not None)
    driver.window.docks.bring_up("step")
    driver.wait(lambda: layer.regions is None)
    driver.action("assess_regions").trigger()
    assert layer.regions is not None
    driver.window.docks.bring_up("verdict")
    driver.window.docks.bring_up("step")
    assert layer.regions is not None


def test_removed_exposure_leaves_an_empty_panel(driver: WindowDriver) -> None:
    (exposure,) = driver.open(*driver.write(1))
    driver.wait(lambda: bool(panel(driver).rows))
    driver.window.services.open_exposures.remove([exposure])
    driver.window.services.deferred.finish()
    assert driver.window.decision.regions.layer.regions is None
    assert not light(driver).isVisible()
