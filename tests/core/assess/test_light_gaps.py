"""Tests of the light of a star with pixels without a value, and without a usable PIXAR_SR."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.core.assess.stars import Scene, image_of, request
from wfsgui.core.assess.light import measure_light
from wfsgui.core.assess.part import Part
from wfsgui.core.assess.regions import find_regions
from wfsgui.core.assess.results import Quantity
from wfsgui.core.model.step_image import StepImage

DONUT = Scene("WLP8", flux=2e6)
FOCUS = Scene(shape=(120, 120), x=60.3, y=58.8)


def with_gaps(image: StepImage, seed: int, share: float = 0.05) -> StepImage:
    gaps = np.random.default_rng(seed).random(image.sci.shape) < share
    return replace(image, sci=np.where(gaps, np.float32(np.nan), image.sci))


def measured(image: StepImage, lens: str) -> Part:
    asked = request(image, lens)
    return measure_light(asked, find_regions(image, asked.product.science.info))


def number(part: Part, key: str) -> Quantity:
    (found,) = (quantity for quantity in part.quantities if quantity.key == key)
    return found


@pytest.mark.parametrize("scene", [DONUT, FOCUS])
def test_numbers_with_gaps_are_those_of_the_whole_star_within_their_errors(scene: Scene) -> None:
    image = image_of(scene)
    whole = measured(image, scene.lens)
    keys = ["x", "y", "sum", "ee_10_px", "r80", *(["fwhm"] if scene is FOCUS else [])]
    found = [measured(with_gaps(image, seed), scene.lens) for seed in range(12)]
    for key in keys:
        pulls = [(number(part, key).value - number(whole, key).value) / number(part, key).error for part in found]
        assert np.median(np.abs(pulls)) < 1.5, key


def test_missing_pixel_in_the_middle_of_a_donut_leaves_its_flux() -> None:
    image = image_of(DONUT)
    whole = number(measured(image, DONUT.lens), "flux")
    sci = image.sci.copy()
    sci[157:160, 159:162] = np.nan
    found = number(measured(replace(image, sci=sci), DONUT.lens), "flux")
    assert found.value == pytest.approx(whole.value, rel=0.01)


@pytest.mark.parametrize("area", ["", "None", "nan", "inf", "0.0", "-2.2e-14"])
def test_pixel_area_that_is_not_above_zero_gives_no_flux_density(area: str) -> None:
    image = image_of(FOCUS)
    asked = replace(request(image), metadata={"meta.photometry.pixelarea_steradians": area})
    part = measure_light(asked, find_regions(image, asked.product.science.info))
    for key in ("flux", "magnitude_ab"):
        assert not number(part, key).is_known
        assert number(part, key).reason == "PIXAR_SR is missing or not above 0, so there is no flux density."
    assert number(part, "sum").is_known
