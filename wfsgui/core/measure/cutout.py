"""The square of pixels around a place that a measurement works on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from wfsgui.core.model.flags import DO_NOT_USE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage

__all__ = ["Cutout", "without_unusable"]


@dataclass(frozen=True, eq=False)
class Cutout:
    """A square part of an image, which may reach over its edges.

    Attributes
    ----------
    value, error : ndarray of float64, shape (n, n)
        SCI and ERR; values are NaN where there is none, or where the patch is off the image.
    dx, dy : ndarray of float64
        Offsets of the pixels from the place, a row and a column.
    """

    value: NDArray[np.float64]
    error: NDArray[np.float64]
    dx: NDArray[np.float64]
    dy: NDArray[np.float64]

    @classmethod
    def around(cls, image: StepImage, x: float, y: float, radius: float) -> Cutout:
        """Cut out all pixels of which a part lies within a circle.

        Parameters
        ----------
        image : StepImage
            The image.
        x, y : float
            The place, pixels; it may be off the image.
        radius : float
            Pixels.

        Returns
        -------
        Cutout
            A copy.
        """
        columns, rows = (np.arange(ceil(at - radius - 0.5), floor(at + radius + 0.5) + 1) for at in (x, y))
        height, width = image.sci.shape
        there = np.ix_((rows >= 0) & (rows < height), (columns >= 0) & (columns < width))
        box = _stretch(rows, height), _stretch(columns, width)
        value, error = np.full((2, rows.size, columns.size), np.nan)
        value[there], error[there] = image.sci[box], image.err[box]
        value[~np.isfinite(value)] = np.nan
        dx, dy = columns.astype(float) - x, rows.astype(float) - y
        return cls(value, error, dx[None, :], dy[:, None])

    def filled(self) -> NDArray[np.float64]:
        """Return the values with the mean of its ring, one pixel wide, for each pixel that has none.

        Returns
        -------
        ndarray of float64, shape (n, n)
            NaN stays where a whole ring has no value.
        """
        ring = np.floor(self.distance).astype(np.int64)
        known = np.isfinite(self.value)
        count = np.bincount(ring[known], minlength=int(ring.max()) + 1)
        means = np.bincount(ring[known], self.value[known], count.size) / np.where(count > 0, count, np.nan)
        return np.asarray(np.where(known, self.value, means[ring]))

    @property
    def distance(self) -> NDArray[np.float64]:
        """Distance of every pixel from the place."""
        return np.asarray(np.hypot(self.dx, self.dy))


def _stretch(pixels: NDArray[np.int64], size: int) -> slice:
    """Give the part of an axis that some of these successive pixels are."""
    start = min(max(int(pixels[0]), 0), size)
    return slice(start, max(start, min(int(pixels[-1]) + 1, size)))


def without_unusable(image: StepImage) -> StepImage:
    """Take the values away from pixels that are not to be used: before flat_field they still have some.

    Parameters
    ----------
    image : StepImage
        The image; it is not changed.

    Returns
    -------
    StepImage
        The same image, with NaN there.
    """
    unusable = (image.dq & np.uint32(DO_NOT_USE)) != 0
    return replace(image, sci=np.where(unusable, np.float32(np.nan), image.sci))
