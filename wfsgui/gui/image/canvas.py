"""The image itself: pan, zoom, and the position under the cursor."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPalette, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.gui.widgets.theme import muted_colour

__all__ = ["DragTool", "ImageCanvas"]

_ZOOM_STEP: Final = 1.5
_PAN_STEP: Final = 0.125
# Half of it can be seen.
_EDGE_WIDTH: Final = 2
# How far one can zoom: this many image pixels across, or the image this many times smaller than the view. A small
# image can still be seen pixel by pixel on a large screen.
_FEWEST_PIXELS: Final = 2.0
_GREATEST_MARGIN: Final = 10.0
_LARGE_SCREEN: Final = 10000.0
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class DragTool(Protocol):
    """What dragging does, in places, instead of panning; positions as in `ImageCanvas`."""

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        """Return the cursor over a place where dragging is the tool's; None where it is not."""

    def begin(self, point: QPointF) -> None:
        """Take the place where the button went down."""

    def drag(self, point: QPointF) -> None:
        """Take the place where the cursor is."""

    def end(self, point: QPointF) -> None:
        """Take the place where the button came up."""


class ImageCanvas(QWidget):
    """Show an index image: square pixels, row 0 at the bottom, never smoothed.

    Positions are in pixels; the lower left corner of the first pixel is (0, 0), its centre is (0.5, 0.5).

    Parameters
    ----------
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    pointed : Signal(QPointF or None)
        Position under the cursor; None when the cursor has left.
    zoomed : Signal(float)
        Pixels of the device per pixel of the image.
    moved : Signal(QRectF)
        The part that is in view is another one.
    steered : Signal()
        The analyst has moved or zoomed the view, with the mouse or the arrow keys.
    clicked : Signal(QPointF)
        The left button was clicked there, without dragging.
    """

    pointed = Signal(object)
    zoomed = Signal(float)
    moved = Signal(object)
    steered = Signal()
    clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: tuple[int, int] | None = None
        self._is_fitted = True
        self._scale = 1.0
        self._centre = QPointF()
        self._colours: NDArray[np.uint8] | None = None
        self._tools: list[DragTool] = []
        self._active: DragTool | None = None
        self._pressed: QPointF | None = None
        self._image = pg.ImageItem(axisOrder="row-major", levels=(0, 255))
        self._box = pg.ViewBox(lockAspect=True, enableMenu=False)
        self._box.disableAutoRange()
        self._box.addItem(self._image, ignoreBounds=True)
        # Beneath the image: it tells the image from what is around it, and hides no pixel.
        self._edge = QGraphicsRectItem()
        self._edge.setZValue(-1)
        self._box.addItem(self._edge, ignoreBounds=True)
        self._graphics = pg.GraphicsView()
        self._graphics.setObjectName("image_canvas")
        self._graphics.setAccessibleName("Image")
        self._graphics.setCentralItem(self._box)
        self._graphics.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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
        """Pixels of the device per pixel of the image."""
        return self._scale

    @property
    def is_fitted(self) -> bool:
        """Whether the whole image is kept in view."""
        return self._is_fitted

    @property
    def surface(self) -> QWidget:
        """What has the keyboard while the analyst works with the image."""
        surface: QWidget = self._graphics
        return surface

    @property
    def view(self) -> QRectF:
        """The part that is in view."""
        return QRectF(self._box.viewRect())

    @property
    def shape(self) -> tuple[int, int] | None:
        """Height and width of the image, pixels; None where there is none."""
        return self._shape

    def add_layer(self, item: QGraphicsItem, *, height: float) -> None:
        """Put something over the image, in the image's coordinates.

        Parameters
        ----------
        item : QGraphicsItem
            What to add; whoever adds it keeps it.
        height : float
            What is higher covers what is lower; the image is at 0.
        """
        item.setZValue(height)
        self._box.addItem(item, ignoreBounds=True)

    def remove_layer(self, item: QGraphicsItem) -> None:
        """Take a layer away."""
        self._box.removeItem(item)

    def add_tool(self, tool: DragTool) -> None:
        """Let a tool have the left button where it wants it; the tool added last is asked first."""
        self._tools.insert(0, tool)

    def remove_tool(self, tool: DragTool) -> None:
        """Let the tool have nothing any more."""
        self._tools.remove(tool)
        self._active = None

    def look_at(self, point: QPointF, scale: float | None = None) -> None:
        """Bring a position to the centre of the view.

        Parameters
        ----------
        point : QPointF
            The position.
        scale : float, optional
            Pixels of the device per pixel of the image; by default the zoom stays.
        """
        self._is_fitted = False
        self._set_view(point, scale or self._scale)

    def show_index(self, index: NDArray[np.uint8]) -> None:
        """Show an image; an image of another shape than the one before is fitted."""
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
        """Set the colour of each index; shape (256, 3)."""
        if table is not self._colours:
            self._colours = table
            self._image.setLookupTable(table)

    def fit(self) -> None:
        """Show the whole image, and keep it whole when the window changes."""
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
            Pixels of the device per pixel of the image.
        """
        self._is_fitted = False
        self._set_view(self._centre, scale)

    def zoom_by(self, steps: int) -> None:
        """Zoom in by steps about the centre of the view, or out where negative."""
        self.zoom_to(self._scale * _ZOOM_STEP**steps)

    def position(self, point: QPointF) -> QPointF:
        """Return where in the image a point of the viewport is."""
        found: QPointF = self._box.mapSceneToView(self._graphics.mapToScene(point.toPoint()))
        return QPointF(found)

    def _set_view(self, centre: QPointF, scale: float) -> None:
        """Put a position at the centre; edges of pixels fall on pixels of the device where that is possible."""
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
        self.steered.emit()

    def _take_resize(self, _box: object) -> None:
        if self._is_fitted:
            self.fit()
        elif self._shape is not None:
            self._set_view(self._centre, self._scale)

    def _note_range(self) -> None:
        view: QRectF = self._box.viewRect()
        if view.width() > 0:
            # Left to itself, the box moves its contents while it is painted, and has everything painted once more.
            self._box.updateMatrix()
            self._centre = view.center()
            self._scale = self._box.width() * self.devicePixelRatioF() / view.width()
            self.zoomed.emit(self._scale)
            self.moved.emit(view)

    def _pan(self, key: int) -> bool:
        direction = _ARROWS.get(Qt.Key(key))
        if direction is None or self._shape is None:
            return False
        view: QRectF = self._box.viewRect()
        step = _PAN_STEP * min(view.width(), view.height())
        self._is_fitted = False
        self._set_view(self._centre + QPointF(*direction) * step, self._scale)
        self.steered.emit()
        return True

    def _apply_palette(self) -> None:
        self._graphics.setBackground(self.palette().color(QPalette.ColorRole.Window))
        pen = QPen(muted_colour(), _EDGE_WIDTH)
        pen.setCosmetic(True)
        self._edge.setPen(pen)

    def _take_mouse(self, event: QMouseEvent) -> bool:
        """Follow the cursor, and hand drags to the tools; tells whether the event is used up."""
        point = self.position(event.position())
        left = event.button() is Qt.MouseButton.LeftButton
        match event.type():
            case QEvent.Type.MouseButtonPress if left:
                return self._press(event, point)
            case QEvent.Type.MouseMove:
                self.pointed.emit(point)
                if self._active is not None:
                    self._active.drag(point)
                elif not event.buttons():
                    self._show_cursor(point)
            case QEvent.Type.MouseButtonRelease if left:
                return self._release(event, point)
        return self._active is not None

    def _press(self, event: QMouseEvent, point: QPointF) -> bool:
        self._pressed = event.position()
        self._active = next((tool for tool in self._tools if tool.cursor(point) is not None), None)
        if self._active is None:
            return False
        self._graphics.setFocus(Qt.FocusReason.MouseFocusReason)
        self._active.begin(point)
        return True

    def _release(self, event: QMouseEvent, point: QPointF) -> bool:
        tool, self._active = self._active, None
        if tool is not None:
            tool.end(point)
        moved = (event.position() - self._pressed).manhattanLength() if self._pressed is not None else 0.0
        if self._pressed is not None and moved < QGuiApplication.styleHints().startDragDistance():
            self.clicked.emit(point)
        self._pressed = None
        return tool is not None

    def _show_cursor(self, point: QPointF) -> None:
        shapes = (tool.cursor(point) for tool in self._tools)
        shape = next((shape for shape in shapes if shape is not None), Qt.CursorShape.ArrowCursor)
        self._graphics.viewport().setCursor(shape)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the cursor over the image; pan with the arrow keys."""
        match event:
            case QMouseEvent() if watched is self._graphics.viewport() and self._shape is not None:
                if self._take_mouse(event):
                    return True
            case QKeyEvent() if event.type() is QEvent.Type.KeyPress and self._pan(event.key()):
                return True
        if event.type() is QEvent.Type.Leave:
            self.pointed.emit(None)
        return super().eventFilter(watched, event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._apply_palette()
