"""Stepwise engine: events, kept steps, redo and failures."""

from __future__ import annotations

import errno
import gc
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

import pytest
from jwst.assign_wcs.assign_wcs_step import AssignWcsStep
from jwst.flatfield.flat_field_step import FlatFieldStep
from jwst.photom.photom_step import PhotomStep
from jwst.stpipe import Step
from stdatamodels.jwst.datamodels import ImageModel

from tests.exposures import small, write_association, write_small
from tests.pipeline.stepwise_driver import Driver
from wfsgui.core.model.events import (
    EndEvent,
    Event,
    ExposureOpened,
    LogLine,
    ProductFinished,
    ProductState,
    Progress,
    RunCancelled,
    RunFailed,
    RunFinished,
    StepFinished,
    StepStarted,
    StepState,
)
from wfsgui.core.model.requests import Fork, StepOptions
from wfsgui.pipeline.chain.log_capture import LOGGERS

CHAIN = ["assign_wcs", "flat_field", "photom"]
INVERSE = StepOptions(parameters={"flat_field": {"inverse": "true"}})


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.fixture
def rate(tmp_path: Path) -> Path:
    return write_small(tmp_path / "in", small())


@pytest.fixture
def driver(rate: Path, tmp_path: Path) -> Driver:
    return Driver(rate, tmp_path / "results")


def names(folder: Path) -> list[str]:
    """Return the names of the files of a result folder, without the checkpoints."""
    return sorted(path.name for path in folder.iterdir() if path.name != "checkpoints")


def test_the_events_of_a_chain_run_step_by_step(driver: Driver) -> None:
    told = [[type(event) for event in driver.told_by(until)] for until in [*CHAIN, None]]
    step = [StepStarted, StepFinished, Progress]
    assert told[0] == [ExposureOpened, *step, ProductFinished, RunFinished]
    assert told[1] == told[2] == [*step, ProductFinished, RunFinished]
    assert told[3] == [ProductFinished, RunFinished]
    assert driver.steps == CHAIN
    assert driver.states == [ProductState.STOPPED] * 3 + [ProductState.DONE]
    assert [(event.done, event.total) for event in driver.all_of(Progress)] == [(1, 3), (2, 3), (3, 3)]
    assert sum(isinstance(event, EndEvent) for event in driver.events) == 4


def test_a_run_to_the_end_writes_the_result_and_replaces_an_older_one(driver: Driver, rate: Path) -> None:
    name = rate.name.replace("_rate", "_cal")
    driver.folder.mkdir()
    (driver.folder / name).write_text("older")
    end = driver.advance()
    assert end.results[0].saved == (driver.folder / name,)
    assert names(driver.folder) == [name]
    assert (driver.folder / name).stat().st_size > 1000


def test_nothing_is_written_before_the_end(driver: Driver) -> None:
    for until in CHAIN:
        assert driver.advance(until).results[0].saved == ()
    assert names(driver.folder) == []


def test_several_steps_can_be_run_at_once(driver: Driver) -> None:
    driver.advance("flat_field")
    assert driver.steps == CHAIN[:2]
    driver.advance()
    assert driver.steps == CHAIN


def test_a_step_that_has_been_run_is_not_run_again(driver: Driver) -> None:
    driver.advance("flat_field")
    assert [type(event) for event in driver.told_by("assign_wcs")] == [ProductFinished, RunFinished]
    assert driver.states[-1] is ProductState.STOPPED


def test_cancelling_keeps_what_has_been_run(driver: Driver) -> None:
    driver.stop_after = "assign_wcs"
    assert isinstance(driver.advance(), RunCancelled)
    assert driver.states == [ProductState.CANCELLED]
    driver.stop_after = None
    driver.cancel.clear()
    assert isinstance(driver.advance(), RunFinished)
    assert driver.steps == CHAIN
    assert len(driver.all_of(ExposureOpened)) == 1


def test_cancelling_before_the_beginning_opens_nothing(driver: Driver) -> None:
    driver.cancel.set()
    assert isinstance(driver.advance(), RunCancelled)
    assert not driver.all_of(ExposureOpened)


