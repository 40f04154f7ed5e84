"""Regions of an image: rectangles, circles, annuli and lines.

x is the column and y the row; the centre of the first pixel is (0, 0). A pixel belongs to a region if its centre is
inside; a centre on the edge is outside. Masks are made by hand, because the import of the package regions would delay
the first measurement by a second; tests hold them equal to photutils and regions with the method ``center``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, floor, hypot, isfinite
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Annulus", "Area", "Circle", "Line", "NamedRegion", "Rectangle", "Region", "Shape", "enclosing_circle"]


@dataclass(frozen=True)
class Area(ABC):
    """Region with an area.

    Attributes
    ----------
    x, y : float
        Centre, pixels.
    """

    x: float
    y: float

    def moved(self, dx: float, dy: float) -> Self:
        """Return the region moved by `dx` and `dy`, pixels."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    @abstractmethod
    def _half_sizes(self) -> tuple[float, float]:
        """Return half the width and half the height, pixels."""

    @abstractmethod
    def _holds(self, dx: NDArray[np.float64], dy: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which offsets from the centre are inside; `dx` has the shape (1, n) and `dy` (m, 1)."""

    def cutout(self, shape: tuple[int, int]) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
        """Return the bounding box of the region's pixels, and their mask in that box.

        Parameters
        ----------
        shape : tuple of int
            Shape of the image, (y, x).

        Returns
        -------
        slices : tuple of slice
            The box, rows first, cut at the edges of the image.
        mask : ndarray of bool, shape of the box
            Pixels of the box that are in the region; empty if the region is outside of the image.
        """
        half_width, half_height = self._half_sizes()
        rows, columns = _pixels(self.y, half_height, shape[0]), _pixels(self.x, half_width, shape[1])
        dx = np.arange(columns.start, columns.stop, dtype=float)[None, :] - self.x
        dy = np.arange(rows.start, rows.stop, dtype=float)[:, None] - self.y
        return (rows, columns), self._holds(dx, dy)

    def mask(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Return the mask of the region's pixels in the whole image.

        Parameters
        ----------
        shape : tuple of int
            Shape of the image, (y, x).

        Returns
        -------
        ndarray of bool, shape (y, x)
            True for a pixel in the region.
        """
        whole = np.zeros(shape, bool)
        box, inside = self.cutout(shape)
        whole[box] = inside
        return whole


@dataclass(frozen=True)
class Rectangle(Area):
    """Rectangle parallel to rows and columns.

    Attributes
    ----------
    x, y : float
        Centre, pixels.
    width, height : float
        Pixels.
    """

    width: float
    height: float

    def _half_sizes(self) -> tuple[float, float]:
        return self.width / 2, self.height / 2

    def _holds(self, dx: NDArray[np.float64], dy: NDArray[np.float64]) -> NDArray[np.bool_]:
        return (np.abs(dx) < self.width / 2) & (np.abs(dy) < self.height / 2)


@dataclass(frozen=True)
class Circle(Area):
    """Circle.

    Attributes
    ----------
    x, y : float
        Centre, pixels.
    radius : float
        Pixels.
    """

    radius: float

    def _half_sizes(self) -> tuple[float, float]:
        return self.radius, self.radius

    def _holds(self, dx: NDArray[np.float64], dy: NDArray[np.float64]) -> NDArray[np.bool_]:
        return np.asarray(np.hypot(dx, dy) < self.radius)


@dataclass(frozen=True)
class Annulus(Area):
    """Area between two concentric circles.

    Attributes
    ----------
    x, y : float
        Centre, pixels.
    inner, outer : float
        Radii, pixels.
    """

    inner: float
    outer: float

    def _half_sizes(self) -> tuple[float, float]:
        return self.outer, self.outer

    def _holds(self, dx: NDArray[np.float64], dy: NDArray[np.float64]) -> NDArray[np.bool_]:
        distance = np.hypot(dx, dy)
        return (distance >= self.inner) & (distance < self.outer)


@dataclass(frozen=True)
class Line:
    """Straight line between two points.

    Attributes
    ----------
    x1, y1 : float
        Start, pixels.
    x2, y2 : float
        End, pixels.
    """

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def length(self) -> float:
        """Length, pixels."""
        return hypot(self.x2 - self.x1, self.y2 - self.y1)

    def moved(self, dx: float, dy: float) -> Line:
        """Return the line moved by `dx` and `dy`, pixels."""
        return Line(self.x1 + dx, self.y1 + dy, self.x2 + dx, self.y2 + dy)


Region = Rectangle | Circle | Annulus | Line


def enclosing_circle(region: Region) -> Circle:
    """Return the circle around a region's centre with half of its largest extent as radius."""
    match region:
        case Circle():
            return region
        case Annulus():
            return Circle(region.x, region.y, region.outer)
        case Rectangle():
            return Circle(region.x, region.y, max(region.width, region.height) / 2)
        case Line():
            return Circle((region.x1 + region.x2) / 2, (region.y1 + region.y2) / 2, region.length / 2)


@dataclass(frozen=True)
class NamedRegion:
    """Region with a name.

    Attributes
    ----------
    name : str
        Any text.
    region : Region
        The region.
    of_star : bool
        Whether it belongs to the star of one exposure instead of the session.
    """

    name: str
    region: Region
    of_star: bool = False

    def to(self, region: Region) -> NamedRegion:
        """Return the same name with another region."""
        return NamedRegion(self.name, region, self.of_star)


def _pixels(centre: float, half: float, size: int) -> slice:
    """Return the pixels of an axis whose centres are within `half` of a position."""
    if not (isfinite(centre) and isfinite(half)):
        return slice(0, 0)
    # Clipped before the conversion to an integer, which may overflow.
    start = ceil(min(max(centre - half, 0.0), float(size)))
    stop = floor(min(max(centre + half, -1.0), size - 1.0)) + 1
    return slice(start, max(start, stop))


class Shape(StrEnum):
    """Kinds of regions."""

    RECTANGLE = "rectangle"
    CIRCLE = "circle"
    ANNULUS = "annulus"
    LINE = "line"
