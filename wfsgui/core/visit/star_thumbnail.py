"""Thumbnails cut around the star, and one stretch for all thumbnails of a visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.image.display import NAN_INDEX, TOP_INDEX
from wfsgui.core.image.sampling import block_reduced
from wfsgui.core.measure.find_star import find_star
from wfsgui.core.measure.robust import clipped_statistics, finite_sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SIDE", "StarThumbnail", "ThumbnailScale", "common_scale", "star_thumbnail", "thumbnail_index"]

SIDE: Final = 192
"""Width and height of the part around the star, pixels: it holds a star through the strongest lens."""

_BLOCK: Final = 2
_PEAK: Final = 99.9
_BELOW: Final = -3.0
"""Value of the darkest colour in standard deviations of the noise."""

_LEAST_RANGE: Final = 10.0
"""Least value of the brightest colour in standard deviations of the noise."""


@dataclass(frozen=True, eq=False)
class StarThumbnail:
    """Small image of the surroundings of a star.

    Attributes
    ----------
    values : ndarray of float32, shape (n, n)
        Means of blocks of pixels minus the background, in `unit`; NaN for missing values.
    inside : ndarray of bool, shape (n, n)
        Which blocks are on the detector.
    noise : float
        Standard deviation of the background of a pixel, in `unit`; NaN if it cannot be measured.
    peak : float
        Value that 99.9 percent of the blocks do not exceed, in `unit`; NaN without values.
    unit : str
        Unit of the image.
    place : tuple of float or None
        Pixel (x, y) of the star; None if there is no star, and the thumbnail shows the middle of the image.
    """

    values: NDArray[np.float32]
    inside: NDArray[np.bool_]
    noise: float
    peak: float
    unit: str
    place: tuple[float, float] | None


@dataclass(frozen=True)
class ThumbnailScale:
    """Stretch of thumbnails: the inverse hyperbolic sine, linear below the knee and logarithmic above it.

    Attributes
    ----------
    knee : float
        Noise of the background, in the unit of the images.
    high : float
        Value of the brightest colour, in the unit of the images.
    """

    knee: float
    high: float

    @property
    def low(self) -> float:
        """Value of the darkest colour, in the unit of the images."""
        return _BELOW * self.knee


def star_thumbnail(
    sci: NDArray[np.float32], dq: NDArray[np.uint32], unit: str, place: tuple[float, float] | None = None
) -> StarThumbnail:
    """Cut a thumbnail out of an image.

    Parameters
    ----------
    sci : ndarray of float32, shape (y, x)
        The image, in `unit`.
    dq : ndarray of uint32, shape (y, x)
        Data-quality flags.
    unit : str
        Unit of the image.
    place : tuple of float, optional
        Pixel (x, y) of the star; by default it is searched.

    Returns
    -------
    StarThumbnail
        A square of `SIDE` pixels, or of the longer side of a smaller image.
    """
    place = place if place is not None else _place_of(sci, dq)
    height, width = sci.shape
    x, y = place if place is not None else ((width - 1) / 2, (height - 1) / 2)
    side = min(SIDE, max(height, width))
    block = _BLOCK if side > SIDE // _BLOCK else 1
    corner = round(x - (side - 1) / 2), round(y - (side - 1) / 2)
    background = clipped_statistics(finite_sample(sci))
    values, inside = _block_means(sci, corner, side, block)
    values -= np.float32(background.median if isfinite(background.median) else 0.0)
    finite = values[np.isfinite(values)]
    peak = float(np.percentile(finite, _PEAK)) if finite.size else float("nan")
    return StarThumbnail(values, inside, background.mad_std, peak, unit, place)


def common_scale(thumbnails: Iterable[StarThumbnail]) -> ThumbnailScale:
    """Return one stretch for several thumbnails in the same unit.

    Parameters
    ----------
    thumbnails : iterable of StarThumbnail
        The thumbnails.

    Returns
    -------
    ThumbnailScale
        The knee is the median of their noise, the brightest colour the highest of their peaks.
    """
    given = list(thumbnails)
    noise = [each.noise for each in given if isfinite(each.noise) and each.noise > 0]
    peaks = [each.peak for each in given if isfinite(each.peak)]
    highest = max(peaks, default=0.0)
    knee = float(np.median(noise)) if noise else abs(highest) / _LEAST_RANGE or 1.0
    return ThumbnailScale(knee, max(highest, _LEAST_RANGE * knee))


def thumbnail_index(thumbnail: StarThumbnail, scale: ThumbnailScale) -> NDArray[np.uint8]:
    """Convert a thumbnail to indexes of a colour table.

    Parameters
    ----------
    thumbnail : StarThumbnail
        The thumbnail.
    scale : ThumbnailScale
        The stretch.

    Returns
    -------
    ndarray of uint8, shape (n, n)
        0 to `TOP_INDEX`; 0 beyond the detector, `NAN_INDEX` for missing values on it.
    """
    low, high = np.arcsinh(scale.low / scale.knee), np.arcsinh(scale.high / scale.knee)
    with np.errstate(over="ignore", invalid="ignore"):
        share = (np.arcsinh(thumbnail.values / np.float32(scale.knee)) - low) / (high - low)
    known = np.isfinite(share)
    index = np.where(thumbnail.inside, np.uint8(NAN_INDEX), np.uint8(0))
    index[known] = np.rint(np.clip(share[known], 0, 1) * TOP_INDEX)
    return index


def _place_of(sci: NDArray[np.float32], dq: NDArray[np.uint32]) -> tuple[float, float] | None:
    try:
        return find_star(sci, dq)
    except WfsguiError:
        return None


def _block_means(
    sci: NDArray[np.float32], corner: tuple[int, int], side: int, block: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Average blocks of the finite pixels of a square; also return which blocks are on the detector."""
    window = np.full((side, side), np.nan, np.float32)
    rows, columns = (np.arange(start, start + side) for start in (corner[1], corner[0]))
    on_rows, on_columns = (rows >= 0) & (rows < sci.shape[0]), (columns >= 0) & (columns < sci.shape[1])
    window[np.ix_(on_rows, on_columns)] = sci[np.ix_(rows[on_rows], columns[on_columns])]
    inside = on_rows[:, None] & on_columns[None, :]
    finite = np.isfinite(window)
    counts = block_reduced(np.add, finite, block, dtype=np.float64)
    # A sum of the largest numbers overflows.
    with np.errstate(over="ignore"):
        sums = block_reduced(np.add, np.where(finite, window, 0), block, dtype=np.float64)
        means = np.full(sums.shape, np.nan, np.float32)
        np.divide(sums, counts, out=means, where=counts > 0, casting="same_kind")
    return means, block_reduced(np.logical_or, inside, block)
