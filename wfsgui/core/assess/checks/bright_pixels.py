"""Part of an assessment: single bright pixels in the light of a star out of focus that no flag leaves out."""

from __future__ import annotations

from math import hypot, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.assess.checks.fitted_region import require_fitted_region
from wfsgui.core.assess.checks.limit_check import limit_check
from wfsgui.core.assess.near_star import near_star
from wfsgui.core.assess.outliers import LEAST_RADIUS, RATIO, outliers_in
from wfsgui.core.assess.part import Named, Part, StarPart
from wfsgui.core.assess.results import Level, Quantity
from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.number_text import with_uncertainty
from wfsgui.core.regions.shapes import enclosing_circle

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.results import StarRegions

__all__ = ["OUTLIERS_PART", "light_in_outliers"]

_OUTLIERS: Final = Named("outliers", "Light in outlier pixels")
_PERCENT: Final = 100.0
_DEFINITION: Final = (
    "Sum above the background of the usable pixels of the signal region that are more than "
    f"{RATIO:g} times as bright as the sixth brightest of the 5 x 5 pixels around them, over the sum of all: hot "
    "pixels and cosmic rays without DO_NOT_USE. The error is from ERR and from the background."
)
_TOO_SHARP: Final = (
    f"Light that is in focus, or of a radius of less than {LEAST_RADIUS:.0f} px, is as sharp as an outlier pixel."
)


def light_in_outliers(request: AssessInput, regions: StarRegions) -> Part:
    """Measure the light in outlier pixels.

    Parameters
    ----------
    request : AssessInput
        The stage.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Part
        The share of the light, and the check; no check of light that is too sharp.

    Raises
    ------
    WfsguiError
        If no pixel of the annulus can be used, if the signal region has no flux above the background, or if it is not
        fitted to the light.
    """
    require_fitted_region(request, regions)
    circle = enclosing_circle(regions.signal)
    if regions.in_focus or circle.radius < LEAST_RADIUS:
        return Part((Quantity(_OUTLIERS.key, _OUTLIERS.name, nan, unit="%", reason=_TOO_SHARP),))
    around = near_star(request.image, enclosing_circle(regions.background)).background(regions.background)
    near = near_star(request.image, circle)
    place = circle.moved(-near.left, -near.low)
    inside = regions.signal.moved(-near.left, -near.low).mask(near.shape) & np.isfinite(near.image.sci)
    found = outliers_in(near.image, place, around.level, around.mad_std) & inside
    light = near.image.sci.astype(float) - around.level
    total, count = float(light[inside].sum()), int(np.count_nonzero(found))
    if not total > 0:
        raise WfsguiError("The signal region has no flux above the background; place the region on the star.")
    share = _PERCENT * float(light[found].sum()) / total
    errors = np.nan_to_num(near.image.err[found].astype(float), nan=0.0, posinf=0.0, neginf=0.0)
    error = _PERCENT * hypot(float(np.linalg.norm(errors)), count * around.error) / total
    limit, text = request.limits[_OUTLIERS.key], with_uncertainty(share, error, "%")
    brightest = np.unravel_index(int(np.argmax(np.where(found, light, -np.inf))), light.shape)
    return Part(
        (Quantity(_OUTLIERS.key, _OUTLIERS.name, share, error, "%", regions.signal, _DEFINITION),),
        (
            limit_check(
                _OUTLIERS,
                limit,
                Level.GOOD if limit.is_met(share) else Level.BAD,
                text,
                f"Outlier pixels in the signal region that no flag leaves out: "
                f"{f'{count}, with {text} of the light' if count else 'none'}.",
                place=(float(brightest[1] + near.left), float(brightest[0] + near.low)) if count else None,
            ),
        ),
    )


OUTLIERS_PART: Final = StarPart(light_in_outliers, (_OUTLIERS,), (_OUTLIERS,))
"""The part of outlier pixels."""
