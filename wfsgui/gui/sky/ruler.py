"""Mouse tool that measures distances on the image."""

from __future__ import annotations

import logging
from math import hypot, isfinite
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QTransform
from PySide6.QtWidgets import QGraphicsView
from typing_extensions import override

from wfsgui.core.model.step_image import WcsReader
from wfsgui.core.sky.geometry import Separation, separation
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.overlay import Lettering, ScreenOverlay, draw_path, screen_angle

__all__ = ["Ruler"]

log = logging.getLogger(__name__)

_COLOUR: Final = QColor("#7fe3ff")
_HEIGHT: Final = 50.0
# Screen pixels: half a tick, distance of the text from the line, and of the text from the edge of the view.
_TICK: Final = 6.0
_LIFT: Final = 7.0
_MARGIN: Final = 6.0
_WIDTH: Final = 1.6


class Ruler(QObject):
    """Tool that measures distances; the last measurement stays until the next drag or Esc.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    """

    def __init__(self, canvas: ImageCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._wcs: WcsReader | None = None
        self._is_active = False
        self._begin: QPointF | None = None
        self._item = _RulerItem(canvas, _HEIGHT)
        for graphics in canvas.findChildren(QGraphicsView):
            graphics.installEventFilter(self)

    @property
    def text(self) -> str:
        """The distance, for example ``123.4 px, 3.82 arcsec, PA 123.4 deg``; empty without a measurement."""
        return self._item.text

    def set_active(self, *, active: bool) -> None:
        """Activate or deactivate the tool; deactivation removes the measurement."""
        if active == self._is_active:
            return
        self._is_active = active
        if active:
            self._canvas.tools.add(self)
        else:
            self._canvas.tools.remove(self)
            self.clear()

    def set_wcs(self, wcs: WcsReader | None) -> None:
        """Set the WCS of the image on screen; without one, distances are in pixels only."""
        if wcs is not self._wcs:
            self._wcs = wcs
            self._item.set_text(self._describe(self._item.line))

    def clear(self) -> None:
        """Remove the measurement."""
        self._begin = None
        self._item.set_line(None)
        self._item.set_text("")

    def cursor(self, _point: QPointF) -> Qt.CursorShape:
        """Return the cursor of the tool."""
        return Qt.CursorShape.CrossCursor

    def begin(self, point: QPointF) -> None:
        """Start a measurement."""
        self.clear()
        self._begin = QPointF(point)

    def drag(self, point: QPointF) -> None:
        """Measure to this point."""
        if self._begin is None or point == self._begin:
            return
        line = (self._begin, QPointF(point))
        self._item.set_line(line)
        self._item.set_text(self._describe(line))

    def end(self, point: QPointF) -> None:
        """End the measurement."""
        self.drag(point)
        self._begin = None

    def _describe(self, line: tuple[QPointF, QPointF] | None) -> str:
        if line is None:
            return ""
        across = line[1] - line[0]
        text = f"{hypot(across.x(), across.y()):.1f} px"
        found = self._on_sky(line)
        if found is not None:
            text += f", {_arcsec(found.arcsec)} arcsec, PA {found.position_angle:.1f} deg"
        return text

    def _on_sky(self, line: tuple[QPointF, QPointF]) -> Separation | None:
        if self._wcs is None:
            return None
        one, other = ((point.x() - 0.5, point.y() - 0.5) for point in line)
        try:
            found = separation(self._wcs, one, other)
        except Exception:
            # A WCS may fail with any exception outside of its domain.
            log.debug("No distance on the sky.", exc_info=True)
            return None
        return found if isfinite(found.arcsec) else None

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remove the measurement with Esc."""
        match event:
            case QKeyEvent() if event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
                if self.text or self._begin is not None:
                    self.clear()
                    return True
        return super().eventFilter(watched, event)


class _RulerItem(ScreenOverlay):
    """Draw a line with ticks at its ends and with text along it."""

    def __init__(self, canvas: ImageCanvas, height: float) -> None:
        super().__init__(canvas, height)
        self.line: tuple[QPointF, QPointF] | None = None
        self.text = ""
        self._lettering = Lettering.of("")

    def set_line(self, line: tuple[QPointF, QPointF] | None) -> None:
        """Set the line; None removes it."""
        self.line = line
        self.update()

    def set_text(self, text: str) -> None:
        """Set the text."""
        if text != self.text:
            self.text, self._lettering = text, Lettering.of(text)
            self.update()

    @override
    def draw(self, painter: QPainter, placing: QTransform, area: QRectF) -> None:
        """Draw the line, and the text above its middle and within the view."""
        if self.line is None:
            return
        begin, end = placing.map(self.line[0]), placing.map(self.line[1])
        ahead = end - begin
        aside = QPointF(-ahead.y(), ahead.x()) / (hypot(ahead.x(), ahead.y()) or 1.0) * _TICK
        path = QPainterPath(begin)
        path.lineTo(end)
        for point in (begin, end):
            path.moveTo(point - aside)
            path.lineTo(point + aside)
        draw_path(painter, path, _COLOUR, _WIDTH)
        size, middle = self._lettering.letters.boundingRect(), (begin + end) / 2
        turned = QTransform().translate(middle.x(), middle.y()).rotate(screen_angle(begin, end))
        turned.translate(-size.width() / 2, -_LIFT)
        shift = _shift(turned.mapRect(size), area)
        self._lettering.draw(painter, turned * QTransform.fromTranslate(shift.x(), shift.y()), _COLOUR)


def _shift(box: QRectF, area: QRectF) -> QPointF:
    """Return the shift that moves a box into an area."""
    room = area.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    x = min(room.right() - box.right(), 0.0) or max(room.left() - box.left(), 0.0)
    y = min(room.bottom() - box.bottom(), 0.0) or max(room.top() - box.top(), 0.0)
    return QPointF(x, y)


def _arcsec(value: float) -> str:
    """Write a distance with two decimals, or with three digits below 1."""
    return f"{value:.2f}" if value >= 1 else f"{value:.3g}"
