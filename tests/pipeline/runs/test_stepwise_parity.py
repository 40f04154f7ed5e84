"""Results of the stepwise engine are identical to those of `Image2Pipeline.call`, however they were reached."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from jwst.background.background_sub import average_background
from jwst.flatfield.flat_field_step import FlatFieldStep
from jwst.stpipe import Step
from stdatamodels.jwst import datamodels
from stdatamodels.jwst.datamodels import JwstDataModel

from tests.exposures import small, write_association, write_small
from tests.pipeline.parity_helpers import differences, inside, run_stock
from tests.pipeline.stepwise_driver import Driver
from wfsgui.core.model.events import ExposureOpened, RunFailed, RunFinished
from wfsgui.core.model.requests import Fork, RunRequest, RunShare, StepOptions
from wfsgui.demo.visit.exposure_spec import ExposureSpec
from wfsgui.pipeline.runs.batch import run
from wfsgui.pipeline.session import background_average as backgrounds

Check = Callable[..., None]

CHAIN = ("bkg_subtract", "assign_wcs", "flat_field", "photom")
CHANGED = {
    "bkg_subtract": {"sigma": "1.2"},
    "assign_wcs": {"sip_degree": "3"},
    "flat_field": {"inverse": "true"},
    "photom": {"inverse": "true"},
}
VALUES: dict[str, dict[str, object]] = {
    "bkg_subtract": {"sigma": 1.2},
    "assign_wcs": {"sip_degree": 3},
    "flat_field": {"inverse": True},
    "photom": {"inverse": True},
}


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write an association with a background, so that every step applies."""
    folder = tmp_path_factory.mktemp("in")
    science, *sky = (write_small(folder, small(exposure=number)) for number in range(1, 3))
    return write_association(folder / "jw99001-o001_image2_00001_asn.json", {science: sky})


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Compare a driver's last result with that of the official pipeline, which is run once for the same."""
    known: dict[str, Path] = {}

    def stock_of(given: Path, **steps: Mapping[str, object]) -> Path:
        key = f"{given} {steps}"
        if key not in known:
            with inside(given.parent):
                (known[key],) = run_stock(given, tmp_path_factory.mktemp("stock"), **steps)
        return known[key]

    def compare(driver: Driver, given: Path, **steps: Mapping[str, object]) -> None:
        end = driver.events[-1]
        assert isinstance(end, RunFinished), end
        stock = stock_of(given, **steps)
        (ours,) = end.results[0].saved
        assert ours.name == stock.name
        assert differences(ours, stock) == []
        assert log_names(ours) == log_names(stock)
        assert lines_of_steps(ours) == list(CHAIN if driver.request.product.backgrounds else CHAIN[1:])

    return compare


def log_names(path: Path) -> set[str]:
    with datamodels.open(path) as model:
        return set(model.cal_logs.instance)


def lines_of_steps(path: Path) -> list[str]:
    """Read from the log that a product carries which steps were run, in order."""
    with datamodels.open(path) as model:
        lines = [line for log in model.cal_logs.instance.values() for line in log]
    said = [line.partition(" - INFO - Step ")[2] for line in lines]
    return [text.split(" parameters: ")[0] for text in said if " parameters: " in text]


def test_step_by_step(check: Check, table: Path, tmp_path: Path) -> None:
    driver = Driver(table, tmp_path / "ours")
    for until in (*CHAIN, None):
        driver.advance(until)
    check(driver, table)


@pytest.mark.parametrize("redone", CHAIN)
def test_a_step_redone_with_other_parameters(check: Check, table: Path, tmp_path: Path, redone: str) -> None:
    driver = Driver(table, tmp_path / "ours")
    options = StepOptions(parameters={redone: CHANGED[redone]})
    driver.advance(redone)
    driver.advance(redone, options, redo=True)
    driver.advance(options=options)
    assert driver.steps.count(redone) == 2
    check_options_told(driver, redone, VALUES[redone])
    check(driver, table, **{redone: VALUES[redone]})


