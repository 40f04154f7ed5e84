"""Parts of an assessment: residual background of the star, its gradient, and star-shaped holes near the light."""

from __future__ import annotations

from dataclasses import replace
from math import hypot
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.assess.checks.fitted_region import require_fitted_region
from wfsgui.core.assess.checks.limit_check import limit_check
from wfsgui.core.assess.checks.plane_fit import fit_plane
from wfsgui.core.assess.near_star import near_star
from wfsgui.core.assess.part import Named, Part, StarPart
from wfsgui.core.assess.results import Level, Quantity
from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.number_text import with_uncertainty
from wfsgui.core.measure.robust import robust_statistics
from wfsgui.core.regions.shapes import enclosing_circle
from wfsgui.core.step_checks.holes import BLOCK, holes_in

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.limits import Limit
    from wfsgui.core.assess.near_star import NearStar
    from wfsgui.core.assess.results import StarRegions
    from wfsgui.core.measure.background import Background
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Circle
    from wfsgui.core.step_checks.holes import Holes

__all__ = ["GRADIENT_PART", "HOLES_PART", "LEVEL_PART", "background_gradient", "background_level", "holes_near_light"]

_LEVEL: Final = Named("background_residual", "Residual background")
_OVER_SIGNAL: Final = Named("background_level", "Residual background over signal")
_GRADIENT: Final = Named("background_slope", "Gradient of the background by 100 pixels")
_ACROSS: Final = Named("background_gradient", "Change of the background across the light")
_DEEPEST: Final = Named("hole_depth", "Lowest block near the light")
_HOLES: Final = Named("holes", "Star-shaped holes near the light")

_LENGTH: Final = 100.0
_SIGMAS: Final = 3.0
_REACH: Final = 3.0
"""Radius in which holes are searched, over that of the light: the background fills most of it."""

_LEAST_REACH: Final = 128.0
_CLEAR: Final = 1.2
"""Radius outside of which there is hardly any light, over that of the light."""

_LEAST_BACKGROUND: Final = 0.5
"""Least share of the background in the image around the star: holes are compared with the median."""

_FEWEST_BLOCKS: Final = 4
"""Least side of the image around the star, in blocks: a hole differs from the other blocks."""

_PERCENT: Final = 100.0
_MEDIAN: Final = (
    "Median of the background annulus, without DO_NOT_USE, which the wings of the star raise; the error is statistical"
)
_PLANE: Final = (
    "Slope of the plane through the means of blocks in the background annulus, without blocks beyond three standard "
    "deviations; the error is from the scatter of the blocks."
)
_SIGNAL: Final = "the signal is the median of the signal region"


def background_level(request: AssessInput, regions: StarRegions) -> Part:
    """Measure the residual background in the annulus, and its share in the signal.

    Parameters
    ----------
    request : AssessInput
        The stage.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Part
        Level, level over signal, and the check.

    Raises
    ------
    WfsguiError
        If no pixel of a region can be used, if there is no signal, or if the signal region is not fitted to the light.
    """
    require_fitted_region(request, regions)
    signal, found = _levels(request.image, regions)
    unit = request.image.unit
    share, error = _PERCENT * found.level / signal, _PERCENT * found.error / signal
    limit = request.limits[_OVER_SIGNAL.key]
    level = _judged(limit, abs(share), _PERCENT * hypot(found.error, found.systematic) / signal)
    wings = _PERCENT * found.systematic / signal
    remark = f"; the wings of the star in the annulus can make {wings:.2g} %" if level is Level.CANNOT_TELL else ""
    text = with_uncertainty(share, error, "%")
    finding = (
        f"The residual background is {with_uncertainty(found.level, found.error, unit)}, {text} of the signal{remark}."
    )
    region, place = regions.background, (regions.x, regions.y)
    return Part(
        (
            Quantity(_LEVEL.key, _LEVEL.name, found.level, found.error, unit, region, f"{_MEDIAN}."),
            Quantity(_OVER_SIGNAL.key, _OVER_SIGNAL.name, share, error, "%", region, f"{_MEDIAN}; {_SIGNAL}."),
        ),
        (limit_check(_OVER_SIGNAL, limit, level, text, finding, place=place),),
    )


def _levels(image: StepImage, regions: StarRegions) -> tuple[float, Background]:
    """Return the median of the signal region, and the background; raise `WfsguiError` if there is no light."""
    found = near_star(image, enclosing_circle(regions.background)).background(regions.background)
    near = near_star(image, enclosing_circle(regions.signal))
    inside = regions.signal.moved(-near.left, -near.low).mask(near.shape)
    signal = robust_statistics(near.image.sci[inside]).median
    if not signal > max(found.level, 0.0):
        raise WfsguiError("The signal region is not brighter than 0 and the background; place the region on the star.")
    return signal, found


def _judged(limit: Limit, number: float, error: float) -> Level:
    """Judge a number that has an error: one that exceeds the limit by less than three errors cannot be judged."""
    if limit.is_met(number):
        return Level.GOOD
    return Level.CANNOT_TELL if limit.is_met(number - _SIGMAS * error) else Level.CARE


