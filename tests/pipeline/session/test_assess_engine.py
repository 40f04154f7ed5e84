"""Assessments of real results: placement, SIP and pixels under the light, compared with the truth."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from stdatamodels.jwst import datamodels

from tests.exposures import small, write_association, write_small
from tests.pipeline.conftest import Engine
from wfsgui.core.assess.checks.placement import from_field_point, from_target
from wfsgui.core.assess.checks.residual_background import background_gradient, background_level, holes_near_light
from wfsgui.core.assess.checks.sip import sip_in_image, sip_under_star
from wfsgui.core.assess.checks.under_light import under_light
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.regions import find_regions
from wfsgui.core.assess.results import Level, StarRegions
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.events import StepFinished
from wfsgui.core.model.requests import StepOptions
from wfsgui.demo.visit.kinds import Kind
from wfsgui.demo.visit.optics import Telescope
from wfsgui.demo.visit.visit import Plan, Visit, ensure_visit

IMAGERS = {
    "NRCA3": ("F212N", "WLP8"),
    "MIRIMAGE": ("F770W", ""),
    "NRS1": ("F110W", ""),
}


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Last stage of an exposure, and its file."""

    request: AssessInput
    result: Path


@pytest.fixture
def calibrate(engine: Engine, references: Callable[[str], None], tmp_path: Path) -> Callable[[Path], Calibrated]:
    """Calibrate an exposure with the real engine."""

    def run(given: Path, **parameters: str) -> Calibrated:
        (product,) = take_in([given]).products
        references(product.science.info.detector)
        options = StepOptions(parameters={"assign_wcs": parameters}) if parameters else None
        end, events = engine([given], tmp_path / "out", options, images=True, overwrite=True)
        last = next(event for event in events if isinstance(event, StepFinished) and event.step == "photom")
        assert last.image is not None
        request = AssessInput(product=product, stage="photom", image=last.image, metadata=last.metadata)
        return Calibrated(request, end.results[0].saved[-1])

    return run


@pytest.mark.parametrize("detector", IMAGERS)
def test_error_of_the_sip_is_that_of_the_saved_header(
    detector: str, calibrate: Callable[..., Calibrated], tmp_path: Path
) -> None:
    filter_name, pupil = IMAGERS[detector]
    rate = write_small(tmp_path / "in", small(detector, pupil=pupil, filter_name=filter_name))
    check_sip(calibrate(rate))


def check_sip(found: Calibrated) -> float:
    """Compare with the header of the file, its gwcs, and the exact inverse of astropy; return the greatest error."""
    height, width = found.request.image.sci.shape
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(0, width - 1, 33), np.linspace(0, height - 1, 33)))
    with datamodels.open(found.result) as model, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        header = WCS(fits.getheader(found.result, "SCI"))
        back_x, back_y = header.all_world2pix(*model.meta.wcs(x, y), 0, tolerance=1e-9)
    distances = np.hypot(back_x - x, back_y - y)
    most, rms = (quantity.value for quantity in sip_in_image(found.request).quantities)
    # The linear WCS has the scale of one pixel.
    assert most == pytest.approx(distances.max(), rel=0.05, abs=1e-6)
    assert rms == pytest.approx(np.sqrt(np.square(distances).mean()), rel=0.05, abs=1e-6)
    return most


def test_sip_of_a_low_degree_has_a_greater_error(calibrate: Callable[..., Calibrated], tmp_path: Path) -> None:
    rate = write_small(tmp_path / "in", small())
    best = sip_in_image(calibrate(rate).request).quantities[0].value
    assert check_sip(calibrate(rate, sip_degree="1", sip_inv_degree="1")) > best


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """Small visit of the demonstration: two dithers with each lens, then in focus."""
    telescope = Telescope(pupil_samples=384, field=256, wavelengths=(2.12e-6,))
    return ensure_visit(tmp_path_factory.mktemp("visit") / "older", Plan(kind=Kind.OLDER, telescope=telescope, cut=320))


def record_of(visit: Visit, number: int) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(visit.truth.read_text(encoding="utf-8"))["exposures"][number]
    return record


def regions_of(request: AssessInput) -> StarRegions:
    return find_regions(request.image, request.product.science.info)


@pytest.mark.parametrize("number", [0, 1])
def test_donut_of_the_demonstration_is_where_it_is(
    number: int, visit: Visit, calibrate: Callable[..., Calibrated]
) -> None:
    request, truth = calibrate(visit.rates[number]).request, record_of(visit, number)["star"]
    regions = regions_of(request)
    header = fits.getheader(visit.rates[number])
    # NRCA3_FP1 is the 1-based pixel (461.5, 1410.5) of the whole detector.
    expected = [461.5 - header["SUBSTRT1"], 1410.5 - header["SUBSTRT2"]]
    placement = from_field_point(request, regions)
    moved = [truth["x"] - expected[0], truth["y"] - expected[1]]
    assert [each.value for each in placement.quantities] == pytest.approx([np.hypot(*moved), *moved], abs=0.7)
    assert placement.checks[0].level is (Level.GOOD if np.hypot(*moved) < 10 else Level.CARE)
    # The WCS of the demonstration is exact, so the star is at its target but for the aberrations of the telescope.
    target = from_target(request, regions)
    assert target.quantities[0].value < 0.7 * 0.031
    assert target.checks[0].level is Level.GOOD
    assert sip_under_star(request, regions).quantities[0].value < 0.01


def test_flags_and_background_of_the_demonstration_are_those_of_its_files(
    visit: Visit, calibrate: Callable[..., Calibrated]
) -> None:
    request = calibrate(visit.rates[0]).request
    regions, image = regions_of(request), request.image
    inside = regions.signal.mask((image.sci.shape[0], image.sci.shape[1]))
    part = under_light(request, regions)
    for flag in part.flags:
        value = datamodels.dqflags.pixel[flag.name]
        assert flag.pixels == np.count_nonzero(inside & ((image.dq & np.uint32(value)) != 0))
    assert part.checks[0].level is Level.GOOD
    assert part.checks[1].level is Level.GOOD
    level = background_level(request, regions)
    truth = record_of(visit, 0)["background_dn_per_s"] * float(
        request.metadata["meta.photometry.conversion_megajanskys"]
    )
    assert level.quantities[0].value == pytest.approx(truth, abs=0.05 * truth + 5 * level.quantities[0].error)
    assert background_gradient(request, regions).checks[0].level is Level.GOOD
    assert holes_near_light(request, regions).checks[0].level is Level.GOOD


def test_star_in_a_background_exposure_makes_holes_in_the_light(
    visit: Visit, calibrate: Callable[..., Calibrated], tmp_path: Path
) -> None:
    for number in (0, 1):
        (tmp_path / visit.rates[number].name).symlink_to(visit.rates[number])
    science, other = (tmp_path / visit.rates[number].name for number in (0, 1))
    request = calibrate(write_association(tmp_path / "holes_asn.json", {science: [other]})).request
    found = holes_near_light(request, regions_of(request)).checks[0]
    assert found.level is Level.BAD
    assert found.place is not None
    x, y = (round(axis) for axis in found.place)
    assert np.nanmean(request.image.sci[y - 3 : y + 5, x - 3 : x + 5]) < 0


def test_saturated_core_of_the_demonstration_is_bad(visit: Visit, calibrate: Callable[..., Calibrated]) -> None:
    request = calibrate(visit.rates[4]).request
    found = under_light(request, regions_of(request)).checks[1]
    assert found.key == "saturated"
    assert found.level is Level.BAD
