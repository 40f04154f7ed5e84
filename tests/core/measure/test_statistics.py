"""Tests of region statistics with NaN and flagged pixels, against photutils."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from photutils.aperture import ApertureStats, CircularAnnulus, CircularAperture, PixelAperture, RectangularAperture

from wfsgui.core.measure.statistics import region_statistics
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Area, Circle, Rectangle

DO_NOT_USE = 1
SHAPE = (50, 70)


def step_image() -> StepImage:
    random = np.random.default_rng(7)
    sci = random.normal(3.0, 2.0, SHAPE).astype(np.float32)
    err = random.uniform(0.5, 1.5, SHAPE).astype(np.float32)
    dq = random.choice([0, 4, 5, 1], SHAPE, p=[0.8, 0.1, 0.05, 0.05]).astype(np.uint32)
    sci[random.random(SHAPE) < 0.05] = np.nan
    sci[20, 30], sci[21, 31] = np.inf, -np.inf
    return StepImage(sci=sci, err=err, dq=dq, unit="MJy/sr")


CASES = {
    "rectangle": (Rectangle(30.2, 20.4, 21.0, 13.5), RectangularAperture((30.2, 20.4), 21.0, 13.5)),
    "circle": (Circle(33.3, 22.2, 14.1), CircularAperture((33.3, 22.2), 14.1)),
    "annulus": (Annulus(33.3, 22.2, 6.0, 14.1), CircularAnnulus((33.3, 22.2), 6.0, 14.1)),
    "over the edge": (Circle(66.0, 2.0, 9.0), CircularAperture((66.0, 2.0), 9.0)),
}


@pytest.mark.parametrize(("region", "aperture"), CASES.values(), ids=CASES.keys())
def test_statistics_equal_photutils(region: Area, aperture: PixelAperture) -> None:
    image = step_image()
    unusable = ((image.dq & DO_NOT_USE) != 0) | ~np.isfinite(image.sci)
    # photutils warns about masked infinite values.
    sci = np.where(unusable, 0, image.sci).astype(float)
    theirs = ApertureStats(sci, aperture, error=image.err.astype(float), mask=unusable, sum_method="center")
    ours = region_statistics(image, region, pixel_area_sr=2.26e-14)
    assert ours.used == theirs.center_aper_area.value
    for mine, name in {
        "minimum": "min",
        "maximum": "max",
        "mean": "mean",
        "median": "median",
        "standard_deviation": "std",
        "mad_std": "mad_std",
        "total": "sum",
        "total_error": "sum_err",
    }.items():
        assert getattr(ours, mine) == pytest.approx(getattr(theirs, name), rel=1e-12), mine
    assert ours.flux_jy == pytest.approx(theirs.sum * 1e6 * 2.26e-14)
    assert ours.flux_error_jy == pytest.approx(theirs.sum_err * 1e6 * 2.26e-14)
    assert ours.unit == "MJy/sr"


def test_missing_and_flagged_pixels_are_counted() -> None:
    image = step_image()
    region = Circle(33.3, 22.2, 14.1)
    inside = region.mask(SHAPE)
    ours = region_statistics(image, region, pixel_area_sr=None)
    missing, flagged = ~np.isfinite(image.sci), (image.dq & DO_NOT_USE) != 0
    assert (missing & flagged & inside).any()
    assert ours.pixels == inside.sum()
    assert ours.missing == (missing & inside).sum()
    assert ours.flagged == (flagged & inside).sum()
    assert ours.used == (inside & ~missing & ~flagged).sum()


@pytest.mark.parametrize(("unit", "area"), [("DN/s", 2.26e-14), ("MJy/sr", None), ("", None)])
def test_flux_density_needs_surface_brightness_and_area(unit: str, area: float | None) -> None:
    image = replace(step_image(), unit=unit)
    ours = region_statistics(image, Circle(30, 20, 5), pixel_area_sr=area)
    assert (ours.flux_jy, ours.flux_error_jy) == (None, None)
    assert ours.total > 0


NOTHING = {
    "off the image": (Circle(-50, 10, 5), step_image()),
    "all NaN": (Circle(30, 20, 5), replace(step_image(), sci=np.full(SHAPE, np.nan, np.float32))),
    "all flagged": (Circle(30, 20, 5), replace(step_image(), dq=np.ones(SHAPE, np.uint32))),
}


@pytest.mark.parametrize(("region", "image"), NOTHING.values(), ids=NOTHING.keys())
def test_statistics_without_pixels_are_nan(region: Area, image: StepImage) -> None:
    ours = region_statistics(image, region, pixel_area_sr=1e-14)
    assert ours.used == 0
    numbers = [getattr(ours, field.name) for field in fields(ours) if field.type in {"float", "float | None"}]
    assert len(numbers) == 11
    assert np.isnan(numbers).all()


def test_error_of_sum_is_nan_with_nan_err() -> None:
    image = step_image()
    image.err[20, 28] = np.nan
    image.sci[20, 28], image.dq[20, 28] = 1.0, 0
    ours = region_statistics(image, Circle(30, 20, 5), pixel_area_sr=None)
    assert np.isnan(ours.total_error)
    assert np.isfinite(ours.total)


def test_sums_are_in_double_precision() -> None:
    sci = np.full((2000, 2000), 16777.217, np.float32)
    image = StepImage(sci=sci, err=sci, dq=np.zeros(sci.shape, np.uint32), unit="DN/s")
    ours = region_statistics(image, Rectangle(999.5, 999.5, 3000, 3000), pixel_area_sr=None)
    assert ours.total == pytest.approx(float(sci[0, 0]) * 4e6, rel=1e-12)
    assert ours.total_error == pytest.approx(float(sci[0, 0]) * 2e3, rel=1e-12)


def test_error_of_median_is_scatter_of_repeated_measurements() -> None:
    random = np.random.default_rng(6)
    found = []
    for _ in range(300):
        sci = random.normal(5, 2, SHAPE).astype(np.float32)
        image = replace(step_image(), sci=sci, dq=np.zeros(SHAPE, np.uint32))
        found.append(region_statistics(image, Circle(30, 20, 12), pixel_area_sr=None))
    scatter = np.std([each.median for each in found])
    assert np.median([each.median_error for each in found]) == pytest.approx(scatter, rel=0.15)
