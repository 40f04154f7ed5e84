"""Rows of controls of the page of a pair: which two exposures, at which stage, and how they are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from wfsgui.core.model.stages import title
from wfsgui.core.pair.results import PairOptions
from wfsgui.gui.pair.pair_member import LATEST
from wfsgui.gui.widgets.controls import combo_box
from wfsgui.gui.widgets.flow_layout import FlowLayout
from wfsgui.gui.widgets.theme import mute
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["ChoiceBar"]

_LETTERS: Final = 28
_NONE: Final = -1


class ChoiceBar(QWidget):
    """Choose the two exposures, their stage and the options.

    Attributes
    ----------
    first_chosen, second_chosen : Signal(int)
        Number of the entry that the analyst has chosen.
    stage_chosen : Signal(str)
        Stage that the analyst has chosen; empty for the latest.
    options_chosen : Signal(PairOptions)
        Options that the analyst has chosen.
    make_asked, break_asked, file_asked, forecast_asked : Signal()
        A button was pressed.
    """

    first_chosen = Signal(int)
    second_chosen = Signal(int)
    stage_chosen = Signal(str)
    options_chosen = Signal(object)
    make_asked = Signal()
    break_asked = Signal()
    file_asked = Signal()
    forecast_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pair_choice")
        self._stages: tuple[str, ...] = (LATEST,)
        self._first = _wide_box("pair_first", "A", "Exposure A")
        self._second = _wide_box("pair_second", "B", "Exposure B, which is compared with A")
        self._stage = combo_box("pair_stage", "Stage", "Stage at which the two are compared")
        self._stage.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._turn = _check("pair_turned", "&Turn B", "Turn B by 180 degrees: compares even aberrations")
        self._subpixel = _check("pair_subpixel", "Sub-pi&xel", "Register the images by parts of a pixel")
        self._make = _button("pair_make", "&Make a pair", "Keep A and B as a pair")
        self._break = _button("pair_break", "Brea&k the pair", "A and B are no pair")
        self._file = _button(
            "pair_file", "Compare with a fi&le...", "Compare A with a _cal or _rate file of another visit"
        )
        self._forecast = _button(
            "pair_forecast",
            "&wfs_combine",
            "Forecast: run jwst's wfs_combine on the two results, and show what it would give",
        )
        self._forecast.setCheckable(True)
        self._state = QLabel()
        self._state.setObjectName("pair_state")
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        mute(self._state)
        self._arrange()
        self._connect()
        self.show_options(PairOptions())
        self.set_choices((), (), _NONE, _NONE)
        self.set_state("", can_make=False, can_break=False)
        self.set_forecast(why_not="Choose two exposures first.")

    def set_choices(self, firsts: Sequence[str], seconds: Sequence[str], first: int, second: int) -> None:
        """Set the names to choose from, and the chosen ones; -1 for none."""
        for box, names, chosen in ((self._first, firsts, first), (self._second, seconds, second)):
            if [box.itemText(number) for number in range(box.count())] != list(names):
                box.clear()
                box.addItems(list(names))
                for number, name in enumerate(names):
                    box.setItemData(number, name, Qt.ItemDataRole.ToolTipRole)
            box.setCurrentIndex(chosen)
            box.setEnabled(bool(names))
        self._file.setEnabled(bool(firsts))

    def set_stages(self, stages: Sequence[str], wanted: str, in_use: str) -> None:
        """Set the stages to choose from, the chosen one, and the one that is compared."""
        self._stages = (LATEST, *stages)
        texts = [f"latest: {title(in_use)}" if in_use else "latest", *map(title, stages)]
        if [self._stage.itemText(number) for number in range(self._stage.count())] != texts:
            self._stage.clear()
            self._stage.addItems(texts)
        self._stage.setCurrentIndex(self._stages.index(wanted) if wanted in self._stages else 0)
        self._stage.setEnabled(bool(stages))

    def set_state(self, text: str, *, can_make: bool, can_break: bool) -> None:
        """Show whether the two are a pair, and what can be done about it."""
        self._state.setText(text)
        self._make.setEnabled(can_make)
        self._break.setEnabled(can_break)

    def set_forecast(self, *, why_not: str = "") -> None:
        """Show whether a forecast of wfs_combine can be made."""
        self._forecast.setEnabled(not why_not)
        tip = "Run jwst's wfs_combine on the two results, and show what it would give"
        self._forecast.setToolTip(why_not or tip)

    def set_forecast_shown(self, *, shown: bool) -> None:
        """Show whether the forecast is on screen."""
        self._forecast.setChecked(shown)

    def show_options(self, options: PairOptions) -> None:
        """Show the options."""
        self._turn.setChecked(options.turned)
        self._subpixel.setChecked(options.subpixel)

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        who = FlowLayout()
        for name, box in (("A", self._first), ("B", self._second)):
            who.addWidget(_labelled(name, box))
        for button in (self._make, self._break, self._file):
            who.addWidget(button)
        how = FlowLayout()
        for widget in (self._stage, self._turn, self._subpixel, self._forecast, self._state):
            how.addWidget(widget)
        layout.addLayout(who)
        layout.addLayout(how)

    def _connect(self) -> None:
        self._first.activated.connect(self.first_chosen)
        self._second.activated.connect(self.second_chosen)
        self._stage.activated.connect(lambda number: self.stage_chosen.emit(self._stages[number]))
        for check in (self._turn, self._subpixel):
            check.clicked.connect(self._emit_options)
        for button, signal in (
            (self._make, self.make_asked),
            (self._break, self.break_asked),
            (self._file, self.file_asked),
            (self._forecast, self.forecast_asked),
        ):
            button.clicked.connect(signal)

    def _emit_options(self) -> None:
        self.options_chosen.emit(PairOptions(self._turn.isChecked(), self._subpixel.isChecked()))


def _wide_box(name: str, title_: str, tip: str) -> QComboBox:
    box = combo_box(name, title_, tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_LETTERS)
    box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return box


def _labelled(name: str, box: QComboBox) -> QWidget:
    holder, label = QWidget(), QLabel(f"&{name}")
    label.setBuddy(box)
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GRID)
    layout.addWidget(label)
    layout.addWidget(box, stretch=1)
    return holder


def _check(name: str, text: str, tip: str) -> QCheckBox:
    check = QCheckBox(text)
    check.setObjectName(name)
    check.setToolTip(tip)
    return check


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
