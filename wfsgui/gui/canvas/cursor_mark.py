"""Mark at a position of an image: that of the cursor in the image beside it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem

from wfsgui.gui.canvas.image_canvas import ImageCanvas

__all__ = ["CursorMark"]

_HEIGHT: Final = 60.0
_INNER, _OUTER = 4.0, 12.0
_STROKES: Final = ((3, Qt.GlobalColor.black), (1, Qt.GlobalColor.white))


class CursorMark:
    """Open cross of the same size at every zoom.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    """

    def __init__(self, canvas: ImageCanvas) -> None:
        path = QPainterPath()
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            path.moveTo(x * _INNER, y * _INNER)
            path.lineTo(x * _OUTER, y * _OUTER)
        self._items = [QGraphicsPathItem(path) for _ in _STROKES]
        for item, (width, colour) in zip(self._items, _STROKES, strict=True):
            item.setPen(QPen(colour, width))
            item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
            item.hide()
            canvas.add_layer(item, height=_HEIGHT + width / -100)

    def show_at(self, point: QPointF | None) -> None:
        """Mark a position; None hides the mark."""
        for item in self._items:
            item.setVisible(point is not None)
            if point is not None:
                item.setPos(point)
