"""Data-quality flags of an image: how many pixels each has, where the next one is, what is around a pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.model.flags import FLAGS

if TYPE_CHECKING:
    from wfsgui.core.model.step_image import StepImage

__all__ = ["FlagRow", "Neighbourhood", "flag_overlay", "flag_rows", "neighbourhood", "next_flagged"]

_Cutout = tuple[tuple[slice, slice], NDArray[np.bool_]]
_Census = tuple[NDArray[np.uint32], NDArray[np.int64]]


@dataclass(frozen=True)
class FlagRow:
    """One flag of an image.

    Attributes
    ----------
    name : str
        The flag.
    value : int
        Its value.
    meaning : str
        What it says of a pixel; empty where that is not known.
    count : int
        Pixels that have it.
    under_star : int
        Those of them within the star's circle.
    gained, lost : int
        Pixels that have it and did not before, and the other way round.
    """

    name: str
    value: int
    meaning: str
    count: int
    under_star: int
    gained: int
    lost: int


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """The pixels around one.

    Attributes
    ----------
    x0, y0 : int
        The pixel of the first element; negative beyond the edge of the image.
    sci, err : ndarray of float32, shape (2 * half + 1, 2 * half + 1)
        NaN beyond the edge.
    dq : ndarray of uint32, same shape
        0 beyond the edge.
    inside : ndarray of bool, same shape
        Which elements are pixels of the image.
    """

    x0: int
    y0: int
    sci: NDArray[np.float32]
    err: NDArray[np.float32]
    dq: NDArray[np.uint32]
    inside: NDArray[np.bool_]


def flag_rows(
    dq: NDArray[np.uint32],
    *,
    meanings: Mapping[str, str] | None = None,
    under: _Cutout | None = None,
    before: NDArray[np.uint32] | None = None,
) -> tuple[FlagRow, ...]:
    """Count the flags that are in an image, or were before.

    Parameters
    ----------
    dq : ndarray of uint32, shape (y, x)
        The flags of every pixel.
    meanings : mapping of str to str, optional
        What each says of a pixel.
    under : tuple of (slices, mask), optional
        The star's circle: where its box is in the image, and which pixels of the box are in the circle.
    before : ndarray of uint32, shape (y, x), optional
        The flags before the step.

    Returns
    -------
    tuple of FlagRow
        By value, from the lowest.

    Raises
    ------
    ValueError
        If `before` has not the shape of `dq`.
    """
    now = _census(dq)
    star = _census(dq[under[0]][under[1]]) if under is not None else _census(dq[:0])
    gained, lost = _changes(dq, dq if before is None else before)
    rows = (
        FlagRow(
            name=name,
            value=value,
            meaning=(meanings or {}).get(name, ""),
            count=_count(now, value),
            under_star=_count(star, value),
            gained=_count(gained, value),
            lost=_count(lost, value),
        )
        for name, value in FLAGS.items()
    )
    return tuple(row for row in rows if row.count or row.lost)


def next_flagged(
    dq: NDArray[np.uint32],
    bits: int,
    place: tuple[int, int] | None,
    *,
    centre: tuple[int, int],
    forward: bool,
    without: int = 0,
) -> tuple[int, int] | None:
    """Find the next pixel that has any of some flags, by its distance from a centre.

    Parameters
    ----------
    dq : ndarray of uint32, shape (y, x)
        The flags of every pixel.
    bits : int
        The values of the flags, combined.
    place : tuple of (x, y) or None
        The pixel to go on from, which comes last itself; None for the first, or the last.
    centre : tuple of (x, y)
        The pixel from which distances count.
    forward : bool
        Outwards from the centre, and from the farthest pixel to the nearest; otherwise the other way round.
    without : int, optional
        The values of flags, combined: pixels with any of these are left out.

    Returns
    -------
    tuple of (x, y) or None
        None where there is no such pixel. Of pixels at one distance, that of the lowest row and column is the nearest.
    """
    y, x = np.nonzero(flag_overlay(dq, bits) & ~flag_overlay(dq, without))
    if not x.size:
        return None
    order = _order(x, y, dq.shape, centre)
    if place is None:
        index = np.argmin(order) if forward else np.argmax(order)
        return int(x[index]), int(y[index])
    here = _order(np.array(place[0]), np.array(place[1]), dq.shape, centre)
    # Whole numbers: turned around, the way back is the way forward.
    ahead = order - here if forward else here - order
    # Those that are not ahead come after those that are.
    ahead[ahead <= 0] += np.iinfo(np.int64).max // 2
    index = np.argmin(ahead)
    return int(x[index]), int(y[index])


def _order(
    x: NDArray[np.integer], y: NDArray[np.integer], shape: tuple[int, ...], centre: tuple[int, int]
) -> NDArray[np.int64]:
    """Return numbers that sort pixels by distance from a centre, and at one distance by row and column."""
    x, y = x.astype(np.int64), y.astype(np.int64)
    order: NDArray[np.int64] = ((x - centre[0]) ** 2 + (y - centre[1]) ** 2) * (shape[0] * shape[1]) + y * shape[1] + x
    return order


def neighbourhood(image: StepImage, x: int, y: int, half: int = 4) -> Neighbourhood:
    """Cut out the pixels around one.

    Parameters
    ----------
    image : StepImage
        The image.
    x, y : int
        The pixel in the middle.
    half : int, optional
        Pixels on each side of it.

    Returns
    -------
    Neighbourhood
        Copies, of one size everywhere.
    """
    size = 2 * half + 1
    x0, y0 = x - half, y - half
    height, width = image.sci.shape
    rows, columns = np.arange(y0, y0 + size), np.arange(x0, x0 + size)
    inside = ((rows >= 0) & (rows < height))[:, np.newaxis] & ((columns >= 0) & (columns < width))
    nearest = np.ix_(np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1))
    return Neighbourhood(
        x0=x0,
        y0=y0,
        sci=np.where(inside, image.sci[nearest], np.float32(np.nan)),
        err=np.where(inside, image.err[nearest], np.float32(np.nan)),
        dq=np.where(inside, image.dq[nearest], np.uint32(0)),
        inside=inside,
    )


def flag_overlay(dq: NDArray[np.uint32], bits: int) -> NDArray[np.bool_]:
    """Mark the pixels that have any of some flags.

    Parameters
    ----------
    dq : ndarray of uint32, shape (y, x)
        The flags of every pixel.
    bits : int
        The values of the flags, combined.

    Returns
    -------
    ndarray of bool, shape (y, x)
        Which pixels have any.
    """
    overlay: NDArray[np.bool_] = (dq & np.uint32(bits)) != 0
    return overlay


def _census(dq: NDArray[np.uint32]) -> _Census:
    """Count the different values; few pixels have any flag, and there are few combinations of them."""
    return np.unique(dq[dq != 0], return_counts=True)


def _changes(dq: NDArray[np.uint32], before: NDArray[np.uint32]) -> tuple[_Census, _Census]:
    if dq.shape != before.shape:
        raise ValueError(f"Flags of shape {before.shape} cannot be compared with those of shape {dq.shape}.")
    if dq is before:
        return _census(dq[:0]), _census(dq[:0])
    changed = dq != before
    new, old = dq[changed], before[changed]
    return _census(new & ~old), _census(old & ~new)


def _count(census: _Census, value: int) -> int:
    values, counts = census
    return int(counts[(values & np.uint32(value)) != 0].sum())
