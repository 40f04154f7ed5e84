"""Parts of an assessment: distance of the star from its field point, and from the target through the WCS."""

from __future__ import annotations

from math import hypot, isfinite, nan
from typing import TYPE_CHECKING, Final

from wfsgui.core.assess.checks.fitted_region import require_fitted_region
from wfsgui.core.assess.checks.limit_check import limit_check
from wfsgui.core.assess.checks.star_position import centroid_errors
from wfsgui.core.assess.part import Named, Part, StarPart
from wfsgui.core.assess.results import Level, Quantity
from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.number_text import with_uncertainty
from wfsgui.core.sky.geometry import compass, pixel_at, separation_between
from wfsgui.core.visit.field_points import NoFieldPoint, field_point, offset_of_star
from wfsgui.core.visit.pointing import pointing_is_measured, pointing_is_planned, target_of
from wfsgui.core.visit.roles import role_of

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.results import CheckResult, StarRegions
    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.step_image import WcsReader
    from wfsgui.core.visit.field_points import FieldOffset, FieldPoint

__all__ = ["FIELD_POINT_PART", "TARGET_PART", "from_field_point", "from_target"]

_PLACEMENT: Final = Named("placement", "Distance from the field point")
_DX: Final = Named("placement_x", "Distance from the field point along x")
_DY: Final = Named("placement_y", "Distance from the field point along y")
_TARGET: Final = Named("target", "Distance from the target")
_TARGET_PIXELS: Final = Named("target_pixels", "Distance from the target in pixels")

_PIXEL: Final = "pix"
_FROM_POINT: Final = (
    "Centroid of the star minus the reference pixel of APERNAME in the SIAF, in the image; the error is that of the "
    "centroid."
)
_FROM_TARGET: Final = (
    "Great circle from the star's centroid, through the WCS, to TARG_RA and TARG_DEC, which are for the middle of the "
    "exposure; the error is that of the centroid. The slew of a target acquisition, about 0.1 arcsec, is not in the "
    "WCS (jwst issue 9448)."
)


def from_field_point(request: AssessInput, regions: StarRegions) -> Part:
    """Measure the distance of the star from its field point.

    Parameters
    ----------
    request : AssessInput
        The stage.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Part
        Distance, its components, and the check.

    Raises
    ------
    WfsguiError
        If the exposure has no field point, if it is not known, or if there is no star in the signal region.
    """
    require_fitted_region(request, regions)
    info = request.product.science.info
    role = role_of(info).role
    if not role.has_field_point:
        raise WfsguiError(f"An exposure of this role ({role}) has no field point.")
    point = field_point(info)
    if isinstance(point, NoFieldPoint):
        raise WfsguiError(point.reason)
    errors = centroid_errors(request.image, regions)
    offset = offset_of_star(point, regions.x, regions.y, *errors)
    definition = f"{_FROM_POINT} The SIAF is {point.siaf}."
    numbers = (
        (_PLACEMENT, offset.pixels, offset.pixels_error),
        (_DX, offset.dx, errors[0]),
        (_DY, offset.dy, errors[1]),
    )
    return Part(
        tuple(
            Quantity(name.key, name.name, value, error, _PIXEL, regions.signal, definition)
            for name, value, error in numbers
        ),
        (_placement(request, point, offset, (regions.x, regions.y)),),
    )


def _placement(request: AssessInput, point: FieldPoint, offset: FieldOffset, place: tuple[float, float]) -> CheckResult:
    limit = request.limits[_PLACEMENT.key]
    level, remark = (Level.GOOD, "") if limit.is_met(offset.pixels) else (Level.CARE, " QUIP moves such an image.")
    if not point.sensing:
        level = Level.CANNOT_TELL
        remark = " This aperture is not a field point of wavefront sensing; the star may be elsewhere."
    elif not point.in_image:
        level, remark = Level.CARE, " The field point is outside of the image."
    value = with_uncertainty(offset.pixels, offset.pixels_error, "px")
    finding = (
        f"The star is {value} ({offset.arcsec:.3f} arcsec) from {point.text} (pixels from 1): {offset.dx:+z.1f} px in "
        f"x and {offset.dy:+z.1f} px in y.{remark}{_planned_offset(request)}"
    )
    return limit_check(_PLACEMENT, limit, level, value, finding, place=place)


