"""Comparison of a result with that of the official pipeline, in the window."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from tests.gui.window_driver import WindowDriver
from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.requests import StepOptions


def badge(driver: WindowDriver) -> QLabel:
    """Return the badge in the status bar."""
    (found,) = driver.window.findChildren(QLabel, "parity_badge")
    assert isinstance(found, QLabel)
    return found


def calibrated(driver: WindowDriver) -> Exposure:
    """Open and calibrate an exposure."""
    (exposure,) = driver.open(*driver.write(1))
    driver.run_all()
    return exposure


def compare(driver: WindowDriver) -> None:
    """Compare the result on screen, and wait for the report."""
    with driver.qtbot.waitSignal(driver.window.services.parity.compared):
        driver.action("check_parity").trigger()


def test_identical_result_has_a_badge_and_a_message(driver: WindowDriver) -> None:
    exposure = calibrated(driver)
    assert badge(driver).isHidden()
    compare(driver)
    assert exposure.parity == driver.fake.parity_found
    assert badge(driver).text() == "identical to the official pipeline"
    assert "SCI, ERR, DQ" in badge(driver).toolTip()
    assert driver.sentences[0] == f"{exposure.product.name}: {exposure.parity.sentence}"


def test_different_result_names_the_differences(driver: WindowDriver) -> None:
    calibrated(driver)
    driver.fake.parity_found = ParityReport(("pixels of SCI", "the WCS"), ("SCI", "ERR"), "9.9.9")
    compare(driver)
    assert badge(driver).text() == "differs from the official pipeline"
    assert "the WCS" in badge(driver).toolTip()
    assert "differs" in driver.sentences[0]


def test_failed_comparison_is_told(driver: WindowDriver) -> None:
    calibrated(driver)
    driver.fake.parity_found = ParityReport(failure="The official pipeline cannot calibrate x.fits: no reference.")
    compare(driver)
    assert badge(driver).text() == "not compared with the official pipeline"
    assert driver.sentences[0].endswith("no reference.")


def test_comparison_uses_the_options_of_the_run_not_the_next_ones(driver: WindowDriver) -> None:
    exposure = calibrated(driver)
    driver.window.services.open_exposures.set_options(exposure, StepOptions(skip=frozenset({"photom"})))
    compare(driver)
    ((product, options, result),) = driver.fake.compared
    assert product == exposure.product
    assert options == StepOptions()
    assert result == exposure.result


def test_new_run_removes_the_badge(driver: WindowDriver) -> None:
    exposure = calibrated(driver)
    compare(driver)
    driver.window.docks.exposures.select(exposure)
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.press("Ctrl+R")
    driver.rest()
    assert exposure.parity is None
    assert badge(driver).isHidden()


def test_report_on_a_result_that_was_made_anew_meanwhile_is_dropped(driver: WindowDriver) -> None:
    exposure = calibrated(driver)
    first = exposure.result
    driver.fake.parity_gate.clear()
    driver.action("check_parity").trigger()
    driver.window.docks.exposures.select(exposure)
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.press("Ctrl+R")
    assert exposure.result == first
    with driver.qtbot.waitSignal(driver.window.services.parity.changed):
        driver.fake.parity_gate.set()
    assert exposure.parity is None


def test_badge_says_that_a_comparison_runs_and_closing_stops_it(driver: WindowDriver) -> None:
    exposure = calibrated(driver)
    driver.fake.parity_gate.clear()
    driver.action("check_parity").trigger()
    assert badge(driver).text() == "comparing with the official pipeline..."
    driver.action("check_parity").trigger()
    driver.window.services.parity.stop()
    with driver.qtbot.waitSignal(driver.window.services.parity.changed):
        driver.fake.parity_gate.set()
    assert len(driver.fake.compared) == 1
    assert exposure.parity is None
    assert badge(driver).isHidden()


def test_action_needs_a_result(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    assert not driver.action("check_parity").isEnabled()
