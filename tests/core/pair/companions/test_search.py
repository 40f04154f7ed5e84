"""Search for companions: injected ones are found, and noise and aberrations make none."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import hypot

import numpy as np
import pytest

from tests.core.pair.scenes import TELESCOPE, Scene, image_of, regions_at, side
from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.results import Level
from wfsgui.core.model.flags import DO_NOT_USE
from wfsgui.core.pair.aligned import Aligned
from wfsgui.core.pair.companions.copy_model import CopyModel
from wfsgui.core.pair.companions.search import search_companions
from wfsgui.core.pair.compare import compare_pair, find_companions
from wfsgui.core.pair.results import CompanionSearch, PairOptions
from wfsgui.core.regions.shapes import Annulus

Companions = tuple[tuple[float, float, float], ...]


def searched(companions: Companions = (), telescope: int = 2120, seed: int = 1) -> CompanionSearch:
    """Search in a simulated pair of opposite defocus."""
    model = replace(TELESCOPE, seed=telescope)
    first = Scene(seed=seed, companions=companions, telescope=model)
    second = Scene(seed=seed + 100, lens="WLM8", x=210.2, y=205.4, companions=companions, telescope=model)
    return find_companions(side(first), side(second))


@pytest.mark.parametrize(
    "injected",
    [(20.0, -15.0, 0.1), (38.4, 11.2, 0.03), (-60.2, 5.6, 0.01), (5.9, 89.7, 0.003), (-89.6, -72.1, 0.002)],
)
def test_injected_companion_is_found_with_its_place_and_contrast(injected: tuple[float, float, float]) -> None:
    found = searched((injected,))
    (companion,) = found.companions
    assert companion.dx == pytest.approx(injected[0], abs=5 * companion.position_error)
    assert companion.dy == pytest.approx(injected[1], abs=5 * companion.position_error)
    assert companion.contrast == pytest.approx(injected[2], abs=4 * companion.contrast_error)
    assert companion.contrast_error < companion.contrast / 5
    assert companion.significance > 3
    assert companion.limit == found.limit_at(hypot(companion.dx, companion.dy))


def test_two_companions_are_found_the_more_significant_one_first() -> None:
    found = searched(((100.0, 50.0, 0.002), (-50.0, 60.0, 0.01))).companions
    assert [round(companion.dx) for companion in found] == [-50, 100]
    assert found[0].significance > found[1].significance


@pytest.mark.parametrize("telescope", [2120, 1, 2, 3])
def test_noise_and_aberrations_make_no_companion(telescope: int) -> None:
    found = searched(telescope=telescope, seed=telescope)
    assert found.companions == ()
    assert found.reason == ""
    assert found.limit.size > 20


def test_limit_falls_with_the_distance_from_the_star() -> None:
    found = searched()
    limits = [found.limit_at(pixels) for pixels in (25.0, 50.0, 80.0, 115.0)]
    assert all(one > 1.5 * other for one, other in pairwise(limits))
    assert limits[-1] < 0.001
    assert found.limit.max() <= 0.3
    assert np.isnan(found.limit_at(1000.0))


def test_arcsec_follow_from_the_aperture_without_a_wcs() -> None:
    found = searched()
    assert np.allclose(found.separation / found.pixels, 0.0312, atol=0.0005)


def test_companion_in_the_comparison_asks_for_care_and_has_its_limit_beside_it() -> None:
    companions = ((-60.2, 5.6, 0.01),)
    first, second = Scene(seed=1, companions=companions), Scene(seed=2, lens="WLM8", companions=companions)
    found = compare_pair(side(first), side(second), PairOptions(), Limits())
    check = found.check("companion")
    assert check is not None
    assert check.level is Level.CARE
    assert "the detection limit at this separation is 0.003" in check.finding
    assert check.place == pytest.approx((regions_at(210, 205).x - 60.2, regions_at(210, 205).y + 5.6), abs=0.5)
    assert found.search is not None
    assert found.companions == found.search.companions


def test_comparison_without_a_companion_tells_its_limits() -> None:
    found = compare_pair(side(Scene(seed=1)), side(Scene(seed=2, lens="WLM8")), PairOptions(), Limits())
    check = found.check("companion")
    assert check is not None
    assert check.level is Level.GOOD
    assert "95 of 100 would be found" in check.finding


def test_search_can_be_left_out() -> None:
    found = compare_pair(side(Scene(seed=1)), side(Scene(seed=2)), PairOptions(search=False), Limits())
    assert found.search is None
    assert found.check("companion") is None


def test_companions_do_not_depend_on_the_choices_of_the_comparison() -> None:
    companions = ((-60.2, 5.6, 0.01),)
    sides = (
        side(Scene(seed=1, companions=companions)),
        side(Scene(seed=2, lens="WLM8", companions=companions)),
    )
    choices = (PairOptions(), PairOptions(turned=True, subpixel=True))
    one, other = (compare_pair(*sides, choice, Limits()).companions for choice in choices)
    assert one == other


def test_small_surroundings_are_not_searched_and_the_check_cannot_tell() -> None:
    sides = []
    for seed in (1, 2):
        scene = Scene(lens="CLEAR", seed=seed, flux=1e4)
        star = replace(regions_at(scene.x, scene.y, 5.0), background=Annulus(210.3, 205.6, 6.0, 9.0))
        sides.append(replace(side(scene), regions=star))
    found = compare_pair(sides[0], sides[1], PairOptions(), Limits())
    check = found.check("companion")
    assert check is not None
    assert check.level is Level.CANNOT_TELL
    assert "too small" in check.finding


def test_bad_pixels_and_a_bright_spot_make_no_companion() -> None:
    random = np.random.default_rng(7)
    sides = []
    for scene in (Scene(seed=1), Scene(seed=2, lens="WLM8")):
        image = image_of(scene)
        sci, dq = np.array(image.sci), np.array(image.dq)
        bad = random.random(sci.shape) < 0.01
        sci[bad], dq[bad] = np.nan, DO_NOT_USE
        # Hot pixels without a flag, at the same places of the detector.
        sci[100:400:40, 100:400:40] += 30
        sides.append(side(scene, replace(image, sci=sci, dq=dq)))
    assert find_companions(*sides).companions == ()


def test_map_is_the_least_squares_solution() -> None:
    """Compare a contrast of the map with a direct solution by numpy."""
    aligned = _aligned(Scene(seed=1, companions=((40.0, 30.0, 0.01),)))
    model = CopyModel.of(aligned, 60)
    contrasts = model.contrasts()
    copies, _, _ = model.copies(40.0, 30.0)
    root = np.sqrt(model.weights[0])
    design = np.stack([(root * column).ravel() for column in (copies, *model.nuisances)], axis=1)
    solved = np.linalg.lstsq(design, (root * model.difference).ravel())[0]
    assert contrasts.contrast[60 + 30, 60 + 40] == pytest.approx(solved[0], rel=0.1)


def test_removed_companion_is_no_more_in_the_images_of_the_star() -> None:
    companion = (100.0, 50.0, 0.3)
    model = CopyModel.of(_aligned(Scene(seed=1, companions=(companion,))), 120)
    plain = CopyModel.of(_aligned(Scene(seed=1)), 120)
    cleaned = model.without(*companion)
    size = np.square(model.difference).sum()
    assert np.square(cleaned.difference - plain.difference).sum() < 0.05 * size


def _aligned(first: Scene) -> Aligned:
    from wfsgui.core.pair.aligned import prepare
    from wfsgui.core.pair.registration import register
    from wfsgui.core.pair.star_cut import star_pixel

    second = side(replace(first, seed=2, lens="WLM8"))
    prepared = prepare(side(first), second)
    level = prepared.backgrounds[1].level
    registered = register(
        prepared.first, second, star_pixel(second), level, prepared.inside, turned=True, subpixel=True
    )
    return Aligned.of(prepared, registered, subpixel=True)


def test_search_needs_an_aligned_pair_only() -> None:
    companion = (-60.0, 5.0, 0.01)
    (found,) = search_companions(_aligned(Scene(seed=1, companions=(companion,)))).companions
    assert found.contrast == pytest.approx(0.01, rel=0.1)
