"""Tests of flux, magnitude, encircled energy and width against the truth of the optical model and against photutils."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, log10

import numpy as np
import pytest
from photutils.aperture import CircularAperture, aperture_photometry
from photutils.profiles import CurveOfGrowth

from tests.core.assess.stars import JANSKYS, Scene, areas_of, flagged, image_of, light_of, request
from wfsgui.core.assess.light import light_circle, measure_light
from wfsgui.core.assess.part import Part
from wfsgui.core.assess.regions import find_regions
from wfsgui.core.assess.results import Quantity, StarRegions
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle

SCENES = [Scene("CLEAR"), Scene("CLEAR", 148.7, 170.0, with_area=True), Scene("WLP8"), Scene("WLM8", with_area=True)]

FAINT = Scene("CLEAR", 80.3, 78.8, flux=2e4, shape=(160, 160))


def measured(image: StepImage, lens: str, **changes: object) -> tuple[Part, StarRegions]:
    entry = request(image, lens, **changes)
    regions = find_regions(image, entry.product.science.info)
    return measure_light(entry, regions), regions


def number(part: Part, key: str) -> Quantity:
    return next(quantity for quantity in part.quantities if quantity.key == key)


def truth_within(scene: Scene, regions: StarRegions, radius: float) -> float:
    """Sum the light of the model, which is already weighted with AREA, within a radius of the measured centroid."""
    (row,) = aperture_photometry(scene.flux * light_of(scene), CircularAperture((regions.x, regions.y), radius))
    return float(row["aperture_sum"])


@pytest.mark.parametrize("scene", SCENES)
def test_flux_is_the_truth_within_its_error(scene: Scene) -> None:
    part, regions = measured(image_of(scene), scene.lens)
    flux, circle = number(part, "flux"), light_circle(regions)
    truth = truth_within(scene, regions, circle.radius) * JANSKYS
    assert flux.value == pytest.approx(truth, abs=3 * flux.error)
    assert flux.value == pytest.approx(truth, rel=0.005)
    assert flux.error < 0.02 * flux.value
    assert (flux.unit, flux.region) == ("Jy", circle)
    assert number(part, "sum").value * JANSKYS == pytest.approx(flux.value)


@pytest.mark.parametrize("scene", SCENES)
def test_magnitude_is_that_of_the_flux(scene: Scene) -> None:
    part, _ = measured(image_of(scene), scene.lens)
    flux, magnitude = number(part, "flux"), number(part, "magnitude_ab")
    assert magnitude.value == pytest.approx(8.9 - 2.5 * log10(flux.value), abs=1e-3)
    assert magnitude.error == pytest.approx(1.0857 * flux.error / flux.value, rel=1e-3)


@pytest.mark.parametrize("scene", SCENES)
def test_encircled_energy_is_the_truth_within_its_error(scene: Scene) -> None:
    part, regions = measured(image_of(scene), scene.lens)
    whole = truth_within(scene, regions, light_circle(regions).radius)
    for key, radius in (("ee_2_5_px", 2.5), ("ee_10_px", 10.0)):
        energy = number(part, key)
        truth = truth_within(scene, regions, radius) / whole
        assert energy.value == pytest.approx(truth, abs=3 * energy.error), key
        assert energy.value == pytest.approx(truth, rel=0.01 if scene.lens == "CLEAR" else 0.02), key
    radii = np.linspace(0.05, light_circle(regions).radius, 2000)
    curve = CurveOfGrowth(light_of(scene), (regions.x, regions.y), radii).profile
    for key, fraction in (("ee50", 0.5), ("r80", 0.8)):
        truth = float(np.interp(fraction * curve[-1], curve, radii))
        assert number(part, key).value == pytest.approx(truth, rel=0.01), key


def test_sum_equals_photutils_on_the_same_pixels() -> None:
    scene = Scene("WLP8", with_area=True)
    image = image_of(scene)
    part, regions = measured(image, "WLP8")
    circle = light_circle(regions)
    background = np.median(image.sci[regions.background.mask(scene.shape)].astype(float))
    weighted = (image.sci.astype(float) - background) * areas_of(scene)
    (row,) = aperture_photometry(weighted, CircularAperture((circle.x, circle.y), circle.radius))
    assert number(part, "sum").value == pytest.approx(float(row["aperture_sum"]), rel=1e-6)


def test_area_changes_the_flux() -> None:
    scene = Scene("CLEAR", 250.0, 160.0, with_area=True)
    image = image_of(scene)
    with_area, _ = measured(image, "CLEAR")
    without, _ = measured(replace(image, area=None), "CLEAR")
    ratio = number(with_area, "flux").value / number(without, "flux").value
    assert ratio == pytest.approx(areas_of(scene)[0, 250], rel=1e-3)
    assert "without AREA" in number(without, "flux").definition


@pytest.mark.parametrize("lens", ["CLEAR", "WLP8"])
def test_position_is_the_truth_within_its_error(lens: str) -> None:
    scenes = [Scene(lens, seed=seed) for seed in range(5)]
    found = [measured(image_of(scene), lens)[0] for scene in scenes]
    for key in ("x", "y"):
        values = np.array([number(part, key).value for part in found])
        errors = np.array([number(part, key).error for part in found])
        # The centroid of the light is not the position of the star in the model; its scatter is that of the noise.
        assert values.std(ddof=1) < 4 * errors.mean()
        assert (errors < 0.1).all()


def test_width_is_that_of_the_model_with_an_error_of_the_noise() -> None:
    parts = [measured(image_of(replace(FAINT, seed=seed)), "CLEAR")[0] for seed in range(24)]
    widths = np.array([number(part, "fwhm").value for part in parts])
    errors = np.array([number(part, "fwhm").error for part in parts])
    # 1.03 wavelengths over 6.6 m, in pixels of 0.03122 arcsec, convolved with the pixel.
    assert widths.mean() == pytest.approx(2.3, abs=0.3)
    assert errors.mean() == pytest.approx(widths.std(ddof=1), rel=0.5)


def test_donut_has_no_width() -> None:
    part, _ = measured(image_of(Scene("WLP8")), "WLP8")
    width = number(part, "fwhm")
    assert isnan(width.value)
    assert "not in focus" in width.reason


def test_image_before_photom_has_a_sum_and_no_flux() -> None:
    part, _ = measured(image_of(Scene("WLP8"), unit="DN/s"), "WLP8")
    assert number(part, "sum").unit == "DN/s"
    assert number(part, "sum").is_known
    for key in ("flux", "magnitude_ab"):
        assert isnan(number(part, key).value)
        assert "photom" in number(part, key).reason
    assert number(part, "r80").is_known


def test_image_without_pixel_area_has_no_flux() -> None:
    part, _ = measured(image_of(Scene("WLP8")), "WLP8", metadata={})
    assert "PIXAR_SR" in number(part, "flux").reason


def test_saturated_star_has_reasons() -> None:
    scene = Scene("CLEAR")
    rows, columns = np.indices(scene.shape)
    part, _ = measured(flagged(image_of(scene), np.hypot(columns - scene.x, rows - scene.y) < 4, 1 | 2), "CLEAR")
    for key in ("flux", "magnitude_ab", "sum", "ee_2_5_px", "ee_10_px", "ee50", "r80"):
        assert isnan(number(part, key).value), key
        assert "saturated" in number(part, key).reason, key


def test_circle_without_light_raises() -> None:
    scene = Scene("CLEAR", flux=0.0)
    regions = StarRegions(160, 160, Circle(160, 160, 5), Annulus(160, 160, 40, 60), in_focus=True)
    with pytest.raises(WfsguiError, match="no star"):
        measure_light(request(image_of(scene)), regions)


def test_small_circle_has_no_energy_at_10_px() -> None:
    regions = StarRegions(32, 32, Circle(32, 32, 4), Annulus(32, 32, 9, 20), in_focus=False)
    part = measure_light(request(image_of(Scene("CLEAR", 32, 32, shape=(64, 64)))), regions)
    assert "radius of 4.8 px only" in number(part, "ee_10_px").reason
    assert number(part, "ee_2_5_px").is_known


def test_very_large_circle_has_a_reason() -> None:
    """Its cut-out would need gigabytes."""
    image = image_of(Scene("CLEAR", shape=(64, 64), x=32, y=32))
    for signal, annulus in (
        (Circle(32, 32, 1e4), Annulus(32, 32, 5, 20)),
        (Circle(32, 32, 3), Annulus(32, 32, 900, 920)),
    ):
        entry = request(image, signal=signal, background=annulus)
        regions = find_regions(image, entry.product.science.info, signal, annulus)
        with pytest.raises(WfsguiError, match="cannot be measured; change the size"):
            measure_light(entry, regions)


@pytest.mark.parametrize("unknown", [np.nan, np.inf])
def test_pixels_without_err_leave_errors_from_the_background(unknown: float) -> None:
    image = image_of(Scene("CLEAR"))
    err = np.where(np.random.default_rng(2).random(image.err.shape) < 0.02, np.float32(unknown), image.err)
    part, _ = measured(replace(image, err=err), "CLEAR")
    for key in ("flux", "ee_2_5_px", "ee_10_px", "ee50", "fwhm"):
        assert number(part, key).error > 0, key
    assert isnan(number(part, "x").error)


def test_missing_pixels_do_not_hide_the_encircled_energy() -> None:
    scene = Scene("CLEAR")
    random = np.random.default_rng(1).random(scene.shape)
    part, _ = measured(flagged(image_of(scene), random < 0.3), "CLEAR")
    whole, _ = measured(image_of(scene), "CLEAR")
    for key in ("ee_2_5_px", "ee_10_px"):
        assert number(part, key).value == pytest.approx(number(whole, key).value, abs=0.1)


def test_every_number_has_unit_error_region_and_definition() -> None:
    part, _ = measured(image_of(Scene("CLEAR")), "CLEAR")
    for quantity in part.quantities:
        assert quantity.is_known, quantity.key
        assert quantity.error > 0, quantity.key
        assert quantity.region is not None, quantity.key
        assert quantity.definition.endswith((".", ").")), quantity.key
