"""Noise of a map of contrasts: significance of its maxima, and detection limits."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, nan, pi
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.pair.companions.copy_model import ContrastMap

__all__ = ["INNER", "LEAST_SIGNIFICANCE", "MapNoise", "detection_limits", "map_noise"]

LEAST_SIGNIFICANCE: Final = 5.0
"""Least significance of a candidate.

Normal noise would make one in 3 million pairs; what aberrations leave in a map is less normal.
"""

INNER: Final = 4.0
"""Smallest distance of a companion from the star, pixels: two resolution elements of NIRCam at 2.1 um."""

_WIDTH: Final = 3.0
"""Half of the width of the ring in which the scatter of the contrast is measured, pixels."""

_RING_SHARE: Final = 0.1
"""The same over the radius, far from the star."""

_FEWEST: Final = 100
"""Offsets that a map must have."""

_FEWEST_IN_RING: Final = 8
_FOUND: Final = 0.95
"""Share of the companions that are found at the detection limit."""

_MOST_LIMIT: Final = 0.3
"""Largest contrast of a detection limit: closer to the star there is none."""

_MOST_PLACES: Final = 200
"""Places of a ring at which the limit is computed."""

_STEP: Final = 3.0
"""Distance of the radii at which the limit is computed, pixels."""

_HIGHEST: Final = 38.0
"""Level of a normal distribution from which probabilities are 0 in floating-point numbers."""


@dataclass(frozen=True, eq=False)
class MapNoise:
    """Noise of a map of contrasts, measured from the map itself, ring by ring.

    Attributes
    ----------
    deviation : ndarray of float64, shape (n, n)
        Standard deviation of the contrast at every offset: the formal one times the scatter in the ring.
    freedom : ndarray of float64, shape (n, n)
        Independent offsets in half of the ring, less one. The other half has the same values with the other sign.
    correlation : float
        Correlation length of the map, pixels.
    area : float
        Searched area, square pixels.
    """

    deviation: NDArray[np.float64]
    freedom: NDArray[np.float64]
    correlation: float
    area: float

    def level(self, ratio: NDArray[np.float64] | float, freedom: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return the level of a normal distribution that is as improbable as a ratio of contrast and deviation.

        The scatter of a ring close to the star is known from few independent offsets, so the ratio follows Student's
        distribution (Mawet et al. 2014, ApJ 792, 97).
        """
        from scipy.stats import norm, t

        level = np.asarray(norm.isf(t.sf(ratio, freedom)), float)
        # Beyond the range of probabilities there are many degrees of freedom only.
        return np.where(np.isfinite(level), level, np.minimum(ratio, _HIGHEST))

    def significance(
        self, ratio: NDArray[np.float64] | float, freedom: NDArray[np.float64] | float
    ) -> NDArray[np.float64]:
        """Return the significance of a maximum, with regard to the searched area.

        The expected number of maxima of a smooth normal field above the level u is
        ``area u exp(-u**2 / 2) / ((2 pi)**1.5 length**2)`` (Adler 1981, The Geometry of Random Fields). The
        significance is the level of a normal distribution with that probability.
        """
        from scipy.special import ndtri_exp

        level = np.maximum(self.level(ratio, freedom), 1.0)
        number = np.log(self.area * level) - level**2 / 2 - 1.5 * log(2 * pi) - 2 * log(self.correlation)
        return np.asarray(-ndtri_exp(np.minimum(number, -1e-9)))


def map_noise(contrasts: ContrastMap, outer: float) -> MapNoise | None:
    """Measure the noise of a map.

    Parameters
    ----------
    contrasts : ContrastMap
        The map.
    outer : float
        Largest searched distance from the star, pixels.

    Returns
    -------
    MapNoise or None
        None if the map is too small.
    """
    ratio = contrasts.contrast / contrasts.error
    searched = (contrasts.distance >= INNER) & (contrasts.distance <= outer) & np.isfinite(ratio)
    if np.count_nonzero(searched) < _FEWEST:
        return None
    radii = np.arange(INNER, outer + 1)
    places, values = contrasts.distance[searched], ratio[searched]
    scatter = np.array([_scatter(values[np.abs(places - radius) <= _half_width(radius)]) for radius in radii])
    known = np.isfinite(scatter)
    if not known.any():
        return None
    # Never less than the formal noise.
    factor = np.interp(contrasts.distance, radii[known], np.maximum(scatter[known], 1.0))
    length = _correlation_length(np.where(searched, ratio / factor, np.nan))
    independent = pi * contrasts.distance * 2 * _half_width(contrasts.distance) / (2 * pi * length**2)
    return MapNoise(
        deviation=contrasts.error * factor,
        freedom=np.maximum(independent - 1, 1.0),
        correlation=length,
        area=float(np.count_nonzero(searched)),
    )


def detection_limits(
    contrasts: ContrastMap, noise: MapNoise, outer: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compute the contrasts at which 95 of 100 companions are found.

    A companion of contrast c at an offset with the deviation s is found if noise does not carry it below the level u
    of detection: with the probability that a normal deviate is less than c / s - u. The limit is that of companions at
    random angles.

    Parameters
    ----------
    contrasts : ContrastMap
        The map.
    noise : MapNoise
        Its noise.
    outer : float
        Largest searched distance from the star, pixels.

    Returns
    -------
    pixels, limit : ndarray of float64, shape (k,)
        Distances from the star, and the contrasts; without the distances at which the limit exceeds 0.3.
    """
    pixels = np.arange(INNER + 1, outer, _STEP)
    limits = np.array([_limit(contrasts, noise, radius) for radius in pixels])
    with np.errstate(invalid="ignore"):
        good = limits <= _MOST_LIMIT
    return pixels[good], limits[good]


def _limit(contrasts: ContrastMap, noise: MapNoise, radius: float) -> float:
    from scipy.special import ndtr

    ring = (np.abs(contrasts.distance - radius) <= 1) & np.isfinite(noise.deviation)
    deviations = noise.deviation[ring]
    if not deviations.size:
        return nan
    deviations = deviations[:: -(-deviations.size // _MOST_PLACES)]
    level = _detection_level(noise, float(np.median(noise.freedom[ring])))
    # Between the limits of the best and of the worst place.
    trials = np.geomspace(level * deviations.min(), (level + 3) * deviations.max(), 100)
    found = ndtr(trials[:, None] / deviations[None, :] - level).mean(axis=1)
    return float(np.interp(_FOUND, found, trials))


def _detection_level(noise: MapNoise, freedom: float) -> float:
    """Return the ratio of contrast and deviation at the least significance."""
    ratios = np.geomspace(1.0, 1e4, 200)
    return float(np.interp(LEAST_SIGNIFICANCE, noise.significance(ratios, freedom), ratios))


def _half_width(radius: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.maximum(_WIDTH, _RING_SHARE * np.asarray(radius))


def _scatter(values: NDArray[np.float64]) -> float:
    """Return the standard deviation about zero, from the median of the sizes; NaN for too few values."""
    return 1.4826 * float(np.median(np.abs(values))) if values.size >= _FEWEST_IN_RING else nan


def _correlation_length(normal: NDArray[np.float64]) -> float:
    """Return the standard deviation of a map over that of its slope, pixels."""
    slopes = np.concatenate([np.diff(normal, axis=axis).ravel() for axis in (0, 1)])
    slope, spread = (_scatter(values[np.isfinite(values)]) for values in (slopes, normal))
    return min(max(spread / slope, 0.5), 20.0) if slope > 0 else 1.0
