"""Width of a star's image at half of its maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.measure.cutout import Cutout

__all__ = ["half_maximum_width"]

_STEP: Final = 0.1
"""Of the profile, pixels."""

_ANGLES: Final = 48
_PASSES: Final = 5
_FARTHEST_PEAK: Final = 1.0
"""Of the profile from the centre, pixels."""


def half_maximum_width(patch: Cutout, background: float, core: float) -> float:
    """Measure where the radial profile falls to half of its maximum.

    The profile is the mean over 48 directions of a quintic spline through the pixels, at steps of a tenth of a pixel:
    for a star in focus, rings of whole pixels are too coarse. Where a star falls among the pixels moves the width by
    half a percent for JWST's image at 2.12 um, and by 4 percent for a Gaussian of 2.1 pixels. Pixels without a value
    count as the mean of their ring.

    Parameters
    ----------
    patch : Cutout
        The pixels around the star, to a radius beyond which it has fallen to half for sure.
    background : float
        What is subtracted, in the unit of the image.
    core : float
        Radius of the circle whose centre of light is taken for the centre, pixels.

    Returns
    -------
    float
        Full width, pixels. NaN where the centre has no values, where the profile has its maximum elsewhere, or where
        it does not fall to half of it.
    """
    light = patch.filled() - background
    if not np.isfinite(light).all():
        return float("nan")
    radius, mean = _profile(light, *_core_centre(patch, light, core))
    peak = int(np.argmax(mean))
    below = np.flatnonzero(mean[peak:] <= mean[peak] / 2) + peak
    if radius[peak] > _FARTHEST_PEAK or mean[peak] <= 0 or not below.size:
        return float("nan")
    ends = [below[0], below[0] - 1]
    return float(2 * np.interp(mean[peak] / 2, mean[ends], radius[ends]))


def _core_centre(patch: Cutout, light: NDArray[np.float64], core: float) -> tuple[float, float]:
    """Find the centre of light of the core, as column and row of the patch."""
    x, y = 0.0, 0.0
    for _ in range(_PASSES):
        near = np.where(np.hypot(patch.dx - x, patch.dy - y) < core, light, 0)
        total = near.sum()
        if total <= 0:
            break
        x, y = float((near * patch.dx).sum() / total), float((near * patch.dy).sum() / total)
    return x - float(patch.dx[0, 0]), y - float(patch.dy[0, 0])


def _profile(light: NDArray[np.float64], column: float, row: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Average over directions, by radius, as far as all directions are in the patch."""
    from scipy.ndimage import map_coordinates

    farthest = min(column, row, light.shape[1] - 1 - column, light.shape[0] - 1 - row)
    radius = np.arange(0.0, max(farthest, _STEP), _STEP)
    angle = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)[:, None]
    places = row + radius * np.sin(angle), column + radius * np.cos(angle)
    return radius, np.asarray(map_coordinates(light, places, order=5, mode="nearest").mean(axis=0))
