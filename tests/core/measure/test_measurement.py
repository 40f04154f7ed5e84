"""What a region's measurements are, as rows, curves and tables."""

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


def star(*, flux: float = 1e5, sky: float = 10.0) -> StepImage:
    """Make a Gaussian star on a sky, with a NaN and a flagged pixel beside it."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    light = np.exp(-((x - PLACE[0]) ** 2 + (y - PLACE[1]) ** 2) / 2 / SIGMA**2) / (2 * np.pi * SIGMA**2)
    sci = (sky + flux * light).astype(np.float32)
    dq = np.zeros(SHAPE, np.uint32)
    sci[5, 5], dq[5, 5] = np.nan, 1
    sci[90, 90], dq[90, 90] = 1e9, 1
    return StepImage(sci, np.full(SHAPE, 2.0, np.float32), dq, "MJy/sr", wcs=fakes.sky)


def subject(
    view: View, region: Region, step_image: StepImage | None = None, area: float | None = None
) -> MeasureRequest:
    image = StageInput("photom", step_image or star(), area)
    before = StageInput("flat_field", replace(step_image or star(), unit="DN/s"), None)
    return MeasureRequest(view, region, image, (before, image))


def value(found: MeasureRequest, name: str) -> str:
    return next(row.value for row in measure(found).rows if row.name == name)


def test_statistics_leave_out_what_is_not_to_be_used() -> None:
    found = subject(View.STATISTICS, Rectangle(90, 90, 5, 5))
    assert value(found, "Pixels") == "24 of 25"
    assert value(found, "DO_NOT_USE") == "1"
    assert float(value(found, "Maximum").split()[0]) < 1000


def test_a_flux_density_is_given_where_the_pixel_area_is_known() -> None:
    assert "Flux density" not in [row.name for row in measure(subject(View.STATISTICS, Circle(*PLACE, 20))).rows]
    told = value(subject(View.STATISTICS, Circle(*PLACE, 20), area=2e-14), "Flux density")
    total = float(value(subject(View.STATISTICS, Circle(*PLACE, 20)), "Sum").split()[0])
    assert float(told.split()[0]) == pytest.approx(total * 1e6 * 2e-14, rel=1e-4)
    assert told.endswith("Jy (statistical)")


def test_all_stages_have_their_own_units() -> None:
    found = measure(subject(View.STAGES, Circle(*PLACE, 5)))
    assert [row.name for row in found.rows] == ["flat_field", "photom"]
    assert list(found.columns["unit"]) == ["DN/s", "MJy/sr"]
    assert found.columns["median"][0] == found.columns["median"][1]


def test_the_encircled_energy_of_a_gaussian() -> None:
    found = measure(subject(View.ENERGY, Circle(*PLACE, 30)))
    assert found.curve is not None
    (half, name), (most, _) = found.curve.marks
    assert name == "EE50"
    # Of a Gaussian: sigma * sqrt(2 ln 2), and sigma * sqrt(2 ln 5).
    assert half == pytest.approx(SIGMA * np.sqrt(2 * np.log(2)), rel=0.02)
    assert most == pytest.approx(SIGMA * np.sqrt(2 * np.log(5)), rel=0.02)


def test_profile_and_star_tell_one_width() -> None:
    width = value(subject(View.PROFILE, Circle(71, 50, 25)), "FWHM")
    assert width == value(subject(View.STAR, Circle(71, 50, 25)), "FWHM")
    assert float(width.split()[0]) == pytest.approx(SIGMA * np.sqrt(8 * np.log(2)), rel=0.02)


@pytest.mark.parametrize("view", [View.PROFILE, View.ENERGY, View.STAR])
def test_all_views_subtract_the_background_of_the_annulus_on_screen(view: View) -> None:
    step_image = star()
    step_image.sci[:, 100:] += 50
    here = subject(view, Circle(*PLACE, 20), step_image)
    assert float(value(here, "Background").split()[0]) == pytest.approx(10)
    assert "20 to 30 px" in value(here, "Background")
    there = replace(here, annulus=Annulus(120, 60, 5, 15))
    assert float(value(there, "Background").split()[0]) == pytest.approx(60)
    assert "5 to 15 px" in value(there, "Background")


def test_a_radius_says_of_which_flux_it_is() -> None:
    told = value(subject(View.ENERGY, Circle(*PLACE, 30)), "EE50")
    assert told.endswith("px (of the flux within 30 px; background 30 to 45 px)")
    assert value(subject(View.STAR, Circle(*PLACE, 30)), "Half-flux diameter").endswith(told.partition("px")[2])


def test_a_flux_has_both_errors() -> None:
    told = value(subject(View.STAR, Circle(*PLACE, 20)), "Flux")
    assert "(statistical)" in told
    assert "(background); flux within 20 px; background 20 to 30 px" in told


@pytest.mark.parametrize("view", [View.STATISTICS, View.ENERGY, View.STAR])
def test_a_flux_density_takes_the_solid_angle_of_every_pixel(view: View) -> None:
    row, tip = "Flux density", "PIXAR_SR x AREA"
    nominal = subject(view, Circle(*PLACE, 20), area=2e-14)
    area = np.full(SHAPE, 1.02, np.float32)
    area[:, 100:] = np.nan
    own = subject(view, Circle(*PLACE, 20), replace(star(), area=area), area=2e-14)
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
def test_without_light_it_is_said(view: View, sci: np.ndarray) -> None:
    with pytest.raises(WfsguiError, match="There is no star in the circle"):
        measure(subject(view, Circle(*PLACE, 20), replace(star(), sci=sci)))


EMPTY = {
    View.STATISTICS: "None of the 1258 pixels of the region can be used",
    View.PROFILE: "None of the 1258 pixels in the circle can be used",
    View.ENERGY: "None of the 1258 pixels in the circle can be used",
    View.STAR: "None of the 1258 pixels in the circle can be used",
    View.HISTOGRAM: "No pixel of the region has a value",
}


@pytest.mark.parametrize("view", EMPTY)
def test_without_values_it_is_said(view: View) -> None:
    step_image = star()
    nothing = replace(step_image, sci=np.full(SHAPE, np.nan, np.float32), dq=np.ones(SHAPE, np.uint32))
    with pytest.raises(WfsguiError, match=EMPTY[view]):
        measure(subject(view, Circle(*PLACE, 20), nothing))


def test_a_stage_without_values_says_so_among_the_others() -> None:
    nothing = replace(star(), sci=np.full(SHAPE, np.nan, np.float32))
    found = subject(View.STAGES, Circle(*PLACE, 20), nothing)
    assert value(found, "photom").startswith("None of the 1258 pixels")


def test_a_line_without_values_is_told() -> None:
    with pytest.raises(WfsguiError, match="No pixel along the line"):
        measure(subject(View.PROFILE, Line(-50, -50, -20, -20)))


def test_a_saturated_core_has_no_encircled_energy() -> None:
    step_image = star()
    step_image.sci[48:54, 68:74] = np.nan
    with pytest.raises(WfsguiError, match="Encircled energy is not known: a whole ring"):
        measure(subject(View.ENERGY, Circle(*PLACE, 20), step_image))


def test_means_and_sums_have_their_errors() -> None:
    told = value(subject(View.STATISTICS, Rectangle(90, 90, 5, 5)), "Mean")
    # ERR is 2 everywhere, and 24 pixels count.
    assert told.endswith(f"\N{PLUS-MINUS SIGN} {2 / np.sqrt(24):.2g} MJy/sr (statistical)")
    across = value(subject(View.STAGES, Rectangle(90, 90, 5, 5)), "photom")
    assert f"\N{PLUS-MINUS SIGN} {2 * np.sqrt(24):.2g} MJy/sr (statistical), 24 pixels" in across


def test_a_line_is_profiled_from_end_to_end() -> None:
    found = measure(subject(View.PROFILE, Line(PLACE[0] - 20, PLACE[1], PLACE[0] + 20, PLACE[1])))
    assert found.curve is not None
    assert found.curve.x[np.nanargmax(found.curve.y)] == pytest.approx(20, abs=0.6)
    assert found.curve.y_label == "value, MJy/sr"


def test_a_histogram_counts_what_may_be_used() -> None:
    found = measure(subject(View.HISTOGRAM, Rectangle(90, 90, 9, 9)))
    assert found.curve is not None
    assert found.curve.y.sum() == 80
    assert found.curve.x.size == found.curve.y.size + 1


def test_the_star_is_where_it_was_put() -> None:
    found = measure(subject(View.STAR, Circle(72, 49, 25)))
    assert (found.columns["x"][0], found.columns["y"][0]) == pytest.approx(PLACE, abs=0.02)
    assert found.columns["flux"][0] == pytest.approx(1e5, rel=0.01)
    assert found.columns["fwhm"][0] == pytest.approx(SIGMA * np.sqrt(8 * np.log(2)), rel=0.02)
    here = fakes.sky(*PLACE)
    assert (found.columns["ra"][0], found.columns["dec"][0]) == pytest.approx((here.ra, here.dec), abs=1e-6)


@pytest.mark.parametrize("view", [View.STATISTICS, View.STAGES, View.ENERGY, View.HISTOGRAM, View.STAR])
def test_a_line_holds_no_pixels(view: View) -> None:
    with pytest.raises(WfsguiError, match="A line has no area"):
        measure(subject(view, Line(1, 1, 9, 9)))


@pytest.mark.parametrize("view", [View.ENERGY, View.STAR])
def test_what_would_take_minutes_is_refused(view: View) -> None:
    with pytest.raises(WfsguiError, match="make its radius 250 pixels or less"):
        measure(subject(view, Circle(*PLACE, 900)))


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("region", [Circle(500, 500, 4), Annulus(-60, 20, 2, 4)])
def test_off_the_image_nothing_breaks(view: View, region: Region) -> None:
    with suppress(WfsguiError):
        assert measure(subject(view, region)).rows


@pytest.mark.parametrize("view", list(View))
def test_without_any_value_nothing_breaks(view: View) -> None:
    step_image = replace(star(), sci=np.full(SHAPE, np.nan, np.float32))
    with suppress(WfsguiError):
        assert measure(subject(view, Circle(*PLACE, 10), step_image)).rows


def test_the_circle_of_a_star_holds_most_of_its_light() -> None:
    circle = star_circles(star()).extent
    assert (circle.x, circle.y) == pytest.approx(PLACE, abs=0.05)
    # Nine tenths of a Gaussian are within sigma * sqrt(2 ln 10).
    assert circle.radius == pytest.approx(1.1 * SIGMA * np.sqrt(2 * np.log(10)), rel=0.1)


def test_an_image_without_a_star_is_told() -> None:
    with pytest.raises(WfsguiError):
        star_circles(replace(star(), sci=np.full(SHAPE, np.nan, np.float32)))
