"""Levels by zscale, the rule of IRAF's display task that DS9 and Ginga follow, too."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["zscale"]

# Those of IRAF, as astropy.visualization has them.
_SAMPLE: Final = 1000
_CONTRAST: Final = 0.25
_REJECTED_BEYOND: Final = 2.5
_LEAST_SHARE: Final = 0.5
_LEAST_COUNT: Final = 5
_ROUNDS: Final = 5
_GROWTH: Final = 0.01

_Values = NDArray[np.float64]


def zscale(values: _Values) -> tuple[float, float]:
    """Find levels that show the sky and what is a little brighter.

    A straight line is fitted to values against their rank; those far from it are left out, and so are their
    neighbours. The line, made steeper by the contrast, runs from level to level.

    Parameters
    ----------
    values : ndarray of float64
        Finite values, at least one, in any order.

    Returns
    -------
    low, high : float
        Within the values; the least and the greatest where most values are far from any line.

    Notes
    -----
    "ZSCALE ALGORITHM" in the help of IRAF's ``images.tv.display``. `astropy.visualization` has it, too, but takes
    half a second to import, for which the first image would have to wait.
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
    """Fit the line, again and again until nothing more is left out; None where too little is left."""
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
