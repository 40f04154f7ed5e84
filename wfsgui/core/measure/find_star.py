"""Search for the star of an exposure, in focus or defocused by a weak lens to a hundred pixels and more."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.image.dq_flags import do_not_use
from wfsgui.core.image.sampling import block_reduced
from wfsgui.core.measure.robust import robust_statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["find_star"]

_BLOCK: Final = 8
"""Side of the blocks of a full-frame image, pixels."""

_FEWEST_BLOCKS: Final = 32
"""Blocks along the shorter side of a small image."""

_SCALE: Final = 40.0
"""Standard deviation of the smoothing, pixels: the flux of a ring of 1.4 times that radius adds up in its centre."""

_REACH: Final = 110.0
"""Radius of a star through the strongest lens, pixels."""

_PASSES: Final = 5
_SIGMAS: Final = 5.0
_LEAST_CONTRAST: Final = 1e-6
"""Relative to the background; smaller contrasts are rounding."""

_NO_STAR: Final = "There is no star in this image; draw a circle around the star yourself."


def find_star(sci: NDArray[np.float32], dq: NDArray[np.uint32]) -> tuple[float, float]:
    """Find the brightest star, in focus or not; single bright pixels are ignored.

    Parameters
    ----------
    sci : ndarray of float32, shape (y, x)
        The image, with NaN for missing values.
    dq : ndarray of uint32, shape (y, x)
        Data-quality flags.

    Returns
    -------
    x, y : float
        Its centroid, good to a few pixels: a first guess for `measure_star`.

    Raises
    ------
    WfsguiError
        If there is no star.
    """
    usable = np.isfinite(sci) & ~do_not_use(dq)
    shortest = min(sci.shape)
    block = min(max(shortest // _FEWEST_BLOCKS, 1), _BLOCK)
    means = _block_means(sci, usable, block)
    if not usable.any():
        raise WfsguiError("No pixel of this image has a value that may be used: there is no star to be found.")
    if not np.isfinite(means).any():
        raise WfsguiError(_NO_STAR)
    row, column = _brightest(means, min(_SCALE, shortest / 6) / block)
    return _centroid(sci, usable, (column + 0.5) * block - 0.5, (row + 0.5) * block - 0.5)


def _block_means(sci: NDArray[np.float32], usable: NDArray[np.bool_], block: int) -> NDArray[np.float64]:
    """Average blocks of pixels without the brightest pixel of each; NaN for a block with fewer than two values."""
    if block == 1:
        return _without_single_pixels(np.where(usable, sci, np.nan).astype(float))
    counts = block_reduced(np.add, usable.astype(np.uint8), block).astype(float) - 1
    # Blocks that overflow or have no value have no mean.
    with np.errstate(over="ignore", invalid="ignore"):
        sums = block_reduced(np.add, np.where(usable, sci, 0), block)
        highest = block_reduced(np.maximum, np.where(usable, sci, -np.inf), block, fill=-np.inf)
        means: NDArray[np.float64] = (sums - highest) / np.where(counts > 0, counts, np.nan)
    return np.where(np.isfinite(means), means, np.nan)


def _without_single_pixels(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Limit each pixel to the second highest of its 3 x 3 pixels: removes hot pixels, and hardly changes stars."""
    from scipy.ndimage import rank_filter

    lowest = rank_filter(np.where(np.isfinite(plane), plane, -np.inf), rank=-2, size=3, mode="constant", cval=-np.inf)
    return np.where(np.isfinite(lowest), np.minimum(plane, lowest), np.nan)


def _brightest(means: NDArray[np.float64], sigma: float) -> tuple[int, int]:
    """Return the block with the most flux around it; raise `WfsguiError` if noise could make that flux."""
    from scipy.ndimage import gaussian_filter

    background = float(np.nanmedian(means))
    smooth = gaussian_filter(np.nan_to_num(means - background), sigma, mode="constant")
    row, column = np.unravel_index(int(np.argmax(smooth)), smooth.shape)
    # The noise is that of differences of neighbouring blocks; smoothing averages 4 pi sigma**2 blocks.
    noise = robust_statistics(np.diff(means, axis=1)).mad_std / np.sqrt(2) / max(np.sqrt(4 * np.pi) * sigma, 1.0)
    least = max(_SIGMAS * np.nan_to_num(noise), _LEAST_CONTRAST * abs(background))
    if smooth[row, column] <= least:
        raise WfsguiError(_NO_STAR)
    return int(row), int(column)


def _centroid(sci: NDArray[np.float32], usable: NDArray[np.bool_], x: float, y: float) -> tuple[float, float]:
    """Iterate the centroid of the flux above three standard deviations, from a first guess."""
    from scipy.ndimage import median_filter

    rows, columns = (slice(max(0, floor(at - 1.5 * _REACH)), ceil(at + 1.5 * _REACH) + 1) for at in (y, x))
    known = usable[rows, columns]
    part = np.where(known, sci[rows, columns], np.nan).astype(float)
    dy, dx = np.ogrid[: part.shape[0], : part.shape[1]]
    column, row = x - columns.start, y - rows.start
    outside = part[known & (np.hypot(dx - column, dy - row) > _REACH)]
    background = robust_statistics(outside if outside.size else part[known])
    # The median filter removes single bright pixels.
    flux = median_filter(np.nan_to_num(part - background.median), 3)
    flux[flux < 3 * background.mad_std] = 0
    for _ in range(_PASSES):
        near = np.where(np.hypot(dx - column, dy - row) < _REACH, flux, 0)
        total = near.sum()
        if total <= 0:
            raise WfsguiError(_NO_STAR)
        column, row = float((near * dx).sum() / total), float((near * dy).sum() / total)
    return column + columns.start, row + rows.start
