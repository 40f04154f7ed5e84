"""Images of a star, compared with theory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from wfsgui.demo.visit.optics import (
    PUPIL_RADIUS,
    StarImage,
    Telescope,
    geometric_radius,
    pupil,
    segment_errors,
    star_image,
    wavefront_error,
)

X, Y = 463.3, 1411.8


def centroid(image: StarImage) -> NDArray[np.float64]:
    """Centroid (x, y) on the detector of the image of a star at (X, Y)."""
    stamp, x0, y0 = image.at(X, Y)
    rows, columns = np.indices(stamp.shape)
    weighted = [float((stamp * (columns + x0)).sum()), float((stamp * (rows + y0)).sum())]
    return np.array(weighted) / float(stamp.sum())


def radius_enclosing(weight: NDArray[np.floating], radius: NDArray[np.floating], fraction: float) -> float:
    order = np.argsort(radius, axis=None)
    enclosed = np.cumsum(weight.ravel()[order])
    return float(radius.ravel()[order][np.searchsorted(enclosed, fraction * enclosed[-1])])


def lit_samples(telescope: Telescope) -> NDArray[np.bool_]:
    return pupil(telescope.pupil_samples)[0] > 0.5


def test_geometric_radius() -> None:
    """8.0292 waves over a mirror of 6.603 m deflect its edge by 2.127 arcsec."""
    assert geometric_radius("WLP8") * 0.03122 == pytest.approx(2.127, abs=1e-3)
    assert geometric_radius("WLM8") == pytest.approx(geometric_radius("WLP8") * 8.0188 / 8.0292)
    assert geometric_radius("CLEAR") == 0


@pytest.mark.parametrize("lens", ["WLP8", "WLM8"])
def test_donut_is_the_scaled_shadow_of_the_pupil(lens: str, small_telescope: Telescope) -> None:
    image = star_image(lens, small_telescope)
    stamp, x0, y0 = image.at(X, Y)
    rows, columns = np.indices(stamp.shape)
    on_detector = np.hypot(columns + x0 - X, rows + y0 - Y)
    lit = lit_samples(small_telescope)
    axis = np.linspace(-1, 1, lit.shape[0])
    on_pupil = np.hypot(axis[None, :], axis[:, None])
    for fraction in (0.25, 0.5, 0.75):
        expected = radius_enclosing(lit.astype(float), on_pupil, fraction) * geometric_radius(lens)
        assert radius_enclosing(stamp, on_detector, fraction) == pytest.approx(expected, rel=0.04)
    hole, ring = stamp[on_detector < 8].mean(), stamp[(on_detector > 25) & (on_detector < 55)].mean()
    assert hole < 0.5 * ring


def test_opposite_lenses_give_opposite_images(small_telescope: Telescope) -> None:
    perfect = replace(small_telescope, rms_nm=0.0)
    # In the middle of a pixel, with as many pixels on either side.
    plus, minus = (star_image(lens, perfect).at(128.0, 128.0)[0][1:, 1:].ravel() for lens in ("WLP8", "WLM8"))
    assert np.corrcoef(plus, minus[::-1])[0, 1] > 0.999
    assert np.corrcoef(plus, minus)[0, 1] < 0.97


@pytest.mark.parametrize("lens", ["CLEAR", "WLP8", "WLM8"])
def test_star_image_conserves_flux(lens: str, small_telescope: Telescope) -> None:
    image = star_image(lens, small_telescope)
    total = float(image.at(X, Y)[0].sum())
    assert 0.98 < total <= 1.0
    assert image.at(X + 0.37, Y - 0.81)[0].sum() == pytest.approx(total, abs=2e-4)


def test_images_are_centred_on_the_star(small_telescope: Telescope) -> None:
    in_focus, plus, minus = (centroid(star_image(lens, small_telescope)) for lens in ("CLEAR", "WLP8", "WLM8"))
    assert in_focus == pytest.approx([X, Y], abs=0.08)
    # The struts shade the pupil unevenly, which moves the two lenses' centroids in opposite directions.
    assert (plus + minus) / 2 == pytest.approx([X, Y], abs=0.08)
    assert plus == pytest.approx([X, Y], abs=0.4)
    assert plus[1] < Y < minus[1]


def test_a_whole_pixel_moves_only_the_corner(small_telescope: Telescope) -> None:
    image = star_image("WLP8", small_telescope)
    here, x0, y0 = image.at(X, Y)
    there, x1, y1 = image.at(X + 3, Y - 2)
    assert (x1 - x0, y1 - y0) == (3, -2)
    assert there == pytest.approx(here, abs=1e-9)


def test_star_image_does_not_depend_on_sampling(small_telescope: Telescope) -> None:
    """The flux of a pixel does not depend on the oversampling."""
    coarse, fine = (
        star_image("CLEAR", replace(small_telescope, field=64, oversampling=n)).at(32.2, 31.7)[0] for n in (2, 6)
    )
    assert coarse == pytest.approx(fine, abs=float(fine.max()) / 500)


def test_wavefront_error(small_telescope: Telescope) -> None:
    errors = segment_errors(small_telescope)
    opd = wavefront_error(errors, small_telescope.pupil_samples)[lit_samples(small_telescope)]
    assert np.std(opd) == pytest.approx(70.0, abs=0.5)
    assert all(values.shape == (18,) for values in vars(errors).values())
    for values in (errors.tip, errors.tilt, errors.piston, errors.piston * errors.x, errors.piston * errors.y):
        assert values.mean() == pytest.approx(0.0, abs=1e-9)
    halved = segment_errors(replace(small_telescope, rms_nm=35.0))
    assert halved.piston == pytest.approx(errors.piston / 2)


def test_strehl_ratio_follows_marechal(small_telescope: Telescope) -> None:
    """A wavefront error of 70 nm rms reduces the peak by exp(-(2 pi 70 / 2120)**2), to second order."""
    aberrated, perfect = (
        star_image("CLEAR", replace(small_telescope, rms_nm=rms)).at(100.0, 100.0)[0].max() for rms in (70.0, 0.0)
    )
    assert aberrated / perfect == pytest.approx(np.exp(-((2 * np.pi * 70 / 2120) ** 2)), abs=0.01)


def test_spikes_are_those_of_hexagons_and_struts(small_telescope: Telescope) -> None:
    stamp, x0, y0 = star_image("CLEAR", small_telescope).at(128.0, 128.0)
    rows, columns = np.indices(stamp.shape)
    x, y = columns + x0 - 128.0, rows + y0 - 128.0
    ring = (np.hypot(x, y) > 40) & (np.hypot(x, y) < 100)
    angle = np.degrees(np.arctan2(y, x)) % 180.0

    def brightness(towards: float) -> float:
        return float(stamp[ring & (abs((angle - towards + 90) % 180 - 90) < 4)].mean())

    between = max(brightness(towards) for towards in (12, 60, 120, 168))
    assert min(brightness(towards) for towards in (30, 90, 150)) > 5 * between
    assert brightness(0) > 2 * between


def test_pupil_measures_five_segments(small_telescope: Telescope) -> None:
    lit = lit_samples(small_telescope)
    step = 2 * PUPIL_RADIUS / lit.shape[0]
    assert lit.any(axis=1).sum() * step == pytest.approx(6.603, abs=0.04)
    # Five columns of hexagons, each 0.75 of its width from the next: 4 * 0.75 + 1 widths of 1.525 m.
    assert lit.any(axis=0).sum() * step == pytest.approx(6.10, abs=0.04)
    # The collecting area of the telescope is 25.4 m2.
    assert lit.sum() * step**2 == pytest.approx(25.4, rel=0.03)


def test_same_seed_gives_the_same_pixels(small_telescope: Telescope) -> None:
    first = star_image("WLM8", small_telescope).at(X, Y)[0]
    star_image.cache_clear()
    assert np.array_equal(star_image("WLM8", small_telescope).at(X, Y)[0], first)
    other = star_image("WLM8", replace(small_telescope, seed=small_telescope.seed + 1)).at(X, Y)[0]
    assert not np.array_equal(other, first)


def test_unknown_lens(small_telescope: Telescope) -> None:
    with pytest.raises(KeyError, match="WLP4"):
        star_image("WLP4", small_telescope)
