"""Samples, blocks and windows of a plane, without astropy: the first image is shown before that is imported."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

__all__ = ["block_reduced", "strided_sample", "windowed"]

_Value = TypeVar("_Value", bound=np.generic)

_SAMPLE_SIZE: Final = 1 << 18


def strided_sample(plane: NDArray[_Value]) -> NDArray[_Value]:
    """Take pixels at a regular step over a plane.

    Parameters
    ----------
    plane : ndarray, shape (..., x)
        The plane.

    Returns
    -------
    ndarray, shape (n,)
        A view of at most 2**18 pixels; of all pixels if there are no more.
    """
    # A step without a common factor with the width takes pixels of every column: detector columns differ.
    step = max(1, -(-plane.size // _SAMPLE_SIZE))
    while gcd(step, plane.shape[-1]) > 1:
        step += 1
    return plane.ravel()[::step]


def block_reduced(
    ufunc: np.ufunc, plane: NDArray[Any], side: int, *, fill: float = 0, dtype: DTypeLike | None = None
) -> NDArray[Any]:
    """Reduce square blocks of pixels to one value each.

    Parameters
    ----------
    ufunc : ufunc
        For example ``np.add``.
    plane : ndarray, shape (y, x)
        The plane.
    side : int
        Height and width of a block, pixels.
    fill : float, optional
        Value of the pixels beyond the edge that complete the last blocks: the identity of `ufunc`.
    dtype : dtype, optional
        Type of the result; that of the plane by default.

    Returns
    -------
    ndarray, shape (ceil(y / side), ceil(x / side))
        The reduced blocks.
    """
    beyond = [(0, -size % side) for size in plane.shape]
    if any(after for _, after in beyond):
        plane = np.pad(plane, beyond, constant_values=fill)
    height, width = plane.shape
    dtype = plane.dtype if dtype is None else dtype
    # First down the columns: thirty times as fast as reduceat.
    rows = ufunc.reduce(plane.reshape(height // side, side, width), axis=1, dtype=dtype)
    return np.asarray(ufunc.reduce(rows.reshape(height // side, width // side, side), axis=2, dtype=dtype))


def windowed(
    plane: NDArray[_Value], offset: tuple[float, float], shape: tuple[int, int], fill: float
) -> NDArray[_Value]:
    """Cut a window out of a plane; the window may reach over the edges.

    Parameters
    ----------
    plane : ndarray, shape (y, x)
        The plane.
    offset : tuple of float
        x and y of the window's first pixel, rounded to whole pixels.
    shape : tuple of int
        Height and width of the window.
    fill : float
        Value of the pixels that are not on the plane.

    Returns
    -------
    ndarray, shape `shape`
        A copy, or the plane itself if the window is the whole plane.
    """
    dx, dy = round(offset[0]), round(offset[1])
    if (dx, dy) == (0, 0) and plane.shape == shape:
        return plane
    window = np.full(shape, fill, plane.dtype)
    rows, from_rows = _overlap(dy, shape[0], plane.shape[0])
    columns, from_columns = _overlap(dx, shape[1], plane.shape[1])
    window[rows, columns] = plane[from_rows, from_columns]
    return window


def _overlap(shift: int, length: int, size: int) -> tuple[slice, slice]:
    """Return the part of a window's axis that is on the plane, and the same part of the plane's axis."""
    start, stop = max(0, -shift), max(0, min(length, size - shift))
    start = min(start, stop)
    return slice(start, stop), slice(start + shift, stop + shift)
