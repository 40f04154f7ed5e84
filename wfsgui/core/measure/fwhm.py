"""Full width at half maximum of a star's radial profile.

By hand, because `photutils.psf.fit_fwhm` fits a Gaussian, and the image of the telescope is not Gaussian; a test
compares both for Gaussian stars.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.measure.cutout import Cutout

__all__ = ["half_maximum_width"]

_STEP: Final = 0.1
"""Step of the profile, pixels."""

_ANGLES: Final = 48
_PASSES: Final = 5
_FARTHEST_PEAK: Final = 1.0
"""Largest radius of the profile's maximum, pixels."""


def half_maximum_width(cutout: Cutout, background: float, core: float) -> float:
    """Measure the full width at half maximum of the radial profile.

    The profile is the mean over 48 directions of a quintic spline through the pixels, at steps of a tenth of a pixel:
    rings of whole pixels are too coarse for a star in focus. The position of the star relative to the pixels changes
    the width by half a percent for JWST at 2.12 um, and by 4 percent for a Gaussian of 2.1 pixels. A missing pixel has
    the mean of its ring.

    Parameters
    ----------
    cutout : Cutout
        Pixels around the star, beyond the half maximum.
    background : float
        Background to subtract, in the unit of the image.
    core : float
        Radius of the circle for the centroid, pixels.

    Returns
    -------
    float
        Full width, pixels. NaN if the centre has no values, if the maximum of the profile is not in the centre, or if
        the profile does not fall to half of the maximum.
    """
    flux = cutout.filled() - background
    if not np.isfinite(flux).all():
        return float("nan")
    radius, mean = _profile(flux, *_core_centroid(cutout, flux, core))
    peak = int(np.argmax(mean))
    below = np.flatnonzero(mean[peak:] <= mean[peak] / 2) + peak
    if radius[peak] > _FARTHEST_PEAK or mean[peak] <= 0 or not below.size:
        return float("nan")
    ends = [below[0], below[0] - 1]
    return float(2 * np.interp(mean[peak] / 2, mean[ends], radius[ends]))


def _core_centroid(cutout: Cutout, flux: NDArray[np.float64], core: float) -> tuple[float, float]:
    """Return the centroid of the core, as column and row of the cut-out."""
    x, y = 0.0, 0.0
    for _ in range(_PASSES):
        near = np.where(np.hypot(cutout.dx - x, cutout.dy - y) < core, flux, 0)
        total = near.sum()
        if total <= 0:
            break
        x, y = float((near * cutout.dx).sum() / total), float((near * cutout.dy).sum() / total)
    return x - float(cutout.dx[0, 0]), y - float(cutout.dy[0, 0])


def _profile(flux: NDArray[np.float64], column: float, row: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return radii and the mean over all directions, as far as all directions are in the cut-out."""
    from scipy.ndimage import map_coordinates

    farthest = min(column, row, flux.shape[1] - 1 - column, flux.shape[0] - 1 - row)
    radius = np.arange(0.0, max(farthest, _STEP), _STEP)
    angle = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)[:, None]
    places = row + radius * np.sin(angle), column + radius * np.cos(angle)
    return radius, np.asarray(map_coordinates(flux, places, order=5, mode="nearest").mean(axis=0))
