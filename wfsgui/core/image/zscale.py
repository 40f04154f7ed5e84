"""Zscale levels, as in IRAF's display task, DS9 and Ginga."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["zscale"]

# Constants of IRAF, the same as in astropy.visualization.
_SAMPLE: Final = 1000
_CONTRAST: Final = 0.25
_REJECTED_BEYOND: Final = 2.5
_LEAST_SHARE: Final = 0.5
_LEAST_COUNT: Final = 5
_ROUNDS: Final = 5
_GROWTH: Final = 0.01

_Values = NDArray[np.float64]


def zscale(values: _Values) -> tuple[float, float]:
    """Return levels that show the background and what is slightly brighter.

    A straight line is fitted to the sorted values, with rejection of outliers and of their neighbours. Its slope,
    divided by the contrast, gives the levels around the median.

    Parameters
    ----------
    values : ndarray of float64
        Finite values, at least one, in any order.

    Returns
    -------
    low, high : float
        The levels, within the values; the minimum and the maximum if most values are rejected.

    Notes
    -----
    "ZSCALE ALGORITHM" in the help of IRAF's ``images.tv.display``. Not `astropy.visualization.ZScaleInterval`, because
    its import delays the first image by half a second; a test holds both equal.
    """
    ordered = np.sort(values[:: max(1, values.size // _SAMPLE)][:_SAMPLE])
    low, high = float(ordered[0]), float(ordered[-1])
    slope = _slope(ordered)
    if slope is None:
        return low, high
    steep, middle = slope / _CONTRAST, (ordered.size - 1) // 2
    median = float(np.median(ordered))
    return max(low, median - (middle - 1) * steep), min(high, median + (ordered.size - middle) * steep)


def _slope(ordered: _Values) -> float | None:
    """Fit the line until no more values are rejected; None if too few remain."""
    ranks = np.arange(ordered.size)
    reach = np.ones(max(1, int(ordered.size * _GROWTH)), bool)
    least = max(_LEAST_COUNT, int(ordered.size * _LEAST_SHARE))
    left_out = np.zeros(ordered.size, bool)
    slope, before, count = None, ordered.size + 1, ordered.size
    for _ in range(_ROUNDS):
        if count < least or count >= before:
            break
        slope, start = np.polyfit(ranks[~left_out], ordered[~left_out], 1)
        distance = ordered - (start + slope * ranks)
        left_out |= np.abs(distance) > _REJECTED_BEYOND * distance[~left_out].std()
        left_out = np.convolve(left_out, reach, mode="same")
        before, count = count, int(np.count_nonzero(~left_out))
    return float(slope) if slope is not None and count >= least else None
