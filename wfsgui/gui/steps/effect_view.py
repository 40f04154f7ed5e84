"""View of the effect of a step: expectations and measured values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.image.dq_flags import FlagRow
from wfsgui.core.model.exposure import StageState
from wfsgui.core.step_checks.evidence import Expectation, Outcome, StepEffect
from wfsgui.gui.widgets.label_grid import GridRow, LabelGrid
from wfsgui.gui.widgets.state_colours import state_colour
from wfsgui.gui.widgets.theme import heading_font, mute

__all__ = ["EffectView"]

_MARKS: Final = {Outcome.MET: "\N{CHECK MARK}", Outcome.NOT_MET: "!", Outcome.UNKNOWN: "?"}
_STATES: Final = {
    Outcome.MET: StageState.DONE,
    Outcome.NOT_MET: StageState.WARNED,
    Outcome.UNKNOWN: StageState.PENDING,
}
_NOTHING: Final = StepEffect((), (), ())


class EffectView(QWidget):
    """Show expectations of a step and what it changed; the tool tips explain them."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("effect_view")
        self._effect: StepEffect | None = None
        self._meanings: Mapping[str, str] = {}
        self._is_awaited = False
        self._awaited = QLabel("Measuring what the step did...")
        mute(self._awaited)
        self._expected = _Section("As expected?", LabelGrid("expectation", heading_font()))
        self._measured = _Section("What the step did", LabelGrid("fact"))
        self._flags = _Section("Flags that pixels gained (+) and lost (\N{MINUS SIGN})", LabelGrid("transition"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._awaited, self._expected, self._measured, self._flags):
            part.hide()
            layout.addWidget(part)
        copy = QAction("Copy what the step did", self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.hide()

    def set_meanings(self, meanings: Mapping[str, str]) -> None:
        """Set the meanings of the DQ flags."""
        self._meanings = dict(meanings)

    def show_effect(self, effect: StepEffect | None, *, is_awaited: bool) -> None:
        """Show the effect of a step.

        Parameters
        ----------
        effect : StepEffect or None
            The effect; None if it is not known.
        is_awaited : bool
            Whether it is going to be measured.
        """
        if (effect, is_awaited) != (self._effect, self._is_awaited):
            self._effect, self._is_awaited = effect, is_awaited
            self._fill()

    def text(self) -> str:
        """Return all rows as lines of text, separated by tabs."""
        return "\n".join("\t".join(row) for row in self.rows())

    def rows(self) -> list[tuple[str, str, str]]:
        """Return all rows as kind, name and value."""
        effect = self._effect
        if effect is None:
            return []
        return [
            *((f"expected, {each.outcome}", each.name, each.told) for each in effect.expectations),
            *(("measured", fact.name, fact.value) for fact in effect.facts),
            *(("flag", row.name, _change(row)) for row in effect.transitions),
        ]

    def _fill(self) -> None:
        effect = self._effect or _NOTHING
        self._awaited.setVisible(self._effect is None and self._is_awaited)
        self._expected.show_rows([_expectation(each) for each in effect.expectations])
        self._measured.show_rows([GridRow(fact.name, fact.value, fact.tip) for fact in effect.facts])
        self._flags.show_rows(
            [GridRow(row.name, _change(row), self._meanings.get(row.name, "")) for row in effect.transitions]
        )
        self.setVisible(self._effect is not None or self._is_awaited)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Show it in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._fill()


class _Section(QWidget):
    """Rows under a heading; hidden if there are none."""

    def __init__(self, heading: str, grid: LabelGrid) -> None:
        super().__init__()
        self._grid = grid
        label = QLabel(heading)
        label.setWordWrap(True)
        label.setFont(heading_font())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label)
        layout.addWidget(grid)

    def show_rows(self, rows: Sequence[GridRow]) -> None:
        self._grid.show_rows(rows)
        self.setVisible(bool(rows))


def _expectation(expectation: Expectation) -> GridRow:
    outcome, name, told = expectation.outcome, expectation.name, expectation.told
    return GridRow(
        name=_MARKS[outcome],
        value=name if outcome is Outcome.MET else f"{name}: {told}",
        tip=f"{told}\n{expectation.tip}",
        colour=state_colour(_STATES[outcome]),
        spoken=str(outcome),
    )


def _change(row: FlagRow) -> str:
    parts = [f"+{row.gained}" if row.gained else "", f"\N{MINUS SIGN}{row.lost}" if row.lost else ""]
    return " ".join(filter(None, parts))
