"""Pairs of exposures that belong together, found from their headers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.pair.mates import band_of, kind_of, ordered, same_star
from wfsgui.core.pair.results import PairKind, PairLink
from wfsgui.core.visit.roles import Defocus, Role, role_of

if TYPE_CHECKING:
    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.product import Product

__all__ = ["pairs_of"]

_PAIRED: Final = (Role.FINE_PHASING, Role.IN_FOCUS, Role.MULTI_FIELD)
"""Roles of exposures that are paired by themselves; in a focus sweep, equal headers do not mean equal focus."""

_SAME_PLACE: Final = 0.01
"""Largest distance of two exposures at the same dither position, arcsec: a third of a pixel of NIRCam."""


@dataclass(frozen=True)
class _Exposure:
    """One exposure of a group, with its time in seconds or, if a time of the group is missing, in exposures."""

    info: ExposureInfo
    defocus: Defocus | None
    time: float


def pairs_of(products: Iterable[Product]) -> tuple[PairLink, ...]:
    """Find the pairs among science exposures.

    Exposures belong together if visit, detector, filter (`band_of`) and star are the same.

    - Positive and negative defocus of the same power are paired: first those at the same dither position, then the
      others; each time those that are nearest in time, so that repeats are paired in their order.
    - An exposure without such a partner is paired with another defocus: the nearest in power, then in time.
    - Exposures with the same optical elements are paired with the next one in time.

    Parameters
    ----------
    products : iterable of Product
        Products in any order.

    Returns
    -------
    tuple of PairLink
        Opposite defocus first, then different defocus, then the same defocus; each in the order of time.
    """
    infos = {product.science.path: product.science.info for product in products}
    links = [link for group in _groups(infos.values()) for link in _links(group)]
    return tuple(sorted(links, key=lambda link: tuple(PairKind).index(link.kind)))


def _groups(infos: Iterable[ExposureInfo]) -> list[list[_Exposure]]:
    """Group the exposures of the same star, detector, filter and visit, each in the order of time."""
    groups: list[list[ExposureInfo]] = []
    for info in sorted(infos, key=lambda info: (info.date_obs, info.path)):
        if role_of(info).role not in _PAIRED:
            continue
        mates = next((group for group in groups if _together(group[0], info)), None)
        if mates is None:
            groups.append([info])
        else:
            mates.append(info)
    return [_timed(group) for group in groups]


def _together(one: ExposureInfo, other: ExposureInfo) -> bool:
    return _keywords(one) == _keywords(other) and same_star(one, other) is True


def _keywords(info: ExposureInfo) -> tuple[str, ...]:
    return info.program, info.observation, info.visit, info.instrument, info.detector, band_of(info)


def _timed(group: list[ExposureInfo]) -> list[_Exposure]:
    times = [_seconds(info) for info in group]
    known = [time for time in times if time is not None]
    used = known if len(known) == len(group) else [float(number) for number in range(len(group))]
    return [_Exposure(info, role_of(info).defocus, time) for info, time in zip(group, used, strict=True)]


def _seconds(info: ExposureInfo) -> float | None:
    try:
        return datetime.fromisoformat(info.date_obs).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _links(group: list[_Exposure]) -> list[PairLink]:
    """Find the pairs of one group."""
    by_defocus: dict[Defocus | None, list[_Exposure]] = {}
    for exposure in group:
        by_defocus.setdefault(exposure.defocus, []).append(exposure)
    opposite = [
        pair
        for defocus, positive in by_defocus.items()
        if defocus is not None and defocus.value > 0
        for pair in _mates(positive, by_defocus.get(_opposite(defocus), []))
    ]
    paired = {id(exposure) for pair in opposite for exposure in pair}
    alone = [exposure for exposure in group if exposure.defocus is not None and id(exposure) not in paired]
    different = [(exposure, mate) for exposure in alone if (mate := _nearest_defocus(exposure, group)) is not None]
    repeats = [pair for same in _by_elements(group) for pair in pairwise(same)]
    return _unique([*opposite, *different, *repeats])


def _opposite(defocus: Defocus) -> Defocus | None:
    return next((other for other in Defocus if other.value == -defocus.value), None)


def _by_elements(group: list[_Exposure]) -> list[list[_Exposure]]:
    """Divide a group by optical elements."""
    parts: dict[tuple[str, str], list[_Exposure]] = {}
    for exposure in group:
        parts.setdefault((exposure.info.filter, exposure.info.pupil), []).append(exposure)
    return list(parts.values())


def _mates(ones: Sequence[_Exposure], others: Sequence[_Exposure]) -> list[tuple[_Exposure, _Exposure]]:
    """Pair two lists: exposures at the same position first, then those that are left."""
    pairs: list[tuple[_Exposure, _Exposure]] = []
    for allowed in (_same_place, _anywhere):
        left, right = ([each for each in side if all(each not in pair for pair in pairs)] for side in (ones, others))
        pairs += _nearest_in_time(left, right, allowed)
    return sorted(pairs, key=lambda pair: min(pair[0].time, pair[1].time))


def _nearest_in_time(
    ones: Sequence[_Exposure], others: Sequence[_Exposure], allowed: Callable[[_Exposure, _Exposure], bool]
) -> list[tuple[_Exposure, _Exposure]]:
    """Pair as many as possible, with the least sum of the squared differences of time: it keeps repeats in order."""
    from scipy.optimize import linear_sum_assignment

    if not (ones and others):
        return []
    cost = np.array([[(one.time - other.time) ** 2 for other in others] for one in ones])
    possible = np.array([[allowed(one, other) for other in others] for one in ones])
    cost[~possible] = (cost.max() + 1) * cost.size
    rows, columns = linear_sum_assignment(cost)
    return [(ones[row], others[column]) for row, column in zip(rows, columns, strict=True) if possible[row, column]]


def _same_place(one: _Exposure, other: _Exposure) -> bool:
    here, there = one.info.circumstances.dither_offset, other.info.circumstances.dither_offset
    return here is not None and there is not None and hypot(here[0] - there[0], here[1] - there[1]) <= _SAME_PLACE


def _anywhere(_one: _Exposure, _other: _Exposure) -> bool:
    return True


def _nearest_defocus(exposure: _Exposure, group: list[_Exposure]) -> _Exposure | None:
    """Return the exposure with the nearest other defocus, of these the nearest in time."""
    others = [other for other in group if other.defocus is not None and other.defocus is not exposure.defocus]
    return min(others, key=lambda other: (_power(exposure, other), abs(exposure.time - other.time)), default=None)


def _power(one: _Exposure, other: _Exposure) -> int:
    if one.defocus is None or other.defocus is None:
        raise AssertionError("only exposures with a lens have a power")
    return abs(one.defocus.value - other.defocus.value)


def _unique(pairs: Iterable[tuple[_Exposure, _Exposure]]) -> list[PairLink]:
    """Make links of pairs; each pair once."""
    links: dict[frozenset[str], PairLink] = {}
    for one, other in pairs:
        first, second = ordered(one.info, other.info)
        key = frozenset((str(first.path), str(second.path)))
        links.setdefault(key, PairLink(first.path, second.path, kind_of(first, second)))
    return list(links.values())
