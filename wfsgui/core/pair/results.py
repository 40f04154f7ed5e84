"""Pairs of exposures, and the results of their comparison."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from wfsgui.core.assess.results import FlagUnderLight

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from wfsgui.core.assess.results import CheckResult, Quantity, StarRegions
    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.step_image import StepImage

__all__ = [
    "Companion",
    "CompanionSearch",
    "DisagreeingFlag",
    "PairComparison",
    "PairKind",
    "PairLink",
    "PairOptions",
    "PairSide",
]


class PairKind(StrEnum):
    """Why two exposures are compared."""

    OPPOSITE_DEFOCUS = "opposite defocus"
    DIFFERENT_DEFOCUS = "different defocus"
    SAME_DEFOCUS = "same defocus"
    OTHER_VISIT = "another visit"


@dataclass(frozen=True)
class PairLink:
    """Two exposures that belong together.

    Attributes
    ----------
    first, second : Path
        Science exposures. Of opposite defocus, the positive one is the first.
    kind : PairKind
        Why they belong together.
    by_analyst : bool
        Whether the analyst made the pair.
    """

    first: Path
    second: Path
    kind: PairKind
    by_analyst: bool = False


@dataclass(frozen=True, eq=False)
class PairSide:
    """One exposure of a comparison.

    Attributes
    ----------
    info : ExposureInfo
        Identity of the exposure.
    stage : str
        Stage of the image.
    image : StepImage
        The image.
    regions : StarRegions
        Regions of its star.
    """

    info: ExposureInfo
    stage: str
    image: StepImage
    regions: StarRegions


@dataclass(frozen=True)
class PairOptions:
    """Choices of a comparison.

    Attributes
    ----------
    turned : bool
        Whether the second image is turned by 180 degrees. Images of opposite defocus show the pupil in the same
        orientation then, and the difference shows all aberrations. Not turned, even aberrations of the wavefront
        (such as astigmatism) differ and odd ones (such as coma) cancel out.
    subpixel : bool
        Whether the images are registered by parts of a pixel; by whole pixels otherwise.
    search : bool
        Whether companions are searched, which does not depend on the other choices.
    """

    turned: bool = False
    subpixel: bool = False
    search: bool = True


@dataclass(frozen=True)
class Companion:
    """Candidate for a second star.

    Attributes
    ----------
    dx, dy : float
        Position relative to the star, pixels.
    separation : float
        Distance from the star, arcsec.
    contrast, contrast_error : float
        Flux over that of the star, and its standard deviation.
    significance : float
        Standard deviations of a normal distribution that have the probability that noise makes such a candidate
        anywhere in the searched area.
    limit : float
        Contrast at this separation at which 95 of 100 companions are found.
    position_error : float
        Standard deviation of `dx` and of `dy`, pixels.
    """

    dx: float
    dy: float
    separation: float
    contrast: float
    contrast_error: float
    significance: float
    limit: float = nan
    position_error: float = nan


@dataclass(frozen=True, eq=False)
class CompanionSearch:
    """Result of a search for companions.

    Attributes
    ----------
    companions : tuple of Companion
        Candidates, the most significant first.
    pixels, separation : ndarray of float64, shape (n,)
        Distances from the star, pixels and arcsec, ascending; arcsec are NaN if the pixel scale is not known.
    limit : ndarray of float64, shape (n,)
        Contrast at these distances at which 95 of 100 companions are found.
    reason : str
        Why there was no search, one sentence; empty if there was one.
    """

    companions: tuple[Companion, ...]
    pixels: NDArray[np.float64]
    separation: NDArray[np.float64]
    limit: NDArray[np.float64]
    reason: str = ""

    def limit_at(self, pixels: float) -> float:
        """Return the detection limit at a distance from the star in pixels; NaN outside of the searched distances."""
        return float(np.interp(pixels, self.pixels, self.limit, nan, nan)) if self.pixels.size else nan


@dataclass(frozen=True)
class DisagreeingFlag(FlagUnderLight):
    """Flag of pixels in which the two exposures disagree.

    Attributes
    ----------
    expected : float
        Number of these pixels if flag and disagreement had nothing to do with each other.
    chi2_share : float
        Their part of the sum of the squared significance in the compared region, from 0 to 1.
    """

    expected: float = nan
    chi2_share: float = nan


@dataclass(frozen=True, eq=False)
class PairComparison:
    """Comparison of two exposures around their star.

    All images have the same shape (n, n), the unit of the first exposure, and the star in the same pixel; they are NaN
    where a pixel cannot be used.

    Attributes
    ----------
    first, second : ndarray of float64, shape (n, n)
        Cut-outs, the background subtracted; the second one registered, scaled in flux and turned as asked.
    difference : ndarray of float64, shape (n, n)
        First minus second.
    significance : ndarray of float64, shape (n, n)
        Difference over its standard deviation from both ERR planes.
    corner : tuple of int
        Pixel (x, y) of the first image that is pixel (0, 0) of the cut-outs.
    options : PairOptions
        The choices.
    quantities : tuple of Quantity
        Shift, flux ratio, rms of the difference, reduced chi2 and so on.
    checks : tuple of CheckResult
        Results of the checks.
    flags : tuple of DisagreeingFlag
        Flags of either exposure in the pixels where the two disagree, by falling share of chi2.
    companions : tuple of Companion
        Candidates, the most significant first.
    search : CompanionSearch or None
        Candidates with the detection limits; None if companions were not searched.
    dq : tuple of ndarray of uint32, shape (n, n), or None
        Flags of the first and of the second exposure in the pixels of the cut-outs; None if they are not known.
    """

    first: NDArray[np.float64]
    second: NDArray[np.float64]
    difference: NDArray[np.float64]
    significance: NDArray[np.float64]
    corner: tuple[int, int]
    options: PairOptions
    quantities: tuple[Quantity, ...]
    checks: tuple[CheckResult, ...]
    flags: tuple[DisagreeingFlag, ...] = ()
    companions: tuple[Companion, ...] = ()
    search: CompanionSearch | None = None
    dq: tuple[NDArray[np.uint32], NDArray[np.uint32]] | None = None

    def quantity(self, key: str) -> Quantity | None:
        """Return a quantity by its key; None if it was not measured."""
        return next((quantity for quantity in self.quantities if quantity.key == key), None)

    def check(self, key: str) -> CheckResult | None:
        """Return a check by its key; None if it was not made."""
        return next((check for check in self.checks if check.key == key), None)
