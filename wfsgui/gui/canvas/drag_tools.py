"""Tools that use a drag with the left mouse button instead of panning, and the clicks that are no drag."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QWidget

__all__ = ["DragTool", "DragTools"]


class DragTool(Protocol):
    """A tool that uses drags in some places of the image; positions are those of `ImageCanvas`."""

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        """Return the cursor over a position where the tool uses a drag; None elsewhere."""

    def begin(self, point: QPointF) -> None:
        """Take the position where the button was pressed."""

    def drag(self, point: QPointF) -> None:
        """Take the position of the cursor."""

    def end(self, point: QPointF) -> None:
        """Take the position where the button was released."""


class DragTools(QObject):
    """Give drags with the left button to the tools of a canvas.

    Parameters
    ----------
    viewport : QWidget
        Widget that receives the mouse events.
    parent : QObject
        Owner.

    Attributes
    ----------
    clicked : Signal(QPointF)
        The left button was clicked at this position, without dragging.
    """

    clicked = Signal(object)

    def __init__(self, viewport: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._viewport = viewport
        self._tools: list[DragTool] = []
        self._active: DragTool | None = None
        self._pressed: QPointF | None = None

    def add(self, tool: DragTool) -> None:
        """Add a tool; the tool added last is asked first."""
        self._tools.insert(0, tool)

    def add_last(self, tool: DragTool) -> None:
        """Add a tool that is asked after those that are there."""
        self._tools.append(tool)

    def remove(self, tool: DragTool) -> None:
        """Remove a tool, and end its drag."""
        self._tools.remove(tool)
        self._active = None

    def take_event(self, event: QMouseEvent, point: QPointF) -> bool:
        """Handle a mouse event.

        Parameters
        ----------
        event : QMouseEvent
            The event.
        point : QPointF
            Its position in the image.

        Returns
        -------
        bool
            Whether a tool has used the event: it must not pan.
        """
        left = event.button() is Qt.MouseButton.LeftButton
        match event.type():
            case QEvent.Type.MouseButtonPress if left:
                return self._press(event, point)
            case QEvent.Type.MouseMove if self._active is not None:
                self._active.drag(point)
            case QEvent.Type.MouseMove if not event.buttons():
                self._show_cursor(point)
            case QEvent.Type.MouseButtonRelease if left:
                return self._release(event, point)
        return self._active is not None

    def _press(self, event: QMouseEvent, point: QPointF) -> bool:
        self._pressed = event.position()
        self._active = next((tool for tool in self._tools if tool.cursor(point) is not None), None)
        if self._active is None:
            return False
        self._viewport.setFocus(Qt.FocusReason.MouseFocusReason)
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
        self._viewport.setCursor(shape)
