"""Tests of profiles with NaN pixels, against scipy and photutils."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from photutils.profiles import CurveOfGrowth
from photutils.profiles import RadialProfile as PhotutilsProfile
from scipy.ndimage import map_coordinates

from wfsgui.core.measure.cutout import Cutout
from wfsgui.core.measure.profiles import encircled_energy, line_profile, radial_profile
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Line

SHAPE = (80, 100)
PLACE = (47.3, 38.8)


def step_image(*, gaps: float) -> StepImage:
    random = np.random.default_rng(11)
    y, x = np.indices(SHAPE)
    star = 500 * np.exp(-0.5 * ((x - PLACE[0]) ** 2 + (y - PLACE[1]) ** 2) / 6.0**2)
    sci = (star + random.normal(2.0, 0.5, SHAPE)).astype(np.float32)
    missing = random.random(SHAPE) < gaps
    sci[missing] = random.choice(np.array([np.nan, np.inf, -np.inf], np.float32), np.count_nonzero(missing))
    err = random.uniform(0.5, 1.5, SHAPE).astype(np.float32)
    return StepImage(sci=sci, err=err, dq=np.zeros(SHAPE, np.uint32), unit="MJy/sr")


def flat(shape: tuple[int, int], value: float) -> StepImage:
    plane = np.full(shape, value, np.float32)
    return StepImage(sci=plane, err=np.ones(shape, np.float32), dq=np.zeros(shape, np.uint32), unit="DN/s")


LINES = {
    "slanted": Line(10.2, 70.1, 80.9, 12.4),
    "along a row": Line(5, 20, 60, 20),
    "down a column": Line(33, 70, 33, 10),
    "diagonal": Line(0, 0, 79, 79),
    "off the image": Line(-20.5, 10.2, 120.0, 60.6),
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
def test_line_profile_equals_scipy(line: Line) -> None:
    image = step_image(gaps=0)
    profile = line_profile(image, line)
    np.testing.assert_array_equal(np.diff(profile.distance), 1)
    assert profile.distance[0] == 0
    assert 0 <= line.length - profile.distance[-1] < 1
    share = profile.distance / line.length
    at = line.y1 + share * (line.y2 - line.y1), line.x1 + share * (line.x2 - line.x1)
    expected = map_coordinates(image.sci.astype(float), at, order=1, cval=np.nan)
    np.testing.assert_allclose(profile.value, expected, rtol=1e-4, atol=1e-3)
    assert np.isfinite(profile.value).sum() > 50


def test_line_samples_next_to_nan_are_nan() -> None:
    image, line = step_image(gaps=0.05), LINES["slanted"]
    profile = line_profile(image, line)
    share = profile.distance / line.length
    at = line.y1 + share * (line.y2 - line.y1), line.x1 + share * (line.x2 - line.x1)
    touched = map_coordinates((~np.isfinite(image.sci)).astype(float), at, order=1)
    assert 3 < np.count_nonzero(touched) < touched.size / 2
    np.testing.assert_array_equal(np.isnan(profile.value), touched > 0)
    np.testing.assert_array_equal(np.isnan(profile.error), touched > 0)


def test_line_along_pixel_centres_has_their_values() -> None:
    image = step_image(gaps=0)
    image.sci[21, :] = np.nan
    image.err[21, :] = np.inf
    profile = line_profile(image, Line(60, 20, 5, 20))
    np.testing.assert_array_equal(profile.value, image.sci[20, 60:4:-1])
    np.testing.assert_array_equal(profile.error, image.err[20, 60:4:-1])


def test_errors_between_pixels_add_in_quadrature() -> None:
    profile = line_profile(flat((5, 5), 7.0), Line(1.25, 2.5, 3.25, 2.5))
    assert profile.value == pytest.approx(7.0)
    assert profile.error == pytest.approx(np.sqrt(2 * 0.375**2 + 2 * 0.125**2))


def test_line_without_length_has_one_sample() -> None:
    profile = line_profile(step_image(gaps=0), Line(4, 5, 4, 5))
    assert profile.value == pytest.approx([step_image(gaps=0).sci[5, 4]])


@pytest.mark.parametrize("gaps", [0, 0.1])
@pytest.mark.parametrize("place", [PLACE, (50.0, 40.0), (3.2, 76.9)])
def test_radial_profile_equals_photutils(place: tuple[float, float], gaps: float) -> None:
    image = step_image(gaps=gaps)
    missing = ~np.isfinite(image.sci)
    theirs = PhotutilsProfile(
        np.where(missing, 0, image.sci - 2.0).astype(float),
        place,
        np.arange(26.0),
        error=image.err.astype(float),
        mask=missing,
        method="center",
    )
    ours = radial_profile(image, *place, 25.6, background=2.0)
    np.testing.assert_allclose(ours.radius, theirs.radius)
    np.testing.assert_allclose(ours.mean, theirs.profile, rtol=1e-5)
    np.testing.assert_allclose(ours.error, theirs.profile_error, rtol=1e-5)
    np.testing.assert_allclose(ours.count, theirs.area)


def test_mean_of_ring_without_values_is_nan() -> None:
    image = step_image(gaps=0)
    y, x = np.indices(SHAPE)
    distance = np.hypot(x - PLACE[0], y - PLACE[1])
    image.sci[(distance >= 3) & (distance < 4)] = np.nan
    ours = radial_profile(image, *PLACE, 10, background=0)
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(ours.mean)), [3])
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(ours.error)), [3])
    assert ours.count[3] == 0


@pytest.mark.parametrize("radius", [25.0, 30.4])
@pytest.mark.parametrize("place", [PLACE, (50.0, 40.0)])
def test_flux_equals_photutils(place: tuple[float, float], radius: float) -> None:
    image = step_image(gaps=0)
    ours = encircled_energy(image, *place, radius, background=2.0)
    assert ours.radius[-1] == radius
    theirs = CurveOfGrowth(image.sci.astype(float) - 2.0, place, ours.radius[1:])
    np.testing.assert_allclose(ours.flux[1:], theirs.profile, rtol=1e-9)
    np.testing.assert_allclose(ours.fraction[1:], theirs.profile / theirs.profile[-1], rtol=1e-9)
    assert ours.radius[0] == ours.flux[0] == ours.fraction[0] == 0


@pytest.mark.parametrize("radius", [0.0, 0.3, 2.4, 2.5, 6.7, 20.0, 29.99, 30.4])
def test_fraction_at_a_radius_equals_photutils(radius: float) -> None:
    image = step_image(gaps=0)
    ours = encircled_energy(image, *PLACE, 30.4, background=2.0)
    radii = np.array([max(radius, 1e-9), 30.5])
    theirs = CurveOfGrowth(image.sci.astype(float) - 2.0, PLACE, radii).profile
    whole = CurveOfGrowth(image.sci.astype(float) - 2.0, PLACE, ours.radius[1:]).profile[-1]
    assert ours.fraction_at(radius) == pytest.approx(theirs[0] / whole, abs=2e-3)
    if 0 < ours.fraction_at(radius) < 1:
        assert ours.fraction_at(ours.radius_at(0.4)) == pytest.approx(0.4)


def test_fraction_beyond_the_largest_circle_is_not_known() -> None:
    assert np.isnan(encircled_energy(step_image(gaps=0), *PLACE, 30.4, background=2.0).fraction_at(31))


def fill_by_photutils(image: StepImage, place: tuple[float, float], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Replace missing and outside pixels by the mean of their ring, and sum with photutils."""
    off = 40
    sci = np.pad(np.where(np.isfinite(image.sci), image.sci, np.nan).astype(float), off, constant_values=np.nan)
    at = place[0] + off, place[1] + off
    missing = ~np.isfinite(sci)
    means = PhotutilsProfile(np.where(missing, 0, sci), at, np.arange(33.0), mask=missing, method="center").profile
    rows, columns = np.indices(sci.shape)
    ring = np.minimum(np.hypot(columns - at[0], rows - at[1]).astype(int), means.size - 1)
    return np.asarray(CurveOfGrowth(np.where(missing, means[ring], sci), at, radii[1:]).profile)


