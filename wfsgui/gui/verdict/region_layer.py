"""Overlay of the regions in which a star is assessed."""

from __future__ import annotations

from math import sqrt
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from typing_extensions import override

from wfsgui.core.assess.results import StarRegions
from wfsgui.core.regions.shapes import Annulus, Circle
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.overlay import Lettering, ScreenOverlay, draw_path, keep_out_of_exports
from wfsgui.gui.measure.shapes import handles_of, outline_of

__all__ = ["COLOURS", "StarRegionLayer"]

# Below the regions of the measure panel, at 20.
_HEIGHT: Final = 15.0
COLOURS: Final = {"signal": QColor("#6ee7a8"), "background": QColor("#f5b95f")}
"""Colour of each region, on the dark canvas."""

_DARK: Final = QColor(0, 0, 0, 200)
_HANDLE: Final = 6.0
_GAP: Final = 5.0
_BY_ANALYST: Final = " (set by you)"


class StarRegionLayer(ScreenOverlay):
    """Draw signal region and background annulus, with their handles; not in exports.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    """

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas, _HEIGHT)
        self._regions: StarRegions | None = None
        self._has_handles = False
        keep_out_of_exports(self)

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the regions that are drawn."""
        return tuple(_label(name, self._regions) for name in COLOURS) if self._regions is not None else ()

    @property
    def regions(self) -> StarRegions | None:
        """The regions that are drawn."""
        return self._regions

    def show_regions(self, regions: StarRegions | None) -> None:
        """Draw these regions; nothing for None."""
        if regions != self._regions:
            self._regions = regions
            self.update()

    def show_handles(self, *, shown: bool) -> None:
        """Draw the handles or not."""
        if shown != self._has_handles:
            self._has_handles = shown
            self.update()

    @override
    def draw(self, painter: QPainter, placing: QTransform, area: QRectF) -> None:
        """Draw the outlines, their names and the handles."""
        if self._regions is None:
            return
        for name, colour in COLOURS.items():
            region = self._regions.signal if name == "signal" else self._regions.background
            draw_path(painter, placing.map(outline_of(region)), colour, 1.4)
            self._write(painter, placing, region, _label(name, self._regions), colour)
            if self._has_handles:
                _draw_handles(painter, placing, region, colour)

    def _write(
        self, painter: QPainter, placing: QTransform, region: Circle | Annulus, text: str, colour: QColor
    ) -> None:
        """Write a name right of the highest point at 45 degrees."""
        box = placing.mapRect(outline_of(region).boundingRect())
        at = box.center() + QPointF(box.width() / 2 + _GAP, -box.height() / 2 - _GAP) * sqrt(0.5)
        Lettering.of(text).draw(painter, QTransform.fromTranslate(at.x(), at.y()), colour)


def _label(name: str, regions: StarRegions) -> str:
    return f"{name}{_BY_ANALYST if name in regions.by_analyst else ''}"


def _draw_handles(painter: QPainter, placing: QTransform, region: Circle | Annulus, colour: QColor) -> None:
    painter.setPen(QPen(_DARK, 1))
    painter.setBrush(colour)
    for handle in handles_of(region).values():
        at = placing.map(handle)
        painter.drawRect(QRectF(at.x() - _HANDLE / 2, at.y() - _HANDLE / 2, _HANDLE, _HANDLE))
    painter.setBrush(Qt.BrushStyle.NoBrush)
