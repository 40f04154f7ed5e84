"""The circles of an exposure's star: how far its light reaches, and in which its flux is measured."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, isfinite
from typing import Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.background import annulus_around, measure_background
from wfsgui.core.measure.cutout import without_unusable
from wfsgui.core.measure.star import find_star, measure_star
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle

__all__ = ["StarCircles", "star_circles"]

# Farther out than any weak lens spreads a star.
_FARTHEST: Final = 150.0
_SMALLEST: Final = 3.0
_MOST: Final = 0.9
# What is beyond that share falls off at once in a donut, and slowly in focus.
_MARGIN: Final = 1.1
_APERTURE: Final = 2.0
"""Radius of the aperture in units of that of nine tenths of the flux: the light of a donut ends before it."""

_ANNULUS: Final = 3.5
"""Inner radius of the annulus in the same unit, see `_annulus`."""

_GROWTH: Final = 1.25
_LEAST_COVERED: Final = 0.25
_SIGMAS: Final = 5.0
_NO_STAR: Final = "There is no star in this image: nothing stands out of the noise; draw a circle yourself."


@dataclass(frozen=True)
class StarCircles:
    """Where a star is.

    Attributes
    ----------
    light : Circle
        Around the centroid; a little more than holds nine tenths of the flux.
    aperture : Circle
        Around the same centroid, twice as wide as the circle with nine tenths of the flux; the flux is measured there.
    annulus : Annulus
        Where the background is measured: around the aperture, or farther out where the star's light goes on.
    """

    light: Circle
    aperture: Circle
    annulus: Annulus


def star_circles(image: StepImage) -> StarCircles:
    """Find the star of an image, how far its light reaches, and where it is to be measured.

    Parameters
    ----------
    image : StepImage
        The image.

    Returns
    -------
    StarCircles
        The circles.

    Raises
    ------
    WfsguiError
        If there is no star.
    """
    x, y = find_star(image.sci, image.dq)
    image = without_unusable(image)
    reach = _covered(image, Circle(x, y, min(_FARTHEST, max(image.sci.shape) / 2)))
    star = measure_star(image, x, y, reach)
    photometry = star.photometry
    if isfinite(photometry.flux) and photometry.flux < _SIGMAS * hypot(photometry.error, photometry.systematic):
        raise WfsguiError(_NO_STAR)
    most = photometry.energy.radius_at(_MOST)
    # NaN where a whole ring has no value: as wide as it can be, then.
    light = min(max(_MARGIN * most, _SMALLEST), reach) if isfinite(most) else reach
    aperture = min(max(_APERTURE * most, _SMALLEST), reach) if isfinite(most) else reach
    inner = min(_ANNULUS * most, _FARTHEST) if isfinite(most) else reach
    annulus = _annulus(image, Circle(star.x, star.y, aperture), inner)
    return StarCircles(Circle(star.x, star.y, light), Circle(star.x, star.y, aperture), annulus)


def _covered(image: StepImage, circle: Circle) -> float:
    """Return the largest radius up to that of a circle whose annulus is in the image well enough."""
    radius = circle.radius
    while radius > _SMALLEST:
        try:
            if measure_background(image, annulus_around(Circle(circle.x, circle.y, radius))).share >= _LEAST_COVERED:
                break
        except WfsguiError:
            pass
        radius /= _GROWTH
    return max(radius, _SMALLEST)


def _annulus(image: StepImage, aperture: Circle, inner: float) -> Annulus:
    """Put the annulus outside of the star's light, or as far out as the image goes.

    Far from the core, the flux beyond a radius r goes as 1 / r, whatever the telescope, because edges diffract so: of a
    star in focus it is 0.1 a / r, where a is the radius that holds nine tenths. What is between r and 1.5 r, spread
    over that annulus, is taken for background in an aperture of 2 a: 0.1 (4 / 3.75) (a / r)**3 of the flux, which is
    1.3 % at r = 2 a and 0.25 % at 3.5 a. Less of a donut's light is that far out.
    """
    radius = _covered(image, Circle(aperture.x, aperture.y, max(inner, aperture.radius)))
    return annulus_around(Circle(aperture.x, aperture.y, max(radius, aperture.radius)))
