"""Checks of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.assess.results import CheckResult, Level
from wfsgui.core.measure.number_text import with_uncertainty
from wfsgui.core.pair.mates import kind_of
from wfsgui.core.pair.results import PairKind
from wfsgui.core.visit.roles import defocus_of

if TYPE_CHECKING:
    from wfsgui.core.assess.limits import Limit
    from wfsgui.core.assess.results import Quantity
    from wfsgui.core.pair.aligned import Aligned
    from wfsgui.core.pair.results import CompanionSearch, PairOptions

__all__ = ["chi2_check", "companion_check"]

_NAME: Final = "Reduced chi2 of the pair"
_MUCH_REST: Final = 0.05
"""Shift that whole-pixel registration leaves, from which the finding says so, pixels."""

_LEAST_COMPARED: Final = 0.5
"""Share of the compared region that must be usable in both exposures."""


def chi2_check(aligned: Aligned, chi2: Quantity, limit: Limit, options: PairOptions) -> CheckResult:
    """Check the reduced chi2 of a difference.

    Parameters
    ----------
    aligned : Aligned
        The two images.
    chi2 : Quantity
        Reduced chi2.
    limit : Limit
        Its limit.
    options : PairOptions
        Choices of the comparison.

    Returns
    -------
    CheckResult
        Above the limit: care if both images should be the same, "cannot tell" if aberrations of the telescope alone
        make them differ.
    """
    level, finding = _judged(aligned, chi2, limit, options)
    return CheckResult(
        key="chi2",
        name=_NAME,
        level=level,
        value=with_uncertainty(chi2.value, chi2.error),
        finding=finding,
        limit=limit.text,
        source=limit.source,
        quantity=chi2.key,
        place=None if level is Level.GOOD else _strongest(aligned),
    )


def _judged(aligned: Aligned, chi2: Quantity, limit: Limit, options: PairOptions) -> tuple[Level, str]:
    if not chi2.is_known:
        return Level.CANNOT_TELL, chi2.reason
    inside = aligned.prepared.inside
    share = np.count_nonzero(inside & np.isfinite(aligned.significance)) / np.count_nonzero(inside)
    if share < _LEAST_COMPARED:
        return Level.CANNOT_TELL, f"Only {share:.0%} of the compared region can be used in both exposures."
    number = f"Reduced chi2 is {with_uncertainty(chi2.value, chi2.error)}"
    if chi2.value <= limit.value:
        return Level.GOOD, f"{number}: the two do not differ by more than the limit allows."
    reason = _expected_difference(aligned, options)
    if reason:
        return Level.CANNOT_TELL, f"{number}, but {reason}: this does not tell a faulty exposure from a good one."
    rest = max(map(abs, aligned.registered.rest))
    if rest > _MUCH_REST:
        text = f"the registration by whole pixels leaves {rest:.2f} pixel; register by parts of a pixel to remove it"
        return Level.CARE, f"{number}: {text}."
    return Level.CARE, f"{number}: the two differ by more than their noise; see where, and which flags are there."


def _expected_difference(aligned: Aligned, options: PairOptions) -> str:
    """Say why images of a perfect calibration differ; empty if they should not."""
    infos = [side.info for side in aligned.prepared.sides]
    lenses = [defocus.name if (defocus := defocus_of(info)) is not None else "no lens" for info in infos]
    if lenses[0] != lenses[1]:
        kind = kind_of(*infos)
        what = "opposite defocus" if kind is PairKind.OPPOSITE_DEFOCUS else "different defocus"
        return f"the two have {what} ({lenses[0]} and {lenses[1]}), and aberrations of the telescope make them differ"
    if options.turned:
        return "the second image is turned, and odd aberrations and the struts make the two differ"
    return ""


def _strongest(aligned: Aligned) -> tuple[float, float] | None:
    """Return the pixel of the first image with the strongest disagreement."""
    strength = np.where(aligned.prepared.inside, np.abs(np.nan_to_num(aligned.significance)), 0.0)
    if not strength.any():
        return None
    row, column = np.unravel_index(int(np.argmax(strength)), strength.shape)
    centre, half = aligned.prepared.first.centre, aligned.prepared.first.half
    return float(column + centre[0] - half), float(row + centre[1] - half)


def companion_check(search: CompanionSearch, star: tuple[float, float]) -> CheckResult:
    """Check whether a companion was found.

    Parameters
    ----------
    search : CompanionSearch
        Result of the search.
    star : tuple of float
        Position of the star (x, y) in the first image, pixels.

    Returns
    -------
    CheckResult
        Care with a candidate; "cannot tell" without a search.
    """
    key, name = "companion", "Companion"
    if search.reason:
        return CheckResult(key, name, Level.CANNOT_TELL, "no search", search.reason)
    if not search.companions:
        return CheckResult(key, name, Level.GOOD, "none found", _reach(search))
    best = search.companions[0]
    place = f"{np.hypot(best.dx, best.dy):.1f} px"
    contrast = with_uncertainty(best.contrast, best.contrast_error)
    finding = (
        f"There may be a companion at {place} with the contrast {contrast}, {best.significance:.1f} standard "
        f"deviations; the detection limit at this separation is {best.limit:.2g}."
    )
    return CheckResult(key, name, Level.CARE, contrast, finding, place=(star[0] + best.dx, star[1] + best.dy))


def _reach(search: CompanionSearch) -> str:
    known = np.isfinite(search.limit)
    pixels, limits = search.pixels[known], search.limit[known]
    places = sorted({0, int(np.argmin(np.abs(pixels - 20))), pixels.size - 1})
    told = ", ".join(f"{limits[place]:.2g} at {pixels[place]:.0f} px" for place in places)
    return f"No companion was found; 95 of 100 would be found with a contrast of {told}."
