"""Change of an image by a step: levels, changed pixels and ratios."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import numpy as np

from wfsgui.core.measure.robust import RobustStatistics, median_of, quantiles_of, robust_statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage

__all__ = ["ImageChange", "RatioRange", "change_between", "same_values", "strips"]

# Rows are processed in strips that fit into the processor's cache.
_STRIP: Final = 1 << 18
_CENTRAL: Final = (0.005, 0.995)
_levels: WeakKeyDictionary[StepImage, RobustStatistics] = WeakKeyDictionary()


@dataclass(frozen=True)
class RatioRange:
    """Ratio of the values after a step to those before; NaN if there is none.

    Attributes
    ----------
    lowest, highest : float
        Minimum and maximum of all finite ratios.
    low, high : float
        Range of the central 99 %.
    median : float
        Median.
    """

    lowest: float = nan
    low: float = nan
    median: float = nan
    high: float = nan
    highest: float = nan


@dataclass(frozen=True)
class ImageChange:
    """Change of an image by a step.

    Attributes
    ----------
    before, after : RobustStatistics
        Median and MAD standard deviation of SCI.
    pixels : int
        Pixels of the image.
    changed : int
        Pixels with another SCI; NaN equals NaN.
    new_nan, nan_gone : int
        Pixels that became NaN, and that are no longer NaN.
    ratio : RatioRange
        SCI after to SCI before.
    """

    before: RobustStatistics
    after: RobustStatistics
    pixels: int
    changed: int
    new_nan: int
    nan_gone: int
    ratio: RatioRange


def strips(shape: tuple[int, ...]) -> Iterator[slice]:
    """Divide the rows of an image into strips of about 2**18 pixels.

    Parameters
    ----------
    shape : tuple of int
        (y, x).

    Yields
    ------
    slice
        Rows of a strip, from the first strip to the last.
    """
    rows = max(1, _STRIP // max(1, shape[1]))
    return (slice(start, start + rows) for start in range(0, shape[0], rows))


def same_values(one: NDArray[np.generic], other: NDArray[np.generic]) -> bool:
    """Return whether two planes have the same values; NaN equals NaN."""
    if one is other:
        return True
    return one.shape == other.shape and all(
        np.array_equal(one[rows], other[rows], equal_nan=True) for rows in strips(one.shape)
    )


def change_between(before: StepImage, after: StepImage) -> ImageChange:
    """Compare two images.

    Parameters
    ----------
    before, after : StepImage
        Images of the same shape.

    Returns
    -------
    ImageChange
        Change of SCI.
    """
    level = _level(before)
    if same_values(before.sci, after.sci):
        ratio = RatioRange(1, 1, 1, 1, 1) if level.count else RatioRange()
        return ImageChange(level, level, after.sci.size, 0, 0, 0, ratio)
    changed = new_nan = nan_gone = 0
    ratios: list[NDArray[np.float32]] = []
    for rows in strips(after.sci.shape):
        old, new = before.sci[rows], after.sci[rows]
        was_nan, is_nan = np.isnan(old), np.isnan(new)
        changed += int(np.count_nonzero((old != new) & ~(was_nan & is_nan)))
        new_nan += int(np.count_nonzero(is_nan & ~was_nan))
        nan_gone += int(np.count_nonzero(was_nan & ~is_nan))
        ratios.append(_ratios(old, new))
    return ImageChange(
        before=level,
        after=_level(after),
        pixels=after.sci.size,
        changed=changed,
        new_nan=new_nan,
        nan_gone=nan_gone,
        ratio=_range_of(np.concatenate(ratios)),
    )


def _level(image: StepImage) -> RobustStatistics:
    """Measure each image once: the result of a step is the input of the next."""
    found = _levels.get(image)
    if found is None:
        found = _levels[image] = robust_statistics(image.sci)
    return found


def _ratios(old: NDArray[np.float32], new: NDArray[np.float32]) -> NDArray[np.float32]:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio: NDArray[np.float32] = new / old
    return ratio[np.isfinite(ratio)]


def _range_of(ratios: NDArray[np.float32]) -> RatioRange:
    if not ratios.size:
        return RatioRange()
    low, high = quantiles_of(ratios, _CENTRAL)
    return RatioRange(float(ratios.min()), low, median_of(ratios), high, float(ratios.max()))
