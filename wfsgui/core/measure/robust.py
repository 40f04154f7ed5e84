"""Levels and scatters that stars, bad pixels and NaN do not spoil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd, nan, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MAD_TO_SIGMA", "Level", "level_of", "median_of", "quantiles_of", "sample_of", "sky_level"]

MAD_TO_SIGMA: Final = 1.482602218505602
"""Standard deviation of normal values over their median absolute deviation."""

_SAMPLE_SIZE: Final = 1 << 18
_MEDIAN_ERROR: Final = 1.2533
"""Standard error of the median of normal values over that of their mean, sqrt(pi / 2)."""

_CLIP: Final = 3.0
_ROUNDS: Final = 20


@dataclass(frozen=True)
class Level:
    """Where values lie, and how they scatter.

    Attributes
    ----------
    median : float
        Median; NaN of no values.
    scatter : float
        Standard deviation by way of the median absolute deviation; NaN of no values.
    count : int
        Number of values.
    """

    median: float
    scatter: float
    count: int

    @property
    def error(self) -> float:
        """Standard error of the median, if the values are normal and independent; NaN of no values."""
        return _MEDIAN_ERROR * self.scatter / sqrt(self.count) if self.count else nan


def level_of(values: NDArray[np.float32]) -> Level:
    """Measure median and scatter of an image's finite values.

    Parameters
    ----------
    values : ndarray of float32, any shape
        NaN and infinite values are left out.

    Returns
    -------
    Level
        Of every finite value.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Level(nan, nan, 0)
    median = _median_in_place(finite)
    # Values at the end of the range are infinitely far from the median.
    with np.errstate(over="ignore"):
        finite -= np.float32(median)
    np.abs(finite, out=finite)
    return Level(median, MAD_TO_SIGMA * _median_in_place(finite), finite.size)


def median_of(finite: NDArray[np.float32]) -> float:
    """Return the median of finite values, in any order; NaN of none."""
    return _median_in_place(finite.flatten()) if finite.size else nan


def _median_in_place(finite: NDArray[np.float32]) -> float:
    """Return the median of some finite values in one dimension, and leave them in another order.

    One partition and a look for the neighbour: several times as fast as `numpy.median`.
    """
    middle = finite.size // 2
    finite.partition(middle)
    upper = float(finite[middle])
    return upper if finite.size % 2 else (float(finite[:middle].max()) + upper) / 2


def quantiles_of(finite: NDArray[np.float32], shares: Sequence[float]) -> list[float]:
    """Return the values that shares of finite values lie below (nearest rank); NaN of none."""
    if not finite.size:
        return [nan] * len(shares)
    ranks = [round(share * (finite.size - 1)) for share in shares]
    parted = np.partition(finite, ranks, axis=None)
    return [float(parted[rank]) for rank in ranks]


def sample_of(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take finite values spread over an image.

    Parameters
    ----------
    plane : ndarray of float32, shape (..., x)
        The image.

    Returns
    -------
    ndarray of float32, shape (n,)
        A copy; all finite values where there are no more than some 10^5.
    """
    # A step that shares no factor with the width meets every column: detectors differ from column to column.
    step = max(1, -(-plane.size // _SAMPLE_SIZE))
    while gcd(step, plane.shape[-1]) > 1:
        step += 1
    values = plane.ravel()[::step]
    return values[np.isfinite(values)]


def sky_level(values: NDArray[np.float32]) -> Level:
    """Measure the sky between the stars: values far above or below are clipped until none is left.

    Parameters
    ----------
    values : ndarray of float32, shape (n,)
        Finite values.

    Returns
    -------
    Level
        Of the values within three scatters. The faint outskirts of stars raise it: by 0.1 scatters where light covers a
        fifth of the image. Where light covers half of it or more, it is not the sky's.
    """
    kept = values
    found = level_of(kept)
    for _ in range(_ROUNDS):
        with np.errstate(over="ignore"):
            within = np.abs(kept - np.float32(found.median)) <= _CLIP * found.scatter
        if within.all():
            break
        kept = kept[within]
        found = level_of(kept)
    return found
