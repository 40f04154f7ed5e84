"""Whole-pixel lag of two images by their correlation."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.pair.star_cut import single_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NO_PIXELS", "correlation_lag"]

NO_PIXELS: Final = "The two images have no usable pixels in common around the star; choose another exposure."
"""Message of an error."""

_NO_PEAK: Final = (
    "The two images cannot be registered: they have no structure in common; choose other regions or another exposure."
)
_MOST_LAG: Final = 40
"""Largest distance of the stars from the centroids of their regions, together, pixels."""

_LEAST_OVERLAP: Final = 0.5
_LEAST_COEFFICIENT: Final = 0.3
"""Least correlation: that of opposite defocus is 0.7 and more, that of a donut and a star in focus is 0.2."""


def correlation_lag(
    first: NDArray[np.float64], second: NDArray[np.float64], inside: NDArray[np.bool_], most: int = _MOST_LAG
) -> tuple[int, int]:
    """Find the whole-pixel lag at which two images correlate best.

    Normalized cross-correlation of the pixels that both images have (Padfield 2012, IEEE Transactions on Image
    Processing 21, 2706). By hand: the correlations of scipy and photutils take no masks, and a filled hole of a
    saturated core would correlate with itself.

    Parameters
    ----------
    first, second : ndarray of float64, shape (n, n)
        The images, NaN for missing pixels. Single bright pixels count as missing.
    inside : ndarray of bool, shape (n, n)
        Pixels of the first image that are compared.
    most : int, optional
        Largest lag along x and y, pixels; at most half of the width.

    Returns
    -------
    tuple of int
        (x, y): pixel p of the first image corresponds to p + lag of the second one.

    Raises
    ------
    WfsguiError
        If the images have nothing to correlate.
    """
    most = min(most, first.shape[0] // 2)
    known = [np.isfinite(plane) & ~single_pixels(plane) for plane in (first, second)]
    known[0] &= inside
    if not all(mask.any() for mask in known):
        raise WfsguiError(NO_PIXELS)
    coefficient = _coefficients(first, second, known, most)
    row, column = np.unravel_index(int(np.argmax(coefficient)), coefficient.shape)
    if not coefficient[row, column] >= _LEAST_COEFFICIENT:
        raise WfsguiError(_NO_PEAK)
    return int(column) - most, int(row) - most


def _coefficients(
    first: NDArray[np.float64], second: NDArray[np.float64], known: list[NDArray[np.bool_]], most: int
) -> NDArray[np.float64]:
    """Return the correlation coefficient at every lag; minus infinity where the images overlap too little."""
    from scipy import fft

    size = fft.next_fast_len(first.shape[0] + most, real=True)
    lags = np.arange(-most, most + 1)

    def spectrum(plane: NDArray[np.float64]) -> NDArray[np.complex128]:
        return np.asarray(fft.rfft2(plane, (size, size)))

    def correlated(one: NDArray[np.complex128], other: NDArray[np.complex128]) -> NDArray[np.float64]:
        return np.asarray(fft.irfft2(np.conj(one) * other, (size, size))[np.ix_(lags, lags)])

    scaled = [_scaled(plane, mask) for plane, mask in zip((first, second), known, strict=True)]
    (mask_1, mask_2), (one, two) = ([spectrum(mask.astype(float)) for mask in known], [spectrum(s) for s in scaled])
    squares = [spectrum(plane**2) for plane in scaled]
    count = np.maximum(correlated(mask_1, mask_2), 1e-9)
    sum_1, sum_2 = correlated(one, mask_2), correlated(mask_1, two)
    variance_1 = correlated(squares[0], mask_2) - sum_1**2 / count
    variance_2 = correlated(mask_1, squares[1]) - sum_2**2 / count
    # Rounding of the transforms: a smaller variance is that of a constant.
    floor = 1e-9 * count.max()
    good = (count > _LEAST_OVERLAP * count.max()) & (count > 1) & (variance_1 > floor) & (variance_2 > floor)
    product = np.where(good, variance_1 * variance_2, 1.0)
    return np.where(good, (correlated(one, two) - sum_1 * sum_2 / count) / np.sqrt(product), -np.inf)


def _scaled(plane: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return an image with zeros for missing pixels and a root mean square of 1."""
    filled = np.where(known, plane, 0.0)
    size = sqrt(float(np.square(filled).sum()) / max(int(np.count_nonzero(known)), 1))
    return filled / size if size > 0 else filled
