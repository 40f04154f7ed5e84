"""Profile along a line, radial profile and encircled energy."""

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

# Samples are rounded, so that a sample on a row or a column does not depend on its neighbours.
_DECIMALS: Final = 6

# A star in focus has half of its flux within 1 or 2 pixels.
_CORE: Final = 5.0
_FINE: Final = 0.2

# Half the diagonal of a pixel, and a margin for rounding, pixels.
_HALF_DIAGONAL: Final = 0.5**0.5 + 1e-6

# Overlap with a pixel outside of the circle that is due to rounding, pixels.
_LEAST_AREA: Final = 1e-9


@dataclass(frozen=True, eq=False)
class LineProfile:
    """Profile of an image along a line.

    Attributes
    ----------
    distance : ndarray of float64, shape (n,)
        Distance from the start of the line, pixels, at steps of one pixel.
    value, error : ndarray of float64, shape (n,)
        In the unit of the image; NaN where a contributing pixel has no value or is outside of the image.
    """

    distance: NDArray[np.float64]
    value: NDArray[np.float64]
    error: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RadialProfile:
    """Radial profile of an image, in rings one pixel wide.

    Attributes
    ----------
    radius : ndarray of float64, shape (n,)
        Central radius of each ring, pixels: 0.5, 1.5 and so on.
    mean, error : ndarray of float64, shape (n,)
        Mean of the ring above the background, and its standard deviation from ERR; NaN for a ring without values. In
        the unit of the image.
    count : ndarray of int, shape (n,)
        Pixels with a value and with the centre in the ring.
    """

    radius: NDArray[np.float64]
    mean: NDArray[np.float64]
    error: NDArray[np.float64]
    count: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class EncircledEnergy:
    """Encircled energy: the flux within circles around a position.

    Attributes
    ----------
    radius : ndarray of float64, shape (n,)
        Radii of the circles, pixels, from 0.
    fraction : ndarray of float64, shape (n,)
        Fraction of the flux within the largest circle; NaN if that is not known or not positive.
    flux : ndarray of float64, shape (n,)
        Sum above the background, in the unit of the image.
    """

    radius: NDArray[np.float64]
    fraction: NDArray[np.float64]
    flux: NDArray[np.float64]

    @classmethod
    def of(cls, radius: NDArray[np.float64], flux: NDArray[np.float64]) -> EncircledEnergy:
        """Make the encircled energy of fluxes, in the unit of the image, within radii in pixels."""
        return cls(radius, flux / (flux[-1] if flux[-1] > 0 else np.nan), flux)

    def minus_background(self, level: float) -> EncircledEnergy:
        """Return the encircled energy with a background that is higher by `level`, in the unit of the image."""
        return self.of(self.radius, self.flux - np.pi * self.radius**2 * level)

    def fraction_at(self, radius: float) -> float:
        """Return the fraction of the flux within a circle, interpolated as in `radius_at`.

        Parameters
        ----------
        radius : float
            Radius of the circle, pixels.

        Returns
        -------
        float
            NaN beyond the largest circle.
        """
        above = int(np.searchsorted(self.radius, radius))
        if above >= self.radius.size:
            return float("nan")
        if self.radius[above] == radius:
            return float(self.fraction[above])
        ends = slice(above - 1, above + 1)
        squares, fractions = self.radius[ends] ** 2, self.fraction[ends]
        if not fractions.max() < 1:
            return float(np.interp(radius**2, squares, fractions))
        return float(-np.expm1(-np.interp(radius**2, squares, -np.log1p(-fractions))))

    def radius_at(self, fraction: float) -> float:
        """Return the radius of the smallest circle that contains a fraction of the flux.

        Interpolation between two circles assumes a Gaussian, 1 - fraction = exp(-r**2 / 2 / sigma**2), because the core
        of a star in focus is only a few circles wide. Between the last two circles it assumes a constant brightness.

        Parameters
        ----------
        fraction : float
            More than 0, at most 1.

        Returns
        -------
        float
            Pixels; NaN if no circle contains as much.
        """
        reached = np.flatnonzero(self.fraction >= fraction)
        if not reached.size or reached[0] == 0:
            return float("nan")
        ends = slice(reached[0] - 1, reached[0] + 1)
        squares, fractions = self.radius[ends] ** 2, self.fraction[ends]
        if fractions[1] < 1:
            fraction, fractions = -np.log1p(-fraction), -np.log1p(-fractions)
        return float(np.sqrt(np.interp(fraction, fractions, squares)))


