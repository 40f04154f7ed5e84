"""Tests of robust statistics against numpy and astropy."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.stats import mad_std, sigma_clipped_stats
from numpy.typing import NDArray

from wfsgui.core.measure.robust import clipped_statistics, finite_sample, median_of, quantiles_of, robust_statistics


def values(count: int) -> NDArray[np.float32]:
    plane = np.random.default_rng(5).normal(100, 7, count).astype(np.float32)
    plane[:: max(2, count // 9)] = 1e6
    return plane


@pytest.mark.parametrize("count", [1, 2, 7, 1000, 1001])
def test_median_and_mad_std_equal_astropy(count: int) -> None:
    plane = values(count)
    level = robust_statistics(np.concatenate([plane, np.array([np.nan, np.inf, -np.inf], np.float32)]))
    assert level.median == median_of(plane) == pytest.approx(float(np.median(plane.astype(float))), rel=1e-7)
    assert level.mad_std == pytest.approx(mad_std(plane.astype(float)), rel=1e-5)
    assert level.count == count


def test_error_of_median_equals_scatter_of_trials() -> None:
    trials = np.random.default_rng(2).normal(0, 3, (2000, 400)).astype(np.float32)
    medians = [robust_statistics(trial).median for trial in trials]
    assert robust_statistics(trials[0]).error == pytest.approx(np.std(medians), rel=0.15)


@pytest.mark.parametrize("plane", [np.empty((0, 4)), np.full((3, 4), np.nan), np.full((3, 4), np.inf)])
def test_statistics_without_values_are_nan(plane: NDArray[np.float64]) -> None:
    empty = plane.astype(np.float32)
    for level in (robust_statistics(empty), clipped_statistics(finite_sample(empty))):
        assert np.isnan([level.median, level.mad_std, level.error]).all()
        assert level.count == 0
    assert np.isnan([median_of(empty[:0]), *quantiles_of(empty[:0], (0.1, 0.5))]).all()


def test_largest_float32_values_do_not_overflow() -> None:
    level = robust_statistics(np.array([-3e38, -2e38, 3e38, 3e38], np.float32))
    assert level.median == pytest.approx(5e37)
    assert clipped_statistics(np.array([-3e38, 1, 2, 3, 3e38], np.float32)).median == pytest.approx(2)


def test_quantile_is_nearest_rank() -> None:
    plane, shares = values(999), (0, 0.005, 0.5, 0.995, 1)
    before = plane.copy()
    assert quantiles_of(plane, shares) == [np.quantile(plane, share, method="nearest") for share in shares]
    np.testing.assert_array_equal(plane, before)


def test_sample_of_small_image_is_complete_and_of_large_image_has_every_column() -> None:
    small = values(60).reshape(6, 10)
    small[2, 3] = np.nan
    np.testing.assert_array_equal(finite_sample(small), small[np.isfinite(small)])
    columns = np.broadcast_to(np.arange(1024, dtype=np.float32), (1500, 1024))
    sample = finite_sample(columns)
    assert sample.size <= 1 << 18
    assert np.unique(sample).size == 1024


def test_clipped_median_ignores_star() -> None:
    rng = np.random.default_rng(4)
    plane = rng.normal(-0.5, 1, 20_000).astype(np.float32)
    plane[:6000] += rng.uniform(5, 500, 6000).astype(np.float32)
    background = clipped_statistics(plane)
    assert robust_statistics(plane).median > 0
    assert background.median == pytest.approx(-0.5, abs=0.05)
    assert background.mad_std == pytest.approx(1, rel=0.05)
    assert background.median == pytest.approx(sigma_clipped_stats(plane, stdfunc="mad_std", maxiters=20)[1], abs=1e-6)


def test_clipped_statistics_of_constant_image_ignore_outlier() -> None:
    assert clipped_statistics(np.array([7, 7, 7, 900], np.float32)) == robust_statistics(
        np.array([7, 7, 7], np.float32)
    )
