"""Search for star-shaped holes, which a star in a background exposure leaves in the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wfsgui.core.image.sampling import block_reduced
from wfsgui.core.measure.robust import clipped_statistics, finite_sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BLOCK", "LIMIT", "Holes", "holes_in"]

BLOCK: Final = 8
"""Side of the averaged blocks, pixels; blocks overlap by half."""

LIMIT: Final = 6.0
"""Depth of a hole below the background, in MAD standard deviations of the blocks' means.

Noise alone makes one of the 3e5 blocks of a full frame that deep in one of 3000 images.
"""

_STEP: Final = BLOCK // 2
# Pixels are clipped at this many standard deviations, so that a single bad pixel makes no hole.
_PIXEL_LIMIT: Final = 10.0
_LEAST_FILLED: Final = BLOCK * BLOCK // 2
_ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class Holes:
    """Holes of an image.

    Attributes
    ----------
    count : int
        Groups of blocks below the limit; the ring of a defocused star may be several.
    level : float
        Mean of the lowest block minus the background, in the unit of the image.
    depth : float
        The same in MAD standard deviations of the blocks' means.
    x, y : int
        Centre of that block, pixels.
    places : tuple of (x, y)
        Centre of the lowest block of each group, pixels.
    """

    count: int
    level: float
    depth: float
    x: int
    y: int
    places: tuple[tuple[int, int], ...] = ()


def holes_in(sci: NDArray[np.float32], limit: float = LIMIT) -> Holes | None:
    """Search for groups of pixels far below the background.

    Parameters
    ----------
    sci : ndarray of float32, shape (y, x)
        The image, with NaN for pixels that must not be used.
    limit : float, optional
        Depth of a hole, in MAD standard deviations of the blocks' means.

    Returns
    -------
    Holes or None
        None if the image is too small or too few pixels have a value.
    """
    if min(sci.shape) < BLOCK:
        return None
    background = clipped_statistics(finite_sample(sci))
    median, clip = np.float32(background.median), np.float32(_PIXEL_LIMIT * background.mad_std)
    means = _block_means(np.clip(sci, median - clip, median + clip))
    filled = means[np.isfinite(means)]
    if not filled.size:
        return None
    blocks = clipped_statistics(filled)
    # White noise and rounding are lower bounds.
    tiny = float(np.finfo(np.float32).tiny)
    noise = max(blocks.mad_std, background.mad_std / BLOCK, _ROUNDING * abs(blocks.median), tiny)
    depths = (means - blocks.median) / noise
    row, column = (int(index) for index in np.unravel_index(int(np.nanargmin(depths)), depths.shape))
    places = _groups(depths, limit)
    x, y = _centre(row, column)
    return Holes(
        count=len(places),
        level=float(means[row, column]) - blocks.median,
        depth=float(depths[row, column]),
        x=x,
        y=y,
        places=places,
    )


def _groups(depths: NDArray[np.floating[Any]], limit: float) -> tuple[tuple[int, int], ...]:
    """Return the centre of the lowest block of each group of blocks below the limit."""
    below = depths < -limit
    if not below.any():
        return ()
    from scipy import ndimage

    groups, count = ndimage.label(below, structure=np.ones((3, 3)))
    lowest = ndimage.minimum_position(depths, groups, range(1, count + 1))
    return tuple(_centre(int(row), int(column)) for row, column in lowest)


def _centre(row: int, column: int) -> tuple[int, int]:
    """Return x and y of the centre of a block."""
    middle = (BLOCK - 1) // 2
    return column * _STEP + middle, row * _STEP + middle


def _block_means(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average blocks that overlap by half; NaN if fewer than half of the pixels have a value."""
    filled = np.isfinite(plane)
    counts = _overlapping_sums(filled)
    sums = _overlapping_sums(np.where(filled, plane, np.float32(0)))
    means = np.full(sums.shape, np.nan, np.float32)
    np.divide(sums, counts, out=means, where=counts >= _LEAST_FILLED, casting="same_kind")
    return means


def _overlapping_sums(plane: NDArray[np.generic]) -> NDArray[np.float64]:
    height, width = (size - size % _STEP for size in plane.shape)
    sums: NDArray[np.float64] = block_reduced(np.add, plane[:height, :width], _STEP, dtype=np.float64)
    return sums[:-1, :-1] + sums[1:, :-1] + sums[:-1, 1:] + sums[1:, 1:]
