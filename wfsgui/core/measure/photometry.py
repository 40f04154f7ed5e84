"""Flux in a circle above the background of an annulus, with its errors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import hypot, isfinite, isnan, nan, pi
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.background import measure_background
from wfsgui.core.measure.cutout import Cutout
from wfsgui.core.measure.profiles import encircled_energy
from wfsgui.core.measure.statistics import janskys_per_unit, relative_areas
from wfsgui.core.model.flags import DO_NOT_USE

if TYPE_CHECKING:
    from wfsgui.core.measure.background import Background
    from wfsgui.core.measure.profiles import EncircledEnergy
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Annulus, Circle

__all__ = ["Photometry", "background_of", "flux_density", "measure_flux"]

_SIGMAS: Final = 3.0
_ROUNDING: Final = 1e-6
"""Of the background: less is rounding of float32."""

_NO_LIGHT: Final = "There is no star in the circle: its flux is not above the background; place the circle on the star."


@dataclass(frozen=True, eq=False)
class Photometry:
    """The flux in a circle; NaN where a whole ring of pixels has no value.

    Attributes
    ----------
    circle : Circle
        Where.
    background : Background
        What was subtracted from each pixel, and where it was measured.
    energy : EncircledEnergy
        The flux by radius.
    error : float
        Standard deviation of `flux` (statistical), in `unit`: from ERR and from the noise of the background.
    share : float
        Part of the circle's area whose pixels have a value; the rest counts as the mean of its ring.
    unit : str
        BUNIT of the image.
    """

    circle: Circle
    background: Background
    energy: EncircledEnergy
    error: float
    share: float
    unit: str

    @property
    def flux(self) -> float:
        """Sum above the background, in `unit`."""
        return float(self.energy.flux[-1])

    @property
    def systematic(self) -> float:
        """Systematic error of `flux` from that of the background, in `unit`."""
        return pi * self.circle.radius**2 * self.background.systematic

    @property
    def is_light(self) -> bool:
        """Whether the flux is above the background, or not known because a ring of pixels has no value."""
        least = _ROUNDING * abs(self.background.level) * pi * self.circle.radius**2
        return isnan(self.flux) or self.flux > max(_SIGMAS * self.error, least)

    @cached_property
    def _bounds(self) -> tuple[EncircledEnergy, EncircledEnergy]:
        off = hypot(self.background.error, self.background.systematic)
        return self.energy.less(off), self.energy.less(-off)

    def radius_at(self, fraction: float) -> tuple[float, float]:
        """Find the radius that holds a fraction of the flux in the circle.

        Parameters
        ----------
        fraction : float
            More than 0, at most 1.

        Returns
        -------
        radius, error : float
            Pixels; the error is what that of the background makes of it, the larger one of both sides.
        """
        radius = self.energy.radius_at(fraction)
        return radius, max(abs(bound.radius_at(fraction) - radius) for bound in self._bounds)

    def require_light(self) -> None:
        """Raise `WfsguiError` where the flux is not above the background."""
        if not self.is_light:
            raise WfsguiError(_NO_LIGHT)


def background_of(image: StepImage, circle: Circle, annulus: Annulus) -> Background:
    """Measure the background of a circle in which there is something to measure.

    Parameters
    ----------
    image : StepImage
        The image, NaN where a pixel is not to be used.
    circle : Circle
        What it is the background of.
    annulus : Annulus
        Where it is measured.

    Returns
    -------
    Background
        That of the annulus.

    Raises
    ------
    WfsguiError
        If no pixel of the circle or none of the annulus can be used; the sentence says why.
    """
    box, inside = circle.cutout((image.sci.shape[0], image.sci.shape[1]))
    if not inside.any():
        raise WfsguiError("The circle is outside of the image; place it on the star.")
    if np.isfinite(image.sci[box][inside]).any():
        return measure_background(image, annulus)
    flagged = np.count_nonzero(image.dq[box][inside] & np.uint32(DO_NOT_USE))
    raise WfsguiError(
        f"None of the {np.count_nonzero(inside)} pixels in the circle can be used: {flagged} are flagged DO_NOT_USE, "
        f"{np.count_nonzero(inside) - flagged} have no value; place the circle elsewhere."
    )


def flux_density(image: StepImage, found: Photometry, pixel_area_sr: float | None) -> float | None:
    """Return the flux density for a flux of 1 in the unit of the image, Jy.

    Parameters
    ----------
    image : StepImage
        The whole image.
    found : Photometry
        The flux; the AREA of its pixels counts by their part of it.
    pixel_area_sr : float or None
        PIXAR_SR, sr.

    Returns
    -------
    float or None
        None where the image is no surface brightness in MJy/sr or the solid angle is not known.
    """
    nominal = janskys_per_unit(image.unit, pixel_area_sr)
    if nominal is None or image.area is None:
        return nominal
    box, inside = found.circle.cutout((image.sci.shape[0], image.sci.shape[1]))
    inside &= np.isfinite(image.sci[box]) & ((image.dq[box] & np.uint32(DO_NOT_USE)) == 0)
    light = image.sci[box][inside].astype(float) - found.background.level
    return nominal * float((light * relative_areas(image, box)[inside]).sum() / light.sum())


def measure_flux(image: StepImage, circle: Circle, background: Background) -> Photometry:
    """Measure the flux in a circle.

    Pixels on the edge of the circle count with the part of their area that is inside.

    Parameters
    ----------
    image : StepImage
        The image, NaN where a pixel is not to be used.
    circle : Circle
        Where.
    background : Background
        What is subtracted.

    Returns
    -------
    Photometry
        The flux; it need not be above 0.
    """
    patch = Cutout.around(image, circle.x, circle.y, circle.radius)
    inside = patch.distance < circle.radius
    known = inside & np.isfinite(patch.value)
    energy = encircled_energy(image, circle.x, circle.y, circle.radius, background=background.level)
    share = int(np.count_nonzero(known)) / max(1, int(np.count_nonzero(inside)))
    variance = float(np.square(patch.error[known]).sum())
    if not isfinite(variance):
        # Where a pixel has no ERR, the noise of the background is the least that it has.
        variance = np.count_nonzero(known) * background.scatter**2
    area = pi * circle.radius**2
    error = hypot((variance / share) ** 0.5 if share else nan, area * background.error)
    return Photometry(circle, background, energy, error, share, image.unit)
