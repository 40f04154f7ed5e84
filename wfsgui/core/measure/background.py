"""Background of a circle: the level in an annulus around it, with its errors."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, inf, pi, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.robust import RobustStatistics, robust_statistics
from wfsgui.core.regions.shapes import Annulus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Circle

__all__ = ["Background", "annulus_around", "measure_background"]

_OUTER: Final = 1.5
"""Outer radius of the annulus over the radius of the circle."""

_SLOPE: Final = 0.40
"""Slope, over its level, of a flux that falls with the square of the radius, in an annulus from r to 1.5 r."""

_SIGMAS: Final = 3.0
"""Difference of the halves that is not noise, in its standard deviations."""

_BEYOND: Final = 0.1
"""Most of a star's light that is outside of the inner radius of the annulus, over the light within it."""

_CLIP: Final = 3.0

_NARROWEST: Final = 10.0
"""Width of the annulus around a small circle, pixels: enough pixels for a median."""


@dataclass(frozen=True)
class Background:
    """Background of a circle.

    Attributes
    ----------
    annulus : Annulus
        The annulus.
    level : float
        Median of the annulus, in the unit of the image.
    mad_std : float
        Standard deviation of the annulus from the median absolute deviation, in the unit of the image.
    error : float
        Standard error of the median (statistical), in the unit of the image.
    slope : float
        Median of the inner half of the annulus minus that of the outer half, which has the same area: the star's flux
        in the annulus, or a gradient. In the unit of the image.
    skew : float
        Mean minus median of the annulus, without pixels beyond three standard deviations: the sum of pixels follows
        their mean, which few counts or warm pixels raise above the median. In the unit of the image.
    pixels : int
        Pixels that are used.
    share : float
        Fraction of the annulus that is used; parts outside of the image count as unused.
    star : float
        Flux of the star within the annulus, in the unit of the image, which bounds its flux in the annulus; infinite
        if it is not known.
    """

    annulus: Annulus
    level: float
    mad_std: float
    error: float
    slope: float
    skew: float
    pixels: int
    share: float
    star: float = inf

    @property
    def systematic(self) -> float:
        """Systematic error of the level: an upper bound of the star's flux in the annulus, combined with `skew`.

        The image of a star falls at least with the square of the radius, otherwise its flux would be infinite. In an
        annulus from r to 1.5 r, such a profile differs by 0.40 of its level between the two halves, and in a narrower
        one by less; a profile that falls with the cube differs by half as much again. Noise hides a difference of twice
        `error`, which is the least bound. In a narrow annulus noise would allow any level; there the bound is the level
        of a profile that falls with the cube and has a tenth of the star's flux outside.
        """
        noise = 2 * self.error
        difference = max(abs(self.slope), noise)
        bound = difference / min(_slope_over_level(self.annulus), _SLOPE)
        if difference < _SIGMAS * noise and self.annulus.inner > 0:
            wings = _BEYOND * self.star / (2 * pi * self.annulus.inner**2)
            bound = max(min(bound, wings), difference / _SLOPE)
        return hypot(bound, self.skew)


def annulus_around(circle: Circle) -> Annulus:
    """Return the default annulus for the background of a circle.

    Parameters
    ----------
    circle : Circle
        The circle.

    Returns
    -------
    Annulus
        From the circle's edge to one and a half times its radius, at least 10 pixels wide.
    """
    outer = max(_OUTER * circle.radius, circle.radius + _NARROWEST)
    return Annulus(circle.x, circle.y, circle.radius, outer)


def measure_background(image: StepImage, annulus: Annulus) -> Background:
    """Measure the background in an annulus.

    Parameters
    ----------
    image : StepImage
        The image, with NaN for pixels that must not be used.
    annulus : Annulus
        The annulus; parts of it may be outside of the image.

    Returns
    -------
    Background
        The median and its errors.

    Raises
    ------
    WfsguiError
        If no pixel of the annulus can be used.
    """
    box, inside = annulus.cutout((image.sci.shape[0], image.sci.shape[1]))
    inside &= np.isfinite(image.sci[box])
    rows, columns = np.nonzero(inside)
    if not rows.size:
        raise WfsguiError(
            f"No pixel of the annulus from {annulus.inner:.0f} to {annulus.outer:.0f} px has a value that may be used: "
            "there is no background; make the circle smaller."
        )
    values = image.sci[box][rows, columns]
    distance = np.hypot(columns + box[1].start - annulus.x, rows + box[0].start - annulus.y)
    is_inner = distance < _radius_of_halves(annulus)
    level = robust_statistics(values)
    halves = [robust_statistics(values[half]) for half in (is_inner, ~is_inner)]
    slope = halves[0].median - halves[1].median if all(half.count for half in halves) else 0.0
    area = pi * (annulus.outer**2 - annulus.inner**2)
    return Background(
        annulus,
        level.median,
        level.mad_std,
        level.error,
        slope,
        _skew(values, level),
        level.count,
        min(1.0, level.count / area),
    )


def _slope_over_level(annulus: Annulus) -> float:
    """Return the difference of the halves over the level, for a flux that falls with the square of the radius."""
    first, last = annulus.inner**2, annulus.outer**2
    # Half of the pixels of each half are within the squares of these radii.
    inner, middle, outer = ((3 * first + last) / 4, (first + last) / 2, (first + 3 * last) / 4)
    return middle * (1 / inner - 1 / outer)


def _radius_of_halves(annulus: Annulus) -> float:
    """Return the radius that divides an annulus into halves of the same area."""
    return sqrt((annulus.inner**2 + annulus.outer**2) / 2)


def _skew(values: NDArray[np.float32], level: RobustStatistics) -> float:
    away = values.astype(float) - level.median
    # If more than half of the values are equal, outliers are not defined.
    kept = away[np.abs(away) <= _CLIP * level.mad_std] if level.mad_std > 0 else away
    return float(kept.mean())
