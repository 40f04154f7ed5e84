"""Row of controls for limits, stretch, histogram and levels; for flags, their legend."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QStackedWidget, QWidget

from wfsgui.core.image.display import LIMITS, STRETCHES, Histogram, Levels
from wfsgui.gui.display.histogram import HistogramStrip
from wfsgui.gui.display.legend import DqLegend, LegendEntry
from wfsgui.gui.widgets.controls import combo_box
from wfsgui.gui.widgets.text_width import width_of
from wfsgui.gui.widgets.theme import NAN_COLOUR

__all__ = ["LevelEdit", "LevelsBar"]

_BY_HAND: Final = "by hand"
_WIDEST_NUMBER: Final = "-0.0000e-00"
_DIGITS: Final = 5


class LevelEdit(QLineEdit):
    """Field for a level, in any notation of a number; anything else is replaced by the level before.

    Parameters
    ----------
    name : str
        ``low`` or ``high``.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    entered : Signal(float)
        The analyst has typed another level.
    """

    entered = Signal(float)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.setObjectName(f"level_{name}")
        self.setAccessibleName(f"{name.capitalize()} level")
        self.setFixedWidth(width_of(self.font(), _WIDEST_NUMBER) + width_of(self.font(), "00"))
        self.editingFinished.connect(self._take)

    def show_level(self, level: float | None) -> None:
        """Show a level, or none, unless the analyst is typing another one."""
        text = "" if level is None else f"{level:.{_DIGITS}g}"
        if not (self.hasFocus() and self.isModified()):
            self.setText(text)
            self.setCursorPosition(0)
        self._shown = text

    def _take(self) -> None:
        if not self.isModified():
            return
        level = _number(self.text())
        self.setText(self._shown)
        if level is not None:
            self.entered.emit(level)


class LevelsBar(QWidget):
    """Controls for the mapping of values to colours.

    Parameters
    ----------
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    rule_chosen : Signal(str)
        Rule that computes the levels, one of `LIMITS`, chosen by the analyst.
    stretch_chosen : Signal(str)
        Stretch chosen by the analyst.
    levels_set : Signal(Levels)
        Levels set by hand, also while a line is dragged.
    """

    rule_chosen = Signal(str)
    stretch_chosen = Signal(str)
    levels_set = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("levels_bar")
        self._levels: Levels | None = None
        self._rule = LIMITS[0]
        self._limits = combo_box("limits", "Limits", "Rule that computes the levels", (*LIMITS, _BY_HAND))
        self._stretch = combo_box("stretch", "Stretch", "Stretch of the colours between the levels", STRETCHES)
        self._low, self._high = LevelEdit("low"), LevelEdit("high")
        self._histogram = HistogramStrip()
        self._unit = QLabel()
        self._unit.setObjectName("levels_unit")
        self._unit.setToolTip("Unit of the levels and of the histogram")
        self._nan = LegendEntry("NaN", NAN_COLOUR)
        self._nan.setObjectName("nan_legend")
        self._nan.setToolTip("Pixels without a value, and their share of the image")
        self._legend = DqLegend()
        self._pages = QStackedWidget()
        self._pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._arrange()
        self._limits.textActivated.connect(self._choose_limits)
        self._stretch.textActivated.connect(self.stretch_chosen)
        self._histogram.levels_dragged.connect(self._take_dragged)
        self._low.entered.connect(lambda low: self._take_typed(low=low))
        self._high.entered.connect(lambda high: self._take_typed(high=high))

    def set_colours(self, table: NDArray[np.uint8], stretch: str) -> None:
        """Set colour table, of shape (256, 3), and stretch."""
        self._stretch.setCurrentText(stretch)
        self._histogram.set_colours(table, stretch)

    def set_rule(self, rule: str, *, by_hand: bool) -> None:
        """Show how the levels were set.

        Parameters
        ----------
        rule : str
            One of `LIMITS`.
        by_hand : bool
            Whether the levels were set by hand.
        """
        self._rule = rule
        self._limits.setCurrentText(_BY_HAND if by_hand else rule)

    def show_levels(self, levels: Levels) -> None:
        """Show the levels."""
        self._levels = levels
        self._low.show_level(levels.low)
        self._high.show_level(levels.high)

    def show_values(self, histogram: Histogram, levels: Levels, missing: float, unit: str) -> None:
        """Show histogram and levels of a plane of values.

        Parameters
        ----------
        histogram : Histogram
            Histogram of its values.
        levels : Levels
            The levels.
        missing : float
            Share of the pixels that are NaN, 0 to 1.
        unit : str
            Unit of the values.
        """
        self._set_page(0)
        self.show_levels(levels)
        self._histogram.show_histogram(histogram, levels)
        self._unit.setText(unit)
        self._nan.set_share(missing)
        for edit, meaning in ((self._low, "darkest"), (self._high, "brightest")):
            edit.setToolTip(f"Value of the {meaning} colour{f', {unit}' if unit else ''}; type a number such as 1e-3")

    def show_classes(self, shares: Mapping[int, float]) -> None:
        """Show the legend of the data-quality classes.

        Parameters
        ----------
        shares : mapping of int to float
            Share of the pixels of each class, 0 to 1.
        """
        self._set_page(1)
        self._legend.set_shares(shares)

    def clear(self) -> None:
        """Show nothing."""
        self._levels = None
        self._set_page(0)
        self._histogram.clear()
        self._unit.clear()
        self._nan.clear_share()
        for edit in (self._low, self._high):
            edit.show_level(None)
        self.setEnabled(False)

    def _arrange(self) -> None:
        gap = self.fontMetrics().averageCharWidth()
        values = QWidget()
        row = QHBoxLayout(values)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap)
        row.addWidget(self._low)
        row.addWidget(self._histogram, stretch=1)
        row.addWidget(self._high)
        row.addWidget(self._unit)
        row.addWidget(self._nan)
        self._pages.addWidget(values)
        self._pages.addWidget(self._legend)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(gap, gap // 2, gap, 0)
        layout.setSpacing(gap)
        layout.addWidget(self._limits)
        layout.addWidget(self._stretch)
        layout.addWidget(self._pages, stretch=1)

    def _set_page(self, page: int) -> None:
        self.setEnabled(True)
        self._pages.setCurrentIndex(page)
        for combo in (self._limits, self._stretch):
            combo.setEnabled(page == 0)

    def _choose_limits(self, choice: str) -> None:
        if choice != _BY_HAND:
            self.rule_chosen.emit(choice)
        elif self._levels is not None:
            self.levels_set.emit(self._levels)

    def _take_dragged(self, levels: Levels) -> None:
        self.show_levels(levels)
        self.levels_set.emit(levels)

    def _take_typed(self, *, low: float | None = None, high: float | None = None) -> None:
        if self._levels is None:
            return
        one = self._levels.low if low is None else low
        other = self._levels.high if high is None else high
        self.levels_set.emit(Levels.between(one, other))


def _number(text: str) -> float | None:
    """Return the number in a text; a comma counts as a point. None if there is none."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if isfinite(number) else None
