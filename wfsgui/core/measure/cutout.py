"""The square of pixels around a place that a measurement works on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from wfsgui.core.model.flags import DO_NOT_USE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepFrame

__all__ = ["Patch", "without_unusable"]


@dataclass(frozen=True, eq=False)
class Patch:
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
    def around(cls, frame: StepFrame, x: float, y: float, radius: float) -> Patch:
        """Cut out all pixels of which a part lies within a circle.

        Parameters
        ----------
        frame : StepFrame
            The image.
        x, y : float
            The place, pixels; it may be off the image.
        radius : float
            Pixels.

        Returns
        -------
        Patch
            A copy.
        """
        columns, rows = (np.arange(ceil(at - radius - 0.5), floor(at + radius + 0.5) + 1) for at in (x, y))
        height, width = frame.sci.shape
        there = np.ix_((rows >= 0) & (rows < height), (columns >= 0) & (columns < width))
        box = _stretch(rows, height), _stretch(columns, width)
        value, error = np.full((2, rows.size, columns.size), np.nan)
        value[there], error[there] = frame.sci[box], frame.err[box]
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


def without_unusable(frame: StepFrame) -> StepFrame:
    """Take the values away from pixels that are not to be used: before flat_field they still have some.

    Parameters
    ----------
    frame : StepFrame
        The image; it is not changed.

    Returns
    -------
    StepFrame
        The same image, with NaN there.
    """
    unusable = (frame.dq & np.uint32(DO_NOT_USE)) != 0
    return replace(frame, sci=np.where(unusable, np.float32(np.nan), frame.sci))
