"""Flux, magnitude, encircled energy and width of a star."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot, isfinite, log, log10, nan, pi
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.assess.checks.fitted_region import require_fitted_region
from wfsgui.core.assess.checks.surroundings import small_gaps_filled
from wfsgui.core.assess.near_star import near_star
from wfsgui.core.assess.part import Named, Part, StarPart
from wfsgui.core.assess.results import Quantity
from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.cutout import Cutout
from wfsgui.core.measure.photometry import background_of, measure_flux
from wfsgui.core.measure.star import centroid, focused_width
from wfsgui.core.measure.statistics import janskys_per_unit, relative_areas
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Circle, enclosing_circle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.results import StarRegions
    from wfsgui.core.measure.photometry import Photometry

__all__ = ["LIGHT_PART", "StarLight", "light_circle", "light_of", "measure_light"]

_X: Final = Named("x", "Centroid, x")
_Y: Final = Named("y", "Centroid, y")
_FLUX: Final = Named("flux", "Flux density")
_MAGNITUDE: Final = Named("magnitude_ab", "Magnitude (AB)")
_SUM: Final = Named("sum", "Sum of the light")
_EE: Final = {2.5: Named("ee_2_5_px", "EE at 2.5 px"), 10.0: Named("ee_10_px", "EE at 10 px")}
_EE50: Final = Named("ee50", "EE50")
_R80: Final = Named("r80", "R80")
_FWHM: Final = Named("fwhm", "FWHM")

_PIXEL_AREA: Final = "meta.photometry.pixelarea_steradians"
_ZERO_POINT: Final = 3631.0
"""Flux density of the AB magnitude 0, Jy (Oke and Gunn 1983)."""

_PER_MAGNITUDE: Final = 2.5 / log(10)
_IN_FOCUS, _DEFOCUSED = 1.0, 0.5
"""Radius of the circle of the light over the inner radius of the annulus."""

_CLEAR: Final = 1.2
"""Least radius of that circle over that of the signal region."""

_LARGEST: Final = 500.0
"""Largest radius of that circle, pixels: twice that of the largest donut, and bounds the memory."""

_RESIZE: Final = "change the size of the signal region or of the annulus."
_TRIALS: Final = 8
_SEED: Final = 17

_NO_RING: Final = (
    "A whole ring of pixels has no value that may be used, as where a core is saturated, so the flux is not known."
)
_NOT_CALIBRATED: Final = "The image is in {}, so there is no flux density; choose a stage after photom."
_NO_PIXEL_AREA: Final = "PIXAR_SR is missing or not above 0, so there is no flux density."
_OUT_OF_FOCUS: Final = "The star is not in focus, so it has no FWHM."
_NO_PEAK: Final = "The centre has no single peak, so there is no FWHM."
_TOO_SMALL: Final = "The circle of the light has a radius of {:.1f} px only."
_NO_FLUX: Final = "The flux is not above the background."
_WITHIN: Final = "the circle of the light"
_ERROR: Final = "the error is from ERR and from the background"


@dataclass(frozen=True, eq=False)
class StarLight:
    """Light of a star in a part of the image, weighted with AREA, above the background.

    Attributes
    ----------
    image : StepImage
        The part of the image.
    found : Photometry
        What was measured in it, in its pixels.
    circle : Circle
        Circle of the light, in pixels of the whole image.
    left, low : int
        First pixel of the part.
    """

    image: StepImage
    found: Photometry
    circle: Circle
    left: int
    low: int


def light_circle(regions: StarRegions) -> Circle:
    """Return the circle in which the light of a star is summed.

    Parameters
    ----------
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Circle
        Circle around the centroid, at least 1.2 times the signal region: in focus up to the inner edge of the annulus,
        out of focus half as far, because a donut has less light far out.

    Raises
    ------
    WfsguiError
        If the circle is too large, because the analyst has set a large region.
    """
    share = _IN_FOCUS if regions.in_focus else _DEFOCUSED
    radius = max(share * regions.background.inner, _CLEAR * enclosing_circle(regions.signal).radius)
    if not 0 < radius <= _LARGEST:
        raise WfsguiError(f"A circle with a radius of {radius:.0f} px around the star cannot be measured; {_RESIZE}")
    return Circle(regions.x, regions.y, radius)


def measure_light(request: AssessInput, regions: StarRegions) -> Part:
    """Measure flux, magnitude, encircled energy and width of the star.

    Parameters
    ----------
    request : AssessInput
        The exposure.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Part
        The numbers; without a value, and with the reason, where they cannot be measured.

    Raises
    ------
    WfsguiError
        If no pixel of the circle or of the annulus can be used, if the flux is not above the background, or if the
        signal region is not fitted to the light.
    """
    require_fitted_region(request, regions)
    light = light_of(request.image, regions)
    light.found.require_flux()
    quantities = (
        *_position(light),
        *_flux(request, light),
        *(_energy_within(light, radius) for radius in _EE),
        *(_radius_of(light, named, fraction) for named, fraction in ((_EE50, 0.5), (_R80, 0.8))),
        _width(light) if regions.in_focus else _unknown(_FWHM, "pix", _OUT_OF_FOCUS),
    )
    return Part(quantities)


def light_of(image: StepImage, regions: StarRegions) -> StarLight:
    """Measure the light of a star.

    Parameters
    ----------
    image : StepImage
        The image.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    StarLight
        The light in its circle.

    Raises
    ------
    WfsguiError
        If no pixel of the circle or of the annulus can be used.
    """
    circle, annulus = light_circle(regions), regions.background
    reach = max(circle.radius, hypot(annulus.x - circle.x, annulus.y - circle.y) + annulus.outer)
    part = near_star(image, replace(circle, radius=reach))
    near, left, low = part.image, part.left, part.low
    circle = circle.moved(-left, -low)
    background = background_of(near, circle, annulus.moved(-left, -low))
    areas = relative_areas(near, (slice(None), slice(None)))
    # The background is even in surface brightness, so it is subtracted before the weight.
    # The core of a star in focus is sharper than the surroundings of a pixel; its gaps have the mean of their ring.
    whole = near if regions.in_focus else small_gaps_filled(near)
    weighted = replace(near, sci=_times(whole.sci - np.float32(background.level), areas), err=_times(whole.err, areas))
    found = measure_flux(weighted, circle, replace(background, level=0.0))
    return StarLight(weighted, found, circle.moved(left, low), left, low)


def _times(plane: NDArray[np.float32], areas: NDArray[np.float64]) -> NDArray[np.float32]:
    weighted: NDArray[np.float32] = (plane * areas).astype(np.float32)
    return weighted


def _position(light: StarLight) -> tuple[Quantity, Quantity]:
    found = centroid(light.image, light.found.circle, 0.0, light.found.background.error)
    definition = f"Centroid of the light above the background in {_WITHIN}; the first pixel is 0; {_ERROR}."
    return (
        _quantity(_X, light, found.x + light.left, found.x_error, "pix", definition),
        _quantity(_Y, light, found.y + light.low, found.y_error, "pix", definition),
    )


def _flux(request: AssessInput, light: StarLight) -> tuple[Quantity, Quantity, Quantity]:
    found, unit = light.found, light.found.unit
    if not isfinite(found.flux):
        return _unknown(_FLUX, "Jy", _NO_RING), _unknown(_MAGNITUDE, "mag", _NO_RING), _unknown(_SUM, unit, _NO_RING)
    error = hypot(found.error, found.systematic)
    areas = "weighted with AREA" if request.image.area is not None else "without AREA, which the image does not have"
    what = f"Sum above the background in {_WITHIN}, {areas}"
    total = _quantity(_SUM, light, found.flux, error, unit, f"{what}; {_ERROR}.")
    factor = janskys_per_unit(unit, _pixel_area(request.metadata))
    if factor is None:
        reason = _NO_PIXEL_AREA if unit == "MJy/sr" else _NOT_CALIBRATED.format(unit or "an unknown unit")
        return _unknown(_FLUX, "Jy", reason), _unknown(_MAGNITUDE, "mag", reason), total
    definition = f"{what}, times PIXAR_SR; {_ERROR}, not from the photometric calibration."
    flux = _quantity(_FLUX, light, factor * found.flux, factor * error, "Jy", definition)
    return flux, _magnitude(light, flux), total


def _magnitude(light: StarLight, flux: Quantity) -> Quantity:
    if not flux.value > 0:
        return _unknown(_MAGNITUDE, "mag", _NO_FLUX)
    value, error = -2.5 * log10(flux.value / _ZERO_POINT), _PER_MAGNITUDE * flux.error / flux.value
    return _quantity(_MAGNITUDE, light, value, error, "mag", "-2.5 log10(flux density / 3631 Jy) (Oke and Gunn 1983).")


def _energy_within(light: StarLight, radius: float) -> Quantity:
    """Measure the fraction of the light within a radius."""
    named, found = _EE[radius], light.found
    definition = f"Sum within {radius:g} px of the centroid over the sum in {_WITHIN}; {_ERROR}."
    if not isfinite(found.flux):
        return _unknown(named, "", _NO_RING)
    if radius > found.circle.radius:
        return _unknown(named, "", _TOO_SMALL.format(found.circle.radius))
    value = found.energy.fraction_at(radius)
    statistical = _noise_of_fraction(light, radius, value)
    level = hypot(found.background.systematic, found.background.error)
    background = level * pi * abs(value * found.circle.radius**2 - radius**2) / found.flux
    return _quantity(named, light, value, hypot(statistical, background), "", definition)


def _noise_of_fraction(light: StarLight, radius: float, value: float) -> float:
    """Return the statistical error of the fraction of the light within a radius."""
    # The noise within the radius is a part of that of the whole.
    within, whole = _variance(light, radius), _variance(light, light.found.circle.radius)
    beyond = max(whole - within, 0.0)
    return float(((1 - value) ** 2 * within + value**2 * beyond) ** 0.5 / light.found.flux)


def _variance(light: StarLight, radius: float) -> float:
    """Return the variance of the sum within a radius, from ERR or else from the noise of the background."""
    cutout = Cutout.around(light.image, light.found.circle.x, light.found.circle.y, radius)
    inside, known = cutout.distance < radius, np.isfinite(cutout.value)
    measured = float(np.square(cutout.known_errors(light.found.background.mad_std)[inside & known]).sum())
    return measured + float(np.square(cutout.scatter_of_rings()[inside & ~known]).sum())


def _radius_of(light: StarLight, named: Named, fraction: float) -> Quantity:
    if not isfinite(light.found.flux):
        return _unknown(named, "pix", _NO_RING)
    radius, background = light.found.radius_at(fraction)
    noise = _noise_of_fraction(light, radius, fraction)
    error = hypot(background, radius - light.found.energy.radius_at(fraction - noise))
    definition = f"Radius around the centroid that holds {fraction:.0%} of the sum in {_WITHIN}; {_ERROR}."
    return _quantity(named, light, radius, error, "pix", definition)


def _width(light: StarLight) -> Quantity:
    circle, spread = light.found.circle, 2 * light.found.radius_at(0.5)[0]
    value = focused_width(light.image, circle, 0.0, spread)
    if not isfinite(value):
        return _unknown(_FWHM, "pix", _NO_PEAK)
    definition = (
        "Full width at half maximum of the mean radial profile above the background; the error is the standard "
        f"deviation of {_TRIALS} trials with noise from ERR."
    )
    return _quantity(_FWHM, light, value, _width_error(light, spread), "pix", definition)


def _width_error(light: StarLight, spread: float) -> float:
    """Measure the width again with more noise, the same noise each time."""
    random = np.random.default_rng(_SEED)
    circle = light.found.circle
    cutout = Cutout.around(light.image, circle.x, circle.y, circle.radius)
    place = circle.moved(-circle.x - float(cutout.dx[0, 0]), -circle.y - float(cutout.dy[0, 0]))
    noise = np.where(np.isfinite(cutout.value), np.nan_to_num(cutout.known_errors(0.0)), cutout.scatter_of_rings())
    widths = []
    for _ in range(_TRIALS):
        sci = (cutout.filled() + noise * random.standard_normal(noise.shape)).astype(np.float32)
        trial = StepImage(sci=sci, err=sci, dq=np.zeros(sci.shape, np.uint32), unit="")
        widths.append(focused_width(trial, place, 0.0, spread))
    known = [width for width in widths if isfinite(width)]
    return float(np.std(known, ddof=1)) if len(known) > 1 else nan


def _pixel_area(metadata: Mapping[str, str]) -> float | None:
    """Return PIXAR_SR, sr; None if it is missing."""
    try:
        area = float(metadata.get(_PIXEL_AREA, ""))
    except ValueError:
        return None
    return area if isfinite(area) and area > 0 else None


def _quantity(named: Named, light: StarLight, value: float, error: float, unit: str, definition: str) -> Quantity:
    return Quantity(named.key, named.name, value, error, unit, light.circle, definition)


def _unknown(named: Named, unit: str, reason: str) -> Quantity:
    return Quantity(named.key, named.name, nan, unit=unit, reason=reason)


LIGHT_PART: Final = StarPart(measure_light, (_X, _Y, _FLUX, _MAGNITUDE, _SUM, *_EE.values(), _EE50, _R80, _FWHM))
"""Flux, magnitude, encircled energy and width."""
