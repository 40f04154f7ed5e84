"""Runs that download from a stub server, and look-ups of a second run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import crds
import pytest
from stdatamodels.jwst import datamodels

from tests.crds_server import CrdsServer, connected, serving
from tests.exposures import small, write_small
from wfsgui.core.crds import file_check
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.events import Downloading, EndEvent, Event, ExposureOpened, LogLine, RunCancelled, RunFinished
from wfsgui.core.model.requests import RunRequest
from wfsgui.demo.references.crds_cache import CONTEXT_NAME
from wfsgui.pipeline.crds.rules import required_keys
from wfsgui.pipeline.crds.selection import CrdsMetadata, QuickLookUp
from wfsgui.pipeline.runs.batch import run

FLAT = "jwst_nircam_flat_demo-nrca3.fits"


@pytest.fixture(scope="module")
def rate(references: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    references("NRCA3")
    return write_small(tmp_path_factory.mktemp("in"), small())


@pytest.fixture
def server(rate: Path, demo_cache: Path) -> Iterator[CrdsServer]:
    assert rate.is_file()
    with serving(demo_cache) as state:
        yield state


def calibrated(rate: Path, folder: Path, cancel: threading.Event | None = None) -> tuple[EndEvent, list[Event]]:
    """Run an exposure; with a flag, it is set when the flat begins to arrive."""
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        if cancel is not None and isinstance(event, Downloading) and event.file == FLAT:
            cancel.set()

    products = tuple(take_in([rate]).products)
    request = RunRequest(products=products, output_dir=folder, overwrite=True, images=False)
    return run(request, emit, cancel or threading.Event()), events


def downloads(events: list[Event]) -> list[Downloading]:
    return [event for event in events if isinstance(event, Downloading)]


def test_download_of_a_run_is_reported_in_bytes_and_can_be_stopped(
    rate: Path, server: CrdsServer, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    with connected(cache, server.url):
        end, _ = calibrated(rate, tmp_path / "stopped", threading.Event())
        assert isinstance(end, RunCancelled)
        assert not list(cache.rglob(FLAT))
        end, events = calibrated(rate, tmp_path / "out")
    assert isinstance(end, RunFinished)
    opened = next(number for number, event in enumerate(events) if isinstance(event, ExposureOpened))
    assert all(isinstance(event, Downloading | LogLine) for event in events[:opened])
    told = downloads(events)
    (product,) = take_in([rate]).products
    assert {event.product for event in told} == {product.name}
    # Rules and parameters are in the cache since the first run: there is one batch.
    sizes = {path.name: path.stat().st_size for path in cache.rglob("references/**/*.*")}
    names = {event.file for event in told}
    assert FLAT in names
    assert told[-1].done == told[-1].total == sum(sizes[name] for name in names)
    assert [event.done for event in told] == sorted(event.done for event in told)


def test_second_run_asks_no_server_and_gives_crds_few_values(
    rate: Path, server: CrdsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts of what takes time; the benchmark measures the time itself."""
    look_up, read, looked_up, files = crds.getreferences, file_check.feed, [], []

    def counted(parameters: Mapping[str, object], *rest: object, **keywords: object) -> object:
        looked_up.append(len(parameters))
        return look_up(parameters, *rest, **keywords)

    def counted_feed(update: Callable[[bytes], object], path: Path, *rest: Callable[[int], None]) -> None:
        files.append(path)
        read(update, path, *rest)

    with connected(tmp_path / "cache", server.url):
        calibrated(rate, tmp_path / "out")
        calls, served = list(server.calls), list(server.served)
        monkeypatch.setattr("crds.getreferences", counted)
        monkeypatch.setattr("wfsgui.core.crds.file_check.feed", counted_feed)
        end, events = calibrated(rate, tmp_path / "out")
    assert isinstance(end, RunFinished)
    assert (server.calls, server.served, files, downloads(events)) == (calls, served, [], [])
    # One look-up for each reference type of each step, and for each parameter reference.
    assert 20 < len(looked_up) < 30
    assert max(looked_up) < 20


def test_metadata_that_crds_needs_are_those_of_the_exposure(rate: Path) -> None:
    with datamodels.open(rate) as model:
        keys = required_keys(CONTEXT_NAME, "NIRCAM")
        everything = model.get_crds_parameters()
        assert CrdsMetadata(model, CONTEXT_NAME).values() == {key: everything[key] for key in keys if key in everything}
        look_up = QuickLookUp(CONTEXT_NAME)
        reduced = look_up.reduced(model)
        assert reduced is look_up.reduced(model)
        # A step that changes one of these is taken into account.
        model.meta.instrument.filter = "F200W"
        assert look_up.reduced(model).meta.instrument.filter == "F200W"
