"""Regions of an image: rectangles, circles and annuli that hold pixels, and lines. Plain numpy.

x is the column and y the row; the centre of the first pixel is (0, 0). A pixel belongs to a region if its centre lies
inside, as in photutils and regions with the method ``center``; a centre on the edge itself is outside.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, hypot, isfinite
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Annulus", "Area", "Circle", "Line", "NamedRegion", "Rectangle", "Region", "Shape"]


class Area(ABC):
    """A region that holds pixels."""

    @abstractmethod
    def moved(self, dx: float, dy: float) -> Area:
        """Return the same region elsewhere; `dx` and `dy` are pixels."""

    @abstractmethod
    def _box(self) -> tuple[float, float, float, float]:
        """Give the centre, half the width and half the height."""

    @abstractmethod
    def _holds(self, dx: NDArray[np.float64], dy: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which offsets from the centre lie inside; `dx` is a row and `dy` a column."""

    def cutout(self, shape: tuple[int, int]) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
        """Find the region's pixels within the smallest box that holds them.

        Parameters
        ----------
        shape : tuple of int
            Shape of the image, (y, x).

        Returns
        -------
        slices : tuple of slice
            The box, rows first, cut off at the edges of the image.
        mask : ndarray of bool
            Which pixels of the box are in the region; has no elements where the region is off the image.
        """
        x, y, half_width, half_height = self._box()
        rows, columns = _pixels(y, half_height, shape[0]), _pixels(x, half_width, shape[1])
        dx = np.arange(columns.start, columns.stop, dtype=float)[None, :] - x
        dy = np.arange(rows.start, rows.stop, dtype=float)[:, None] - y
        return (rows, columns), self._holds(dx, dy)

    def mask(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Find the region's pixels in the whole image.

        Parameters
        ----------
        shape : tuple of int
            Shape of the image, (y, x).

        Returns
        -------
        ndarray of bool, shape (y, x)
            Whether a pixel is in the region.
        """
        whole = np.zeros(shape, bool)
        box, inside = self.cutout(shape)
        whole[box] = inside
        return whole


@dataclass(frozen=True)
class Rectangle(Area):
    """A rectangle along rows and columns.

    Attributes
    ----------
    x, y : float
        Its centre, pixels.
    width, height : float
        Pixels.
    """

    x: float
    y: float
    width: float
    height: float

    def moved(self, dx: float, dy: float) -> Rectangle:
        """Return the same rectangle elsewhere; `dx` and `dy` are pixels."""
        return Rectangle(self.x + dx, self.y + dy, self.width, self.height)

    def _box(self) -> tuple[float, float, float, float]:
        return self.x, self.y, self.width / 2, self.height / 2

    def _holds(self, dx: NDArray[np.float64], dy: NDArray[np.float64]) -> NDArray[np.bool_]:
        return (np.abs(dx) < self.width / 2) & (np.abs(dy) < self.height / 2)


@dataclass(frozen=True)
class Circle(Area):
    """A circle.

    Attributes
    ----------
    x, y : float
        Its centre, pixels.
    radius : float
        Pixels.
    """

    x: float
    y: float
    radius: float

    def moved(self, dx: float, dy: float) -> Circle:
        """Return the same circle elsewhere; `dx` and `dy` are pixels."""
        return Circle(self.x + dx, self.y + dy, self.radius)

    def _box(self) -> tuple[float, float, float, float]:
        return self.x, self.y, self.radius, self.radius

    def _holds(self, dx: NDArray[np.float64], dy: NDArray[np.float64]) -> NDArray[np.bool_]:
        return np.asarray(np.hypot(dx, dy) < self.radius)


@dataclass(frozen=True)
class Annulus(Area):
    """What a circle leaves of a larger one around the same centre.

    Attributes
    ----------
    x, y : float
        The centre, pixels.
    inner, outer : float
        The radii, pixels.
    """

    x: float
    y: float
    inner: float
    outer: float

    def moved(self, dx: float, dy: float) -> Annulus:
        """Return the same annulus elsewhere; `dx` and `dy` are pixels."""
        return Annulus(self.x + dx, self.y + dy, self.inner, self.outer)

    def _box(self) -> tuple[float, float, float, float]:
        return self.x, self.y, self.outer, self.outer

    def _holds(self, dx: NDArray[np.float64], dy: NDArray[np.float64]) -> NDArray[np.bool_]:
        distance = np.hypot(dx, dy)
        return (distance >= self.inner) & (distance < self.outer)


@dataclass(frozen=True)
class Line:
    """A straight line from one point to another.

    Attributes
    ----------
    x1, y1 : float
        Where it begins, pixels.
    x2, y2 : float
        Where it ends, pixels.
    """

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def length(self) -> float:
        """Pixels."""
        return hypot(self.x2 - self.x1, self.y2 - self.y1)

    def moved(self, dx: float, dy: float) -> Line:
        """Return the same line elsewhere; `dx` and `dy` are pixels."""
        return Line(self.x1 + dx, self.y1 + dy, self.x2 + dx, self.y2 + dy)


Region = Rectangle | Circle | Annulus | Line


@dataclass(frozen=True)
class NamedRegion:
    """A region as the analyst keeps it.

    Attributes
    ----------
    name : str
        Any text.
    region : Region
        Where it is.
    of_star : bool
        Whether it belongs to the star of one exposure, and not to the session.
    """

    name: str
    region: Region
    of_star: bool = False

    def to(self, region: Region) -> NamedRegion:
        """Return it in another place or size."""
        return NamedRegion(self.name, region, self.of_star)


def _pixels(centre: float, half: float, size: int) -> slice:
    """Give the pixels of an axis whose centres may lie within `half` of a place."""
    if not (isfinite(centre) and isfinite(half)):
        return slice(0, 0)
    # First clipped, then made an integer: no coordinate is too large.
    start = ceil(min(max(centre - half, 0.0), float(size)))
    stop = floor(min(max(centre + half, -1.0), size - 1.0)) + 1
    return slice(start, max(start, stop))


class Shape(StrEnum):
    """What can be drawn."""

    RECTANGLE = "rectangle"
    CIRCLE = "circle"
    ANNULUS = "annulus"
    LINE = "line"
