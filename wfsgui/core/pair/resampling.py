"""Shift of an image by parts of a pixel, with its errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.pair.star_cut import StarCut

__all__ = ["Resampled", "Shiftable", "filled"]

_REACH: Final = 8
"""Pixels on each side from which a resampled variance is taken."""

_LEAST_INFLUENCE: Final = 0.02
"""Squared weight of a missing pixel from which a resampled pixel is missing, too."""

_FILL_SCALES: Final = (1.0, 4.0)
"""Standard deviations of the smoothing that fills missing pixels, pixels; the wide one is for large holes."""


@dataclass(frozen=True, eq=False)
class Resampled:
    """Shifted image.

    Attributes
    ----------
    value, variance : ndarray of float64, shape (n, n)
        NaN where a missing pixel counts for more than 0.14 of the value.
    random : ndarray of float64, shape (n, n), or None
        Shifted `wfsgui.core.pair.star_cut.StarCut.random`.
    """

    value: NDArray[np.float64]
    variance: NDArray[np.float64]
    random: NDArray[np.float64] | None


class Shiftable:
    """Image that can be shifted by parts of a pixel.

    The shift multiplies the Fourier transform by a phase, which is exact for an image without frequencies above the
    Nyquist frequency (NIRCam from 2 um on is close to that). White noise stays white and keeps its variance: the noise
    of neighbouring pixels is correlated only as far as it differs from pixel to pixel. A linear or spline interpolation
    would smooth the noise and make chi2 too small.

    Parameters
    ----------
    cut : StarCut
        The image; missing pixels and single bright ones are filled by a weighted mean of their surroundings.
    """

    def __init__(self, cut: StarCut) -> None:
        from scipy import fft

        self._cut = cut
        # A single bright pixel would leave waves in its row and column.
        self._missing = (np.isnan(cut.value) | cut.single).astype(float)
        # Padded with zeros, the background: the edges do not meet.
        self._size = fft.next_fast_len(cut.value.shape[0] + 2 * _REACH, real=True)
        self._spectrum = fft.rfft2(filled(np.where(cut.single, np.nan, cut.value)), (self._size, self._size))
        self._row, self._column = np.fft.fftfreq(self._size)[:, None], np.fft.rfftfreq(self._size)[None, :]

    def at(self, dx: float, dy: float) -> Resampled:
        """Return the image shifted towards the origin.

        Parameters
        ----------
        dx, dy : float
            Shift, pixels: pixel p of the result is the value at p + shift.

        Returns
        -------
        Resampled
            The variance of a pixel is the sum of the variances around it with the squares of their weights.
        """
        (value,) = self._sampled(dx, dy, 1.0)
        value[_averaged(self._missing, dx, dy) > _LEAST_INFLUENCE] = np.nan
        variance = self._moved(self._cut.variance, dx, dy, value)
        random = None if self._cut.random is None else self._moved(self._cut.random, dx, dy, value)
        return Resampled(value, variance, random)

    def with_gradient(self, dx: float, dy: float) -> tuple[NDArray[np.float64], ...]:
        """Return the shifted image without missing pixels, and its derivatives along x and y, shape (n, n) each."""
        along_x, along_y = (np.asarray(2j * np.pi * axis, np.complex128) for axis in (self._column, self._row))
        return self._sampled(dx, dy, 1.0, along_x, along_y)

    def _sampled(
        self, dx: float, dy: float, *factors: float | NDArray[np.complex128]
    ) -> tuple[NDArray[np.float64], ...]:
        from scipy import fft

        moved = self._spectrum * np.exp(2j * np.pi * (dx * self._column + dy * self._row))
        rows, columns = self._cut.value.shape
        shape = (self._size, self._size)
        return tuple(np.array(fft.irfft2(moved * factor, shape)[:rows, :columns]) for factor in factors)

    def _moved(
        self, variance: NDArray[np.float64], dx: float, dy: float, value: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        missing = np.isnan(variance) & (self._missing == 0)
        moved = _averaged(filled(variance), dx, dy)
        moved[np.isnan(value) | (_averaged(missing.astype(float), dx, dy) > _LEAST_INFLUENCE)] = np.nan
        return moved


def filled(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill missing pixels of an image.

    Parameters
    ----------
    plane : ndarray of float64, shape (n, n)
        The image, NaN for missing pixels.

    Returns
    -------
    ndarray of float64, shape (n, n)
        Missing pixels have the mean of the surroundings, weighted by a Gaussian; 0 far from all known pixels.
    """
    from scipy.ndimage import gaussian_filter

    result = plane.copy()
    for sigma in _FILL_SCALES:
        missing = np.isnan(result)
        if not missing.any():
            return result
        known = gaussian_filter((~missing).astype(float), sigma, mode="constant")
        means = gaussian_filter(np.where(missing, 0.0, result), sigma, mode="constant") / np.maximum(known, 1e-12)
        near = missing & (known > 1e-3)
        result[near] = means[near]
    return np.nan_to_num(result)


def _averaged(plane: NDArray[np.float64], dx: float, dy: float) -> NDArray[np.float64]:
    """Average with the squared weights of a band-limited interpolation, whose sum is 1."""
    from scipy.ndimage import correlate1d

    result = plane
    for axis, shift in enumerate((dy, dx)):
        weights = np.sinc(shift - np.arange(-_REACH, _REACH + 1)) ** 2
        result = correlate1d(result, weights / weights.sum(), axis, mode="nearest")
    return np.asarray(result)
