"""Values of pixels that cannot be used, from their surroundings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage

__all__ = ["MARGIN", "filled_from_surroundings", "small_gaps_filled"]

_SIDE: Final = 5
"""Side of the window around a pixel, pixels."""

MARGIN: Final = _SIDE
"""Pixels around a region that should be cut out with it."""

_LEAST: Final = 5
"""Fewest values of a window: the median of five is safe from two bad ones."""

_AT_ONCE: Final = 1 << 14
"""Pixels that are replaced at once, which limits the memory."""

_MAD_TO_SIGMA: Final = 1.482602218505602
_LIMIT: Final = 5.0


def filled_from_surroundings(value: NDArray[np.floating[Any]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Replace missing pixels by the median of their surroundings.

    The surroundings are the known pixels among the 5 x 5 pixels around the pixel. If there are fewer than five, as
    within a large hole, they are those around the nearest known pixel. So the value in a hole at a peak, for example of
    a saturated core, is a lower bound.

    Parameters
    ----------
    value : ndarray of float, shape (y, x)
        The pixels; NaN where they are missing.

    Returns
    -------
    filled : ndarray of float64, shape (y, x)
        A copy without missing pixels; all NaN if every pixel is missing.
    error : ndarray of float64, shape (y, x)
        Standard deviation of a replaced pixel: the MAD standard deviation of its surroundings. 0 for known pixels.
    """
    filled, error = value.astype(float), np.zeros(value.shape)
    missing = ~np.isfinite(filled)
    filled[missing] = np.nan
    rows, columns = np.nonzero(missing)
    if not rows.size or rows.size == missing.size:
        return filled, error
    near = _nearest(missing)
    padded = np.pad(filled, _SIDE // 2, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (_SIDE, _SIDE))
    for start in range(0, rows.size, _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        place = rows[some], columns[some]
        values = _surroundings(windows, place, near)
        median = np.nanmedian(values, axis=1, keepdims=True)
        filled[place] = median[:, 0]
        error[place] = _MAD_TO_SIGMA * np.nanmedian(np.abs(values - median), axis=1)
    return filled, error


def small_gaps_filled(image: StepImage) -> StepImage:
    """Replace missing pixels that have surroundings, and give them the scatter of these as ERR.

    Parameters
    ----------
    image : StepImage
        The image, with NaN for pixels that must not be used.

    Returns
    -------
    StepImage
        The same image with other SCI and ERR. A gap has the mean of the known pixels among the 5 x 5 pixels around it,
        after these are limited to five MAD standard deviations from their median; with fewer than five, it stays NaN.
    """
    missing = ~np.isfinite(image.sci)
    if not missing.any():
        return image
    sci, err = image.sci.copy(), image.err.copy()
    value = np.where(missing, np.nan, image.sci).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(value, _SIDE // 2, constant_values=np.nan), (_SIDE, _SIDE)
    )
    rows, columns = np.nonzero(missing)
    for start in range(0, rows.size, _AT_ONCE):
        place = rows[start : start + _AT_ONCE], columns[start : start + _AT_ONCE]
        around = windows[place].reshape(-1, _SIDE * _SIDE)
        enough = np.count_nonzero(np.isfinite(around), axis=1) >= _LEAST
        place, around = (place[0][enough], place[1][enough]), around[enough]
        limited = _limited(around)
        sci[place], err[place] = np.nanmean(limited, axis=1), np.nanstd(limited, axis=1, ddof=1)
    return replace(image, sci=sci, err=err)


def _limited(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Limit the values of each row to a distance from their median, so that one bad value does not count."""
    median = np.nanmedian(values, axis=1, keepdims=True)
    reach = _LIMIT * _MAD_TO_SIGMA * np.nanmedian(np.abs(values - median), axis=1, keepdims=True)
    return np.clip(values, median - reach, median + reach)


def _nearest(missing: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return row and column of the nearest known pixel of each pixel, shape (2, y, x)."""
    # Imported only where it is needed: scipy.ndimage takes a tenth of a second.
    from scipy.ndimage import distance_transform_edt

    near: NDArray[np.intp] = distance_transform_edt(missing, return_distances=False, return_indices=True)
    return near


def _surroundings(
    windows: NDArray[np.float64], place: tuple[NDArray[np.intp], NDArray[np.intp]], near: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the windows of missing pixels, one in each row; each has a known pixel."""
    own: NDArray[np.float64] = windows[place].reshape(-1, _SIDE * _SIDE)
    few = np.count_nonzero(np.isfinite(own), axis=1) < _LEAST
    rows, columns = (axis[place][few] for axis in near)
    own[few] = windows[rows, columns].reshape(-1, _SIDE * _SIDE)
    return own
