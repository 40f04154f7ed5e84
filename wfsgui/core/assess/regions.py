"""Regions of a star: its light, and the background around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite, pi, radians
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.assess.disc import Disc, fit_disc
from wfsgui.core.assess.near_star import near_star
from wfsgui.core.assess.outliers import LEAST_RADIUS, outliers_in
from wfsgui.core.assess.results import StarRegions
from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.find_star import find_star
from wfsgui.core.measure.photometry import background_of
from wfsgui.core.measure.profiles import radial_profile
from wfsgui.core.measure.star import StarMeasurement, centroid, measure_star
from wfsgui.core.measure.star_extent import StarCircles, circles_around
from wfsgui.core.regions.shapes import Annulus, Circle, enclosing_circle
from wfsgui.core.visit.roles import Defocus, defocus_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.step_image import StepImage

__all__ = ["find_regions", "lens_radius"]

_POWERS: Final[Mapping[str, Mapping[Defocus, float]]] = {
    "A": {
        Defocus.WLP12: 12.0010,
        Defocus.WLP8: 8.0292,
        Defocus.WLP4: 3.9797,
        Defocus.WLM4: -4.0285,
        Defocus.WLM8: -8.0188,
    },
    "B": {
        Defocus.WLP12: 11.9275,
        Defocus.WLP8: 7.9675,
        Defocus.WLP4: 3.9665,
        Defocus.WLM4: -3.9766,
        Defocus.WLM8: -7.9521,
    },
}
"""Power of the weak lenses by module, waves at `_LENS_WAVELENGTH` from the centre to the edge (JWST-REF-046515)."""

_LENS_WAVELENGTH: Final = 2.12e-6
"""Wavelength of `_POWERS`, m."""

_PUPIL_RADIUS: Final = 6.603464 / 2
"""Radius to which `_POWERS` belong: half the height of the primary mirror, m."""

_PIXEL: Final = 0.031
"""Size of a pixel of the short-wave detectors, to which the lenses belong, arcsec (JWST user documentation)."""

_FILLED: Final = 0.89
"""Radius of the disc that fits the mirror, which is no disc, over `_PUPIL_RADIUS`."""

_LENS_TOLERANCE: Final = 0.04
"""Standard deviation of the radius of a donut over the expected one: the power depends on the field point."""

_EXTENT_TOLERANCE: Final = 0.3
"""The same if the expected radius is the extent of the light."""

_REACH: Final = 240.0
"""Half the width of the part of the image around a star that is searched, pixels."""

_FIELD: Final = 5.0
"""The same over the radius of a donut."""

_INNER: Final = 3.0
"""Inner radius of the annulus of a donut over its radius: about that of QUIP, 200 pixels, for WLP8."""

_OUTER: Final = 1.1
"""Outer radius of that annulus over the inner one."""

_CLEAR: Final = 1.2
"""Least inner radius of the annulus over the radius of the signal region."""

_WIDTH: Final = 10.0
"""Least width of the annulus, pixels: that of QUIP."""

_FAR: Final = 24.0
"""Least inner radius of the annulus of a star in focus, pixels, where the image allows."""

_LARGEST: Final = 500.0
"""Largest radius in which the centroid of an analyst's region is measured, pixels: bounds the memory."""

_SHRINK: Final = 1.2
_LEAST_COVERED: Final = 0.25
_WHOLE: Final = 0.95
"""Fraction of the donut in the image from which on the centroid of its light is that of the whole."""

_SMALLEST: Final = 1.5
"""Least radius of a signal region, pixels."""

_CORE_REACH: Final = 24.0
"""Radius in which a star in focus beside other light is measured, pixels: a disc of this size is clearly no peak."""

_LEAST_SHARE: Final = 0.33
"""Least flux of that star over all the light: a spot in the light of a star out of focus has less."""

_FRACTION: Final = 0.8
"""Fraction of the flux in the signal region of a star in focus."""


def lens_radius(info: ExposureInfo) -> float | None:
    """Compute the radius of a defocused image by geometrical optics.

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure.

    Returns
    -------
    float or None
        Radius of the image of the mirror, pixels: the angle 2 x power x wavelength / pupil radius of a defocus of
        power x wavelength from the centre to the edge of the pupil. None without a weak lens.
    """
    defocus = defocus_of(info)
    if defocus is None:
        return None
    module = "B" if info.detector.startswith("NRCB") else "A"
    angle = 2 * abs(_POWERS[module][defocus]) * _LENS_WAVELENGTH / _PUPIL_RADIUS
    return angle / radians(_PIXEL / 3600)