def test_products_with_the_same_backgrounds(check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *sky = (write_small(tmp_path / "in", small(exposure=number)) for number in range(1, 5))
    tables = [
        write_association(tmp_path / "in" / f"jw99001-o00{number}_image2_00001_asn.json", {science: sky})
        for number, science in enumerate((first, second), 1)
    ]
    made: list[object] = []

    def make(model: JwstDataModel, files: list[object], *arguments: object) -> JwstDataModel:
        made.append(files)
        return average_background(model, files, *arguments)

    monkeypatch.setattr(backgrounds, "average_background", make)
    drivers = [Driver(tables[0], tmp_path / "ours")]
    drivers.append(Driver(tables[1], tmp_path / "ours", drivers[0].engine))
    for until in ("bkg_subtract", None):
        for driver in drivers:
            driver.advance(until)
    # Besides a trial with a few pixels.
    assert made.count([str(path) for path in sky]) == 1
    for driver, table in zip(drivers, tables, strict=True):
        check(driver, table)


def check_options_told(driver: Driver, step: str, values: Mapping[str, object]) -> None:
    told = [event.parameters for event in driver.finished if event.step == step]
    assert {name: told[-1][name] for name in values} == values
    assert {name: told[0][name] for name in values} != values


@pytest.mark.parametrize("redone", CHAIN)
def test_a_step_redone_to_be_skipped_and_redone_to_be_run(
    check: Check, table: Path, tmp_path: Path, redone: str
) -> None:
    driver = Driver(table, tmp_path / "ours")
    skipping = StepOptions(skip=frozenset({redone}))
    driver.advance(redone)
    driver.advance(redone, skipping, redo=True)
    driver.advance(options=skipping)
    check(driver, table, **{redone: {"skip": True}})
    driver.advance(redone, skipping)
    driver.advance(redone, redo=True)
    driver.advance()
    check(driver, table)


def test_every_step_redone_in_one_chain(check: Check, table: Path, tmp_path: Path) -> None:
    driver = Driver(table, tmp_path / "ours")
    for step in CHAIN:
        driver.advance(step)
        driver.advance(step, StepOptions(parameters={step: CHANGED[step]}), redo=True)
        driver.advance(step, redo=True)
        driver.advance(step, redo=True)
    driver.advance()
    assert len(driver.steps) == 4 * len(CHAIN)
    check(driver, table)


def test_result_after_the_content_of_an_override_changed(check: Check, demo_cache: Path, tmp_path: Path) -> None:
    given = write_small(tmp_path / "in", small())
    flat = shutil.copy(next(demo_cache.rglob("*_flat_*nrca3*.fits")), tmp_path / "my_flat.fits")
    driver = Driver(given, tmp_path / "ours")
    options = StepOptions(overrides={"flat": str(flat)})
    driver.advance("flat_field", options)
    with fits.open(flat, mode="update") as hdus:
        hdus["SCI"].data *= np.float32(1.25)
    driver.advance(options=options)
    assert driver.steps == [*CHAIN[1:3], *CHAIN[2:]]
    check(driver, given, flat_field={"override_flat": str(flat)})


def test_a_step_redone_with_another_reference(check: Check, demo_cache: Path, tmp_path: Path) -> None:
    given = write_small(tmp_path / "in", small())
    flat = shutil.copy(next(demo_cache.rglob("*_flat_*nrca3*.fits")), tmp_path / "my_flat.fits")
    with fits.open(flat, mode="update") as hdus:
        hdus["SCI"].data *= np.float32(1.25)
    driver = Driver(given, tmp_path / "ours")
    options = StepOptions(overrides={"flat": str(flat)})
    driver.advance("flat_field")
    driver.advance("flat_field", options, redo=True)
    driver.advance(options=options)
    check(driver, given, flat_field={"override_flat": str(flat)})


def test_other_options_for_a_step_to_come(check: Check, table: Path, tmp_path: Path) -> None:
    driver = Driver(table, tmp_path / "ours")
    options = StepOptions(parameters={"photom": {"inverse": "true"}})
    driver.advance("flat_field")
    driver.advance(options=options)
    assert driver.steps == list(CHAIN)
    check(driver, table, photom={"inverse": True})


def test_the_last_step_redone_and_the_rest_run_at_once(check: Check, table: Path, tmp_path: Path) -> None:
    driver = Driver(table, tmp_path / "ours")
    driver.advance("flat_field")
    driver.advance(redo=True)
    assert driver.steps == [*CHAIN[:3], *CHAIN[2:]]
    check(driver, table)


def test_a_step_that_failed_and_is_run_again(
    check: Check, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[Step] = []
    original = FlatFieldStep.process

    def fail_once(step: Step, model: datamodels.ImageModel) -> object:
        result = original(step, model)
        if not failed:
            failed.append(step)
            raise MemoryError
        return result

    monkeypatch.setattr(FlatFieldStep, "process", fail_once)
    driver = Driver(table, tmp_path / "ours")
    assert isinstance(driver.advance("photom"), RunFailed)
    driver.advance("photom")
    driver.advance()
    assert driver.steps == list(CHAIN)
    check(driver, table)


def test_a_result_that_could_not_be_written_at_first(
    check: Check, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    driver = Driver(table, tmp_path / "ours")
    driver.advance("photom")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert isinstance(driver.advance(), RunFailed)
    driver.advance()
    assert driver.steps == list(CHAIN)
    check(driver, table)


def test_a_redo_after_a_result_that_could_not_be_written(
    check: Check, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    driver, skipping = Driver(table, tmp_path / "ours"), StepOptions(skip=frozenset({"photom"}))
    driver.advance("photom", skipping)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert isinstance(driver.advance(options=skipping), RunFailed)
    driver.advance("photom", redo=True)
    driver.advance()
    assert driver.steps == [*CHAIN, "photom"]
    check(driver, table)


def test_a_product_that_was_released_to_make_room(check: Check, table: Path, tmp_path: Path) -> None:
    driver = Driver(table, tmp_path / "ours")
    driver.advance("flat_field")
    for number in range(5, 8):
        rate = write_small(tmp_path / "others", small(exposure=number))
        Driver(rate, tmp_path / rate.stem, driver.engine).advance("assign_wcs")
    driver.advance()
    assert driver.steps == list(CHAIN)
    check(driver, table)


@pytest.mark.parametrize(
    "spec",
    [
        ExposureSpec(pupil="WLP8"),
        small("MIRIMAGE", pupil="", filter_name="F770W"),
        small("NIS", pupil="F150W", filter_name="CLEAR"),
        small("GUIDER1", pupil="", filter_name=""),
        small("NRS1", pupil="", filter_name="F110W"),
    ],
    ids=["full frame", "MIRI", "NIRISS", "FGS", "NIRSpec"],
)
def test_redone_on_every_instrument(
    check: Check, references: Callable[[str], None], tmp_path: Path, spec: ExposureSpec
) -> None:
    references(spec.detector)
    given = write_small(tmp_path / "in", spec)
    driver = Driver(given, tmp_path / "ours")
    for step in CHAIN[1:]:
        driver.advance(step)
        driver.advance(step, redo=True)
    assert driver.notices == ()
    driver.advance()
    check(driver, given)


def test_integer_pixels_redone(check: Check, tmp_path: Path) -> None:
    """The planes of the model are not those of the frame."""
    path = write_small(tmp_path, small(), fault=0.0)
    given = tmp_path / "in" / path.name
    given.parent.mkdir()
    with fits.open(path) as hdus:
        hdus["SCI"].data = (hdus["SCI"].data * 100).astype(np.int32)
        hdus.writeto(given)
    driver = Driver(given, tmp_path / "ours")
    driver.advance("assign_wcs")
    driver.advance("assign_wcs", redo=True)
    driver.advance()
    check(driver, given)


@pytest.mark.parametrize("step", [CHAIN[0], *CHAIN[2:]])
def test_branch_of_a_finished_run(check: Check, table: Path, tmp_path: Path, step: str) -> None:
    driver = Driver(table, tmp_path / "ours")
    driver.advance()
    branch = driver.branch(table, "branch", step)
    options = StepOptions(parameters={step: CHANGED[step]})
    branch.advance(step, options)
    branch.advance(options=options)
    assert branch.steps == list(CHAIN[CHAIN.index(step) :])
    assert branch.notices == ()
    assert not branch.all_of(ExposureOpened)
    check(branch, table, **{step: VALUES[step]})


def test_branch_with_another_reference_and_its_branch(
    check: Check, table: Path, demo_cache: Path, tmp_path: Path
) -> None:
    flat = shutil.copy(next(demo_cache.rglob("*_flat_*nrca3*.fits")), tmp_path / "my_flat.fits")
    with fits.open(flat, mode="update") as hdus:
        hdus["SCI"].data *= np.float32(1.25)
    driver = Driver(table, tmp_path / "ours")
    driver.advance("photom")
    first = driver.branch(table, "first", "flat_field")
    other_flat = StepOptions(overrides={"flat": str(flat)})
    first.advance("flat_field", other_flat)
    second = first.branch(table, "second", "photom")
    both = StepOptions(overrides={"flat": str(flat)}, parameters={"photom": CHANGED["photom"]})
    second.advance(options=both)
    # All three go on, each in its own way.
    first.advance(options=other_flat)
    driver.advance()
    third = second.branch(table, "third", "bkg_subtract")
    third.advance(options=StepOptions(parameters={"bkg_subtract": CHANGED["bkg_subtract"]}))
    assert [each.steps for each in (driver, first, second, third)] == [
        list(CHAIN),
        [*CHAIN[2:]],
        ["photom"],
        list(CHAIN),
    ]
    override = {"override_flat": str(flat)}
    check(driver, table)
    check(first, table, flat_field=override)
    check(second, table, flat_field=override, photom=VALUES["photom"])
    check(third, table, bkg_subtract=VALUES["bkg_subtract"])


def test_branch_of_a_run_in_another_process_and_of_one_that_was_released(
    check: Check, table: Path, tmp_path: Path
) -> None:
    driver = Driver(table, tmp_path / "ours")
    product, share = (
        driver.request.product,
        RunShare(folder=tmp_path / "share", inputs=frozenset(), one_folder=False, backgrounds=frozenset()),
    )
    share.folder.mkdir()
    whole = RunRequest(products=(product,), output_dir=driver.folder, checkpoints=True, share=share)
    assert isinstance(run(whole, lambda _event: None, driver.cancel), RunFinished)
    branch = driver.branch(table, "branch", "photom")
    options = StepOptions(parameters={"photom": CHANGED["photom"]})
    branch.advance("photom", options)
    branch.engine.release(branch.key)
    # A branch of its own folder goes on there, as after a crash.
    branch.fork = Fork(branch.key, branch.folder, "photom")
    branch.advance(options=options)
    assert branch.steps == ["photom", "photom"]
    assert branch.notices == ()
    check(branch, table, photom=VALUES["photom"])


def test_branch_of_a_run_that_was_removed(check: Check, table: Path, tmp_path: Path) -> None:
    driver = Driver(table, tmp_path / "ours")
    driver.advance()
    shutil.rmtree(driver.folder)
    branch = driver.branch(table, "branch", "photom")
    options = StepOptions(parameters={"photom": CHANGED["photom"]})
    branch.advance(options=options)
    assert branch.steps == ["photom"]
    assert not branch.all_of(ExposureOpened)
    (notice,) = branch.notices
    assert notice.endswith(
        "is not stored any more: run again with the same options: bkg_subtract, assign_wcs, flat_field."
    )
    check(branch, table, photom=VALUES["photom"])


def test_branch_whose_origin_was_redone_or_removed_meanwhile(check: Check, table: Path, tmp_path: Path) -> None:
    driver = Driver(table, tmp_path / "ours")
    driver.advance("flat_field")
    early, late = (driver.branch(table, name, "photom") for name in ("early", "late"))
    early.advance("photom")
    driver.advance("flat_field", StepOptions(parameters={"flat_field": CHANGED["flat_field"]}), redo=True)
    late.advance("photom")
    # Its own results from flat_field on are told, because they are not those of the other run.
    assert late.steps == ["flat_field", "photom"]
    (notice,) = late.notices
    assert notice.endswith("because flat_field was run with other options or another reference file.")
    shutil.rmtree(driver.folder)
    early.advance("photom", redo=True)
    for branch in (early, late):
        branch.advance()
        assert branch.notices == ()
        check(branch, table)


def test_branch_of_a_run_with_another_context_is_run_from_its_beginning(
    check: Check, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = Driver(table, tmp_path / "ours")
    driver.advance("flat_field")
    branch = driver.branch(table, "branch", "flat_field")
    with monkeypatch.context() as patch:
        patch.setattr("wfsgui.pipeline.runs.run_checkpoints.crds_client.get_context_used", lambda _name: "jwst_1.pmap")
        branch.advance("flat_field")
    assert branch.steps == list(CHAIN[:3])
    (notice,) = branch.notices
    assert notice.endswith("and now it is jwst_1.pmap.")
    branch.advance()
    check(branch, table)


def test_branch_after_an_input_changed_is_run_from_its_beginning(check: Check, table: Path, tmp_path: Path) -> None:
    given = tmp_path / "in" / table.name
    shutil.copytree(table.parent, given.parent)
    driver = Driver(given, tmp_path / "ours")
    driver.advance("flat_field")
    path = driver.request.product.science.path
    with fits.open(path, mode="update") as hdus:
        hdus["SCI"].data *= np.float32(1.25)
    assert isinstance(driver.advance("photom"), RunFailed)
    branch = driver.branch(given, "branch", "photom")
    branch.advance()
    assert branch.steps == list(CHAIN)
    (notice,) = branch.notices
    assert notice.endswith("are not used, because one of its files has changed since.")
    check(branch, given)


def test_branch_before_a_step_that_does_not_apply_fails(tmp_path: Path) -> None:
    given = write_small(tmp_path / "in", small())
    driver = Driver(given, tmp_path / "ours")
    driver.advance("assign_wcs")
    end = driver.branch(given, "branch", "bkg_subtract").advance()
    assert isinstance(end, RunFailed)
    assert "has no step bkg_subtract" in end.message
