"""Pairs of exposures, and the results of their comparison."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from wfsgui.core.assess.results import CheckResult, FlagUnderLight, Quantity, StarRegions
    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.step_image import StepImage

__all__ = ["Companion", "PairComparison", "PairKind", "PairLink", "PairOptions", "PairSide"]


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
        Whether the second image is turned by 180 degrees, which compares the even aberrations of opposite defocus.
    subpixel : bool
        Whether the images are registered by parts of a pixel; by whole pixels otherwise.
    """

    turned: bool = False
    subpixel: bool = False


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
        Contrast over its error, corrected as the guide says.
    """

    dx: float
    dy: float
    separation: float
    contrast: float
    contrast_error: float
    significance: float


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
    flags : tuple of FlagUnderLight
        Flags of the pixels where the two disagree.
    companions : tuple of Companion
        Candidates, the most significant first.
    """

    first: NDArray[np.float64]
    second: NDArray[np.float64]
    difference: NDArray[np.float64]
    significance: NDArray[np.float64]
    corner: tuple[int, int]
    options: PairOptions
    quantities: tuple[Quantity, ...]
    checks: tuple[CheckResult, ...]
    flags: tuple[FlagUnderLight, ...] = ()
    companions: tuple[Companion, ...] = ()
