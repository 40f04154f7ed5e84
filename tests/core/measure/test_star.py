"""Tests of star search and measurement, in focus and as donuts, with NaN, flags and hot pixels, against photutils."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from photutils.aperture import ApertureStats, CircularAnnulus, CircularAperture, aperture_photometry
from photutils.centroids import centroid_com
from photutils.psf import fit_fwhm
from scipy.ndimage import gaussian_filter

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.find_star import find_star
from wfsgui.core.measure.star import measure_star
from wfsgui.core.measure.star_extent import star_circles
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle

DO_NOT_USE = 1
BACKGROUND = 5.0


def step_image(sci: NDArray[np.floating], dq: NDArray[np.uint32] | None = None) -> StepImage:
    err = np.full(sci.shape, 0.5, np.float32)
    flags = np.zeros(sci.shape, np.uint32) if dq is None else dq
    return StepImage(sci=sci.astype(np.float32), err=err, dq=flags, unit="DN/s")


def background(shape: tuple[int, int]) -> NDArray[np.float64]:
    return np.random.default_rng(5).normal(BACKGROUND, 0.5, shape)


def gaussian(shape: tuple[int, int], x: float, y: float, sigma: float, peak: float) -> NDArray[np.float64]:
    rows, columns = np.indices(shape)
    return np.asarray(peak * np.exp(-0.5 * ((columns - x) ** 2 + (rows - y) ** 2) / sigma**2))


def donut(shape: tuple[int, int], x: float, y: float, radius: float) -> NDArray[np.float64]:
    """Make a disc with a hole, with bright and dark patches."""
    rows, columns = np.indices(shape)
    distance = np.hypot(columns - x, rows - y)
    patches = gaussian_filter(np.random.default_rng(9).normal(size=shape), 4) * 4
    return np.where((distance < radius) & (distance > 0.15 * radius), 60 * np.exp(patches), 0)


def spoilt(sci: NDArray[np.float64], share: float) -> StepImage:
    """Add missing pixels, and flagged pixels with absurd values."""
    random = np.random.default_rng(8)
    image = sci.copy()
    dq = np.zeros(sci.shape, np.uint32)
    image[random.random(sci.shape) < share] = np.nan
    image[random.random(sci.shape) < share / 10] = np.inf
    flagged = random.random(sci.shape) < share
    image[flagged], dq[flagged] = 1e5, DO_NOT_USE | 4
    return step_image(image, dq)


def found(image: StepImage) -> tuple[float, float]:
    return find_star(image.sci, image.dq)


@pytest.mark.parametrize(
    ("shape", "radius"),
    [((2048, 2048), 68.0), ((320, 320), 30.0), ((320, 320), 68.0), ((500, 411), 100.0), ((411, 500), 30.0)],
)
def test_donut_is_found(shape: tuple[int, int], radius: float) -> None:
    x, y = 0.45 * shape[1], 0.55 * shape[0]
    donut_image = donut(shape, x, y, radius)
    assert found(spoilt(background(shape) + donut_image, 0.01)) == pytest.approx(
        tuple(centroid_com(donut_image)), abs=1.0
    )


@pytest.mark.parametrize("shape", [(500, 411), (320, 320), (64, 64), (40, 200)])
@pytest.mark.parametrize("sigma", [1.0, 4.0])
def test_star_in_focus_is_found(shape: tuple[int, int], sigma: float) -> None:
    x, y = 0.3 * shape[1], 0.7 * shape[0]
    image = spoilt(background(shape) + gaussian(shape, x, y, sigma, 3e4), 0.01)
    assert found(image) == pytest.approx((x, y), abs=1.0)


def test_saturated_star_is_found() -> None:
    rows, columns = np.indices((400, 400))
    distance = np.hypot(columns - 150.2, rows - 222.7)
    image = background((400, 400)) + 3e4 / (1 + distance**2)
    image[distance < 7] = np.nan
    assert found(step_image(image)) == pytest.approx((150.2, 222.7), abs=1.0)


def test_hot_pixels_are_ignored() -> None:
    image = background((512, 512)) + donut((512, 512), 300, 200, 60)
    image[400, 100] = image[180, 290] = 1e7
    assert found(step_image(image)) == pytest.approx((300, 200), abs=4)


def test_brightest_of_several_stars_is_found() -> None:
    shape = (1024, 1024)
    image = (
        background(shape)
        + donut(shape, 700, 300, 68)
        + 0.2 * donut(shape, 200, 800, 68)
        + gaussian(shape, 200, 200, 1, 2e4)
    )
    assert found(step_image(image)) == pytest.approx((700, 300), abs=4)


def test_donut_at_edge_is_found() -> None:
    x, y = found(step_image(background((600, 600)) + donut((600, 600), 20, 300, 68)))
    assert np.hypot(x - 20, y - 300) < 40


NO_STARS = {
    "all NaN": np.full((200, 200), np.nan),
    "all infinite": np.full((200, 200), np.inf),
    "constant": np.full((200, 200), 0.1),
    "zero": np.zeros((300, 200)),
    "noise": background((512, 512)),
    "a hot pixel": np.pad([[1e6]], 150, constant_values=3.0),
    "one pixel": np.ones((1, 1)),
    "one NaN": np.full((1, 1), np.nan),
    "a row": np.ones((1, 90)),
    "a dark hole": 100 - donut((300, 300), 150, 150, 50),
}


@pytest.mark.parametrize("image", NO_STARS.values(), ids=NO_STARS.keys())
def test_image_without_star_raises(image: NDArray[np.float64]) -> None:
    message = "There is no star in this image; " if np.isfinite(image).any() else "No pixel of this image has a value"
    with pytest.raises(WfsguiError, match=message):
        found(step_image(image))


def test_block_whose_sum_overflows_has_no_mean() -> None:
    image = background((300, 300)) + gaussian((300, 300), 100, 100, 4, 1e4)
    image[200:216, 200:216] = 3e38
    # Blocks without a mean do not matter.
    assert np.hypot(*np.subtract(found(step_image(image)), (100, 100))) < 1


def test_do_not_use_pixels_are_no_star() -> None:
    image = step_image(background((300, 300)) + gaussian((300, 300), 100, 100, 4, 1e4))
    assert found(image) == pytest.approx((100, 100), abs=1)
    with pytest.raises(WfsguiError, match="no star"):
        found(replace(image, dq=np.full((300, 300), DO_NOT_USE, np.uint32)))


def test_full_frame_is_smoothed_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[tuple[int, ...]] = []

    def smoothed(plane: NDArray[np.float64], sigma: float, **options: str) -> NDArray[np.float64]:
        sizes.append(plane.shape)
        return np.asarray(gaussian_filter(plane, sigma, **options))

    monkeypatch.setattr("scipy.ndimage.gaussian_filter", smoothed)
    found(step_image(background((2048, 2048)) + donut((2048, 2048), 464, 1412, 68)))
    assert sizes == [(256, 256)]


@pytest.mark.parametrize("shape", [(64, 64), (40, 40), (63, 300), (16, 512), (8, 8)])
def test_hot_pixel_of_subarray_is_no_star(shape: tuple[int, int]) -> None:
    image = background(shape)
    image[shape[0] // 2, shape[1] // 3] = 1e6
    with pytest.raises(WfsguiError, match="There is no star in this image; "):
        found(step_image(image))


@pytest.mark.parametrize("shape", [(64, 64), (40, 40), (63, 300)])
def test_star_of_subarray_is_found_beside_hot_pixel(shape: tuple[int, int]) -> None:
    image = background(shape) + gaussian(shape, 25.3, 15.8, 0.9, 3e3)
    image[32, 8] = 1e6
    assert found(step_image(image)) == pytest.approx((25.3, 15.8), abs=1.0)


NOISES: dict[str, Callable[[np.random.Generator, tuple[int, int]], NDArray[np.float64]]] = {
    "white": lambda random, shape: random.normal(0, 1, shape),
    "few counts": lambda random, shape: random.poisson(0.5, shape).astype(float),
    "rows": lambda random, shape: random.normal(0, 1, shape) + random.normal(0, 0.5, (shape[0], 1)),
    "columns": lambda random, shape: random.normal(0, 1, shape) + random.normal(0, 0.3, (1, shape[1])),
    "gradient": lambda random, shape: random.normal(0, 1, shape) + np.linspace(0, 1, shape[1]),
}


@pytest.mark.parametrize("shape", [(16, 512), (64, 64)])
@pytest.mark.parametrize("noise", NOISES.values(), ids=NOISES.keys())
def test_noise_is_no_star(
    noise: Callable[[np.random.Generator, tuple[int, int]], NDArray[np.float64]], shape: tuple[int, int]
) -> None:
    for seed in range(20):
        with pytest.raises(WfsguiError, match="no star"):
            star_circles(step_image(noise(np.random.default_rng(seed), shape)))


@pytest.mark.parametrize("gaps", [0.0, 0.03])
def test_centroid_background_and_peak_equal_photutils(gaps: float) -> None:
    shape, x, y, radius = (300, 310), 150.7, 140.2, 80.0
    image = spoilt(background(shape) + donut(shape, x + 1.3, y - 2.1, 60), gaps)
    ours = measure_star(image, x, y, radius)
    unusable = ~np.isfinite(image.sci) | ((image.dq & DO_NOT_USE) != 0)
    sci = np.where(unusable, 0, image.sci).astype(float)
    around = ApertureStats(sci, CircularAnnulus((x, y), radius, 1.5 * radius), mask=unusable)
    assert ours.background == pytest.approx(around.median, rel=1e-6)
    outside = CircularAperture((x, y), radius).to_mask(method="center").to_image(shape) == 0
    centre = centroid_com(sci - ours.background, mask=unusable | outside)
    assert (ours.x, ours.y) == pytest.approx(tuple(centre), abs=1e-6)
    inside = ApertureStats(sci - ours.background, CircularAperture((x, y), radius), mask=unusable)
    assert ours.peak == pytest.approx(inside.max, rel=1e-6)
    lost = np.count_nonzero(unusable & ~outside)
    assert [note for note in ours.notes if note.startswith(f"{lost} of {np.count_nonzero(~outside)} pixels")] == (
        [ours.notes[-1]] if lost else []
    )


def test_flux_equals_photutils() -> None:
    image = step_image(background((300, 310)) + donut((300, 310), 152, 138, 60))
    ours = measure_star(image, 150.7, 140.2, 80.0)
    flux = image.sci.astype(float) - ours.background
    total = aperture_photometry(flux, CircularAperture((ours.x, ours.y), 80.0))["aperture_sum"][0]
    assert ours.flux == pytest.approx(total, rel=1e-9)
    half = CircularAperture((ours.x, ours.y), ours.half_flux_diameter / 2)
    assert aperture_photometry(flux, half)["aperture_sum"][0] == pytest.approx(total / 2, rel=1e-3)


def test_missing_pixels_hardly_change_flux() -> None:
    whole = background((300, 310)) + donut((300, 310), 152, 138, 60)
    clean = measure_star(step_image(whole), 150.7, 140.2, 80.0)
    ours = measure_star(spoilt(whole, 0.03), 150.7, 140.2, 80.0)
    assert ours.flux == pytest.approx(clean.flux, rel=0.01)
    assert ours.half_flux_diameter == pytest.approx(clean.half_flux_diameter, rel=0.01)


def test_centroid_errors_equal_scatter_of_trials() -> None:
    star = gaussian((90, 90), 44.6, 45.3, 3.0, 400.0)
    random = np.random.default_rng(4)
    measured = [
        measure_star(step_image(star + random.normal(BACKGROUND, 0.5, star.shape)), 45, 45, 15) for _ in range(150)
    ]
    for axis in ("x", "y"):
        scatter = np.std([getattr(one, axis) for one in measured])
        assert getattr(measured[0], f"{axis}_error") == pytest.approx(scatter, rel=0.2)


def test_peak_error_equals_scatter_of_trials() -> None:
    star = gaussian((90, 90), 45.0, 45.0, 3.0, 400.0)
    random = np.random.default_rng(4)
    trials = [
        measure_star(step_image(star + random.normal(BACKGROUND, 0.5, star.shape)), 45, 45, 15) for _ in range(150)
    ]
    assert trials[0].peak_error == pytest.approx(np.std([one.peak for one in trials]), rel=0.2)


@pytest.mark.parametrize("sigma", [0.9, 1.0, 2.0, 6.0])
@pytest.mark.parametrize("phase", [(0.0, 0.0), (0.5, 0.5), (0.23, -0.41)])
def test_fwhm_equals_gaussian_fit(sigma: float, phase: tuple[float, float]) -> None:
    x, y = 100 + phase[0], 90 + phase[1]
    image = spoilt(gaussian((200, 210), x, y, sigma, 2e3) + BACKGROUND, 0.01)
    core = np.s_[80:101, 90:111]
    image.sci[core], image.dq[core] = (gaussian((200, 210), x, y, sigma, 2e3) + BACKGROUND)[core], 0
    ours = measure_star(image, 101.0, 90.5, 30.0)
    fitted = fit_fwhm(image.sci[core].astype(float) - BACKGROUND, xypos=(x - 90, y - 80), fit_shape=15)[0]
    # The fit is the Gaussian before the integration over square pixels, whose variance is 1/12.
    pixel = 2.3548 / np.sqrt(12)
    assert np.hypot(fitted, pixel) == pytest.approx(2.3548 * sigma, rel=0.01)
    undersampled = sigma < 1.5
    assert ours.fwhm == pytest.approx(np.hypot(fitted, pixel), rel=0.05 if undersampled else 0.005)
    # Of a Gaussian, half of the flux is within the half maximum; the subpixel weights add the pixel once more.
    assert ours.half_flux_diameter == pytest.approx(np.hypot(2.3548 * sigma, pixel), rel=0.04 if undersampled else 0.01)
    assert (ours.x, ours.y) == pytest.approx((x, y), abs=0.03)


def test_fwhm_does_not_depend_on_circle() -> None:
    image = step_image(background((300, 300)) + gaussian((300, 300), 140.4, 155.1, 1.2, 3e3))
    ours = measure_star(image, 150.0, 150.0, 60.0)
    assert ours.fwhm == pytest.approx(2.3548 * 1.2, rel=0.05)


def test_missing_core_pixels_have_mean_of_their_ring() -> None:
    image = step_image(gaussian((90, 90), 45.0, 45.0, 2.0, 3e3) + BACKGROUND)
    image.sci[47, 45] = image.sci[43, 45] = image.sci[46, 46] = np.nan
    assert measure_star(image, 45, 45, 20).fwhm == pytest.approx(2.3548 * 2.0, rel=0.03)


@pytest.mark.parametrize("radius", [30.0, 68.0])
def test_donut_has_no_fwhm(radius: float) -> None:
    ours = measure_star(step_image(background((400, 400)) + donut((400, 400), 200, 190, radius)), 200, 190, 90)
    assert np.isnan(ours.fwhm)
    assert ours.half_flux_diameter == pytest.approx(np.sqrt(2) * radius, rel=0.1)
    assert [note.partition(":")[0] for note in ours.notes] == ["FWHM is not given"]


def test_donut_with_bright_spot_has_no_fwhm() -> None:
    image = step_image(
        background((400, 400)) + donut((400, 400), 200, 190, 68) + gaussian((400, 400), 200, 190, 2, 500)
    )
    ours = measure_star(image, 200, 190, 90)
    assert np.isnan(ours.fwhm)


def test_saturated_star_has_centroid_only() -> None:
    image = step_image(gaussian((120, 120), 60.0, 55.0, 5.0, 3e3) + background((120, 120)))
    rows, columns = np.indices((120, 120))
    image.sci[np.hypot(columns - 60, rows - 55) < 3.5] = np.nan
    ours = measure_star(image, 60, 55, 30)
    assert (ours.x, ours.y) == pytest.approx((60, 55), abs=0.05)
    assert np.isnan([ours.fwhm, ours.half_flux_diameter, ours.flux]).all()
    assert [note.partition(":")[0] for note in ours.notes[:-1]] == [
        "FWHM is not given",
        "Flux and half-flux diameter are not given",
    ]
    assert ours.notes[-1].startswith("37 of ")


def test_star_at_edge_is_measured() -> None:
    image = step_image(gaussian((120, 120), 3.0, 55.0, 2.0, 3e3) + background((120, 120)))
    ours = measure_star(image, 3, 55, 12)
    whole = 2 * np.pi * 2.0**2 * 3e3
    assert ours.flux == pytest.approx(whole, rel=0.05)
    assert ours.x == pytest.approx(3.0, abs=0.5)


def test_annulus_without_pixels_raises() -> None:
    image = step_image(gaussian((41, 41), 20.0, 20.0, 2.0, 3e3))
    with pytest.raises(WfsguiError, match="No pixel of the annulus from 40 to 60 px has a value"):
        measure_star(image, 20, 20, 40)


NO_FLUX = {
    "all NaN": np.full((90, 90), np.nan),
    "constant": np.full((90, 90), 2.0),
    "a hole": 100 - gaussian((90, 90), 45, 45, 5, 60),
    "one pixel": np.full((1, 1), np.nan),
}


@pytest.mark.parametrize("image", NO_FLUX.values(), ids=NO_FLUX.keys())
@pytest.mark.parametrize("place", [(45.0, 45.0), (-300.0, 45.0)])
def test_circle_without_flux_raises(image: NDArray[np.float64], place: tuple[float, float]) -> None:
    message = "There is no star in the circle: "
    if not (0 <= place[0] < image.shape[1] and 0 <= place[1] < image.shape[0]):
        message = "The circle is outside of the image; "
    elif not np.isfinite(image).any():
        message = "None of the 697 pixels in the circle can be used: 0 are flagged DO_NOT_USE, 697 have no value; "
    with pytest.raises(WfsguiError, match=message):
        measure_star(step_image(image), *place, 15)


def test_circle_of_flagged_pixels_raises() -> None:
    image = step_image(gaussian((90, 90), 45, 45, 5, 60), np.full((90, 90), DO_NOT_USE, np.uint32))
    with pytest.raises(WfsguiError, match="697 are flagged DO_NOT_USE, 0 have no value"):
        measure_star(image, 45, 45, 15)


def test_star_outside_of_circle_raises() -> None:
    image = step_image(gaussian((90, 90), 60.0, 45.0, 3.0, 60) - gaussian((90, 90), 30.0, 45.0, 3.0, 59))
    with pytest.raises(WfsguiError, match="its centroid is outside of it"):
        measure_star(image, 45, 45, 15, Annulus(45, 45, 30, 40))


def moffat(shape: tuple[int, int], x: float, y: float, flux: float) -> NDArray[np.float64]:
    """Make a star whose brightness falls with the cube of the radius, as behind a telescope."""
    rows, columns = np.indices(shape)
    squares = (columns - x) ** 2 + (rows - y) ** 2
    return np.asarray(flux / (4 * np.pi * 4.0**2) * (1 + squares / 4.0**2) ** -1.5 * 2)


def moffat_flux(radius: float, flux: float) -> float:
    return flux * (1 - 1 / float(np.sqrt(1 + radius**2 / 4.0**2)))


@pytest.mark.parametrize(("shape", "place"), [((512, 512), (54.0, 459.0)), ((128, 128), (52.0, 34.0))])
def test_small_star_in_a_large_image_has_circles(shape: tuple[int, int], place: tuple[float, float]) -> None:
    """The noise of a circle of 150 pixels exceeds the flux; the star is 300 times as bright as the noise."""
    noise = np.random.default_rng(5).normal(0, 7, shape)
    circles = star_circles(
        replace(step_image(noise + gaussian(shape, *place, 0.8, 2000)), err=np.full(shape, 7, np.float32))
    )
    assert (circles.extent.x, circles.extent.y) == pytest.approx(place, abs=0.6)
    assert circles.extent.radius < 10
    assert circles.annulus.inner >= circles.aperture.radius > 2


def test_annulus_is_outside_of_star() -> None:
    shape = (1000, 1000)
    image = step_image(background(shape) + moffat(shape, 500.3, 499.6, 1e7))
    circles = star_circles(image)
    ours = measure_star(image, circles.aperture.x, circles.aperture.y, circles.aperture.radius, circles.annulus)
    assert circles.annulus.inner >= circles.aperture.radius
    assert ours.flux == pytest.approx(moffat_flux(circles.aperture.radius, 1e7), rel=0.005)


def test_systematic_error_covers_flux_in_annulus() -> None:
    shape = (400, 400)
    image = step_image(np.full(shape, BACKGROUND) + moffat(shape, 200.0, 200.0, 1e7))
    for radius in (20.0, 40.0, 80.0):
        photometry = measure_star(image, 200, 200, radius).photometry
        lost = moffat_flux(radius, 1e7) - photometry.flux
        assert lost > 5 * photometry.error
        assert lost < photometry.systematic < 2 * lost


def test_flux_error_equals_scatter_of_trials() -> None:
    star = gaussian((90, 90), 44.6, 45.3, 3.0, 400.0)
    random = np.random.default_rng(4)
    trials = [
        measure_star(step_image(star + random.normal(BACKGROUND, 0.5, star.shape)), 45, 45, 15).photometry
        for _ in range(150)
    ]
    assert trials[0].error == pytest.approx(np.std([one.flux for one in trials]), rel=0.2)


def test_annulus_at_edge_has_used_fraction() -> None:
    image = step_image(background((120, 120)) + gaussian((120, 120), 0.0, 60.0, 3.0, 3e3))
    found = measure_star(image, 0, 60, 20).photometry.background
    assert found.share == pytest.approx(0.5, abs=0.03)
    assert found.pixels < 0.55 * np.pi * (30**2 - 20**2)


def test_annulus_of_small_image_is_on_image() -> None:
    shape = (64, 64)
    image = step_image(background(shape) + gaussian(shape, 32, 32, 6.0, 3e3))
    circles = star_circles(image)
    inside = circles.annulus.mask(shape)
    assert np.count_nonzero(inside) > 0.25 * np.pi * (circles.annulus.outer**2 - circles.annulus.inner**2)
    assert circles.extent.radius <= circles.aperture.radius
    assert isinstance(circles.extent, Circle)
