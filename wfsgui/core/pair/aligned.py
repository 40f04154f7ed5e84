"""The two images of a pair on the same pixels and the same flux scale, and the numbers of their difference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import hypot, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.pair.star_cut import (
    StarCut,
    background_around,
    cut_star,
    half_size,
    outer_radius,
    star_pixel,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.measure.background import Background
    from wfsgui.core.pair.registration import Registered
    from wfsgui.core.pair.results import PairSide

__all__ = ["Aligned", "Chi2", "FluxRatio", "Prepared", "prepare"]


@dataclass(frozen=True, eq=False)
class Prepared:
    """Cut-out of the first exposure, with everything that does not depend on the registration.

    Attributes
    ----------
    sides : tuple of PairSide
        The two exposures.
    backgrounds : tuple of Background
        Their backgrounds.
    first : StarCut
        Cut-out of the first exposure.
    light, aperture : float
        Radius around the star of the compared region and of the aperture for the flux, pixels.
    """

    sides: tuple[PairSide, PairSide]
    backgrounds: tuple[Background, Background]
    first: StarCut
    light: float
    aperture: float

    @cached_property
    def distance(self) -> NDArray[np.float64]:
        """Distance of every pixel of the cut-out from the star of the first exposure, pixels, shape (n, n)."""
        offsets = np.arange(self.first.value.shape[0]) - self.first.half
        regions, centre = self.sides[0].regions, self.first.centre
        return np.asarray(
            np.hypot(offsets[None, :] - (regions.x - centre[0]), offsets[:, None] - (regions.y - centre[1]))
        )

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Pixels of the compared region, shape (n, n)."""
        return np.asarray(self.distance < self.light)


def prepare(first: PairSide, second: PairSide) -> Prepared:
    """Measure the backgrounds and cut out the first star.

    Parameters
    ----------
    first, second : PairSide
        The exposures.

    Returns
    -------
    Prepared
        The compared region is a circle around the star with the radius of the larger signal region. The aperture has
        the inner radius of the smaller background annulus, or that of the compared region if that is larger.

    Raises
    ------
    WfsguiError
        If there is no background or no usable pixel.
    """
    sides = first, second
    half = half_size(*sides)
    light = min(max(outer_radius(side.regions.signal) for side in sides), float(half))
    aperture = min(max(min(side.regions.background.inner for side in sides), light), float(half))
    backgrounds = background_around(first), background_around(second)
    cut = cut_star(first, star_pixel(first), half, backgrounds[0].level)
    return Prepared(sides, backgrounds, cut, light, aperture)


@dataclass(frozen=True)
class FluxRatio:
    """Ratio of the fluxes of two stars.

    Attributes
    ----------
    value, error : float
        Flux of the second over that of the first, and its standard deviation from ERR and from the backgrounds.
    """

    value: float
    error: float


@dataclass(frozen=True)
class Chi2:
    """Reduced chi2 of a difference.

    Attributes
    ----------
    value, error : float
        Reduced chi2; NaN without degrees of freedom. Its standard deviation for normal noise: the variance of chi2 is
        twice the degrees of freedom, plus four times what the difference adds to it.
    freedom : int
        Degrees of freedom.
    """

    value: float
    error: float
    freedom: int


