"""Levels, stretches, histograms and index images for display.

Levels and stretches equal those of `astropy.visualization`, which tests check; its import would delay the first image
by half a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import inf, isfinite
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.image.dq_flags import do_not_use
from wfsgui.core.image.sampling import block_reduced, strided_sample
from wfsgui.core.image.zscale import zscale

__all__ = [
    "FLAGGED",
    "LIMITS",
    "NAN_INDEX",
    "NOT_TO_BE_USED",
    "NO_FLAG",
    "STRETCHES",
    "TOP_INDEX",
    "Histogram",
    "Levels",
    "Sample",
    "bar_values",
    "dq_classes",
    "index_image",
    "stretch_table",
    "thumbnail",
]

NAN_INDEX: Final = 255
"""Index of pixels without a value."""

TOP_INDEX: Final = 254
"""Index of the high level and of all higher values; the low level has 0."""

NO_FLAG: Final = 0
FLAGGED: Final = 1
NOT_TO_BE_USED: Final = 2

_Shares = NDArray[np.float64]

# The constants of astropy.visualization's LogStretch and AsinhStretch.
_LOG_A: Final = 1000.0
_ASINH_A: Final = 0.1
# From the fraction between the levels to the fraction of the colour table.
_STRETCHES: Final[Mapping[str, Callable[[_Shares], _Shares]]] = {
    "linear": np.positive,
    "sqrt": np.sqrt,
    "log": lambda share: np.log(_LOG_A * share + 1) / np.log(_LOG_A + 1),
    "asinh": lambda share: np.arcsinh(share / _ASINH_A) / np.arcsinh(1 / _ASINH_A),
}

STRETCHES: Final = tuple(_STRETCHES)
"""Names of the stretches."""

_ZSCALE: Final = "zscale"
_MIN_MAX: Final = "min-max"
_CENTRAL_SHARES: Final = {"99.9 %": 99.9, "99.5 %": 99.5, "99 %": 99.0, "95 %": 95.0, "90 %": 90.0}

LIMITS: Final = (_ZSCALE, *_CENTRAL_SHARES, _MIN_MAX)
"""Names of the rules for levels."""

_BINS: Final = 256
# Central part of the values in the histogram, percent: hot pixels must not compress the rest.
_SHOWN_SHARE: Final = 99.8
_THUMBNAIL_LIMITS: Final = "99.5 %"
_THUMBNAIL_STRETCH: Final = "asinh"
# Index images are made in parts that fit into the processor's cache.
_BLOCK: Final = 1 << 16
_LARGEST: Final = float(np.finfo(np.float32).max)
_NAN_STEP: Final = 65535
_TOP_STEP: Final = 65534
_TINY: Final = 1e-4


@dataclass(frozen=True)
class Levels:
    """Values of the first and the last colour; `low` is less than `high`.

    Attributes
    ----------
    low, high : float
        In the unit of the image.
    """

    low: float
    high: float

    @classmethod
    def between(cls, one: float, other: float) -> Levels:
        """Make levels of two values in any order; values that are equal in single precision are moved apart."""
        low, high = (min(max(float(level), -_LARGEST), _LARGEST) for level in sorted((one, other)))
        if np.float32(low) == np.float32(high):
            half = abs(low) / 2 or 0.5
            return cls(low - half, high + half)
        return cls(low, high)

    def union(self, other: Levels) -> Levels:
        """Return the range of both."""
        return Levels(min(self.low, other.low), max(self.high, other.high))


@dataclass(frozen=True, eq=False)
class Histogram:
    """Histogram of values.

    Attributes
    ----------
    span : Levels
        From the lower edge of the first bin to the upper edge of the last; all bins have the same width.
    counts : ndarray of int
        Pixels of the sample in each bin.
    """

    span: Levels
    counts: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sample:
    """Sample of an image, from which levels and histograms are made.

    Attributes
    ----------
    values : ndarray of float64
        Finite values of at most 2**18 pixels at a regular step over the image.
    lowest, highest : float
        Minimum and maximum of all finite values of the image; 0 if there is none.
    missing : float
        Fraction of the pixels without a finite value.
    """

    values: NDArray[np.float64]
    lowest: float
    highest: float
    missing: float

    @classmethod
    def of(cls, plane: NDArray[np.float32]) -> Sample:
        """Take a sample of an image; NaN and infinite values are left out."""
        lowest, highest = _finite_range(plane)
        if lowest > highest:
            return cls(np.empty(0), 0.0, 0.0, 1.0)
        values = strided_sample(plane)
        missing = 1 - np.count_nonzero(np.isfinite(plane)) / plane.size
        return cls(values[np.isfinite(values)].astype(float), lowest, highest, missing)

    def levels(self, rule: str) -> Levels:
        """Return the levels of a rule in `LIMITS`."""
        if rule == _MIN_MAX or not self.values.size:
            # Not of the sample, which may miss the extremes.
            return Levels.between(self.lowest, self.highest)
        return Levels.between(*zscale(self.values)) if rule == _ZSCALE else self._central(_CENTRAL_SHARES[rule])

    @cached_property
    def span(self) -> Levels:
        """Range of the central 99.8 % of the values."""
        return self._central(_SHOWN_SHARE)

    def share_within(self, levels: Levels) -> float:
        """Return the fraction of the values between two levels; 1 if there are no values."""
        if not self.values.size:
            return 1.0
        return float(np.count_nonzero((self.values >= levels.low) & (self.values <= levels.high)) / self.values.size)

    def histogram(self, span: Levels) -> Histogram:
        """Count the values within a range."""
        counts, _ = np.histogram(self.values, bins=_BINS, range=(span.low, span.high))
        return Histogram(span, counts)

    def _central(self, share: float) -> Levels:
        if not self.values.size:
            return Levels.between(self.lowest, self.highest)
        beyond = (100 - share) / 2
        return Levels.between(*np.percentile(self.values, (beyond, 100 - beyond)))


def _finite_range(plane: NDArray[np.float32]) -> tuple[float, float]:
    """Return the minimum and the maximum of the finite values; infinity and minus infinity if there is none."""
    lowest, highest = float(np.fmin.reduce(plane, axis=None)), float(np.fmax.reduce(plane, axis=None))
    if isfinite(lowest) and isfinite(highest):
        return lowest, highest
    # Slower, for the rare images with infinite values or with NaN alone.
    finite = np.isfinite(plane)
    return float(np.min(plane, where=finite, initial=inf)), float(np.max(plane, where=finite, initial=-inf))


@cache
def stretch_table(stretch: str) -> NDArray[np.uint8]:
    """Return the table from 16-bit values, linear between the levels, to indexes.

    Parameters
    ----------
    stretch : str
        One of `STRETCHES`.

    Returns
    -------
    ndarray of uint8, shape (65536,)
        0 to `TOP_INDEX`; the last entry is `NAN_INDEX`.
    """
    shares = np.linspace(0.0, 1.0, _TOP_STEP + 1)
    table = np.full(_NAN_STEP + 1, NAN_INDEX, np.uint8)
    table[: _TOP_STEP + 1] = np.rint(_STRETCHES[stretch](shares) * TOP_INDEX)
    table.setflags(write=False)
    return table


def index_image(plane: NDArray[np.floating[Any]], levels: Levels, stretch: str) -> NDArray[np.uint8]:
    """Convert values to indexes of a colour table.

    Parameters
    ----------
    plane : ndarray of float, shape (y, x)
        The values; infinite values are outside of the levels.
    levels : Levels
        Values of the indexes 0 and `TOP_INDEX`.
    stretch : str
        One of `STRETCHES`.

    Returns
    -------
    ndarray of uint8, shape (y, x)
        `NAN_INDEX` for NaN.
    """
    table = stretch_table(stretch)
    height, width = plane.shape
    index = np.empty((height, width), np.uint8)
    rows = max(1, _BLOCK // width)
    work, steps = np.empty((rows, width), np.float32), np.empty((rows, width), np.uint16)
    # A value that overflows is outside of the levels.
    with np.errstate(over="ignore", invalid="ignore"):
        low = np.float32(levels.low)
        scale = min(np.float32(_TOP_STEP / (levels.high - levels.low)), np.float32(_LARGEST))
        for start in range(0, height, rows):
            part = plane[start : start + rows]
            scaled, step = work[: len(part)], steps[: len(part)]
            np.subtract(part, low, out=scaled, casting="same_kind")
            np.multiply(scaled, scale, out=scaled)
            np.clip(scaled, 0, _TOP_STEP, out=scaled)
            # NaN passes the clip; fmin replaces it by the number.
            np.fmin(scaled, np.float32(_NAN_STEP), out=scaled)
            np.copyto(step, scaled, casting="unsafe")
            np.take(table, step, out=index[start : start + rows], mode="clip")
    return index


def bar_values(levels: Levels, stretch: str, shares: Sequence[float]) -> NDArray[np.float64]:
    """Return the values at places of a colour bar whose colours change evenly.

    Parameters
    ----------
    levels : Levels
        Values of the first and the last colour.
    stretch : str
        One of `STRETCHES`.
    shares : sequence of float
        Places along the bar, from 0 to 1.

    Returns
    -------
    ndarray of float64, shape (n,)
        Values in the unit of the levels; a value that is tiny compared with their range is 0.
    """
    table, wanted = stretch_table(stretch)[:-1], np.array(shares) * TOP_INDEX
    # The middle of the steps that have the same colour.
    steps = (np.searchsorted(table, wanted, side="left") + np.searchsorted(table, wanted, side="right")) / 2
    steps = np.where(wanted <= 0, 0, np.where(wanted >= TOP_INDEX, len(table) - 1, steps))
    values: NDArray[np.float64] = levels.low + steps / (len(table) - 1) * (levels.high - levels.low)
    values[np.abs(values) < _TINY * (levels.high - levels.low)] = 0.0
    return values


def dq_classes(dq: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Classify pixels by their flags.

    Parameters
    ----------
    dq : ndarray of uint32, shape (y, x)
        Data-quality flags.

    Returns
    -------
    ndarray of uint8, shape (y, x)
        `NO_FLAG`, `FLAGGED` or `NOT_TO_BE_USED`.
    """
    classes: NDArray[np.uint8] = (dq != 0).astype(np.uint8)
    classes += do_not_use(dq)
    return classes


def thumbnail(sci: NDArray[np.float32], size: int) -> NDArray[np.uint8]:
    """Reduce an image to a small index image with its own levels and stretch.

    Parameters
    ----------
    sci : ndarray of float32, shape (y, x)
        The image.
    size : int
        Maximum width and height, pixels.

    Returns
    -------
    ndarray of uint8, shape (h, w)
        `NAN_INDEX` where no pixel of the block has a value; row 0 is that of the image.
    """
    step = -(-max(sci.shape) // size)
    finite = np.isfinite(sci)
    counts = block_reduced(np.add, finite, step, dtype=np.float64)
    sums = block_reduced(np.add, np.where(finite, sci, 0), step, dtype=np.float64)
    means = np.full(sums.shape, np.nan, np.float32)
    np.divide(sums, counts, out=means, where=counts > 0, casting="same_kind")
    return index_image(means, Sample.of(means).levels(_THUMBNAIL_LIMITS), _THUMBNAIL_STRETCH)
