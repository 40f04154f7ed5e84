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
        return np.asarray(np.where(np.isfinite(self.value), self.value, self.means_of_rings()))

    def means_of_rings(self) -> NDArray[np.float64]:
        """Return the mean of the ring of each pixel, shape (n, n); NaN in a ring without a value."""
        return self._in_rings(self.value)

    def known_errors(self, noise: float) -> NDArray[np.float64]:
        """Return ERR of each pixel; where it is not a positive number, a lower bound.

        Parameters
        ----------
        noise : float
            The lower bound: standard deviation of the background, in the unit of the image.

        Returns
        -------
        ndarray of float64, shape (n, n)
            Standard deviations, in the unit of the image.
        """
        return np.where(np.isfinite(self.error) & (self.error > 0), self.error, noise)

    def scatter_of_rings(self) -> NDArray[np.float64]:
        """Return the standard deviation of the values in the ring of each pixel: the error of a replaced one.

        Returns
        -------
        ndarray of float64, shape (n, n)
            In the unit of the image; 0 in a ring with fewer than two values.
        """
        away = np.square(self.value - self.means_of_rings())
        return np.asarray(np.sqrt(np.nan_to_num(self._in_rings(away, 1))))

    def _in_rings(self, values: NDArray[np.float64], fixed: int = 0) -> NDArray[np.float64]:
        """Average values over the ring of each pixel, one pixel wide; `fixed` is subtracted from their number."""
        ring = np.floor(self.distance).astype(np.int64)
        known = np.isfinite(values)
        count = np.bincount(ring[known], minlength=int(ring.max()) + 1) - fixed
        means = np.bincount(ring[known], values[known], count.size) / np.where(count > 0, count, np.nan)
        return np.asarray(means[ring])

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