def find_regions(
    image: StepImage,
    info: ExposureInfo,
    signal: Circle | Annulus | None = None,
    background: Annulus | None = None,
) -> StarRegions:
    """Find the star of an image, the region of its light, and an annulus outside of the light.

    Through a weak lens, the signal region is a disc fitted to the donut, which begins at the geometric radius of the
    lens. In focus it is the circle that holds 80 % of the flux. Out of focus without a lens, it is a fitted disc that
    begins at the extent of the light. The annulus is three radii away from a donut, or as far as the image allows, but
    not in the light.

    Parameters
    ----------
    image : StepImage
        The image.
    info : ExposureInfo
        Identity of the exposure: filter, pupil, detector.
    signal : Circle or Annulus, optional
        Signal region that the analyst has set; the star is the one in it.
    background : Annulus, optional
        Background annulus that the analyst has set.

    Returns
    -------
    StarRegions
        The regions; those of the analyst are taken as they are.

    Raises
    ------
    WfsguiError
        If there is no star, unless the analyst has set the signal region.
    """
    x, y = find_star(image.sci, image.dq) if signal is None else (signal.x, signal.y)
    radius = lens_radius(info)
    near = near_star(image, Circle(x, y, max(_REACH, _FIELD * (radius or 0.0))))
    left, low = near.left, near.low
    x, y = x - left, y - low
    if signal is not None:
        by_hand = enclosing_circle(signal.moved(-left, -low))
        found = _set_by_hand(near.image, by_hand, is_defocused=radius is not None)
    elif radius is not None:
        found = _donut(near.image, x, y, radius)
    else:
        found = _without_lens(near.image, x, y)
    chosen = {"signal": signal, "background": background}
    return StarRegions(
        x=found.x + left,
        y=found.y + low,
        signal=signal or found.signal.moved(left, low),
        background=background or found.annulus.moved(left, low),
        in_focus=found.in_focus,
        by_analyst=tuple(name for name, region in chosen.items() if region is not None),
    )


@dataclass(frozen=True)
class _Found:
    x: float
    y: float
    signal: Circle
    annulus: Annulus
    in_focus: bool


def _donut(near: StepImage, x: float, y: float, radius: float) -> _Found:
    """Find the donut of a weak lens."""
    disc = fit_disc(near, x, y, _FILLED * radius, _LENS_TOLERANCE)
    if disc is None:
        # Also the check that there is a star at all.
        extent = circles_around(near, x, y).extent
        disc = Disc(extent.x, extent.y, _FILLED * radius, 1.0)
    return _of_disc(near, disc)


def _of_disc(near: StepImage, disc: Disc) -> _Found:
    annulus = _annulus(near, disc.x, disc.y, disc.radius)
    x, y = disc.x, disc.y
    if disc.share >= _WHOLE:
        x, y = _centroid_without_outliers(near, Circle(disc.x, disc.y, _CLEAR * disc.radius), annulus)
    return _Found(x, y, Circle(disc.x, disc.y, disc.radius), annulus, in_focus=False)


def _without_lens(near: StepImage, x: float, y: float) -> _Found:
    """Find a star in focus, or defocused by the telescope."""
    circles = circles_around(near, x, y)
    annulus = circles.annulus
    star = _measured(near, circles)
    if isfinite(star.fwhm) or _is_core_missing(near, star.x, star.y):
        return _focused(near, star, annulus)
    core = _core_among_others(near, star.flux)
    if core is not None:
        return _focused(near, _measured(near, core), core.annulus)
    disc = fit_disc(near, star.x, star.y, circles.extent.radius, _EXTENT_TOLERANCE)
    if disc is None:
        return _Found(star.x, star.y, circles.extent, annulus, in_focus=False)
    return _of_disc(near, disc)


def _measured(near: StepImage, circles: StarCircles) -> StarMeasurement:
    aperture = circles.aperture
    return measure_star(near, aperture.x, aperture.y, aperture.radius, circles.annulus)


def _focused(near: StepImage, star: StarMeasurement, annulus: Annulus) -> _Found:
    """Return the regions of a star in focus."""
    radius = star.photometry.radius_at(_FRACTION)[0]
    if not isfinite(radius):
        radius = _radius_without_core(near, star.x, star.y, star.photometry.circle.radius, star.background)
    signal = Circle(star.x, star.y, max(radius, _SMALLEST))
    return _Found(star.x, star.y, signal, _far(near, annulus), in_focus=True)


