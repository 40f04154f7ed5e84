"""Profiles: along a line, around a place, and the light within circles around it."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.measure.cutout import Cutout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Line

__all__ = [
    "EncircledEnergy",
    "LineProfile",
    "RadialProfile",
    "encircled_energy",
    "line_profile",
    "radial_profile",
]

# So close to a row or a column, a sample is on it: rounding must not bring in a neighbour without a value.
_DECIMALS: Final = 6

# A star in focus has half of its light within 1 or 2 pixels.
_CORE: Final = 5.0
_FINE: Final = 0.2

# Rounding leaves a little of a pixel beside a circle, pixels.
_LEAST_AREA: Final = 1e-9


@dataclass(frozen=True, eq=False)
class LineProfile:
    """An image along a line.

    Attributes
    ----------
    distance : ndarray of float64, shape (n,)
        From the beginning of the line, pixels; every pixel.
    value, error : ndarray of float64, shape (n,)
        In the unit of the image. NaN where a pixel that contributes has no value or is off the image.
    """

    distance: NDArray[np.float64]
    value: NDArray[np.float64]
    error: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RadialProfile:
    """An image around a place, in rings one pixel wide.

    Attributes
    ----------
    radius : ndarray of float64, shape (n,)
        Middle of each ring, pixels: 0.5, 1.5 and so on.
    mean, error : ndarray of float64, shape (n,)
        Mean of the ring's pixels above the background, and its standard deviation from ERR; NaN where there are none.
    count : ndarray of int, shape (n,)
        Pixels with a value whose centres are in the ring.
    """

    radius: NDArray[np.float64]
    mean: NDArray[np.float64]
    error: NDArray[np.float64]
    count: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class EncircledEnergy:
    """The light within circles around a place.

    Attributes
    ----------
    radius : ndarray of float64, shape (n,)
        Radii of the circles, pixels, from 0.
    fraction : ndarray of float64, shape (n,)
        Of the light within the largest circle; NaN where that is unknown or not positive.
    flux : ndarray of float64, shape (n,)
        Sum above the background, in the unit of the image.
    """

    radius: NDArray[np.float64]
    fraction: NDArray[np.float64]
    flux: NDArray[np.float64]

    @classmethod
    def of(cls, radius: NDArray[np.float64], flux: NDArray[np.float64]) -> EncircledEnergy:
        """Make it of the flux within some radii; the largest circle holds all of it."""
        return cls(radius, flux / (flux[-1] if flux[-1] > 0 else np.nan), flux)

    def less(self, level: float) -> EncircledEnergy:
        """Return what it is with a background that is higher by `level`, in the unit of the image."""
        return self.of(self.radius, self.flux - np.pi * self.radius**2 * level)

    def radius_at(self, fraction: float) -> float:
        """Find the radius of the smallest circle that holds a fraction of the light.

        Between two circles the light falls off as that of a Gaussian, 1 - fraction = exp(-r**2 / 2 / sigma**2), because
        the core of a star in focus is only a few circles wide; beyond the last circle but one it is even.

        Parameters
        ----------
        fraction : float
            More than 0, at most 1.

        Returns
        -------
        float
            Pixels; NaN where no circle holds as much.
        """
        reached = np.flatnonzero(self.fraction >= fraction)
        if not reached.size or reached[0] == 0:
            return float("nan")
        ends = slice(reached[0] - 1, reached[0] + 1)
        squares, shares = self.radius[ends] ** 2, self.fraction[ends]
        if shares[1] < 1:
            fraction, shares = -np.log1p(-fraction), -np.log1p(-shares)
        return float(np.sqrt(np.interp(fraction, shares, squares)))


def line_profile(image: StepImage, line: Line) -> LineProfile:
    """Sample an image along a line, at steps of one pixel, linearly between pixels.

    Parameters
    ----------
    image : StepImage
        The image.
    line : Line
        Where; the last sample is less than a step from its end.

    Returns
    -------
    LineProfile
        The samples.
    """
    distance = np.arange(floor(round(line.length, _DECIMALS)) + 1, dtype=float)
    share = distance / (line.length or 1.0)
    x = np.round(line.x1 + share * (line.x2 - line.x1), _DECIMALS)
    y = np.round(line.y1 + share * (line.y2 - line.y1), _DECIMALS)
    left, low = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    height, width = image.sci.shape
    value, variance = np.zeros((2, distance.size))
    for column, across in ((left, 1 - (x - left)), (left + 1, x - left)):
        for row, along in ((low, 1 - (y - low)), (low + 1, y - low)):
            weight = across * along
            counts = weight > 0
            known = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            at = np.where(known, row, 0), np.where(known, column, 0)
            known &= counts & np.isfinite(image.sci[at])
            value += np.where(counts, weight * np.where(known, image.sci[at], np.nan), 0)
            variance += np.where(counts, np.square(weight * np.where(known, image.err[at], np.nan)), 0)
    return LineProfile(distance, value, np.sqrt(variance))


def radial_profile(image: StepImage, x: float, y: float, radius: float, *, background: float) -> RadialProfile:
    """Average an image in rings around a place.

    A pixel belongs to the ring in which its centre is. Pixels without a value are left out.

    Parameters
    ----------
    image : StepImage
        The image.
    x, y : float
        The place, pixels.
    radius : float
        Pixels; there are as many whole rings as fit, at least one.
    background : float
        What is subtracted, in the unit of the image.

    Returns
    -------
    RadialProfile
        The rings.
    """
    rings = max(1, floor(radius))
    # By hand: photutils' RadialProfile, which a test holds this to, takes 20 times as long and a region is dragged.
    patch = Cutout.around(image, x, y, rings)
    ring = np.floor(patch.distance).astype(np.int64)
    used = (ring < rings) & np.isfinite(patch.value)
    ring = ring[used]
    count = np.bincount(ring, minlength=rings)
    number = np.where(count > 0, count, np.nan)
    mean = np.bincount(ring, patch.value[used] - background, rings) / number
    error = np.sqrt(np.bincount(ring, np.square(patch.error[used]), rings)) / number
    return RadialProfile(np.arange(0.5, rings), mean, error, count)


def encircled_energy(image: StepImage, x: float, y: float, radius: float, *, background: float) -> EncircledEnergy:
    """Sum the light within circles around a place.

    Pixels count with the part of their area that is within a circle, as in photutils' ``CurveOfGrowth``. Pixels without
    a value, and what is off the image, count as the mean of the pixels whose centres are in the same ring, which is one
    pixel wide; beyond a ring that has no value at all nothing is known.

    Parameters
    ----------
    image : StepImage
        The image.
    x, y : float
        The place, pixels.
    radius : float
        Of the largest circle, pixels; more than 0. The others are 0.2 pixels apart up to 5, and a pixel farther out.
    background : float
        What is subtracted from each pixel, in the unit of the image.

    Returns
    -------
    EncircledEnergy
        The light by radius.
    """
    from photutils.profiles import CurveOfGrowth

    patch = Cutout.around(image, x, y, radius)
    light = patch.filled() - background
    radii, centre = _radii(radius), (-patch.dx[0, 0], -patch.dy[0, 0])
    unknown = ~np.isfinite(light)
    flux = CurveOfGrowth(np.where(unknown, 0.0, light), centre, radii[1:]).profile
    if unknown.any():
        # photutils would leave out what has no value, and say so in its log alone.
        lost = CurveOfGrowth(unknown.astype(float), centre, radii[1:]).profile
        flux = np.where(lost > _LEAST_AREA, np.nan, flux)
    return EncircledEnergy.of(radii, np.append(0.0, flux))


def _radii(radius: float) -> NDArray[np.float64]:
    """Return radii from 0, close to each other in the core of a star in focus, a pixel apart farther out."""
    core = np.arange(0.0, min(_CORE, radius), _FINE)
    return np.concatenate((core, np.arange(_CORE, radius), [radius]))
