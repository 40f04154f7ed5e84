"""Lines of constant right ascension and declination on an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.sky.contours import zero_lines
from wfsgui.core.sky.sexagesimal import DECLINATION, RIGHT_ASCENSION

if TYPE_CHECKING:
    from wfsgui.core.model.step_image import WcsReader

__all__ = ["GridLine", "LabelPlace", "Part", "SkyGrid", "grid_lines"]

# Nodes along each axis; lines are straight between them.
_NODES: Final = 97
# The image contains a pole if right ascensions have no larger gap than this, degrees.
_FULL_CIRCLE_GAP: Final = 30.0
_POLE: Final = 90.0


class Part(NamedTuple):
    """Part of an image, pixels; the centre of the first pixel is (0, 0), its lower left corner (-0.5, -0.5)."""

    left: float
    bottom: float
    right: float
    top: float


class LabelPlace(NamedTuple):
    """End of a line, pixels, and the direction of the line there, a unit vector."""

    x: float
    y: float
    dx: float
    dy: float


@dataclass(frozen=True, eq=False)
class GridLine:
    """Line of constant right ascension or declination.

    Attributes
    ----------
    label : str
        The constant coordinate, for example ``05h20m03.2s``.
    pieces : tuple of ndarray of float, shape (n, 2)
        Points of the line, x and y in pixels; one array for each section on the image.
    places : tuple of LabelPlace
        Possible positions of its label, the best first.
    """

    label: str
    pieces: tuple[NDArray[np.float64], ...]
    places: tuple[LabelPlace, ...]


@dataclass(frozen=True, eq=False)
class SkyGrid:
    """Lines on an image; none where the WCS has no value.

    Attributes
    ----------
    right_ascension, declination : tuple of GridLine
        Lines on which this coordinate is constant.
    """

    right_ascension: tuple[GridLine, ...]
    declination: tuple[GridLine, ...]

    @property
    def lines(self) -> tuple[GridLine, ...]:
        """All lines."""
        return self.right_ascension + self.declination


class _Nodes:
    """Positions on the sky at the nodes of a coarse grid; the lines are contours."""

    def __init__(self, wcs: WcsReader, part: Part) -> None:
        self.x = np.linspace(part.left, part.right, _NODES)
        self.y = np.linspace(part.bottom, part.top, _NODES)
        columns, rows = np.meshgrid(self.x, self.y)
        ra, self.dec = wcs.positions(columns, rows)
        self.is_known = np.isfinite(ra) & np.isfinite(self.dec)
        self.ra = np.where(self.is_known, ra, np.nan)
        angle, distance = np.radians(self.ra), np.cos(np.radians(self.dec))
        # Cartesian, because these are smooth across right ascension 0 and at the poles.
        self._first, self._second = distance * np.cos(angle), distance * np.sin(angle)

    def meridian(self, ra: float) -> list[NDArray[np.float64]]:
        """Trace a right ascension in degrees: half of the great circle through the poles."""
        cosine, sine = np.cos(np.radians(ra)), np.sin(np.radians(ra))
        across = cosine * self._second - sine * self._first
        return zero_lines(across, self.x, self.y, cosine * self._first + sine * self._second > 0)

    def parallel(self, dec: float) -> list[NDArray[np.float64]]:
        """Trace a declination in degrees."""
        return zero_lines(self.dec - dec, self.x, self.y, self.is_known)


def grid_lines(wcs: WcsReader, shape: tuple[int, int], view: Part | None = None) -> SkyGrid:
    """Trace four to seven lines of each coordinate, at round values.

    Only the transform from pixels to the sky is used, because a WCS may have no inverse.

    Parameters
    ----------
    wcs : WcsReader
        The WCS.
    shape : tuple of int
        Height and width of the image, pixels.
    view : Part, optional
        The visible part of the image; by default the whole image.

    Returns
    -------
    SkyGrid
        Empty if `view` is outside of the image.
    """
    part = _within(shape, view)
    if part.left >= part.right or part.bottom >= part.top:
        return SkyGrid((), ())
    nodes = _Nodes(wcs, part)
    if not nodes.is_known.any():
        return SkyGrid((), ())
    meridians = [(text, nodes.meridian(ra)) for ra, text in RIGHT_ASCENSION.ticks(*_range_of_ra(nodes.ra))]
    parallels = [
        (text, nodes.parallel(dec))
        for dec, text in DECLINATION.ticks(float(np.nanmin(nodes.dec)), float(np.nanmax(nodes.dec)))
        if abs(dec) < _POLE
    ]
    # Labels of the steeper lines are at the bottom, those of the others at the left.
    upright = _steepness(meridians) >= _steepness(parallels)
    return SkyGrid(_lines(meridians, part, axis=1 if upright else 0), _lines(parallels, part, axis=0 if upright else 1))


def _within(shape: tuple[int, int], view: Part | None) -> Part:
    image = Part(-0.5, -0.5, shape[1] - 0.5, shape[0] - 0.5)
    if view is None:
        return image
    return Part(
        max(image.left, view.left),
        max(image.bottom, view.bottom),
        min(image.right, view.right),
        min(image.top, view.top),
    )


def _range_of_ra(ra: NDArray[np.float64]) -> tuple[float, float]:
    """Return the range of right ascensions, degrees: the circle without their widest gap."""
    known = np.sort(ra[np.isfinite(ra)] % 360)
    gaps = np.diff(known, append=known[0] + 360)
    widest = int(np.argmax(gaps))
    if gaps[widest] < _FULL_CIRCLE_GAP:
        return 0.0, 360.0
    low = float(known[(widest + 1) % len(known)])
    return low, low + 360 - float(gaps[widest])


def _steepness(lines: list[tuple[str, list[NDArray[np.float64]]]]) -> float:
    """Return the height of lines over the sum of their height and width."""
    extents = np.array([np.ptp(piece, axis=0) for _, pieces in lines for piece in pieces])
    if not extents.size:
        return 0.5
    width, height = extents.sum(axis=0)
    return float(height / (width + height))


def _lines(found: list[tuple[str, list[NDArray[np.float64]]]], part: Part, *, axis: int) -> tuple[GridLine, ...]:
    return tuple(GridLine(text, tuple(pieces), _label_places(pieces, part, axis)) for text, pieces in found if pieces)


def _label_places(pieces: list[NDArray[np.float64]], part: Part, axis: int) -> tuple[LabelPlace, ...]:
    """Return the ends of a line at the edges, the lowest along the axis first; of a closed line, any points."""
    ends = [_end(points) for piece in pieces for points in (piece, piece[::-1])]
    size, origin = (part.right - part.left, part.top - part.bottom), (part.left, part.bottom)

    def share(place: LabelPlace, way: int) -> float:
        # Rounded, so that rounding errors do not change the order.
        return round((place[way] - origin[way]) / size[way], 3)

    at_edges = [place for place in ends if {share(place, 0), share(place, 1)} & {0.0, 1.0}]
    return tuple(sorted(at_edges or ends[::2], key=lambda place: share(place, axis)))


def _end(points: NDArray[np.float64]) -> LabelPlace:
    """Return the first point of a line and the direction there."""
    (x, y), ahead = points[0], points[min(len(points) - 1, 5)]
    dx, dy = ahead - points[0]
    length = float(np.hypot(dx, dy)) or 1.0
    return LabelPlace(float(x), float(y), float(dx) / length, float(dy) / length)
