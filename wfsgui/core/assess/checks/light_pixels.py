"""Pixels of the signal region with their flux, and the share of some of them in the light."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, floor, hypot
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.assess.checks.surroundings import MARGIN, filled_from_surroundings
from wfsgui.core.assess.near_star import near_star
from wfsgui.core.errors import WfsguiError
from wfsgui.core.image.dq_flags import do_not_use
from wfsgui.core.image.sampling import windowed
from wfsgui.core.regions.shapes import enclosing_circle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.assess.results import StarRegions
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Circle

__all__ = ["LightPixels", "light_pixels"]

_PERCENT: Final = 100.0
_LARGEST: Final = 500.0
"""Largest radius of the signal region, pixels, which bounds the memory."""


@dataclass(frozen=True, eq=False)
class LightPixels:
    """Pixels of the signal region, in one dimension, also those that would be outside of the image.

    Attributes
    ----------
    x, y : ndarray of int, shape (n,)
        The pixels, in the whole image.
    flux, error : ndarray of float64, shape (n,)
        Flux above the background, and its standard deviation, in the unit of the image. A pixel that cannot be used has
        the value of its surroundings.
    dq : ndarray of uint32, shape (n,)
        Data-quality flags.
    in_image, has_value, usable : ndarray of bool, shape (n,)
        Pixels in the image, those of them with a finite value, and those of these without DO_NOT_USE.
    level_error : float
        Standard deviation of the background, which is the same for all pixels.
    has_background : bool
        Whether a background was subtracted; False if no pixel of the annulus can be used.
    """

    x: NDArray[np.intp]
    y: NDArray[np.intp]
    flux: NDArray[np.float64]
    error: NDArray[np.float64]
    dq: NDArray[np.uint32]
    in_image: NDArray[np.bool_]
    has_value: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    level_error: float
    has_background: bool

    @cached_property
    def total(self) -> float:
        """Flux of the region, in the unit of the image."""
        return float(self.flux.sum())

    def share(self, pixels: NDArray[np.bool_]) -> tuple[float, float]:
        """Return the share of some pixels in the light, from 0 to 100 %, and its standard deviation, percent."""
        share = float(np.clip(self.flux[pixels].sum() / self.total, 0, 1))
        # Pixels with the value of the same surroundings are not independent, so their errors are summed.
        replaced = float(self.error[pixels & ~self.usable].sum())
        measured = float(np.sqrt(np.square(self.error[pixels & self.usable]).sum()))
        level = np.count_nonzero(pixels) * self.level_error
        return _PERCENT * share, _PERCENT * hypot(replaced, measured, level) / self.total

    def brightest(self, pixels: NDArray[np.bool_]) -> tuple[float, float] | None:
        """Return x and y of the pixel with the most flux among some pixels of the image; None if there are none."""
        pixels = pixels & self.in_image
        if not pixels.any():
            return None
        index = int(np.argmax(np.where(pixels, self.flux, -np.inf)))
        return float(self.x[index]), float(self.y[index])


def light_pixels(image: StepImage, regions: StarRegions) -> LightPixels:
    """Cut out the signal region, replace unusable pixels and those outside of the image, and subtract the background.

    Parameters
    ----------
    image : StepImage
        The whole image.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    LightPixels
        All pixels of the signal region that are in the image.

    Raises
    ------
    WfsguiError
        If no pixel of the signal region can be used, or if the region has no flux above the background.
    """
    around = enclosing_circle(regions.signal)
    if around.radius > _LARGEST:
        raise WfsguiError(f"The signal region has a radius of {around.radius:.0f} px; make it smaller.")
    near = near_star(image, replace(around, radius=around.radius + MARGIN))
    if not np.isfinite(near.image.sci[regions.signal.moved(-near.left, -near.low).mask(near.shape)]).any():
        raise WfsguiError("No pixel of the signal region can be used; place the region on the star.")
    level, level_error = _background(image, regions)
    plane = _Plane.around(image, around)
    inside = regions.signal.moved(-plane.left, -plane.low).mask((plane.sci.shape[0], plane.sci.shape[1]))
    usable = np.isfinite(plane.sci) & ~do_not_use(plane.dq)
    value, spread = filled_from_surroundings(np.where(usable, plane.sci, np.nan))
    rows, columns = np.nonzero(inside)
    known = usable[inside]
    # A value without a known error counts with none, so that the error of a sum is that of the others.
    error = np.nan_to_num(plane.err[inside].astype(float), nan=0.0, posinf=0.0, neginf=0.0)
    light = LightPixels(
        x=columns + plane.left,
        y=rows + plane.low,
        flux=value[inside] - (level or 0.0),
        error=np.where(known, error, spread[inside]),
        dq=plane.dq[inside],
        in_image=plane.in_image[inside],
        has_value=np.isfinite(plane.sci)[inside],
        usable=known,
        level_error=level_error,
        has_background=level is not None,
    )
    if not light.total > 0:
        raise WfsguiError("The signal region has no flux above the background; place the region on the star.")
    return light


@dataclass(frozen=True, eq=False)
class _Plane:
    """Square part of an image that may reach over its edges."""

    sci: NDArray[np.float32]
    err: NDArray[np.float32]
    dq: NDArray[np.uint32]
    in_image: NDArray[np.bool_]
    left: int
    low: int

    @classmethod
    def around(cls, image: StepImage, circle: Circle) -> _Plane:
        """Cut out a circle with a margin."""
        reach = circle.radius + MARGIN
        left, low = floor(circle.x - reach), floor(circle.y - reach)
        shape = (ceil(circle.y + reach) - low + 1, ceil(circle.x + reach) - left + 1)
        sci, err = (windowed(plane, (left, low), shape, np.nan) for plane in (image.sci, image.err))
        in_image = windowed(np.ones(image.sci.shape, bool), (left, low), shape, fill=False)
        return cls(sci, err, windowed(image.dq, (left, low), shape, 0), in_image, left, low)


def _background(image: StepImage, regions: StarRegions) -> tuple[float | None, float]:
    """Measure the level and its standard deviation; None if no pixel of the annulus can be used."""
    try:
        found = near_star(image, enclosing_circle(regions.background)).background(regions.background)
    except WfsguiError:
        return None, 0.0
    return found.level, found.error