def _core_among_others(near: StepImage, flux: float) -> StarCircles | None:
    """Find a star in focus beside other stars or bad pixels, which make the light look as if it were out of focus.

    Parameters
    ----------
    near : StepImage
        The part of the image.
    flux : float
        Flux of all the light, in the unit of the image.

    Returns
    -------
    StarCircles or None
        Circles of the brightest peak; None if it is not in focus or has less than a third of the light.
    """
    from scipy.ndimage import rank_filter

    known = np.isfinite(near.sci)
    # The second highest of 3 x 3 pixels: the peak of a star, but no single bright pixel.
    plane = rank_filter(np.where(known, near.sci, -np.inf), rank=-2, size=3, mode="nearest")
    row, column = np.unravel_index(int(np.argmax(plane)), plane.shape)
    try:
        circles = circles_around(near, float(column), float(row), _CORE_REACH)
        star = _measured(near, circles)
    except WfsguiError:
        return None
    is_core = isfinite(star.fwhm) and circles.aperture.radius <= _CORE_REACH and star.flux > _LEAST_SHARE * flux
    return circles if is_core else None


def _set_by_hand(near: StepImage, circle: Circle, *, is_defocused: bool) -> _Found:
    """Measure the star in the analyst's signal region, if there is one."""
    annulus = _annulus(near, circle.x, circle.y, circle.radius)
    in_focus = False
    if not is_defocused:
        try:
            annulus = _outside(circles_around(near, circle.x, circle.y).annulus, circle)
            radius = min(circle.radius, _LARGEST)
            in_focus = isfinite(measure_star(near, circle.x, circle.y, radius, annulus).fwhm)
        except WfsguiError:
            pass
    x, y = _centroid(near, circle, annulus)
    return _Found(x, y, circle, annulus, in_focus=in_focus)


def _outside(annulus: Annulus, circle: Circle) -> Annulus:
    """Move the inner edge of an annulus out of a circle with the same centre."""
    inner = max(annulus.inner, _CLEAR * circle.radius)
    return replace(annulus, inner=inner, outer=max(annulus.outer, inner + _WIDTH))


def _annulus(near: StepImage, x: float, y: float, radius: float) -> Annulus:
    """Place the annulus of a donut as far out as the image allows, but not in the light."""
    inner = _INNER * radius
    while True:
        annulus = Annulus(x, y, inner, max(_OUTER * inner, inner + _WIDTH))
        if inner <= _CLEAR * radius or _covered(near, annulus) >= _LEAST_COVERED:
            return annulus
        inner = max(inner / _SHRINK, _CLEAR * radius)


def _far(near: StepImage, annulus: Annulus) -> Annulus:
    """Move the annulus of a small star outwards, if the image allows, so that EE at 10 pixels can be measured."""
    far = Annulus(annulus.x, annulus.y, _FAR, _FAR + _WIDTH)
    return far if annulus.inner < _FAR and _covered(near, far) >= _LEAST_COVERED else annulus


def _covered(near: StepImage, annulus: Annulus) -> float:
    """Return the fraction of an annulus whose pixels have a value."""
    box, inside = annulus.cutout((near.sci.shape[0], near.sci.shape[1]))
    used = np.count_nonzero(inside & np.isfinite(near.sci[box]))
    return float(used / (pi * (annulus.outer**2 - annulus.inner**2)))


def _centroid(near: StepImage, circle: Circle, annulus: Annulus) -> tuple[float, float]:
    """Return the centroid of the light in a circle; its centre if there is none or if the circle is very large."""
    if circle.radius > _LARGEST:
        return circle.x, circle.y
    try:
        found = background_of(near, circle, annulus)
        centre = centroid(near, circle, found.level, found.error)
    except WfsguiError:
        return circle.x, circle.y
    return centre.x, centre.y


def _centroid_without_outliers(near: StepImage, circle: Circle, annulus: Annulus) -> tuple[float, float]:
    """Return the centroid without hot pixels and cosmic rays, which would move it."""
    if circle.radius < LEAST_RADIUS:
        return _centroid(near, circle, annulus)
    try:
        found = background_of(near, circle, annulus)
    except WfsguiError:
        return circle.x, circle.y
    outliers = outliers_in(near, circle, found.level, found.mad_std)
    return _centroid(replace(near, sci=np.where(outliers, np.float32(np.nan), near.sci)), circle, annulus)


def _is_core_missing(near: StepImage, x: float, y: float) -> bool:
    """Return whether most of the nine pixels in the centre have no value, as where a core is saturated."""
    box, inside = Circle(round(x), round(y), 1.5).cutout((near.sci.shape[0], near.sci.shape[1]))
    return bool(np.isfinite(near.sci[box][inside]).mean() < 0.5) if inside.any() else False


def _radius_without_core(near: StepImage, x: float, y: float, radius: float, background: float) -> float:
    """Return the radius of the signal region of a saturated star: its core counts as bright as the ring around it."""
    profile = radial_profile(near, x, y, radius, background=background)
    known = np.isfinite(profile.mean)
    if not known.any():
        return radius
    mean = np.interp(profile.radius, profile.radius[known], profile.mean[known])
    growth = np.cumsum(mean * profile.radius)
    return float(np.interp(_FRACTION * growth[-1], growth, profile.radius + 0.5))