@dataclass(frozen=True, eq=False)
class Aligned:
    """Two images on the same pixels, the second one in the flux scale of the first.

    Attributes
    ----------
    prepared : Prepared
        First image and regions.
    registered : Registered
        Second image on its pixels, in its own unit.
    ratio : FluxRatio
        Flux of the second over the first.
    fitted : int
        Numbers that were measured on the compared pixels and reduce the degrees of freedom: the flux ratio, and the
        shift if it was applied by parts of a pixel.
    """

    prepared: Prepared
    registered: Registered
    ratio: FluxRatio
    fitted: int

    @classmethod
    def of(cls, prepared: Prepared, registered: Registered, *, subpixel: bool) -> Aligned:
        """Measure the flux ratio of registered images; raises `WfsguiError` if there is no star."""
        return cls(prepared, registered, _flux_ratio(prepared, registered.cut), 3 if subpixel else 1)

    @cached_property
    def second(self) -> NDArray[np.float64]:
        """Second image in the flux scale of the first one, shape (n, n)."""
        return np.asarray(self.registered.cut.value / self.ratio.value)

    @cached_property
    def difference(self) -> NDArray[np.float64]:
        """First minus second, shape (n, n); NaN where either has no value."""
        return np.asarray(self.prepared.first.value - self.second)

    @cached_property
    def deviation(self) -> NDArray[np.float64]:
        """Standard deviation of the difference from both ERR planes, shape (n, n)."""
        variances = self.prepared.first.variance, self.registered.cut.variance
        return np.asarray(np.sqrt(variances[0] + variances[1] / self.ratio.value**2))

    @cached_property
    def significance(self) -> NDArray[np.float64]:
        """Difference over its standard deviation, shape (n, n)."""
        return np.asarray(self.difference / self.deviation)

    @cached_property
    def dq(self) -> NDArray[np.uint32]:
        """Flags of either exposure, shape (n, n)."""
        return self.prepared.first.dq | self.registered.cut.dq

    def rms(self) -> tuple[float, float]:
        """Return the root mean square of the difference in the compared region, with its standard deviation.

        The variance of the sum of squares of normal differences d with the standard deviations s is
        ``sum(4 s**2 d**2 - 2 s**4)``, where d**2 stands for the expected square.
        """
        known = self.prepared.inside & np.isfinite(self.difference)
        squares = np.square(self.difference[known])
        if not squares.size:
            return nan, nan
        rms = sqrt(float(squares.mean()))
        variances = np.square(self.deviation[known])
        spread = np.maximum(4 * variances * squares - 2 * variances**2, 0)
        error = sqrt(float(spread.sum())) / (2 * squares.size * rms) if rms > 0 else nan
        return rms, error

    def share(self) -> float:
        """Return the root mean square of the difference over that of the first image in the compared region."""
        known = self.prepared.inside & np.isfinite(self.difference)
        power = float(np.square(self.prepared.first.value[known]).sum())
        return sqrt(float(np.square(self.difference[known]).sum()) / power) if power > 0 else nan

    def chi2(self) -> Chi2:
        """Return the reduced chi2 of the difference in the compared region, from ERR."""
        return self._chi2(self.significance)

    def random_chi2(self) -> Chi2 | None:
        """Return the same without the error of the flat field; None if an exposure has no variances."""
        variances = self.prepared.first.random, self.registered.cut.random
        if variances[0] is None or variances[1] is None:
            return None
        return self._chi2(self.difference / np.sqrt(variances[0] + variances[1] / self.ratio.value**2))

    def _chi2(self, significance: NDArray[np.float64]) -> Chi2:
        known = significance[self.prepared.inside & np.isfinite(significance)]
        freedom = known.size - self.fitted
        if freedom <= 0:
            return Chi2(nan, nan, max(freedom, 0))
        reduced = float(np.square(known).sum()) / freedom
        return Chi2(reduced, sqrt((2 + 4 * max(reduced - 1, 0)) / freedom), freedom)


def _flux_ratio(prepared: Prepared, second: StarCut) -> FluxRatio:
    first = prepared.first
    common = (prepared.distance < prepared.aperture) & np.isfinite(first.value) & np.isfinite(second.value)
    common &= ~(first.single | second.single)
    pixels = int(np.count_nonzero(common))
    fluxes = [float(cut.value[common].sum()) for cut in (first, second)]
    for flux, side in zip(fluxes, prepared.sides, strict=True):
        if not (pixels and flux > 0):
            raise WfsguiError(
                f"The flux of the star of {side.info.path.name} is not above the background in the pixels that both "
                "exposures have; choose other regions or another exposure."
            )
    relative = [
        hypot(sqrt(float(np.nansum(cut.variance[common]))), pixels * background.error) / flux
        for cut, background, flux in zip((first, second), prepared.backgrounds, fluxes, strict=True)
    ]
    ratio = fluxes[1] / fluxes[0]
    return FluxRatio(ratio, ratio * hypot(*relative))
