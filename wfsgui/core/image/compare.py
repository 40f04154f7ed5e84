"""Comparison of two images: the offset between them, and their difference or ratio."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.image.sampling import windowed
from wfsgui.core.sky.geometry import pixel_at

if TYPE_CHECKING:
    from wfsgui.core.model.step_image import StepImage, WcsReader

__all__ = ["Link", "Mode", "Offset", "compared", "sky_offset"]

Offset = tuple[float, float]
"""Pixel of one image minus the corresponding pixel of the other, x and y."""

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
    """How the pixels of two images correspond."""

    PIXEL = "by pixel"
    SKY = "by sky"
    STAR = "by star"


def sky_offset(wcs: WcsReader, other: WcsReader, place: tuple[float, float]) -> Offset | None:
    """Return the offset to the pixel of another image at the same position on the sky.

    Parameters
    ----------
    wcs, other : WcsReader
        WCS of this image and of the other.
    place : tuple of float
        x and y of the pixel.

    Returns
    -------
    tuple of float or None
        The offset at that pixel; None if either WCS has no value there.
    """
    ra, dec = wcs.positions(*(np.array([coordinate]) for coordinate in place))
    if not (np.isfinite(ra).all() and np.isfinite(dec).all()):
        return None
    found = pixel_at(other, float(ra[0]), float(dec[0]), place)
    return (found[0] - place[0], found[1] - place[1]) if found is not None else None


def compared(image: StepImage, other: StepImage, plane: str, mode: Mode, offset: Offset) -> NDArray[Any]:
    """Return the difference or the ratio of a plane of two images.

    Parameters
    ----------
    image, other : StepImage
        The image and the one that it is compared with.
    plane : str
        Name of the plane; both images have it.
    mode : Mode
        DIFFERENCE is this minus other, RATIO is this divided by other; for DQ both are the flags that differ.
    offset : tuple of float
        From this image to the other, rounded to whole pixels.

    Returns
    -------
    ndarray of float32 or of uint32, shape (y, x)
        NaN where either image has no value; the ratio is also NaN where the other image is 0.
    """
    shape = image.sci.shape[0], image.sci.shape[1]
    if plane == _DQ:
        return image.dq ^ windowed(other.dq, offset, shape, 0)
    this: NDArray[np.float32] = image.planes[plane].astype(np.float32, copy=False)
    that = windowed(other.planes[plane].astype(np.float32, copy=False), offset, shape, np.nan)
    if mode is Mode.DIFFERENCE:
        with np.errstate(invalid="ignore", over="ignore"):
            return this - that
    # A division with where= takes twice as long as a division and a copy of NaN.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio: NDArray[np.float32] = this / that
    np.copyto(ratio, np.float32(np.nan), where=that == 0)
    return ratio
