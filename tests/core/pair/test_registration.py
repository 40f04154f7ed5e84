"""Registration of two images: shifts and their errors, resampling and its noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import correlate

from tests.core.pair.scenes import Scene, flux_of, image_of, regions_at, side
from wfsgui.core.errors import WfsguiError
from wfsgui.core.pair.aligned import prepare
from wfsgui.core.pair.correlation import correlation_lag
from wfsgui.core.pair.registration import Registered, register
from wfsgui.core.pair.resampling import Shiftable, filled
from wfsgui.core.pair.results import PairSide
from wfsgui.core.pair.star_cut import StarCut, cut_star, star_pixel

FIRST = Scene(seed=1)


def registered(first: PairSide, second: PairSide, *, turned: bool = False, subpixel: bool = False) -> Registered:
    """Register the second exposure on the first."""
    prepared = prepare(first, second)
    level = prepared.backgrounds[1].level
    place = star_pixel(second)
    return register(prepared.first, second, place, level, prepared.inside, turned=turned, subpixel=subpixel)


def cut(value: np.ndarray, variance: float = 1.0) -> StarCut:
    """Make a cut-out of an image."""
    return StarCut(value, np.where(np.isnan(value), np.nan, variance), None, np.zeros(value.shape, np.uint32), (0, 0))


@pytest.mark.parametrize("move", [(0.0, 0.0), (0.37, -0.21), (4.5, -3.8), (-13.26, 7.49), (25.0, 0.0)])
def test_shift_of_the_same_star_is_measured_within_its_error(move: tuple[float, float]) -> None:
    second = side(Scene(seed=2, x=FIRST.x + move[0], y=FIRST.y + move[1]))
    found = registered(side(FIRST), second)
    for measured, true, error in zip(found.shift, move, found.error, strict=True):
        assert 1e-4 < error < 2e-3
        assert abs(measured - true) < 4 * error
    assert max(map(abs, found.rest)) <= 0.51


def test_shift_is_the_same_where_the_region_is_not_on_the_star() -> None:
    second = side(Scene(seed=2))
    beside = PairSide(second.info, second.stage, second.image, regions_at(FIRST.x + 20, FIRST.y - 15))
    found = registered(side(FIRST), beside)
    assert np.hypot(*found.shift) < 0.01


def test_errors_of_the_shift_are_the_scatter_of_realisations() -> None:
    first = side(FIRST)
    found = [registered(first, side(Scene(seed=seed))) for seed in range(10, 26)]
    for axis in (0, 1):
        scatter = np.std([each.shift[axis] for each in found])
        # The noise of the first image is the same in all.
        assert 0.4 < scatter / found[0].error[axis] < 1.2


def test_shift_of_faint_stars_is_measured_within_its_error() -> None:
    for seed in range(6):
        first = Scene(seed=seed, flux=6000.0)
        second = replace(first, seed=seed + 50, x=FIRST.x + 1.3, y=FIRST.y - 0.4)
        found = registered(side(first), side(second))
        for measured, true, error in zip(found.shift, (1.3, -0.4), found.error, strict=True):
            assert 0.01 < error < 0.1
            assert abs(measured - true) < 4 * error


def test_shift_of_opposite_defocus_is_that_of_the_star() -> None:
    second = side(Scene(lens="WLM8", seed=2, x=FIRST.x + 5.2, y=FIRST.y - 3.4))
    found = registered(side(FIRST), second)
    assert np.allclose(found.shift, (5.2, -3.4), atol=0.1)
    # Aberrations make the images differ, so the errors are larger than those of noise.
    assert min(found.error) > 0.02
    assert all(
        abs(one - true) < 4 * error for one, true, error in zip(found.shift, (5.2, -3.4), found.error, strict=True)
    )


def test_turned_image_is_registered_on_the_image_that_was_turned() -> None:
    image = image_of(Scene(seed=None, x=200.0, y=205.0))
    back = image.sci[::-1, ::-1]
    turned = side(Scene(seed=None, x=back.shape[1] - 1 - 200.0, y=back.shape[0] - 1 - 205.0))
    turned = PairSide(turned.info, turned.stage, type(image)(back, image.err, image.dq, image.unit), turned.regions)
    first = side(Scene(seed=None, x=200.0, y=205.0), image)
    found = registered(first, turned, turned=True)
    known = np.isfinite(found.cut.value) & np.isfinite(prepare(first, turned).first.value)
    assert np.allclose(found.cut.value[known], prepare(first, turned).first.value[known], atol=1e-4)
    assert np.allclose(found.rest, 0, atol=1e-3)


def test_lag_is_that_of_scipy_for_complete_images() -> None:
    random = np.random.default_rng(1)
    wide = random.normal(size=(90, 90))
    first, second = wide[15:76, 15:76], wide[18:79, 8:69]
    inside = np.ones(first.shape, bool)
    row, column = np.unravel_index(np.argmax(correlate(second, first, method="fft")), (121, 121))
    assert (int(column) - 60, int(row) - 60) == (7, -3)
    assert correlation_lag(first, second, inside, 12) == (7, -3)


def test_hole_at_the_same_pixels_of_both_images_does_not_attract_the_lag() -> None:
    y, x = np.mgrid[-60:61, -60:61]
    image = 1000 * np.exp(-0.5 * np.hypot(x, y) ** 2 / 9)
    first, second = image + 0.0, np.roll(image, (5, 4), (0, 1))
    hole = np.hypot(x, y) < 6
    first[hole] = second[hole] = np.nan
    assert correlation_lag(first, second, np.ones(first.shape, bool), 20) == (4, 5)


def test_images_without_structure_cannot_be_registered() -> None:
    flat = np.ones((41, 41))
    with pytest.raises(WfsguiError, match="no structure in common"):
        correlation_lag(flat, flat, np.ones(flat.shape, bool), 5)


def test_donut_and_star_in_focus_are_not_registered() -> None:
    with pytest.raises(WfsguiError, match="no structure in common"):
        registered(side(FIRST), side(Scene(lens="CLEAR", seed=2)))


def test_stars_without_a_common_usable_pixel_are_refused() -> None:
    first, second = image_of(FIRST), image_of(Scene(seed=2))
    sci = [np.array(image.sci) for image in (first, second)]
    sci[0][:, : int(FIRST.x) + 25] = np.nan
    sci[1][:, int(FIRST.x) - 25 :] = np.nan
    sides = [
        side(FIRST, type(first)(plane, image.err, image.dq, image.unit))
        for plane, image in zip(sci, (first, second), strict=True)
    ]
    with pytest.raises(WfsguiError, match="choose"):
        registered(*sides)


def test_resampled_image_is_the_image_at_the_other_position() -> None:
    scene = Scene(seed=None)
    moved = Scene(seed=None, x=scene.x - 0.3, y=scene.y + 0.45)
    plane = flux_of(scene)
    shifted = Shiftable(cut(plane - 0.05)).at(0.3, -0.45)
    away = np.abs(shifted.value - (flux_of(moved) - 0.05))
    # The sampling of the model aliases a little.
    assert away.max() < 0.01 * plane.max()


def test_noise_of_a_resampled_image_is_white_and_has_the_variance_that_is_told() -> None:
    random = np.random.default_rng(3)
    variance = 1 + np.linspace(0, 3, 201)[None, :] * np.ones((201, 1))
    noise = random.normal(size=variance.shape) * np.sqrt(variance)
    value = StarCut(noise, variance, None, np.zeros(noise.shape, np.uint32), (0, 0))
    moved = Shiftable(value).at(0.5, -0.35)
    inner = slice(10, -10), slice(10, -10)
    scaled = (moved.value / np.sqrt(moved.variance))[inner]
    assert np.square(scaled).mean() == pytest.approx(1, abs=0.03)
    assert (scaled[:, 1:] * scaled[:, :-1]).mean() == pytest.approx(0, abs=0.02)
    assert (scaled[1:] * scaled[:-1]).mean() == pytest.approx(0, abs=0.02)


def test_missing_pixel_is_missing_in_its_surroundings_only() -> None:
    plane = np.ones((41, 41))
    plane[20, 20] = np.nan
    assert np.isnan(Shiftable(cut(plane)).at(0.0, 0.0).value).sum() == 1
    between = np.isnan(Shiftable(cut(plane)).at(0.5, 0.5).value)
    assert between[19:21, 19:21].all()
    assert between.sum() < 20


def test_filling_changes_no_known_pixel_and_leaves_no_hole() -> None:
    plane = np.arange(900.0).reshape(30, 30)
    known = plane.copy()
    plane[10:13, 10:13] = np.nan
    result = filled(plane)
    assert np.isfinite(result).all()
    assert np.array_equal(result[np.isfinite(plane)], known[np.isfinite(plane)])
    assert np.allclose(result[10:13, 10:13], known[10:13, 10:13], atol=40)
    assert not filled(np.full((5, 5), np.nan)).any()


def test_cut_out_over_the_edge_has_missing_pixels() -> None:
    first = side(FIRST)
    part = cut_star(first, (5, 400), 40, 0.0)
    assert np.isnan(part.value[:, :35]).all()
    assert np.isnan(part.value[60:]).all()
    assert np.array_equal(part.value[:60, 35:], first.image.sci[360:420, 0:46])
    with pytest.raises(WfsguiError, match="No pixel around the star"):
        cut_star(first, (-100, -100), 40, 0.0)
