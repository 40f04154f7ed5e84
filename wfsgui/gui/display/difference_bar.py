"""Row of controls for the difference of a pair: unit, limits and the meaning of its colours."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QSizePolicy, QWidget
from typing_extensions import override

from wfsgui.core.image.display import NAN_INDEX, Levels
from wfsgui.gui.display.colours import difference_table
from wfsgui.gui.display.levels_bar import LevelEdit
from wfsgui.gui.widgets.flow_layout import FlowLayout
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["DifferenceBar"]

_KEY_SIZE: Final = QSize(96, 12)


class DifferenceBar(QWidget):
    """Choose how the difference is shown.

    Attributes
    ----------
    sigma_chosen : Signal(bool)
        Whether the difference is shown in standard deviations, chosen by the analyst.
    most_entered : Signal(float)
        Limit of the difference, typed by the analyst.
    """

    sigma_chosen = Signal(bool)
    most_entered = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("difference_bar")
        self._sigma = QCheckBox("A \N{MINUS SIGN} B in si&gma")
        self._sigma.setObjectName("difference_in_sigma")
        self._sigma.setToolTip("Show the difference in standard deviations, from both ERR planes")
        self._most = LevelEdit("difference")
        self._most.setToolTip("Limit of the colours of the difference on both sides of 0; type a number")
        self._unit = QLabel()
        self._unit.setObjectName("difference_unit")
        layout = FlowLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        for widget in (
            self._sigma,
            QLabel("B larger"),
            _ColourKey(),
            QLabel("A larger"),
            QLabel("\N{PLUS-MINUS SIGN}"),
        ):
            layout.addWidget(widget)
        layout.addWidget(self._most)
        layout.addWidget(self._unit)
        self._sigma.toggled.connect(self.sigma_chosen)
        self._most.entered.connect(self.most_entered)

    def show_span(self, span: Levels, unit: str) -> None:
        """Show the limits of the difference and their unit."""
        self._most.show_level(span.high)
        self._unit.setText(unit)


class _ColourKey(QWidget):
    """Colours from the most negative difference to the most positive one."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_KEY_SIZE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip("Colours of the difference: blue where B is larger, dark for 0, orange where A is larger")
        self.setAccessibleName("Colours of the difference")

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the colours."""
        with QPainter(self) as painter:
            for x in range(self.width()):
                red, green, blue = difference_table()[x * (NAN_INDEX - 1) // max(self.width() - 1, 1)].tolist()
                painter.fillRect(QRect(x, 0, 1, self.height()), QColor(red, green, blue))
