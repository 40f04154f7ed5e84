"""Tests of the measurements in a region, as rows, curves and tables."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from tests.gui import fakes
from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.measured import MeasureRequest, StageInput, View
from wfsgui.core.measure.measurement import measure
from wfsgui.core.measure.star_extent import star_circles
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle, Line, Rectangle, Region

SHAPE = (120, 140)
SIGMA = 4.0
PLACE = (70.25, 50.5)


def star(*, flux: float = 1e5, background: float = 10.0) -> StepImage:
    """Make a Gaussian star on a background, with a NaN and a flagged pixel beside it."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    profile = np.exp(-((x - PLACE[0]) ** 2 + (y - PLACE[1]) ** 2) / 2 / SIGMA**2) / (2 * np.pi * SIGMA**2)
    sci = (background + flux * profile).astype(np.float32)
    dq = np.zeros(SHAPE, np.uint32)
    sci[5, 5], dq[5, 5] = np.nan, 1
    sci[90, 90], dq[90, 90] = 1e9, 1
    return StepImage(sci, np.full(SHAPE, 2.0, np.float32), dq, "MJy/sr", wcs=fakes.sky)


def request(
    view: View, region: Region, step_image: StepImage | None = None, area: float | None = None
) -> MeasureRequest:
    image = StageInput("photom", step_image or star(), area)
    before = StageInput("flat_field", replace(step_image or star(), unit="DN/s"), None)
    return MeasureRequest(view, region, image, (before, image))


def value(found: MeasureRequest, name: str) -> str:
    return next(row.value for row in measure(found).rows if row.name == name)


def test_statistics_leave_out_do_not_use_pixels() -> None:
    found = request(View.STATISTICS, Rectangle(90, 90, 5, 5))
    assert value(found, "Pixels") == "24 of 25"
    assert value(found, "DO_NOT_USE") == "1"
    assert float(value(found, "Maximum").split()[0]) < 1000


def test_flux_density_needs_pixel_area() -> None:
    assert "Flux density" not in [row.name for row in measure(request(View.STATISTICS, Circle(*PLACE, 20))).rows]
    text = value(request(View.STATISTICS, Circle(*PLACE, 20), area=2e-14), "Flux density")
    total = float(value(request(View.STATISTICS, Circle(*PLACE, 20)), "Sum").split()[0])
    assert float(text.split()[0]) == pytest.approx(total * 1e6 * 2e-14, rel=1e-4)
    assert text.endswith("Jy (statistical)")


def test_comparison_of_stages_has_unit_of_each_stage() -> None:
    found = measure(request(View.STAGES, Circle(*PLACE, 5)))
    assert [row.name for row in found.rows] == ["flat_field", "photom"]
    assert list(found.columns["unit"]) == ["DN/s", "MJy/sr"]
    assert found.columns["median"][0] == found.columns["median"][1]


def test_encircled_energy_of_gaussian_is_analytic() -> None:
    found = measure(request(View.ENERGY, Circle(*PLACE, 30)))
    assert found.curve is not None
    (half, name), (most, _) = found.curve.marks
    assert name == "EE50"
    # Of a Gaussian: sigma * sqrt(2 ln 2), and sigma * sqrt(2 ln 5).
    assert half == pytest.approx(SIGMA * np.sqrt(2 * np.log(2)), rel=0.02)
    assert most == pytest.approx(SIGMA * np.sqrt(2 * np.log(5)), rel=0.02)


def test_profile_and_star_views_have_same_fwhm() -> None:
    width = value(request(View.PROFILE, Circle(71, 50, 25)), "FWHM")
    assert width == value(request(View.STAR, Circle(71, 50, 25)), "FWHM")
    assert float(width.split()[0]) == pytest.approx(SIGMA * np.sqrt(8 * np.log(2)), rel=0.02)


@pytest.mark.parametrize("view", [View.PROFILE, View.ENERGY, View.STAR])
def test_views_subtract_background_of_given_annulus(view: View) -> None:
    step_image = star()
    step_image.sci[:, 100:] += 50
    here = request(view, Circle(*PLACE, 20), step_image)
    assert float(value(here, "Background").split()[0]) == pytest.approx(10)
    assert "20 to 30 px" in value(here, "Background")
    there = replace(here, annulus=Annulus(120, 60, 5, 15))
    assert float(value(there, "Background").split()[0]) == pytest.approx(60)
    assert "5 to 15 px" in value(there, "Background")