@pytest.mark.parametrize("place", [PLACE, (6.0, 75.5)])
def test_missing_and_outside_pixels_have_mean_of_their_ring(place: tuple[float, float]) -> None:
    image = step_image(gaps=0.1)
    ours = encircled_energy(image, *place, 30.0, background=0.0)
    np.testing.assert_allclose(ours.flux[1:], fill_by_photutils(image, place, ours.radius), rtol=1e-6)
    even = flat(SHAPE, 3.0)
    even.sci[~np.isfinite(image.sci)] = np.nan
    assert encircled_energy(even, *place, 30.0, background=1.0).flux == pytest.approx(2.0 * np.pi * ours.radius**2)


def test_radius_of_fraction_is_interpolated() -> None:
    star = encircled_energy(step_image(gaps=0.05), *PLACE, 36.0, background=2.0)
    for fraction in (0.1, 0.5, 0.8):
        # Of a Gaussian: 1 - exp(-r**2 / 2 / sigma**2).
        assert star.radius_at(fraction) == pytest.approx(6.0 * np.sqrt(-2 * np.log(1 - fraction)), rel=0.01)
    assert [star.radius_at(fraction) for fraction in star.fraction[1:35]] == pytest.approx(star.radius[1:35])
    even = encircled_energy(flat(SHAPE, 1.0), 50, 40, 20.0, background=0.0)
    assert even.radius_at(0.3) == pytest.approx(20.0 * np.sqrt(0.3), rel=1e-3)
    assert even.radius_at(0.95) == pytest.approx(20.0 * np.sqrt(0.95), rel=1e-9)
    assert even.radius_at(1.0) == pytest.approx(20.0)
    assert np.isnan(even.radius_at(1.1))


