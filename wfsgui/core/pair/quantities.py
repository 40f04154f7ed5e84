"""Numbers of a comparison, with their definitions."""

from __future__ import annotations

from math import hypot, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.assess.results import Quantity
from wfsgui.core.image.compare import sky_offset
from wfsgui.core.pair.flags import DISAGREEMENT, disagreeing
from wfsgui.core.regions.shapes import Circle

if TYPE_CHECKING:
    from wfsgui.core.pair.aligned import Aligned, Chi2
    from wfsgui.core.pair.registration import Registered
    from wfsgui.core.pair.results import PairSide

__all__ = ["compared_region", "quantities_of"]

_SHIFT: Final = (
    "Star in the second image minus star in the first one: whole pixels from the normalized cross-correlation, the "
    "fraction from a least-squares fit with weights from both ERR planes."
)
_SKY_SHIFT: Final = (
    "Pixel of the second image at the sky position of the first star, minus the pixel of the first star. The headers "
    "do not tell the error of the pointing."
)
_APART: Final = "Distance between the shift by correlation and the shift by WCS."
_RATIO: Final = (
    "Flux of the second star over that of the first, in the same aperture and the pixels that both have; the error is "
    "from ERR and the backgrounds."
)
_RMS: Final = "Root mean square of the difference in the compared region, in the unit of the first exposure."
_SHARE: Final = "Root mean square of the difference over that of the first image, in the compared region."
_CHI2: Final = (
    "Sum of (difference / error)**2 over the degrees of freedom, in the compared region; the error is from both ERR "
    "planes, the second one scaled as its image. Pixels with DO_NOT_USE, without a value or without ERR are left out. "
    "Degrees of freedom: pixels minus the flux ratio, and minus the shift if it was applied by parts of a pixel."
)
_RANDOM: Final = (
    "The same with VAR_POISSON + VAR_RNOISE in place of the square of ERR: the error of the flat field is not noise "
    "between two exposures with the star on the same pixels."
)


def compared_region(aligned: Aligned) -> Circle:
    """Return the compared region in pixels of the first image."""
    regions = aligned.prepared.sides[0].regions
    return Circle(regions.x, regions.y, aligned.prepared.light)


def quantities_of(aligned: Aligned, straight: Registered) -> tuple[Quantity, ...]:
    """List the numbers of a comparison.

    Parameters
    ----------
    aligned : Aligned
        The two images.
    straight : Registered
        Registration of the second image without turning it, for the shift.

    Returns
    -------
    tuple of Quantity
        In the order in which they are shown.
    """
    return (*_chi2_quantities(aligned), *_difference(aligned), *_flux(aligned), *_shifts(aligned, straight))


def _chi2_quantities(aligned: Aligned) -> list[Quantity]:
    region = compared_region(aligned)
    found = [("chi2", "Reduced chi2", aligned.chi2(), _CHI2)]
    random = aligned.random_chi2()
    if random is not None:
        found.append(("chi2_random", "Reduced chi2 without flat error", random, _RANDOM))
    rows = [
        Quantity(key, name, chi2.value, chi2.error, region=region, definition=text, reason=_no_chi2(chi2))
        for key, name, chi2, text in found
    ]
    freedom = float(found[0][2].freedom)
    rows.append(Quantity("chi2_freedom", "Degrees of freedom", freedom, region=region, definition=_CHI2))
    return rows


def _no_chi2(chi2: Chi2) -> str:
    return "" if chi2.freedom else "Too few pixels have a value and ERR in both exposures."


def _difference(aligned: Aligned) -> list[Quantity]:
    region, unit = compared_region(aligned), aligned.prepared.sides[0].image.unit
    rms, error = aligned.rms()
    inside = aligned.prepared.inside
    apart, missing = disagreeing(aligned), inside & ~np.isfinite(aligned.significance)
    return [
        Quantity("rms", "RMS of the difference", rms, error, unit, region, _RMS),
        Quantity("rms_share", "The same over the RMS of the image", aligned.share(), region=region, definition=_SHARE),
        Quantity(
            "disagreeing",
            "Pixels that disagree",
            float(np.count_nonzero(apart)),
            unit="pix",
            region=region,
            definition=f"Pixels whose difference exceeds {DISAGREEMENT:g} standard deviations.",
        ),
        Quantity(
            "left_out",
            "Pixels left out",
            float(np.count_nonzero(missing)),
            unit="pix",
            region=region,
            definition="Pixels with DO_NOT_USE, without a value or without ERR in either exposure.",
        ),
    ]


def _flux(aligned: Aligned) -> list[Quantity]:
    regions = aligned.prepared.sides[0].regions
    units = [side.image.unit for side in aligned.prepared.sides]
    unit = "" if units[0] == units[1] else f"{units[1] or '1'} / ({units[0] or '1'})"
    aperture = Circle(regions.x, regions.y, aligned.prepared.aperture)
    ratio = aligned.ratio
    return [Quantity("flux_ratio", "Flux ratio, second over first", ratio.value, ratio.error, unit, aperture, _RATIO)]


def _shifts(aligned: Aligned, straight: Registered) -> list[Quantity]:
    shift, errors = straight.shift, straight.error
    region, definition = compared_region(aligned), " ".join((_SHIFT, *straight.notes))
    rows = [
        Quantity(f"shift_{axis}", f"Shift in {axis} by correlation", value, error, "pix", region, definition)
        for axis, value, error in zip("xy", shift, errors, strict=True)
    ]
    sky, reason = _sky_shift(*aligned.prepared.sides)
    rows += [
        Quantity(f"sky_shift_{axis}", f"Shift in {axis} by WCS", value, nan, "pix", None, _SKY_SHIFT, reason)
        for axis, value in zip("xy", sky, strict=True)
    ]
    apart = [one - other for one, other in zip(shift, sky, strict=True)]
    distance = hypot(*apart)
    error = hypot(*(part * each for part, each in zip(apart, errors, strict=True))) / distance if distance else nan
    rows.append(Quantity("shifts_apart", "Correlation minus WCS", distance, error, "pix", None, _APART, reason))
    return rows


def _sky_shift(first: PairSide, second: PairSide) -> tuple[tuple[float, float], str]:
    """Return the shift by WCS, and why there is none."""
    nowhere = nan, nan
    for side in (first, second):
        if side.image.wcs is None:
            return nowhere, f"{side.info.path.name} has no WCS here; compare the results."
    if first.image.wcs is None or second.image.wcs is None:
        raise AssertionError("both have a WCS")
    offset = sky_offset(first.image.wcs, second.image.wcs, (first.regions.x, first.regions.y))
    return (nowhere, "The WCS has no value at the star.") if offset is None else (offset, "")
