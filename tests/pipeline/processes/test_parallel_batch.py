"""Products calibrated by several processes: equal results, and events in the same order."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from tests.exposures import small, write_association, write_small
from tests.pipeline.parity_helpers import differences, inside, run_stock
from wfsgui.core.errors import OptionError
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.events import (
    EndEvent,
    Event,
    ExposureOpened,
    ProductFinished,
    ProductState,
    Progress,
    RunCancelled,
    RunFailed,
    RunFinished,
    StepFinished,
    StepStarted,
    product_of,
)
from wfsgui.core.model.requests import RunRequest, StepOptions
from wfsgui.core.model.step_image import StepImage
from wfsgui.pipeline.processes.parallel_batch import run_parallel
from wfsgui.pipeline.runs.batch import run


@pytest.fixture(autouse=True, scope="module")
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


def associate(folder: Path) -> Path:
    """Write an association of three products; two have the same two backgrounds, one has none."""
    first, second, third, *sky = (write_small(folder, small(exposure=number), level=9.0) for number in range(1, 6))
    return write_association(folder / "x_asn.json", {first: sky, second: sky, third: []})


def request_for(table: Path, folder: Path) -> RunRequest:
    return RunRequest(products=tuple(take_in([table]).products), output_dir=folder, images=False)


@pytest.fixture
def request_of(tmp_path: Path) -> RunRequest:
    return request_for(associate(tmp_path / "in"), tmp_path / "ours")


@dataclass
class Runs:
    """One run by processes and the same one without.

    Attributes
    ----------
    table, ours, temporary : Path
        The association, the results of the processes, and where temporary files were made.
    request : RunRequest
        What was asked for.
    end : EndEvent
        How it ended.
    events, plain : list of Event
        What was told, by processes and without.
    """

    table: Path
    ours: Path
    temporary: Path
    request: RunRequest
    end: EndEvent
    events: list[Event]
    plain: list[Event]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder = tmp_path_factory.mktemp("runs")
    table, ours, temporary = associate(folder / "in"), folder / "ours", folder / "temporary"
    temporary.mkdir()
    request = replace(request_for(table, ours), images=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(temporary))
        end, events = calibrate(request)
    plain: list[Event] = []
    run(replace(request, output_dir=folder / "plain"), plain.append, threading.Event())
    return Runs(table, ours, temporary, request, end, events, plain)


def calibrate(
    request: RunRequest,
    emit: Callable[[Event], None] | None = None,
    cancel: threading.Event | None = None,
    *,
    jobs: int = 2,
) -> tuple[EndEvent, list[Event]]:
    events: list[Event] = []

    def take(event: Event) -> None:
        events.append(event)
        if emit is not None:
            emit(event)

    return run_parallel(request, take, cancel or threading.Event(), jobs), events


def test_results_equal_those_of_the_official_pipeline(runs: Runs, tmp_path: Path) -> None:
    assert isinstance(runs.end, RunFinished), runs.end
    with inside(runs.table.parent):
        stock = run_stock(runs.table, tmp_path)
    assert len(stock) == 3
    assert sorted(path.name for path in runs.ours.iterdir()) == [path.name for path in stock]
    for path in stock:
        assert differences(runs.ours / path.name, path) == []


def test_events_come_in_the_order_of_the_products(runs: Runs) -> None:
    products = [product.name for product in runs.request.products]
    told = [event for event in runs.events if not isinstance(event, Progress | EndEvent)]
    assert [name for name, _ in groupby(map(product_of, told))] == products
    assert [result.name for result in runs.end.results] == products
    progress = [event for event in runs.events if isinstance(event, Progress)]
    assert [event.done for event in progress] == list(range(1, 12))
    assert {event.total for event in progress} == {11}
    assert runs.events[-1] is runs.end
    assert sum(isinstance(event, EndEvent) for event in runs.events) == 1


def test_events_of_a_product_equal_those_without_processes(runs: Runs) -> None:
    for kind in (ExposureOpened, StepStarted, StepFinished, ProductFinished):
        mine, theirs = ([event for event in events if isinstance(event, kind)] for events in (runs.events, runs.plain))
        assert list(map(product_of, mine)) == list(map(product_of, theirs))
    steps = [[event for event in events if isinstance(event, StepFinished)] for events in (runs.events, runs.plain)]
    for mine, theirs in zip(*steps, strict=True):
        same = {"elapsed": 0, "log": (), "image": None, "metadata": {}}
        assert replace(mine, **same) == replace(theirs, **same)
        assert mine.metadata.keys() == theirs.metadata.keys()


def frames_of(events: list[Event]) -> list[StepImage]:
    found = [event.image for event in events if isinstance(event, ExposureOpened | StepFinished)]
    return [image for image in found if image is not None]


def test_received_images_share_planes(runs: Runs) -> None:
    mine, theirs = frames_of(runs.events), frames_of(runs.plain)
    assert len(mine) == len(theirs) == 14
    for received, sent in zip(mine, theirs, strict=True):
        assert received.unit == sent.unit
        assert received.planes.keys() == sent.planes.keys()
        for name, plane in sent.planes.items():
            np.testing.assert_array_equal(received.planes[name], plane)
            assert not received.planes[name].flags.writeable
        assert (received.wcs is None) == (sent.wcs is None)
        if received.wcs is not None and sent.wcs is not None:
            assert received.wcs(3.0, 4.0) == sent.wcs(3.0, 4.0)
    # assign_wcs changes no pixel, and photom not the WCS.
    assert mine[2].sci is mine[1].sci
    assert mine[4].wcs is mine[2].wcs


def test_run_leaves_no_temporary_files(runs: Runs) -> None:
    # The folder of multiprocessing's sockets goes when the program ends.
    assert [path for path in runs.temporary.iterdir() if not path.name.startswith("pymp-")] == []
    assert all(path.name.endswith("_cal.fits") for path in runs.ours.iterdir())


def test_unknown_options_are_refused_before_anything_is_run(request_of: RunRequest) -> None:
    events: list[Event] = []
    with pytest.raises(OptionError, match="nonsense is not a step"):
        run_parallel(
            replace(request_of, options=StepOptions(skip=frozenset({"nonsense"}))), events.append, threading.Event(), 2
        )
    assert events == []


def test_cancelling_ends_every_product_before_its_next_step(request_of: RunRequest, tmp_path: Path) -> None:
    cancel = threading.Event()

    def stop(event: Event) -> None:
        if isinstance(event, StepFinished):
            cancel.set()

    end, events = calibrate(request_of, stop, cancel)
    assert isinstance(end, RunCancelled)
    assert any(isinstance(event, StepFinished) for event in events)
    assert ProductState.CANCELLED in {result.state for result in end.results}
    assert not any(path.name.startswith(".") for path in (tmp_path / "ours").iterdir())


def test_cancelling_in_the_last_step_cancels_the_waiting_products(request_of: RunRequest) -> None:
    cancel = threading.Event()

    def stop(event: Event) -> None:
        if isinstance(event, StepFinished) and event.step == "photom":
            cancel.set()

    end, events = calibrate(request_of, stop, cancel, jobs=1)
    assert isinstance(end, RunCancelled)
    assert [result.name for result in end.results] == [product.name for product in request_of.products]
    assert [result.state for result in end.results] == [ProductState.DONE, *[ProductState.CANCELLED] * 2]
    assert [event.result for event in events if isinstance(event, ProductFinished)] == list(end.results)


@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupted_run_has_a_result_for_every_product(request_of: RunRequest, jobs: int) -> None:
    events: list[Event] = []

    def interrupt(event: Event) -> None:
        events.append(event)
        if isinstance(event, StepFinished):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_parallel(request_of, interrupt, threading.Event(), jobs)
    end = events[-1]
    assert isinstance(end, RunCancelled)
    assert [result.name for result in end.results] == [product.name for product in request_of.products]
    assert end.results[0].state is ProductState.CANCELLED
    told = [event.result for event in events if isinstance(event, ProductFinished)]
    assert sorted(told, key=str) == sorted(end.results, key=str)


def test_event_that_the_caller_refuses_fails_its_product_only(request_of: RunRequest) -> None:
    failures = [ZeroDivisionError("no ink")]

    def fail(event: Event) -> None:
        if isinstance(event, StepFinished) and failures:
            raise failures.pop()

    end, events = calibrate(request_of, fail, jobs=1)
    assert isinstance(end, RunFailed)
    assert [result.state for result in end.results] == [ProductState.FAILED, ProductState.DONE, ProductState.DONE]
    assert "no ink" in end.results[0].error
    products = [product.name for product in request_of.products]
    told = [event for event in events if not isinstance(event, Progress | EndEvent)]
    assert [name for name, _ in groupby(map(product_of, told))] == products


def test_processes_that_cannot_be_started_fail_every_product(
    request_of: RunRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_keywords: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    # The options are checked by the first process; there is none for the products.
    monkeypatch.setattr("wfsgui.pipeline.processes.pool.WorkerPool.check", lambda _pool, _options: None)
    monkeypatch.setattr("wfsgui.pipeline.processes.pool.WorkerProcess", full)
    end, events = calibrate(request_of)
    assert isinstance(end, RunFailed)
    assert "Too many open files" in end.message
    assert [result.state for result in end.results] == [ProductState.FAILED] * 3
    assert [event.result for event in events if isinstance(event, ProductFinished)] == list(end.results)


def test_dead_process_fails_its_product_only(request_of: RunRequest, tmp_path: Path) -> None:
    first = request_of.products[0].name

    def kill(event: Event) -> None:
        if isinstance(event, StepStarted) and (event.product, event.step) == (first, "flat_field"):
            (worker,) = multiprocessing.active_children()
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGKILL)

    end, _ = calibrate(request_of, kill, jobs=1)
    assert isinstance(end, RunFailed)
    assert [result.state for result in end.results] == [ProductState.FAILED, ProductState.DONE, ProductState.DONE]
    assert "ended unexpectedly (signal 9)" in end.results[0].error
    assert sorted(path.name for path in (tmp_path / "ours").iterdir()) == [
        f"jw99001001001_03101_0000{number}_nrca3_cal.fits" for number in (2, 3)
    ]


def test_two_results_with_one_name_do_not_replace_each_other(tmp_path: Path) -> None:
    given = [write_small(tmp_path / folder, small(), level=level) for folder, level in (("a", 5.0), ("b", 9.0))]
    products = tuple(product for path in given for product in take_in([path]).products)
    request = RunRequest(products=products, output_dir=tmp_path / "ours", overwrite=True, images=False)
    end, _ = calibrate(request)
    assert isinstance(end, RunFailed)
    assert sorted(result.state for result in end.results) == [ProductState.DONE, ProductState.FAILED]
    assert "another result of this run" in end.message


def test_an_input_is_not_replaced_by_the_result_of_another(tmp_path: Path) -> None:
    """Each process must know the inputs of the whole run."""
    first = write_small(tmp_path, small(exposure=1))
    second = write_small(tmp_path, small(exposure=2))
    clash = first.rename(tmp_path / second.name.replace("_rate", "_cal"))
    before = clash.read_bytes()
    request = RunRequest(
        products=tuple(take_in([second, clash]).products), output_dir=tmp_path, overwrite=True, images=False
    )
    end, _ = calibrate(request)
    assert isinstance(end, RunFailed)
    assert "is an input of this run" in end.message
    assert clash.read_bytes() == before


def test_dividing_a_run_imports_no_engine() -> None:
    found = "any(m in sys.modules for m in ('jwst', 'crds', 'stpipe'))"
    code = f"import sys, wfsgui.pipeline.processes.parallel_batch; sys.exit({found})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
