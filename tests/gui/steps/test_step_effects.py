"""What the steps did, in the panel and on the rail."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.window_driver import WindowDriver, find
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.step_checks.evidence import Evidence, StepEffect
from wfsgui.core.step_checks.step_effect import step_effect
from wfsgui.gui.steps.rail_chip import RailChip
from wfsgui.gui.steps.step_effects import StepEffects
from wfsgui.gui.threads.worker_thread import WorkerThread


def panel(driver: WindowDriver) -> QWidget:
    return find(find(driver.window, QScrollArea, "step_panel"), QWidget, "effect_view")


def told(driver: WindowDriver) -> list[str]:
    return [label.text() for label in panel(driver).findChildren(QLabel) if label.isVisibleTo(panel(driver))]


def expectations(driver: WindowDriver) -> list[str]:
    labels = panel(driver).findChildren(QLabel, "expectation")
    return [label.text() for label in labels if label.isVisibleTo(panel(driver))]


def calibrated(driver: WindowDriver) -> Exposure:
    driver.load()
    (exposure,) = driver.open(*driver.write(1))
    driver.run_all()
    return exposure


def give(driver: WindowDriver, stage: str, image: StepImage) -> None:
    exposure = driver.exposures[0]
    exposure.stages[stage].image = image
    driver.window.services.open_exposures.changed.emit(exposure)


def show(driver: WindowDriver, stage: str) -> None:
    driver.window.presenter.show_stage(stage)
    driver.wait(lambda: bool(expectations(driver)))


def test_the_effect_of_a_step_is_shown(driver: WindowDriver) -> None:
    exposure = calibrated(driver)
    before = fakes.image(100.0, wcs=True)
    dq = before.dq.copy()
    dq[7, :9] |= FLAGS["SATURATED"]
    give(driver, "assign_wcs", before)
    give(driver, "flat_field", replace(before, sci=before.sci * np.float32(1.25), dq=dq))
    show(driver, "flat_field")
    assert exposure.before("flat_field") is exposure.stages["assign_wcs"]
    driver.wait(lambda: {"SATURATED", "+9"} <= set(told(driver)))
    assert any("1.25" in text for text in told(driver))


def test_a_failed_expectation_is_shown_in_panel_and_rail(driver: WindowDriver) -> None:
    calibrated(driver)
    before = fakes.image(100.0, wcs=True)
    ramp = np.linspace(1, 2, before.sci.size, dtype=np.float32).reshape(before.sci.shape)
    give(driver, "flat_field", before)
    give(driver, "photom", replace(before, sci=before.sci * ramp, unit="MJy/sr"))
    show(driver, "photom")
    chip = find(driver.window, RailChip, "chip_photom")
    driver.wait(lambda: "warning" in chip.status())
    assert "Not as expected" in chip.toolTip()
    failed = [text for text in expectations(driver) if ": " in text]
    assert failed
    assert all(label.toolTip() for label in panel(driver).findChildren(QLabel, "expectation"))


def test_steps_that_are_not_on_screen_are_measured(driver: WindowDriver) -> None:
    exposure = calibrated(driver)
    effects = driver.window.services.effects
    driver.wait(lambda: all(effects.find(exposure, stage) is not None for stage in exposure.steps))


def test_the_panel_says_that_it_is_measuring(driver: WindowDriver) -> None:
    gate = threading.Event()
    driver.window.services.measure_worker.submit(gate.wait)
    try:
        driver.load()
        driver.open(*driver.write(1))
        # Not `run_all`, which waits for the measurements.
        with driver.qtbot.waitSignal(driver.window.services.control.ended):
            driver.press("F5")
        driver.rest()
        driver.window.presenter.show_stage("photom")
        driver.wait(lambda: told(driver) == ["Measuring what the step did..."])
    finally:
        gate.set()
    driver.wait(lambda: bool(expectations(driver)))


def test_a_step_that_is_run_again_is_measured_again(driver: WindowDriver) -> None:
    exposure = calibrated(driver)
    show(driver, "flat_field")
    first = driver.window.services.effects.find(exposure, "flat_field")
    give(driver, "flat_field", fakes.image(777.0, wcs=True))
    driver.wait(lambda: driver.window.services.effects.find(exposure, "flat_field") not in (None, first))
    driver.wait(lambda: any("\N{RIGHTWARDS ARROW} 776.9" in text for text in told(driver)))


def test_before_the_pipeline_is_loaded_and_at_the_rate_nothing_is_said(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    assert told(driver) == []
    calibrated(driver)
    driver.window.presenter.show_stage("rate")
    driver.wait(lambda: not panel(driver).isVisible())


def test_everything_can_be_copied(driver: WindowDriver) -> None:
    calibrated(driver)
    show(driver, "flat_field")
    (copy,) = (action for action in panel(driver).actions() if "Copy" in action.text())
    copy.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    kinds = {line.split("\t")[0] for line in lines}
    assert "measured" in kinds
    assert any(kind.startswith("expected, ") for kind in kinds)
    assert [line.split("\t") for line in lines] == [list(row) for row in driver.window.docks.step.effect_rows()]


def test_a_running_measurement_is_kept_during_the_run(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    exposure, worker, gate = fakes.completed(fakes.exposure()), WorkerThread(qapp), threading.Event()
    asked: list[str] = []

    def measured(evidence: Evidence) -> StepEffect:
        asked.append(evidence.stage)
        gate.wait()
        return step_effect(evidence)

    monkeypatch.setattr("wfsgui.core.step_checks.step_effect.step_effect", measured)
    effects = StepEffects(worker)
    effects.show_stage(exposure, "flat_field")
    try:
        qtbot.waitUntil(lambda: bool(asked))
        for _ in range(3):
            effects.show_stage(exposure, "flat_field")
    finally:
        gate.set()
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert sorted(asked) == sorted(exposure.steps)
    assert all(effects.find(exposure, step) is not None for step in exposure.steps)
    worker.close()


def test_a_stage_that_is_not_on_screen_any_more_is_not_measured(qtbot: QtBot, qapp: QApplication) -> None:
    exposure, worker, gate = fakes.completed(fakes.exposure()), WorkerThread(qapp), threading.Event()
    worker.submit(gate.wait)
    effects = StepEffects(worker)
    effects.show_stage(exposure, "photom")
    effects.show_stage(None, "rate")
    gate.set()
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert effects.find(exposure, "photom") is None
    worker.close()