def line_profile(image: StepImage, line: Line) -> LineProfile:
    """Sample an image along a line at steps of one pixel, with bilinear interpolation.

    Parameters
    ----------
    image : StepImage
        The image.
    line : Line
        The line; the last sample is less than a step from its end.

    Returns
    -------
    LineProfile
        The samples.
    """
    distance = np.arange(floor(round(line.length, _DECIMALS)) + 1, dtype=float)
    fraction = distance / (line.length or 1.0)
    x = np.round(line.x1 + fraction * (line.x2 - line.x1), _DECIMALS)
    y = np.round(line.y1 + fraction * (line.y2 - line.y1), _DECIMALS)
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
    """Average an image in rings around a position.

    A pixel belongs to the ring of its centre. Pixels without a value are left out.

    Parameters
    ----------
    image : StepImage
        The image.
    x, y : float
        The position, pixels.
    radius : float
        Pixels; only whole rings are measured, at least one.
    background : float
        Background to subtract, in the unit of the image.

    Returns
    -------
    RadialProfile
        The rings.
    """
    rings = max(1, floor(radius))
    # By hand, because it follows the drag of a region: 20 times as fast as photutils' RadialProfile; a test holds both
    # equal.
    cutout = Cutout.around(image, x, y, rings)
    ring = np.floor(cutout.distance).astype(np.int64)
    used = (ring < rings) & np.isfinite(cutout.value)
    ring = ring[used]
    count = np.bincount(ring, minlength=rings)
    number = np.where(count > 0, count, np.nan)
    mean = np.bincount(ring, cutout.value[used] - background, rings) / number
    error = np.sqrt(np.bincount(ring, np.square(cutout.error[used]), rings)) / number
    return RadialProfile(np.arange(0.5, rings), mean, error, count)


def encircled_energy(image: StepImage, x: float, y: float, radius: float, *, background: float) -> EncircledEnergy:
    """Sum the flux within circles around a position.

    Pixels on the edge of a circle have the weight of their area within it. Pixels without a value or outside of the
    image have the mean of the ring of their centre, one pixel wide; from a ring without any value on, the flux is NaN.

    Parameters
    ----------
    image : StepImage
        The image.
    x, y : float
        The position, pixels.
    radius : float
        Radius of the largest circle, pixels; more than 0. The step is 0.2 pixels up to 5, and one pixel beyond.
    background : float
        Background to subtract from each pixel, in the unit of the image.

    Returns
    -------
    EncircledEnergy
        Flux by radius.
    """
    cutout = Cutout.around(image, x, y, radius)
    values = cutout.filled() - background
    radii = _radii(radius)
    unknown = ~np.isfinite(values)
    flux = _sums(np.where(unknown, 0.0, values), cutout, radii)
    if unknown.any():
        flux = np.where(_sums(unknown.astype(float), cutout, radii) > _LEAST_AREA, np.nan, flux)
    return EncircledEnergy.of(radii, flux)


def _sums(values: NDArray[np.float64], cutout: Cutout, radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum the values of a cut-out within circles; pixels on the edge of a circle have the weight of their area in it.

    By hand, because it runs after every step: ten times as fast as photutils' ``CurveOfGrowth``, which weights every
    pixel for every circle; a test holds both equal.
    """
    order = np.argsort(cutout.distance, axis=None)
    distance, value = cutout.distance.ravel()[order], values.ravel()[order]
    dx, dy = (np.broadcast_to(axis, values.shape).ravel()[order] for axis in (cutout.dx, cutout.dy))
    first, last = (np.searchsorted(distance, radii + side * _HALF_DIAGONAL) for side in (-1, 1))
    counts = last - first
    number = np.repeat(np.arange(radii.size), counts)
    # Pixels on the edge of a circle are neighbours in the order of distance.
    edge = np.arange(number.size) + (first - np.cumsum(counts) + counts)[number]
    weight = _area_within(dx[edge], dy[edge], radii[number])
    whole = np.append(0.0, np.cumsum(value))[first]
    return np.asarray(whole + np.bincount(number, weight * value[edge], radii.size))


def _area_within(dx: NDArray[np.float64], dy: NDArray[np.float64], radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the areas of pixels, at offsets from the centre of a circle of each radius, that are in the circle."""
    corners = (
        sign * _area_to_corner(dx + 0.5 * across, dy + 0.5 * along, radius)
        for across, along, sign in ((1, 1, 1), (-1, 1, -1), (1, -1, -1), (-1, -1, 1))
    )
    return np.asarray(sum(corners))


def _area_to_corner(x: NDArray[np.float64], y: NDArray[np.float64], radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the areas of circles between the axes and corners (x, y); with the sign of the quadrant."""
    across, along = np.minimum(np.abs(x), radius), np.minimum(np.abs(y), radius)
    # Up to here the side of the corner limits the area, from there on the circle does.
    start = np.minimum(np.sqrt(radius**2 - along**2), across)
    area = along * start + _area_under_arc(across, radius) - _area_under_arc(start, radius)
    return np.asarray(np.sign(x) * np.sign(y) * area)


def _area_under_arc(x: NDArray[np.float64], radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Integrate the height of circles from 0 to x."""
    slope = np.divide(x, radius, out=np.zeros_like(x), where=radius > 0)
    return np.asarray((x * np.sqrt(radius**2 - x**2) + radius**2 * np.arcsin(slope)) / 2)


def _radii(radius: float) -> NDArray[np.float64]:
    """Return radii from 0, at a fine step in the core of a star in focus and at a step of one pixel beyond."""
    core = np.arange(0.0, min(_CORE, radius), _FINE)
    return np.concatenate((core, np.arange(_CORE, radius), [radius]))
