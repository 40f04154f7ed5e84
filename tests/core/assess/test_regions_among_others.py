"""Tests of the regions of a star beside other stars and bright pixels without a flag."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.core.assess.stars import Scene, image_of, light_of, request
from wfsgui.core.assess.regions import find_regions
from wfsgui.core.assess.results import StarRegions
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import enclosing_circle

FOCUS = Scene()
X, Y = round(FOCUS.x), round(FOCUS.y)


def regions_of(image: StepImage, lens: str = "CLEAR") -> StarRegions:
    return find_regions(image, request(image, lens).product.science.info)


def with_star(share: float, dx: int) -> StepImage:
    image = image_of(FOCUS)
    other = share * FOCUS.flux * np.roll(light_of(FOCUS), dx, axis=1)
    return replace(image, sci=(image.sci + other).astype(np.float32))


@pytest.mark.parametrize(("share", "dx"), [(0.06, 60), (0.3, 60), (0.3, 110), (0.5, -100), (0.9, 30)])
def test_star_in_focus_beside_a_fainter_one_is_in_focus(share: float, dx: int) -> None:
    alone, found = regions_of(image_of(FOCUS)), regions_of(with_star(share, dx))
    assert found.in_focus
    assert (found.x, found.y) == pytest.approx((alone.x, alone.y), abs=0.3)
    radii = [enclosing_circle(each.signal).radius for each in (found, alone)]
    assert radii[0] == pytest.approx(radii[1], rel=0.15)


@pytest.mark.parametrize("value", [1e4, 1e5, 3e5])
def test_star_in_focus_beside_a_bright_pixel_is_in_focus(value: float) -> None:
    image = image_of(FOCUS)
    image.sci[Y + 50, X + 90] = value
    alone, found = regions_of(image_of(FOCUS)), regions_of(image)
    assert found.in_focus
    assert (found.x, found.y) == pytest.approx((alone.x, alone.y), abs=0.3)


def test_cosmic_ray_in_a_star_out_of_focus_is_no_star_in_focus() -> None:
    scene = Scene("WLP8", flux=4e5)
    image = image_of(scene)
    image.sci[Y + 12 : Y + 14, X + 20 : X + 23] += 1e4
    # Without the lens in the header nothing tells that the star is out of focus.
    found = regions_of(image, "CLEAR")
    assert not found.in_focus
    assert enclosing_circle(found.signal).radius > 40
