"""Page *Pair* on odd exposures: it says what is wrong in one sentence, or compares what there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from pytestqt.qtbot import QtBot

from tests.gui.pair.pair_helpers import STAR, PairDriver, exposure, star
from wfsgui.core.model.flags import DO_NOT_USE
from wfsgui.core.model.step_image import StepImage


@pytest.fixture
def driver(qtbot: QtBot) -> Iterator[PairDriver]:
    made = PairDriver(qtbot)
    yield made
    made.close()
    assert made.faults == []


def _nan() -> StepImage:
    image = star(2)
    return replace(image, sci=np.full_like(image.sci, np.nan))


def _unusable() -> StepImage:
    image = star(2)
    return replace(image, dq=np.full_like(image.dq, DO_NOT_USE))


def _no_star() -> StepImage:
    return star(2, flux=0.0)


def _tiny() -> StepImage:
    image = star(2)
    return StepImage(image.sci[:8, :8], image.err[:8, :8], image.dq[:8, :8], image.unit)


@pytest.mark.parametrize(
    "image", [_nan(), _unusable(), _no_star(), _tiny()], ids=["nan", "flagged", "no star", "8 x 8"]
)
def test_image_that_cannot_be_compared_is_told_in_one_sentence(driver: PairDriver, image: StepImage) -> None:
    driver.add(exposure(1, "WLP4"), exposure(2, "WLM4", image))
    assert driver.control.pair is None
    assert driver.page.message
    assert "\n" not in driver.page.message


def test_choice_after_an_error_is_compared(driver: PairDriver) -> None:
    driver.add(exposure(1, "WLP4"), exposure(2, "WLM4", _nan()), exposure(3, "WLM4"))
    driver.choose("pair_second", "00003")
    assert driver.pair.second.info.exposure == "3"


@pytest.mark.parametrize("place", [(20.0, 62.0), (110.0, 115.0)])
def test_star_at_the_edge_is_compared(driver: PairDriver, place: tuple[float, float]) -> None:
    images = [star(number, x=place[0], y=place[1]) for number in (1, 2)]
    driver.add(exposure(1, "WLP4", images[0]), exposure(2, "WLM4", images[1]))
    assert np.isnan(driver.pair.images[0].sci).any()
    assert "Reduced chi2" in driver.text


def test_saturated_core_is_compared_without_its_pixels(driver: PairDriver) -> None:
    images = []
    for number in (1, 2):
        image = star(number)
        sci = image.sci.copy()
        sci[round(STAR[1]) - 2 : round(STAR[1]) + 3, round(STAR[0]) - 2 : round(STAR[0]) + 3] = np.nan
        images.append(replace(image, sci=sci))
    driver.add(exposure(1, "WLP4", images[0]), exposure(2, "WLM4", images[1]))
    left_out = driver.pair.comparison.quantity("left_out")
    assert left_out is not None
    assert left_out.value >= 25


def test_exposures_in_two_units_are_compared(driver: PairDriver) -> None:
    driver.add(exposure(1, "WLP4"), exposure(2, "WLM4", star(2, unit="MJy/sr")))
    assert driver.pair.images[0].unit == "DN/s"
    assert "Flux ratio" in driver.text


def test_file_of_another_visit_is_compared_at_its_own_stage(driver: PairDriver, tmp_path: Path) -> None:
    image = star(7)
    primary = fits.PrimaryHDU()
    for keyword, value in {
        "TELESCOP": "JWST",
        "INSTRUME": "NIRCAM",
        "DETECTOR": "NRCA3",
        "FILTER": "WLP4",
        "PUPIL": "CLEAR",
        "EXP_TYPE": "NRC_IMAGE",
        "PROGRAM": "98000",
        "S_PHOTOM": "COMPLETE",
    }.items():
        primary.header[keyword] = value
    planes = {"SCI": image.sci, "ERR": image.err, "DQ": image.dq}
    hdus = [fits.ImageHDU(plane, name=name) for name, plane in planes.items()]
    hdus[0].header["BUNIT"] = "MJy/sr"
    path = tmp_path / "jw98000001001_02101_00001_nrca3_cal.fits"
    fits.HDUList([primary, *hdus]).writeto(path)
    driver.add(exposure(1, "WLP4"))
    driver.control.compare_with_file(path)
    driver.qtbot.waitUntil(lambda: driver.control.is_comparing or driver.control.pair is not None)
    driver.rest()
    assert driver.pair.second.stage == "cal"
    assert driver.state == "another visit, made by you"
    assert driver.errors == []


def test_file_with_several_integrations_is_refused(driver: PairDriver, tmp_path: Path) -> None:
    path = tmp_path / "jw98000001001_02101_00001_nrca3_rateints.fits"
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.zeros((2, 8, 8), np.float32), name="SCI")]).writeto(path)
    driver.add(exposure(1, "WLP4"))
    driver.control.compare_with_file(path)
    driver.qtbot.waitUntil(lambda: bool(driver.errors))
    assert driver.errors == [f"{path.name} has 3 dimensions; choose a _cal or _rate file."]