def test_encircled_energy_is_nan_beyond_ring_without_values() -> None:
    image = step_image(gaps=0)
    y, x = np.indices(SHAPE)
    image.sci[np.abs(np.hypot(x - 50, y - 40) - 4.5) < 2] = np.nan
    ours = encircled_energy(image, 50, 40, 10.0, background=2.0)
    assert np.isfinite(ours.flux[ours.radius <= 2]).all()
    assert np.isnan(ours.flux[ours.radius >= 4]).all()
    assert np.isnan(ours.fraction).all()
    assert np.isnan(ours.radius_at(0.5))


@pytest.mark.parametrize("image", [flat((1, 1), 2.0), flat((30, 30), np.nan), flat((30, 30), 2.0), flat((2, 3), -1.0)])
def test_profiles_of_hard_images_do_not_fail(image: StepImage) -> None:
    for x, y, radius in ((0.0, 0.0, 0.4), (1.0, 1.0, 12.0), (-500.0, 900.0, 5.0)):
        rings = radial_profile(image, x, y, radius, background=0.0)
        energy = encircled_energy(image, x, y, radius, background=2.0)
        assert rings.radius.shape == rings.mean.shape == rings.error.shape == rings.count.shape
        assert energy.radius.shape == energy.flux.shape == energy.fraction.shape
        assert np.isnan(energy.fraction).all()
        assert np.isnan(energy.radius_at(0.5))
        line_profile(image, Line(x, y, x + radius, y - radius))


def test_profiles_read_only_the_cutout() -> None:
    cutout = Cutout.around(flat((2048, 2048), 1.0), 1000.2, 900.7, 120.0)
    assert cutout.value.shape == cutout.error.shape == cutout.distance.shape == (241, 241)