def test_radius_text_names_circle_and_annulus_of_flux() -> None:
    text = value(request(View.ENERGY, Circle(*PLACE, 30)), "EE50")
    assert text.endswith("px (of the flux within 30 px; background 30 to 45 px)")
    assert value(request(View.STAR, Circle(*PLACE, 30)), "Half-flux diameter").endswith(text.partition("px")[2])


def test_flux_text_has_statistical_and_background_error() -> None:
    text = value(request(View.STAR, Circle(*PLACE, 20)), "Flux")
    assert "(statistical)" in text
    assert "(background); flux within 20 px; background 20 to 30 px" in text


def test_half_flux_diameter_of_a_star_with_a_saturated_core_is_none() -> None:
    image = star()
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    image.sci[np.hypot(x - PLACE[0], y - PLACE[1]) < 4] = np.nan
    found = request(View.STAR, Circle(*PLACE, 20), image)
    assert value(found, "Flux") == "none"
    assert value(found, "Half-flux diameter") == "none"


@pytest.mark.parametrize("view", [View.STATISTICS, View.ENERGY, View.STAR])
def test_flux_density_uses_area_at_the_star(view: View) -> None:
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    near = np.hypot(x - PLACE[0], y - PLACE[1]) < 25
    image = replace(star(), area=np.where(near, 1.1, 0.9).astype(np.float32))
    nominal = request(view, Circle(*PLACE, 12), area=2e-14)
    own = request(view, Circle(*PLACE, 12), image, area=2e-14)
    found, expected = (float(value(each, "Flux density").split()[0]) for each in (own, nominal))
    assert found == pytest.approx(1.1 * expected, rel=1e-4)


@pytest.mark.parametrize("view", [View.STATISTICS, View.ENERGY, View.STAR])
def test_flux_density_uses_area_of_every_pixel(view: View) -> None:
    row, tip = "Flux density", "PIXAR_SR x AREA"
    nominal = request(view, Circle(*PLACE, 20), area=2e-14)
    area = np.full(SHAPE, 1.02, np.float32)
    area[:, 100:] = np.nan
    own = request(view, Circle(*PLACE, 20), replace(star(), area=area), area=2e-14)
    before, now = (float(value(each, row).split()[0]) for each in (nominal, own))
    assert now == pytest.approx(1.02 * before, rel=1e-4)
    assert [tip in each.tip for found in (nominal, own) for each in measure(found).rows if each.name == row] == [
        False,
        True,
    ]


FLAT = np.full(SHAPE, 1e6, np.float32)
NOISE = (1e6 + np.random.default_rng(2).normal(0, 1e-4, SHAPE)).astype(np.float32)


@pytest.mark.parametrize("sci", [FLAT, NOISE], ids=["constant", "rounding"])
@pytest.mark.parametrize("view", [View.ENERGY, View.STAR])
def test_circle_without_flux_raises(view: View, sci: np.ndarray) -> None:
    with pytest.raises(WfsguiError, match="There is no star in the circle"):
        measure(request(view, Circle(*PLACE, 20), replace(star(), sci=sci)))


EMPTY = {
    View.STATISTICS: "None of the 1258 pixels of the region can be used",
    View.PROFILE: "None of the 1258 pixels in the circle can be used",
    View.ENERGY: "None of the 1258 pixels in the circle can be used",
    View.STAR: "None of the 1258 pixels in the circle can be used",
    View.HISTOGRAM: "No pixel of the region has a value",
}


@pytest.mark.parametrize("view", EMPTY)
def test_region_without_values_raises(view: View) -> None:
    step_image = star()
    nothing = replace(step_image, sci=np.full(SHAPE, np.nan, np.float32), dq=np.ones(SHAPE, np.uint32))
    with pytest.raises(WfsguiError, match=EMPTY[view]):
        measure(request(view, Circle(*PLACE, 20), nothing))


def test_stage_without_values_has_reason_in_its_row() -> None:
    nothing = replace(star(), sci=np.full(SHAPE, np.nan, np.float32))
    found = request(View.STAGES, Circle(*PLACE, 20), nothing)
    assert value(found, "photom").startswith("None of the 1258 pixels")


def test_line_without_values_raises() -> None:
    with pytest.raises(WfsguiError, match="No pixel along the line"):
        measure(request(View.PROFILE, Line(-50, -50, -20, -20)))


def test_encircled_energy_of_saturated_core_raises() -> None:
    step_image = star()
    step_image.sci[48:54, 68:74] = np.nan
    with pytest.raises(WfsguiError, match="Encircled energy is not known: a whole ring"):
        measure(request(View.ENERGY, Circle(*PLACE, 20), step_image))


