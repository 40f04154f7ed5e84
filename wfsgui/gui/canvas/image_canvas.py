"""Widget that shows an index image, with panning, zooming and the position of the cursor."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPalette, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.gui.canvas.drag_tools import DragTools
from wfsgui.gui.widgets.theme import muted_colour

__all__ = ["ImageCanvas"]

_ZOOM_STEP: Final = 1.5
_PAN_STEP: Final = 0.125
# The image covers the inner half of the line.
_EDGE_WIDTH: Final = 2
# Limits of the zoom: the least number of image pixels across the view, and the view's size in sizes of the image. The
# last one lets a small image be shown pixel by pixel on a large screen.
_FEWEST_PIXELS: Final = 2.0
_GREATEST_MARGIN: Final = 10.0
_LARGE_SCREEN: Final = 10000.0
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class ImageCanvas(QWidget):
    """Show an index image with square pixels, row 0 at the bottom and no smoothing.

    Positions are in pixels of the image: the lower left corner of the first pixel is (0, 0), its centre (0.5, 0.5).

    Parameters
    ----------
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    tools : DragTools
        Tools that use drags with the mouse; `tools.clicked` reports clicks.
    cursor_moved : Signal(QPointF or None)
        Position of the cursor; None when the cursor has left the image.
    scale_changed : Signal(float)
        Pixels of the screen per pixel of the image.
    view_changed : Signal(QRectF)
        The part of the image that is in view.
    moved_by_user : Signal()
        The analyst has panned or zoomed, with the mouse or the arrow keys.
    """

    cursor_moved = Signal(object)
    scale_changed = Signal(float)
    view_changed = Signal(object)
    moved_by_user = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: tuple[int, int] | None = None
        self._is_fitted = True
        self._scale = 1.0
        self._centre = QPointF()
        self._colours: NDArray[np.uint8] | None = None
        self._image = pg.ImageItem(axisOrder="row-major", levels=(0, 255))
        self._box = pg.ViewBox(lockAspect=True, enableMenu=False)
        self._box.disableAutoRange()
        self._box.addItem(self._image, ignoreBounds=True)
        # Beneath the image: the frame marks its edge and hides no pixel.
        self._edge = QGraphicsRectItem()
        self._edge.setZValue(-1)
        self._box.addItem(self._edge, ignoreBounds=True)
        self._graphics = pg.GraphicsView()
        self._graphics.setObjectName("image_canvas")
        self._graphics.setAccessibleName("Image")
        self._graphics.setCentralItem(self._box)
        self._graphics.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tools = DragTools(self._graphics.viewport(), self)
        self._graphics.installEventFilter(self)
        self._graphics.viewport().installEventFilter(self)
        self._box.sigRangeChangedManually.connect(self._take_manual_range)
        self._box.sigResized.connect(self._take_resize)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._graphics)
        self._apply_palette()

    @property
    def scale(self) -> float:
        """Pixels of the screen per pixel of the image."""
        return self._scale

    @property
    def surface(self) -> QWidget:
        """Widget that has the keyboard focus while the analyst works with the image."""
        surface: QWidget = self._graphics
        return surface

    @property
    def view(self) -> QRectF:
        """The part of the image that is in view."""
        return QRectF(self._box.viewRect())

    @property
    def shape(self) -> tuple[int, int] | None:
        """Height and width of the image, pixels; None without an image."""
        return self._shape

    def add_layer(self, item: QGraphicsItem, *, height: float) -> None:
        """Add an item over the image, in the coordinates of the image.

        Parameters
        ----------
        item : QGraphicsItem
            The item; the caller keeps it.
        height : float
            Position in the stack: a higher item covers a lower one; the image is at 0.
        """
        item.setZValue(height)
        self._box.addItem(item, ignoreBounds=True)

    def centre_on(self, point: QPointF, scale: float | None = None) -> None:
        """Move the view to have a position at its centre.

        Parameters
        ----------
        point : QPointF
            The position.
        scale : float, optional
            Pixels of the screen per pixel of the image; by default the zoom stays.
        """
        self._is_fitted = False
        self._set_view(point, scale or self._scale)

    def show_index(self, index: NDArray[np.uint8]) -> None:
        """Show an image; one of another shape than the image before is fitted.

        Parameters
        ----------
        index : ndarray of uint8, shape (y, x)
            Entries of the colour table.
        """
        self._image.setImage(index, autoLevels=False)
        if index.shape != self._shape:
            height, width = index.shape
            self._shape = (height, width)
            self._edge.setRect(0, 0, width, height)
            greatest = max(_GREATEST_MARGIN * max(index.shape), _LARGE_SCREEN)
            self._box.setLimits(
                minXRange=_FEWEST_PIXELS, minYRange=_FEWEST_PIXELS, maxXRange=greatest, maxYRange=greatest
            )
            self.fit()

    def set_colours(self, table: NDArray[np.uint8]) -> None:
        """Set the colour table.

        Parameters
        ----------
        table : ndarray of uint8, shape (256, 3)
            Red, green and blue of each entry.
        """
        if table is not self._colours:
            self._colours = table
            self._image.setLookupTable(table)

    def fit(self) -> None:
        """Show the whole image, also after the window changes its size."""
        self._is_fitted = True
        if self._shape is not None:
            height, width = self._shape
            self._box.setRange(QRectF(0, 0, width, height), padding=0)
            self._note_range()

    def zoom_to(self, scale: float) -> None:
        """Zoom about the centre of the view.

        Parameters
        ----------
        scale : float
            Pixels of the screen per pixel of the image.
        """
        self._is_fitted = False
        self._set_view(self._centre, scale)

    def zoom_by(self, steps: int) -> None:
        """Zoom in by a number of steps about the centre of the view; out by a negative number."""
        self.zoom_to(self._scale * _ZOOM_STEP**steps)

    def position(self, point: QPointF) -> QPointF:
        """Return the position in the image of a point of the viewport."""
        found: QPointF = self._box.mapSceneToView(self._graphics.mapToScene(point.toPoint()))
        return QPointF(found)

    def _set_view(self, centre: QPointF, scale: float) -> None:
        """Put a position at the centre; edges of image pixels fall on edges of screen pixels where that is possible."""
        ratio = self.devicePixelRatioF()
        width, height = self._box.width() * ratio / scale, self._box.height() * ratio / scale
        left = round((centre.x() - width / 2) * scale) / scale
        # The view is anchored at its upper edge on the screen.
        top = round((centre.y() + height / 2) * scale) / scale
        self._box.setRange(QRectF(left, top - height, width, height), padding=0)
        self._note_range()

    def _take_manual_range(self, _mouse: object) -> None:
        self._is_fitted = False
        self._note_range()
        self.moved_by_user.emit()

    def _take_resize(self, _box: object) -> None:
        if self._is_fitted:
            self.fit()
        elif self._shape is not None:
            self._set_view(self._centre, self._scale)

    def _note_range(self) -> None:
        view: QRectF = self._box.viewRect()
        if view.width() > 0:
            # Otherwise the box moves its contents while it is painted, which paints everything twice.
            self._box.updateMatrix()
            self._centre = view.center()
            self._scale = self._box.width() * self.devicePixelRatioF() / view.width()
            self.scale_changed.emit(self._scale)
            self.view_changed.emit(view)

    def _pan(self, key: int) -> bool:
        direction = _ARROWS.get(Qt.Key(key))
        if direction is None or self._shape is None:
            return False
        view: QRectF = self._box.viewRect()
        step = _PAN_STEP * min(view.width(), view.height())
        self._is_fitted = False
        self._set_view(self._centre + QPointF(*direction) * step, self._scale)
        self.moved_by_user.emit()
        return True

    def _apply_palette(self) -> None:
        self._graphics.setBackground(self.palette().color(QPalette.ColorRole.Window))
        pen = QPen(muted_colour(), _EDGE_WIDTH)
        pen.setCosmetic(True)
        self._edge.setPen(pen)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Report the cursor's position, give drags to the tools and pan with the arrow keys."""
        match event:
            case QMouseEvent() if watched is self._graphics.viewport() and self._shape is not None:
                point = self.position(event.position())
                if event.type() is QEvent.Type.MouseMove:
                    self.cursor_moved.emit(point)
                if self.tools.take_event(event, point):
                    return True
            case QKeyEvent() if event.type() is QEvent.Type.KeyPress and self._pan(event.key()):
                return True
        if event.type() is QEvent.Type.Leave:
            self.cursor_moved.emit(None)
        return super().eventFilter(watched, event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._apply_palette()
