"""Page of an exported view: the image as on screen, a colour key and a caption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsView, QWidget

from wfsgui.gui.canvas.overlay import is_kept_out_of_exports
from wfsgui.gui.export.colour_key import Key
from wfsgui.gui.export.page_text import INK, line_height, page_font, wrapped

__all__ = ["Page"]

_CANVAS: Final = "image_canvas"
_MARGIN: Final = 16.0
_GAP: Final = 10.0
# Least width: the caption of a narrow image would have too many line breaks.
_NARROWEST: Final = 480.0


class Page:
    """Lay out a page in pixels of the screen and paint it; white with dark text in every theme.

    Parameters
    ----------
    view : QWidget
        A canvas, or a widget that contains one.
    caption : sequence of str
        Paragraphs of the caption.
    key : Key or None
        Meaning of the colours.

    Raises
    ------
    ValueError
        If there is no canvas.
    """

    def __init__(self, view: QWidget, caption: Sequence[str], key: Key | None) -> None:
        found = view if isinstance(view, QGraphicsView) else view.findChild(QGraphicsView, _CANVAS)
        if not isinstance(found, QGraphicsView):
            raise ValueError("There is no image canvas.")
        self._graphics = found
        self._key = key
        size = found.viewport().size()
        self._width = max(float(size.width()), _NARROWEST)
        self._image = QRectF(_MARGIN + (self._width - size.width()) / 2, _MARGIN, size.width(), size.height())
        self._lines = wrapped(caption, self._width)

    @property
    def size(self) -> QSize:
        """Width and height in units of the page."""
        height = self._text_top + len(self._lines) * line_height() + _MARGIN
        return QSize(round(self._width + 2 * _MARGIN), round(height))

    @property
    def _key_top(self) -> float:
        return self._image.bottom() + _GAP

    @property
    def _text_top(self) -> float:
        return self._key_top + (self._key.height + _GAP if self._key else 0.0)

    def paint(self, painter: QPainter) -> None:
        """Paint the page; the painter uses units of the page."""
        scene, viewport = self._graphics.scene(), self._graphics.viewport()
        source = self._graphics.mapToScene(viewport.rect()).boundingRect()
        painter.save()
        painter.setClipRect(self._image)
        hidden = [item for item in scene.items() if is_kept_out_of_exports(item) and item.isVisible()]
        for item in hidden:
            item.hide()
        # The scene has no background: the colour of the window is not painted.
        scene.render(painter, self._image, source, Qt.AspectRatioMode.IgnoreAspectRatio)
        for item in hidden:
            item.show()
        painter.restore()
        self._cover_margins(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setFont(page_font())
        if self._key is not None:
            self._key.paint(painter, QRectF(_MARGIN, self._key_top, self._width, self._key.height))
        painter.setPen(QPen(INK, 1))
        baseline = self._text_top
        for line in self._lines:
            baseline += line_height()
            painter.drawText(QPointF(_MARGIN, baseline), line)

    def _cover_margins(self, painter: QPainter) -> None:
        """Paint the margins white: not every paint device clips items that extend beyond the image."""
        size, image = self.size, self._image
        for margin in (
            QRectF(0, 0, size.width(), image.top()),
            QRectF(0, image.bottom(), size.width(), size.height() - image.bottom()),
            QRectF(0, 0, image.left(), size.height()),
            QRectF(image.right(), 0, size.width() - image.right(), size.height()),
        ):
            painter.fillRect(margin, Qt.GlobalColor.white)