def test_other_options_for_later_steps_keep_the_session(driver: Driver) -> None:
    driver.advance("assign_wcs")
    driver.advance("flat_field", INVERSE)
    assert driver.all_of(StepFinished)[-1].parameters["inverse"] is True
    assert driver.steps == CHAIN[:2]
    assert len(driver.all_of(ExposureOpened)) == 1


def test_other_options_for_a_finished_step_start_again_with_that_step(driver: Driver) -> None:
    driver.advance("flat_field")
    driver.advance("photom", INVERSE)
    assert driver.steps == [*CHAIN[:2], *CHAIN[1:]]
    assert len(driver.all_of(ExposureOpened)) == 1


def test_stop_after_in_the_options_is_ignored(driver: Driver) -> None:
    driver.advance("flat_field", StepOptions(stop_after="assign_wcs"))
    driver.advance(options=StepOptions(stop_after="flat_field"))
    assert driver.steps == CHAIN
    assert driver.states[-1] is ProductState.DONE


def test_a_step_can_be_skipped_when_it_is_redone(driver: Driver) -> None:
    driver.advance("flat_field")
    driver.advance("flat_field", StepOptions(skip=frozenset({"flat_field"})), redo=True)
    assert driver.steps == [*CHAIN[:2], "flat_field"]
    assert driver.all_of(StepFinished)[-1].state is StepState.SKIPPED
    assert driver.all_of(StepFinished)[-1].image is not None
    assert len(driver.all_of(ExposureOpened)) == 1


def test_warnings_of_a_step_are_deleted_when_it_is_taken_back(driver: Driver) -> None:
    driver.advance("flat_field", StepOptions(overrides={"flat": "N/A"}))
    assert driver.results[-1].warnings
    driver.advance("flat_field", redo=True)
    assert driver.results[-1].warnings == ()
    driver.advance()
    assert driver.states[-1] is ProductState.DONE


def test_warnings_of_earlier_calls_are_in_the_result(driver: Driver) -> None:
    options = StepOptions(overrides={"flat": "N/A"})
    driver.advance("flat_field", options)
    driver.advance(options=options)
    assert driver.states[-1] is ProductState.WARNED
    assert driver.results[-1].warnings[0].startswith("flat_field: ")


def test_earlier_step_that_is_redone_takes_back_the_later_ones(driver: Driver) -> None:
    driver.advance("photom")
    driver.advance("assign_wcs", redo=True)
    driver.advance("photom")
    assert driver.steps == [*CHAIN, *CHAIN]
    assert len(driver.all_of(ExposureOpened)) == 1
    assert driver.notices == ()


def test_steps_that_the_caller_does_not_know_as_done_are_run_again(driver: Driver) -> None:
    driver.advance("photom")
    driver.fork = Fork(driver.key, driver.folder, "flat_field")
    driver.advance("photom")
    assert driver.steps == [*CHAIN, *CHAIN[1:]]
    assert driver.notices == ()


def test_redo_without_checkpoints_runs_the_earlier_steps_again_and_says_so(driver: Driver) -> None:
    driver.advance("photom")
    rmtree(driver.folder / "checkpoints")
    driver.advance("photom", redo=True)
    assert driver.steps == [*CHAIN, "photom"]
    assert len(driver.all_of(ExposureOpened)) == 1
    (notice,) = driver.notices
    assert notice.endswith(
        "after flat_field is not stored any more: run again with the same options: assign_wcs, flat_field."
    )