def background_gradient(request: AssessInput, regions: StarRegions) -> Part:
    """Measure the gradient of the background around the light.

    Parameters
    ----------
    request : AssessInput
        The stage.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Part
        Gradient, change of the background over the diameter of the light in units of the signal, and the check.

    Raises
    ------
    WfsguiError
        If no pixel of the signal region or too few of the annulus can be used, if there is no signal, or if the signal
        region is not fitted to the light.
    """
    require_fitted_region(request, regions)
    near = near_star(request.image, enclosing_circle(regions.background))
    inside = regions.background.moved(-near.left, -near.low).mask(near.shape)
    plane = fit_plane(np.where(inside, near.image.sci, np.nan))
    signal, _ = _levels(request.image, regions)
    factor = _PERCENT * 2 * enclosing_circle(regions.signal).radius / signal
    unit, region = f"{request.image.unit} / (100 pix)", regions.background
    slope, slope_error = _LENGTH * plane.slope, _LENGTH * plane.slope_error
    share, error = factor * plane.slope, factor * plane.slope_error
    across = f"{_PLANE} Multiplied by the diameter of the light, over the signal; {_SIGNAL}."
    limit, text = request.limits[_ACROSS.key], with_uncertainty(share, error, "%")
    significant = slope > _SIGMAS * slope_error
    direction = f"; it rises at {plane.angle:.0f} deg from +x to +y" if significant else ", which noise can make"
    finding = (
        f"The background changes by {text} of the signal across the light, "
        f"{with_uncertainty(slope, slope_error, unit)}{direction}."
    )
    place = (regions.x, regions.y)
    return Part(
        (
            Quantity(_GRADIENT.key, _GRADIENT.name, slope, slope_error, unit, region, _PLANE),
            Quantity(_ACROSS.key, _ACROSS.name, share, error, "%", region, across),
        ),
        (limit_check(_ACROSS, limit, _judged(limit, share, error), text, finding, place=place),),
    )


def holes_near_light(request: AssessInput, regions: StarRegions) -> Part:
    """Search for star-shaped holes near the light.

    Parameters
    ----------
    request : AssessInput
        The stage.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Part
        Number of holes, depth of the lowest block, and the check.

    Raises
    ------
    WfsguiError
        If the image is too small, if too few pixels have a value, if the light fills most of them, or if the signal
        region is not fitted to the light.
    """
    require_fitted_region(request, regions)
    light = enclosing_circle(regions.signal)
    area = replace(light, radius=max(_REACH * light.radius, _LEAST_REACH))
    limit = request.limits[_HOLES.key]
    near = near_star(request.image, area)
    if _share_of_background(near, light) < _LEAST_BACKGROUND:
        raise WfsguiError("The light fills most of the image around the star, so holes beside it cannot be found.")
    found = holes_in(near.image.sci, limit.value) if min(near.shape) >= _FEWEST_BLOCKS * BLOCK else None
    if found is None:
        raise WfsguiError("Too few pixels around the star have a value for a search for holes.")
    places = [(x + near.left, y + near.low) for x, y in found.places]
    over_light = [place for place in places if _reaches(light, place)]
    deepest = (found.x + near.left, found.y + near.low)
    definition = (
        f"Groups of means of {BLOCK} x {BLOCK} pixels that are farther below the background than the limit, in the "
        f"square of {2 * area.radius:.0f} pixels around the star; sigma is the MAD standard deviation of these means, "
        "which the wings of the star raise. A hole that is fainter than the light over it does not show."
    )
    level, text = _hole_text(found, len(over_light))
    # A hole in the light is shown before a deeper one beside it.
    place = next(iter(over_light), deepest) if found.count else None
    return Part(
        (
            Quantity(_HOLES.key, _HOLES.name, float(found.count), 0.0, "", area, definition),
            Quantity(_DEEPEST.key, _DEEPEST.name, found.depth, 1.0, "sigma", area, definition),
        ),
        (limit_check(_HOLES, limit, level, str(found.count or "none"), text, place=place),),
    )


def _share_of_background(near: NearStar, light: Circle) -> float:
    """Return the share of the pixels with a value that are outside of the light; 1 without such pixels."""
    around = replace(light, radius=_CLEAR * light.radius).moved(-near.left, -near.low)
    known = np.isfinite(near.image.sci)
    outside = known & ~around.mask(near.shape)
    return float(np.count_nonzero(outside) / np.count_nonzero(known)) if known.any() else 1.0


def _reaches(light: Circle, place: tuple[int, int]) -> bool:
    """Whether a block at a place touches the light."""
    return hypot(place[0] - light.x, place[1] - light.y) < light.radius + BLOCK / 2


def _hole_text(found: Holes, over_light: int) -> tuple[Level, str]:
    if not found.count:
        return Level.GOOD, f"Star-shaped holes: none, the lowest block is at {found.depth:.1f} sigma."
    text = f"Star-shaped holes: {found.count}, deepest {found.depth:.1f} sigma"
    if over_light:
        return Level.BAD, f"{text}; {over_light} of them in the light."
    return Level.CARE, f"{text}; none of them in the light."


LEVEL_PART: Final = StarPart(background_level, (_LEVEL, _OVER_SIGNAL), (_OVER_SIGNAL,))
"""The part of the level of the background."""

GRADIENT_PART: Final = StarPart(background_gradient, (_GRADIENT, _ACROSS), (_ACROSS,))
"""The part of the gradient of the background."""

HOLES_PART: Final = StarPart(holes_near_light, (_HOLES, _DEEPEST), (_HOLES,))
"""The part of star-shaped holes."""
