"""Assessment of one stage of an exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wfsgui.core.assess.part import AssessPart, measured
from wfsgui.core.assess.regions import find_regions
from wfsgui.core.assess.results import Assessment
from wfsgui.core.errors import WfsguiError

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.results import StarRegions

__all__ = ["PARTS", "assess_exposure"]

PARTS: Final[tuple[AssessPart, ...]] = ()
"""Parts of an assessment, in the order in which their results are shown."""


def assess_exposure(request: AssessInput) -> Assessment:
    """Assess one stage of an exposure.

    A part that cannot be measured does not hide the others: its quantities and checks are listed with the reason.

    Parameters
    ----------
    request : AssessInput
        The stage and the choices of the analyst.

    Returns
    -------
    Assessment
        Quantities and checks of all parts.
    """
    regions, no_star = _regions(request)
    parts = [measured(part, request, regions, no_star) for part in PARTS]
    return Assessment(
        product=request.product.name,
        stage=request.stage,
        regions=regions,
        quantities=tuple(quantity for part in parts for quantity in part.quantities),
        checks=tuple(check for part in parts for check in part.checks),
        flags=tuple(flag for part in parts for flag in part.flags),
    )


def _regions(request: AssessInput) -> tuple[StarRegions | None, str]:
    """Find the regions of the star, or the reason why there are none."""
    try:
        return find_regions(request.image, request.product.science.info, request.signal, request.background), ""
    except WfsguiError as error:
        return None, str(error)
