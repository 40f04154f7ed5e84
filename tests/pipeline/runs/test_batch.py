"""Batch runs: events, saved files and failures."""

from __future__ import annotations

import errno
import gc
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from jwst.flatfield.flat_field_step import FlatFieldStep
from jwst.stpipe import Step
from stdatamodels.jwst.datamodels import ImageModel

from tests.exposures import small, write_association, write_small
from tests.pipeline.conftest import Engine
from wfsgui.core.intake.products import take_in
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
from wfsgui.core.model.requests import RunRequest, StepOptions
from wfsgui.pipeline.chain.log_capture import LOGGERS
from wfsgui.pipeline.runs.batch import run

CHAIN = ["assign_wcs", "flat_field", "photom"]


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.fixture
def rate(tmp_path: Path) -> Path:
    return write_small(tmp_path / "in", small())


@pytest.fixture
def two_rates(tmp_path: Path) -> list[Path]:
    return [write_small(tmp_path / "in", small(exposure=number)) for number in (1, 2)]


def steps_of(events: list[Event]) -> list[StepFinished]:
    return [event for event in events if isinstance(event, StepFinished)]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def cal(rate: Path) -> str:
    return rate.name.replace("_rate", "_cal")


def test_events_come_in_order_with_one_end_event(engine: Engine, rate: Path, tmp_path: Path) -> None:
    end, events = engine([rate], tmp_path / "out")
    told = [event for event in events if not isinstance(event, LogLine)]
    expected = [StepStarted, StepFinished, Progress] * 3
    assert [type(event) for event in told] == [ExposureOpened, *expected, ProductFinished, RunFinished]
    assert [event.step for event in told if isinstance(event, StepStarted)] == CHAIN
    assert [(event.done, event.total) for event in told if isinstance(event, Progress)] == [(1, 3), (2, 3), (3, 3)]
    assert events[-1] is end
    assert sum(isinstance(event, EndEvent) for event in events) == 1


def test_finished_step_contains_references_parameters_and_log(engine: Engine, rate: Path, tmp_path: Path) -> None:
    _, events = engine([rate], tmp_path / "out", images=True)
    assign_wcs, flat_field, photom = steps_of(events)
    assert [step.state for step in steps_of(events)] == [StepState.DONE] * 3
    assert all(step.elapsed > 0 for step in steps_of(events))
    assert (assign_wcs.unit, photom.unit) == ("DN/s", "MJy/sr")
    assert [reference.type for reference in flat_field.references] == ["flat"]
    assert flat_field.references[0].name.startswith("crds://jwst_nircam_flat")
    assert {reference.type for reference in photom.references} == {"photom", "area"}
    assert flat_field.parameters["inverse"] is False
    assert any("Using FLAT reference file" in line.text for line in flat_field.log)
    assert {line.step for line in flat_field.log} == {"flat_field"}
    assert {line.product for line in flat_field.log} == {rate.name}


def test_images_are_copies_of_each_step(engine: Engine, rate: Path, tmp_path: Path) -> None:
    _, events = engine([rate], tmp_path / "out", images=True)
    opened = next(event.image for event in events if isinstance(event, ExposureOpened))
    assign_wcs, flat_field, photom = (step.image for step in steps_of(events))
    assert opened is not None
    assert assign_wcs is not None
    assert flat_field is not None
    assert photom is not None
    with fits.open(rate) as before, fits.open(tmp_path / "out" / cal(rate)) as after:
        np.testing.assert_array_equal(opened.sci, before["SCI"].data)
        np.testing.assert_array_equal(opened.dq, before["DQ"].data)
        np.testing.assert_array_equal(assign_wcs.sci, before["SCI"].data)
        np.testing.assert_array_equal(photom.sci, after["SCI"].data)
        np.testing.assert_array_equal(photom.err, after["ERR"].data)
        np.testing.assert_array_equal(photom.dq, after["DQ"].data)
    assert not np.array_equal(flat_field.sci, assign_wcs.sci, equal_nan=True)
    assert not np.array_equal(flat_field.sci, photom.sci, equal_nan=True)
    assert [plane.dtype.name for plane in (opened.sci, opened.err, opened.dq)] == ["float32", "float32", "uint32"]


