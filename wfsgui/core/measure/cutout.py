"""Square cut-outs of an image around a position, and images without unusable pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from wfsgui.core.image.dq_flags import do_not_use
from wfsgui.core.image.sampling import windowed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage

__all__ = ["Cutout", "without_unusable"]


@dataclass(frozen=True, eq=False)
class Cutout:
    """Square part of an image, which may reach over its edges.

    Not `astropy.nddata.Cutout2D`, which has no pixels beyond the edges and takes a size instead of a radius.

    Attributes
    ----------
    value, error : ndarray of float64, shape (n, n)
        SCI and ERR, in the unit of the image; `value` is NaN if it is not finite, both are NaN outside of the image.
    dx, dy : ndarray of float64, shapes (1, n) and (n, 1)
        Offsets of the pixels from the position, pixels.
    """

    value: NDArray[np.float64]
    error: NDArray[np.float64]
    dx: NDArray[np.float64]
    dy: NDArray[np.float64]

    @classmethod
    def around(cls, image: StepImage, x: float, y: float, radius: float) -> Cutout:
        """Cut out every pixel that is at least partly within a circle.

        Parameters
        ----------
        image : StepImage
            The image.
        x, y : float
            Centre of the circle, pixels; it may be outside of the image.
        radius : float
            Radius of the circle, pixels.

        Returns
        -------
        Cutout
            A copy.
        """
        columns, rows = (np.arange(ceil(at - radius - 0.5), floor(at + radius + 0.5) + 1) for at in (x, y))
        corner, shape = (columns[0], rows[0]), (rows.size, columns.size)
        value, error = (windowed(plane, corner, shape, np.nan).astype(float) for plane in (image.sci, image.err))
        value[~np.isfinite(value)] = np.nan
        dx, dy = columns.astype(float) - x, rows.astype(float) - y
        return cls(value, error, dx[None, :], dy[:, None])

    def filled(self) -> NDArray[np.float64]:
        """Return the values, with each missing one replaced by the mean of its ring, one pixel wide.

        Returns
        -------
        ndarray of float64, shape (n, n)
            NaN remains where a whole ring has no value.
        """
        ring = np.floor(self.distance).astype(np.int64)
        known = np.isfinite(self.value)
        count = np.bincount(ring[known], minlength=int(ring.max()) + 1)
        means = np.bincount(ring[known], self.value[known], count.size) / np.where(count > 0, count, np.nan)
        return np.asarray(np.where(known, self.value, means[ring]))

    @property
    def distance(self) -> NDArray[np.float64]:
        """Distance of every pixel from the position, pixels, shape (n, n)."""
        return np.asarray(np.hypot(self.dx, self.dy))


def without_unusable(image: StepImage) -> StepImage:
    """Replace the values of DO_NOT_USE pixels by NaN; before flat_field they are not NaN.

    Parameters
    ----------
    image : StepImage
        The image; it is not changed.

    Returns
    -------
    StepImage
        The same image with another SCI.
    """
    return replace(image, sci=np.where(do_not_use(image.dq), np.float32(np.nan), image.sci))
