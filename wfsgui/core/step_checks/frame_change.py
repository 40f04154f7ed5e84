"""How an image differs from the one before, in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import numpy as np

from wfsgui.core.measure.robust import Level, level_of, median_of, quantiles_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage

__all__ = ["FrameChange", "RatioRange", "change_between", "same_values", "strips"]

# Work goes by strips that stay in the processor's cache.
_STRIP: Final = 1 << 18
_CENTRAL: Final = (0.005, 0.995)
_levels: WeakKeyDictionary[StepImage, Level] = WeakKeyDictionary()


@dataclass(frozen=True)
class RatioRange:
    """The ratio of the values after a step to those before; NaN where there is none.

    Attributes
    ----------
    lowest, highest : float
        Of all finite ratios.
    low, high : float
        Between which 99 % of them lie.
    median : float
        Their median.
    """

    lowest: float = nan
    low: float = nan
    median: float = nan
    high: float = nan
    highest: float = nan


@dataclass(frozen=True)
class FrameChange:
    """How an image changed.

    Attributes
    ----------
    before, after : Level
        Median and scatter of SCI.
    pixels : int
        Pixels of the image.
    changed : int
        Those whose SCI changed; NaN is equal to NaN.
    new_nan, nan_gone : int
        Those that have become NaN, and that no longer are.
    ratio : RatioRange
        SCI after to SCI before.
    """

    before: Level
    after: Level
    pixels: int
    changed: int
    new_nan: int
    nan_gone: int
    ratio: RatioRange


def strips(shape: tuple[int, ...]) -> Iterator[slice]:
    """Divide an image's rows into strips of some 10^5 pixels.

    Parameters
    ----------
    shape : tuple of int
        (y, x).

    Yields
    ------
    slice
        Of rows, from the first to the last.
    """
    rows = max(1, _STRIP // max(1, shape[1]))
    return (slice(start, start + rows) for start in range(0, shape[0], rows))


def same_values(one: NDArray[np.generic], other: NDArray[np.generic]) -> bool:
    """Whether two planes have the same values; NaN is equal to NaN."""
    if one is other:
        return True
    return one.shape == other.shape and all(
        np.array_equal(one[rows], other[rows], equal_nan=True) for rows in strips(one.shape)
    )


def change_between(before: StepImage, after: StepImage) -> FrameChange:
    """Compare two images.

    Parameters
    ----------
    before, after : StepImage
        Of one shape.

    Returns
    -------
    FrameChange
        How SCI changed.
    """
    level = _level(before)
    if same_values(before.sci, after.sci):
        ratio = RatioRange(1, 1, 1, 1, 1) if level.count else RatioRange()
        return FrameChange(level, level, after.sci.size, 0, 0, 0, ratio)
    changed = new_nan = nan_gone = 0
    ratios: list[NDArray[np.float32]] = []
    for rows in strips(after.sci.shape):
        old, new = before.sci[rows], after.sci[rows]
        was_nan, is_nan = np.isnan(old), np.isnan(new)
        changed += int(np.count_nonzero((old != new) & ~(was_nan & is_nan)))
        new_nan += int(np.count_nonzero(is_nan & ~was_nan))
        nan_gone += int(np.count_nonzero(was_nan & ~is_nan))
        ratios.append(_ratios(old, new))
    return FrameChange(
        before=level,
        after=_level(after),
        pixels=after.sci.size,
        changed=changed,
        new_nan=new_nan,
        nan_gone=nan_gone,
        ratio=_range_of(np.concatenate(ratios)),
    )


def _level(image: StepImage) -> Level:
    """Measure a frame once: the image after a step is the one before the next."""
    found = _levels.get(image)
    if found is None:
        found = _levels[image] = level_of(image.sci)
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
