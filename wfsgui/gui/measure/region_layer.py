"""Overlay of the regions on the image."""

from __future__ import annotations

from math import sqrt
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from wfsgui.core.regions.shapes import Line, NamedRegion, Rectangle, Region
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.overlay import keep_out_of_exports
from wfsgui.gui.measure.region_list import RegionList
from wfsgui.gui.measure.shapes import handles_of, outline_of

__all__ = ["RegionLayer"]

_HEIGHT: Final = 20.0
# Larger than any image, because regions may be outside of the image.
_EVERYWHERE: Final = QRectF(-1e5, -1e5, 2e5, 2e5)
_DARK: Final = QColor(0, 0, 0, 200)
_COLOUR: Final = QColor("#56b4e9")
_SELECTED: Final = QColor("#f0e442")
_HANDLE: Final = 7.0
_GAP: Final = 5.0


class RegionLayer(QGraphicsItem):
    """Draw every region with its name and the selected one with handles; lines and text have a fixed size.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    regions : RegionList
        The regions.
    """

    def __init__(self, canvas: ImageCanvas, regions: RegionList) -> None:
        super().__init__()
        self._regions = regions
        canvas.add_layer(self, height=_HEIGHT)
        regions.changed.connect(self.update)

        self._handles = _Handles(regions)
        canvas.add_layer(self._handles, height=_HEIGHT + 1)

    @override
    def boundingRect(self) -> QRectF:
        """Return a rectangle larger than any image."""
        return _EVERYWHERE

    @override
    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw the item."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, named in enumerate(self._regions.regions):
            _paint(painter, named, is_selected=place == self._regions.place)


class _Handles(QGraphicsItem):
    """Draw the handles of the selected region; they are left out of exports."""

    def __init__(self, regions: RegionList) -> None:
        super().__init__()
        self._regions = regions
        keep_out_of_exports(self)
        regions.changed.connect(self.update)

    @override
    def boundingRect(self) -> QRectF:
        """Return a rectangle larger than any image."""
        return _EVERYWHERE

    @override
    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw the item."""
        if self._regions.selected is None:
            return
        transform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(_DARK, 1))
        painter.setBrush(_SELECTED)
        for handle in handles_of(self._regions.selected.region).values():
            at = transform.map(handle)
            painter.drawRect(QRectF(at.x() - _HANDLE / 2, at.y() - _HANDLE / 2, _HANDLE, _HANDLE))
        painter.restore()


def _paint(painter: QPainter, named: NamedRegion, *, is_selected: bool) -> None:
    """Draw a region in a light colour with a dark outline, which is legible on every image."""
    colour = _SELECTED if is_selected else _COLOUR
    transform = painter.worldTransform()
    outline = transform.map(outline_of(named.region))
    painter.save()
    painter.resetTransform()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, stroke in ((4.0, _DARK), (1.6, colour)):
        painter.setPen(QPen(stroke, width))
        painter.drawPath(outline)
    _write(painter, _label_place(named.region, transform), named.name, colour)
    painter.restore()


def _label_place(region: Region, transform: QTransform) -> QPointF:
    """Return the start of the name: right of a line's right end, otherwise at the upper right of the region."""
    if isinstance(region, Line):
        ends = (transform.map(handle) for handle in handles_of(region).values())
        return max(ends, key=QPointF.x) + QPointF(_HANDLE / 2 + _GAP, 0)
    box = transform.map(outline_of(region)).boundingRect()
    if isinstance(region, Rectangle):
        return box.topRight() + QPointF(_GAP, 0)
    # On the circle at 45 degrees, because the corner of the bounding box is far from the circle.
    middle, half = box.center(), box.width() / 2
    return middle + QPointF(half + _GAP, -half - _GAP) * sqrt(0.5)


def _write(painter: QPainter, at: QPointF, text: str, colour: QColor) -> None:
    font = QFont(painter.font())
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(_DARK)
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(at + QPointF(dx, dy), text)
    painter.setPen(colour)
    painter.drawText(at, text)
