"""Tests of flagged and missing pixels in the signal region, and of the light under them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.core.assess.checks.scenes import (
    LEVEL,
    NOISE,
    PLACE,
    RADIUS,
    REGIONS,
    SHAPE,
    chosen,
    disc,
    flagged,
    gaussian,
    request,
)
from wfsgui.core.assess.checks.under_light import NAMED_FLAGS, UNDER_LIGHT_PART, under_light
from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.part import Part
from wfsgui.core.assess.results import CheckResult, Level, Quantity
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle

PIXELS = int(np.count_nonzero(REGIONS.signal.mask(SHAPE)))
CORE = replace(REGIONS, signal=Circle(*PLACE, 6), in_focus=True)
X, Y = int(PLACE[0]), int(PLACE[1])


def quantity(part: Part, key: str) -> Quantity:
    return next(each for each in part.quantities if each.key == key)


def check(part: Part, key: str) -> CheckResult:
    return next(each for each in part.checks if each.key == key)


def measured(image: StepImage, limits: Limits | None = None) -> Part:
    return under_light(request(image, limits=limits), REGIONS)


def test_clean_star_has_nothing_under_its_light() -> None:
    part = measured(disc(seed=1))
    assert {flag.name for flag in part.flags} == set(NAMED_FLAGS)
    assert all(flag.pixels == 0 and flag.flux_share == 0 for flag in part.flags)
    assert [each.value for each in part.quantities] == [0.0] * len(part.quantities)
    assert [each.level for each in part.checks] == [Level.GOOD, Level.GOOD]
    assert check(part, "unusable").value == "0 %"
    assert check(part, "unusable").finding == "Unusable pixels in the signal region: none."
    assert check(part, "saturated").finding == "Saturated pixels in the signal region: none."
    assert check(part, "unusable").place is None


def test_results_have_the_declared_keys_and_names() -> None:
    part = measured(disc())
    assert [(each.key, each.name) for each in part.quantities] == [
        (each.key, each.name) for each in UNDER_LIGHT_PART.quantities
    ]
    assert [(each.key, each.name) for each in part.checks] == [
        (each.key, each.name) for each in UNDER_LIGHT_PART.checks
    ]
    assert all(quantity(part, each.quantity) for each in part.checks)


def test_share_of_flagged_pixels_is_that_of_a_sum_by_hand() -> None:
    image = disc(seed=2)
    marked = np.random.default_rng(4).random(SHAPE) < 0.1
    part = measured(flagged(image, marked, "JUMP_DET"))
    sci = image.sci.astype(float)
    inside, around = REGIONS.signal.mask(SHAPE), REGIONS.background.mask(SHAPE)
    flux = sci - np.median(sci[around])
    expected = flux[inside & marked].sum() / flux[inside].sum()
    jump = next(flag for flag in part.flags if flag.name == "JUMP_DET")
    assert jump.pixels == np.count_nonzero(inside & marked)
    assert jump.flux_share == pytest.approx(expected, rel=1e-6)
    assert quantity(part, "light_under_jump_det").value == pytest.approx(100 * expected, rel=1e-6)


def test_error_of_a_share_is_its_scatter_over_realizations_of_the_noise() -> None:
    marked = chosen(*((x, y) for x in range(90, 101) for y in range(90, 95)))
    found = [quantity(measured(flagged(disc(seed=seed), marked, "HOT")), "light_under_hot") for seed in range(60)]
    scatter = np.std([each.value for each in found], ddof=1)
    # 60 realizations give the scatter within 9 %, one standard deviation.
    assert found[0].error == pytest.approx(scatter, rel=0.35)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e9, -1e9], ids=str)
def test_unusable_pixel_counts_with_the_value_of_its_surroundings(value: float) -> None:
    holes = chosen((100, 90), (101, 90), (110, 100))
    part = measured(flagged(disc(), holes, "DO_NOT_USE", "HOT", value=value))
    for key in ("unusable", "light_under_hot"):
        assert quantity(part, key).value == pytest.approx(100 * 3 / PIXELS, rel=1e-6)
    assert quantity(part, "pixels_without_value").value == (0 if np.isfinite(value) else 3)
    assert next(flag for flag in part.flags if flag.name == "DO_NOT_USE").pixels == 3


def test_groups_of_pixels_without_a_value_are_counted() -> None:
    corner, line, outside = ((90, 80), (91, 81)), ((120, 100), (121, 100), (122, 100)), ((5, 5), (150, 95))
    part = measured(flagged(disc(), chosen(*corner, *line, *outside), "DO_NOT_USE", value=np.nan))
    assert quantity(part, "pixels_without_value").value == 5
    assert quantity(part, "holes_without_value").value == 2
    assert quantity(part, "largest_hole_without_value").value == 3
    assert "Unusable pixels in the signal region: 5, 5 of them without a value" in check(part, "unusable").finding


def test_flags_are_ranked_by_light_and_not_by_number() -> None:
    bright = flagged(gaussian(), chosen((X, Y)), "NONLINEAR")
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    faint = (np.hypot(x - X, y - Y) > 20) & REGIONS.signal.mask(SHAPE)
    part = measured(flagged(bright, faint, "WARM"))
    ranked = [flag for flag in part.flags if flag.pixels]
    assert [flag.name for flag in ranked] == ["NONLINEAR", "WARM"]
    assert ranked[0].pixels < ranked[1].pixels
    assert all(0 <= flag.flux_share <= 1 for flag in part.flags)


def test_pixels_below_the_background_have_no_negative_share() -> None:
    image = disc()
    sci = image.sci.copy()
    sci[Y, X] = -1e3
    part = measured(flagged(replace(image, sci=sci), chosen((X, Y)), "WARM"))
    assert next(flag for flag in part.flags if flag.name == "WARM").flux_share == 0


@pytest.mark.parametrize("name", NAMED_FLAGS)
def test_named_flag_is_measured(name: str) -> None:
    part = measured(flagged(disc(), chosen((X, Y)), name))
    assert part.flags[0].name == name
    assert quantity(part, f"light_under_{name.lower()}").value == pytest.approx(100 / PIXELS, rel=1e-6)


def test_unusable_light_over_the_limit_is_bad_and_shown() -> None:
    holes = chosen(*((x, y) for x in range(100, 115) for y in range(90, 105)))
    image = flagged(disc(), holes, "DO_NOT_USE", value=np.nan)
    found = check(measured(image), "unusable")
    assert found.level is Level.BAD
    assert found.place is not None
    assert holes[int(found.place[1]), int(found.place[0])]
    assert (found.limit, found.source) == (Limits()["unusable"].text, Limits()["unusable"].source)
    wider = check(measured(image, Limits().with_value("unusable", 5)), "unusable")
    assert (wider.level, wider.limit, wider.source) == (Level.GOOD, "at most 5 %", "the analyst")


@pytest.mark.parametrize(
    ("flags", "value", "level"),
    [
        (("SATURATED",), None, Level.CARE),
        (("SATURATED", "DO_NOT_USE"), np.nan, Level.BAD),
        (("SATURATED", "DO_NOT_USE"), 0.0, Level.BAD),
        (("HOT",), None, Level.GOOD),
    ],
)
def test_saturated_core_is_found(flags: tuple[str, ...], value: float | None, level: Level) -> None:
    core = chosen(*((x, y) for x in range(X - 1, X + 2) for y in range(Y - 1, Y + 2)))
    found = check(under_light(request(flagged(gaussian(), core, *flags, value=value)), CORE), "saturated")
    assert found.level is level
    if level is not Level.GOOD:
        assert found.place is not None
        assert core[int(found.place[1]), int(found.place[0])]


def test_light_under_a_saturated_core_is_a_lower_bound() -> None:
    core = chosen(*((x, y) for x in range(X - 1, X + 2) for y in range(Y - 1, Y + 2)))
    true = gaussian().sci.astype(float) - LEVEL
    share = 100 * true[core].sum() / true[CORE.signal.mask(SHAPE)].sum()
    image = flagged(gaussian(), core, "SATURATED", "DO_NOT_USE", value=np.nan)
    found = quantity(under_light(request(image), CORE), "light_under_saturated").value
    assert 0.4 * share < found < share


def test_single_saturated_hot_pixel_of_a_donut_is_good() -> None:
    image = flagged(disc(), chosen((X, Y)), "SATURATED", "HOT", "DO_NOT_USE", value=np.nan)
    found = check(measured(image), "saturated")
    assert found.level is Level.GOOD
    assert found.finding.startswith("Saturated pixels in the signal region: 1, 1 of them without a usable value")


def test_region_without_a_usable_pixel_cannot_be_measured() -> None:
    with pytest.raises(WfsguiError, match="No pixel of the signal region can be used"):
        measured(flagged(disc(), np.ones(SHAPE, bool), "DO_NOT_USE"))


def test_region_without_light_cannot_be_measured() -> None:
    dark = replace(REGIONS, signal=Circle(190, 20, 10))
    with pytest.raises(WfsguiError, match="no flux above the background"):
        under_light(request(disc()), dark)


@pytest.mark.parametrize("place", [(-500.0, 10.0), (1e6, 1e6)])
def test_region_outside_of_the_image_cannot_be_measured(place: tuple[float, float]) -> None:
    with pytest.raises(WfsguiError, match="No pixel of the signal region can be used"):
        under_light(request(disc()), replace(REGIONS, signal=Circle(*place, 10)))


def test_region_over_the_edge_counts_its_pixels_outside_of_the_image_as_unusable() -> None:
    image = replace(disc(), sci=np.full(SHAPE, 5.0, np.float32))
    over = replace(REGIONS, signal=Circle(0, 0, 20), background=Annulus(0, 0, 500, 600))
    part = under_light(request(flagged(image, chosen((0, 0)), "DEAD")), over)
    whole, inside = (np.count_nonzero(over.signal.moved(*by).mask(SHAPE)) for by in ((50, 50), (0, 0)))
    assert part.flags[0].pixels == 1
    assert part.flags[0].flux_share == pytest.approx(1 / whole)
    assert quantity(part, "unusable").value == pytest.approx(100 * (1 - inside / whole))
    assert quantity(part, "pixels_without_value").value == 0
    found = check(part, "unusable")
    assert (found.level, found.place) == (Level.BAD, None)
    assert f"{whole - inside}, 0 of them without a value and {whole - inside} outside of the image" in found.finding


def test_very_large_region_cannot_be_measured() -> None:
    with pytest.raises(WfsguiError, match="make it smaller"):
        under_light(request(disc()), replace(REGIONS, signal=Circle(*PLACE, 2000)))


def test_image_without_a_background_says_so() -> None:
    far = replace(REGIONS, background=Annulus(*PLACE, 500, 600))
    part = under_light(request(flagged(disc(), chosen((X, Y)), "HOT")), far)
    assert "No background was subtracted" in quantity(part, "light_under_hot").definition
    assert quantity(part, "light_under_hot").value == pytest.approx(100 / PIXELS, rel=1e-6)


def test_annulus_as_signal_region_leaves_out_its_middle() -> None:
    ring = replace(REGIONS, signal=Annulus(*PLACE, 20, RADIUS))
    part = under_light(request(flagged(disc(), chosen((X, Y)), "HOT")), ring)
    assert quantity(part, "light_under_hot").value == 0


def test_unknown_error_counts_as_none() -> None:
    image = replace(disc(), err=np.full(SHAPE, np.nan, np.float32))
    found = quantity(under_light(request(flagged(image, chosen((X, Y)), "HOT")), REGIONS), "light_under_hot")
    assert found.error == 0


def test_image_of_eight_by_eight_is_measured() -> None:
    sci = np.ones((8, 8), np.float32)
    sci[3:5, 3:5] = 50
    dq = np.zeros((8, 8), np.uint32)
    dq[3, 3] = FLAGS["HOT"]
    image = StepImage(sci, np.full((8, 8), NOISE, np.float32), dq, "DN/s")
    small = replace(REGIONS, x=3.5, y=3.5, signal=Circle(3.5, 3.5, 2), background=Annulus(3.5, 3.5, 3, 6))
    part = under_light(request(image), small)
    # Level 1: the four bright pixels have all the light.
    assert part.flags[0].flux_share == pytest.approx(0.25)
