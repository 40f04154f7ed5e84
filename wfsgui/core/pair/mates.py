"""Whether two exposures may be compared as a pair, and why not, from their headers."""

from __future__ import annotations

from math import cos, hypot, radians
from typing import TYPE_CHECKING, Final

from wfsgui.core.pair.results import PairKind, PairLink
from wfsgui.core.visit.pointing import target_of
from wfsgui.core.visit.roles import Role, defocus_of, role_of

if TYPE_CHECKING:
    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["band_of", "kind_of", "link_by_hand", "ordered", "same_star", "why_no_pair"]

_SAME_STAR: Final = 1.0
"""Largest distance between the positions of a star in two headers, arcsec: proper motion of a few years."""

_ARCSEC: Final = 3600.0
"""Arcsec per degree."""

_LENS: Final = "WL"
_OPEN: Final = "CLEAR"
_NOT_COMPARED: Final = (Role.ACQUISITION, Role.JITTER, Role.BACKGROUND)


def band_of(info: ExposureInfo) -> str:
    """Name the elements that select the bandpass.

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure.

    Returns
    -------
    str
        FILTER and PUPIL without open positions and without a lens in the pupil wheel, for example ``F212N``; empty for
        FGS, which has neither. WLP4 is in the filter wheel and has a filter of its own: the band of -4, +4 and +12
        waves is ``WLP4``.
    """
    pupil = "" if info.pupil.startswith(_LENS) else info.pupil
    return "+".join(name for name in (info.filter, pupil) if name and name != _OPEN)


def same_star(one: ExposureInfo, other: ExposureInfo) -> bool | None:
    """Whether two exposures have the same star as their target.

    Parameters
    ----------
    one, other : ExposureInfo
        The exposures.

    Returns
    -------
    bool or None
        From the positions if both headers have one, from the names otherwise; None if neither can be compared.
    """
    here, there = target_of(one), target_of(other)
    if here is not None and there is not None:
        return _separation(here, there) <= _SAME_STAR
    return one.target == other.target if one.target and other.target else None


def _separation(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return a small separation of two positions in degrees, arcsec; without the long import of astropy."""
    across = (one[0] - other[0] + 180) % 360 - 180
    return hypot(across * cos(radians(one[1])), one[1] - other[1]) * _ARCSEC


def kind_of(first: ExposureInfo, second: ExposureInfo) -> PairKind:
    """Return the kind of a pair of exposures.

    Parameters
    ----------
    first, second : ExposureInfo
        The exposures.

    Returns
    -------
    PairKind
        Another visit, if the visits differ; otherwise by the weak lenses.
    """
    if _visit(first) != _visit(second):
        return PairKind.OTHER_VISIT
    waves = [defocus.value if (defocus := defocus_of(info)) is not None else 0 for info in (first, second)]
    if waves[0] == waves[1]:
        return PairKind.SAME_DEFOCUS
    return PairKind.OPPOSITE_DEFOCUS if waves[0] == -waves[1] else PairKind.DIFFERENT_DEFOCUS


def ordered(one: ExposureInfo, other: ExposureInfo) -> tuple[ExposureInfo, ExposureInfo]:
    """Order the exposures of a pair: the more positive defocus first, then the earlier one."""
    first, second = sorted((one, other), key=_rank)
    return first, second


def link_by_hand(one: ExposureInfo, other: ExposureInfo) -> PairLink:
    """Make a pair that the analyst asks for.

    Parameters
    ----------
    one, other : ExposureInfo
        The exposures. For another visit, `one` is the present exposure and remains the first.

    Returns
    -------
    PairLink
        The pair; `why_no_pair` says what speaks against it.
    """
    kind = kind_of(one, other)
    first, second = (one, other) if kind is PairKind.OTHER_VISIT else ordered(one, other)
    return PairLink(first.path, second.path, kind, by_analyst=True)


def why_no_pair(one: ExposureInfo, other: ExposureInfo) -> tuple[str, ...]:
    """List the reasons why the difference of two exposures does not show the telescope or the calibration.

    Parameters
    ----------
    one, other : ExposureInfo
        The exposures. Detector and filter must be the same; in one visit the star, too; in another visit the field
        point and the defocus, but not the star.

    Returns
    -------
    tuple of str
        One sentence for each reason; empty if the two make a pair.
    """
    if one.path == other.path:
        return ("Both are the same file.",)
    reasons = [
        f"{info.path.name} is not compared: its role is {role}."
        for info in (one, other)
        if (role := role_of(info).role) in _NOT_COMPARED
    ]
    reasons += _different("The detectors differ", one.detector, other.detector)
    reasons += _different("The filters differ", band_of(one), band_of(other))
    if kind_of(one, other) is not PairKind.OTHER_VISIT:
        return (*reasons, *_star(one, other))
    reasons += _different("The field points differ", one.circumstances.aperture, other.circumstances.aperture)
    reasons += _different("The weak lenses differ", _lenses(one), _lenses(other))
    return tuple(reasons)


def _different(what: str, one: str, other: str) -> list[str]:
    return [] if one == other else [f"{what}: {one or 'none'} and {other or 'none'}."]


def _star(one: ExposureInfo, other: ExposureInfo) -> list[str]:
    same = same_star(one, other)
    if same is None:
        return ["The headers do not tell whether both have the same star."]
    names = f"{one.target or 'unnamed'} and {other.target or 'unnamed'}"
    return [] if same else [f"The stars differ: {names}."]


def _lenses(info: ExposureInfo) -> str:
    defocus = defocus_of(info)
    return "" if defocus is None else defocus.name


def _visit(info: ExposureInfo) -> tuple[str, str, str]:
    return info.program, info.observation, info.visit


def _rank(info: ExposureInfo) -> tuple[int, str, str]:
    defocus = defocus_of(info)
    return -defocus.value if defocus is not None else 0, info.date_obs, str(info.path)
