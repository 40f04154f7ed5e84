"""Strehl ratio of a star in focus, against a model star."""

from __future__ import annotations

from math import hypot, isfinite, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.assess.light import light_of
from wfsgui.core.assess.part import Named, Part, StarPart
from wfsgui.core.assess.results import Quantity
from wfsgui.core.measure.cutout import Cutout
from wfsgui.core.measure.profiles import encircled_energy
from wfsgui.core.model.step_image import StepImage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.results import Assessment, StarRegions
    from wfsgui.core.regions.shapes import Circle

__all__ = ["STREHL_PART", "awaits_model", "measure_strehl"]

_STREHL: Final = Named("strehl", "Strehl ratio")

_PEAK_REACH: Final = 6.0
"""Half the width of the pixels for the peak of a star, pixels."""

_PEAK_STEPS: Final = 20
"""Steps to a pixel in the search of the peak."""

_OUT_OF_FOCUS: Final = "The star is not in focus, so it has no Strehl ratio."
_NO_CORE: Final = "Pixels of the core have no value that may be used, so there is no Strehl ratio."
_NOT_COMPUTED: Final = "The model of a star, with which the peak is compared, has not been computed."
_NO_MODEL: Final = (
    "There is no model of a star with this detector and filter, or poppy is not installed; "
    "install wfsgui with the extra demo."
)
_DEFINITION: Final = (
    "Peak over the sum in the circle, divided by the same of a model star at the same position; the model has the "
    "pupil of the telescope, one wavelength and no wavefront error."
)


def measure_strehl(request: AssessInput, regions: StarRegions) -> Part:
    """Compare the peak, in units of the light in the circle, with that of a model star at the same position.

    Parameters
    ----------
    request : AssessInput
        The exposure, with the function that makes the model star.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Part
        The Strehl ratio, or the reason why there is none.

    Raises
    ------
    WfsguiError
        If no pixel of the circle or of the annulus can be used.
    """
    if not regions.in_focus:
        return _without(_OUT_OF_FOCUS)
    light = light_of(request.image, regions)
    found, circle = light.found, light.found.circle
    cutout = Cutout.around(light.image, circle.x, circle.y, _PEAK_REACH)
    if not (isfinite(found.flux) and np.isfinite(cutout.value).all()):
        return _without(_NO_CORE)
    if request.model_star is None:
        return _without(_NOT_COMPUTED)
    made = request.model_star(request.product.science.info, light.circle.x, light.circle.y)
    if made is None:
        return _without(_NO_MODEL)
    peak = _peak(cutout.value)
    value = peak / found.flux / _model_peak(*made, light.circle)
    brightest = np.unravel_index(int(np.argmax(cutout.value)), cutout.value.shape)
    error = value * hypot(float(cutout.error[brightest]) / peak, hypot(found.error, found.systematic) / found.flux)
    return Part((Quantity(_STREHL.key, _STREHL.name, value, error, "", light.circle, _DEFINITION),))


def awaits_model(assessment: Assessment) -> bool:
    """Whether an assessment lacks only the model star for the Strehl ratio."""
    return any(quantity.reason == _NOT_COMPUTED for quantity in assessment.quantities)


def _model_peak(stamp: NDArray[np.float32], left: int, low: int, circle: Circle) -> float:
    """Return the peak of a model star over its light in the circle."""
    none = np.zeros(stamp.shape, np.float32)
    image = StepImage(sci=stamp, err=none, dq=none.astype(np.uint32), unit="")
    x, y = circle.x - left, circle.y - low
    whole = float(encircled_energy(image, x, y, circle.radius, background=0.0).flux[-1])
    return _peak(Cutout.around(image, x, y, _PEAK_REACH).value) / whole


def _peak(values: NDArray[np.float64]) -> float:
    """Return the maximum of a quintic spline through pixels."""
    from scipy.ndimage import map_coordinates

    row, column = np.unravel_index(int(np.argmax(values)), values.shape)
    fine = np.arange(-_PEAK_STEPS, _PEAK_STEPS + 1) / _PEAK_STEPS
    places = np.meshgrid(row + fine, column + fine, indexing="ij")
    return float(map_coordinates(values, places, order=5, mode="nearest").max())


def _without(reason: str) -> Part:
    return Part((Quantity(_STREHL.key, _STREHL.name, nan, reason=reason),))


STREHL_PART: Final = StarPart(measure_strehl, (_STREHL,))
"""Strehl ratio of a star in focus."""
