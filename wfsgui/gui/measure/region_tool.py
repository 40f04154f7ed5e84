"""Mouse tool that draws, moves and resizes regions."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QPointF, Qt, Signal

from wfsgui.core.regions.shapes import Region, Shape
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.measure.region_list import RegionList
from wfsgui.gui.measure.shapes import distance_to, drawn, handles_of, reshaped

__all__ = ["RegionTool"]

_REACH: Final = 7.0


class RegionTool(QObject):
    """Draw the chosen shape; without one, move and resize regions.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    regions : RegionList
        The regions.

    Attributes
    ----------
    shape : Shape or None
        Shape that the next drag draws.
    shape_changed : Signal(Shape or None)
        Another shape was chosen, or none.
    """

    shape_changed = Signal(object)

    def __init__(self, canvas: ImageCanvas, regions: RegionList) -> None:
        super().__init__(canvas)
        self._canvas, self._regions = canvas, regions
        self.shape: Shape | None = None
        self._start = QPointF()
        self._held: Region | None = None
        self._handle = ""
        canvas.tools.add(self)

    def choose(self, shape: Shape | None) -> None:
        """Choose the shape to draw next; None stops drawing."""
        self.shape = shape
        self.shape_changed.emit(shape)

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        """Return the cursor near a region, or anywhere while a shape is chosen; None leaves the drag to other tools."""
        if self.shape is not None:
            return Qt.CursorShape.CrossCursor
        if self._handle_at(point):
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.SizeAllCursor if self._region_at(point) >= 0 else None

    def begin(self, point: QPointF) -> None:
        """Start to draw, to resize or to move."""
        self._start, self._handle = point, ""
        if self.shape is not None:
            self._regions.add(drawn(self.shape, point, point))
            return
        self._handle = self._handle_at(point)
        if not self._handle:
            self._regions.select(self._region_at(point))
        selected = self._regions.selected
        self._held = selected.region if selected is not None else None

    def drag(self, point: QPointF) -> None:
        """Continue to draw, to resize or to move."""
        if self.shape is not None:
            self._regions.reshape(drawn(self.shape, self._start, point))
        elif self._held is not None and self._handle:
            self._regions.reshape(reshaped(self._held, self._handle, point))
        elif self._held is not None:
            moved = point - self._start
            self._regions.reshape(self._held.moved(moved.x(), moved.y()))

    def end(self, point: QPointF) -> None:
        """Finish the drag; the next drag does not draw again."""
        self.drag(point)
        self._held = None
        if self.shape is not None:
            self.choose(None)

    def _reach(self) -> float:
        return _REACH * self._canvas.devicePixelRatioF() / self._canvas.scale

    def _handle_at(self, point: QPointF) -> str:
        selected = self._regions.selected
        if selected is None:
            return ""
        handles = handles_of(selected.region).items()
        near = [(max(abs(at.x() - point.x()), abs(at.y() - point.y())), name) for name, at in handles]
        distance, name = min(near)
        return name if distance <= self._reach() else ""

    def _region_at(self, point: QPointF) -> int:
        """Return the index of the region with the nearest outline or centre; -1 if none is near."""
        near = [(distance_to(named.region, point), place) for place, named in enumerate(self._regions.regions)]
        distance, place = min(near, default=(float("inf"), -1))
        return place if distance <= self._reach() else -1
