"""Position, width and flux of a star."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor, hypot, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.background import annulus_around
from wfsgui.core.measure.cutout import Cutout, without_unusable
from wfsgui.core.measure.fwhm import half_maximum_width
from wfsgui.core.measure.photometry import Photometry, background_of, measure_flux
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Centroid", "StarMeasurement", "centroid", "focused_width", "measure_star"]

_WIDEST_FOCUS: Final = 32.0
"""Radius within which a star in focus falls to half of its maximum, pixels."""

_MOST_SPREAD: Final = 2.5
"""Largest half-flux diameter over FWHM of a star in focus: it is 1 for a Gaussian, 1.4 for JWST."""

_CORE_RADII: Final = (2.0, 10.0)
"""Limits of the radius for the centroid of the core, pixels."""

_NO_PEAK: Final = "FWHM is not given: the centre has no single peak, as in a star that is out of focus or saturated."
_NO_RING: Final = (
    "Flux and half-flux diameter are not given: a whole ring of pixels has no value, as where a core is saturated or "
    "the circle is far over the edge of the image."
)
_NO_FLUX: Final = "There is no star in the circle: its flux is not above the background; place the circle on the star."
_NO_CENTRE: Final = "There is no star in the circle: its centroid is outside of it; place the circle on the star."


@dataclass(frozen=True)
class StarMeasurement:
    """Measurement of a star in a circle; numbers that are not defined are NaN.

    Attributes
    ----------
    x, y : float
        Centroid above the background, pixels.
    x_error, y_error : float
        Standard deviations from ERR and from the noise of the background (statistical), pixels.
    fwhm : float
        Full width at half maximum of the radial profile, pixels; NaN if the star is not in focus.
    peak, peak_error : float
        Highest value above the background, and its standard deviation from ERR and from the background; in `unit`.
    photometry : Photometry
        Flux within the radius around (x, y), and the background.
    notes : tuple of str
        Sentences that explain missing numbers.
    """

    x: float
    y: float
    x_error: float
    y_error: float
    fwhm: float
    peak: float
    peak_error: float
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

    The background is the median of an annulus. The position is the centroid of the pixels with their centres in the
    circle. Pixels without a value or with DO_NOT_USE are left out.

    Parameters
    ----------
    image : StepImage
        The image.
    x, y, radius : float
        The circle, pixels.
    around : Annulus, optional
        Annulus of the background; `annulus_around` the circle by default.

    Returns
    -------
    StarMeasurement
        The measurement.

    Raises
    ------
    WfsguiError
        If there is no star, or if no pixel of the circle or of the annulus can be used.
    """
    circle = Circle(x, y, radius)
    annulus = around or annulus_around(circle)
    near, left, low = _usable_part(image, circle, annulus)
    circle, annulus = circle.moved(-left, -low), annulus.moved(-left, -low)
    background = background_of(near, circle, annulus)
    centre = centroid(near, circle, background.level, background.error)
    photometry = measure_flux(near, Circle(centre.x, centre.y, radius), background)
    photometry.require_flux()
    spread = 2 * photometry.energy.radius_at(0.5)
    width = focused_width(near, Circle(centre.x, centre.y, radius), background.level, spread)
    notes = [note for number, note in ((width, _NO_PEAK), (spread, _NO_RING)) if np.isnan(number)]
    if centre.missing:
        notes.append(
            f"{centre.missing} of {centre.pixels} pixels in the circle cannot be used or are outside of the image: "
            "the centroid is that of the others."
        )
    return StarMeasurement(
        x=centre.x + left,
        y=centre.y + low,
        x_error=centre.x_error,
        y_error=centre.y_error,
        fwhm=width,
        peak=centre.peak,
        peak_error=centre.peak_error,
        photometry=_moved(photometry, left, low),
        notes=tuple(notes),
    )


def _moved(photometry: Photometry, dx: float, dy: float) -> Photometry:
    """Return a measurement in a part of an image with its places in the whole image."""
    background = replace(photometry.background, annulus=photometry.background.annulus.moved(dx, dy))
    return replace(photometry, circle=photometry.circle.moved(dx, dy), background=background)


@dataclass(frozen=True)
class Centroid:
    """Centroid and peak of the light in a circle.

    Attributes
    ----------
    x, y : float
        Centroid above the background, pixels.
    x_error, y_error : float
        Standard deviations from ERR and from that of the background, pixels.
    peak, peak_error : float
        Highest value above the background, and its standard deviation; in the unit of the image.
    pixels, missing : int
        Pixels with their centres in the circle, and those of them without a value.
    """

    x: float
    y: float
    x_error: float
    y_error: float
    peak: float
    peak_error: float
    pixels: int
    missing: int


