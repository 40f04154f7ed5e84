"""Robust fit of a plane to the pixels of an annulus."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, hypot, nan
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.image.sampling import block_reduced
from wfsgui.core.measure.robust import robust_statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PlaneFit", "fit_plane"]

_PIXEL_LIMIT: Final = 10.0
"""Pixels farther from the median are left out, in MAD standard deviations: hot pixels and cores of stars."""

_CLIP: Final = 3.0
_ROUNDS: Final = 20
_LARGEST_BLOCK: Final = 8
_FEWEST_BLOCKS: Final = 100
_PARAMETERS: Final = 3


@dataclass(frozen=True)
class PlaneFit:
    """Slope of a plane.

    Attributes
    ----------
    dx, dy : float
        Change of the value by pixel along x and y.
    dx_error, dy_error : float
        Their standard deviations, from the scatter of the blocks around the plane.
    covariance : float
        Covariance of `dx` and `dy`.
    """

    dx: float
    dy: float
    dx_error: float
    dy_error: float
    covariance: float

    @property
    def slope(self) -> float:
        """Greatest change by pixel, in any direction."""
        return hypot(self.dx, self.dy)

    @property
    def angle(self) -> float:
        """Direction in which the value rises, degrees from +x to +y, 0 to 360."""
        return degrees(atan2(self.dy, self.dx)) % 360

    @property
    def slope_error(self) -> float:
        """Standard deviation of `slope`, along its direction."""
        if not self.slope:
            return hypot(self.dx_error, self.dy_error)
        x, y = self.dx / self.slope, self.dy / self.slope
        variance = (x * self.dx_error) ** 2 + (y * self.dy_error) ** 2 + 2 * x * y * self.covariance
        return float(np.sqrt(max(variance, 0.0)))


def fit_plane(value: NDArray[np.floating[Any]]) -> PlaneFit:
    """Fit a plane to the known pixels of an image, with clipping at three standard deviations.

    The pixels are averaged in blocks first, so that noise that neighbours share counts in the errors.

    Parameters
    ----------
    value : ndarray of float, shape (y, x)
        The pixels; NaN where they are unknown or not wanted.

    Returns
    -------
    PlaneFit
        Linear least squares, without blocks that differ from the plane by more than three MAD standard deviations.

    Raises
    ------
    WfsguiError
        If there are too few pixels for a plane.
    """
    design, means = _blocks(value)
    if means.size <= _PARAMETERS or np.linalg.matrix_rank(design) < _PARAMETERS:
        raise WfsguiError("Too few pixels around the star have a value for the gradient of the background.")
    kept = np.ones(means.size, bool)
    for _ in range(_ROUNDS):
        solution = np.linalg.lstsq(design[kept], means[kept], rcond=None)[0]
        away = means - design @ solution
        scatter = robust_statistics(away[kept])
        within = np.abs(away - scatter.median) <= _CLIP * scatter.mad_std if scatter.mad_std > 0 else kept
        if np.array_equal(within, kept) or np.linalg.matrix_rank(design[within]) < _PARAMETERS:
            break
        kept = within
    return _fit(design[kept], means[kept])


def _fit(design: NDArray[np.float64], means: NDArray[np.float64]) -> PlaneFit:
    solution = np.linalg.lstsq(design, means, rcond=None)[0]
    free = means.size - _PARAMETERS
    variance = float(np.square(means - design @ solution).sum()) / free if free > 0 else nan
    covariance = variance * np.linalg.inv(design.T @ design)
    return PlaneFit(
        dx=float(solution[1]),
        dy=float(solution[2]),
        dx_error=float(np.sqrt(covariance[1, 1])),
        dy_error=float(np.sqrt(covariance[2, 2])),
        covariance=float(covariance[1, 2]),
    )


def _blocks(value: NDArray[np.floating[Any]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Average blocks; return the design matrix (1, x, y from the middle) and the means of blocks half full or more."""
    known = np.isfinite(value)
    whole = robust_statistics(value)
    if whole.mad_std > 0:
        known &= np.abs(np.where(known, value, whole.median) - whole.median) <= _PIXEL_LIMIT * whole.mad_std
    side = _LARGEST_BLOCK
    while side > 1 and np.count_nonzero(known) < _FEWEST_BLOCKS * side * side:
        side //= 2
    counts = block_reduced(np.add, known, side, dtype=np.int64)
    full = counts >= max(1, side * side // 2)
    y, x = (axis.astype(float) for axis in np.indices(value.shape))
    planes = (np.where(known, plane, 0).astype(float) for plane in (value, x, y))
    mean, across, along = (block_reduced(np.add, plane, side)[full] / counts[full] for plane in planes)
    centre = ((value.shape[1] - 1) / 2, (value.shape[0] - 1) / 2)
    return np.column_stack([np.ones(mean.size), across - centre[0], along - centre[1]]), mean
