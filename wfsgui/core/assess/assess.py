"""Assessment of one stage of an exposure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wfsgui.core.assess.checks.bright_pixels import OUTLIERS_PART
from wfsgui.core.assess.checks.placement import FIELD_POINT_PART, TARGET_PART
from wfsgui.core.assess.checks.residual_background import GRADIENT_PART, HOLES_PART, LEVEL_PART
from wfsgui.core.assess.checks.sip import SIP_AT_STAR_PART, SIP_PART
from wfsgui.core.assess.checks.under_light import UNDER_LIGHT_PART
from wfsgui.core.assess.light import LIGHT_PART
from wfsgui.core.assess.part import AssessPart, measured
from wfsgui.core.assess.regions import find_regions
from wfsgui.core.assess.results import Assessment
from wfsgui.core.assess.sbr import SBR_PART
from wfsgui.core.assess.strehl import STREHL_PART
from wfsgui.core.errors import WfsguiError

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.results import StarRegions

__all__ = ["FIRST_PARTS", "PARTS", "assess_exposure", "with_strehl_ratio"]

FIRST_PARTS: Final[tuple[AssessPart, ...]] = (SBR_PART,)
"""Parts that are measured in a moment, to show something at once."""

PARTS: Final[tuple[AssessPart, ...]] = (
    SBR_PART,
    UNDER_LIGHT_PART,
    OUTLIERS_PART,
    FIELD_POINT_PART,
    TARGET_PART,
    SIP_PART,
    SIP_AT_STAR_PART,
    LEVEL_PART,
    GRADIENT_PART,
    HOLES_PART,
    LIGHT_PART,
    STREHL_PART,
)
"""Parts of an assessment, in the order in which their results are shown."""


def assess_exposure(request: AssessInput, parts: tuple[AssessPart, ...] = PARTS) -> Assessment:
    """Assess one stage of an exposure.

    A part that cannot be measured does not hide the others: its quantities and checks are listed with the reason.

    Parameters
    ----------
    request : AssessInput
        The stage and the choices of the analyst.
    parts : tuple of AssessPart, optional
        What to measure; everything by default.

    Returns
    -------
    Assessment
        Quantities and checks of all parts.
    """
    regions, no_star = _regions(request)
    found = [measured(part, request, regions, no_star) for part in parts]
    return Assessment(
        product=request.product.name,
        stage=request.stage,
        regions=regions,
        quantities=tuple(quantity for part in found for quantity in part.quantities),
        checks=tuple(check for part in found for check in part.checks),
        flags=tuple(flag for part in found for flag in part.flags),
    )


def with_strehl_ratio(assessment: Assessment, request: AssessInput) -> Assessment:
    """Add the Strehl ratio to an assessment that was made without a model star, which takes long to compute.

    Parameters
    ----------
    assessment : Assessment
        The assessment.
    request : AssessInput
        Its input, now with a model star.

    Returns
    -------
    Assessment
        The same with the Strehl ratio, or with the reason why there is none.
    """
    regions = assessment.regions
    if regions is None or not regions.in_focus:
        return assessment
    (strehl,) = measured(STREHL_PART, request, regions, "").quantities
    others = (strehl if quantity.key == strehl.key else quantity for quantity in assessment.quantities)
    return replace(assessment, quantities=tuple(others))


def _regions(request: AssessInput) -> tuple[StarRegions | None, str]:
    """Find the regions of the star, or the reason why there are none."""
    try:
        return find_regions(request.image, request.product.science.info, request.signal, request.background), ""
    except WfsguiError as error:
        return None, str(error)
