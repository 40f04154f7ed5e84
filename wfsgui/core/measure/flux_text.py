"""Text of fluxes, radii and backgrounds, with unit, errors, circle and annulus."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from wfsgui.core.measure.number_text import number, with_error

if TYPE_CHECKING:
    from wfsgui.core.measure.background import Background
    from wfsgui.core.measure.photometry import Photometry
    from wfsgui.core.regions.shapes import Annulus

__all__ = [
    "BACKGROUND_TIP",
    "FLUX_TIP",
    "RADIUS_TIP",
    "background_text",
    "flux_text",
    "radius_text",
    "solid_angle",
    "statistical",
]

BACKGROUND_TIP: Final = (
    "Median of the annulus; it is subtracted. Unused parts of the annulus are outside of the image, have no value or "
    "are flagged DO_NOT_USE."
)
RADIUS_TIP: Final = "The error follows from the error of the background."
FLUX_TIP: Final = (
    "Sum above the background. Statistical: from ERR and the noise of the background. Background: upper bound of "
    "the effect of the star's own flux in the annulus, or of a gradient there."
)

# The used fraction of the annulus is written if it is smaller.
_WHOLE: Final = 0.98


def statistical(value: float, error: float, unit: str) -> str:
    """Write a number with its statistical error."""
    text = with_error(value, error, unit)
    return f"{text} (statistical)" if isfinite(value) and isfinite(error) else text


def background_text(found: Background, unit: str) -> str:
    """Write a background with its error, its annulus and the used fraction of the annulus."""
    part = "" if found.share > _WHOLE else f", {found.share:.0%} of the annulus"
    return f"{statistical(found.level, found.error, unit)}, {_span(found.annulus)}{part}"


def radius_text(length: float, error: float, found: Photometry) -> str:
    """Write a radius or a diameter of a fraction of a flux, and the circle of that flux; "none" if it is not known."""
    if not isfinite(length):
        return number(length)
    return f"{with_error(length, error, 'px')} (of the {_where(found)})"


def flux_text(found: Photometry, factor: float, unit: str) -> str:
    """Write a flux with both errors, its circle and its annulus.

    Parameters
    ----------
    found : Photometry
        The flux.
    factor : float
        Factor from the unit of the image to `unit`.
    unit : str
        Unit of the text.

    Returns
    -------
    str
        "none" if the flux is not known.
    """
    if not isfinite(found.flux):
        return number(found.flux)
    text = statistical(factor * found.flux, factor * found.error, unit)
    return f"{text} \N{PLUS-MINUS SIGN} {factor * found.systematic:.2g} {unit} (background); {_where(found)}"


def solid_angle(*, has_area: bool) -> str:
    """Describe the solid angles in a flux density."""
    if has_area:
        return "Sum of value x PIXAR_SR x AREA: every pixel with its own solid angle."
    return "Sum of value x PIXAR_SR, the nominal solid angle: the image has no AREA."


def _span(annulus: Annulus) -> str:
    return f"{annulus.inner:.0f} to {annulus.outer:.0f} px"


def _where(found: Photometry) -> str:
    return f"flux within {found.circle.radius:.0f} px; background {_span(found.background.annulus)}"
