"""Comparison of results with those of the official pipeline, which runs aside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from astropy.io import fits

from tests.exposures import small, write_association, write_small
from tests.pipeline.conftest import Engine
from wfsgui.core.intake.products import take_in
from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.model.events import RunFinished
from wfsgui.core.model.requests import StepOptions
from wfsgui.pipeline.parity.check import check_parity


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


def result_of(engine: Engine, given: Path, folder: Path, options: StepOptions | None = None) -> Path:
    """Calibrate one product and return its result."""
    end, _ = engine([given], folder / "ours", options)
    assert isinstance(end, RunFinished), end
    (result,) = (folder / "ours").glob("*_cal.fits")
    return result


def check(given: Path, result: Path, options: StepOptions | None = None) -> ParityReport:
    """Compare the result of the only product of an input."""
    (product,) = take_in([given]).products
    return check_parity(product, options or StepOptions(), result)


def test_result_with_backgrounds_and_options_is_identical(engine: Engine, tmp_path: Path) -> None:
    science = write_small(tmp_path / "in", small(exposure=1), level=9.0)
    backgrounds = [write_small(tmp_path / "in", small(exposure=number)) for number in (2, 3)]
    table = write_association(tmp_path / "in" / "jw99001-o001_image2_00001_asn.json", {science: backgrounds}, "image2")
    options = StepOptions(parameters={"bkg_subtract": {"sigma": "2.5"}}, skip=frozenset({"flat_field"}))
    report = check(table, result_of(engine, table, tmp_path, options), options)
    assert report.failure == ""
    assert report.differences == ()
    assert report.is_identical
    assert {"SCI", "ERR", "DQ"} <= set(report.extensions)
    assert report.sentence.startswith("The result is identical to that of Image2Pipeline.call of jwst ")


def test_changed_pixel_and_other_choices_are_named(engine: Engine, tmp_path: Path) -> None:
    rate = write_small(tmp_path / "in", small())
    result = result_of(engine, rate, tmp_path)
    with fits.open(result, mode="update") as hdus:
        hdus["SCI"].data[5, 6] += 1
    report = check(rate, result)
    assert report.differences == ("pixels of SCI",)
    assert not report.is_identical
    assert "differs" in report.sentence
    skipped = check(rate, result, StepOptions(skip=frozenset({"photom"})))
    assert any("bunit" in difference for difference in skipped.differences)


def test_result_that_is_gone_is_a_failure(tmp_path: Path) -> None:
    rate = write_small(tmp_path / "in", small())
    report = check(rate, tmp_path / "nowhere_cal.fits")
    assert "cannot be compared" in report.failure
    assert not report.is_identical


def test_failure_of_the_official_pipeline_is_told(engine: Engine, tmp_path: Path) -> None:
    rate = write_small(tmp_path / "in", small())
    result = result_of(engine, rate, tmp_path)
    flat = tmp_path / "flat.fits"
    flat.write_bytes(b"no FITS file")
    report = check(rate, result, StepOptions(overrides={"flat": str(flat)}))
    assert report.failure.startswith(f"The official pipeline cannot calibrate {rate.name}: ")


def test_check_can_be_cancelled(tmp_path: Path) -> None:
    rate = write_small(tmp_path / "in", small())
    (product,) = take_in([rate]).products
    cancel = threading.Event()
    cancel.set()
    report = check_parity(product, StepOptions(), rate, cancel)
    assert report.failure == "The comparison with the official pipeline was stopped."


def test_nothing_compared_is_not_identical() -> None:
    assert not ParityReport().is_identical
