"""Graphics items over the image in screen coordinates: lines and text with a halo, legible on any colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import atan2, degrees
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from wfsgui.gui.canvas.image_canvas import ImageCanvas

__all__ = [
    "HALO",
    "HALO_WIDTH",
    "INK",
    "Lettering",
    "ScreenOverlay",
    "draw_path",
    "is_kept_out_of_exports",
    "keep_out_of_exports",
    "overlay_font",
    "screen_angle",
]

INK: Final = QColor("#ffffff")
"""Default colour of lines and text."""

HALO: Final = QColor(0, 0, 0, 150)
HALO_WIDTH: Final = 1.25
"""Colour of the halo around a line, and its width on each side, pixels of the screen."""

_TEXT_HALO: Final = QColor(0, 0, 0, 210)
_TEXT_HALO_WIDTH: Final = 1.8
_SCREEN_ONLY: Final = 1
_FONT_SHARE: Final = 0.92
_OUTLINES_KEPT: Final = 512


class ScreenOverlay(QGraphicsItem):
    """Layer of a canvas that is painted in screen coordinates.

    Parameters
    ----------
    canvas : ImageCanvas
        The canvas; the layer adds itself to it.
    height : float
        Position in the stack: a higher layer covers a lower one.
    """

    def __init__(self, canvas: ImageCanvas, height: float) -> None:
        super().__init__()
        self._view = canvas.view
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        canvas.add_layer(self, height=height)
        canvas.view_changed.connect(self._take_view)

    def draw(self, painter: QPainter, placing: QTransform, area: QRectF) -> None:
        """Draw.

        Parameters
        ----------
        painter : QPainter
            Painter in coordinates of the screen, or of an exported page: y runs downwards.
        placing : QTransform
            Transform from positions in the image, see `ImageCanvas`, to these coordinates.
        area : QRectF
            The view in these coordinates.
        """
        raise NotImplementedError

    def _take_view(self, view: QRectF) -> None:
        self.prepareGeometryChange()
        self._view = QRectF(view)

    @override
    def boundingRect(self) -> QRectF:
        """Return the whole view: an item of constant size on the screen may be anywhere in it."""
        return self._view

    @override
    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None, /) -> None:
        """Draw in screen coordinates."""
        placing = painter.worldTransform()
        painter.save()
        painter.setWorldTransform(QTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, placing, placing.mapRect(self._view))
        painter.restore()


def keep_out_of_exports(item: QGraphicsItem) -> None:
    """Draw an item on the screen only: marks of a selection do not belong to an exported image."""
    item.setData(_SCREEN_ONLY, True)


def is_kept_out_of_exports(item: QGraphicsItem) -> bool:
    """Whether an item is drawn on the screen only."""
    # Items of pyqtgraph may have an attribute `data` of their own.
    return bool(QGraphicsItem.data(item, _SCREEN_ONLY))


def overlay_font() -> QFont:
    """Return the font of text over the image."""
    font = QGuiApplication.font()
    font.setPointSizeF(_FONT_SHARE * font.pointSizeF())
    return font


def draw_path(painter: QPainter, path: QPainterPath, colour: QColor, width: float = 1.0) -> None:
    """Draw a line with a halo."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, across in ((HALO, width + 2 * HALO_WIDTH), (colour, width)):
        painter.setPen(_pen(ink, across))
        painter.drawPath(path)


@dataclass(frozen=True)
class Lettering:
    """Outlines of a text that begins at the origin, on the baseline.

    Attributes
    ----------
    letters, halo : QPainterPath
        The text, and its halo.
    """

    letters: QPainterPath
    halo: QPainterPath

    @classmethod
    def of(cls, text: str) -> Lettering:
        """Return the outlines of a text; slow, but it may be called in any thread in advance."""
        return _outlined(text, overlay_font().toString())

    def draw(self, painter: QPainter, placing: QTransform, colour: QColor) -> None:
        """Draw the text, moved and rotated by a transform."""
        painter.fillPath(placing.map(self.halo), _TEXT_HALO)
        painter.fillPath(placing.map(self.letters), colour)


@lru_cache(maxsize=_OUTLINES_KEPT)
def _outlined(text: str, font_name: str) -> Lettering:
    font, letters = QFont(), QPainterPath()
    font.fromString(font_name)
    letters.addText(QPointF(), font, text)
    stroker = QPainterPathStroker(_pen(_TEXT_HALO, 2 * _TEXT_HALO_WIDTH))
    # One outline without overlaps, so that the transparent halo is equally dark everywhere.
    return Lettering(letters, stroker.createStroke(letters).simplified())


def screen_angle(begin: QPointF, end: QPointF) -> float:
    """Return the angle of a direction on the screen, degrees from -90 to 90: text along it is never upside down."""
    angle = degrees(atan2(end.y() - begin.y(), end.x() - begin.x()))
    return angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
