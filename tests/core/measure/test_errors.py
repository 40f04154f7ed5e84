"""Tests of errors of flux, centroid and background: pixels without a value or without ERR, wings of the star."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from wfsgui.core.measure.background import measure_background
from wfsgui.core.measure.photometry import Photometry, measure_flux
from wfsgui.core.measure.star import centroid
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle

SHAPE = (160, 160)
CIRCLE = Circle(80.2, 79.6, 30.0)
NOISE = 0.1


def image_of(light: NDArray[np.float64], seed: int = 1) -> StepImage:
    sci = light + np.random.default_rng(seed).normal(0, NOISE, light.shape)
    return StepImage(
        sci.astype(np.float32), np.full(light.shape, NOISE, np.float32), np.zeros(light.shape, np.uint32), unit="DN/s"
    )


def patches() -> NDArray[np.float64]:
    """Disc of uneven brightness."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    uneven = 100 * (1.2 + np.sin(x / 1.7) * np.cos(y / 2.3))
    return np.where(np.hypot(x - 80, y - 80) < 24, uneven, 0.0)


def with_gaps(image: StepImage, seed: int, share: float = 0.1) -> StepImage:
    gaps = np.random.default_rng(seed).random(image.sci.shape) < share
    return replace(image, sci=np.where(gaps, np.float32(np.nan), image.sci))


def flux_of(image: StepImage, annulus: Annulus | None = None) -> Photometry:
    return measure_flux(image, CIRCLE, measure_background(image, annulus or Annulus(80.0, 80.0, 40.0, 60.0)))


def test_error_of_flux_includes_pixels_without_a_value() -> None:
    whole = flux_of(image_of(patches())).flux
    found = [flux_of(with_gaps(image_of(patches()), seed)) for seed in range(40)]
    scatter = np.std([each.flux for each in found])
    assert scatter > 10 * NOISE * np.sqrt(np.pi) * CIRCLE.radius
    assert np.mean([each.error for each in found]) == pytest.approx(scatter, rel=0.5)
    assert all(abs(each.flux - whole) < 4 * each.error for each in found)


def test_error_of_centroid_includes_pixels_without_a_value() -> None:
    truth = centroid(image_of(patches()), CIRCLE, 0.0, 0.0)
    found = [centroid(with_gaps(image_of(patches()), seed), CIRCLE, 0.0, 0.0) for seed in range(40)]
    pulls = [(each.x - truth.x) / each.x_error for each in found]
    assert np.sqrt(np.mean(np.square(pulls))) < 2


def test_centroid_of_half_a_disc_tells_that_the_other_half_is_missing() -> None:
    image = image_of(patches())
    half = replace(image, sci=np.where(np.arange(SHAPE[1]) < 80, image.sci, np.float32(np.nan)))
    truth, found = centroid(image, CIRCLE, 0.0, 0.0), centroid(half, CIRCLE, 0.0, 0.0)
    assert abs(found.x - truth.x) < 2 * found.x_error
    assert found.y_error < 3


@pytest.mark.parametrize("unknown", [np.nan, np.inf, 0.0, -1.0])
def test_single_pixel_without_err_hardly_changes_the_error_of_the_flux(unknown: float) -> None:
    image = image_of(patches())
    image = replace(image, err=np.full(SHAPE, 5.0, np.float32))
    err = image.err.copy()
    err[80, 80] = unknown
    assert flux_of(replace(image, err=err)).error == pytest.approx(flux_of(image).error, rel=0.01)


@pytest.mark.parametrize("outer", [1.1, 1.25, 1.5])
@pytest.mark.parametrize("power", [2, 3])
def test_error_of_background_bounds_the_wings_in_an_annulus_of_any_width(outer: float, power: int) -> None:
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    distance = np.hypot(x - 80, y - 80)
    wings = image_of(1e4 / np.maximum(distance, 5) ** power)
    found = flux_of(wings, Annulus(80.0, 80.0, 40.0, 40.0 * outer)).background
    assert found.level == pytest.approx(
        np.median(1e4 / distance[(distance > 40) & (distance < 40 * outer)] ** power), abs=0.05
    )
    assert found.systematic > 0.9 * found.level - 0.02


def test_error_of_background_of_a_faint_star_is_bounded_by_its_flux() -> None:
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    faint = image_of(20 * np.exp(-0.5 * ((x - 80) ** 2 + (y - 80) ** 2) / 4))
    narrow = flux_of(faint, Annulus(80.0, 80.0, 40.0, 44.0)).background
    assert narrow.systematic < 2 * (2 * narrow.error / 0.4 + abs(narrow.slope) / 0.4 + abs(narrow.skew))
