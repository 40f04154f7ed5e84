"""Model of a companion in the difference of a turned pair, and its contrast at every position around the star."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.pair.resampling import filled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.pair.aligned import Aligned

__all__ = ["ContrastMap", "CopyModel"]

_SMOOTH: Final = 2.5
"""Standard deviation of the smoothing that is subtracted from all images, pixels.

Aberrations make wide structures in the difference, which look like copies of a wide donut; the fine structure of the
star's image tells its copies apart.
"""

_WHITE: Final = 1 - 0.75 / (np.pi * _SMOOTH**2)
"""Variance of white noise after that, over the variance before."""

_LOCAL: Final = 3.0
"""Standard deviation of the smoothing of squared images, pixels: a few resolution elements."""

_LEAST_POWER: Final = 0.02
"""Smallest part of the power of a copy that must remain beside a shift."""

_MOST_CONTRAST: Final = 0.9
"""Largest contrast that is removed from the images of the star; of two equal stars neither is the companion."""


@dataclass(frozen=True, eq=False)
class ContrastMap:
    """Contrast of a companion by its offset from the star.

    Attributes
    ----------
    contrast, error : ndarray of float64, shape (2 m + 1, 2 m + 1)
        Contrast and its formal standard deviation at the offset (column - m, row - m), pixels; NaN where a companion
        cannot be told from a shift of the images.
    """

    contrast: NDArray[np.float64]
    error: NDArray[np.float64]

    @property
    def reach(self) -> int:
        """Largest offset along x and y, pixels."""
        return int(self.contrast.shape[0]) // 2

    @cached_property
    def distance(self) -> NDArray[np.float64]:
        """Distance of every offset from the star, pixels."""
        offsets = np.arange(-self.reach, self.reach + 1)
        return np.asarray(np.hypot(offsets[None, :], offsets[:, None]))


@dataclass(frozen=True, eq=False)
class CopyModel:
    """Model of the difference of a pair: a companion makes two displaced copies of the star.

    The second image B is turned by 180 degrees, so a companion at the offset r with the contrast c adds
    ``c (A(x - r) - B(x + r))`` to the difference A - B. At each r, c is the weighted least-squares solution together
    with a shift. Smoothed images are subtracted from all images before. The weights come from ERR
    and, where the images differ by more (by aberrations of the telescope), from the square of the difference, averaged
    over its surroundings: so mostly the pixels at the edge of the star's light and outside of it decide.

    Attributes
    ----------
    reach : int
        Largest offset along x and y, pixels.
    size : int
        Width of the Fourier transforms, pixels.
    stars : tuple of ndarray of complex128, shape (size, size // 2 + 1)
        Transforms of the fine structure of both images of the star.
    difference : ndarray of float64, shape (n, n)
        Fine structure of the difference; 0 for missing pixels.
    variance : ndarray of float64, shape (n, n)
        Variance of the difference from ERR; NaN for missing pixels.
    """

    reach: int
    size: int
    stars: tuple[NDArray[np.complex128], NDArray[np.complex128]]
    difference: NDArray[np.float64]
    variance: NDArray[np.float64]

    @classmethod
    def of(cls, aligned: Aligned, reach: int) -> CopyModel:
        """Prepare the model of a pair.

        Parameters
        ----------
        aligned : Aligned
            The pair, the second image turned and registered by parts of a pixel.
        reach : int
            Largest offset along x and y, pixels.

        Returns
        -------
        CopyModel
            The model without a companion.
        """
        from scipy import fft

        single = aligned.prepared.first.single | aligned.registered.cut.single
        whole = np.where(single, np.nan, aligned.difference)
        variance = np.where(np.isfinite(whole), np.square(aligned.deviation), np.nan)
        difference = np.where(np.isfinite(variance), _fine(whole), 0.0)
        size = int(fft.next_fast_len(difference.shape[0] + 2 * reach, real=True))
        aperture = aligned.prepared.distance < aligned.prepared.aperture
        noise = aligned.prepared.first.variance, aligned.registered.cut.variance / aligned.ratio.value**2
        images = (np.where(single, np.nan, plane) for plane in (aligned.prepared.first.value, aligned.second))
        first, second = (
            np.asarray(fft.rfft2(np.where(aperture, _denoised(image, each), 0.0), (size, size)))
            for image, each in zip(images, noise, strict=True)
        )
        return cls(reach, size, (first, second), difference, variance)

    @property
    def _row(self) -> NDArray[np.float64]:
        return np.asarray(np.fft.fftfreq(self.size)[:, None], float)

    @property
    def _column(self) -> NDArray[np.float64]:
        return np.asarray(np.fft.rfftfreq(self.size)[None, :], float)

    @cached_property
    def _known(self) -> NDArray[np.bool_]:
        return np.isfinite(self.variance)

    @cached_property
    def _images(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Fine structure of both images of the star, shape (n, n)."""
        return self._image(self.stars[0]), self._image(self.stars[1])

    @cached_property
    def weights(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights of the pixels, 0 for missing ones; and the same without holes, shape (n, n)."""
        from scipy.ndimage import gaussian_filter

        known = self._known.astype(float)
        count = np.maximum(gaussian_filter(known, _LOCAL, mode="constant"), 1e-6)
        squares = gaussian_filter(np.square(self.difference) * known, _LOCAL, mode="constant") / count
        noise = gaussian_filter(np.where(self._known, self.variance, 0.0), _LOCAL, mode="constant") / count
        variance = np.where(self._known, self.variance, noise) + np.maximum(squares - noise, 0)
        smooth = np.where(count > 0.05, 1 / np.maximum(variance, np.finfo(float).tiny), 0.0)
        return np.where(self._known, smooth, 0.0), smooth

    @cached_property
    def nuisances(self) -> list[NDArray[np.float64]]:
        """Images of the change by a shift along each axis, which is fitted too; orthonormal with the weights."""
        weight = self.weights[0]
        along_y, along_x = np.gradient((self._images[0] + self._images[1]) / 2)
        basis: list[NDArray[np.float64]] = []
        for vector in (along_x, along_y):
            rest = vector - sum(float((weight * vector * one).sum()) * one for one in basis)
            norm = float((weight * rest**2).sum())
            if norm > 0:
                basis.append(np.asarray(rest / np.sqrt(norm)))
        return basis

    def contrasts(self) -> ContrastMap:
        """Return the contrast at every offset, with formal errors."""
        weight, smooth = self.weights
        overlap, power = self._overlap(weight * self.difference), self._power(weight, smooth)
        whole = power.copy()
        for image in self.nuisances:
            part = self._overlap(weight * image)
            overlap -= part * float((weight * self.difference * image).sum())
            power -= part**2
        good = power > _LEAST_POWER * np.maximum(whole, 0)
        power = np.where(good, power, np.nan)
        return ContrastMap(overlap / power, 1 / np.sqrt(power))

    def copies(self, dx: float, dy: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the copies by a companion of contrast 1, and their derivatives by its offset, shape (n, n) each."""
        first, second = self.stars[0] * self._phase(dx, dy), self.stars[1] * self._phase(-dx, -dy)
        slope = -2j * np.pi * (first + second)
        return self._image(first - second), self._image(slope * self._column), self._image(slope * self._row)

    def without(self, dx: float, dy: float, contrast: float) -> CopyModel:
        """Return the model after a companion is removed from the difference and from the images of the star.

        An image of star and companion is that of the star, convolved with two points: the Fourier transform is
        divided by theirs.
        """
        removed = min(contrast, _MOST_CONTRAST)
        first, second = (
            star / (1 + removed * self._phase(sense * dx, sense * dy))
            for star, sense in zip(self.stars, (1, -1), strict=True)
        )
        cleaned = replace(self, stars=(first, second))
        rest = self.difference - contrast * cleaned.copies(dx, dy)[0]
        return replace(cleaned, difference=np.where(self._known, rest, 0.0))

    def _phase(self, dx: float, dy: float) -> NDArray[np.complex128]:
        along_y, along_x = np.exp(-2j * np.pi * dy * self._row), np.exp(-2j * np.pi * dx * self._column)
        return np.asarray(along_y * along_x)

    def _overlap(self, image: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of an image times the copies, at every offset."""
        spectrum = self._spectrum(image)
        first, second = (self._correlated(spectrum, star) for star in self.stars)
        return np.asarray(self._at(first, 1) - self._at(second, -1))

    def _power(self, weight: NDArray[np.float64], smooth: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weighted sum of the squared copies, at every offset.

        The product of the two copies is weighted with the square root of the product of the weights at both copies
        instead of the weight in the middle between them: the weights inside of the light are similar.
        """
        spectrum = self._spectrum(weight)
        first, second = (self._correlated(spectrum, self._spectrum(image**2)) for image in self._images)
        root = np.sqrt(smooth)
        both = self._correlated(*(self._spectrum(root * image) for image in reversed(self._images)))
        return np.asarray(self._at(first, 1) + self._at(second, -1) - 2 * self._at(both, 2))

    def _spectrum(self, plane: NDArray[np.float64]) -> NDArray[np.complex128]:
        from scipy import fft

        return np.asarray(fft.rfft2(plane, (self.size, self.size)))

    def _image(self, spectrum: NDArray[np.complex128]) -> NDArray[np.float64]:
        from scipy import fft

        rows, columns = self.difference.shape
        return np.array(fft.irfft2(spectrum, (self.size, self.size))[:rows, :columns])

    def _correlated(self, one: NDArray[np.complex128], other: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Return ``sum(one(x) other(x - r))`` at every r, with r = 0 at the first element."""
        from scipy import fft

        return np.asarray(fft.irfft2(one * np.conj(other), (self.size, self.size)))

    def _at(self, plane: NDArray[np.float64], factor: int) -> NDArray[np.float64]:
        """Return the values at the offsets of the map, multiplied by a factor."""
        offsets = factor * np.arange(-self.reach, self.reach + 1)
        return np.asarray(plane[np.ix_(offsets, offsets)])


def _fine(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the fine structure of an image, without missing pixels."""
    from scipy.ndimage import gaussian_filter

    known = filled(plane)
    return np.asarray(known - gaussian_filter(known, _SMOOTH, mode="constant"))


def _denoised(plane: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the fine structure of an image, multiplied by the local share of the signal in its power (Wiener).

    Noise in the images of the star would make the contrast too small.
    """
    from scipy.ndimage import gaussian_filter

    fine = _fine(plane)
    power = gaussian_filter(fine**2, _LOCAL, mode="constant")
    noise = gaussian_filter(filled(variance) * _WHITE, _LOCAL, mode="constant")
    share = 1 - noise / np.maximum(power, np.finfo(float).tiny)
    return np.asarray(fine * np.clip(share, 0.0, 1.0))
