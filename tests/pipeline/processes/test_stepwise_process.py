"""Stepwise engine in another process: equal results and events, and a new process if one died."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import NoReturn

import numpy as np
import pytest

from tests.exposures import small, write_association, write_small
from tests.pipeline.parity_helpers import differences, inside, run_stock
from tests.pipeline.stepwise_driver import Driver
from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.checkpoints import read_checkpoints
from wfsgui.core.files.plane_store import is_mapped, resident_bytes
from wfsgui.core.model.events import ProductState, RunCancelled, RunFailed, StepFinished, product_of
from wfsgui.core.model.parameters import Origin, value_text
from wfsgui.core.model.queries import ParameterOriginsQuery, ReferencesQuery, SaveParametersQuery
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import RATE, STEPS
from wfsgui.core.pair.forecast import CombinationRequest
from wfsgui.core.references.judgement import Judgement
from wfsgui.core.references.queries import ReferenceCheckQuery, ReferenceTreeQuery, Standing, StepReferencesQuery
from wfsgui.pipeline.chain.engine_info import engine_info
from wfsgui.pipeline.processes.stepwise_process import StepwiseProcess
from wfsgui.pipeline.runs.forecast import forecast_combination


@pytest.fixture(autouse=True, scope="module")
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.fixture
def engine() -> Iterator[StepwiseProcess]:
    made = StepwiseProcess()
    yield made
    made.close()


def driver(engine: StepwiseProcess, folder: Path) -> Driver:
    science, *sky = (write_small(folder / "in", small(exposure=number), level=9.0) for number in (1, 2, 3))
    return Driver(write_association(folder / "in" / "x_asn.json", {science: sky}), folder / "out", engine)


def worker() -> multiprocessing.process.BaseProcess:
    (found,) = (each for each in multiprocessing.active_children() if each.name == "wfsgui worker")
    return found


def test_step_by_step_the_result_is_that_of_the_pipeline(engine: StepwiseProcess, tmp_path: Path) -> None:
    product = driver(engine, tmp_path)
    for step in STEPS:
        product.advance(step)
    product.advance()
    assert product.steps == list(STEPS)
    (result,) = product.results[-1].saved
    association = tmp_path / "in" / "x_asn.json"
    with inside(association.parent):
        run_stock(association, tmp_path / "stock")
    assert differences(result, tmp_path / "stock" / result.name) == []
    stored = read_checkpoints(tmp_path / "out")
    assert [checkpoint.stage for checkpoint in stored] == [RATE, *STEPS]
    last = stored[-1].event().image
    # What is read from the disk are the arrays that the events brought.
    assert last is not None
    assert last.sci is getattr(product.finished[-1].image, "sci", None)


def test_branch_in_a_process_that_did_not_run_its_origin(engine: StepwiseProcess, tmp_path: Path) -> None:
    product = driver(engine, tmp_path)
    product.advance("flat_field")
    engine.close()
    branch = product.branch(tmp_path / "in" / "x_asn.json", "branch", "photom")
    branch.advance("photom")
    assert branch.steps == ["photom"]
    assert branch.notices == ()
    (finished,), before = branch.finished, product.finished[-1]
    assert finished.image is not None
    assert before.image is not None
    assert finished.image.dq is before.image.dq
    assert finished.image.wcs is before.image.wcs


def test_plane_that_a_step_does_not_change_is_shared_with_the_step_before(
    engine: StepwiseProcess, tmp_path: Path
) -> None:
    product = driver(engine, tmp_path)
    product.advance("bkg_subtract")
    product.advance("assign_wcs")
    before, after = (finished.image for finished in product.finished)
    assert before is not None
    assert after is not None
    assert all(after.planes[name] is plane for name, plane in before.planes.items())
    assert after.wcs is not None
    assert np.isfinite(after.wcs(10, 10).ra)


def test_a_step_can_be_run_again_with_other_options(engine: StepwiseProcess, tmp_path: Path) -> None:
    product = driver(engine, tmp_path)
    product.advance("bkg_subtract")
    product.advance("bkg_subtract", StepOptions(skip=frozenset({"bkg_subtract"})), redo=True)
    subtracted, skipped = (finished.image for finished in product.finished)
    assert subtracted is not None
    assert skipped is not None
    assert np.nanmedian(skipped.sci) > np.nanmedian(subtracted.sci) + 5


def test_cancelling_takes_effect_before_the_next_step(engine: StepwiseProcess, tmp_path: Path) -> None:
    product = driver(engine, tmp_path)
    product.stop_after = "bkg_subtract"
    assert isinstance(product.advance(), RunCancelled)
    assert len(product.steps) < len(STEPS)
    product.cancel.clear()
    product.advance()
    assert product.steps == list(STEPS)


def test_dead_process_is_reported_and_replaced(engine: StepwiseProcess, tmp_path: Path) -> None:
    product = driver(engine, tmp_path)
    product.advance("bkg_subtract")
    pid = worker().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    end = product.advance("assign_wcs")
    while isinstance(end, RunFailed):
        assert "ended unexpectedly (signal 9)" in product.results[-1].error
        assert product.states[-1] is ProductState.FAILED
        end = product.advance()
    assert product.results[-1].saved
    assert worker().pid != pid


def gone(file: Path, _dtype: object, mode: str) -> NoReturn:
    assert mode == "r"
    raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(file))


def out_of_memory(_file: Path, _dtype: object, mode: str) -> NoReturn:
    assert mode == "r"
    raise MemoryError


@pytest.mark.parametrize(
    ("load", "said"), [(gone, "could not be read from the temporary folder"), (out_of_memory, "Memory ran out")]
)
def test_planes_that_cannot_be_read_fail_their_product_only(
    engine: StepwiseProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    load: Callable[[Path, object, str], NoReturn],
    said: str,
) -> None:
    product = driver(engine, tmp_path)
    product.advance("bkg_subtract")
    before = worker().pid
    with monkeypatch.context() as patch:
        patch.setattr("wfsgui.core.files.plane_store.np.memmap", load)
        end = product.advance()
    assert isinstance(end, RunFailed)
    assert said in end.message
    assert product.results[-1].error == end.message
    other = Driver(write_small(tmp_path / "in", small(exposure=7), level=70.0), tmp_path / "other", engine)
    other.advance("assign_wcs")
    assert worker().pid != before
    assert {product_of(event) for event in other.events} == {other.key, ""}
    (finished,) = other.finished
    assert finished.image is not None
    assert np.nanmedian(finished.image.sci) == pytest.approx(70.0, abs=5)
    product.advance()
    assert product.states[-1] is ProductState.DONE


def test_image_that_cannot_be_stored_is_sent_all_the_same(engine: StepwiseProcess, tmp_path: Path) -> None:
    product = driver(engine, tmp_path)
    product.advance("bkg_subtract")
    folder = tmp_path / "out" / "checkpoints"
    rmtree(folder)
    # Where planes are to be written, nothing can be.
    folder.write_text("")
    product.advance("flat_field")
    assert product.steps == list(STEPS[:3])
    assert any("flat_field could not be stored" in notice for notice in product.notices)
    image = product.finished[-1].image
    assert image is not None
    assert np.isfinite(image.sci).any()
    assert resident_bytes([image]) > 0
    folder.unlink()
    product.advance("photom")
    product.advance()
    assert product.steps == list(STEPS)
    assert product.states[-1] is ProductState.DONE


def test_released_product_starts_again(engine: StepwiseProcess, tmp_path: Path) -> None:
    product = driver(engine, tmp_path)
    product.advance("bkg_subtract")
    engine.release("another")
    product.advance("assign_wcs")
    assert product.steps == ["bkg_subtract", "assign_wcs"]
    engine.release(product.key)
    product.advance("assign_wcs")
    assert [event.step for event in product.all_of(StepFinished)][2:] == ["bkg_subtract", "assign_wcs"]


def test_engine_info_equals_that_of_the_engine(engine: StepwiseProcess) -> None:
    assert engine.load() == engine_info()


def test_references_are_those_that_a_run_uses(engine: StepwiseProcess, tmp_path: Path) -> None:
    product = driver(engine, tmp_path)
    product.advance()
    used = {reference.type: str(reference.path) for finished in product.finished for reference in finished.references}
    found = engine.ask(ReferencesQuery(product.request.product))
    answer = engine.ask(StepReferencesQuery(product.request.product))
    kinds = {each.kind: each.path for each in answer.references if each.standing is Standing.CACHED}
    assert kinds["flat"] == Path(found["flat"])
    distortion = kinds["distortion"]
    assert distortion is not None
    assert engine.ask(ReferenceTreeQuery(distortion)).facts == answer.files[distortion].facts
    info = product.request.product.science.info
    assert engine.ask(ReferenceCheckQuery("distortion", distortion, info)) == Judgement()
    assert {kind: found[kind] for kind in used} == used


def test_parameters_are_those_that_a_run_uses_and_a_run_with_the_saved_file_uses(
    engine: StepwiseProcess, tmp_path: Path
) -> None:
    product = driver(engine, tmp_path)
    options = StepOptions(parameters={"bkg_subtract": {"sigma": "2.5"}, "photom": {"skip": "false"}})
    product.advance(options=options)
    asked = ParameterOriginsQuery(product.request.product, options)
    origins, path = engine.ask(asked), tmp_path / "mine.asdf"
    assert engine.ask(SaveParametersQuery(product.request.product, options, path)) == path
    saved = engine.ask(replace(asked, options=StepOptions(parameter_file=path)))
    for finished in product.finished:
        for found in (origins.steps[finished.step], saved.steps[finished.step]):
            told = {name: layers[-1].value for name, layers in found.items() if name in finished.parameters}
            assert len(told) > 2
            assert told == {name: value_text(finished.parameters[name]) for name in told}
    assert origins.steps["bkg_subtract"]["sigma"][-1].origin is Origin.ANALYST
    assert saved.steps["bkg_subtract"]["sigma"][-1].words == "parameter file: mine.asdf"


def test_forecast_is_that_of_the_step_and_its_planes_are_in_the_given_folder(
    engine: StepwiseProcess, tmp_path: Path
) -> None:
    results = []
    for number, offset in ((1, 0.0), (2, 0.156)):
        spec = replace(small(exposure=number), x_offset=offset)
        (saved,) = run_stock(write_small(tmp_path, spec), tmp_path / "cal")
        results.append(saved)
    request = CombinationRequest(first=results[0], second=results[1], folder=tmp_path / "planes")
    found, expected = engine.ask(request), forecast_combination(replace(request, folder=tmp_path / "other"))
    # The log has names of temporary files.
    assert replace(found.record, log=()) == replace(expected.record, log=())
    for name, plane in expected.image.arrays.items():
        assert np.array_equal(found.image.arrays[name], plane, equal_nan=True)
    assert is_mapped(found.image.sci)
    assert [path.suffix for path in request.folder.iterdir()] == [".planes"]
    rmtree(request.folder)
    assert np.array_equal(found.image.sci, expected.image.sci)


def test_forecast_of_files_that_cannot_be_combined_is_an_error(engine: StepwiseProcess, tmp_path: Path) -> None:
    rate = write_small(tmp_path, small())
    with pytest.raises(WfsguiError, match=r"has no WCS; a forecast of wfs_combine needs two _cal files"):
        engine.ask(CombinationRequest(first=rate, second=rate, folder=tmp_path))
    with pytest.raises(WfsguiError, match="forecast of wfs_combine"):
        engine.ask(CombinationRequest(first=rate, second=tmp_path / "x_cal.fits", folder=tmp_path))


def test_references_of_an_exposure_that_cannot_be_read_are_an_error(engine: StepwiseProcess, tmp_path: Path) -> None:
    product = driver(engine, tmp_path).request.product
    product.science.path.write_bytes(b"no FITS file")
    with pytest.raises(WfsguiError, match=product.science.path.name):
        engine.ask(ReferencesQuery(product))
