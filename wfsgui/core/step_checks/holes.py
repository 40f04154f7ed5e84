"""Finding star-shaped holes: what a star in a background exposure leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.measure.robust import sample_of, sky_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BLOCK", "LIMIT", "Holes", "holes_in"]

BLOCK: Final = 8
"""Side of the blocks that are averaged, pixels; they overlap by half."""

LIMIT: Final = 6.0
"""How far below the sky the mean of a block is that belongs to a hole, in scatters of the blocks' means.

Of the 3e5 blocks of a full frame, noise alone takes one in 3000 images below that.
"""

_STEP: Final = BLOCK // 2
# A single bad pixel does not make a hole: no pixel counts for more than this many scatters.
_PIXEL_LIMIT: Final = 10.0
_LEAST_FILLED: Final = BLOCK * BLOCK // 2
_ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class Holes:
    """The holes of an image.

    Attributes
    ----------
    count : int
        Groups of blocks that lie below the limit; the ring of a star out of focus may be several.
    level : float
        The lowest block's mean less that of the sky, in the unit of the image.
    depth : float
        The same in scatters of the blocks' means.
    x, y : int
        The middle of that block.
    """

    count: int
    level: float
    depth: float
    x: int
    y: int


def holes_in(sci: NDArray[np.float32]) -> Holes | None:
    """Find groups of pixels far below the sky.

    Parameters
    ----------
    sci : ndarray of float32, shape (y, x)
        The image, NaN where it is not to be used.

    Returns
    -------
    Holes or None
        None where the image is too small, or too few of its pixels have a value.
    """
    if min(sci.shape) < BLOCK:
        return None
    sky = sky_level(sample_of(sci))
    reach = np.float32(_PIXEL_LIMIT * sky.scatter)
    means = _block_means(np.clip(sci, np.float32(sky.median) - reach, np.float32(sky.median) + reach))
    filled = means[np.isfinite(means)]
    if not filled.size:
        return None
    blocks = sky_level(filled)
    # White noise and rounding scatter the means at least as much.
    scatter = max(blocks.scatter, sky.scatter / BLOCK, _ROUNDING * abs(blocks.median), float(np.finfo(np.float32).tiny))
    depths = (means - blocks.median) / scatter
    row, column = np.unravel_index(int(np.nanargmin(depths)), depths.shape)
    middle = (BLOCK - 1) // 2
    return Holes(
        count=_groups(depths < -LIMIT),
        level=float(means[row, column]) - blocks.median,
        depth=float(depths[row, column]),
        x=int(column) * _STEP + middle,
        y=int(row) * _STEP + middle,
    )


def _groups(below: NDArray[np.bool_]) -> int:
    if not below.any():
        return 0
    from scipy import ndimage

    _, count = ndimage.label(below, structure=np.ones((3, 3)))
    return int(count)


def _block_means(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average blocks that overlap by half; NaN where fewer than half of the pixels have a value."""
    filled = np.isfinite(plane)
    counts = _overlapping_sums(filled)
    sums = _overlapping_sums(np.where(filled, plane, np.float32(0)))
    means = np.full(sums.shape, np.nan, np.float32)
    np.divide(sums, counts, out=means, where=counts >= _LEAST_FILLED, casting="same_kind")
    return means


def _overlapping_sums(plane: NDArray[np.generic]) -> NDArray[np.float64]:
    height, width = (size - size % _STEP for size in plane.shape)
    quarters = plane[:height, :width].reshape(height // _STEP, _STEP, width // _STEP, _STEP)
    sums: NDArray[np.float64] = quarters.sum(axis=(1, 3), dtype=np.float64)
    return sums[:-1, :-1] + sums[1:, :-1] + sums[:-1, 1:] + sums[1:, 1:]
