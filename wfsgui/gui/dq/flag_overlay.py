"""What is laid over the image for the flags: which pixels, in which colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

__all__ = ["FlagOverlay", "overlay_index", "reduced"]

_HALF_BITS: Final = 16
_HALF: Final = np.arange(1 << _HALF_BITS, dtype=np.uint32)


@dataclass(frozen=True)
class FlagOverlay:
    """Flags to show over the image.

    Attributes
    ----------
    entries : tuple of (int, QColor)
        Values of flags and the colour of the pixels that have any of them; where entries meet, the later one wins.
    opacity : float
        From 0, not to be seen, to 1.
    """

    entries: tuple[tuple[int, QColor], ...] = ()
    opacity: float = 1.0

    @property
    def bits(self) -> tuple[int, ...]:
        """The values alone."""
        return tuple(value for value, _ in self.entries)


def overlay_index(dq: NDArray[np.uint32], bits: tuple[int, ...]) -> NDArray[np.uint8]:
    """Tell which entry each pixel shows.

    Parameters
    ----------
    dq : ndarray of uint32, shape (y, x)
        The flags of every pixel.
    bits : tuple of int
        Values of flags; 255 of them at most.

    Returns
    -------
    ndarray of uint8, shape (y, x)
        1 for the first entry, and so on; the last of those that a pixel has any flag of, 0 where it has none.
    """
    low, high = (_half_table(bits, shift) for shift in (0, _HALF_BITS))
    # A table for each half of the bits takes the same short time for one flag and for all of them.
    index = low.take(dq.astype(np.uint16))
    np.maximum(index, high.take((dq >> np.uint32(_HALF_BITS)).astype(np.uint16)), out=index)
    return index


def reduced(index: NDArray[np.uint8], block: int) -> NDArray[np.uint8]:
    """Make an image smaller, so that no flagged pixel gets lost.

    Parameters
    ----------
    index : ndarray of uint8, shape (y, x)
        As from `overlay_index`.
    block : int
        Pixels of the image, in each direction, that become one.

    Returns
    -------
    ndarray of uint8
        The highest entry of each block; the image counts as longer by pixels without any where that is needed.
    """
    if block == 1:
        return index
    height, width = index.shape
    whole = np.pad(index, ((0, -height % block), (0, -width % block)))
    # Slices with a step are twenty times faster than a maximum along an axis.
    rows = np.maximum.reduce([whole[first::block] for first in range(block)])
    smaller: NDArray[np.uint8] = np.maximum.reduce([rows[:, first::block] for first in range(block)])
    return smaller


def _half_table(bits: tuple[int, ...], shift: int) -> NDArray[np.uint8]:
    table = np.zeros(_HALF.size, np.uint8)
    for number, value in enumerate(bits, start=1):
        half = value >> shift & (_HALF.size - 1)
        if half:
            table[(_HALF & np.uint32(half)) != 0] = number
    return table
