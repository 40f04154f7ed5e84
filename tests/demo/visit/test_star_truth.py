"""Measured stars of a visit, compared with the truth: both weak lenses, in focus, saturated and not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from photutils.profiles import CurveOfGrowth

from wfsgui.core.assess.assess import assess_exposure
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.light import light_circle
from wfsgui.core.assess.results import Assessment
from wfsgui.core.files.planes import read_image
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.measure.find_star import find_star
from wfsgui.core.measure.star import StarMeasurement, measure_star
from wfsgui.core.measure.star_extent import star_circles
from wfsgui.core.model.product import Member, Product
from wfsgui.core.model.step_image import StepImage
from wfsgui.demo.references.detectors import detector_named
from wfsgui.demo.references.flats import flat_field
from wfsgui.demo.visit.optics import star_image
from wfsgui.demo.visit.visit import Plan, Visit, ensure_visit

IN_FOCUS = 4


def truth_of(visit: Visit) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(visit.truth.read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def fainter_plan(small_plan: Plan) -> Plan:
    """Plan a visit whose star does not saturate in focus, on a brighter background."""
    return replace(small_plan, flux=4e4, background=0.3)


@pytest.fixture(scope="module")
def fainter_visit(tmp_path_factory: pytest.TempPathFactory, fainter_plan: Plan) -> Visit:
    """Make the files of this visit."""
    return ensure_visit(tmp_path_factory.mktemp("fainter") / "visit", fainter_plan)


def flattened(visit: Visit, number: int) -> StepImage:
    """Read an exposure and divide it by its flat field."""
    frame = read_image(visit.rates[number])
    header = fits.getheader(visit.rates[number])
    x, y, width, height = (header[name] for name in ("SUBSTRT1", "SUBSTRT2", "SUBSIZE1", "SUBSIZE2"))
    response, _, _ = flat_field(detector_named("NRCA3"))
    part = response[y - 1 : y - 1 + height, x - 1 : x - 1 + width]
    return replace(
        frame, sci=np.where(part > 0.1, frame.sci / np.where(part > 0.1, part, 1), np.nan).astype(np.float32)
    )


def measured(frame: StepImage) -> StarMeasurement:
    found = star_circles(frame)
    return measure_star(frame, found.aperture.x, found.aperture.y, found.aperture.radius, found.annulus)


def true_flux(plan: Plan, record: dict[str, Any], star: StarMeasurement) -> tuple[float, float]:
    """Return the flux in the same circle without noise and background, and the half-flux radius."""
    light, left, low = star_image(record["pupil"], plan.telescope).at(record["star"]["x"], record["star"]["y"])
    radii = np.linspace(0.1, star.photometry.circle.radius, 1000)
    curve = CurveOfGrowth(light.astype(float), (star.x - left, star.y - low), radii).profile
    return record["star"]["flux_dn_per_s"] * float(curve[-1]), float(np.interp(curve[-1] / 2, curve, radii))


def check_flux(plan: Plan, record: dict[str, Any], star: StarMeasurement) -> None:
    flux, half = true_flux(plan, record, star)
    light = star.photometry
    assert light.flux == pytest.approx(flux, abs=3 * light.error + light.systematic)
    assert light.radius_at(0.5)[0] == pytest.approx(half, rel=0.01)


@pytest.mark.parametrize("number", range(4))
def test_measured_donut_equals_the_truth(number: int, small_visit: Visit, small_plan: Plan) -> None:
    truth = truth_of(small_visit)
    record = truth["exposures"][number]
    place, frame = (record["star"]["x"], record["star"]["y"]), flattened(small_visit, number)
    assert find_star(frame.sci, frame.dq) == pytest.approx(place, abs=0.7)
    star = measured(frame)
    assert (star.x, star.y) == pytest.approx(place, abs=0.7)
    assert star.flux == pytest.approx(true_flux(small_plan, record, star)[0], rel=0.005)
    check_flux(small_plan, record, star)
    assert star.background == pytest.approx(record["background_dn_per_s"], abs=0.03)
    # An even disc holds half of its light within 1 / sqrt(2) of its diameter; the mirror is no disc and has a hole.
    disc = np.sqrt(2) * truth["lenses"][record["pupil"]]["geometric_radius_pixels"]
    assert star.half_flux_diameter == pytest.approx(disc, rel=0.1)
    assert np.isnan(star.fwhm)
    assert star.notes[0].startswith("FWHM is not given")


@pytest.mark.parametrize("number", range(4))
def test_measured_faint_donut_equals_the_truth_within_its_errors(
    number: int, fainter_visit: Visit, fainter_plan: Plan
) -> None:
    record = truth_of(fainter_visit)["exposures"][number]
    check_flux(fainter_plan, record, measured(flattened(fainter_visit, number)))


def test_measured_star_in_focus_equals_the_truth(tmp_path: Path, fainter_plan: Plan) -> None:
    deviations = []
    for seed in range(1, 5):
        plan = replace(fainter_plan, seed=seed)
        visit = ensure_visit(tmp_path / str(seed), plan)
        record = truth_of(visit)["exposures"][IN_FOCUS]
        star = measured(flattened(visit, IN_FOCUS))
        assert (star.x, star.y) == pytest.approx((record["star"]["x"], record["star"]["y"]), abs=0.1)
        check_flux(plan, record, star)
        assert np.isfinite(star.fwhm)
        assert not any("FWHM" in note or "Flux" in note for note in star.notes)
        deviations.append(star.flux / true_flux(plan, record, star)[0] - 1)
    # Noise alone moves a single one by 0.25 %.
    assert np.mean(deviations) == pytest.approx(0, abs=0.005)
    assert np.abs(deviations).max() < 0.008


def test_position_of_the_saturated_star_equals_the_truth(small_visit: Visit) -> None:
    star = truth_of(small_visit)["exposures"][IN_FOCUS]["star"]
    frame = read_image(small_visit.rates[IN_FOCUS])
    found = measured(frame)
    assert find_star(frame.sci, frame.dq) == pytest.approx((star["x"], star["y"]), abs=0.7)
    assert (found.x, found.y) == pytest.approx((star["x"], star["y"]), abs=0.7)
    assert np.isnan([found.fwhm, found.flux, found.half_flux_diameter]).all()
    assert any(note.startswith("Flux and half-flux diameter are not given") for note in found.notes)


def assessed(visit: Visit, number: int, image: StepImage) -> Assessment:
    path = visit.rates[number]
    product = Product(path.stem, Member(read_exposure_info(path)))
    return assess_exposure(AssessInput(product=product, stage="flat_field", image=image))


def value_and_error(found: Assessment, key: str) -> tuple[float, float]:
    quantity = found.quantity(key)
    assert quantity is not None
    assert quantity.is_known, quantity.reason
    return quantity.value, quantity.error


def check_assessed(plan: Plan, visit: Visit, number: int) -> None:
    """Compare the assessment of an exposure with the truth."""
    record = truth_of(visit)["exposures"][number]
    found = assessed(visit, number, flattened(visit, number))
    assert found.regions is not None
    star = record["star"]
    assert (found.regions.x, found.regions.y) == pytest.approx((star["x"], star["y"]), abs=0.5)
    circle = light_circle(found.regions)
    light, left, low = star_image(record["pupil"], plan.telescope).at(star["x"], star["y"])
    radii = np.linspace(0.05, circle.radius, 2000)
    curve = star["flux_dn_per_s"] * CurveOfGrowth(light.astype(float), (circle.x - left, circle.y - low), radii).profile
    total, error = value_and_error(found, "sum")
    assert total == pytest.approx(curve[-1], abs=3 * error)
    assert total == pytest.approx(curve[-1], rel=0.01)
    for key, radius in (("ee_2_5_px", 2.5), ("ee_10_px", 10.0)):
        energy, error = value_and_error(found, key)
        truth = float(np.interp(radius, radii, curve) / curve[-1])
        # The response of single pixels, which the flat field does not have, and jumps.
        assert energy == pytest.approx(truth, abs=max(4 * error, 0.03 * truth)), key
    for key, fraction in (("ee50", 0.5), ("r80", 0.8)):
        assert value_and_error(found, key)[0] == pytest.approx(np.interp(fraction * curve[-1], curve, radii), rel=0.01)


@pytest.mark.parametrize("number", range(4))
def test_assessed_donut_equals_the_truth(number: int, small_visit: Visit, small_plan: Plan) -> None:
    check_assessed(small_plan, small_visit, number)


def test_assessed_star_in_focus_equals_the_truth(fainter_visit: Visit, fainter_plan: Plan) -> None:
    check_assessed(fainter_plan, fainter_visit, IN_FOCUS)


@pytest.mark.parametrize("number", range(4))
def test_star_of_every_instrument_is_assessed(number: int, mimf: Visit) -> None:
    found = assessed(mimf, number, read_image(mimf.rates[number]))
    star = truth_of(mimf)["exposures"][number]["star"]
    assert found.regions is not None
    assert found.regions.in_focus
    assert (found.regions.x, found.regions.y) == pytest.approx((star["x"], star["y"]), abs=0.5)
    check = found.check("sbr")
    assert check is not None
    assert check.limit == ("more than 1500" if number == 1 else "more than 750")


def test_exposures_of_the_sky_have_no_star(small_visit: Visit) -> None:
    for number in range(IN_FOCUS + 1, len(small_visit.rates)):
        found = assessed(small_visit, number, read_image(small_visit.rates[number]))
        assert found.regions is None
        assert all(check.finding for check in found.checks)
