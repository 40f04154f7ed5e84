"""Lines of constant right ascension and declination over an image."""

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

# Each way; between the nodes lines are straight.
_NODES: Final = 97
# Right ascensions are all around when no greater gap is left between them, degrees.
_FULL_CIRCLE_GAP: Final = 30.0
_POLE: Final = 90.0


class Part(NamedTuple):
    """A part of an image, pixels; the centre of the first pixel is (0, 0), its lower left corner (-0.5, -0.5)."""

    left: float
    bottom: float
    right: float
    top: float


class LabelPlace(NamedTuple):
    """An end of a line, pixels, and the direction, a unit vector, in which the line goes on from there."""

    x: float
    y: float
    dx: float
    dy: float


@dataclass(frozen=True, eq=False)
class GridLine:
    """A line of constant right ascension or declination.

    Attributes
    ----------
    label : str
        What is constant, for example ``05h20m03.2s``.
    pieces : tuple of ndarray of float, shape (n, 2)
        Points of the line, as x and y in pixels; one array for each time that it crosses the image.
    places : tuple of LabelPlace
        Where its label may begin, the best place first.
    """

    label: str
    pieces: tuple[NDArray[np.float64], ...]
    places: tuple[LabelPlace, ...]


@dataclass(frozen=True, eq=False)
class SkyGrid:
    """The lines over an image; none where the WCS has no value.

    Attributes
    ----------
    right_ascension, declination : tuple of GridLine
        Lines on which that is constant.
    """

    right_ascension: tuple[GridLine, ...]
    declination: tuple[GridLine, ...]

    @property
    def lines(self) -> tuple[GridLine, ...]:
        """All of them."""
        return self.right_ascension + self.declination


class _Nodes:
    """Positions on the sky on a coarse grid of places; the contours of its fields are the lines."""

    def __init__(self, wcs: WcsReader, part: Part) -> None:
        self.x = np.linspace(part.left, part.right, _NODES)
        self.y = np.linspace(part.bottom, part.top, _NODES)
        columns, rows = np.meshgrid(self.x, self.y)
        ra, self.dec = wcs.positions(columns, rows)
        self.is_known = np.isfinite(ra) & np.isfinite(self.dec)
        self.ra = np.where(self.is_known, ra, np.nan)
        angle, distance = np.radians(self.ra), np.cos(np.radians(self.dec))
        # Cartesian: smooth across right ascension 0 and over the poles.
        self._first, self._second = distance * np.cos(angle), distance * np.sin(angle)

    def meridian(self, ra: float) -> list[NDArray[np.float64]]:
        """Trace a right ascension, degrees: half of the great circle through the poles."""
        cosine, sine = np.cos(np.radians(ra)), np.sin(np.radians(ra))
        across = cosine * self._second - sine * self._first
        return zero_lines(across, self.x, self.y, cosine * self._first + sine * self._second > 0)

    def parallel(self, dec: float) -> list[NDArray[np.float64]]:
        """Trace a declination, degrees."""
        return zero_lines(self.dec - dec, self.x, self.y, self.is_known)


def grid_lines(wcs: WcsReader, shape: tuple[int, int], view: Part | None = None) -> SkyGrid:
    """Trace some four to seven lines each way, at round positions.

    Only the way from pixels to the sky is used, for not every WCS has the other one.

    Parameters
    ----------
    wcs : WcsReader
        The WCS.
    shape : tuple of int
        Height and width of the image, pixels.
    view : Part, optional
        The part of the image to do it for; by default the whole image.

    Returns
    -------
    SkyGrid
        Empty where `view` is beside the image.
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
    # Labels of the lines that run rather upwards are at the bottom, the others at the left.
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
    """Find the range of right ascensions, degrees: all but the widest gap between them."""
    known = np.sort(ra[np.isfinite(ra)] % 360)
    gaps = np.diff(known, append=known[0] + 360)
    widest = int(np.argmax(gaps))
    if gaps[widest] < _FULL_CIRCLE_GAP:
        return 0.0, 360.0
    low = float(known[(widest + 1) % len(known)])
    return low, low + 360 - float(gaps[widest])


def _steepness(lines: list[tuple[str, list[NDArray[np.float64]]]]) -> float:
    """Return the height of lines as a share of their height and width."""
    extents = np.array([np.ptp(piece, axis=0) for _, pieces in lines for piece in pieces])
    if not extents.size:
        return 0.5
    width, height = extents.sum(axis=0)
    return float(height / (width + height))


def _lines(found: list[tuple[str, list[NDArray[np.float64]]]], part: Part, *, axis: int) -> tuple[GridLine, ...]:
    return tuple(GridLine(text, tuple(pieces), _label_places(pieces, part, axis)) for text, pieces in found if pieces)


def _label_places(pieces: list[NDArray[np.float64]], part: Part, axis: int) -> tuple[LabelPlace, ...]:
    """Return the ends of a line at the part's edges, the lowest along the axis first; of closed lines, any."""
    ends = [_end(points) for piece in pieces for points in (piece, piece[::-1])]
    size, origin = (part.right - part.left, part.top - part.bottom), (part.left, part.bottom)

    def share(place: LabelPlace, way: int) -> float:
        # Rounded, so that a hair's breadth does not decide which edge is lower.
        return round((place[way] - origin[way]) / size[way], 3)

    at_edges = [place for place in ends if {share(place, 0), share(place, 1)} & {0.0, 1.0}]
    return tuple(sorted(at_edges or ends[::2], key=lambda place: share(place, axis)))


def _end(points: NDArray[np.float64]) -> LabelPlace:
    """Return the first point of a line, and where it goes from there."""
    (x, y), ahead = points[0], points[min(len(points) - 1, 5)]
    dx, dy = ahead - points[0]
    length = float(np.hypot(dx, dy)) or 1.0
    return LabelPlace(float(x), float(y), float(dx) / length, float(dy) / length)
