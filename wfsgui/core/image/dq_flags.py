"""Data-quality flags of an image: counts, search for the next flagged pixel, neighbourhood of a pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.image.sampling import windowed
from wfsgui.core.model.flags import DO_NOT_USE, FLAGS

if TYPE_CHECKING:
    from wfsgui.core.model.step_image import StepImage

__all__ = ["FlagRow", "Neighbourhood", "do_not_use", "flag_rows", "has_flags", "neighbourhood", "next_flagged"]

_Cutout = tuple[tuple[slice, slice], NDArray[np.bool_]]
_Census = tuple[NDArray[np.uint32], NDArray[np.int64]]


@dataclass(frozen=True)
class FlagRow:
    """Counts of one flag in an image.

    Attributes
    ----------
    name : str
        Name of the flag.
    value : int
        Value of the flag.
    meaning : str
        Meaning of the flag; empty if it is not known.
    count : int
        Pixels with the flag.
    under_star : int
        Pixels with the flag within the star's circle.
    gained, lost : int
        Pixels that gained and that lost the flag in the step.
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
    """Pixels around a pixel.

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
    """Count the flags of an image, and those that it lost.

    Parameters
    ----------
    dq : ndarray of uint32, shape (y, x)
        The flags of every pixel.
    meanings : mapping of str to str, optional
        Meaning of each flag.
    under : tuple of (slices, mask), optional
        The star's circle: its box in the image, and the mask of its pixels in the box.
    before : ndarray of uint32, shape (y, x), optional
        The flags before the step.

    Returns
    -------
    tuple of FlagRow
        In ascending order of the values.

    Raises
    ------
    ValueError
        If `before` has another shape than `dq`.
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
    """Find the next pixel with any of some flags, in the order of distance from a centre.

    Parameters
    ----------
    dq : ndarray of uint32, shape (y, x)
        The flags of every pixel.
    bits : int
        The values of the flags, combined.
    place : tuple of (x, y) or None
        The current pixel, which comes last; None to begin with the nearest, or with the farthest.
    centre : tuple of (x, y)
        The pixel from which distances are measured.
    forward : bool
        Outwards, and from the farthest pixel on to the nearest; otherwise in the opposite order.
    without : int, optional
        The values of flags, combined: pixels with any of these are skipped.

    Returns
    -------
    tuple of (x, y) or None
        None if there is no such pixel. Pixels at the same distance are in the order of row and column.
    """
    y, x = np.nonzero(has_flags(dq, bits) & ~has_flags(dq, without))
    if not x.size:
        return None
    order = _order(x, y, dq.shape, centre)
    if place is None:
        index = np.argmin(order) if forward else np.argmax(order)
        return int(x[index]), int(y[index])
    here = _order(np.array(place[0]), np.array(place[1]), dq.shape, centre)
    # The order is unique, so the backward order is its negative.
    ahead = order - here if forward else here - order
    # After the last pixel the search continues with the first.
    ahead[ahead <= 0] += np.iinfo(np.int64).max // 2
    index = np.argmin(ahead)
    return int(x[index]), int(y[index])


def _order(
    x: NDArray[np.integer], y: NDArray[np.integer], shape: tuple[int, ...], centre: tuple[int, int]
) -> NDArray[np.int64]:
    """Return unique numbers in the order of distance from a centre, then of row and column."""
    x, y = x.astype(np.int64), y.astype(np.int64)
    order: NDArray[np.int64] = ((x - centre[0]) ** 2 + (y - centre[1]) ** 2) * (shape[0] * shape[1]) + y * shape[1] + x
    return order


def neighbourhood(image: StepImage, x: int, y: int, half: int = 4) -> Neighbourhood:
    """Cut out the pixels around a pixel.

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
        Copies; the size does not depend on the pixel.
    """
    size = 2 * half + 1
    corner, shape = (x - half, y - half), (size, size)
    return Neighbourhood(
        x0=x - half,
        y0=y - half,
        sci=windowed(image.sci, corner, shape, np.nan),
        err=windowed(image.err, corner, shape, np.nan),
        dq=windowed(image.dq, corner, shape, 0),
        inside=windowed(np.broadcast_to(np.True_, image.sci.shape), corner, shape, 0),
    )


def has_flags(dq: NDArray[np.uint32], bits: int) -> NDArray[np.bool_]:
    """Return which pixels have any of some flags.

    Parameters
    ----------
    dq : ndarray of uint32, shape (y, x)
        The flags of every pixel.
    bits : int
        The values of the flags, combined.

    Returns
    -------
    ndarray of bool, shape (y, x)
        True for a pixel with any of the flags.
    """
    flagged: NDArray[np.bool_] = (dq & np.uint32(bits)) != 0
    return flagged


def do_not_use(dq: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which pixels of `dq` are flagged DO_NOT_USE, in the shape of `dq`."""
    return has_flags(dq, DO_NOT_USE)


def _census(dq: NDArray[np.uint32]) -> _Census:
    """Count the distinct values that are not 0: there are few combinations of flags."""
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
