"""Flux and background as they are read: with unit, error, radius and annulus."""

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
    "Median of the annulus; subtracted. The part of the annulus that is not used is off the image, has no value or is "
    "flagged DO_NOT_USE."
)
RADIUS_TIP: Final = "The error is what the error of the background makes of it."
FLUX_TIP: Final = (
    "Sum above the background. Statistical: from ERR and the noise of the background. Background: what the star's own "
    "light in the annulus, or a gradient there, may take away or add, an upper bound."
)

# What is off the image, or not to be used, is told from there on.
_WHOLE: Final = 0.98


def statistical(value: float, error: float, unit: str) -> str:
    """Write a number with an error that holds for noise alone."""
    told = with_error(value, error, unit)
    return f"{told} (statistical)" if isfinite(value) and isfinite(error) else told


def background_text(found: Background, unit: str) -> str:
    """Write a background with its error and its annulus, and how much of that counts."""
    part = "" if found.share > _WHOLE else f", {found.share:.0%} of the annulus"
    return f"{statistical(found.level, found.error, unit)}, {_span(found.annulus)}{part}"


def radius_text(length: float, error: float, found: Photometry) -> str:
    """Write a radius or a diameter that holds a fraction of a flux, with what that flux is."""
    return f"{with_error(length, error, 'px')} (of the {_where(found)})"


def flux_text(found: Photometry, factor: float, unit: str) -> str:
    """Write a flux with both errors, and with where it was measured.

    Parameters
    ----------
    found : Photometry
        The flux.
    factor : float
        What it is multiplied by.
    unit : str
        What it is in then.

    Returns
    -------
    str
        "none" where it is not known.
    """
    if not isfinite(found.flux):
        return number(found.flux)
    told = statistical(factor * found.flux, factor * found.error, unit)
    return f"{told} \N{PLUS-MINUS SIGN} {factor * found.systematic:.2g} {unit} (background); {_where(found)}"


def solid_angle(*, has_area: bool) -> str:
    """Say which solid angles a flux density is made with."""
    if has_area:
        return "Sum of value x PIXAR_SR x AREA: every pixel with its own solid angle."
    return "Sum of value x PIXAR_SR, the nominal solid angle: the image has no AREA."


def _span(annulus: Annulus) -> str:
    return f"{annulus.inner:.0f} to {annulus.outer:.0f} px"


def _where(found: Photometry) -> str:
    return f"flux within {found.circle.radius:.0f} px; background {_span(found.background.annulus)}"
