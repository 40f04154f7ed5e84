"""A result without a usable pixel is an alarm that names the file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from tests.exposures import small, spoil_around, write_association, write_small
from tests.pipeline.conftest import Engine
from tests.pipeline.stepwise_driver import Driver
from wfsgui.core.model.events import EndEvent, Event, ProductState, StepFinished, StepState
from wfsgui.core.model.flags import DO_NOT_USE, FLAGS
from wfsgui.core.model.requests import StepOptions
from wfsgui.pipeline.session.usable_pixels import has_usable_pixels, unusable_files


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


def spoil(path: Path, plane: str, value: float) -> Path:
    """Give all pixels of one plane the same value."""
    with fits.open(path, mode="update") as hdus:
        hdus[plane].data[:] = value
    return path


@pytest.fixture
def flat(demo_cache: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(next(demo_cache.rglob("*_flat_*nrca3*.fits")), tmp_path / "my_flat.fits"))


def alarms_of(end: EndEvent, events: list[Event]) -> dict[str, str]:
    """Return the alarms by step, after checking that the product's result has the first one."""
    (result,) = end.results
    finished = [event for event in events if isinstance(event, StepFinished)]
    alarms = {event.step: event.alarm for event in finished if event.alarm}
    first = next(iter(alarms.items()), None)
    assert result.alarm == (": ".join(first) if first else "")
    for event in finished:
        if event.alarm:
            assert event.state is StepState.WARNED
            assert event.warnings[0] == event.alarm
    return alarms


@pytest.mark.parametrize(("plane", "value"), [("SCI", 0.0), ("SCI", np.nan), ("ERR", np.nan), ("DQ", DO_NOT_USE)])
def test_flat_without_usable_pixels_is_an_alarm_that_names_it(
    engine: Engine, flat: Path, tmp_path: Path, plane: str, value: float
) -> None:
    rate = write_small(tmp_path / "in", small())
    spoil_around(flat, rate, plane, value)
    alarms = alarms_of(*engine([rate], tmp_path / "out", StepOptions(overrides={"flat": str(flat)})))
    assert list(alarms) == ["flat_field"]
    assert "my_flat.fits" in alarms["flat_field"]


def test_background_flagged_throughout_is_an_alarm_that_names_it(engine: Engine, tmp_path: Path) -> None:
    science, good, bad = (write_small(tmp_path, small(exposure=number)) for number in (1, 2, 3))
    table = write_association(tmp_path / "x_asn.json", {science: [good, spoil(bad, "DQ", DO_NOT_USE)]})
    alarms = alarms_of(*engine([table], tmp_path / "out"))
    assert list(alarms) == ["bkg_subtract"]
    assert bad.name in alarms["bkg_subtract"]
    assert good.name not in alarms["bkg_subtract"]


def test_only_background_of_nan_is_an_alarm_because_jwst_subtracts_zero(engine: Engine, tmp_path: Path) -> None:
    science, bad = (write_small(tmp_path, small(exposure=number)) for number in (1, 2))
    table = write_association(tmp_path / "x_asn.json", {science: [spoil(bad, "SCI", np.nan)]})
    alarms = alarms_of(*engine([table], tmp_path / "out"))
    assert list(alarms) == ["bkg_subtract"]
    assert "no background was subtracted" in alarms["bkg_subtract"]
    assert bad.name in alarms["bkg_subtract"]
    skipped = StepOptions(skip=frozenset({"bkg_subtract"}))
    assert alarms_of(*engine([table], tmp_path / "other", skipped)) == {}


def test_one_background_of_nan_beside_a_good_one_is_a_warning(engine: Engine, tmp_path: Path) -> None:
    science, good, bad = (write_small(tmp_path, small(exposure=number)) for number in (1, 2, 3))
    table = write_association(tmp_path / "x_asn.json", {science: [good, spoil(bad, "SCI", np.nan)]})
    end, events = engine([table], tmp_path / "out")
    assert alarms_of(end, events) == {}
    (warning,) = end.results[0].warnings
    assert bad.name in warning


def test_exposure_without_usable_pixels_is_an_alarm_at_the_first_step(engine: Engine, tmp_path: Path) -> None:
    rate = spoil(write_small(tmp_path / "in", small()), "SCI", np.nan)
    alarms = alarms_of(*engine([rate], tmp_path / "out"))
    assert list(alarms) == ["assign_wcs"]
    assert rate.name in alarms["assign_wcs"]


def test_ordinary_exposure_has_no_alarm(engine: Engine, tmp_path: Path) -> None:
    end, events = engine([write_small(tmp_path / "in", small())], tmp_path / "out")
    assert alarms_of(end, events) == {}
    assert end.results[0].state is ProductState.DONE


def test_alarm_goes_when_the_step_is_run_again_with_a_good_file(flat: Path, tmp_path: Path) -> None:
    rate = write_small(tmp_path / "in", small())
    driver = Driver(rate, tmp_path / "ours")
    driver.advance("flat_field", StepOptions(overrides={"flat": str(spoil_around(flat, rate, "SCI", 0.0))}))
    assert driver.finished[-1].alarm
    driver.advance("flat_field", redo=True)
    end = driver.advance()
    assert not end.results[0].alarm


def test_usable_pixel_is_finite_and_not_flagged() -> None:
    sci, dq = np.full((130, 8), np.nan, np.float32), np.zeros((130, 8), np.uint32)
    assert not has_usable_pixels(sci, dq)
    sci[129, 7] = 1.0
    assert has_usable_pixels(sci, dq)
    assert has_usable_pixels(sci, None)
    dq[129, 7] = FLAGS["JUMP_DET"]
    assert has_usable_pixels(sci, dq)
    dq[129, 7] |= DO_NOT_USE
    assert not has_usable_pixels(sci, dq)


def test_file_that_is_no_image_is_not_blamed(tmp_path: Path) -> None:
    table, text = tmp_path / "photom.fits", tmp_path / "distortion.asdf"
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns([])]).writeto(table)
    text.touch()
    assert unusable_files([table, text, tmp_path / "missing.fits"]) == ()
