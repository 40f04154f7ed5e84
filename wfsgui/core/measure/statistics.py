"""Statistics of the pixels in a region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.image.dq_flags import do_not_use
from wfsgui.core.measure.robust import robust_statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Area

__all__ = ["RegionStatistics", "janskys_per_unit", "region_statistics", "relative_areas"]

_SURFACE_BRIGHTNESS: Final = "MJy/sr"
_JANSKYS: Final = 1e6
"""Janskys in a megajansky."""


@dataclass(frozen=True)
class RegionStatistics:
    """Statistics of the pixels in a region; numbers that are not defined are NaN.

    Attributes
    ----------
    pixels : int
        Pixels of the image in the region.
    used : int
        Pixels with a finite value and without DO_NOT_USE, to which all numbers below refer.
    missing : int
        Pixels without a finite value.
    flagged : int
        Pixels with DO_NOT_USE; most of them have no value.
    minimum, maximum, mean, median : float
        In `unit`.
    median_error : float
        Standard error of the median from `mad_std`, for a region of uniform brightness; in `unit`.
    standard_deviation : float
        Root mean square of the deviations from the mean, in `unit`.
    mad_std : float
        Standard deviation from the median absolute deviation, in `unit`.
    total : float
        Sum of the values, in `unit`.
    total_error : float
        Standard deviation of the sum, from ERR; NaN if a used pixel has no ERR. In `unit`.
    unit : str
        BUNIT of the image.
    flux_jy, flux_error_jy : float or None
        Flux density and its standard deviation (statistical), Jy: sum of value x PIXAR_SR x AREA, without AREA if the
        image has none; None if the unit is not MJy/sr or PIXAR_SR is not known.
    """

    pixels: int
    used: int
    missing: int
    flagged: int
    minimum: float
    maximum: float
    mean: float
    median: float
    median_error: float
    standard_deviation: float
    mad_std: float
    total: float
    total_error: float
    unit: str
    flux_jy: float | None
    flux_error_jy: float | None


def region_statistics(image: StepImage, region: Area, *, pixel_area_sr: float | None) -> RegionStatistics:
    """Measure the pixels of a region.

    Parameters
    ----------
    image : StepImage
        The image.
    region : Area
        The region; parts outside of the image are ignored.
    pixel_area_sr : float or None
        PIXAR_SR, the nominal solid angle of a pixel, sr; None if it is not known.

    Returns
    -------
    RegionStatistics
        Counts and numbers.
    """
    box, inside = region.cutout((image.sci.shape[0], image.sci.shape[1]))
    values = image.sci[box][inside].astype(float)
    finite = np.isfinite(values)
    flagged = do_not_use(image.dq[box][inside])
    used = finite & ~flagged
    # Without pixels, one NaN makes every number NaN without a warning.
    some = values[used] if used.any() else np.full(1, np.nan)
    errors = image.err[box][inside][used].astype(float) if used.any() else some
    total, error = float(some.sum()), float(np.sqrt(np.square(errors).sum()))
    robust = robust_statistics(some)
    to_janskys = janskys_per_unit(image.unit, pixel_area_sr)
    areas = relative_areas(image, box)[inside][used] if used.any() else some
    return RegionStatistics(
        pixels=finite.size,
        used=int(np.count_nonzero(used)),
        missing=int(np.count_nonzero(~finite)),
        flagged=int(np.count_nonzero(flagged)),
        minimum=float(some.min()),
        maximum=float(some.max()),
        mean=float(some.mean()),
        median=robust.median,
        median_error=robust.error,
        standard_deviation=float(some.std()),
        mad_std=robust.mad_std,
        total=total,
        total_error=error,
        unit=image.unit,
        flux_jy=None if to_janskys is None else float((some * areas).sum()) * to_janskys,
        flux_error_jy=None if to_janskys is None else float(np.sqrt(np.square(errors * areas).sum())) * to_janskys,
    )


def janskys_per_unit(unit: str, pixel_area_sr: float | None) -> float | None:
    """Return the flux density of one pixel with the nominal solid angle.

    Parameters
    ----------
    unit : str
        BUNIT.
    pixel_area_sr : float or None
        PIXAR_SR, sr.

    Returns
    -------
    float or None
        Jy per unit of the image; None if the unit is not MJy/sr or the solid angle is not known.
    """
    return _JANSKYS * pixel_area_sr if pixel_area_sr is not None and unit == _SURFACE_BRIGHTNESS else None


def relative_areas(image: StepImage, box: tuple[slice, slice]) -> NDArray[np.float64]:
    """Return the solid angles of pixels over the nominal solid angle.

    Parameters
    ----------
    image : StepImage
        The image.
    box : tuple of slice
        The pixels, rows first.

    Returns
    -------
    ndarray of float64, shape of the box
        AREA; 1 where AREA is missing or not positive.
    """
    if image.area is None:
        return np.ones(image.sci[box].shape)
    areas = image.area[box].astype(float)
    return np.where(np.isfinite(areas) & (areas > 0), areas, 1.0)
