"""Fit of position and contrast of a companion."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, nan
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from wfsgui.core.pair.companions.copy_model import CopyModel

__all__ = ["CompanionFit", "fit_companion"]

_STEPS: Final = 10
_TOLERANCE: Final = 0.02
"""Step at which the fit has converged, pixels and standard deviations of the contrast."""

_FARTHEST: Final = 2.0
"""Distance from the start at which the fit has failed, pixels."""


@dataclass(frozen=True)
class CompanionFit:
    """Companion that was fitted.

    Attributes
    ----------
    dx, dy : float
        Offset from the star, pixels.
    contrast, error : float
        Contrast and its formal standard deviation.
    position_error : float
        Formal standard deviation of `dx` and `dy`, the larger one, pixels.
    """

    dx: float
    dy: float
    contrast: float
    error: float
    position_error: float


def fit_companion(model: CopyModel, dx: float, dy: float, contrast: float) -> CompanionFit | None:
    """Fit a companion by weighted least squares (Gauss-Newton), together with a shift.

    In each step the companion is removed from the images of the star, and the weights follow from what remains of the
    difference: a bright companion is in the images of the star, too.

    Parameters
    ----------
    model : CopyModel
        Model without this companion.
    dx, dy, contrast : float
        First guess.

    Returns
    -------
    CompanionFit or None
        None if the fit does not converge near the guess.
    """
    x, y, errors = dx, dy, [nan, nan, nan]
    for _ in range(_STEPS):
        step, errors = _step(model.without(x, y, contrast), x, y, contrast)
        contrast, x, y = contrast + step[0], x + step[1], y + step[2]
        if not contrast > 0 or hypot(x - dx, y - dy) > _FARTHEST:
            return None
        if abs(step[0]) < _TOLERANCE * errors[0] and hypot(step[1], step[2]) < _TOLERANCE:
            break
    return CompanionFit(x, y, contrast, errors[0], max(errors[1:]))


def _step(model: CopyModel, dx: float, dy: float, contrast: float) -> tuple[list[float], list[float]]:
    """Return the changes of contrast, dx and dy, and their formal errors."""
    copies, along_x, along_y = model.copies(dx, dy)
    root = np.sqrt(model.weights[0])
    columns = [copies, contrast * along_x, contrast * along_y, *model.nuisances]
    design = np.stack([(root * column).ravel() for column in columns], axis=1)
    scale = np.sqrt(np.square(design).sum(axis=0))
    scale[scale == 0] = 1.0
    normal = (design.T @ design) / np.outer(scale, scale)
    inverse = np.linalg.pinv(normal, hermitian=True)
    found = inverse @ (design.T @ (root * model.difference).ravel() / scale) / scale
    errors = np.sqrt(np.clip(np.diag(inverse), 0, None)) / scale
    return [float(each) for each in found[:3]], [float(each) for each in errors[:3]]
