from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.gui.canvas_helpers import near, pixels
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.numbered_marks import NumberedMarks

MARK = QColor("#ffd24a")


def test_each_place_has_an_open_circle_and_a_number(qtbot: QtBot) -> None:
    canvas = ImageCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.show()
    canvas.set_colours(np.zeros((256, 3), np.uint8))
    canvas.show_index(np.zeros((40, 40), np.uint8))
    marks = NumberedMarks(canvas)
    assert not near(pixels(canvas), MARK).any()
    marks.show_places([(10, 10), (30, 30)])
    assert marks.places == ((10, 10), (30, 30))
    seen = near(pixels(canvas), MARK)
    # Row 0 of the image is at the bottom.
    quarters = seen[200:, :200], seen[:200, 200:], seen[:200, :200], seen[200:, 200:]
    assert [bool(quarter.any()) for quarter in quarters] == [True, True, False, False]
    assert not seen[285:305, 95:115].any()
    marks.show_places(())
    assert not near(pixels(canvas), MARK).any()