def test_full_disk_stops_no_run_and_is_told(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("wfsgui.core.files.checkpoints._RESERVE", 2**60)
        driver.advance("assign_wcs")
    assert [
        notice.count("could not be stored (No space left on device; free disk space)") for notice in driver.notices
    ] == [1, 1]
    driver.advance("flat_field", INVERSE)
    assert driver.notices == ()
    driver.advance("flat_field", redo=True)
    assert driver.notices
    driver.advance()
    assert driver.steps == [*CHAIN[:2], *CHAIN[1:]]
    assert driver.states[-1] is ProductState.DONE


def test_redo_without_a_finished_step_runs_the_step(driver: Driver) -> None:
    driver.advance("flat_field", redo=True)
    assert driver.steps == CHAIN[:2]


def test_image_is_not_changed_by_a_redo(driver: Driver) -> None:
    driver.advance("flat_field")
    before = driver.all_of(StepFinished)[0].image
    first = driver.all_of(StepFinished)[1].image
    assert before is not None
    assert first is not None
    kept = [before.sci.tobytes(), first.sci.tobytes()]
    driver.advance("flat_field", INVERSE, redo=True)
    second = driver.all_of(StepFinished)[-1].image
    assert second is not None
    assert [before.sci.tobytes(), first.sci.tobytes()] == kept
    assert second.sci.tobytes() != first.sci.tobytes()
    assert second.dq.tobytes() == first.dq.tobytes()


def test_released_product_starts_again(driver: Driver) -> None:
    driver.advance("assign_wcs")
    driver.engine.release(driver.key)
    driver.engine.release("never seen")
    driver.advance("flat_field")
    assert driver.steps == ["assign_wcs", *CHAIN[:2]]


def test_saved_product_starts_again(driver: Driver) -> None:
    driver.advance()
    driver.advance()
    assert driver.steps == CHAIN * 2
    assert driver.states == [ProductState.DONE] * 2


class TestManyProducts:
    """At most three wait in memory."""

    @pytest.fixture
    def drivers(self, tmp_path: Path, driver: Driver) -> list[Driver]:
        rates = [write_small(tmp_path / "in", small(exposure=number)) for number in range(2, 5)]
        others = [Driver(rate, tmp_path / rate.name, driver.engine) for rate in rates]
        return [driver, *others]

    def test_least_recently_used_session_is_released_and_goes_on_from_its_checkpoint(
        self, drivers: list[Driver]
    ) -> None:
        for driver in drivers:
            driver.advance("flat_field")
        first = drivers[0]
        first.advance("photom")
        assert len(first.all_of(ExposureOpened)) == 1
        assert first.steps == CHAIN
        assert [event.done for event in first.all_of(Progress)] == [1, 2, 3]
        assert first.notices == ()
        last = drivers[-1]
        last.advance("photom")
        assert len(last.all_of(ExposureOpened)) == 1

    def test_released_product_can_be_redone(self, drivers: list[Driver]) -> None:
        for driver in drivers:
            driver.advance("flat_field")
        drivers[0].advance("flat_field", INVERSE, redo=True)
        assert drivers[0].steps == [*CHAIN[:2], "flat_field"]
        assert drivers[0].all_of(StepFinished)[-1].parameters["inverse"] is True

    def test_at_most_three_sessions_are_open(self, drivers: list[Driver], monkeypatch: pytest.MonkeyPatch) -> None:
        for name in LOGGERS:
            # pytest keeps the log records, and some of them hold the model.
            monkeypatch.setattr(logging.getLogger(name), "propagate", False)
        alive = []
        for driver in drivers:
            driver.advance("assign_wcs")
            gc.collect()
            alive.append(sum(isinstance(thing, ImageModel) for thing in gc.get_objects()))
        assert alive[3] == alive[2] > alive[1] > alive[0]
        for driver in drivers:
            driver.engine.release(driver.key)
        gc.collect()
        assert sum(isinstance(thing, ImageModel) for thing in gc.get_objects()) <= alive[0] - (alive[1] - alive[0])


class TestFailures:
    """Each ends the call in one plain sentence, and keeps what can be kept."""

    @pytest.fixture
    def fail(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Step], BaseException], None]:
        """Let a step fail once, in the middle of its work."""

        def arrange(step_class: type[Step], error: BaseException) -> None:
            failed: list[Step] = []
            original = step_class.process

            def process(step: Step, model: ImageModel, *arguments: object) -> object:
                if not failed:
                    failed.append(step)
                    model.data += 1000
                    model.meta.target.proposer_name = "HALF DONE"
                    raise error
                return original(step, model, *arguments)

            monkeypatch.setattr(step_class, "process", process)

        return arrange

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (SystemExit(1), "names no context"),
            (MemoryError(), "Memory ran out during flat_field"),
            (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
            (ZeroDivisionError("oops"), "flat_field failed: oops"),
        ],
    )
    def test_a_step_that_fails_can_be_run_again(
        self, driver: Driver, fail: Callable[[type[Step], BaseException], None], error: BaseException, said: str
    ) -> None:
        driver.advance("assign_wcs")
        fail(FlatFieldStep, error)
        end = driver.advance("flat_field")
        assert isinstance(end, RunFailed)
        assert said in end.message
        assert "\n" not in end.message
        assert driver.states[-1] is ProductState.FAILED
        driver.advance("flat_field")
        assert driver.steps == CHAIN[:2]
        assert len(driver.all_of(ExposureOpened)) == 1
        metadata = driver.all_of(StepFinished)[-1].metadata
        assert metadata["meta.target.proposer_name"] != "HALF DONE"

    def test_failed_redo_leaves_the_state_before_the_step(
        self, driver: Driver, fail: Callable[[type[Step], BaseException], None]
    ) -> None:
        driver.advance("flat_field")
        fail(FlatFieldStep, ZeroDivisionError())
        assert isinstance(driver.advance("flat_field", INVERSE, redo=True), RunFailed)
        driver.advance("photom")
        assert driver.steps == [*CHAIN[:2], "flat_field", "photom"]
        assert len(driver.all_of(ExposureOpened)) == 1

    def test_run_goes_on_with_the_step_that_failed(
        self, driver: Driver, fail: Callable[[type[Step], BaseException], None]
    ) -> None:
        fail(PhotomStep, MemoryError())
        assert isinstance(driver.advance(), RunFailed)
        assert driver.steps == CHAIN[:2]
        assert isinstance(driver.advance(), RunFinished)
        assert driver.steps == CHAIN
        assert len(driver.all_of(ExposureOpened)) == 1
        assert [event.done for event in driver.all_of(Progress)] == [1, 2, 3]

    def test_failed_first_step_starts_again(
        self, driver: Driver, fail: Callable[[type[Step], BaseException], None]
    ) -> None:
        fail(AssignWcsStep, MemoryError())
        assert isinstance(driver.advance(), RunFailed)
        assert isinstance(driver.advance(), RunFinished)
        assert driver.steps == CHAIN

    @pytest.mark.parametrize(
        ("kind", "first"),
        [
            (ExposureOpened, None),
            (StepStarted, None),
            (StepFinished, None),
            (StepStarted, "assign_wcs"),
            (StepFinished, "assign_wcs"),
        ],
    )
    def test_refused_event_is_emitted_again(self, driver: Driver, kind: type[Event], first: str | None) -> None:
        if first is not None:
            driver.advance(first)
        driver.fail_once(kind, OSError(errno.ENOSPC, "No space left on device"))
        end = driver.advance("flat_field")
        assert isinstance(end, RunFailed)
        assert "disk is full" in end.message
        assert isinstance(driver.advance("photom"), RunFinished)
        assert driver.steps == CHAIN
        assert driver.all_of(ExposureOpened)
        assert driver.events.index(driver.all_of(ExposureOpened)[0]) < driver.events.index(driver.finished[0])
        assert isinstance(driver.advance(), RunFinished)
        before = [ProductState.STOPPED] if first else []
        assert driver.states == [*before, ProductState.FAILED, ProductState.STOPPED, ProductState.DONE]

    def test_refused_result_is_emitted_again(self, driver: Driver) -> None:
        driver.fail_once(ProductFinished, OSError(errno.ENOSPC, "No space left on device"))
        end = driver.advance()
        assert isinstance(end, RunFailed)
        assert end.results == tuple(driver.results)
        assert driver.states == [ProductState.DONE]
        assert driver.results[0].saved[0].is_file()

    def test_unknown_options_change_nothing(self, driver: Driver) -> None:
        driver.advance("flat_field")
        wrong = StepOptions(parameters={"flat_field": {"inverse": "perhaps"}})
        end = driver.advance("flat_field", wrong, redo=True)
        assert isinstance(end, RunFailed)
        assert "inverse" in end.message
        driver.advance("photom")
        assert driver.steps == CHAIN

    @pytest.mark.parametrize(
        ("until", "said"), [("bkg_subtract", "no background members"), ("jump", "jump is not a step")]
    )
    def test_step_that_does_not_apply_fails(self, driver: Driver, until: str, said: str) -> None:
        end = driver.advance(until)
        assert isinstance(end, RunFailed)
        assert said in end.message

    def test_changed_exposure_fails_and_starts_again(self, driver: Driver, rate: Path) -> None:
        driver.advance("flat_field")
        write_small(rate.parent, small(), level=7.0)
        os.utime(rate, ns=(1, 1))
        end = driver.advance("photom")
        assert isinstance(end, RunFailed)
        assert "has changed since it was opened" in end.message
        driver.advance("photom")
        assert driver.steps == [*CHAIN[:2], *CHAIN]

    def test_missing_exposure_fails_and_continues_when_it_is_back(self, driver: Driver, rate: Path) -> None:
        driver.advance("flat_field")
        away = rate.rename(rate.with_name("away"))
        end = driver.advance("photom")
        assert isinstance(end, RunFailed)
        assert f"{rate} cannot be read any more" in end.message
        away.rename(rate)
        driver.advance("photom")
        assert driver.steps == CHAIN

    def test_a_disk_that_fills_while_saving_loses_nothing(
        self, driver: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_file: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            end = driver.advance()
        assert isinstance(end, RunFailed)
        assert "disk is full" in end.message
        assert names(driver.folder) == []
        assert isinstance(driver.advance(), RunFinished)
        assert driver.steps == CHAIN
        assert len(names(driver.folder)) == 1

    def test_folder_that_cannot_be_made_fails_and_keeps_the_steps(self, driver: Driver) -> None:
        driver.advance("photom")
        folder = driver.folder
        driver.folder = folder.parent / "file"
        driver.folder.write_text("")
        end = driver.advance()
        assert isinstance(end, RunFailed)
        assert "preparing the output folder" in end.message
        driver.folder = folder
        assert isinstance(driver.advance(), RunFinished)
        assert driver.steps == CHAIN

    def test_interrupt_has_one_end_event_and_is_raised(
        self, driver: Driver, fail: Callable[[type[Step], BaseException], None]
    ) -> None:
        fail(FlatFieldStep, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            driver.advance()
        assert isinstance(driver.events[-1], RunCancelled)
        assert isinstance(driver.advance(), RunFinished)
        assert driver.steps == CHAIN


def test_files_that_a_step_writes_are_replaced_by_a_redo(tmp_path: Path) -> None:
    science, sky = (write_small(tmp_path / "in", small(exposure=number)) for number in (1, 2))
    table = write_association(tmp_path / "in" / "x_asn.json", {science: [sky]})
    driver = Driver(table, tmp_path / "results")
    options = StepOptions(parameters={"bkg_subtract": {"save_combined_background": "true"}})
    name = science.name.replace("_rate", "_combinedbackground")
    for redo in (False, True):
        end = driver.advance("bkg_subtract", options, redo=redo)
        assert isinstance(end, RunFinished), end
        assert end.results[0].saved == (driver.folder / name,)
    assert driver.steps == ["bkg_subtract"] * 2
    assert names(driver.folder) == [name]


def test_log_lines_go_to_the_current_caller(driver: Driver, tmp_path: Path) -> None:
    other = Driver(write_small(tmp_path / "in", small(exposure=2)), tmp_path / "other", driver.engine)
    driver.advance("assign_wcs")
    other.advance("assign_wcs")
    count = len(driver.all_of(LogLine))
    assert {line.product for line in other.all_of(LogLine)} == {other.request.product.name}
    driver.advance("flat_field")
    assert {line.product for line in driver.all_of(LogLine)} == {driver.request.product.name}
    assert {line.step for line in driver.all_of(LogLine)[count:]} >= {"flat_field"}


def test_call_in_another_thread(driver: Driver) -> None:
    driver.advance("assign_wcs")
    thread = threading.Thread(target=driver.advance)
    thread.start()
    thread.join()
    assert driver.states == [ProductState.STOPPED, ProductState.DONE]


@pytest.mark.parametrize("steps", [0, 2])
def test_missing_override_is_reported_as_such(driver: Driver, tmp_path: Path, steps: int) -> None:
    for step in CHAIN[:steps]:
        driver.told_by(step)
    driver.advance("flat_field", StepOptions(overrides={"flat": str(tmp_path / "missing.fits")}))
    (line,) = (line for line in driver.all_of(LogLine) if line.level >= logging.ERROR)
    assert line.text.startswith("checking the parameters and references failed")
