from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from wfsgui.core.image.display import NAN_INDEX
from wfsgui.gui.display.colours import difference_table
from wfsgui.gui.widgets.theme import NAN_COLOUR
from wfsgui.gui.widgets.tokens import contrast


def names() -> list[str]:
    """Return the colours of a difference, from the most negative to the most positive."""
    return [QColor(*rgb).name() for rgb in difference_table()[:NAN_INDEX].tolist()]


def test_difference_is_brighter_the_larger_it_is() -> None:
    brightness = [contrast(name, "#000000") for name in names()]
    middle = NAN_INDEX // 2
    assert int(np.argmin(brightness)) == middle
    assert np.all(np.diff(brightness[: middle + 1]) <= 0)
    assert np.all(np.diff(brightness[middle:]) >= 0)


def test_signs_of_a_difference_are_equally_bright() -> None:
    brightness = np.array([contrast(name, "#000000") for name in names()])
    assert brightness == pytest.approx(brightness[::-1], rel=0.35)


def test_missing_pixels_of_a_difference_have_their_own_colour() -> None:
    table = difference_table().astype(int)
    nan = QColor(NAN_COLOUR)
    assert table[NAN_INDEX].tolist() == [nan.red(), nan.green(), nan.blue()]
    assert np.linalg.norm(table[:NAN_INDEX] - table[NAN_INDEX], axis=1).min() > 100
