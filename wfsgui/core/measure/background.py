"""The background of a star: the level in an annulus around it, and how well that is known."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.robust import Level, level_of
from wfsgui.core.regions.shapes import Annulus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Circle

__all__ = ["Background", "annulus_around", "measure_background"]

_OUTER: Final = 1.5
"""Outer radius of the annulus in units of the circle's."""

_SLOWEST: Final = 0.40
"""Slope of light that falls off with the square of the radius, in units of its level; see `Background.systematic`."""

_CLIP: Final = 3.0

_NARROWEST: Final = 10.0
"""Width of the annulus around a small circle, pixels: enough of them for a median."""


@dataclass(frozen=True)
class Background:
    """The background of a circle.

    Attributes
    ----------
    annulus : Annulus
        Where it was measured.
    level : float
        Median of the annulus, in the unit of the image.
    scatter : float
        Standard deviation of its pixels, from the median absolute deviation.
    error : float
        Standard error of the median (statistical).
    slope : float
        Median of the inner half of the annulus less that of its outer half (of the same area): what is left of the
        star's light there, or a gradient.
    skew : float
        Mean less median of the annulus, without what is more than three scatters away: a sum of pixels goes with their
        mean, which few counts or warm pixels raise above the median.
    pixels : int
        Pixels with a value that may be used.
    share : float
        Their part of the whole annulus, off the image, too.
    """

    annulus: Annulus
    level: float
    scatter: float
    error: float
    slope: float
    skew: float
    pixels: int
    share: float

    @property
    def systematic(self) -> float:
        """Systematic error of the level from the star's light in the annulus, an upper bound, and from `skew`.

        No image of a star falls off more slowly than with the square of the radius, for its flux would have no end. In
        an annulus from r to 1.5 r such light differs by 0.40 of its level from half to half; light that falls off with
        the cube differs by 0.61. Noise hides a difference of twice `error`, so that the bound is never below that.
        """
        return hypot(max(abs(self.slope), 2 * self.error) / _SLOWEST, self.skew)


def annulus_around(circle: Circle) -> Annulus:
    """Return the annulus in which the background of a circle is measured.

    Parameters
    ----------
    circle : Circle
        What is measured.

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
        The image, NaN where a pixel is not to be used.
    annulus : Annulus
        Where; parts of it may be off the image.

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
    level = level_of(values)
    halves = [level_of(values[half]) for half in (is_inner, ~is_inner)]
    slope = halves[0].median - halves[1].median if all(half.count for half in halves) else 0.0
    area = np.pi * (annulus.outer**2 - annulus.inner**2)
    return Background(
        annulus,
        level.median,
        level.scatter,
        level.error,
        slope,
        _skew(values, level),
        level.count,
        min(1.0, level.count / area),
    )


def _radius_of_halves(annulus: Annulus) -> float:
    """Return the radius that parts an annulus into two of the same area."""
    return sqrt((annulus.inner**2 + annulus.outer**2) / 2)


def _skew(values: NDArray[np.float32], level: Level) -> float:
    away = values.astype(float) - level.median
    # Of counts, more than half may be the same: then nothing can be told to be an outlier.
    kept = away[np.abs(away) <= _CLIP * level.scatter] if level.scatter > 0 else away
    return float(kept.mean())
