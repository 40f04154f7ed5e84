"""Statistics of the pixels in a region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wfsgui.core.measure.robust import MAD_TO_SIGMA
from wfsgui.core.model.flags import DO_NOT_USE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Area

__all__ = ["RegionStatistics", "janskys_per_unit", "region_statistics", "relative_areas", "robust_scatter"]

_SURFACE_BRIGHTNESS: Final = "MJy/sr"
_JANSKYS: Final = 1e6
"""In a megajansky."""


@dataclass(frozen=True)
class RegionStatistics:
    """What the pixels of a region are like; numbers that cannot be had are NaN.

    Attributes
    ----------
    pixels : int
        Pixels of the image in the region.
    used : int
        Those with a finite value and without DO_NOT_USE: what follows is theirs.
    missing : int
        Pixels without a finite value.
    flagged : int
        Pixels with DO_NOT_USE; most of them have no value either.
    minimum, maximum, mean, median : float
        In `unit`.
    standard_deviation : float
        Root mean square of the deviations from the mean, in `unit`.
    robust_scatter : float
        Standard deviation that outliers do not touch, see `robust_scatter`; in `unit`.
    total : float
        Sum of the values, in `unit`.
    total_error : float
        Its standard deviation, from ERR; NaN where a used pixel has none. In `unit`.
    unit : str
        BUNIT of the image.
    flux_jy, flux_error_jy : float or None
        Flux density and its standard deviation (statistical), Jy: sum of value x PIXAR_SR x AREA, of value x PIXAR_SR
        where the image has no AREA; None where the image is no surface brightness in MJy/sr or PIXAR_SR is not known.
    """

    pixels: int
    used: int
    missing: int
    flagged: int
    minimum: float
    maximum: float
    mean: float
    median: float
    standard_deviation: float
    robust_scatter: float
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
        Where; parts off the image do not count.
    pixel_area_sr : float or None
        PIXAR_SR, the nominal solid angle of a pixel, sr; None where it is not known.

    Returns
    -------
    RegionStatistics
        Counts and numbers.
    """
    box, inside = region.cutout((image.sci.shape[0], image.sci.shape[1]))
    values = image.sci[box][inside].astype(float)
    finite = np.isfinite(values)
    flagged = (image.dq[box][inside] & np.uint32(DO_NOT_USE)) != 0
    used = finite & ~flagged
    # One NaN stands for no pixels: everything that is made of it is NaN, without a warning.
    some = values[used] if used.any() else np.full(1, np.nan)
    errors = image.err[box][inside][used].astype(float) if used.any() else some
    total, error = float(some.sum()), float(np.sqrt(np.square(errors).sum()))
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
        median=float(np.median(some)),
        standard_deviation=float(some.std()),
        robust_scatter=robust_scatter(some),
        total=total,
        total_error=error,
        unit=image.unit,
        flux_jy=None if to_janskys is None else float((some * areas).sum()) * to_janskys,
        flux_error_jy=None if to_janskys is None else float(np.sqrt(np.square(errors * areas).sum())) * to_janskys,
    )


def janskys_per_unit(unit: str, pixel_area_sr: float | None) -> float | None:
    """Return the flux density of one pixel of the nominal solid angle, Jy per unit of the image.

    Parameters
    ----------
    unit : str
        BUNIT.
    pixel_area_sr : float or None
        PIXAR_SR, sr.

    Returns
    -------
    float or None
        None where the image is no surface brightness in MJy/sr or the solid angle is not known.
    """
    return _JANSKYS * pixel_area_sr if pixel_area_sr is not None and unit == _SURFACE_BRIGHTNESS else None


def relative_areas(image: StepImage, box: tuple[slice, slice]) -> NDArray[np.float64]:
    """Return the solid angles of pixels over the nominal one.

    Parameters
    ----------
    image : StepImage
        The image.
    box : tuple of slice
        Which pixels, rows first.

    Returns
    -------
    ndarray of float64, shape of the box
        AREA; 1 where the image has none, or no positive value there.
    """
    if image.area is None:
        return np.ones(image.sci[box].shape)
    areas = image.area[box].astype(float)
    return np.where(np.isfinite(areas) & (areas > 0), areas, 1.0)


def robust_scatter(values: NDArray[np.floating[Any]]) -> float:
    """Estimate the standard deviation of normally distributed values among outliers.

    1.4826 times the median of the absolute deviations from the median.

    Parameters
    ----------
    values : ndarray of float
        Any shape; what is not finite is left out.

    Returns
    -------
    float
        In the unit of the values; NaN where there is none.
    """
    finite = values[np.isfinite(values)].astype(float)
    if not finite.size:
        return float("nan")
    return float(MAD_TO_SIGMA * np.median(np.abs(finite - np.median(finite))))
