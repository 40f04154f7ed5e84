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
from tests.gui.window_bench import WindowBench, find
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.step_image import StepFrame
from wfsgui.core.step_checks.evidence import Evidence, StepEffect
from wfsgui.core.step_checks.step_effect import step_effect
from wfsgui.gui.steps.rail_chip import StepChip
from wfsgui.gui.steps.step_effects import StepEffects
from wfsgui.gui.threads.worker_thread import Lane


def panel(bench: WindowBench) -> QWidget:
    return find(find(bench.window, QScrollArea, "step_panel"), QWidget, "effect_view")


def told(bench: WindowBench) -> list[str]:
    return [label.text() for label in panel(bench).findChildren(QLabel) if label.isVisibleTo(panel(bench))]


def expectations(bench: WindowBench) -> list[str]:
    labels = panel(bench).findChildren(QLabel, "expectation")
    return [label.text() for label in labels if label.isVisibleTo(panel(bench))]


def calibrated(bench: WindowBench) -> Exposure:
    bench.load()
    (exposure,) = bench.open(*bench.write(1))
    bench.run_all()
    return exposure


def give(bench: WindowBench, stage: str, frame: StepFrame) -> None:
    exposure = bench.exposures[0]
    exposure.stages[stage].frame = frame
    bench.window.services.desk.changed.emit(exposure)


def show(bench: WindowBench, stage: str) -> None:
    bench.window.presenter.show_stage(stage)
    bench.wait(lambda: bool(expectations(bench)))


def test_what_a_step_did_is_told(bench: WindowBench) -> None:
    exposure = calibrated(bench)
    before = fakes.frame(100.0, wcs=True)
    dq = before.dq.copy()
    dq[7, :9] |= FLAGS["SATURATED"]
    give(bench, "assign_wcs", before)
    give(bench, "flat_field", replace(before, sci=before.sci * np.float32(1.25), dq=dq))
    show(bench, "flat_field")
    assert exposure.before("flat_field") is exposure.stages["assign_wcs"]
    bench.wait(lambda: {"SATURATED", "+9"} <= set(told(bench)))
    assert any("1.25" in text for text in told(bench))


def test_a_failed_expectation_is_told_in_the_panel_and_on_the_rail(bench: WindowBench) -> None:
    calibrated(bench)
    before = fakes.frame(100.0, wcs=True)
    ramp = np.linspace(1, 2, before.sci.size, dtype=np.float32).reshape(before.sci.shape)
    give(bench, "flat_field", before)
    give(bench, "photom", replace(before, sci=before.sci * ramp, unit="MJy/sr"))
    show(bench, "photom")
    chip = find(bench.window, StepChip, "chip_photom")
    bench.wait(lambda: "warning" in chip.status())
    assert "Not as expected" in chip.toolTip()
    failed = [text for text in expectations(bench) if ": " in text]
    assert failed
    assert all(label.toolTip() for label in panel(bench).findChildren(QLabel, "expectation"))


def test_every_step_of_the_exposure_is_looked_at_without_being_shown(bench: WindowBench) -> None:
    exposure = calibrated(bench)
    effects = bench.window.services.effects
    bench.wait(lambda: all(effects.find(exposure, stage) is not None for stage in exposure.steps))


def test_it_says_so_while_it_measures(bench: WindowBench) -> None:
    gate = threading.Event()
    bench.window.services.measure_lane.submit(gate.wait)
    calibrated(bench)
    bench.window.presenter.show_stage("photom")
    try:
        bench.wait(lambda: told(bench) == ["Measuring what the step did..."])
    finally:
        gate.set()
    bench.wait(lambda: bool(expectations(bench)))


def test_another_run_of_a_step_is_measured_anew(bench: WindowBench) -> None:
    exposure = calibrated(bench)
    show(bench, "flat_field")
    first = bench.window.services.effects.find(exposure, "flat_field")
    give(bench, "flat_field", fakes.frame(777.0, wcs=True))
    bench.wait(lambda: bench.window.services.effects.find(exposure, "flat_field") not in (None, first))
    bench.wait(lambda: any("\N{RIGHTWARDS ARROW} 776.9" in text for text in told(bench)))


def test_before_the_pipeline_is_loaded_and_at_the_rate_nothing_is_said(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    assert told(bench) == []
    calibrated(bench)
    bench.window.presenter.show_stage("rate")
    bench.wait(lambda: not panel(bench).isVisible())


def test_everything_can_be_copied(bench: WindowBench) -> None:
    calibrated(bench)
    show(bench, "flat_field")
    (copy,) = (action for action in panel(bench).actions() if "Copy" in action.text())
    copy.trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    kinds = {line.split("\t")[0] for line in lines}
    assert "measured" in kinds
    assert any(kind.startswith("expected, ") for kind in kinds)
    assert [line.split("\t") for line in lines] == [list(row) for row in bench.window.docks.step.effect_rows()]


def test_what_is_in_work_goes_on_while_the_run_does(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    exposure, lane, gate = fakes.completed(fakes.exposure()), Lane(qapp), threading.Event()
    asked: list[str] = []

    def measured(evidence: Evidence) -> StepEffect:
        asked.append(evidence.stage)
        gate.wait()
        return step_effect(evidence)

    monkeypatch.setattr("wfsgui.core.step_checks.step_effect.step_effect", measured)
    effects = StepEffects(lane)
    effects.look_at(exposure, "flat_field")
    try:
        qtbot.waitUntil(lambda: bool(asked))
        for _ in range(3):
            effects.look_at(exposure, "flat_field")
    finally:
        gate.set()
    qtbot.waitUntil(lambda: not lane.is_busy)
    assert sorted(asked) == sorted(exposure.steps)
    assert all(effects.find(exposure, step) is not None for step in exposure.steps)
    lane.close()


def test_what_nobody_wants_any_more_is_not_measured(qtbot: QtBot, qapp: QApplication) -> None:
    exposure, lane, gate = fakes.completed(fakes.exposure()), Lane(qapp), threading.Event()
    lane.submit(gate.wait)
    effects = StepEffects(lane)
    effects.look_at(exposure, "photom")
    effects.look_at(None, "rate")
    gate.set()
    qtbot.waitUntil(lambda: not lane.is_busy)
    assert effects.find(exposure, "photom") is None
    lane.close()
