"""Outlines, handles and drags of regions in canvas coordinates.

Canvas coordinates are half a pixel larger than those of a region: the centre of the first pixel is (0.5, 0.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from wfsgui.core.regions.shapes import Annulus, Circle, Line, Rectangle, Region, Shape

__all__ = ["centre_of", "distance_to", "drawn", "handles_of", "outline_of", "reshaped"]

_HALF: Final = 0.5
_LEAST: Final = 0.5
_INNER_SHARE: Final = 0.6
# Of a region that is drawn by a click, pixels.
_DEFAULT_RADIUS: Final = 20.0


def drawn(shape: Shape, start: QPointF, end: QPointF) -> Region:
    """Make a region of a drag: from the centre of a circle, from corner to corner of a rectangle.

    Parameters
    ----------
    shape : Shape
        Kind of region.
    start, end : QPointF
        Start and current point of the drag; if both are equal, the region has the default size.

    Returns
    -------
    Rectangle or Circle or Annulus or Line
        The region.
    """
    x1, y1, x2, y2 = start.x() - _HALF, start.y() - _HALF, end.x() - _HALF, end.y() - _HALF
    reach = hypot(x2 - x1, y2 - y1)
    is_click = reach < _LEAST
    radius = _DEFAULT_RADIUS if is_click else reach
    match shape:
        case Shape.CIRCLE:
            return Circle(x1, y1, radius)
        case Shape.ANNULUS:
            return Annulus(x1, y1, _INNER_SHARE * radius, radius)
        case Shape.LINE:
            return Line(x1 - radius, y1, x1 + radius, y1) if is_click else Line(x1, y1, x2, y2)
        case Shape.RECTANGLE:
            if is_click:
                return Rectangle(x1, y1, 2 * radius, 2 * radius)
            width, height = max(abs(x2 - x1), _LEAST), max(abs(y2 - y1), _LEAST)
            return Rectangle((x1 + x2) / 2, (y1 + y2) / 2, width, height)


def centre_of(region: Region) -> QPointF:
    """Return the centre of a region."""
    if isinstance(region, Line):
        return QPointF((region.x1 + region.x2) / 2 + _HALF, (region.y1 + region.y2) / 2 + _HALF)
    return QPointF(region.x + _HALF, region.y + _HALF)


def outline_of(region: Region) -> QPainterPath:
    """Return the outline of a region."""
    path, centre = QPainterPath(), centre_of(region)
    match region:
        case Rectangle(width=width, height=height):
            path.addRect(QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height))
        case Circle(radius=radius):
            path.addEllipse(centre, radius, radius)
        case Annulus(inner=inner, outer=outer):
            path.addEllipse(centre, inner, inner)
            path.addEllipse(centre, outer, outer)
        case Line(x1=x1, y1=y1, x2=x2, y2=y2):
            path.moveTo(x1 + _HALF, y1 + _HALF)
            path.lineTo(x2 + _HALF, y2 + _HALF)
    return path


def handles_of(region: Region) -> Mapping[str, QPointF]:
    """Return the handles that resize a region, by name."""
    centre = centre_of(region)
    match region:
        case Rectangle(width=width, height=height):
            half = QPointF(width / 2, height / 2)
            corners = {"-1 -1": (-1, -1), "-1 1": (-1, 1), "1 -1": (1, -1), "1 1": (1, 1)}
            return {name: centre + QPointF(sx * half.x(), sy * half.y()) for name, (sx, sy) in corners.items()}
        case Circle(radius=radius):
            return {"radius": centre + QPointF(radius, 0)}
        case Annulus(inner=inner, outer=outer):
            return {"inner": centre - QPointF(inner, 0), "outer": centre + QPointF(outer, 0)}
        case Line(x1=x1, y1=y1, x2=x2, y2=y2):
            return {"start": QPointF(x1 + _HALF, y1 + _HALF), "end": QPointF(x2 + _HALF, y2 + _HALF)}


def reshaped(region: Region, handle: str, point: QPointF) -> Region:
    """Return a region with one of its handles moved.

    Parameters
    ----------
    region : Rectangle or Circle or Annulus or Line
        The region at the start of the drag.
    handle : str
        Name of a handle in `handles_of`.
    point : QPointF
        Current position of the handle.

    Returns
    -------
    Rectangle or Circle or Annulus or Line
        Region of the same kind.
    """
    x, y = point.x() - _HALF, point.y() - _HALF
    match region:
        case Rectangle():
            across, up = map(int, handle.split())
            fixed = QPointF(region.x - across * region.width / 2, region.y - up * region.height / 2)
            width, height = max(abs(x - fixed.x()), _LEAST), max(abs(y - fixed.y()), _LEAST)
            return Rectangle((x + fixed.x()) / 2, (y + fixed.y()) / 2, width, height)
        case Circle():
            return Circle(region.x, region.y, max(hypot(x - region.x, y - region.y), _LEAST))
        case Annulus():
            radius = hypot(x - region.x, y - region.y)
            if handle == "inner":
                return Annulus(region.x, region.y, min(radius, region.outer - _LEAST), region.outer)
            return Annulus(region.x, region.y, region.inner, max(radius, region.inner + _LEAST))
        case Line():
            if handle == "start":
                return Line(x, y, region.x2, region.y2)
            return Line(region.x1, region.y1, x, y)


def distance_to(region: Region, point: QPointF) -> float:
    """Return the distance of a point from the outline or from the centre of a region, whichever is nearer, pixels."""
    offset = point - centre_of(region)
    away = hypot(offset.x(), offset.y())
    match region:
        case Rectangle(width=width, height=height):
            edge = _from_rectangle(abs(offset.x()) - width / 2, abs(offset.y()) - height / 2)
        case Circle(radius=radius):
            edge = abs(away - radius)
        case Annulus(inner=inner, outer=outer):
            edge = min(abs(away - inner), abs(away - outer))
        case _:
            edge = _from_line(region, point)
    return min(edge, away)


def _from_rectangle(beyond_x: float, beyond_y: float) -> float:
    if beyond_x <= 0 and beyond_y <= 0:
        return min(-beyond_x, -beyond_y)
    return hypot(max(beyond_x, 0), max(beyond_y, 0))


def _from_line(line: Line, point: QPointF) -> float:
    x, y = point.x() - _HALF - line.x1, point.y() - _HALF - line.y1
    along_x, along_y = line.x2 - line.x1, line.y2 - line.y1
    length = along_x**2 + along_y**2
    share = min(max((x * along_x + y * along_y) / length, 0), 1) if length else 0.0
    return hypot(x - share * along_x, y - share * along_y)
