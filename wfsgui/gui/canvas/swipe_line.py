"""Vertical line between two images that can be dragged."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsLineItem

from wfsgui.gui.canvas.image_canvas import ImageCanvas

__all__ = ["SwipeLine"]

_HEIGHT: Final = 50.0
_REACH: Final = 6.0
# White within black: visible on light and on dark images.
_STROKES: Final = ((4, Qt.GlobalColor.black), (2, Qt.GlobalColor.white))


class SwipeLine(QObject):
    """Vertical line over an image, always within the view.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.

    Attributes
    ----------
    dragged : Signal()
        The line has moved.
    x : float
        Position, pixels from the left edge of the image.
    """

    dragged = Signal()

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._shown = False
        self.x = 0.0
        self._lines = [QGraphicsLineItem() for _ in _STROKES]
        for line, (width, colour) in zip(self._lines, _STROKES, strict=True):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            line.setPen(pen)
            line.hide()
            canvas.add_layer(line, height=_HEIGHT + width / -100)
        canvas.view_changed.connect(self._keep_in_view)

    def set_shown(self, *, shown: bool) -> None:
        """Show the line in the middle of the view, or hide it."""
        if shown == self._shown:
            return
        self._shown = shown
        if shown:
            self._canvas.tools.add(self)
            self._put(self._canvas.view.center().x())
        else:
            self._canvas.tools.remove(self)
        for line in self._lines:
            line.setVisible(shown)

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        """Return the cursor for dragging near the line; None elsewhere."""
        near = abs(point.x() - self.x) * self._canvas.scale <= _REACH * self._canvas.devicePixelRatioF()
        return Qt.CursorShape.SplitHCursor if near else None

    def begin(self, point: QPointF) -> None:
        """Move the line to the cursor."""
        self.drag(point)

    def drag(self, point: QPointF) -> None:
        """Move the line to the cursor."""
        view = self._canvas.view
        self._put(min(max(point.x(), view.left()), view.right()))
        self.dragged.emit()

    def end(self, point: QPointF) -> None:
        """Leave the line at the cursor."""
        self.drag(point)

    def _put(self, x: float) -> None:
        self.x = x
        # Three times as long as the view, so that it need not be set again when the view moves up or down.
        view = self._canvas.view
        reach = QLineF(x, view.top() - view.height(), x, view.bottom() + view.height())
        for line in self._lines:
            line.setLine(reach)

    def _keep_in_view(self, view: QRectF) -> None:
        if not self._shown:
            return
        inside = min(max(self.x, view.left()), view.right())
        moved = inside != self.x
        self._put(inside)
        if moved:
            self.dragged.emit()
