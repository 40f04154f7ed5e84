"""Tests of the residual background, its gradient, and holes near the light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.core.assess.checks.scenes import HEIGHT, LEVEL, NOISE, PLACE, RADIUS, REGIONS, SHAPE, disc, flagged, request
from wfsgui.core.assess.checks.residual_background import (
    GRADIENT_PART,
    HOLES_PART,
    LEVEL_PART,
    background_gradient,
    background_level,
    holes_near_light,
)
from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.part import Part, StarPart
from wfsgui.core.assess.results import CheckResult, Level, Quantity
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle

WIDE = (900, 1000)


def quantity(part: Part, key: str) -> Quantity:
    return next(each for each in part.quantities if each.key == key)


def the_check(part: Part) -> CheckResult:
    (found,) = part.checks
    return found


def added(image: StepImage, plane: NDArray[np.float64] | float) -> StepImage:
    return replace(image, sci=(image.sci + plane).astype(np.float32))


def tilt(by_x: float, by_y: float) -> NDArray[np.float64]:
    """Make a plane that is 0 at the star."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    return np.asarray(by_x * (x - PLACE[0]) + by_y * (y - PLACE[1]), float)


def blob(x: float, y: float, peak: float, shape: tuple[int, int] = SHAPE) -> NDArray[np.float64]:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.asarray(peak * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 4.0**2)), float)


def test_level_is_that_of_a_median_by_hand() -> None:
    image = disc(seed=1)
    part = background_level(request(image), REGIONS)
    around, inside = REGIONS.background.mask(SHAPE), REGIONS.signal.mask(SHAPE)
    level, signal = np.median(image.sci[around]), np.median(image.sci[inside])
    residual, share = part.quantities
    assert residual.value == pytest.approx(level, rel=1e-6)
    assert residual.unit == "MJy/sr"
    assert residual.error == pytest.approx(1.2533 * NOISE / np.sqrt(around.sum()), rel=0.05)
    assert abs(residual.value - LEVEL) < 4 * residual.error
    assert share.value == pytest.approx(100 * level / signal, rel=1e-6)
    assert share.error == pytest.approx(100 * residual.error / signal, rel=1e-6)
    assert share.region == REGIONS.background


@pytest.mark.parametrize(
    ("level", "expected"),
    [(0.0, Level.GOOD), (0.9, Level.GOOD), (-0.9, Level.GOOD), (3.0, Level.CARE), (-3.0, Level.CARE)],
)
def test_background_over_one_percent_of_the_signal_needs_care(level: float, expected: Level) -> None:
    found = the_check(background_level(request(added(disc(seed=2), level - LEVEL)), REGIONS))
    assert found.level is expected
    assert found.finding.startswith("The residual background is")
    assert (found.limit, found.place) == ("at most 1 %", PLACE)


def test_background_that_the_wings_of_the_star_can_make_cannot_be_judged() -> None:
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    wings = 8000 / np.maximum(np.hypot(x - PLACE[0], y - PLACE[1]), 1) ** 2
    found = the_check(background_level(request(added(disc(seed=2), wings - LEVEL)), REGIONS))
    assert found.level is Level.CANNOT_TELL
    assert "the wings of the star" in found.finding


def test_unusable_pixels_are_left_out_of_level_and_gradient() -> None:
    bad = np.random.default_rng(8).random(SHAPE) < 0.3
    image = flagged(disc(), bad, "DO_NOT_USE", value=1e6)
    assert quantity(background_level(request(image), REGIONS), "background_residual").value == LEVEL
    assert quantity(background_gradient(request(image), REGIONS), "background_slope").value == pytest.approx(0)


