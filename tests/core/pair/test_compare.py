"""Comparison of two exposures: truth of the simulation, and independent computations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from astropy.nddata import CCDData, StdDevUncertainty

from tests.core.pair.scenes import FLUX, RADIUS, TELESCOPE, Scene, image_of, regions_at, side
from tests.core.sky.skies import BlindSky, TangentSky
from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.results import Level
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.flags import DO_NOT_USE, FLAGS
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.pair.compare import compare_pair
from wfsgui.core.pair.results import PairComparison, PairOptions, PairSide
from wfsgui.core.regions.shapes import Annulus, Circle

WHOLE = PairOptions(search=False)
PARTS = PairOptions(subpixel=True, search=False)
FIRST = Scene(seed=1)


def compared(first: PairSide, second: PairSide, options: PairOptions = WHOLE, **limits: float) -> PairComparison:
    """Compare two exposures."""
    return compare_pair(first, second, options, Limits(limits))


def value(comparison: PairComparison, key: str) -> float:
    """Return the value of a quantity that is known."""
    quantity = comparison.quantity(key)
    assert quantity is not None
    assert quantity.is_known, quantity.reason
    return quantity.value


def error(comparison: PairComparison, key: str) -> float:
    """Return the error of a quantity."""
    quantity = comparison.quantity(key)
    assert quantity is not None
    return quantity.error


def test_two_realisations_of_a_scene_agree_within_their_noise() -> None:
    found = compared(side(FIRST), side(Scene(seed=2)))
    assert abs(value(found, "chi2") - 1) < 5 * error(found, "chi2")
    assert value(found, "chi2_random") == pytest.approx(value(found, "chi2"))
    assert abs(value(found, "flux_ratio") - 1) < 4 * error(found, "flux_ratio")
    assert value(found, "disagreeing") <= 1
    check = found.check("chi2")
    assert check is not None
    assert check.level is Level.GOOD
    assert check.limit == "at most 1.5"


def test_numbers_are_those_of_astropy_on_the_same_pixels() -> None:
    second = Scene(seed=2, x=FIRST.x + 7, y=FIRST.y - 4, flux=0.8 * FLUX)
    sides = side(FIRST), side(second)
    found = compared(*sides)
    scale = 1 / value(found, "flux_ratio")
    corners = found.corner, (found.corner[0] + 7, found.corner[1] - 4)
    size = found.first.shape[0]
    data = []
    for one, corner in zip(sides, corners, strict=True):
        box = slice(corner[1], corner[1] + size), slice(corner[0], corner[0] + size)
        annulus = one.regions.background
        y, x = np.indices(one.image.sci.shape)
        distance = np.hypot(x - annulus.x, y - annulus.y)
        ring = (distance >= annulus.inner) & (distance < annulus.outer)
        sci = one.image.sci.astype(float) - np.median(one.image.sci[ring].astype(float))
        data.append(CCDData(sci[box], StdDevUncertainty(one.image.err.astype(float)[box]), unit="adu"))
    difference = data[0].subtract(data[1].multiply(scale))
    y, x = np.indices(difference.data.shape)
    centre = sides[0].regions
    light = np.hypot(x + found.corner[0] - centre.x, y + found.corner[1] - centre.y) < RADIUS
    assert np.allclose(found.difference, difference.data, atol=2e-4)
    significance = difference.data / difference.uncertainty.array
    assert value(found, "chi2") == pytest.approx(np.square(significance[light]).sum() / (light.sum() - 1), rel=1e-4)
    assert value(found, "rms") == pytest.approx(np.sqrt(np.square(difference.data[light]).mean()), rel=1e-4)
    assert value(found, "chi2_freedom") == light.sum() - 1


def test_error_of_chi2_is_the_scatter_of_realisations_where_images_differ() -> None:
    first = side(FIRST)
    found = [compared(first, side(Scene(lens="WLM8", seed=seed))) for seed in range(10, 26)]
    scatter = np.std([value(each, "chi2") for each in found])
    # The noise of the first image is the same in all.
    assert 0.3 < scatter / error(found[0], "chi2") < 1.6


def test_error_of_rms_is_the_scatter_of_realisations() -> None:
    first = side(FIRST)
    found = [compared(first, side(Scene(seed=seed))) for seed in range(10, 26)]
    scatter = np.std([value(each, "rms") for each in found])
    assert 0.4 < scatter / error(found[0], "rms") < 1.6


def test_flux_ratio_is_measured_within_its_error_and_does_not_change_the_difference() -> None:
    found = compared(side(FIRST), side(Scene(seed=2, flux=1.7 * FLUX)))
    assert abs(value(found, "flux_ratio") - 1.7) < 4 * error(found, "flux_ratio")
    assert 1e-5 < error(found, "flux_ratio") < 1e-3
    assert abs(value(found, "chi2") - 1) < 5 * error(found, "chi2")


def test_dither_by_parts_of_a_pixel_needs_registration_by_parts() -> None:
    sides = side(FIRST), side(Scene(seed=2, x=FIRST.x + 4.4, y=FIRST.y - 3.7))
    whole, parts = compared(*sides), compared(*sides, PARTS)
    assert value(whole, "chi2") > 5
    assert abs(value(parts, "chi2") - 1) < 5 * error(parts, "chi2")
    check = whole.check("chi2")
    assert check is not None
    assert check.level is Level.CARE
    assert "the registration by whole pixels leaves 0.40 pixel" in check.finding
    assert value(parts, "chi2_freedom") == value(whole, "chi2_freedom") - 2


def test_identical_exposures_differ_by_nothing() -> None:
    found = compared(side(FIRST), side(FIRST))
    assert value(found, "chi2") == 0
    assert value(found, "rms") == 0
    assert value(found, "flux_ratio") == 1
    assert value(found, "shift_x") == pytest.approx(0, abs=1e-6)


def test_opposite_defocus_above_the_limit_tells_nothing_about_the_calibration() -> None:
    found = compared(side(FIRST), side(Scene(lens="WLM8", seed=2)))
    check = found.check("chi2")
    assert check is not None
    assert value(found, "chi2") > 50
    assert check.level is Level.CANNOT_TELL
    assert "opposite defocus (WLP8 and WLM8)" in check.finding
    assert "aberrations" in check.finding


def test_turned_image_of_the_same_defocus_tells_nothing_either() -> None:
    found = compared(side(FIRST), side(Scene(seed=2)), replace(WHOLE, turned=True))
    check = found.check("chi2")
    assert check is not None
    assert check.level is Level.CANNOT_TELL
    assert "turned" in check.finding


def test_shift_of_a_turned_pair_is_that_of_the_star() -> None:
    sides = side(FIRST), side(Scene(lens="WLM8", seed=2, x=FIRST.x + 3.3, y=FIRST.y + 1.2))
    straight, turned = compared(*sides), compared(*sides, replace(WHOLE, turned=True))
    for key, true in (("shift_x", 3.3), ("shift_y", 1.2)):
        assert value(turned, key) == value(straight, key)
        assert value(turned, key) == pytest.approx(true, abs=0.1)


def test_artefact_raises_chi2_and_its_flag_comes_first() -> None:
    image = image_of(Scene(seed=2))
    sci, dq = np.array(image.sci), np.array(image.dq)
    spot = slice(230, 236), slice(190, 196)
    sci[spot] += 15
    dq[spot] |= FLAGS["PERSISTENCE"]
    dq[150:155, 150:160] |= FLAGS["HOT"]
    found = compared(side(FIRST), side(FIRST, replace(image, sci=sci, dq=dq)))
    check = found.check("chi2")
    assert check is not None
    assert check.level is Level.CARE
    assert "which flags" in check.finding
    assert check.place is not None
    assert 190 <= check.place[0] < 196
    assert 230 <= check.place[1] < 236
    first = found.flags[0]
    assert (first.name, first.pixels) == ("PERSISTENCE", 36)
    assert first.chi2_share > 0.3
    assert first.expected < 1
    assert "HOT" not in [flag.name for flag in found.flags]
    assert value(found, "disagreeing") == pytest.approx(36, abs=1)


def test_single_bright_pixel_disagrees_and_disturbs_nothing_else() -> None:
    image = image_of(Scene(seed=2))
    sci = np.array(image.sci)
    sci[220, 190] = 3e38
    second = side(FIRST, replace(image, sci=sci))
    whole, parts = compared(side(FIRST), second), compared(side(FIRST), second, PARTS)
    assert value(whole, "disagreeing") == 1
    check = whole.check("chi2")
    assert check is not None
    assert (check.level, check.place) == (Level.CARE, (190.0, 220.0))
    for found in (whole, parts):
        assert value(found, "flux_ratio") == pytest.approx(1, abs=0.001)
        assert value(found, "shift_x") == pytest.approx(0, abs=0.005)
    assert abs(value(parts, "chi2") - 1) < 5 * error(parts, "chi2")
    assert 0 < value(parts, "left_out") < 20


def test_limit_of_the_analyst_is_used() -> None:
    found = compared(side(FIRST), side(Scene(seed=2)), chi2=0.5)
    check = found.check("chi2")
    assert check is not None
    assert (check.level, check.source) == (Level.CARE, "the analyst")


def test_missing_and_unusable_pixels_are_left_out() -> None:
    image = image_of(Scene(seed=2))
    sci, err, dq = np.array(image.sci), np.array(image.err), np.array(image.dq)
    sci[180:190, 180:190] = np.nan
    sci[200:205, 200:210] = 1e30
    dq[200:205, 200:210] |= DO_NOT_USE
    sci[220, 200:208] = np.inf
    err[230, 230:237] = np.nan
    err[240, 230:239] = 0
    found = compared(side(FIRST), side(FIRST, replace(image, sci=sci, err=err, dq=dq)))
    assert value(found, "left_out") == 100 + 50 + 8 + 7 + 9
    assert abs(value(found, "chi2") - 1) < 5 * error(found, "chi2")
    x, y = found.corner
    assert np.isnan(found.difference[200 - y, 205 - x])
    assert np.isfinite(found.difference[230 - y, 230 - x])
    assert np.isnan(found.significance[230 - y, 230 - x])


def test_without_err_there_is_no_chi2_but_a_refusal_that_says_so() -> None:
    image = image_of(Scene(seed=2))
    blind = replace(image, err=np.full_like(image.err, np.nan))
    with pytest.raises(WfsguiError, match="no usable pixels in common"):
        compared(side(FIRST), side(FIRST, blind))


def test_half_of_the_region_without_values_cannot_be_judged() -> None:
    image = image_of(Scene(seed=2))
    sci = np.array(image.sci)
    sci[: int(FIRST.y) + 10] = np.nan
    found = compared(side(FIRST), side(FIRST, replace(image, sci=sci)))
    check = found.check("chi2")
    assert check is not None
    assert check.level is Level.CANNOT_TELL
    assert "can be used in both exposures" in check.finding


def test_saturated_core_of_a_focused_star_does_not_disturb() -> None:
    first, second = Scene(lens="CLEAR", seed=1), Scene(lens="CLEAR", seed=2, x=213.0, y=203.0)
    sides = []
    for scene in (first, second):
        image = image_of(scene)
        x, y = round(scene.x), round(scene.y)
        sci = np.array(image.sci)
        sci[y - 2 : y + 3, x - 2 : x + 3] = np.nan
        star = replace(regions_at(scene.x, scene.y, 12.0), in_focus=True, background=Annulus(x, y, 60.0, 90.0))
        one = side(scene, replace(image, sci=sci))
        sides.append(PairSide(one.info, one.stage, one.image, star))
    found = compared(sides[0], sides[1])
    assert value(found, "shift_x") == pytest.approx(3, abs=0.01)
    assert value(found, "shift_y") == pytest.approx(-2, abs=0.01)
    assert value(found, "chi2") < 2


def test_images_of_different_shapes_and_units_are_compared() -> None:
    image = image_of(Scene(seed=2))
    part = slice(40, 380), slice(30, 400)
    factor = np.float32(4.4)
    other = StepImage(sci=image.sci[part] * factor, err=image.err[part] * factor, dq=image.dq[part], unit="MJy/sr")
    second = replace(side(Scene(seed=2)), image=other, regions=regions_at(FIRST.x - 30, FIRST.y - 40))
    found = compared(side(FIRST), second)
    ratio = found.quantity("flux_ratio")
    assert ratio is not None
    assert ratio.unit == "MJy/sr / (DN/s)"
    assert ratio.value == pytest.approx(4.4, rel=1e-3)
    assert value(found, "shift_x") == pytest.approx(-30, abs=0.01)
    assert abs(value(found, "chi2") - 1) < 5 * error(found, "chi2")


def test_star_at_the_edge_is_compared_in_its_visible_part() -> None:
    first, second = (side(Scene(seed=seed, x=20.0, y=300.0)) for seed in (1, 2))
    found = compared(first, second)
    assert abs(value(found, "chi2") - 1) < 6 * error(found, "chi2")
    assert value(found, "left_out") > 1000


def test_small_image_that_the_donut_nearly_fills_is_compared() -> None:
    sides = []
    for seed in (1, 2):
        image = image_of(replace(FIRST, x=80.0, y=81.0, seed=seed), 160)
        star = replace(regions_at(80.0, 81.0, 70.0), background=Annulus(80.0, 81.0, 85.0, 110.0))
        sides.append(replace(side(FIRST), image=image, regions=star))
    found = compared(sides[0], sides[1])
    assert abs(value(found, "chi2") - 1) < 5 * error(found, "chi2")


def test_image_without_a_star_is_refused() -> None:
    flat = image_of(replace(FIRST, flux=0.0, seed=4))
    with pytest.raises(WfsguiError, match=r"not above the background|no structure in common"):
        compared(side(FIRST), side(FIRST, flat))


def test_exposure_without_a_usable_pixel_is_refused() -> None:
    image = image_of(FIRST)
    nothing = replace(image, dq=np.full_like(image.dq, DO_NOT_USE))
    with pytest.raises(WfsguiError, match="value that may be used"):
        compared(side(FIRST), side(FIRST, nothing))


def test_without_a_wcs_the_shift_by_wcs_has_a_reason() -> None:
    quantity = compared(side(FIRST), side(Scene(seed=2))).quantity("sky_shift_x")
    assert quantity is not None
    assert not quantity.is_known
    assert quantity.reason == "WLP8_rate.fits has no WCS here; compare the results."


def test_shift_by_wcs_is_that_of_the_sky_position_of_the_star() -> None:
    here, there = TangentSky(89.9, -65.7), TangentSky(89.9, -65.7)
    # The second pointing moves the star by (6, -5) pixels.
    there.wcs.wcs.crpix = here.wcs.wcs.crpix + np.array([6.0, -5.0])
    first = side(FIRST, replace(image_of(FIRST), wcs=here))
    second = Scene(seed=2, x=FIRST.x + 6.3, y=FIRST.y - 5.1)
    found = compared(first, side(second, replace(image_of(second), wcs=there)))
    assert value(found, "sky_shift_x") == pytest.approx(6, abs=0.002)
    assert value(found, "sky_shift_y") == pytest.approx(-5, abs=0.002)
    assert value(found, "shifts_apart") == pytest.approx(np.hypot(0.3, 0.1), abs=0.01)
    assert error(found, "shifts_apart") < 0.002


def test_wcs_without_a_value_at_the_star_has_a_reason() -> None:
    sides = [side(scene, replace(image_of(scene), wcs=BlindSky())) for scene in (FIRST, Scene(seed=2))]
    quantity = compared(sides[0], sides[1]).quantity("sky_shift_y")
    assert quantity is not None
    assert quantity.reason == "The WCS has no value at the star."


def test_shift_has_no_error_where_the_fit_fails_and_says_so() -> None:
    telescope = replace(TELESCOPE, rms_nm=400.0)
    first, second = (side(replace(FIRST, telescope=telescope, lens=lens)) for lens in ("WLP8", "WLM8"))
    quantity = compared(first, second).quantity("shift_x")
    assert quantity is not None
    assert quantity.is_known
    assert np.isnan(quantity.error)
    assert quantity.definition.endswith("The fit of the fraction of a pixel failed: the error is not known.")


def test_every_quantity_has_a_definition_and_a_region_or_a_reason() -> None:
    for quantity in compared(side(FIRST), side(Scene(seed=2))).quantities:
        assert quantity.definition.endswith(".")
        assert quantity.is_known or quantity.reason
        assert quantity.region is None or isinstance(quantity.region, Circle)
