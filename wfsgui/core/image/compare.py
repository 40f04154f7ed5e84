"""Comparing two images of one exposure, or of two: which pixel belongs to which, differences and ratios."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.sky.geometry import pixel_at

if TYPE_CHECKING:
    from wfsgui.core.model.step_image import StepImage, WcsReader

__all__ = ["Link", "Mode", "Offset", "compared", "sky_offset", "windowed"]

Offset = tuple[float, float]
"""What to add to a pixel of one image, x and y, to have the pixel of the other."""

_Value = TypeVar("_Value", bound=np.generic)
_DQ: Final = "DQ"


class Mode(StrEnum):
    """How two images are compared."""

    VALUE = "value"
    DIFFERENCE = "difference"
    RATIO = "ratio"
    SWIPE = "swipe"
    BLINK = "blink"
    SIDE_BY_SIDE = "side by side"


class Link(StrEnum):
    """Which pixels of two images belong together."""

    PIXEL = "by pixel"
    SKY = "by sky"
    STAR = "by star"


def sky_offset(wcs: WcsReader, other: WcsReader, place: tuple[float, float]) -> Offset | None:
    """Find the pixel of another image that looks where a pixel of this one does.

    Parameters
    ----------
    wcs, other : WcsReader
        WCS of this image and of the other.
    place : tuple of float
        x and y of the pixel.

    Returns
    -------
    tuple of float or None
        The offset at that place; None where either WCS has no value for it.
    """
    ra, dec = wcs.positions(*(np.array([coordinate]) for coordinate in place))
    if not (np.isfinite(ra).all() and np.isfinite(dec).all()):
        return None
    found = pixel_at(other, float(ra[0]), float(dec[0]), place)
    return (found[0] - place[0], found[1] - place[1]) if found is not None else None


def windowed(plane: NDArray[_Value], offset: Offset, shape: tuple[int, int], fill: float) -> NDArray[_Value]:
    """Cut out of a plane what belongs to the pixels of another one.

    Parameters
    ----------
    plane : ndarray, shape (y, x)
        The plane to cut.
    offset : tuple of float
        From the other plane to this one; rounded to whole pixels.
    shape : tuple of int
        Height and width of the other plane.
    fill : float
        What is put where there is no pixel.

    Returns
    -------
    ndarray, shape `shape`
        The plane itself where there is nothing to cut.
    """
    dx, dy = round(offset[0]), round(offset[1])
    if (dx, dy) == (0, 0) and plane.shape == shape:
        return plane
    made = np.full(shape, fill, plane.dtype)
    rows, from_rows = _overlap(dy, shape[0], plane.shape[0])
    columns, from_columns = _overlap(dx, shape[1], plane.shape[1])
    made[rows, columns] = plane[from_rows, from_columns]
    return made


def compared(image: StepImage, other: StepImage, plane: str, mode: Mode, offset: Offset) -> NDArray[Any]:
    """Take the difference or the ratio of a plane.

    Parameters
    ----------
    image, other : StepImage
        What is compared, and what it is compared with.
    plane : str
        Name of the plane; both have it.
    mode : Mode
        DIFFERENCE is this minus other, RATIO is this by other; of DQ both are the flags that differ.
    offset : tuple of float
        From this to the other, rounded to whole pixels.

    Returns
    -------
    ndarray of float32 or of uint32, shape (y, x)
        NaN where one of them has no value, and for the ratio where the other is 0.
    """
    if plane == _DQ:
        return image.dq ^ windowed(other.dq, offset, _shape(image), 0)
    this: NDArray[np.float32] = image.planes[plane].astype(np.float32, copy=False)
    that = windowed(other.planes[plane].astype(np.float32, copy=False), offset, _shape(image), np.nan)
    if mode is Mode.DIFFERENCE:
        with np.errstate(invalid="ignore", over="ignore"):
            return this - that
    # To leave the zeros out of the division takes twice as long as to divide and to put NaN there.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio: NDArray[np.float32] = this / that
    np.copyto(ratio, np.float32(np.nan), where=that == 0)
    return ratio


def _overlap(shift: int, length: int, other: int) -> tuple[slice, slice]:
    """Find which part of one axis has counterparts in the other, and these."""
    start, stop = max(0, -shift), max(0, min(length, other - shift))
    start = min(start, stop)
    return slice(start, stop), slice(start + shift, stop + shift)


def _shape(image: StepImage) -> tuple[int, int]:
    height, width = image.sci.shape
    return height, width
