"""Extent of an exposure's star, and the aperture and annulus for its photometry."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, isfinite
from typing import Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.background import annulus_around, measure_background
from wfsgui.core.measure.cutout import without_unusable
from wfsgui.core.measure.find_star import find_star
from wfsgui.core.measure.star import StarMeasurement, measure_star
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle

__all__ = ["StarCircles", "circles_around", "star_circles"]

# Pixels; larger than a star through any weak lens.
_FARTHEST: Final = 150.0
_SMALLEST: Final = 3.0
_MOST: Final = 0.9
"""Fraction of the flux that defines the extent."""

_MARGIN: Final = 1.1
"""Radius of the extent over that of nine tenths of the flux."""

_APERTURE: Final = 2.0
"""Radius of the aperture over that of nine tenths of the flux: a donut is smaller."""

_ANNULUS: Final = 3.5
"""Inner radius of the annulus over the same radius, see `_annulus`."""

_GROWTH: Final = 1.25
_LEAST_COVERED: Final = 0.25
_SIGMAS: Final = 5.0
_NO_STAR: Final = "There is no star in this image: nothing exceeds the noise; draw a circle yourself."


@dataclass(frozen=True)
class StarCircles:
    """Circles of a star.

    Attributes
    ----------
    extent : Circle
        Circle around the centroid that contains slightly more than nine tenths of the flux.
    aperture : Circle
        Circle for the flux, around the same centroid, with twice the radius of nine tenths of the flux.
    annulus : Annulus
        Annulus for the background, around the aperture or farther out if the star extends beyond it.
    """

    extent: Circle
    aperture: Circle
    annulus: Annulus


def star_circles(image: StepImage) -> StarCircles:
    """Find the star of an image, its extent, and the aperture and annulus for its photometry.

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
    return circles_around(without_unusable(image), *find_star(image.sci, image.dq))


def circles_around(image: StepImage, x: float, y: float, farthest: float = _FARTHEST) -> StarCircles:
    """Find the extent of a star, and the aperture and annulus for its photometry.

    Parameters
    ----------
    image : StepImage
        The image, with NaN for pixels that must not be used.
    x, y : float
        A first guess of the centroid, as `find_star` returns it, pixels.
    farthest : float, optional
        Radius beyond which light belongs to other stars, pixels; larger than a star through any weak lens by default.

    Returns
    -------
    StarCircles
        The circles.

    Raises
    ------
    WfsguiError
        If there is no star.
    """
    star, reach = _measured(image, x, y, farthest)
    most = star.photometry.energy.radius_at(_MOST)
    # NaN if a whole ring has no value: then the largest circle.
    extent = min(max(_MARGIN * most, _SMALLEST), reach) if isfinite(most) else reach
    aperture = min(max(_APERTURE * most, _SMALLEST), reach) if isfinite(most) else reach
    inner = min(_ANNULUS * most, _FARTHEST) if isfinite(most) else reach
    annulus = _annulus(image, Circle(star.x, star.y, aperture), inner)
    return StarCircles(Circle(star.x, star.y, extent), Circle(star.x, star.y, aperture), annulus)


def _measured(image: StepImage, x: float, y: float, farthest: float) -> tuple[StarMeasurement, float]:
    """Measure the star in the largest circle in which it exceeds the noise, and return the radius, too.

    In a large circle the background hides a star that is clear in a small one.
    """
    reach = _covered(image, Circle(x, y, min(farthest, max(image.sci.shape) / 2)))
    while reach >= _SMALLEST:
        try:
            star = measure_star(image, x, y, reach)
        except WfsguiError:
            pass
        else:
            light = star.photometry
            if not (isfinite(light.flux) and light.flux < _SIGMAS * hypot(light.error, light.systematic)):
                return star, reach
        reach /= 2
    raise WfsguiError(_NO_STAR)


def _covered(image: StepImage, circle: Circle) -> float:
    """Return the largest radius, up to that of a circle, at which the image covers enough of the annulus."""
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
    """Place the annulus outside of the star, or as far out as the image allows.

    Far from the core, diffraction at edges makes the flux beyond a radius r proportional to 1 / r: it is 0.1 a / r of a
    star in focus, where a is the radius of nine tenths of the flux. The flux between r and 1.5 r counts as background
    in an aperture of radius 2 a and lowers its flux by 0.1 (4 / 3.75) (a / r)**3: by 1.3 % at r = 2 a and by 0.25 % at
    3.5 a. A donut has less flux that far out.
    """
    radius = _covered(image, Circle(aperture.x, aperture.y, max(inner, aperture.radius)))
    return annulus_around(Circle(aperture.x, aperture.y, max(radius, aperture.radius)))