def _planned_offset(request: AssessInput) -> str:
    """Tell the offset of the dither, which moves the star on purpose."""
    try:
        x, y = (float(request.metadata[f"meta.dither.{axis}_offset"]) for axis in "xy")
    except (KeyError, ValueError):
        return ""
    planned = hypot(x, y)
    if not planned > 0:
        return ""
    return f" The plan moves the target by {planned:.3f} arcsec (XOFFSET, YOFFSET)."


def from_target(request: AssessInput, regions: StarRegions) -> Part:
    """Measure the distance of the star from the target through the WCS.

    Parameters
    ----------
    request : AssessInput
        The stage.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Part
        Distance in arcsec and in pixels, and the check.

    Raises
    ------
    WfsguiError
        If the image has no WCS, the exposure has no target, the WCS has no value at the star, or there is no star in
        the signal region.
    """
    require_fitted_region(request, regions)
    wcs, target = _wcs(request), _target(request.product.science.info)
    here = wcs(regions.x, regions.y)
    arcsec = separation_between((here.ra, here.dec), target).arcsec
    directions = compass(wcs, (regions.x, regions.y))
    if not isfinite(arcsec) or directions is None:
        raise WfsguiError("The WCS has no value at the star, so its distance from the target is not known.")
    x, y = pixel_at(wcs, *target, (regions.x, regions.y)) or (nan, nan)
    pixels, error = _length(regions.x - x, regions.y - y, centroid_errors(request.image, regions))
    reason = "" if isfinite(pixels) else "The WCS has no pixel at the target."
    numbers = (
        (_TARGET, arcsec, directions.scale * error, "arcsec", ""),
        (_TARGET_PIXELS, pixels, error, _PIXEL, reason),
    )
    return Part(
        tuple(
            Quantity(name.key, name.name, value, sigma, unit, regions.signal, _FROM_TARGET, why)
            for name, value, sigma, unit, why in numbers
        ),
        (_target_check(request, arcsec, directions.scale * error, (regions.x, regions.y)),),
    )


def _length(dx: float, dy: float, errors: tuple[float, float]) -> tuple[float, float]:
    """Return the length of an offset, and its standard deviation from those of the components."""
    length = hypot(dx, dy)
    # An offset of zero has no direction.
    return length, hypot(dx * errors[0], dy * errors[1]) / length if length else hypot(*errors)


def _wcs(request: AssessInput) -> WcsReader:
    if request.image.wcs is None:
        raise WfsguiError("This stage has no WCS, so the distance from the target is not known.")
    return request.image.wcs


def _target(info: ExposureInfo) -> tuple[float, float]:
    target = target_of(info)
    if target is None:
        given = info.circumstances.target_position
        fault = "TARG_RA and TARG_DEC are (0, 0)" if given else "TARG_RA and TARG_DEC are missing"
        raise WfsguiError(f"{fault}, so the distance from the target is not known.")
    return target


def _target_check(request: AssessInput, arcsec: float, error: float, place: tuple[float, float]) -> CheckResult:
    limit, info = request.limits[_TARGET.key], request.product.science.info
    level, remark = Level.GOOD if limit.is_met(arcsec) else Level.CARE, "."
    if pointing_is_planned(info):
        level, remark = Level.CARE, "; the pointing is planned, not measured, and can be far off."
    elif not pointing_is_measured(info):
        quality = info.circumstances.pointing_quality
        level = Level.CANNOT_TELL
        remark = f"; ENGQLPTG is {quality or 'missing'}, so it is not known whether the pointing was measured."
    value = with_uncertainty(arcsec, error, "arcsec")
    finding = f"The star is {value} from the target by the WCS{remark}"
    return limit_check(_TARGET, limit, level, value, finding, place=place)


FIELD_POINT_PART: Final = StarPart(from_field_point, (_PLACEMENT, _DX, _DY), (_PLACEMENT,))
"""The part of the field point."""

TARGET_PART: Final = StarPart(from_target, (_TARGET, _TARGET_PIXELS), (_TARGET,))
"""The part of the target."""
