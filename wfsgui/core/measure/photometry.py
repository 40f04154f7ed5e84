"""Flux in a circle above the background of an annulus, with its errors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import hypot, isnan, nan, pi
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.image.dq_flags import do_not_use
from wfsgui.core.measure.background import measure_background
from wfsgui.core.measure.cutout import Cutout
from wfsgui.core.measure.profiles import encircled_energy
from wfsgui.core.measure.statistics import janskys_per_unit, relative_areas

if TYPE_CHECKING:
    from wfsgui.core.measure.background import Background
    from wfsgui.core.measure.profiles import EncircledEnergy
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Annulus, Circle

__all__ = ["Photometry", "background_of", "flux_density", "measure_flux"]

_SIGMAS: Final = 3.0
_ROUNDING: Final = 1e-6
"""Relative to the background: smaller values are rounding of float32."""

_NO_FLUX: Final = "There is no star in the circle: its flux is not above the background; place the circle on the star."


@dataclass(frozen=True, eq=False)
class Photometry:
    """Flux in a circle; NaN if a whole ring of pixels has no value.

    Attributes
    ----------
    circle : Circle
        The circle.
    background : Background
        The background that was subtracted from each pixel.
    energy : EncircledEnergy
        Curve of growth.
    error : float
        Standard deviation of `flux` (statistical), in `unit`: from ERR and from the noise of the background.
    share : float
        Fraction of the circle's pixels that have a value; the others have the mean of their ring.
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
    def has_flux(self) -> bool:
        """Whether the flux is above the background; true also if a ring of pixels has no value."""
        least = _ROUNDING * abs(self.background.level) * pi * self.circle.radius**2
        return isnan(self.flux) or self.flux > max(_SIGMAS * self.error, least)

    @cached_property
    def _bounds(self) -> tuple[EncircledEnergy, EncircledEnergy]:
        error = hypot(self.background.error, self.background.systematic)
        return self.energy.minus_background(error), self.energy.minus_background(-error)

    def radius_at(self, fraction: float) -> tuple[float, float]:
        """Return the radius that contains a fraction of the flux in the circle.

        Parameters
        ----------
        fraction : float
            More than 0, at most 1.

        Returns
        -------
        radius, error : float
            Pixels; the error follows from that of the background, the larger of both sides.
        """
        radius = self.energy.radius_at(fraction)
        return radius, max(abs(bound.radius_at(fraction) - radius) for bound in self._bounds)

    def require_flux(self) -> None:
        """Raise `WfsguiError` if the flux is not above the background."""
        if not self.has_flux:
            raise WfsguiError(_NO_FLUX)


def background_of(image: StepImage, circle: Circle, annulus: Annulus) -> Background:
    """Measure the background of a circle that has usable pixels.

    Parameters
    ----------
    image : StepImage
        The image, with NaN for pixels that must not be used.
    circle : Circle
        The circle.
    annulus : Annulus
        The annulus to measure in.

    Returns
    -------
    Background
        Background of the annulus.

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
    flagged = np.count_nonzero(do_not_use(image.dq[box][inside]))
    raise WfsguiError(
        f"None of the {np.count_nonzero(inside)} pixels in the circle can be used: {flagged} are flagged DO_NOT_USE, "
        f"{np.count_nonzero(inside) - flagged} have no value; place the circle elsewhere."
    )


def flux_density(image: StepImage, found: Photometry, pixel_area_sr: float | None) -> float | None:
    """Return the factor from a flux to a flux density.

    Parameters
    ----------
    image : StepImage
        The whole image.
    found : Photometry
        The flux; AREA of its pixels is weighted with their flux.
    pixel_area_sr : float or None
        PIXAR_SR, sr.

    Returns
    -------
    float or None
        Jy per unit of the image. None if the unit is not MJy/sr or the solid angle is not known.
    """
    nominal = janskys_per_unit(image.unit, pixel_area_sr)
    if nominal is None or image.area is None:
        return nominal
    box, inside = found.circle.cutout((image.sci.shape[0], image.sci.shape[1]))
    inside &= np.isfinite(image.sci[box]) & ~do_not_use(image.dq[box])
    flux = image.sci[box][inside].astype(float) - found.background.level
    return nominal * float((flux * relative_areas(image, box)[inside]).sum() / flux.sum())


def measure_flux(image: StepImage, circle: Circle, background: Background) -> Photometry:
    """Measure the flux in a circle.

    Pixels on the edge of the circle have the weight of their area within it.

    Parameters
    ----------
    image : StepImage
        The image, with NaN for pixels that must not be used.
    circle : Circle
        The circle.
    background : Background
        The background to subtract.

    Returns
    -------
    Photometry
        The flux; it may be negative.
    """
    cutout = Cutout.around(image, circle.x, circle.y, circle.radius)
    inside = cutout.distance < circle.radius
    known = inside & np.isfinite(cutout.value)
    energy = encircled_energy(image, circle.x, circle.y, circle.radius, background=background.level)
    share = int(np.count_nonzero(known)) / max(1, int(np.count_nonzero(inside)))
    measured = float(np.square(cutout.known_errors(background.mad_std)[known]).sum())
    replaced = float(np.square(cutout.scatter_of_rings()[inside & ~known]).sum())
    area = pi * circle.radius**2
    error = hypot((measured + replaced) ** 0.5 if share else nan, area * background.error)
    flux = float(energy.flux[-1])
    if flux > 0 and background.annulus.inner >= circle.radius:
        background = replace(background, star=flux)
    return Photometry(circle, background, energy, error, share, image.unit)
