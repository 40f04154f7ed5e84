"""Values of pixels that cannot be used, from their surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MARGIN", "filled_from_surroundings"]

_SIDE: Final = 5
"""Side of the window around a pixel, pixels."""

MARGIN: Final = _SIDE
"""Pixels around a region that should be cut out with it."""

_LEAST: Final = 5
"""Fewest values of a window: the median of five is safe from two bad ones."""

_MAD_TO_SIGMA: Final = 1.482602218505602


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
    values = _surroundings(filled, missing, rows, columns)
    median = np.nanmedian(values, axis=1, keepdims=True)
    filled[rows, columns] = median[:, 0]
    error[rows, columns] = _MAD_TO_SIGMA * np.nanmedian(np.abs(values - median), axis=1)
    return filled, error


def _surroundings(
    value: NDArray[np.float64], missing: NDArray[np.bool_], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the windows of missing pixels, one in each row; each has a known pixel."""
    padded = np.pad(value, _SIDE // 2, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (_SIDE, _SIDE))
    own: NDArray[np.float64] = windows[rows, columns].reshape(rows.size, -1)
    few = np.count_nonzero(np.isfinite(own), axis=1) < _LEAST
    if few.any():
        # Imported only where it is needed: scipy.ndimage takes a tenth of a second.
        from scipy.ndimage import distance_transform_edt

        near = distance_transform_edt(missing, return_distances=False, return_indices=True)
        place = tuple(axis[rows[few], columns[few]] for axis in near)
        own[few] = windows[place].reshape(-1, _SIDE * _SIDE)
    return own
