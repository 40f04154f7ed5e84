from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from wfsgui.gui.widgets.flow_layout import FlowLayout

SIZE = QSize(60, 20)


def boxes(qtbot: QtBot, count: int) -> tuple[QWidget, list[QWidget]]:
    """Make a widget with a flow layout and controls of one size."""
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = FlowLayout(holder)
    layout.setContentsMargins(5, 5, 5, 5)
    layout.setSpacing(10)
    made = []
    for _ in range(count):
        box = QWidget()
        box.setFixedSize(SIZE)
        layout.addWidget(box)
        made.append(box)
    return holder, made


def test_controls_are_side_by_side_if_there_is_room(qtbot: QtBot) -> None:
    holder, controls = boxes(qtbot, 3)
    holder.resize(210, 100)
    holder.show()
    assert [box.geometry() for box in controls] == [QRect(left, 5, 60, 20) for left in (5, 75, 145)]


def test_control_that_does_not_fit_begins_the_next_row(qtbot: QtBot) -> None:
    holder, controls = boxes(qtbot, 3)
    holder.resize(209, 100)
    holder.show()
    assert [box.geometry().topLeft().toTuple() for box in controls] == [(5, 5), (75, 5), (5, 35)]


def test_height_is_that_of_all_rows(qtbot: QtBot) -> None:
    holder, _ = boxes(qtbot, 3)
    assert [holder.heightForWidth(width) for width in (210, 209, 70)] == [30, 60, 90]


def test_hidden_control_takes_no_room(qtbot: QtBot) -> None:
    holder, controls = boxes(qtbot, 3)
    controls[0].hide()
    holder.resize(210, 100)
    holder.show()
    assert controls[1].geometry().left() == 5


def test_control_is_never_wider_than_the_layout(qtbot: QtBot) -> None:
    holder, controls = boxes(qtbot, 1)
    controls[0].setMinimumSize(0, 0)
    controls[0].setMaximumSize(500, 20)
    controls[0].resize(500, 20)
    holder.resize(50, 40)
    holder.show()
    assert controls[0].geometry().right() < 50
