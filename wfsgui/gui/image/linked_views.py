"""Canvases of images with the same pixels: one view and one cursor for all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QTimer, Signal
from typing_extensions import override

from wfsgui.gui.canvas.cursor_mark import CursorMark
from wfsgui.gui.canvas.image_canvas import ImageCanvas

__all__ = ["LinkedViews"]


class LinkedViews(QObject):
    """Move all canvases together, and mark the position of the cursor in each of the others.

    Parameters
    ----------
    canvases : sequence of ImageCanvas
        The canvases; their images have the same shape.
    parent : QObject
        Owner.

    Attributes
    ----------
    cursor_moved : Signal(QPointF or None)
        Position of the cursor, whichever canvas it is over; None when it has left.
    """

    cursor_moved = Signal(object)

    def __init__(self, canvases: Sequence[ImageCanvas], parent: QObject) -> None:
        super().__init__(parent)
        self._canvases = tuple(canvases)
        self._marks = {canvas: CursorMark(canvas) for canvas in self._canvases}
        self._area: QRectF | None = None
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(0)
        self._due.timeout.connect(self._show_area)
        for canvas in self._canvases:
            canvas.installEventFilter(self)
            # Not `view_changed`: that is also sent when the window changes its size.
            canvas.moved_by_user.connect(partial(self._lead, canvas))
            canvas.cursor_moved.connect(partial(self._take_cursor, canvas))

    def fit(self) -> None:
        """Show the whole images."""
        self._area = None
        for canvas in self._canvases:
            canvas.fit()

    def show_area(self, area: QRectF) -> None:
        """Show a part of the images, also after the canvases change their size, until the analyst moves the view.

        Parameters
        ----------
        area : QRectF
            The part, as positions on an `ImageCanvas`.
        """
        self._area = area
        self._show_area()

    def zoom_to(self, scale: float) -> None:
        """Set the zoom: pixels of the screen per pixel of the image."""
        self._area = None
        for canvas in self._canvases:
            canvas.zoom_to(scale)

    def zoom_by(self, steps: int) -> None:
        """Zoom in by a number of steps; out by a negative number."""
        self._canvases[0].zoom_by(steps)
        self._lead(self._canvases[0])

    def centre_on(self, x: float, y: float) -> None:
        """Show a pixel in the middle of every canvas; the centre of the first pixel is (0, 0)."""
        self._area = None
        for canvas in self._canvases:
            canvas.centre_on(QPointF(x + 0.5, y + 0.5))

    def _show_area(self) -> None:
        area = self._area
        if area is None:
            return
        for canvas in self._canvases:
            if canvas.shape is not None:
                room = canvas.surface.size() * canvas.devicePixelRatioF()
                canvas.centre_on(area.center(), min(room.width() / area.width(), room.height() / area.height()))

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        """Show the area again after a canvas has changed its size."""
        if event.type() is QEvent.Type.Resize:
            self._due.start()
        return super().eventFilter(watched, event)

    def _lead(self, leader: ImageCanvas) -> None:
        self._area = None
        for canvas in self._canvases:
            if canvas is not leader and canvas.shape is not None:
                canvas.centre_on(leader.view.center(), leader.scale)

    def _take_cursor(self, source: ImageCanvas, point: QPointF | None) -> None:
        for canvas, mark in self._marks.items():
            mark.show_at(None if canvas is source else point)
        self.cursor_moved.emit(point)
