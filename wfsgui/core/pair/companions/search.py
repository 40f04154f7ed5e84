"""Search for companions of a star in the difference of a pair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.pair.companions.copy_model import ContrastMap, CopyModel
from wfsgui.core.pair.companions.fit import CompanionFit, fit_companion
from wfsgui.core.pair.companions.noise import INNER, LEAST_SIGNIFICANCE, MapNoise, detection_limits, map_noise
from wfsgui.core.pair.pixel_scale import pixel_scale
from wfsgui.core.pair.results import Companion, CompanionSearch

if TYPE_CHECKING:
    from wfsgui.core.pair.aligned import Aligned

__all__ = ["no_search", "search_companions"]

_MOST: Final = 3
"""Candidates that are searched one after the other."""

_LEAST_LEVEL: Final = 4.0
"""Level of a maximum, in standard deviations, below which it is not fitted: noise makes such maxima in most maps."""

_TOO_SMALL: Final = "There is no search for companions: the surroundings of the star are too small."
_TOO_NOISY: Final = "The search for companions cannot find any: at no distance its limit is below a third of the star."


@dataclass(frozen=True, eq=False)
class _State:
    """Difference of a pair without the candidates that have been found, and its map."""

    model: CopyModel
    contrasts: ContrastMap
    noise: MapNoise
    outer: float

    @classmethod
    def of(cls, model: CopyModel, outer: float) -> _State | None:
        """Make the map of a model; None if it is too small."""
        contrasts = model.contrasts()
        noise = map_noise(contrasts, outer)
        return None if noise is None else cls(model, contrasts, noise, outer)


def search_companions(aligned: Aligned) -> CompanionSearch:
    """Search for companions.

    Parameters
    ----------
    aligned : Aligned
        The pair, the second image turned and registered by parts of a pixel.

    Returns
    -------
    CompanionSearch
        Candidates with a significance of at least `LEAST_SIGNIFICANCE`, and detection limits. The strongest candidate
        is removed before the next one is searched.
    """
    # At least half of a copy is in the cut-out.
    outer = float(aligned.prepared.first.half)
    state = _State.of(CopyModel.of(aligned, int(outer) + 2), outer) if outer > 4 * INNER else None
    if state is None:
        return no_search(_TOO_SMALL)
    scale = pixel_scale(aligned.prepared.sides[0])
    found: list[Companion] = []
    while len(found) < _MOST:
        candidate, cleaned = _strongest(state, scale)
        if candidate is None or cleaned is None:
            break
        found.append(candidate)
        state = cleaned
    pixels, limit = detection_limits(state.contrasts, state.noise, outer)
    if not (pixels.size or found):
        return no_search(_TOO_NOISY)
    search = CompanionSearch((), pixels, pixels * scale, limit)
    told = (replace(each, limit=search.limit_at(hypot(each.dx, each.dy))) for each in found)
    return replace(search, companions=tuple(sorted(told, key=lambda each: -each.significance)))


def no_search(reason: str) -> CompanionSearch:
    """Return the result without a search.

    Parameters
    ----------
    reason : str
        The reason, one sentence.

    Returns
    -------
    CompanionSearch
        No candidates and no limits.
    """
    nothing = np.zeros(0)
    return CompanionSearch((), nothing, nothing, nothing, reason)


def _strongest(state: _State, scale: float) -> tuple[Companion | None, _State | None]:
    """Return the most significant maximum and the state without it; None if noise may have made it.

    The noise is that of the map without the candidate: a bright companion adds to the scatter of the rings.
    """
    place = _highest(state)
    fit = None if place is None else _fitted(state, place)
    if place is None or fit is None:
        return None, None
    cleaned = _State.of(state.model.without(fit.dx, fit.dy, fit.contrast), state.outer)
    if cleaned is None:
        return None, None
    factor = float(cleaned.noise.deviation[place] / cleaned.contrasts.error[place])
    ratio = fit.contrast / (fit.error * factor)
    significance = float(cleaned.noise.significance(ratio, float(cleaned.noise.freedom[place])))
    if not significance >= LEAST_SIGNIFICANCE:
        return None, None
    candidate = Companion(
        dx=fit.dx,
        dy=fit.dy,
        separation=hypot(fit.dx, fit.dy) * scale,
        contrast=fit.contrast,
        contrast_error=fit.error * factor,
        significance=significance,
        position_error=fit.position_error * factor,
    )
    return candidate, cleaned


def _highest(state: _State) -> tuple[int, int] | None:
    """Return the most significant maximum of the map, row and column; None if it is not fitted."""
    from scipy.ndimage import maximum_filter

    contrasts = state.contrasts
    ratio = np.nan_to_num(np.where(contrasts.contrast > 0, contrasts.contrast / state.noise.deviation, 0.0))
    inside = (contrasts.distance >= INNER) & (contrasts.distance <= state.outer)
    peaks = inside & (ratio > 0) & (ratio == maximum_filter(ratio, 3))
    if not peaks.any():
        return None
    levels = np.full(ratio.shape, -np.inf)
    levels[peaks] = state.noise.level(ratio[peaks], state.noise.freedom[peaks])
    row, column = np.unravel_index(int(np.argmax(levels)), levels.shape)
    return (int(row), int(column)) if levels[row, column] >= _LEAST_LEVEL else None


def _fitted(state: _State, place: tuple[int, int]) -> CompanionFit | None:
    """Fit the companion of a maximum."""
    reach = state.contrasts.reach
    return fit_companion(state.model, place[1] - reach, place[0] - reach, float(state.contrasts.contrast[place]))