def test_mean_and_sum_have_errors_from_err() -> None:
    text = value(request(View.STATISTICS, Rectangle(90, 90, 5, 5)), "Mean")
    # ERR is 2 everywhere, and 24 pixels count.
    assert text.endswith(f"\N{PLUS-MINUS SIGN} {2 / np.sqrt(24):.2g} MJy/sr (statistical)")
    across = value(request(View.STAGES, Rectangle(90, 90, 5, 5)), "photom")
    assert f"\N{PLUS-MINUS SIGN} {2 * np.sqrt(24):.2g} MJy/sr (statistical), 24 pixels" in across


def test_line_profile_runs_from_end_to_end() -> None:
    found = measure(request(View.PROFILE, Line(PLACE[0] - 20, PLACE[1], PLACE[0] + 20, PLACE[1])))
    assert found.curve is not None
    assert found.curve.x[np.nanargmax(found.curve.y)] == pytest.approx(20, abs=0.6)
    assert found.curve.y_label == "value, MJy/sr"


def test_histogram_counts_usable_pixels() -> None:
    found = measure(request(View.HISTOGRAM, Rectangle(90, 90, 9, 9)))
    assert found.curve is not None
    assert found.curve.y.sum() == 80
    assert found.curve.x.size == found.curve.y.size + 1


def test_star_view_measures_position_flux_and_fwhm() -> None:
    found = measure(request(View.STAR, Circle(72, 49, 25)))
    assert (found.columns["x"][0], found.columns["y"][0]) == pytest.approx(PLACE, abs=0.02)
    assert found.columns["flux"][0] == pytest.approx(1e5, rel=0.01)
    assert found.columns["fwhm"][0] == pytest.approx(SIGMA * np.sqrt(8 * np.log(2)), rel=0.02)
    here = fakes.sky(*PLACE)
    assert (found.columns["ra"][0], found.columns["dec"][0]) == pytest.approx((here.ra, here.dec), abs=1e-6)


@pytest.mark.parametrize("view", [View.STATISTICS, View.STAGES, View.ENERGY, View.HISTOGRAM, View.STAR])
def test_views_of_an_area_refuse_a_line(view: View) -> None:
    with pytest.raises(WfsguiError, match="A line has no area"):
        measure(request(view, Line(1, 1, 9, 9)))


@pytest.mark.parametrize("view", [View.ENERGY, View.STAR])
def test_too_large_circle_is_refused(view: View) -> None:
    with pytest.raises(WfsguiError, match="make its radius 250 pixels or less"):
        measure(request(view, Circle(*PLACE, 900)))


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("region", [Circle(500, 500, 4), Annulus(-60, 20, 2, 4)])
def test_region_outside_of_image_has_rows_or_raises(view: View, region: Region) -> None:
    with suppress(WfsguiError):
        assert measure(request(view, region)).rows


@pytest.mark.parametrize("view", list(View))
def test_image_without_values_has_rows_or_raises(view: View) -> None:
    step_image = replace(star(), sci=np.full(SHAPE, np.nan, np.float32))
    with suppress(WfsguiError):
        assert measure(request(view, Circle(*PLACE, 10), step_image)).rows


def test_extent_contains_nine_tenths_of_flux() -> None:
    circle = star_circles(star()).extent
    assert (circle.x, circle.y) == pytest.approx(PLACE, abs=0.05)
    # Nine tenths of a Gaussian are within sigma * sqrt(2 ln 10).
    assert circle.radius == pytest.approx(1.1 * SIGMA * np.sqrt(2 * np.log(10)), rel=0.1)


def test_image_without_star_raises() -> None:
    with pytest.raises(WfsguiError):
        star_circles(replace(star(), sci=np.full(SHAPE, np.nan, np.float32)))


def test_only_fwhm_says_that_it_has_no_error() -> None:
    rows = measure(request(View.STAR, Circle(*PLACE, 25))).rows
    assert [row.name for row in rows if "no error" in row.value] == ["FWHM"]
    with_errors = {row.name for row in rows if "\N{PLUS-MINUS SIGN}" in row.value}
    assert with_errors == {"x", "y", "Half-flux diameter", "Flux", "Peak", "Background"}


def test_median_of_region_has_error() -> None:
    noise = np.random.default_rng(7).normal(10, 2, SHAPE).astype(np.float32)
    text = value(request(View.STATISTICS, Rectangle(40, 40, 20, 20), replace(star(), sci=noise)), "Median")
    error = float(text.split("\N{PLUS-MINUS SIGN}")[1].split()[0])
    assert error == pytest.approx(np.sqrt(np.pi / 2) * 2 / 20, rel=0.15)
