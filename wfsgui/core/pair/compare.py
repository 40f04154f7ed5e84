"""Comparison of two exposures of a star."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wfsgui.core.errors import WfsguiError
from wfsgui.core.pair.aligned import Aligned, Prepared, prepare
from wfsgui.core.pair.checks import chi2_check, companion_check
from wfsgui.core.pair.companions.search import no_search, search_companions
from wfsgui.core.pair.flags import flags_of_disagreement
from wfsgui.core.pair.quantities import quantities_of
from wfsgui.core.pair.registration import Registered, register
from wfsgui.core.pair.results import CompanionSearch, PairComparison, PairOptions, PairSide
from wfsgui.core.pair.star_cut import star_pixel

if TYPE_CHECKING:
    from wfsgui.core.assess.limits import Limits

__all__ = ["compare_pair", "find_companions"]


def compare_pair(first: PairSide, second: PairSide, options: PairOptions, limits: Limits) -> PairComparison:
    """Compare two exposures around their star.

    Both backgrounds are subtracted. The second image is turned if asked, registered on the first one and scaled to the
    flux of its star.

    Parameters
    ----------
    first, second : PairSide
        The exposures; their images may differ in shape and unit.
    options : PairOptions
        Choices of the comparison.
    limits : Limits
        Limits that are in force; ``chi2`` is used.

    Returns
    -------
    PairComparison
        Images, numbers, checks, flags and, if asked, companions.

    Raises
    ------
    WfsguiError
        If the two have no usable pixels in common around the star, or no star.
    """
    prepared = prepare(first, second)
    aligned = _aligned(prepared, turned=options.turned, subpixel=options.subpixel)
    # Turned images tell the sum of both positions of the star instead of their difference.
    straight = _registered(prepared, turned=False, subpixel=False) if options.turned else aligned.registered
    quantities = quantities_of(aligned, straight)
    chi2 = next(quantity for quantity in quantities if quantity.key == "chi2")
    checks = [chi2_check(aligned, chi2, limits["chi2"], options)]
    search = None
    if options.search:
        search = _searched(prepared, aligned, options)
        checks.append(companion_check(search, (first.regions.x, first.regions.y)))
    centre, half = prepared.first.centre, prepared.first.half
    return PairComparison(
        first=prepared.first.value,
        second=aligned.second,
        difference=aligned.difference,
        significance=aligned.significance,
        corner=(centre[0] - half, centre[1] - half),
        options=options,
        quantities=quantities,
        checks=tuple(checks),
        flags=flags_of_disagreement(aligned),
        companions=search.companions if search is not None else (),
        search=search,
        dq=(prepared.first.dq, aligned.registered.cut.dq),
    )


def find_companions(first: PairSide, second: PairSide) -> CompanionSearch:
    """Search for companions alone; see `wfsgui.core.pair.companions.search.search_companions`.

    Parameters
    ----------
    first, second : PairSide
        The exposures.

    Returns
    -------
    CompanionSearch
        Candidates and detection limits.

    Raises
    ------
    WfsguiError
        If the two have no usable pixels in common around the star, or no star.
    """
    prepared = prepare(first, second)
    return search_companions(_aligned(prepared, turned=True, subpixel=True))


def _aligned(prepared: Prepared, *, turned: bool, subpixel: bool) -> Aligned:
    return Aligned.of(prepared, _registered(prepared, turned=turned, subpixel=subpixel), subpixel=subpixel)


def _registered(prepared: Prepared, *, turned: bool, subpixel: bool) -> Registered:
    second, level = prepared.sides[1], prepared.backgrounds[1].level
    return register(
        prepared.first, second, star_pixel(second), level, prepared.inside, turned=turned, subpixel=subpixel
    )


def _searched(prepared: Prepared, aligned: Aligned, options: PairOptions) -> CompanionSearch:
    """Search in the difference with the turned image, which may be the one that was asked for."""
    if options.turned and options.subpixel:
        return search_companions(aligned)
    try:
        return search_companions(_aligned(prepared, turned=True, subpixel=True))
    except WfsguiError as error:
        return no_search(f"There is no search for companions: with the second image turned, {_continued(error)}")


def _continued(error: WfsguiError) -> str:
    text = str(error)
    return text[:1].lower() + text[1:]
