"""Canvas: tools, clicks, view and layers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsRectItem
from pytestqt.qtbot import QtBot

from tests.gui.canvas_helpers import place, viewport
from wfsgui.gui.canvas.image_canvas import ImageCanvas

SHAPE = (80, 100)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot: QtBot) -> ImageCanvas:
    made = ImageCanvas()
    qtbot.addWidget(made)
    made.resize(400, 320)
    made.show()
    made.show_index(np.zeros(SHAPE, np.uint8))
    return made


def drag(canvas: ImageCanvas, *points: QPoint) -> None:
    target = viewport(canvas)
    QTest.mousePress(target, LEFT, Qt.KeyboardModifier.NoModifier, points[0])
    for point in points[1:]:
        QTest.mouseMove(target, point)
    QTest.mouseRelease(target, LEFT, Qt.KeyboardModifier.NoModifier, points[-1])


def hover(canvas: ImageCanvas, point: QPoint) -> None:
    """Send a move of the mouse: on the screen, windows of other tests may be in front."""
    target, at = viewport(canvas), QPointF(point)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, at, target.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, event)


class Tool:
    """Record the calls; the tool uses drags in the right half of the image."""

    def __init__(self) -> None:
        self.told: list[tuple[str, QPointF]] = []

    def cursor(self, point: QPointF) -> Qt.CursorShape | None:
        return Qt.CursorShape.CrossCursor if point.x() > 50 else None

    def begin(self, point: QPointF) -> None:
        self.told.append(("begin", point))

    def drag(self, point: QPointF) -> None:
        self.told.append(("drag", point))

    def end(self, point: QPointF) -> None:
        self.told.append(("end", point))


def test_tool_receives_drags_in_its_area(canvas: ImageCanvas) -> None:
    tool = Tool()
    canvas.tools.add(tool)
    before = canvas.view
    drag(canvas, place(canvas, 60, 20), place(canvas, 70, 30), place(canvas, 20, 40))
    assert [name for name, _ in tool.told] == ["begin", "drag", "drag", "end"]
    assert (tool.told[0][1].x(), tool.told[0][1].y()) == pytest.approx((60, 20), abs=0.5)
    assert (tool.told[-1][1].x(), tool.told[-1][1].y()) == pytest.approx((20, 40), abs=0.5)
    assert canvas.view == before


def test_dragging_pans_outside_of_the_tools(canvas: ImageCanvas) -> None:
    tool = Tool()
    canvas.tools.add(tool)
    before = canvas.view
    drag(canvas, place(canvas, 20, 20), place(canvas, 30, 20), place(canvas, 40, 20))
    assert tool.told == []
    assert canvas.view != before
    canvas.tools.remove(tool)
    drag(canvas, place(canvas, 70, 20), place(canvas, 60, 20))
    assert tool.told == []


def test_cursor_shape_marks_the_area_of_a_tool(canvas: ImageCanvas) -> None:
    canvas.tools.add(Tool())
    hover(canvas, place(canvas, 70, 20))
    assert viewport(canvas).cursor().shape() is Qt.CursorShape.CrossCursor
    hover(canvas, place(canvas, 20, 20))
    assert viewport(canvas).cursor().shape() is Qt.CursorShape.ArrowCursor


def test_click_is_sent_and_drag_is_no_click(canvas: ImageCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.tools.clicked) as told:
        QTest.mouseClick(viewport(canvas), LEFT, Qt.KeyboardModifier.NoModifier, place(canvas, 30, 10))
    assert (told.args[0].x(), told.args[0].y()) == pytest.approx((30, 10), abs=0.5)
    with qtbot.assertNotEmitted(canvas.tools.clicked):
        drag(canvas, place(canvas, 20, 20), place(canvas, 40, 40))


def test_centre_on_moves_a_position_to_the_centre(canvas: ImageCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.view_changed) as told:
        canvas.centre_on(QPointF(70.5, 30.5), 12.0)
    assert isinstance(told.args[0], QRectF)
    centre = canvas.view.center()
    assert (centre.x(), centre.y()) == pytest.approx((70.5, 30.5), abs=0.1)
    assert canvas.scale == pytest.approx(12.0, rel=0.01)
    canvas.centre_on(QPointF(20.5, 20.5))
    assert canvas.scale == pytest.approx(12.0, rel=0.01)
    canvas.resize(500, 320)
    assert canvas.scale == pytest.approx(12.0, rel=0.01)


def test_layers_are_drawn_over_the_image(canvas: ImageCanvas) -> None:
    layer = QGraphicsRectItem(40, 30, 20, 20)
    layer.setBrush(Qt.GlobalColor.red)
    canvas.add_layer(layer, height=5)
    point = place(canvas, 50, 40)
    assert canvas.grab().toImage().pixelColor(point) == Qt.GlobalColor.red
    layer.setVisible(False)
    assert canvas.grab().toImage().pixelColor(point) != Qt.GlobalColor.red
