"""Position, width and flux of a star."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.background import annulus_around
from wfsgui.core.measure.cutout import Cutout
from wfsgui.core.measure.find_star import find_star
from wfsgui.core.measure.fwhm import half_maximum_width
from wfsgui.core.measure.photometry import Photometry, background_of, measure_flux
from wfsgui.core.model.flags import DO_NOT_USE
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle

__all__ = ["StarMeasurement", "find_star", "measure_star", "usable_part"]

_WIDEST_FOCUS: Final = 32.0
"""Radius within which a star in focus has fallen to half of its maximum, pixels."""

_MOST_SPREAD: Final = 2.5
"""Half-flux diameter in units of the width at half maximum: 1 of a Gaussian, 1.4 of JWST's image in focus."""

_CORE_RADII: Final = (2.0, 10.0)
"""Pixels."""

_NO_PEAK: Final = "FWHM is not given: there is no single peak in the centre, as of a star out of focus or saturated."
_NO_RING: Final = (
    "Flux and half-flux diameter are not given: a whole ring of pixels has no value, as where a core is saturated or "
    "the circle is far over the edge of the image."
)
_NO_LIGHT: Final = "There is no star in the circle: its flux is not above the background; place the circle on the star."
_NO_CENTRE: Final = "There is no star in the circle: its centroid is outside of it; place the circle on the star."


@dataclass(frozen=True)
class StarMeasurement:
    """A star as it was measured in a circle; numbers that cannot be had are NaN.

    Attributes
    ----------
    x, y : float
        Centroid above the background, pixels.
    x_error, y_error : float
        Standard deviations from ERR and from the noise of the background (statistical), pixels.
    fwhm : float
        Full width at half of the maximum of the radial profile, pixels; NaN where the star is not in focus.
    peak : float
        Highest value above the background, in `unit`.
    photometry : Photometry
        Flux within the radius around (x, y), and the background.
    notes : tuple of str
        What is not given and why, a sentence each.
    """

    x: float
    y: float
    x_error: float
    y_error: float
    fwhm: float
    peak: float
    photometry: Photometry
    notes: tuple[str, ...]

    @property
    def flux(self) -> float:
        """Sum above the background within the radius around (x, y), in `unit`."""
        return self.photometry.flux

    @property
    def background(self) -> float:
        """Per pixel, in `unit`."""
        return self.photometry.background.level

    @property
    def half_flux_diameter(self) -> float:
        """Diameter of the circle around (x, y) that holds half of `flux`, pixels."""
        return 2 * self.photometry.radius_at(0.5)[0]

    @property
    def unit(self) -> str:
        """BUNIT of the image."""
        return self.photometry.unit


def measure_star(image: StepImage, x: float, y: float, radius: float, around: Annulus | None = None) -> StarMeasurement:
    """Measure the star in a circle.

    The background is the median of an annulus. The place is the centroid of the pixels whose centres are in the circle;
    pixels without a value and those with DO_NOT_USE are left out.

    Parameters
    ----------
    image : StepImage
        The image.
    x, y, radius : float
        The circle, pixels.
    around : Annulus, optional
        Where the background is measured; `annulus_around` the circle by default.

    Returns
    -------
    StarMeasurement
        The numbers.

    Raises
    ------
    WfsguiError
        If there is no star, no pixel of the circle or none of the annulus that can be used; a sentence for each.
    """
    circle = Circle(x, y, radius)
    annulus = around or annulus_around(circle)
    near, left, low = usable_part(image, circle, annulus)
    circle, annulus = circle.moved(-left, -low), annulus.moved(-left, -low)
    background = background_of(near, circle, annulus)
    centre = _centroid(near, circle, background.level, background.error)
    photometry = measure_flux(near, Circle(centre.x, centre.y, radius), background)
    photometry.require_light()
    spread = 2 * photometry.energy.radius_at(0.5)
    width = _width(near, centre, min(radius, _WIDEST_FOCUS), background.level, spread)
    notes = [note for number, note in ((width, _NO_PEAK), (spread, _NO_RING)) if np.isnan(number)]
    if centre.missing:
        notes.append(
            f"{centre.missing} of {centre.pixels} pixels in the circle have no value that may be used, or are off the "
            "image: the centre is that of the others."
        )
    return StarMeasurement(
        x=centre.x + left,
        y=centre.y + low,
        x_error=centre.x_error,
        y_error=centre.y_error,
        fwhm=width,
        peak=centre.peak,
        photometry=photometry,
        notes=tuple(notes),
    )


@dataclass(frozen=True)
class _Centre:
    x: float
    y: float
    x_error: float
    y_error: float
    peak: float
    pixels: int
    missing: int


def usable_part(image: StepImage, circle: Circle, annulus: Annulus) -> tuple[StepImage, int, int]:
    """Cut out what a measurement needs, without what is not to be used.

    Parameters
    ----------
    image : StepImage
        The image.
    circle, annulus : Circle and Annulus
        What is measured.

    Returns
    -------
    part : StepImage
        NaN where a pixel is not to be used.
    left, low : int
        Its first column and row.
    """
    spans = ((circle.x, circle.y, 2 * circle.radius), (annulus.x, annulus.y, annulus.outer + 1))
    left, low = (max(0, floor(min(span[axis] - span[2] for span in spans))) for axis in (0, 1))
    right, high = (max(0, ceil(max(span[axis] + span[2] for span in spans)) + 1) for axis in (0, 1))
    box = slice(low, max(low, high)), slice(left, max(left, right))
    dq = image.dq[box]
    sci = np.where((dq & np.uint32(DO_NOT_USE)) == 0, image.sci[box], np.float32(np.nan))
    return StepImage(sci=sci, err=image.err[box], dq=dq, unit=image.unit), left, low


def _centroid(image: StepImage, circle: Circle, background: float, background_error: float) -> _Centre:
    """Find the centroid. By hand: its errors need the same sums; a test holds it to photutils' ``centroid_com``."""
    patch = Cutout.around(image, circle.x, circle.y, circle.radius)
    inside = patch.distance < circle.radius
    known = inside & np.isfinite(patch.value)
    light, error = patch.value[known] - background, patch.error[known]
    total = float(light.sum())
    if total <= 0:
        raise WfsguiError(_NO_LIGHT)
    offsets = [np.broadcast_to(axis, known.shape)[known] for axis in (patch.dx, patch.dy)]
    x, y = (float((light * axis).sum()) / total for axis in offsets)
    if np.hypot(x, y) >= circle.radius:
        raise WfsguiError(_NO_CENTRE)
    x_error, y_error = (
        float(np.hypot(np.sqrt(np.square(away * error).sum()), away.sum() * background_error)) / total
        for away in (offsets[0] - x, offsets[1] - y)
    )
    pixels = int(np.count_nonzero(inside))
    return _Centre(circle.x + x, circle.y + y, x_error, y_error, float(light.max()), pixels, pixels - int(light.size))


def _width(image: StepImage, centre: _Centre, radius: float, background: float, spread: float) -> float:
    """Measure the width at half maximum of a star in focus; NaN of any other, whatever peaks in its centre."""
    core = float(np.clip(np.nan_to_num(spread), *_CORE_RADII))
    width = half_maximum_width(Cutout.around(image, centre.x, centre.y, radius), background, core)
    return float("nan") if spread > _MOST_SPREAD * width else width
