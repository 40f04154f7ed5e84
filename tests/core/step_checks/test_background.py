"""What the background step subtracted, and whether it was too much or had a star in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.stats import mad_std
from numpy.typing import NDArray

from tests.core.step_checks.step_cases import DO_NOT_USE, all_met, evidence, found, image, outcome, with_sci
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.step_checks.evidence import Outcome

_PEDESTAL, _HOLE = "No negative pedestal", "No star-shaped hole"
_SHAPE = (160, 200)


def science() -> StepImage:
    return image(7.0, _SHAPE)


def subtracted(before: StepImage, level: float = 7.0, *, star: float = 0.0, donut: float = 0.0) -> StepImage:
    """Subtract a noisy background, optionally with a star in it, from an image, optionally with a donut."""
    rows, columns = np.ogrid[: _SHAPE[0], : _SHAPE[1]]
    background = level + np.random.default_rng(8).normal(0, 0.2, _SHAPE)
    background += star * np.exp(-((columns - 150) ** 2 + (rows - 120) ** 2) / 20)
    light = donut * np.exp(-(((np.hypot(columns - 60, rows - 70) - 40) / 8) ** 2))
    return with_sci(before, before.sci - background + light)


def exposure(path: Path, sci: NDArray[np.floating]) -> Path:
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(sci.astype(np.float32), name="SCI")]).writeto(path)
    return path


def test_subtracted_level_and_noise_are_measured() -> None:
    before, after = science(), subtracted(science(), 6.5)
    values = found(evidence("bkg_subtract", before, after))
    difference = (before.sci - after.sci).astype(float)
    assert values["Level subtracted"] == f"{np.nanmedian(difference):.6g} DN/s"
    number, unit = values["Noise subtracted"].split()
    assert float(number) == pytest.approx(mad_std(difference, ignore_nan=True), rel=1e-4)
    assert unit == "DN/s"


def test_level_of_every_background_exposure_is_measured(tmp_path: Path) -> None:
    plane = np.full((30, 40), 4.0)
    plane[:3] = np.nan
    paths = (
        exposure(tmp_path / "one_rate.fits", plane),
        exposure(tmp_path / "two_rate.fits", plane + 1),
        tmp_path / "three_rate.fits",
    )
    values = found(replace(evidence("bkg_subtract", science(), subtracted(science())), backgrounds=paths))
    assert values["Background exposures"] == "3"
    assert [values[f"Level of no. {number}"] for number in (1, 2)] == ["4 DN/s", "5 DN/s"]
    assert "cannot be read" in values["Level of no. 3"]


@pytest.mark.parametrize("donut", [0.0, 300.0])
@pytest.mark.parametrize("level", [7.0, 6.0])
def test_matching_background_is_accepted(donut: float, level: float) -> None:
    assert all_met(evidence("bkg_subtract", science(), subtracted(science(), level, donut=donut)))


@pytest.mark.parametrize("donut", [0.0, 300.0])
def test_negative_pedestal_beside_donut_fails(donut: float) -> None:
    made = evidence("bkg_subtract", science(), subtracted(science(), 7.25, donut=donut))
    result = outcome(made, _PEDESTAL)
    assert result.outcome is Outcome.NOT_MET
    level = float(result.finding.removeprefix("The remaining background is ").split()[0])
    assert level == pytest.approx(-0.25, abs=0.1)
    assert outcome(made, _HOLE).outcome is Outcome.MET


def test_star_in_background_fails() -> None:
    made = evidence("bkg_subtract", science(), subtracted(science(), star=15.0, donut=300.0))
    result = outcome(made, _HOLE)
    assert result.outcome is Outcome.NOT_MET
    assert result.finding.startswith("1 place is far below the background, the deepest at x 1")
    assert outcome(made, _PEDESTAL).outcome is Outcome.MET


def test_hole_of_flagged_pixels_is_ignored() -> None:
    after = subtracted(science(), star=15.0)
    dq = after.dq.copy()
    dq[100:140, 130:170] |= DO_NOT_USE
    made = evidence("bkg_subtract", science(), with_sci(after, after.sci, dq=dq))
    assert outcome(made, _HOLE).outcome is Outcome.MET


def test_image_without_values_is_unknown() -> None:
    empty = with_sci(image(), np.full((40, 56), np.nan))
    made = evidence("bkg_subtract", image(), empty)
    assert {outcome(made, name).finding for name in (_PEDESTAL, _HOLE)} == {
        "No pixel has a value.",
        "Too few pixels have a value.",
    }
