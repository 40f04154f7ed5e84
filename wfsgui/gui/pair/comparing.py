"""Comparison of two exposures as a job of a worker thread: reading, regions of the stars, comparison."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.planes import read_image
from wfsgui.core.image.display import Levels
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.pair.checks import companion_check
from wfsgui.core.pair.results import CompanionSearch, PairComparison, PairOptions, PairSide

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.assess.limits import Limits
    from wfsgui.core.assess.results import StarRegions
    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["SIGMA_SPAN", "ComparedPair", "PairRequest", "SideRequest", "compare_sides", "search_in", "with_search"]

_CENTRAL_PERCENT: Final = 99.5
"""Share of the pixels within the limits of the difference."""

SIGMA_SPAN: Final = Levels(-5.0, 5.0)
"""Limits of the difference in standard deviations."""


@dataclass(frozen=True, eq=False)
class SideRequest:
    """One exposure to compare.

    Attributes
    ----------
    info : ExposureInfo
        Identity of the exposure.
    name : str
        Name for the analyst.
    stage : str
        Stage of the image.
    image : StepImage or None
        The image; None to read it from the file.
    regions : StarRegions or None
        Regions of the star; None to find them.
    """

    info: ExposureInfo
    name: str
    stage: str
    image: StepImage | None
    regions: StarRegions | None


@dataclass(frozen=True, eq=False)
class PairRequest:
    """Two exposures to compare, and how.

    Attributes
    ----------
    first, second : SideRequest
        The exposures.
    options : PairOptions
        Choices of the analyst.
    limits : Limits
        Limits that are in force.
    """

    first: SideRequest
    second: SideRequest
    options: PairOptions
    limits: Limits


@dataclass(frozen=True, eq=False)
class ComparedPair:
    """Result of a comparison, ready to be shown.

    Attributes
    ----------
    request : PairRequest
        The request.
    first, second : PairSide
        What was compared.
    comparison : PairComparison
        The comparison.
    images : tuple of StepImage
        A, B and their difference as cut-outs, with the flags of the pixels.
    significance : StepImage
        The difference in standard deviations.
    span : Levels
        Limits of the difference, symmetric about 0.
    """

    request: PairRequest
    first: PairSide
    second: PairSide
    comparison: PairComparison
    images: tuple[StepImage, StepImage, StepImage]
    significance: StepImage
    span: Levels

    @property
    def star(self) -> tuple[float, float]:
        """Pixel of the star in the cut-outs, (x, y)."""
        corner, regions = self.comparison.corner, self.first.regions
        return regions.x - corner[0], regions.y - corner[1]


def compare_sides(request: PairRequest) -> ComparedPair:
    """Read what is missing, find the stars and compare, without companions; called in a worker thread.

    Raises
    ------
    WfsguiError
        If an image cannot be read, has no star, or the two cannot be compared.
    """
    # Imported in the worker thread: scipy takes long.
    from wfsgui.core.pair.compare import compare_pair

    first, second = _side(request.first), _side(request.second)
    comparison = compare_pair(first, second, replace(request.options, search=False), request.limits)
    unit, none = first.image.unit, np.zeros(comparison.first.shape, np.uint32)
    flags = comparison.dq or (none, none)
    images = (
        _shown(comparison.first, flags[0], unit),
        _shown(comparison.second, flags[1], unit),
        _shown(comparison.difference, flags[0] | flags[1], unit),
    )
    significance = _shown(comparison.significance, images[2].dq, "sigma")
    return ComparedPair(request, first, second, comparison, images, significance, _span(comparison.difference))


def search_in(pair: ComparedPair) -> CompanionSearch:
    """Search for companions, which takes longer than the comparison; called in a worker thread.

    Raises
    ------
    WfsguiError
        If the two cannot be compared.
    """
    from wfsgui.core.pair.compare import find_companions

    return find_companions(pair.first, pair.second)


def with_search(pair: ComparedPair, search: CompanionSearch) -> ComparedPair:
    """Add the result of a search to a comparison of the same images, whatever its options."""
    regions, comparison = pair.first.regions, pair.comparison
    check = companion_check(search, (regions.x, regions.y))
    told = replace(comparison, checks=(*comparison.checks, check), companions=search.companions, search=search)
    return replace(pair, comparison=told)


def _side(request: SideRequest) -> PairSide:
    from wfsgui.core.assess.regions import find_regions

    image = request.image if request.image is not None else read_image(request.info.path)
    try:
        regions = request.regions or find_regions(image, request.info)
    except WfsguiError as error:
        raise WfsguiError(f"{request.name}: {error}") from error
    return PairSide(request.info, request.stage, image, regions)


def _shown(values: NDArray[np.float64], dq: NDArray[np.uint32], unit: str) -> StepImage:
    plane = values.astype(np.float32)
    plane.setflags(write=False)
    return StepImage(plane, np.full_like(plane, np.nan), dq, unit)


def _span(difference: NDArray[np.float64]) -> Levels:
    """Return limits that are symmetric about 0."""
    finite = np.abs(difference[np.isfinite(difference)])
    most = float(np.percentile(finite, _CENTRAL_PERCENT)) if finite.size else 0.0
    return Levels.between(-most, most)
