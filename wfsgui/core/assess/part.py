"""Parts of an assessment: each measures some quantities and makes some checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wfsgui.core.assess.results import CheckResult, Level, Quantity
from wfsgui.core.errors import WfsguiError

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.results import FlagUnderLight, StarRegions

__all__ = ["AssessPart", "ImagePart", "Named", "Part", "StarPart", "measured"]


@dataclass(frozen=True)
class Part:
    """Result of one part of an assessment.

    Attributes
    ----------
    quantities : tuple of Quantity
        Measured numbers, in the order in which they are shown.
    checks : tuple of CheckResult
        Results of the checks, in the order in which they are shown.
    flags : tuple of FlagUnderLight
        Flags in the signal region, by falling share of the flux.
    """

    quantities: tuple[Quantity, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    flags: tuple[FlagUnderLight, ...] = ()


@dataclass(frozen=True)
class Named:
    """Key and name of a quantity or of a check; the name is for the analyst."""

    key: str
    name: str


@dataclass(frozen=True)
class StarPart:
    """Part that measures the star.

    Attributes
    ----------
    measure : callable
        Function ``(request, regions) -> Part``; it may raise `WfsguiError` with a sentence for the analyst.
    quantities, checks : tuple of Named
        What `measure` returns, so that they are listed with the reason if it fails. A check that makes no sense for an
        exposure may be absent.
    """

    measure: Callable[[AssessInput, StarRegions], Part]
    quantities: tuple[Named, ...] = ()
    checks: tuple[Named, ...] = ()


@dataclass(frozen=True)
class ImagePart:
    """Part that needs no star.

    Attributes
    ----------
    measure : callable
        Function ``(request) -> Part``; it may raise `WfsguiError` with a sentence for the analyst.
    quantities, checks : tuple of Named
        What `measure` returns, so that they are listed with the reason if it fails.
    """

    measure: Callable[[AssessInput], Part]
    quantities: tuple[Named, ...] = ()
    checks: tuple[Named, ...] = ()


AssessPart = StarPart | ImagePart


def measured(part: AssessPart, request: AssessInput, regions: StarRegions | None, no_star: str) -> Part:
    """Measure a part; its checks are `Level.CANNOT_TELL` where it fails or where there is no star.

    Parameters
    ----------
    part : AssessPart
        The part.
    request : AssessInput
        The exposure.
    regions : StarRegions or None
        Regions of the star; None if there is none.
    no_star : str
        Why there is no star, one sentence.

    Returns
    -------
    Part
        The result; with the reason in each quantity and check if there is no value.
    """
    try:
        if isinstance(part, ImagePart):
            return part.measure(request)
        return part.measure(request, regions) if regions is not None else _without_value(part, no_star)
    except WfsguiError as error:
        return _without_value(part, str(error))


def _without_value(part: AssessPart, reason: str) -> Part:
    """List quantities and checks of a part that has no values."""
    return Part(
        tuple(Quantity(each.key, each.name, float("nan"), reason=reason) for each in part.quantities),
        tuple(CheckResult(each.key, each.name, Level.CANNOT_TELL, "", reason) for each in part.checks),
    )
