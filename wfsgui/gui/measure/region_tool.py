"""Drawing, moving and resizing regions with the mouse."""

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
    """Draw the shape that is chosen; without one, take hold of regions that are there.

    Parameters
    ----------
    canvas : ImageCanvas
        The image.
    book : RegionList
        The regions.

    Attributes
    ----------
    shape : Shape or None
        What the next drag draws.
    shape_changed : Signal(Shape or None)
        Another shape is chosen, or none.
    """

    shape_changed = Signal(object)

    def __init__(self, canvas: ImageCanvas, book: RegionList) -> None:
        super().__init__(canvas)
        self._canvas, self._book = canvas, book
        self.shape: Shape | None = None
        self._start = QPointF()
        self._held: Region | None = None
        self._handle = ""
        canvas.tools.add(self)

    def choose(self, shape: Shape | None) -> None:
        """Draw this shape next; with None, nothing."""
        self.shape = shape
        self.shape_changed.emit(shape)

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        """Take what is near a region, or everything while a shape is chosen."""
        if self.shape is not None:
            return Qt.CursorShape.CrossCursor
        if self._handle_at(point):
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.SizeAllCursor if self._region_at(point) >= 0 else None

    def begin(self, point: QPointF) -> None:
        """Begin to draw, to resize or to move."""
        self._start, self._handle = point, ""
        if self.shape is not None:
            self._book.add(drawn(self.shape, point, point))
            return
        self._handle = self._handle_at(point)
        if not self._handle:
            self._book.select(self._region_at(point))
        selected = self._book.selected
        self._held = selected.region if selected is not None else None

    def drag(self, point: QPointF) -> None:
        """Go on."""
        if self.shape is not None:
            self._book.reshape(drawn(self.shape, self._start, point))
        elif self._held is not None and self._handle:
            self._book.reshape(reshaped(self._held, self._handle, point))
        elif self._held is not None:
            moved = point - self._start
            self._book.reshape(self._held.moved(moved.x(), moved.y()))

    def end(self, point: QPointF) -> None:
        """Leave the region as it is; a shape is drawn once."""
        self.drag(point)
        self._held = None
        if self.shape is not None:
            self.choose(None)

    def _reach(self) -> float:
        return _REACH * self._canvas.devicePixelRatioF() / self._canvas.scale

    def _handle_at(self, point: QPointF) -> str:
        selected = self._book.selected
        if selected is None:
            return ""
        handles = handles_of(selected.region).items()
        near = [(max(abs(at.x() - point.x()), abs(at.y() - point.y())), name) for name, at in handles]
        distance, name = min(near)
        return name if distance <= self._reach() else ""

    def _region_at(self, point: QPointF) -> int:
        """Find the region that is nearest, by its outline or its middle; -1 where none is near."""
        near = [(distance_to(named.region, point), place) for place, named in enumerate(self._book.regions)]
        distance, place = min(near, default=(float("inf"), -1))
        return place if distance <= self._reach() else -1
