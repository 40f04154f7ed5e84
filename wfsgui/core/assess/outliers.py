"""Search for single bright pixels in the smooth light of a star out of focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.image.sampling import windowed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Circle

__all__ = ["LEAST_RADIUS", "RATIO", "outliers_in"]

LEAST_RADIUS: Final = 20.0
"""Least radius of light, pixels, in which no structure is as sharp as an outlier."""

RATIO: Final = 5.0
"""Brightness of an outlier over that of its surroundings, above the background."""

_SIDE: Final = 5
_RANK: Final = -6
"""Order of the pixel of the surroundings with which a pixel is compared: up to five outliers may be neighbours."""

_SIGMAS: Final = 10.0


def outliers_in(image: StepImage, circle: Circle, background: float, noise: float) -> NDArray[np.bool_]:
    """Find pixels that are much brighter than their surroundings.

    Parameters
    ----------
    image : StepImage
        The image, with NaN for pixels that must not be used.
    circle : Circle
        Where to search, pixels; its light has to be out of focus.
    background, noise : float
        Level and standard deviation of the background, in the unit of the image.

    Returns
    -------
    ndarray of bool, shape (y, x)
        Pixels that exceed the sixth brightest of the 5 x 5 pixels around them by a factor of five, and by ten standard
        deviations of the background. A missing pixel counts as bright, so beside many of them there are no outliers.
    """
    shape = (image.sci.shape[0], image.sci.shape[1])
    found = np.zeros(shape, bool)
    (rows, columns), inside = circle.cutout(shape)
    if not inside.any():
        return found
    from scipy.ndimage import rank_filter

    margin = _SIDE // 2
    size = inside.shape[0] + 2 * margin, inside.shape[1] + 2 * margin
    light = windowed(image.sci, (columns.start - margin, rows.start - margin), size, np.nan).astype(float) - background
    around = rank_filter(np.where(np.isfinite(light), light, np.inf), rank=_RANK, size=_SIDE)
    is_bright = (light > RATIO * around) & (light - around > _SIGMAS * noise)
    found[rows, columns] = inside & is_bright[margin:-margin, margin:-margin]
    return found
