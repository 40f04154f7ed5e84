"""Part of an assessment: flagged and missing pixels in the signal region, and the light under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.assess.checks.fitted_region import require_fitted_region
from wfsgui.core.assess.checks.light_pixels import LightPixels, light_pixels
from wfsgui.core.assess.checks.limit_check import limit_check
from wfsgui.core.assess.part import Named, Part, StarPart
from wfsgui.core.assess.results import FlagUnderLight, Level, Quantity
from wfsgui.core.image.dq_flags import has_flags
from wfsgui.core.measure.number_text import with_uncertainty
from wfsgui.core.model.flags import FLAGS

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.limits import Limit
    from wfsgui.core.assess.results import CheckResult, StarRegions
    from wfsgui.core.regions.shapes import Region

__all__ = ["NAMED_FLAGS", "UNDER_LIGHT_PART", "under_light"]

NAMED_FLAGS: Final = ("SATURATED", "JUMP_DET", "DEAD", "HOT", "NO_FLAT_FIELD", "PERSISTENCE")
"""Flags that are always listed, also without a pixel."""

_UNUSABLE: Final = Named("unusable", "Light under unusable pixels")
_SATURATED: Final = Named("saturated", "Light under saturated pixels")
_NO_VALUE: Final = Named("pixels_without_value", "Pixels without a value")
_HOLES: Final = Named("holes_without_value", "Groups of pixels without a value")
_LARGEST: Final = Named("largest_hole_without_value", "Largest group of pixels without a value")

_FILL: Final = (
    "An unusable pixel (without a value, DO_NOT_USE, or outside of the image) counts with the median of the usable "
    "pixels among the 5 x 5 pixels around it or around the nearest usable pixel, which is a lower bound at a peak."
)
_NO_BACKGROUND: Final = " No background was subtracted: no pixel of the annulus can be used."
_NAN: Final = "Pixels of the signal region whose value is NaN; touching pixels, also at corners, are one group."


@dataclass(frozen=True)
class _Holes:
    """Groups of touching pixels without a value: their number, and the pixels of the largest one."""

    count: int
    largest: int


def under_light(request: AssessInput, regions: StarRegions) -> Part:
    """Measure flagged and missing pixels in the signal region.

    Parameters
    ----------
    request : AssessInput
        The stage.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Part
        Shares of the light, all flags of the region ranked by the light under them, and two checks.

    Raises
    ------
    WfsguiError
        If no pixel of the signal region can be used, if it has no flux above the background, or if it is not fitted to
        the light.
    """
    require_fitted_region(request, regions)
    light = light_pixels(request.image, regions)
    limits = request.limits
    return Part(
        quantities=(*_shares(light, regions.signal), *_missing(light, regions.signal)),
        checks=(_unusable(light, limits[_UNUSABLE.key]), _saturated(light, limits[_SATURATED.key])),
        flags=_ranked(light),
    )


def _of_flag(name: str) -> Named:
    return Named(f"light_under_{name.lower()}", f"Light under {name}")


def _shares(light: LightPixels, region: Region) -> tuple[Quantity, ...]:
    """Return the shares of unusable pixels and of the named flags in the light."""
    chosen = {_UNUSABLE: ~light.usable} | {_of_flag(name): has_flags(light.dq, FLAGS[name]) for name in NAMED_FLAGS}
    definition = f"Flux above the background of these pixels over that of the signal region. {_FILL}"
    if not light.has_background:
        definition += _NO_BACKGROUND
    return tuple(
        Quantity(name.key, name.name, *light.share(pixels), unit="%", region=region, definition=definition)
        for name, pixels in chosen.items()
    )


def _missing(light: LightPixels, region: Region) -> tuple[Quantity, ...]:
    """Return the number of pixels without a value, of their groups, and the pixels of the largest group."""
    holes = _holes(light)
    missing = np.count_nonzero(light.in_image & ~light.has_value)
    return tuple(
        Quantity(name.key, name.name, float(value), error=0.0, unit=unit, region=region, definition=_NAN)
        for name, value, unit in (
            (_NO_VALUE, missing, "pix"),
            (_HOLES, holes.count, ""),
            (_LARGEST, holes.largest, "pix"),
        )
    )


def _holes(light: LightPixels) -> _Holes:
    missing = light.in_image & ~light.has_value
    if not missing.any():
        return _Holes(0, 0)
    from scipy.ndimage import label

    x, y = light.x[missing], light.y[missing]
    plane = np.zeros((int(np.ptp(y)) + 1, int(np.ptp(x)) + 1), bool)
    plane[y - y.min(), x - x.min()] = True
    groups, count = label(plane, structure=np.ones((3, 3)))
    return _Holes(int(count), int(np.bincount(groups[plane]).max()))


def _ranked(light: LightPixels) -> tuple[FlagUnderLight, ...]:
    """List the named flags and all others of the region, by falling share of the light."""
    found = []
    for name, value in FLAGS.items():
        pixels = has_flags(light.dq, value)
        count = int(np.count_nonzero(pixels))
        if count or name in NAMED_FLAGS:
            found.append(FlagUnderLight(name, count, light.share(pixels)[0] / 100))
    return tuple(sorted(found, key=lambda flag: (-flag.flux_share, -flag.pixels)))


def _unusable(light: LightPixels, limit: Limit) -> CheckResult:
    pixels = ~light.usable
    share, error = light.share(pixels)
    count, missing = np.count_nonzero(pixels), np.count_nonzero(light.in_image & ~light.has_value)
    text, outside = with_uncertainty(share, error, "%"), np.count_nonzero(~light.in_image)
    beyond = f" and {outside} outside of the image" if outside else ""
    told = f"{count}, {missing} of them without a value{beyond}, with {text} of the light" if count else "none"
    return limit_check(
        _UNUSABLE,
        limit,
        Level.GOOD if limit.is_met(share) else Level.BAD,
        text,
        f"Unusable pixels in the signal region: {told}.",
        place=light.brightest(pixels),
    )


def _saturated(light: LightPixels, limit: Limit) -> CheckResult:
    pixels = has_flags(light.dq, FLAGS["SATURATED"])
    lost = pixels & ~light.usable
    share, error = light.share(pixels)
    text, count = with_uncertainty(share, error, "%"), np.count_nonzero(pixels)
    without = f"{np.count_nonzero(lost)} of them without a usable value"
    told = f"{count}, {without}, with {text} of the light" if count else "none"
    return limit_check(
        _SATURATED,
        limit,
        _saturation_level(limit, share, light.share(lost)[0]),
        text,
        f"Saturated pixels in the signal region: {told}.",
        quantity=_of_flag("SATURATED").key,
        place=light.brightest(lost if lost.any() else pixels),
    )


def _saturation_level(limit: Limit, share: float, lost: float) -> Level:
    """Judge saturated pixels: those with a value were measured before they saturated."""
    if limit.is_met(share):
        return Level.GOOD
    return Level.CARE if limit.is_met(lost) else Level.BAD


UNDER_LIGHT_PART: Final = StarPart(
    measure=under_light,
    quantities=(_UNUSABLE, *map(_of_flag, NAMED_FLAGS), _NO_VALUE, _HOLES, _LARGEST),
    checks=(_UNUSABLE, _SATURATED),
)
"""The part of flagged and missing pixels."""
