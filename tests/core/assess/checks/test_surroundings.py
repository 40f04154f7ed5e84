"""Tests of the values of missing pixels from their surroundings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.assess.checks.surroundings import filled_from_surroundings


def by_hand(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Replace one missing pixel after the other: the same rule, written as loops."""
    filled = value.copy()
    known = np.argwhere(np.isfinite(value))
    for row, column in np.argwhere(~np.isfinite(value)):
        window = around(value, row, column)
        if window.size < 5:
            nearest = np.hypot(*(known - (row, column)).T).min()
            choices = [place for place in known if np.hypot(*(place - (row, column))) == nearest]
            medians = [float(np.median(around(value, *place))) for place in choices]
            # Which of several nearest pixels is taken is not defined.
            filled[row, column] = np.nan if len(set(medians)) > 1 else medians[0]
        else:
            filled[row, column] = np.median(window)
    return filled


def around(value: NDArray[np.float64], row: int, column: int) -> NDArray[np.float64]:
    window = value[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3]
    return window[np.isfinite(window)]


def test_missing_pixels_have_the_median_of_their_surroundings() -> None:
    random = np.random.default_rng(3)
    value = random.normal(10, 1, (40, 50))
    value[random.random(value.shape) < 0.2] = np.nan
    value[10:21, 20:31] = np.nan
    value[0, :3], value[-1, -1] = np.nan, np.nan
    filled, error = filled_from_surroundings(value)
    expected = by_hand(value)
    compared = np.isfinite(expected)
    assert np.count_nonzero(~compared) < 60
    np.testing.assert_array_equal(filled[compared], expected[compared])
    assert np.isfinite(filled).all()
    assert not error[np.isfinite(value)].any()
    assert 0.5 < np.median(error[~np.isfinite(value)]) < 1.5


def test_one_bad_neighbour_does_not_change_the_value() -> None:
    value = np.full((9, 9), 5.0)
    value[4, 4], value[4, 5] = np.nan, 1e9
    filled, error = filled_from_surroundings(value)
    assert filled[4, 4] == 5.0
    assert error[4, 4] == 0.0


def test_infinite_pixel_is_missing() -> None:
    value = np.full((6, 6), 5.0)
    value[2, 2] = np.inf
    assert filled_from_surroundings(value)[0][2, 2] == 5.0


def test_single_known_pixel_fills_the_others() -> None:
    value = np.full((20, 30), np.nan)
    value[3, 4] = 7.0
    assert (filled_from_surroundings(value)[0] == 7.0).all()


def test_image_without_a_value_stays_without() -> None:
    assert np.isnan(filled_from_surroundings(np.full((4, 4), np.nan))[0]).all()
    assert filled_from_surroundings(np.zeros((0, 4)))[0].shape == (0, 4)


def test_float32_input_is_not_changed() -> None:
    value = np.full((6, 6), 5.0, np.float32)
    value[2, 2] = np.nan
    value.flags.writeable = False
    assert filled_from_surroundings(value)[0].dtype == np.float64
    assert np.isnan(value[2, 2])
