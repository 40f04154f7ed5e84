"""Tests of samples, blocks and windows of a plane."""

from __future__ import annotations

import numpy as np
import pytest

from wfsgui.core.image.sampling import block_reduced, strided_sample, windowed


def test_sample_of_small_plane_is_whole_plane() -> None:
    plane = np.arange(60).reshape(6, 10)
    np.testing.assert_array_equal(strided_sample(plane), plane.ravel())


@pytest.mark.parametrize("shape", [(1500, 1024), (2048, 2048), (1, 1 << 20)])
def test_sample_of_large_plane_has_pixels_of_every_column(shape: tuple[int, int]) -> None:
    sample = strided_sample(np.broadcast_to(np.arange(shape[1]), shape))
    assert sample.size <= 1 << 18
    if shape[0] > 1:
        assert np.unique(sample).size == shape[1]


@pytest.mark.parametrize("shape", [(8, 12), (9, 13), (3, 2), (1, 1)])
@pytest.mark.parametrize(("ufunc", "fill"), [(np.add, 0), (np.maximum, -np.inf)])
def test_block_reduction_equals_reduceat(ufunc: np.ufunc, fill: float, shape: tuple[int, int]) -> None:
    plane = np.random.default_rng(1).normal(size=shape)
    rows = ufunc.reduceat(plane, np.arange(0, shape[0], 4), axis=0)
    expected = ufunc.reduceat(rows, np.arange(0, shape[1], 4), axis=1)
    np.testing.assert_allclose(block_reduced(ufunc, plane, 4, fill=fill), expected, rtol=1e-12)


def test_block_sums_of_flags_are_counted_in_given_type() -> None:
    sums = block_reduced(np.add, np.ones((32, 32), bool), 16, dtype=np.float64)
    assert sums.tolist() == [[256.0, 256.0], [256.0, 256.0]]


@pytest.mark.parametrize("offset", [(0.0, 0.0), (3.0, -2.0), (-4.4, 1.6), (100.0, 0.0), (0.0, -100.0), (-100.0, 100.0)])
@pytest.mark.parametrize("shape", [(9, 12), (6, 20), (15, 7)])
def test_window_has_pixels_at_offset_and_fill_outside(offset: tuple[float, float], shape: tuple[int, int]) -> None:
    plane = np.arange(108, dtype=np.float32).reshape(9, 12)
    found = windowed(plane, offset, shape, np.nan)
    assert found.shape == shape
    for y in range(shape[0]):
        for x in range(shape[1]):
            column, row = x + round(offset[0]), y + round(offset[1])
            inside = 0 <= row < 9 and 0 <= column < 12
            expected = plane[row, column] if inside else np.nan
            np.testing.assert_equal(found[y, x], expected)


def test_window_of_whole_plane_is_not_copied() -> None:
    plane = np.zeros((4, 5), np.float32)
    assert windowed(plane, (0.3, -0.4), (4, 5), 0) is plane
