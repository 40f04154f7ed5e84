"""For which exposures a change in the form of a step is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.gui.steps.form_field import ChoiceBox
from wfsgui.gui.widgets.theme import mute
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["Scope", "ScopeChooser", "applied_text"]


class Scope(StrEnum):
    """Exposures for which a change is."""

    THIS = "this"
    SELECTED = "selected"
    ALL = "all"


def applied_text(what: str, step: str, exposures: Sequence[Exposure], left_out: int) -> str:
    """Say what was changed, for which exposures, and when it takes effect.

    Parameters
    ----------
    what : str
        What was changed, for example ``bkg_subtract.sigma is 2.5``.
    step : str
        The step.
    exposures : sequence of Exposure
        The exposures.
    left_out : int
        Number of exposures that do not have the step and were not changed.

    Returns
    -------
    str
        One to three sentences.
    """
    later = [each for each in exposures if each.state is ExposureState.RUNNING or each.stages[step].state.has_run]
    count = "this exposure" if len(exposures) == 1 else f"{len(exposures)} exposures"
    said = [f"{what} for {count}."]
    if later:
        one = len(later) == 1
        who = "It" if len(exposures) == 1 else ("1 of them" if one else f"{len(later)} of them")
        verb, has = ("is", "has") if one else ("are", "have")
        said.append(f"{who} {verb} running or {has} run {step}: there it takes effect at the next run or redo.")
    if left_out:
        have = "1 exposure has" if left_out == 1 else f"{left_out} exposures have"
        said.append(f"{have} no step {step}: nothing was changed there.")
    return " ".join(said)


class ScopeChooser(QWidget):
    """Choose the exposures, and say what was changed where.

    Attributes
    ----------
    copy_requested : Signal()
        The choices of the exposure on screen are to be set in the other exposures, too.
    """

    copy_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._selected: Callable[[], Sequence[Exposure]] = tuple
        self._everything: Callable[[], Sequence[Exposure]] = tuple
        self._exposure: Exposure | None = None
        self._stage = ""
        label = QLabel("Changes apply to")
        self._combo = ChoiceBox()
        self._combo.setObjectName("scope")
        self._combo.setAccessibleName("Exposures to which changes apply")
        for scope in Scope:
            self._combo.addItem("", scope)
        label.setBuddy(self._combo)
        self._combo.currentIndexChanged.connect(lambda _index: self._show_button())
        self._copy = QPushButton("Set the values of this step there, too")
        self._copy.setObjectName("scope_copy")
        self._copy.clicked.connect(self.copy_requested)
        self._said = QLabel()
        self._said.setObjectName("scope_said")
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        mute(self._said)
        row, layout = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(label)
        row.addWidget(self._combo, stretch=1)
        layout.setContentsMargins(0, 0, 0, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addLayout(row)
        layout.addWidget(self._copy)
        layout.addWidget(self._said)
        self.refresh()
        self.say("")

    def set_sources(
        self, selected: Callable[[], Sequence[Exposure]], everything: Callable[[], Sequence[Exposure]]
    ) -> None:
        """Set functions that return the selected exposures, and all exposures."""
        self._selected, self._everything = selected, everything
        self.refresh()

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show the choice for an exposure; for another one than before, changes apply to it alone again."""
        if (exposure, stage) != (self._exposure, self._stage):
            self.say("")
        if exposure is not self._exposure:
            self._combo.setCurrentIndex(0)
        self._exposure, self._stage = exposure, stage
        self.refresh()

    def refresh(self) -> None:
        """Count the exposures again."""
        selected, everything = (len(self._with_own(each())) for each in (self._selected, self._everything))
        texts = ("this exposure", _count("selected", selected), _count("all", everything))
        for index, text in enumerate(texts):
            self._combo.setItemText(index, text)
        self._combo.setEnabled(everything > 1)
        self._show_button()

    @property
    def exposures(self) -> list[Exposure]:
        """The exposures to which a change applies; the one on screen first."""
        match self._combo.currentData():
            case Scope.SELECTED:
                return self._with_own(self._selected())
            case Scope.ALL:
                return self._with_own(self._everything())
            case _:
                return self._with_own(())

    def say(self, text: str) -> None:
        """Show what was changed."""
        self._said.setText(text)
        self._said.setVisible(bool(text))

    def _with_own(self, others: Sequence[Exposure]) -> list[Exposure]:
        """Return the exposure on screen and others, without a repetition."""
        own = [self._exposure] if self._exposure is not None else []
        return [*own, *(each for each in others if each is not self._exposure)]

    def _show_button(self) -> None:
        self._copy.setVisible(self._combo.currentIndex() > 0)


def _count(word: str, number: int) -> str:
    """Return an entry of the choice, for example ``3 selected``."""
    if number == 1:
        return f"{word}: this exposure"
    return f"{number} selected exposures" if word == Scope.SELECTED else f"all {number} exposures"
