"""Finding the star of an exposure: in focus, or spread by a weak lens over a hundred pixels and more."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.statistics import robust_scatter
from wfsgui.core.model.flags import DO_NOT_USE

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["find_star"]

_Value = TypeVar("_Value", bound=np.generic)

_BLOCK: Final = 8
"""Side of the squares that a full-frame image is reduced by, pixels."""

_FEWEST_BLOCKS: Final = 32
"""Along the shorter side of a small image."""

_SCALE: Final = 40.0
"""Standard deviation of the smoothing, pixels: the light of a ring of 1.4 times that radius adds up in its middle."""

_REACH: Final = 110.0
"""Radius that holds a star through the strongest lens, pixels."""

_PASSES: Final = 5
_SIGMAS: Final = 5.0
_LEAST_CONTRAST: Final = 1e-6
"""Of the background; less is rounding."""

_NO_STAR: Final = "There is no star in this image; draw a circle around the star yourself."


def find_star(sci: NDArray[np.float32], dq: NDArray[np.uint32]) -> tuple[float, float]:
    """Find the brightest star, in focus or not; single bright pixels are none.

    Parameters
    ----------
    sci : ndarray of float32, shape (y, x)
        The image; NaN where there is no value.
    dq : ndarray of uint32, shape (y, x)
        Data-quality flags.

    Returns
    -------
    x, y : float
        Its centroid, pixels, good to a few pixels: the place for `measure_star` to begin.

    Raises
    ------
    WfsguiError
        If nothing stands out.
    """
    usable = np.isfinite(sci) & ((dq & np.uint32(DO_NOT_USE)) == 0)
    shortest = min(sci.shape)
    block = min(max(shortest // _FEWEST_BLOCKS, 1), _BLOCK)
    means = _block_means(sci, usable, block)
    if not usable.any():
        raise WfsguiError("No pixel of this image has a value that may be used: there is no star to be found.")
    if not np.isfinite(means).any():
        raise WfsguiError(_NO_STAR)
    row, column = _brightest(means, min(_SCALE, shortest / 6) / block)
    return _centre_of_light(sci, usable, (column + 0.5) * block - 0.5, (row + 0.5) * block - 0.5)


def _block_means(sci: NDArray[np.float32], usable: NDArray[np.bool_], block: int) -> NDArray[np.float64]:
    """Average squares of pixels, each without its brightest one; NaN where there are no others."""
    if block == 1:
        return _without_single_pixels(np.where(usable, sci, np.nan).astype(float))
    counts = _reduced(np.add, usable.astype(np.uint8), block, 0).astype(float) - 1
    # Overflows and all that is -inf have no mean.
    with np.errstate(over="ignore", invalid="ignore"):
        sums = _reduced(np.add, np.where(usable, sci, 0), block, 0)
        highest = _reduced(np.maximum, np.where(usable, sci, -np.inf), block, -np.inf)
        means: NDArray[np.float64] = (sums - highest) / np.where(counts > 0, counts, np.nan)
    return means


def _without_single_pixels(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lower each pixel to the second highest of its neighbourhood: a hot one to its neighbours, a star but a little."""
    from scipy.ndimage import rank_filter

    lowest = rank_filter(np.where(np.isfinite(plane), plane, -np.inf), rank=-2, size=3, mode="constant", cval=-np.inf)
    return np.where(np.isfinite(lowest), np.minimum(plane, lowest), np.nan)


def _reduced(ufunc: np.ufunc, plane: NDArray[_Value], block: int, neutral: float) -> NDArray[_Value]:
    """Reduce squares of pixels; down the columns first, which is many times faster than both ways at once."""
    beyond = [(0, -size % block) for size in plane.shape]
    if any(after for _, after in beyond):
        plane = np.pad(plane, beyond, constant_values=neutral)
    height, width = plane.shape
    rows = ufunc.reduce(plane.reshape(height // block, block, width), axis=1, dtype=plane.dtype)
    columns = rows.reshape(height // block, width // block, block)
    return np.asarray(ufunc.reduce(columns, axis=2, dtype=plane.dtype))


def _brightest(means: NDArray[np.float64], sigma: float) -> tuple[int, int]:
    """Find the block around which there is most light, where that is more than noise could make."""
    from scipy.ndimage import gaussian_filter

    background = float(np.nanmedian(means))
    smooth = gaussian_filter(np.nan_to_num(means - background), sigma, mode="constant")
    row, column = np.unravel_index(int(np.argmax(smooth)), smooth.shape)
    # Neighbouring blocks differ by their noise, whatever lies under them; smoothing averages 4 pi sigma**2 of them.
    noise = robust_scatter(np.diff(means, axis=1)) / np.sqrt(2) / max(np.sqrt(4 * np.pi) * sigma, 1.0)
    least = max(_SIGMAS * np.nan_to_num(noise), _LEAST_CONTRAST * abs(background))
    if smooth[row, column] <= least:
        raise WfsguiError(_NO_STAR)
    return int(row), int(column)


def _centre_of_light(sci: NDArray[np.float32], usable: NDArray[np.bool_], x: float, y: float) -> tuple[float, float]:
    """Follow the centre of what clearly stands out, from a place that is near it."""
    from scipy.ndimage import median_filter

    rows, columns = (slice(max(0, floor(at - 1.5 * _REACH)), ceil(at + 1.5 * _REACH) + 1) for at in (y, x))
    known = usable[rows, columns]
    window = np.where(known, sci[rows, columns], np.nan).astype(float)
    dy, dx = np.ogrid[: window.shape[0], : window.shape[1]]
    across, down = x - columns.start, y - rows.start
    outside = window[known & (np.hypot(dx - across, dy - down) > _REACH)]
    sky = outside if outside.size else window[known]
    # The median of neighbours takes single bright pixels away.
    light = median_filter(np.nan_to_num(window - np.median(sky)), 3)
    light[light < 3 * robust_scatter(sky)] = 0
    for _ in range(_PASSES):
        near = np.where(np.hypot(dx - across, dy - down) < _REACH, light, 0)
        total = near.sum()
        if total <= 0:
            raise WfsguiError(_NO_STAR)
        across, down = float((near * dx).sum() / total), float((near * dy).sum() / total)
    return across + columns.start, down + rows.start
