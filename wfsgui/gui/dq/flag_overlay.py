"""Flags to show over the image, and their index image."""

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
        Combined values of flags, and the colour of the pixels that have any of them; a later entry covers an earlier.
    opacity : float
        From 0, invisible, to 1.
    """

    entries: tuple[tuple[int, QColor], ...] = ()
    opacity: float = 1.0

    @property
    def bits(self) -> tuple[int, ...]:
        """Values of the entries."""
        return tuple(value for value, _ in self.entries)


def overlay_index(dq: NDArray[np.uint32], bits: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return the entry that each pixel shows.

    Parameters
    ----------
    dq : ndarray of uint32, shape (y, x)
        Flags of each pixel.
    bits : tuple of int
        Values of the entries, at most 255.

    Returns
    -------
    ndarray of uint8, shape (y, x)
        0 for pixels with none of the flags, otherwise the number, from 1, of the last entry that the pixel has.
    """
    low, high = (_half_table(bits, shift) for shift in (0, _HALF_BITS))
    # One look-up table for each half of the bits: the time does not depend on the number of flags.
    index = low.take(dq.astype(np.uint16))
    np.maximum(index, high.take((dq >> np.uint32(_HALF_BITS)).astype(np.uint16)), out=index)
    return index


def reduced(index: NDArray[np.uint8], block: int) -> NDArray[np.uint8]:
    """Reduce an index image in size without losing a flagged pixel.

    Parameters
    ----------
    index : ndarray of uint8, shape (y, x)
        As from `overlay_index`.
    block : int
        Number of pixels, in each direction, that become one.

    Returns
    -------
    ndarray of uint8, shape (ceil(y / block), ceil(x / block))
        The highest entry of each block.
    """
    if block == 1:
        return index
    height, width = index.shape
    whole = np.pad(index, ((0, -height % block), (0, -width % block)))
    # The maximum of strided slices is twenty times faster than a maximum along an axis.
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
