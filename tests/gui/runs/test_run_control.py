"""Tests of runs in the window: queue, steps, verdicts, stopping, failures."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.runs.run_driver import CHAIN, RunDriver, awaits, run_driver
from wfsgui.core.judgement.verdicts import Judgement
from wfsgui.core.model.exposure import Exposure, ExposureState, StageState
from wfsgui.gui.runs.runnable import can_redo, can_step


@pytest.fixture
def driver(qapp: QApplication, tmp_path: Path) -> Iterator[RunDriver]:
    with run_driver(qapp, tmp_path) as made:
        yield made


def states(exposures: list[Exposure]) -> list[ExposureState]:
    return [exposure.state for exposure in exposures]


def test_run_all_writes_the_result_of_every_exposure(driver: RunDriver, qtbot: QtBot) -> None:
    exposures = driver.add("a", "b", "c")
    with qtbot.waitSignal(driver.control.ended) as ended:
        driver.control.run_all()
    assert ended.args == [3]
    assert states(exposures) == [ExposureState.DONE] * 3
    assert all(exposure.result is not None and exposure.result.exists() for exposure in exposures)
    assert [exposure.finished_steps for exposure in exposures] == [CHAIN] * 3
    assert [request.product.name for request in driver.fake.requests] == ["a", "b", "c"]


def test_next_step_runs_one_step_and_the_last_one_writes_the_result(driver: RunDriver, qtbot: QtBot) -> None:
    (exposure,) = driver.add("a")
    for number, step in enumerate(CHAIN, start=1):
        assert can_step(exposure)
        with qtbot.waitSignal(driver.control.ended):
            driver.control.next_step(exposure)
        assert exposure.finished_steps == CHAIN[:number], step
    assert states([exposure]) == [ExposureState.DONE]
    assert exposure.result is not None
    assert not can_step(exposure)


def test_run_to_stops_after_the_stage(driver: RunDriver, qtbot: QtBot) -> None:
    (exposure,) = driver.add("a", backgrounds=2)
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run_to(exposure, "flat_field")
    assert exposure.finished_steps == ("bkg_subtract", "assign_wcs", "flat_field")
    assert states([exposure]) == [ExposureState.PAUSED]
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run_all()
    assert states([exposure]) == [ExposureState.DONE]


def test_stop_ends_at_the_step_boundary_and_unqueues_the_others(driver: RunDriver, qtbot: QtBot) -> None:
    first, second = driver.add("a", "b")
    driver.fake.gate.clear()
    driver.control.run_all()
    qtbot.waitUntil(driver.fake.entered.is_set)
    driver.control.stop()
    assert driver.runner.is_stopping
    assert second.state is ExposureState.WAITING
    with qtbot.waitSignal(driver.control.stopped):
        driver.fake.gate.set()
    assert first.finished_steps == ("assign_wcs",)
    assert states([first, second]) == [ExposureState.PAUSED, ExposureState.WAITING]
    assert not driver.control.is_busy
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run_all()
    assert states([first, second]) == [ExposureState.DONE] * 2


def test_review_waits_after_each_step(driver: RunDriver, qtbot: QtBot) -> None:
    driver.control.set_review(on=True)
    first, second = driver.add("a", "b")
    driver.control.run_all()
    for step in CHAIN:
        qtbot.waitUntil(partial(awaits, driver, first, step))
        assert first.state is ExposureState.NEEDS_LOOK
        assert second.state is ExposureState.QUEUED
        driver.verdicts.accept(first, f"{step} is fine")
    qtbot.waitUntil(lambda: driver.stops.awaited_stage(second) == CHAIN[0])
    assert first.state is ExposureState.DONE
    assert [(verdict.stage, verdict.judgement, verdict.note) for verdict in first.verdicts] == [
        (step, Judgement.ACCEPTED, f"{step} is fine") for step in CHAIN
    ]


def test_rejecting_ends_an_exposure_and_the_next_one_goes_on(driver: RunDriver, qtbot: QtBot) -> None:
    driver.control.set_review(on=True)
    first, second = driver.add("a", "b")
    driver.control.run_all()
    qtbot.waitUntil(lambda: driver.stops.awaited_stage(first) is not None)
    driver.verdicts.reject(first, "trailed")
    assert first.state is ExposureState.REJECTED
    assert first.stages["assign_wcs"].state is StageState.REJECTED
    assert first.result is None
    qtbot.waitUntil(lambda: driver.stops.awaited_stage(second) is not None)


def test_after_a_failure_the_other_exposures_are_run(driver: RunDriver, qtbot: QtBot) -> None:
    driver.fake.fails_at = {"flat_field": "There is no flat."}
    exposures = driver.add("a", "b")
    failures: list[tuple[Exposure, str]] = []
    driver.control.failed.connect(lambda exposure, why: failures.append((exposure, why)))
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run_all()
    assert failures == [(exposure, "There is no flat.") for exposure in exposures]
    assert exposures[0].stages["flat_field"].state is StageState.FAILED
    assert exposures[0].finished_steps == ("assign_wcs",)


def test_a_failure_ends_the_run_without_keep_going(driver: RunDriver, qtbot: QtBot) -> None:
    driver.fake.fails_at = {"flat_field": "There is no flat."}
    driver.control.keep_going = False
    exposures = driver.add("a", "b")
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run_all()
    assert states(exposures) == [ExposureState.FAILED, ExposureState.WAITING]


def test_an_engine_that_cannot_be_loaded_runs_nothing(driver: RunDriver, qtbot: QtBot) -> None:
    driver.fake.load_error = ImportError("no jwst")
    (exposure,) = driver.add("a")
    with qtbot.waitSignal(driver.runner.load_failed) as failed:
        driver.control.run_all()
    assert failed.args == ["loading the pipeline failed: no jwst"]
    assert exposure.state is ExposureState.WAITING
    assert not driver.control.is_busy


def test_removing_a_running_exposure_stops_its_run(driver: RunDriver, qtbot: QtBot) -> None:
    first, second = driver.add("a", "b")
    driver.fake.gate.clear()
    driver.control.run_all()
    qtbot.waitUntil(driver.fake.entered.is_set)
    driver.open_exposures.remove([first])
    with qtbot.waitSignal(driver.control.ended):
        driver.fake.gate.set()
    assert driver.open_exposures.exposures == [second]
    assert second.state is ExposureState.DONE
    qtbot.waitUntil(lambda: first.key in driver.fake.released)


def test_the_folder_of_a_removed_exposure_is_released_after_its_task(driver: RunDriver, qtbot: QtBot) -> None:
    running, done = driver.add("a", "b")
    left: list[Path] = []
    driver.runner.folder_released.connect(left.append)
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run([done])
    assert done.result is not None
    driver.open_exposures.remove([done])
    assert left == [done.result.parent]
    driver.fake.entered.clear()
    driver.fake.gate.clear()
    driver.control.run([running])
    qtbot.waitUntil(driver.fake.entered.is_set)
    driver.open_exposures.remove([running])
    assert len(left) == 1
    with qtbot.waitSignal(driver.runner.task_ended):
        driver.fake.gate.set()
    assert [folder.name for folder in left] == [done.key, running.key]


def test_an_urgent_step_is_run_before_the_queue_and_during_a_review_stop(driver: RunDriver, qtbot: QtBot) -> None:
    driver.control.set_review(on=True)
    first, second, third = driver.add("a", "b", "c")
    driver.control.run([first, second])
    qtbot.waitUntil(lambda: driver.stops.awaited_stage(first) is not None)
    driver.control.next_step(third)
    qtbot.waitUntil(lambda: driver.stops.awaited_stage(third) == "assign_wcs")
    assert second.state is ExposureState.QUEUED
    driver.verdicts.accept(third)
    assert third.state is ExposureState.PAUSED


def test_progress_counts_exposures(driver: RunDriver, qtbot: QtBot) -> None:
    driver.add("a", "b")
    driver.fake.gate.clear()
    driver.control.run_all()
    qtbot.waitUntil(driver.fake.entered.is_set)
    assert driver.control.progress == (0, 2)
    with qtbot.waitSignal(driver.control.ended):
        driver.fake.gate.set()
    assert driver.control.progress == (0, 0)


def test_warnings_reach_the_exposure(driver: RunDriver, qtbot: QtBot) -> None:
    driver.fake.warns_at = {"photom": "There is no row."}
    (exposure,) = driver.add("a")
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run_all()
    assert exposure.state is ExposureState.WARNED
    assert exposure.warnings == ("photom: There is no row.",)
    assert exposure.stages["photom"].state is StageState.WARNED
    assert {line.step for line in exposure.log} == set(CHAIN)


@pytest.fixture
def aside(driver: RunDriver) -> RunDriver:
    """Return it on a machine with three cores, and with processes that stand ready."""
    driver.fake.has_processes = True
    driver.runner.jobs = 3
    return driver


def add_when_prepared(driver: RunDriver, qtbot: QtBot, *names: str, backgrounds: int = 0) -> list[Exposure]:
    """Add exposures, and wait until the runner knows that processes are ready for them."""
    # The list `pools` of the engine is not enough: its thread fills it before the GUI thread takes the answer.
    with qtbot.waitSignal(driver.runner.has_room):
        driver.runner.load()
        added = driver.add(*names, backgrounds=backgrounds)
    assert driver.fake.pools == ["prepared"]
    return added


def has_begun(driver: RunDriver, names: str) -> bool:
    """Tell whether the first step of exactly these exposures has begun: a stop lets it end."""
    return sorted(driver.fake.begun) == [(name, CHAIN[0]) for name in names]


def test_many_exposures_are_calibrated_side_by_side(aside: RunDriver, qtbot: QtBot) -> None:
    aside.fake.gate.clear()
    exposures = add_when_prepared(aside, qtbot, "a", "b", "c", "d", "e")
    aside.control.run_all()
    qtbot.waitUntil(partial(has_begun, aside, "abc"))
    assert states(exposures) == [ExposureState.RUNNING] * 3 + [ExposureState.QUEUED] * 2
    assert aside.control.progress == (0, 5)
    with qtbot.waitSignal(aside.control.ended) as ended:
        aside.fake.gate.set()
    assert ended.args == [5]
    assert states(exposures) == [ExposureState.DONE] * 5
    assert aside.fake.requests == []
    assert sorted(request.products[0].name for request in aside.fake.asides) == list("abcde")
    qtbot.waitUntil(lambda: aside.fake.pools == ["prepared", "closed"])


def test_restart_waits_for_the_processes_and_the_others_are_run_after_it(aside: RunDriver, qtbot: QtBot) -> None:
    aside.fake.gate.clear()
    exposures = add_when_prepared(aside, qtbot, "a", "b", "c", "d", "e")
    aside.control.run_all()
    qtbot.waitUntil(partial(has_begun, aside, "abc"))
    # Two settings that are changed one after the other.
    aside.runner.restart()
    aside.runner.restart()
    assert aside.runner.is_restarting
    with qtbot.waitSignal(aside.control.ended):
        aside.fake.gate.set()
    assert states(exposures) == [ExposureState.DONE] * 5
    assert aside.fake.pools[:3] == ["prepared", "closed", "restarted"]
    assert aside.fake.restarts == 1
    # Two exposures were left: too few for processes.
    assert len(aside.fake.asides) == 3
    assert len(aside.fake.requests) == 2


def test_few_exposures_need_no_processes(aside: RunDriver, qtbot: QtBot) -> None:
    aside.add("a", "b", "c")
    with qtbot.waitSignal(aside.control.ended):
        aside.control.run_all()
    assert (aside.fake.pools, aside.fake.asides) == ([], [])
    assert len(aside.fake.requests) == 3


def test_one_job_needs_no_processes(aside: RunDriver, qtbot: QtBot) -> None:
    aside.runner.jobs = 1
    aside.add("a", "b", "c", "d", "e")
    with qtbot.waitSignal(aside.control.ended):
        aside.control.run_all()
    assert aside.fake.pools == []
    assert len(aside.fake.requests) == 5


def test_without_processes_all_exposures_are_run_in_the_engine_thread(aside: RunDriver, qtbot: QtBot) -> None:
    aside.fake.has_processes = False
    exposures = aside.add("a", "b", "c", "d", "e")
    with qtbot.waitSignal(aside.control.ended):
        aside.control.run_all()
    assert states(exposures) == [ExposureState.DONE] * 5


def test_a_single_step_does_not_wait_for_the_processes(aside: RunDriver, qtbot: QtBot) -> None:
    aside.fake.gate.clear()
    *others, last = add_when_prepared(aside, qtbot, "a", "b", "c", "d", "e")
    aside.control.run(others[:2])
    qtbot.waitUntil(partial(has_begun, aside, "ab"))
    aside.control.next_step(last)
    qtbot.waitUntil(partial(has_begun, aside, "abe"))
    assert len(aside.fake.requests) == 1
    assert aside.fake.requests[0].until == CHAIN[0]
    with qtbot.waitSignal(aside.control.ended):
        aside.fake.gate.set()
    assert last.finished_steps == CHAIN[:1]


def test_a_stop_reaches_every_process(aside: RunDriver, qtbot: QtBot) -> None:
    aside.fake.gate.clear()
    exposures = add_when_prepared(aside, qtbot, "a", "b", "c", "d", "e")
    aside.control.run_all()
    qtbot.waitUntil(partial(has_begun, aside, "abc"))
    aside.control.stop()
    assert aside.runner.is_stopping
    with qtbot.waitSignal(aside.control.ended):
        aside.fake.gate.set()
    assert states(exposures) == [ExposureState.PAUSED] * 3 + [ExposureState.WAITING] * 2


def test_removing_an_exposure_stops_no_other_run(aside: RunDriver, qtbot: QtBot) -> None:
    aside.fake.gate.clear()
    exposures = add_when_prepared(aside, qtbot, "a", "b", "c", "d", "e")
    aside.control.run_all()
    qtbot.waitUntil(partial(has_begun, aside, "abc"))
    aside.open_exposures.remove(exposures[:1])
    assert not aside.runner.is_stopping
    with qtbot.waitSignal(aside.control.ended):
        aside.fake.gate.set()
    assert states(exposures[1:]) == [ExposureState.DONE] * 4
    assert [step for name, step in aside.fake.begun if name == "a"] == [CHAIN[0]]


def test_requests_name_shared_backgrounds(aside: RunDriver, qtbot: QtBot) -> None:
    exposures = add_when_prepared(aside, qtbot, "a", "b", "c", "d", backgrounds=2)
    with qtbot.waitSignal(aside.control.ended):
        aside.control.run_all()
    assert len(aside.fake.asides) == 4
    for request in aside.fake.asides:
        assert request.share is not None
        assert request.share.backgrounds == {exposures[0].product.background_paths}
        assert not request.share.one_folder


def test_redo_runs_the_step_that_failed(driver: RunDriver, qtbot: QtBot) -> None:
    (exposure,) = driver.add("a")
    driver.fake.fails_at = {"flat_field": "The flat is damaged."}
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run_all()
    assert exposure.first_to_look_at.name == "flat_field"
    assert can_redo(exposure, "flat_field")
    driver.fake.fails_at = {}
    with qtbot.waitSignal(driver.control.ended):
        driver.verdicts.redo(exposure, "flat_field")
    last = driver.fake.requests[-1]
    assert (last.redo, last.until) == (False, "flat_field")
    assert exposure.finished_steps == ("assign_wcs", "flat_field")
    assert states([exposure]) == [ExposureState.PAUSED]


def test_the_first_step_is_redone_after_it_failed(driver: RunDriver, qtbot: QtBot) -> None:
    (exposure,) = driver.add("a")
    driver.fake.fails_at = {"assign_wcs": "There is no distortion."}
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run_all()
    driver.fake.fails_at = {}
    with qtbot.waitSignal(driver.control.ended):
        driver.verdicts.redo(exposure, "assign_wcs")
    assert exposure.finished_steps == ("assign_wcs",)


def test_in_a_review_the_redo_of_a_failed_step_goes_on_to_the_goal(driver: RunDriver, qtbot: QtBot) -> None:
    driver.control.set_review(on=True)
    (exposure,) = driver.add("a")
    driver.control.run_all()
    qtbot.waitUntil(partial(awaits, driver, exposure, "assign_wcs"))
    driver.fake.fails_at = {"flat_field": "The flat is damaged."}
    with qtbot.waitSignal(driver.control.failed):
        driver.verdicts.accept(exposure)
    driver.fake.fails_at = {}
    driver.verdicts.redo(exposure, "flat_field", "another flat")
    for step in ("flat_field", "photom"):
        qtbot.waitUntil(partial(awaits, driver, exposure, step))
        driver.verdicts.accept(exposure)
    qtbot.waitUntil(lambda: exposure.state is ExposureState.DONE)


def test_a_run_ends_when_its_last_exposure_is_rejected(driver: RunDriver, qtbot: QtBot) -> None:
    driver.control.set_review(on=True)
    (exposure,) = driver.add("a")
    driver.control.run_all()
    qtbot.waitUntil(partial(awaits, driver, exposure, "assign_wcs"))
    with qtbot.waitSignals([driver.control.ended, driver.control.run_ended]):
        driver.verdicts.reject(exposure)


def test_forecast_of_two_results_is_asked_from_the_engine(driver: RunDriver, qtbot: QtBot, tmp_path: Path) -> None:
    results = tmp_path / "a_cal.fits"
    failures: list[object] = []
    driver.runner.ask_forecast((results, results), failures.append, lambda error: failures.append(str(error)))
    qtbot.waitUntil(lambda: bool(failures))
    assert failures == ["The two cannot be combined."]
    (request,) = driver.fake.forecasts
    assert (request.first, request.second, request.folder) == (results, results, tmp_path / "forecasts")