def test_gradient_is_that_of_the_scene() -> None:
    part = background_gradient(request(added(disc(seed=3), tilt(0.006, 0.008))), REGIONS)
    slope, across = part.quantities
    assert slope.value == pytest.approx(1.0, abs=3 * slope.error)
    assert 0 < slope.error < 0.05
    assert slope.unit == "MJy/sr / (100 pix)"
    # Over the diameter of 80 pixels, and a signal of 102.
    assert across.value == pytest.approx(100 * 0.01 * 2 * RADIUS / (HEIGHT + LEVEL), abs=3 * across.error + 0.01)
    assert "rises at 53 deg" in the_check(part).finding


@pytest.mark.parametrize(("slope", "level"), [(0.0, Level.GOOD), (0.011, Level.GOOD), (0.02, Level.CARE)])
def test_gradient_over_the_limit_needs_care(slope: float, level: Level) -> None:
    assert the_check(background_gradient(request(added(disc(seed=3), tilt(slope, 0))), REGIONS)).level is level


def test_gradient_that_noise_can_make_has_no_direction() -> None:
    finding = the_check(background_gradient(request(disc(seed=3)), REGIONS)).finding
    assert "which noise can make" in finding
    assert "rises" not in finding


def test_gradient_within_its_error_of_the_limit_cannot_be_judged() -> None:
    image = added(disc(seed=3), tilt(0.0128, 0))
    across = quantity(background_gradient(request(image), REGIONS), "background_gradient")
    for errors, level in ((-1, Level.GOOD), (1, Level.CANNOT_TELL), (4, Level.CARE)):
        limits = Limits().with_value("background_gradient", across.value - errors * across.error)
        assert the_check(background_gradient(request(image, limits=limits), REGIONS)).level is level


@pytest.mark.parametrize("part", [LEVEL_PART, GRADIENT_PART])
@pytest.mark.parametrize(("height", "level"), [(-HEIGHT, LEVEL), (0.0, LEVEL), (HEIGHT, -500.0)])
def test_region_that_is_not_brighter_than_the_background_has_the_reason(
    part: StarPart, height: float, level: float
) -> None:
    sci = (level + height * REGIONS.signal.mask(SHAPE)).astype(np.float32)
    with pytest.raises(WfsguiError, match="is not brighter"):
        part.measure(request(replace(disc(), sci=sci)), REGIONS)


@pytest.mark.parametrize("part", [LEVEL_PART, GRADIENT_PART])
def test_annulus_outside_of_the_image_has_the_reason(part: StarPart) -> None:
    with pytest.raises(
        WfsguiError, match=r"move the annulus|Too few pixels around the star have a value for the gradient"
    ):
        part.measure(request(disc()), replace(REGIONS, background=Annulus(*PLACE, 500, 600)))


def test_star_without_holes_is_good() -> None:
    found = holes_near_light(request(disc(seed=4)), REGIONS)
    assert the_check(found).level is Level.GOOD
    assert the_check(found).value == "none"
    assert the_check(found).place is None
    assert quantity(found, "holes").value == 0
    assert -6 < quantity(found, "hole_depth").value < 0


def test_hole_beside_the_light_needs_care_and_has_a_place() -> None:
    found = the_check(holes_near_light(request(added(disc(seed=4), blob(180, 40, -5))), REGIONS))
    assert found.level is Level.CARE
    assert found.finding.startswith("Star-shaped holes: 1, deepest -")
    assert found.place is not None
    assert np.hypot(found.place[0] - 180, found.place[1] - 40) < 6
    assert (found.limit, found.value) == ("at most 6 sigma", "1")


def test_hole_in_the_light_is_bad_and_shown_before_a_deeper_one() -> None:
    image = added(disc(seed=4), blob(*PLACE, -200) + blob(180, 40, -400))
    found = the_check(holes_near_light(request(image), REGIONS))
    assert found.level is Level.BAD
    assert found.place is not None
    assert np.hypot(found.place[0] - PLACE[0], found.place[1] - PLACE[1]) < 6
    assert "Star-shaped holes: 2" in found.finding
    assert "1 of them in the light" in found.finding


