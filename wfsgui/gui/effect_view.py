"""What a step did, as a list of ticks and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.dq_table import FlagRow
from wfsgui.core.step_evidence import Expectation, Outcome, StepEffect
from wfsgui.core.worklist import StageState
from wfsgui.gui.theme import heading_font, muted_colour, plain_tip, state_colour

__all__ = ["EffectView"]

_MARKS: Final = {Outcome.MET: "\N{CHECK MARK}", Outcome.NOT_MET: "!", Outcome.UNKNOWN: "?"}
_STATES: Final = {
    Outcome.MET: StageState.DONE,
    Outcome.NOT_MET: StageState.WARNED,
    Outcome.UNKNOWN: StageState.PENDING,
}


class EffectView(QWidget):
    """Tell what was expected of a step, and what it did; the tool tips say why and what it means."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("effect_view")
        self._effect: StepEffect | None = None
        self._meanings: Mapping[str, str] = {}
        self._is_awaited = False
        self._body = QWidget()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        copy = QAction("Copy what the step did", self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.hide()

    def set_meanings(self, meanings: Mapping[str, str]) -> None:
        """Set what the data-quality flags mean."""
        self._meanings = dict(meanings)

    def show_effect(self, effect: StepEffect | None, *, is_awaited: bool) -> None:
        """Show what a step did.

        Parameters
        ----------
        effect : StepEffect or None
            None where it is not known.
        is_awaited : bool
            Whether it is being measured.
        """
        if (effect, is_awaited) != (self._effect, self._is_awaited):
            self._effect, self._is_awaited = effect, is_awaited
            self._fill()

    def text(self) -> str:
        """Return everything as lines of text, parted by tabs."""
        return "\n".join("\t".join(row) for row in self.rows())

    def rows(self) -> list[tuple[str, str, str]]:
        """Return everything as a table: kind, name and what was found."""
        effect = self._effect
        if effect is None:
            return []
        return [
            *((f"expected, {each.outcome}", each.name, each.told) for each in effect.expectations),
            *(("measured", fact.name, fact.value) for fact in effect.facts),
            *(("flag", row.name, _change(row)) for row in effect.transitions),
        ]

    def _fill(self) -> None:
        self._layout.removeWidget(self._body)
        self._body.hide()
        self._body.deleteLater()
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        if self._effect is not None:
            column.addWidget(_heading("As expected?"))
            column.addLayout(_expectations(self._effect.expectations))
            column.addWidget(_heading("What the step did"))
            column.addLayout(_table([(fact.name, fact.value, fact.tip) for fact in self._effect.facts]))
            if self._effect.transitions:
                column.addWidget(_heading("Flags that pixels gained (+) and lost (\N{MINUS SIGN})"))
                rows = [(row.name, _change(row), self._meanings.get(row.name, "")) for row in self._effect.transitions]
                column.addLayout(_table(rows))
        elif self._is_awaited:
            column.addWidget(_label("Measuring what the step did...", muted_colour()))
        self._layout.addWidget(self._body)
        self.setVisible(self._effect is not None or self._is_awaited)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Tell it again in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._fill()


def _expectations(expectations: Sequence[Expectation]) -> QGridLayout:
    grid = _grid()
    for row, each in enumerate(expectations):
        colour = state_colour(_STATES[each.outcome])
        mark = _label(_MARKS[each.outcome], colour)
        mark.setAccessibleName(str(each.outcome))
        mark.setFont(heading_font())
        text = _label(each.name if each.outcome is Outcome.MET else f"{each.name}: {each.told}")
        text.setObjectName("expectation")
        tip = plain_tip(f"{each.told}\n{each.tip}")
        for column, label in enumerate((mark, text)):
            label.setToolTip(tip)
            grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
    return grid


def _table(rows: Sequence[tuple[str, str, str]]) -> QGridLayout:
    grid = _grid()
    for row, (name, value, tip) in enumerate(rows):
        labels = _label(name, muted_colour()), _label(value)
        for column, label in enumerate(labels):
            label.setToolTip(plain_tip(tip))
            grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
    return grid


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(1, 1)
    return grid


def _heading(text: str) -> QLabel:
    label = _label(text)
    label.setFont(heading_font())
    return label


def _label(text: str, colour: QColor | None = None) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if colour is not None:
        # A style sheet would do the same, and take ten times as long.
        palette = label.palette()
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        label.setPalette(palette)
    return label


def _change(row: FlagRow) -> str:
    parts = [f"+{row.gained}" if row.gained else "", f"\N{MINUS SIGN}{row.lost}" if row.lost else ""]
    return " ".join(filter(None, parts))
