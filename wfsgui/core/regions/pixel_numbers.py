"""Conventions of pixel numbers: arrays count from 0, FITS and DS9 from 1.

`wfsgui.core` counts from 0. The interface and the reports convert pixel numbers here and state the convention.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from wfsgui.core.regions.shapes import Annulus, Circle, Line, Rectangle

if TYPE_CHECKING:
    from wfsgui.core.regions.shapes import Region

__all__ = ["FROM_0", "FROM_1", "PixelNumbers"]

_Index = TypeVar("_Index", int, float)


@dataclass(frozen=True)
class PixelNumbers:
    """Convention of pixel numbers.

    Attributes
    ----------
    first : int
        Number of the first column and of the first row.
    """

    first: int

    @property
    def convention(self) -> str:
        """Text of the convention."""
        return f"pixels count from {self.first}"

    def of(self, index: _Index) -> _Index:
        """Return the number of a column or row.

        Parameters
        ----------
        index : int or float
            Index from 0; the centre of the first pixel is 0.

        Returns
        -------
        int or float
            Number in this convention.
        """
        return index + self.first

    def place(self, x: float, y: float, *, decimals: int = 0) -> str:
        """Write a position on an image.

        Parameters
        ----------
        x, y : float
            Column and row from 0.
        decimals : int, optional
            Number of decimals.

        Returns
        -------
        str
            For example ``x 488, y 56``.
        """
        return f"x {self.of(x):.{decimals}f}, y {self.of(y):.{decimals}f}"

    def region(self, region: Region) -> str:
        """Write a region.

        Parameters
        ----------
        region : Rectangle or Circle or Annulus or Line
            The region; its coordinates count from 0.

        Returns
        -------
        str
            For example ``circle at x 488.00, y 56.00, radius 12.50 px``.
        """
        match region:
            case Rectangle(x, y, width, height):
                return f"rectangle at {self._fine(x, y)}, {width:.2f} x {height:.2f} px"
            case Circle(x, y, radius):
                return f"circle at {self._fine(x, y)}, radius {radius:.2f} px"
            case Annulus(x, y, inner, outer):
                return f"annulus at {self._fine(x, y)}, radii {inner:.2f} and {outer:.2f} px"
            case Line(x1, y1, x2, y2):
                return f"line from {self._fine(x1, y1)} to {self._fine(x2, y2)}"

    def _fine(self, x: float, y: float) -> str:
        return self.place(x, y, decimals=2)


FROM_0: Final = PixelNumbers(0)
"""Convention of numpy and the pipeline."""

FROM_1: Final = PixelNumbers(1)
"""Convention of FITS and DS9."""
