"""Mouse tool that moves and resizes the regions in which a star is assessed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot
from typing import Final

from PySide6.QtCore import QObject, QPointF, Qt, Signal

from wfsgui.core.assess.results import StarRegions
from wfsgui.core.regions.shapes import Annulus, Circle
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.measure.shapes import centre_of, handles_of, reshaped

__all__ = ["StarRegionTool"]

_REACH: Final = 6.0
# Smaller circles on the screen cannot be dragged: a drag there is meant to pan.
_LEAST_RADIUS: Final = 14.0


@dataclass(frozen=True)
class _Grip:
    """What is dragged: a region by one of its handles, or by its outline if the handle is empty."""

    name: str
    region: Circle | Annulus
    handle: str


class StarRegionTool(QObject):
    """Move a region by its outline, and resize it by its handles. Other tools are asked first.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.

    Attributes
    ----------
    dragged : Signal(StarRegions)
        The regions during a drag.
    dropped : Signal(StarRegions)
        The regions at the end of a drag; those that the analyst has set are named in ``by_analyst``.
    """

    dragged = Signal(object)
    dropped = Signal(object)

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._regions: StarRegions | None = None
        self._grip: _Grip | None = None
        self._start = QPointF()
        canvas.tools.add_last(self)

    @property
    def is_dragging(self) -> bool:
        """Whether a region is being dragged."""
        return self._grip is not None

    def set_regions(self, regions: StarRegions | None) -> None:
        """Set the regions on screen; None for none. A drag that is under way goes on with its own."""
        if self._grip is None:
            self._regions = regions

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        """Return the cursor near an outline or a handle; None leaves the drag to other tools."""
        grip = self._grip_at(point)
        if grip is None:
            return None
        return Qt.CursorShape.PointingHandCursor if grip.handle else Qt.CursorShape.SizeAllCursor

    def begin(self, point: QPointF) -> None:
        """Start to move or to resize."""
        self._start, self._grip = point, self._grip_at(point)

    def drag(self, point: QPointF) -> None:
        """Continue to move or to resize."""
        shape = self._canvas.shape
        if self._grip is None or self._regions is None or shape is None or point == self._start:
            return
        region = _dragged(self._grip, self._start, point)
        if _radius(region) <= hypot(*shape):
            # A larger one has no further pixel, but would need memory.
            self._regions = _with(self._regions, self._grip.name, region)
            self.dragged.emit(self._regions)

    def end(self, point: QPointF) -> None:
        """Finish; a click without a drag changes nothing."""
        self.drag(point)
        moved = self._grip is not None and point != self._start
        self._grip = None
        if moved and self._regions is not None:
            self.dropped.emit(self._regions)

    def _grip_at(self, point: QPointF) -> _Grip | None:
        if self._regions is None:
            return None
        pixel = self._canvas.devicePixelRatioF() / self._canvas.scale
        near = [
            (distance, order, _Grip(name, region, handle))
            for name, region in (("signal", self._regions.signal), ("background", self._regions.background))
            if _radius(region) >= _LEAST_RADIUS * pixel
            for order, distance, handle in _distances(region, point)
            if distance <= _REACH * pixel
        ]
        # A handle before an outline, the nearer before the farther.
        return min(near, key=lambda each: (each[1], each[0]))[2] if near else None


def _radius(region: Circle | Annulus) -> float:
    return region.radius if isinstance(region, Circle) else region.outer


def _distances(region: Circle | Annulus, point: QPointF) -> list[tuple[int, float, str]]:
    """Return order, distance in pixels and name of each handle, and of the outline with an empty name."""
    offset = point - centre_of(region)
    away = hypot(offset.x(), offset.y())
    radii = (region.radius,) if isinstance(region, Circle) else (region.inner, region.outer)
    outline = min(abs(away - radius) for radius in radii)
    handles = ((name, at - point) for name, at in handles_of(region).items())
    return [*((0, max(abs(gap.x()), abs(gap.y())), name) for name, gap in handles), (1, outline, "")]


def _dragged(grip: _Grip, start: QPointF, point: QPointF) -> Circle | Annulus:
    """Return the region after a drag."""
    region = reshaped(grip.region, grip.handle, point) if grip.handle else None
    if isinstance(region, Circle | Annulus):
        return region
    return grip.region.moved(point.x() - start.x(), point.y() - start.y())


def _with(regions: StarRegions, name: str, region: Circle | Annulus) -> StarRegions:
    """Return the regions with another one of this name, marked as the analyst's."""
    by_analyst = tuple(each for each in ("signal", "background") if each in (*regions.by_analyst, name))
    if name == "background" and isinstance(region, Annulus):
        return replace(regions, background=region, by_analyst=by_analyst)
    return replace(regions, signal=region, by_analyst=by_analyst)
