"""Two canvases side by side that show the same part of the sky, the detector or the surroundings of a star."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from wfsgui.core.image.compare import Offset
from wfsgui.gui.canvas.cursor_mark import CursorMark
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.image.comparison import OffsetAt

__all__ = ["LinkedCanvases", "no_offset"]


def no_offset(_x: float, _y: float) -> Offset:
    """Return an offset of zero for every pixel."""
    return 0.0, 0.0


class LinkedCanvases(QObject):
    """Move two canvases together, and mark in one the position of the cursor in the other.

    Parameters
    ----------
    canvas, other : ImageCanvas
        The canvas of the image, and that of the other image.
    parent : QObject
        Owner.

    Attributes
    ----------
    cursor_moved : Signal(QPointF or None)
        Position of the cursor in pixels of the image, whichever canvas the cursor is over.
    """

    cursor_moved = Signal(object)

    def __init__(self, canvas: ImageCanvas, other: ImageCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas, self._other = canvas, other
        self._offset_at: OffsetAt = no_offset
        self._is_linked = self._is_moving = False
        self._mark = CursorMark(other)
        canvas.view_changed.connect(self._follow)
        # Not `view_changed`: that is also sent when the window changes its size.
        other.moved_by_user.connect(self._lead)
        canvas.cursor_moved.connect(self._take_cursor)
        other.cursor_moved.connect(self._take_other_cursor)

    def link(self, offset_at: OffsetAt) -> None:
        """Move the canvases together, and bring the other one to the part in view.

        Parameters
        ----------
        offset_at : OffsetAt
            What to add to a pixel of the image for that of the other image.
        """
        self._offset_at, self._is_linked = offset_at, True
        self._follow(self._canvas.view)

    def unlink(self) -> None:
        """Let the canvases move independently."""
        self._is_linked = False
        self._mark.show_at(None)

    def _follow(self, view: QRectF) -> None:
        """Move the other canvas to the part of the image that is in view."""
        self._move(self._other, self._to_other(view.center()), self._canvas.scale)

    def _lead(self) -> None:
        """Move the canvas of the image to where the analyst has moved the other one."""
        self._move(self._canvas, self._from_other(self._other.view.center()), self._other.scale)

    def _move(self, canvas: ImageCanvas, centre: QPointF | None, scale: float) -> None:
        if self._is_linked and not self._is_moving and centre is not None:
            self._is_moving = True
            canvas.centre_on(centre, scale)
            self._is_moving = False

    def _take_cursor(self, point: QPointF | None) -> None:
        if self._is_linked:
            self._mark.show_at(None if point is None else self._to_other(point))
        self.cursor_moved.emit(point)

    def _take_other_cursor(self, point: QPointF | None) -> None:
        self._mark.show_at(None)
        self.cursor_moved.emit(self._from_other(point) if point is not None and self._is_linked else None)

    def _to_other(self, point: QPointF) -> QPointF | None:
        """Return the corresponding position in the other image; None where it has none."""
        offset = self._offset_at(point.x() - 0.5, point.y() - 0.5)
        return point + QPointF(*offset) if offset is not None else None

    def _from_other(self, point: QPointF) -> QPointF | None:
        """Return the position in the image that corresponds to one in the other image; None where there is none."""
        # The offset is known by the position in the image: two iterations suffice, for it varies slowly.
        found: QPointF | None = point
        for _ in range(2):
            if found is None:
                return None
            offset = self._offset_at(found.x() - 0.5, found.y() - 0.5)
            found = point - QPointF(*offset) if offset is not None else None
        return found