def test_events_without_images(engine: Engine, rate: Path) -> None:
    _, events = engine([rate], None)
    assert [step.image for step in steps_of(events)] == [None] * 3


def test_nothing_is_written_without_an_output_folder(
    engine: Engine, rate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    end, _ = engine([rate], None)
    assert isinstance(end, RunFinished)
    assert end.results[0].saved == ()
    assert names(tmp_path) == ["in"]


def test_background_step_runs_only_with_backgrounds(engine: Engine, two_rates: list[Path], tmp_path: Path) -> None:
    science, sky = two_rates
    table = write_association(tmp_path / "in" / "x_asn.json", {science: [sky], sky: []})
    _, events = engine([table], None)
    opened = [event.steps for event in events if isinstance(event, ExposureOpened)]
    assert opened == [("bkg_subtract", *CHAIN), tuple(CHAIN)]


def test_the_result_is_never_resampled(engine: Engine, tmp_path: Path) -> None:
    """Neither for an exposure for which no parameter reference says to leave resampling out."""
    spec = small()
    rate = write_small(tmp_path / "in", spec)
    fits.delval(rate, "VISITYPE")
    engine([rate], tmp_path / "out")
    assert names(tmp_path / "out") == [cal(rate)]
    assert fits.getval(tmp_path / "out" / cal(rate), "S_RESAMP") == "SKIPPED"


def test_the_product_carries_its_log_without_names_of_folders(engine: Engine, rate: Path, tmp_path: Path) -> None:
    engine([rate], tmp_path / "out")
    with ImageModel(tmp_path / "out" / cal(rate)) as model:
        lines = list(model.cal_logs.calwebb_image2)
    text = "\n".join(lines)
    assert "Step flat_field parameters" in text
    assert "PHOTMJSR value" in text
    assert "Preflight: go, role: fine phasing, WLP8 (+8 waves)" in text
    assert "pointing: " in text
    assert str(tmp_path) not in text


def test_loggers_are_left_as_they_were(engine: Engine, rate: Path) -> None:
    loggers = [logging.getLogger(name) for name in ("jwst", "stpipe", "CRDS", "py.warnings", "wfsgui")]

    def state() -> list[tuple[list[str], int]]:
        return [(sorted(type(handler).__name__ for handler in logger.handlers), logger.level) for logger in loggers]

    before = state()
    engine([rate], None)
    assert state() == before


@pytest.mark.parametrize("before", [True, False])
def test_warnings_are_logged_afterwards_if_they_were_before(engine: Engine, rate: Path, *, before: bool) -> None:
    with warnings.catch_warnings():
        logging.captureWarnings(before)
        show = warnings.showwarning
        try:
            engine([rate], None)
            assert warnings.showwarning is show
        finally:
            logging.captureWarnings(False)


def test_printed_lines_of_the_pipeline_are_logged(
    engine: Engine, rate: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Such as the tracebacks that crds prints of errors that it goes on to handle."""
    original = FlatFieldStep.process

    def print_first(step: Step, *arguments: object) -> object:
        print("something happened\nto somebody", file=sys.stderr)
        return original(step, *arguments)

    monkeypatch.setattr(FlatFieldStep, "process", print_first)
    _, events = engine([rate], None)
    assert "something happened" in [line.text for line in steps_of(events)[1].log]
    assert "something happened" not in capsys.readouterr().err


def test_a_photom_table_without_a_row_is_a_warning(engine: Engine, tmp_path: Path) -> None:
    rate = write_small(tmp_path / "in", small(pupil="PINHOLES"))
    end, events = engine([rate], tmp_path / "out")
    photom = steps_of(events)[-1]
    assert photom.state is StepState.WARNED
    assert "no conversion for F212N+PINHOLES" in photom.warnings[0]
    assert "still in DN/s" in photom.warnings[0]
    assert end.results[0].state is ProductState.WARNED
    assert f"photom: {photom.warnings[0]}" in end.results[0].warnings


def test_a_flat_that_is_missing_is_a_warning(engine: Engine, rate: Path, tmp_path: Path) -> None:
    _, events = engine([rate], tmp_path / "out", StepOptions(overrides={"flat": "N/A"}))
    flat_field = steps_of(events)[1]
    assert flat_field.state is StepState.WARNED
    assert "flat_field did not run" in flat_field.warnings[0]
    assert flat_field.references == ()


def test_stopping_after_a_step_that_does_not_apply_fails(engine: Engine, rate: Path, tmp_path: Path) -> None:
    end, _ = engine([rate], tmp_path / "out", StepOptions(stop_after="bkg_subtract"))
    assert isinstance(end, RunFailed)
    assert "no background members" in end.message


def test_an_input_is_not_replaced_by_its_result(engine: Engine, rate: Path) -> None:
    """Whatever its name, and even where overwriting was asked for."""
    given = rate.rename(rate.with_name("x_cal.fits"))
    before = given.read_bytes()
    end, _ = engine([given], given.parent, overwrite=True)
    assert isinstance(end, RunFailed)
    assert "is an input of this run" in end.message
    assert given.read_bytes() == before


def test_header_that_contradicts_the_metadata_tree_is_reported(engine: Engine, rate: Path) -> None:
    fits.setval(rate, "FILTER", value="F999N")
    _, events = engine([rate], None)
    (opened,) = (event for event in events if isinstance(event, ExposureOpened))
    assert any("FILTER is F999N in its header, but for the pipeline it is" in notice for notice in opened.notices)


def test_a_step_skipped_as_asked_is_no_warning(engine: Engine, rate: Path, tmp_path: Path) -> None:
    end, events = engine([rate], tmp_path / "out", StepOptions(skip=frozenset({"flat_field"})))
    assert [step.state for step in steps_of(events)] == [StepState.DONE, StepState.SKIPPED, StepState.DONE]
    assert end.results[0].state is ProductState.DONE


def test_stopping_after_a_step_saves_that_step(engine: Engine, rate: Path, tmp_path: Path) -> None:
    end, events = engine([rate], tmp_path / "out", StepOptions(stop_after="flat_field"))
    assert [step.step for step in steps_of(events)] == CHAIN[:2]
    assert end.results[0].state is ProductState.STOPPED
    assert names(tmp_path / "out") == [rate.name.replace("_rate", "_flat_field")]
    assert fits.getval(end.results[0].saved[0], "S_FLAT") == "COMPLETE"
    assert "S_PHOTOM" not in fits.getheader(end.results[0].saved[0])


def test_each_step_is_saved_under_its_standard_suffix(engine: Engine, two_rates: list[Path], tmp_path: Path) -> None:
    science, sky = two_rates
    table = write_association(tmp_path / "in" / "x_asn.json", {science: [sky]})
    end, _ = engine([table], tmp_path / "out", save_steps=True)
    root = science.name.removesuffix("rate.fits")
    suffixes = ("assign_wcs", "bsub", "cal", "flat_field", "photom")
    assert names(tmp_path / "out") == [f"{root}{suffix}.fits" for suffix in suffixes]
    assert {path.name for path in end.results[0].saved} == set(names(tmp_path / "out"))


def test_files_that_a_step_writes_go_to_the_output_folder(
    engine: Engine, two_rates: list[Path], tmp_path: Path
) -> None:
    science, sky = two_rates
    table = write_association(tmp_path / "in" / "x_asn.json", {science: [sky]})
    options = StepOptions(parameters={"bkg_subtract": {"save_combined_background": "true"}})
    engine([table], tmp_path / "out", options)
    root = science.name.removesuffix("rate.fits")
    assert names(tmp_path / "out") == [f"{root}cal.fits", f"{root}combinedbackground.fits"]


def test_an_existing_file_is_kept(engine: Engine, rate: Path, tmp_path: Path) -> None:
    kept = tmp_path / "out" / cal(rate)
    kept.parent.mkdir()
    kept.write_text("precious")
    end, events = engine([rate], tmp_path / "out")
    assert isinstance(end, RunFailed)
    assert "exists and is kept" in end.message
    assert steps_of(events) == []
    assert kept.read_text() == "precious"


def test_an_existing_file_is_replaced_when_asked_for(engine: Engine, rate: Path, tmp_path: Path) -> None:
    old = tmp_path / "out" / cal(rate)
    old.parent.mkdir()
    old.write_text("old")
    end, _ = engine([rate], tmp_path / "out", overwrite=True)
    assert isinstance(end, RunFinished)
    assert fits.getval(old, "S_PHOTOM") == "COMPLETE"
    assert names(tmp_path / "out") == [cal(rate)]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SystemExit(1), "names no context"),
        (MemoryError(), "Memory ran out during flat_field"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (OSError("Not enough space on disk: requested 139576, available 4096."), "disk is full"),
        (ZeroDivisionError("oops"), "flat_field failed: oops"),
        (EOFError(), "ended too early during flat_field"),
    ],
)
def test_error_in_a_step_fails_its_product_only(
    engine: Engine,
    two_rates: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    said: str,
) -> None:
    original, calls = FlatFieldStep.process, []

    def fail_once(step: Step, *arguments: object) -> object:
        calls.append(step)
        if len(calls) == 1:
            raise error
        return original(step, *arguments)

    monkeypatch.setattr(FlatFieldStep, "process", fail_once)
    end, events = engine(two_rates, tmp_path / "out")
    assert isinstance(end, RunFailed)
    assert said in end.results[0].error
    assert "\n" not in end.results[0].error
    assert end.message.startswith("1 of 2 products failed")
    assert [event.done for event in events if isinstance(event, Progress)][-1] == 6
    assert end.results[1].state is ProductState.DONE
    assert names(tmp_path / "out") == [cal(two_rates[1])]
    traceback = next(event.text for event in events if isinstance(event, LogLine) and event.level >= logging.ERROR)
    assert "Traceback" in traceback


def test_a_disk_that_fills_while_saving_leaves_nothing_behind(
    engine: Engine, rate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    end, _ = engine([rate], tmp_path / "out")
    assert isinstance(end, RunFailed)
    assert "disk is full" in end.message
    assert names(tmp_path / "out") == []


def test_output_folder_that_cannot_be_made_is_reported(engine: Engine, rate: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    end, _ = engine([rate], tmp_path / "file" / "out")
    assert isinstance(end, RunFailed)
    assert "preparing the output folder" in end.message


def test_unknown_options_end_the_run(engine: Engine, rate: Path) -> None:
    end, events = engine([rate], None, StepOptions(skip=frozenset({"dark_current"})))
    assert isinstance(end, RunFailed)
    assert "dark_current is not a step" in end.message
    assert end.results[0].error == end.message
    assert events == [ProductFinished(end.results[0]), end]


class _StopAfter(threading.Event):
    """Ask to stop when a step has finished."""

    def __init__(self, step: str, product: str) -> None:
        super().__init__()
        self.events: list[Event] = []
        self._awaited = (step, product)

    def note(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, StepFinished) and (event.step, event.product) == self._awaited:
            self.set()


def test_cancelling_acts_at_the_next_step_boundary(two_rates: list[Path], tmp_path: Path) -> None:
    """What was finished before is on disk, and nothing else is."""
    first, second = two_rates
    stop = _StopAfter("assign_wcs", second.name)
    products = tuple(take_in(two_rates).products)
    end = run(RunRequest(products=products, output_dir=tmp_path / "out", images=False), stop.note, stop)
    assert isinstance(end, RunCancelled)
    assert [result.state for result in end.results] == [ProductState.DONE, ProductState.CANCELLED]
    assert [step.step for step in steps_of(stop.events)] == [*CHAIN, "assign_wcs"]
    assert names(tmp_path / "out") == [cal(first)]


def test_cancelled_run_opens_nothing(two_rates: list[Path], tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    events: list[Event] = []
    products = tuple(take_in(two_rates).products)
    end = run(RunRequest(products=products, output_dir=tmp_path / "out"), events.append, stop)
    assert isinstance(end, RunCancelled)
    assert [(result.name, result.state) for result in end.results] == [
        (product.name, ProductState.CANCELLED) for product in products
    ]
    assert events == [*(ProductFinished(result) for result in end.results), end]


def test_interrupted_run_lists_files_and_cancelled_products(two_rates: list[Path], tmp_path: Path) -> None:
    events: list[Event] = []

    def interrupt(event: Event) -> None:
        events.append(event)
        if isinstance(event, StepFinished) and event.step == "flat_field":
            raise KeyboardInterrupt

    products = tuple(take_in(two_rates).products)
    request = RunRequest(products=products, output_dir=tmp_path / "out", images=False, save_steps=True)
    with pytest.raises(KeyboardInterrupt):
        run(request, interrupt, threading.Event())
    end = events[-1]
    assert isinstance(end, RunCancelled)
    assert [result.state for result in end.results] == [ProductState.CANCELLED] * 2
    assert [path.name for path in end.results[0].saved] == names(tmp_path / "out")
    assert len(end.results[0].saved) == 2
    assert [event.result for event in events if isinstance(event, ProductFinished)] == list(end.results)


def test_event_that_the_caller_refuses_fails_its_product_only(two_rates: list[Path], tmp_path: Path) -> None:
    failures = [MemoryError()]

    def fail(event: Event) -> None:
        if isinstance(event, StepFinished) and failures:
            raise failures.pop()

    products = tuple(take_in(two_rates).products)
    end = run(RunRequest(products=products, output_dir=tmp_path / "out"), fail, threading.Event())
    assert isinstance(end, RunFailed)
    assert [result.state for result in end.results] == [ProductState.FAILED, ProductState.DONE]


def test_products_are_released_as_soon_as_they_are_done(
    two_rates: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No model of the first product is alive when the second is opened."""
    for name in LOGGERS:
        # pytest keeps the log records, and some of them hold the model.
        monkeypatch.setattr(logging.getLogger(name), "propagate", False)
    alive: list[int] = []

    def count(event: Event) -> None:
        if isinstance(event, ExposureOpened):
            gc.collect()
            alive.append(sum(isinstance(thing, ImageModel) for thing in gc.get_objects()))

    products = tuple(take_in(two_rates).products)
    run(RunRequest(products=products, output_dir=tmp_path / "out", images=False), count, threading.Event())
    assert alive[0] == alive[1]


@pytest.mark.parametrize(("shift", "warned"), [(0, False), (32, True), (200, True)])
def test_a_background_of_another_part_of_the_detector_is_a_warning(
    engine: Engine, tmp_path: Path, shift: int, *, warned: bool
) -> None:
    """Pixels that a background does not have are left out of the average, of which jwst says nothing."""
    science, *sky = (write_small(tmp_path / "in", small(exposure=number)) for number in (1, 2))
    sky.append(write_small(tmp_path / "in", replace(small(exposure=3), xstart=401 + shift)))
    table = write_association(tmp_path / "in" / "x_asn.json", {science: sky})
    end, events = engine([table], tmp_path / "out")
    assert isinstance(end, RunFinished)
    background = steps_of(events)[0]
    said = [text for text in background.warnings if f"{sky[1].name} does not cover all of the exposure" in text]
    assert len(said) == warned
    assert end.results[0].state is (ProductState.WARNED if warned else ProductState.DONE)


@pytest.mark.parametrize("stop_after", ["flat_field", None])
def test_a_step_whose_result_was_not_written_fails_its_product(
    engine: Engine, rate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop_after: str | None
) -> None:
    monkeypatch.setattr(FlatFieldStep, "save_model", lambda *_arguments, **_keywords: None)
    end, _ = engine([rate], tmp_path / "out", StepOptions(stop_after=stop_after), save_steps=True)
    assert isinstance(end, RunFailed)
    assert f"did not write {rate.name.replace('_rate', '_flat_field')}" in end.message
