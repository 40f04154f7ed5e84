"""Square parts of images around their star, with the background subtracted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.image.dq_flags import do_not_use
from wfsgui.core.image.sampling import windowed
from wfsgui.core.measure.background import measure_background
from wfsgui.core.measure.cutout import without_unusable
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.measure.background import Background
    from wfsgui.core.pair.results import PairSide
    from wfsgui.core.regions.shapes import Circle

__all__ = ["StarCut", "background_around", "cut_star", "half_size", "outer_radius", "single_pixels", "star_pixel"]

_LEAST_HALF: Final = 8
_MOST_HALF: Final = 320
"""Limits of half the size of a cut-out, pixels: a larger one would take too long."""

_SINGLE: Final = 8.0
"""Value of a single bright pixel over the brightest of its neighbours."""

_RANDOM: Final = ("VAR_POISSON", "VAR_RNOISE")


@dataclass(frozen=True, eq=False)
class StarCut:
    """Square part of an image around its star.

    Attributes
    ----------
    value : ndarray of float64, shape (n, n)
        SCI without the background, in the unit of the image; NaN for pixels that must not be used.
    variance : ndarray of float64, shape (n, n)
        Square of ERR; NaN where `value` is, and where ERR is missing or not positive.
    random : ndarray of float64, shape (n, n), or None
        VAR_POISSON + VAR_RNOISE, without the error of the flat field; None if the image has no variances.
    dq : ndarray of uint32, shape (n, n)
        Data-quality flags; 0 beyond the edges of the image.
    centre : tuple of int
        Pixel (x, y) of the image in the middle of the part.
    """

    value: NDArray[np.float64]
    variance: NDArray[np.float64]
    random: NDArray[np.float64] | None
    dq: NDArray[np.uint32]
    centre: tuple[int, int]

    @property
    def half(self) -> int:
        """Pixels on each side of the pixel in the middle."""
        return int(self.value.shape[0]) // 2

    @cached_property
    def single(self) -> NDArray[np.bool_]:
        """Single bright pixels, shape (n, n); see `single_pixels`."""
        return single_pixels(self.value)

    @property
    def turned(self) -> StarCut:
        """The same part, turned by 180 degrees about the pixel in the middle."""
        back = (slice(None, None, -1),) * 2
        random = None if self.random is None else self.random[back]
        return StarCut(self.value[back], self.variance[back], random, self.dq[back], self.centre)


def single_pixels(plane: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the pixels that are far brighter than all around them: cosmic rays and hot pixels; no star is so sharp.

    Parameters
    ----------
    plane : ndarray of float64, shape (n, n)
        Image without background, NaN for missing pixels.

    Returns
    -------
    ndarray of bool, shape (n, n)
        Pixels of more than eight times their brightest neighbour and the median of the image; of both signs.
    """
    from scipy.ndimage import rank_filter

    size = np.where(np.isfinite(plane), np.abs(plane), 0.0)
    around = rank_filter(size, rank=-2, size=3, mode="constant")
    return np.asarray(size > _SINGLE * np.maximum(around, float(np.median(size))))


def outer_radius(region: Circle | Annulus) -> float:
    """Return the outer radius of a region, pixels."""
    return region.outer if isinstance(region, Annulus) else region.radius


def star_pixel(side: PairSide) -> tuple[int, int]:
    """Return the pixel (x, y) at the centroid of a star."""
    return floor(side.regions.x + 0.5), floor(side.regions.y + 0.5)


def half_size(*sides: PairSide) -> int:
    """Return half the size of the cut-outs of a pair.

    Parameters
    ----------
    *sides : PairSide
        The exposures.

    Returns
    -------
    int
        Pixels from the star to the edge: the largest signal region and background annulus fit into the cut-out, up to
        320 pixels.
    """
    reach = max(max(outer_radius(side.regions.signal), side.regions.background.outer) for side in sides)
    return min(max(ceil(reach), _LEAST_HALF), _MOST_HALF)


def background_around(side: PairSide) -> Background:
    """Measure the background of a star in its annulus.

    Parameters
    ----------
    side : PairSide
        The exposure.

    Returns
    -------
    Background
        The background, with places in a part of the image.

    Raises
    ------
    WfsguiError
        If no pixel of the annulus can be used.
    """
    annulus = side.regions.background
    reach = ceil(annulus.outer) + 1
    x, y = floor(annulus.x) - reach, floor(annulus.y) - reach
    corner, shape = (x, y), (2 * reach + 2, 2 * reach + 2)
    part = StepImage(
        sci=windowed(side.image.sci, corner, shape, np.nan),
        err=windowed(side.image.err, corner, shape, np.nan),
        dq=windowed(side.image.dq, corner, shape, 0),
        unit=side.image.unit,
    )
    return measure_background(without_unusable(part), annulus.moved(-x, -y))


def cut_star(side: PairSide, centre: tuple[int, int], half: int, level: float) -> StarCut:
    """Cut out the surroundings of a pixel.

    Parameters
    ----------
    side : PairSide
        The exposure.
    centre : tuple of int
        Pixel (x, y) in the middle; parts beyond the edges of the image are NaN.
    half : int
        Pixels on each side of it.
    level : float
        Background to subtract, in the unit of the image.

    Returns
    -------
    StarCut
        A copy.

    Raises
    ------
    WfsguiError
        If no pixel can be used.
    """
    size = 2 * half + 1
    corner, shape = (centre[0] - half, centre[1] - half), (size, size)
    image = side.image

    def window(plane: NDArray[np.float32]) -> NDArray[np.float64]:
        return windowed(plane, corner, shape, np.nan).astype(float)

    dq = windowed(image.dq, corner, shape, 0)
    value, error = window(image.sci), window(image.err)
    unusable = ~np.isfinite(value) | do_not_use(dq)
    if unusable.all():
        raise WfsguiError(f"No pixel around the star of {side.info.path.name} can be used; choose another region.")
    value[unusable] = np.nan
    missing = unusable | ~np.isfinite(error) | (error <= 0)
    random = None
    if all(name in image.variances for name in _RANDOM):
        random = sum((window(image.variances[name]) for name in _RANDOM), np.zeros(shape))
        random[missing | ~(random > 0)] = np.nan
    return StarCut(value - level, np.where(missing, np.nan, error) ** 2, random, dq, centre)
