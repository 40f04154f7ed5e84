"""What a star is like: its place, its width, its light."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.events import StepFrame
from wfsgui.core.flags import DO_NOT_USE
from wfsgui.core.half_maximum import half_maximum_width
from wfsgui.core.patches import Patch
from wfsgui.core.profiles import encircled_energy
from wfsgui.core.regions import Annulus, Circle
from wfsgui.core.star_search import find_star

__all__ = ["StarMeasurement", "find_star", "measure_star"]

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
_NO_SKY: Final = "Around the circle no pixel has a value: the background is taken for 0."
_NO_LIGHT: Final = "There is no star in the circle, its light does not exceed the background; place it on the star."


@dataclass(frozen=True)
class StarMeasurement:
    """A star as it was measured in a circle; numbers that cannot be had are NaN.

    Attributes
    ----------
    x, y : float
        Centre of light, pixels.
    x_error, y_error : float
        Standard deviations from ERR alone, pixels; the background is taken for exact.
    fwhm : float
        Full width at half of the maximum of the radial profile, pixels; NaN where the star is not in focus.
    half_flux_diameter : float
        Of the circle around (x, y) that holds half of `flux`, pixels.
    flux : float
        Sum above the background within the radius around (x, y), in `unit`; missing pixels count as the mean of their
        ring.
    background : float
        Per pixel, in `unit`.
    peak : float
        Highest value above the background, in `unit`.
    unit : str
        BUNIT of the image.
    notes : tuple of str
        What is not given and why, and what was assumed, a sentence each.
    """

    x: float
    y: float
    x_error: float
    y_error: float
    fwhm: float
    half_flux_diameter: float
    flux: float
    background: float
    peak: float
    unit: str
    notes: tuple[str, ...]


def measure_star(frame: StepFrame, x: float, y: float, radius: float) -> StarMeasurement:
    """Measure the star in a circle.

    The background is the median of an annulus around the circle, half as wide as its radius, but at least 10 pixels.
    The place is the centre of light of the pixels whose centres are in the circle, as photutils' ``centroid_com`` has
    it; pixels without a value and those with DO_NOT_USE are left out.

    Parameters
    ----------
    frame : StepFrame
        The image.
    x, y, radius : float
        The circle, pixels.

    Returns
    -------
    StarMeasurement
        The numbers.

    Raises
    ------
    WfsguiError
        If there is no light in the circle above the background.
    """
    outer = radius + max(radius / 2, 10.0)
    near, left, low = _usable_part(frame, x, y, max(outer, 2 * radius))
    notes: list[str] = []
    background = _background(near, Annulus(x - left, y - low, radius, outer))
    if np.isnan(background):
        background = 0.0
        notes.append(_NO_SKY)
    centre = _centre_of_light(near, Circle(x - left, y - low, radius), background)
    energy = encircled_energy(near, centre.x, centre.y, radius, background=background)
    if energy.flux[-1] <= 0:
        raise WfsguiError(_NO_LIGHT)
    spread = 2 * energy.radius_at(0.5)
    width = _width(near, centre, min(radius, _WIDEST_FOCUS), background, spread)
    notes += [note for number, note in ((width, _NO_PEAK), (spread, _NO_RING)) if np.isnan(number)]
    if centre.missing:
        notes.append(
            f"{centre.missing} of {centre.pixels} pixels in the circle have no value that may be used: the centre is "
            "that of the others."
        )
    return StarMeasurement(
        x=centre.x + left,
        y=centre.y + low,
        x_error=centre.x_error,
        y_error=centre.y_error,
        fwhm=width,
        half_flux_diameter=spread,
        flux=float(energy.flux[-1]),
        background=background,
        peak=centre.peak,
        unit=frame.unit,
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


def _usable_part(frame: StepFrame, x: float, y: float, reach: float) -> tuple[StepFrame, int, int]:
    """Cut out what is needed, without what is not to be used; also give the first column and row."""
    left, low = (max(0, floor(at - reach)) for at in (x, y))
    box = slice(low, max(low, ceil(y + reach) + 1)), slice(left, max(left, ceil(x + reach) + 1))
    dq = frame.dq[box]
    sci = np.where((dq & np.uint32(DO_NOT_USE)) == 0, frame.sci[box], np.float32(np.nan))
    return StepFrame(sci=sci, err=frame.err[box], dq=dq, unit=frame.unit), left, low


def _background(frame: StepFrame, around: Annulus) -> float:
    box, inside = around.cutout((frame.sci.shape[0], frame.sci.shape[1]))
    values = frame.sci[box][inside]
    values = values[np.isfinite(values)]
    return float(np.median(values)) if values.size else float("nan")


def _centre_of_light(frame: StepFrame, circle: Circle, background: float) -> _Centre:
    box, inside = circle.cutout((frame.sci.shape[0], frame.sci.shape[1]))
    rows, columns = np.nonzero(inside & np.isfinite(frame.sci[box]))
    light = frame.sci[box][rows, columns].astype(float) - background
    total = light.sum()
    if total <= 0:
        raise WfsguiError(_NO_LIGHT)
    error = frame.err[box][rows, columns].astype(float)
    x, y = float((light * columns).sum() / total), float((light * rows).sum() / total)
    x_error, y_error = (
        float(np.sqrt(np.square((at - centre) * error).sum()) / total) for at, centre in ((columns, x), (rows, y))
    )
    x, y = x + box[1].start, y + box[0].start
    if np.hypot(x - circle.x, y - circle.y) >= circle.radius:
        raise WfsguiError(_NO_LIGHT)
    pixels = int(np.count_nonzero(inside))
    return _Centre(x, y, x_error, y_error, float(light.max()), pixels, pixels - light.size)


def _width(frame: StepFrame, centre: _Centre, radius: float, background: float, spread: float) -> float:
    """Measure the width at half maximum of a star in focus; NaN of any other, whatever peaks in its centre."""
    core = float(np.clip(np.nan_to_num(spread), *_CORE_RADII))
    width = half_maximum_width(Patch.around(frame, centre.x, centre.y, radius), background, core)
    return float("nan") if spread > _MOST_SPREAD * width else width