def test_hole_far_from_the_light_is_not_near_it() -> None:
    wide = np.random.default_rng(5).normal(LEVEL, NOISE, WIDE)
    wide[: SHAPE[0], : SHAPE[1]] += HEIGHT * REGIONS.signal.mask(SHAPE)
    err, dq = np.ones(WIDE, np.float32), np.zeros(WIDE, np.uint32)
    far, near = blob(900, 800, -5, WIDE), blob(200, 180, -5, WIDE)
    for hole, count in ((far, 0), (near, 1), (far + near, 1)):
        image = StepImage((wide + hole).astype(np.float32), err, dq, "MJy/sr")
        found = holes_near_light(request(image), REGIONS)
        assert quantity(found, "holes").value == count
        assert isinstance(quantity(found, "holes").region, Circle)


def test_place_of_a_hole_is_in_the_whole_image() -> None:
    wide = np.random.default_rng(6).normal(LEVEL, NOISE, WIDE)
    image = StepImage(
        sci=(wide + blob(760, 640, -5, WIDE)).astype(np.float32),
        err=np.ones(WIDE, np.float32),
        dq=np.zeros(WIDE, np.uint32),
        unit="MJy/sr",
    )
    far = replace(REGIONS, x=700, y=600, signal=Circle(700, 600, 30), background=Annulus(700, 600, 50, 70))
    place = the_check(holes_near_light(request(image), far)).place
    assert place is not None
    assert np.hypot(place[0] - 760, place[1] - 640) < 6


def test_light_that_fills_a_small_image_has_the_reason() -> None:
    """The darker middle of a donut is no hole."""
    y, x = np.mgrid[:160, :160]
    distance = np.hypot(x - 80, y - 80)
    sci = np.where(distance < 60, 20.0 + distance, 2.0) + np.random.default_rng(3).normal(0, NOISE, (160, 160))
    image = StepImage(sci.astype(np.float32), np.ones_like(sci, np.float32), np.zeros((160, 160), np.uint32), "DN/s")
    small = replace(REGIONS, x=80, y=80, signal=Circle(80, 80, 60), background=Annulus(80, 80, 75, 85))
    with pytest.raises(WfsguiError, match="The light fills most of the image"):
        holes_near_light(request(image), small)


def test_limit_of_the_analyst_changes_the_holes() -> None:
    image = added(disc(seed=4), blob(180, 40, -5))
    found = the_check(holes_near_light(request(image, limits=Limits().with_value("holes", 1000)), REGIONS))
    assert found.level is Level.GOOD


@pytest.mark.parametrize("shape", [(6, 7), (8, 8), (8, 500), (31, 200)])
def test_image_of_too_few_blocks_has_the_reason(shape: tuple[int, int]) -> None:
    tiny = StepImage(np.ones(shape, np.float32), np.ones(shape, np.float32), np.zeros(shape, np.uint32), "DN/s")
    small = replace(REGIONS, x=3, y=3, signal=Circle(3, 3, 2), background=Annulus(3, 3, 2, 4))
    with pytest.raises(WfsguiError, match="Too few pixels around the star"):
        holes_near_light(request(tiny), small)


@pytest.mark.parametrize("part", [LEVEL_PART, GRADIENT_PART, HOLES_PART])
def test_declared_keys_and_names_are_those_of_the_results(part: StarPart) -> None:
    found = part.measure(request(disc(seed=1)), REGIONS)
    assert [(each.key, each.name) for each in found.quantities] == [(each.key, each.name) for each in part.quantities]
    assert [(each.key, each.name) for each in found.checks] == [(each.key, each.name) for each in part.checks]
    assert all(quantity(found, each.quantity) for each in found.checks)
    assert all(each.limit and each.source for each in found.checks)


@pytest.mark.parametrize("part", [LEVEL_PART, GRADIENT_PART, HOLES_PART])
def test_image_without_a_value_has_the_reason(part: StarPart) -> None:
    empty = replace(disc(), sci=np.full(SHAPE, np.nan, np.float32))
    with pytest.raises(WfsguiError):
        part.measure(request(empty), REGIONS)