def _usable_part(image: StepImage, circle: Circle, annulus: Annulus) -> tuple[StepImage, int, int]:
    """Cut out the circle and the annulus, with a margin for the centroid, and return the first column and row."""
    spans = ((circle.x, circle.y, 2 * circle.radius), (annulus.x, annulus.y, annulus.outer + 1))
    left, low = (max(0, floor(min(span[axis] - span[2] for span in spans))) for axis in (0, 1))
    right, high = (max(0, ceil(max(span[axis] + span[2] for span in spans)) + 1) for axis in (0, 1))
    box = slice(low, max(low, high)), slice(left, max(left, right))
    part = StepImage(sci=image.sci[box], err=image.err[box], dq=image.dq[box], unit=image.unit)
    return without_unusable(part), left, low


def centroid(image: StepImage, circle: Circle, background: float, background_error: float) -> Centroid:
    """Measure the centroid of the pixels with their centres in a circle.

    By hand, because its errors need the same sums. A test holds it equal to photutils.

    Parameters
    ----------
    image : StepImage
        The image, with NaN for pixels that must not be used.
    circle : Circle
        The circle.
    background, background_error : float
        Background to subtract, and its standard deviation, in the unit of the image.

    Returns
    -------
    Centroid
        Centroid and peak. The errors of the centroid include the light that pixels without a value would have, the mean
        of their ring; they are NaN if a pixel has no ERR above 0.

    Raises
    ------
    WfsguiError
        If the light is not above the background, or its centroid not in the circle.
    """
    cutout = Cutout.around(image, circle.x, circle.y, circle.radius)
    inside = cutout.distance < circle.radius
    known = inside & np.isfinite(cutout.value)
    flux, error = cutout.value[known] - background, cutout.known_errors(nan)[known]
    total = float(flux.sum())
    if total <= 0:
        raise WfsguiError(_NO_FLUX)
    offsets = [np.broadcast_to(axis, known.shape)[known] for axis in (cutout.dx, cutout.dy)]
    x, y = (float((flux * axis).sum()) / total for axis in offsets)
    if np.hypot(x, y) >= circle.radius:
        raise WfsguiError(_NO_CENTRE)
    lost = _light_without_value(cutout, inside & ~known, background, (x, y))
    x_error, y_error = (
        hypot(float(np.linalg.norm(away * error)), float(away.sum()) * background_error, missing) / total
        for away, missing in zip((offsets[0] - x, offsets[1] - y), lost, strict=True)
    )
    pixels, peak = int(np.count_nonzero(inside)), int(np.argmax(flux))
    return Centroid(
        x=circle.x + x,
        y=circle.y + y,
        x_error=x_error,
        y_error=y_error,
        peak=float(flux[peak]),
        peak_error=float(np.hypot(error[peak], background_error)),
        pixels=pixels,
        missing=pixels - int(flux.size),
    )


def _light_without_value(
    cutout: Cutout, missing: NDArray[np.bool_], background: float, place: tuple[float, float]
) -> tuple[float, float]:
    """Estimate the first moments of the light in missing pixels around a place, which has the mean of its ring."""
    mean, scatter = np.nan_to_num(cutout.means_of_rings() - background), cutout.scatter_of_rings()
    x, y = (
        hypot(float((mean * away)[missing].sum()), float(np.linalg.norm((scatter * away)[missing])))
        for away in (cutout.dx - place[0], cutout.dy - place[1])
    )
    return x, y


def focused_width(image: StepImage, circle: Circle, background: float, spread: float) -> float:
    """Measure the full width at half maximum of a star in focus.

    Parameters
    ----------
    image : StepImage
        The image, with NaN for pixels that must not be used.
    circle : Circle
        Circle around the centroid.
    background : float
        Background to subtract, in the unit of the image.
    spread : float
        Half-flux diameter of the star, pixels; NaN if it is not known.

    Returns
    -------
    float
        Pixels; NaN if the star is out of focus, even with a bright spot in its centre, or has no single peak.
    """
    core = float(np.clip(np.nan_to_num(spread), *_CORE_RADII))
    cutout = Cutout.around(image, circle.x, circle.y, min(circle.radius, _WIDEST_FOCUS))
    width = half_maximum_width(cutout, background, core)
    return float("nan") if spread > _MOST_SPREAD * width else width
