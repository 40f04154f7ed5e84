"""Noise of a map of contrasts: its statistics against simulated maps."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.stats import norm

from wfsgui.core.pair.companions.copy_model import ContrastMap
from wfsgui.core.pair.companions.noise import LEAST_SIGNIFICANCE, MapNoise, detection_limits, map_noise

SIGMA = 1.2
"""Standard deviation of the smoothing; the correlation length is larger by the square root of 2."""

REACH = 60


def field(random: np.random.Generator, size: int = 2 * REACH + 1) -> NDArray[np.float64]:
    """Make a smooth field of normal noise with the standard deviation 1."""
    smooth = gaussian_filter(random.normal(size=(size + 20, size + 20)), SIGMA)[10:-10, 10:-10]
    return np.asarray(smooth * 2 * np.sqrt(np.pi) * SIGMA)


def test_noise_of_a_map_is_measured() -> None:
    values = field(np.random.default_rng(1))
    contrasts = ContrastMap(3e-3 * values, np.full(values.shape, 1e-3))
    found = map_noise(contrasts, 58.0)
    assert found is not None
    assert found.correlation == pytest.approx(np.sqrt(2) * SIGMA, rel=0.15)
    ring = np.abs(contrasts.distance - 40) < 1
    assert found.deviation[ring].mean() == pytest.approx(3e-3, rel=0.2)
    assert found.area == pytest.approx(np.pi * (58**2 - 4**2), rel=0.02)
    assert found.freedom[ring].mean() > found.freedom[np.abs(contrasts.distance - 10) < 1].mean()


def test_noise_is_never_less_than_the_formal_one() -> None:
    values = field(np.random.default_rng(1))
    found = map_noise(ContrastMap(1e-4 * values, np.full(values.shape, 1e-3)), 58.0)
    assert found is not None
    assert found.deviation.min() == 1e-3


def test_significance_is_the_probability_of_a_maximum_anywhere() -> None:
    random, level = np.random.default_rng(2), 4.5
    highest = [field(random).max() for _ in range(600)]
    noise = MapNoise(np.ones(1), np.ones(1), np.sqrt(2) * SIGMA, float((2 * REACH + 1) ** 2))
    probability = norm.sf(float(noise.significance(level, 1e9)))
    count = np.count_nonzero(np.array(highest) > level)
    assert 0.6 < count / (600 * probability) < 1.5


def test_few_independent_places_make_a_maximum_less_significant() -> None:
    noise = MapNoise(np.ones(1), np.ones(1), 1.7, 1e4)
    few, many = (float(noise.significance(8.0, freedom)) for freedom in (5.0, 500.0))
    assert few < 1
    assert many > 5


def test_significance_of_a_very_high_maximum_is_finite() -> None:
    noise = MapNoise(np.ones(1), np.ones(1), 1.7, 1e4)
    assert 30 < float(noise.significance(1e3, 500.0)) < 1e3


def test_limit_of_even_noise_is_that_of_the_normal_distribution() -> None:
    values = field(np.random.default_rng(1))
    contrasts = ContrastMap(1e-3 * values, np.full(values.shape, 1e-3))
    freedom = np.full(values.shape, 1e9)
    noise = MapNoise(np.full(values.shape, 1e-3), freedom, 1.7, 1e4)
    pixels, limits = detection_limits(contrasts, noise, 50.0)
    levels = np.linspace(3, 10, 1000)
    level = np.interp(LEAST_SIGNIFICANCE, noise.significance(levels, 1e9), levels)
    assert pixels.size > 10
    assert np.allclose(limits, 1e-3 * (level + norm.isf(0.025)), rtol=0.01)


def test_map_with_too_few_places_has_no_noise() -> None:
    values = np.ones((9, 9))
    assert map_noise(ContrastMap(values, values), 4.0) is None
