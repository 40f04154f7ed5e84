"""Foot of the panel *Verdict*: note and decision of the analyst."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.judgement.decision import Decision, Fitness
from wfsgui.gui.widgets.levels import LEVEL_OF, level_colour
from wfsgui.gui.widgets.theme import plain_tip
from wfsgui.gui.widgets.tokens import GRID, MARGIN, RADIUS, ROW, TYPE, palette

__all__ = ["DecisionFoot"]

_BUTTONS: Final = {
    Fitness.FIT: ("Fit", "Use it for phase retrieval"),
    Fitness.CARE: ("Fit with care", "Use it, and mind the note"),
    Fitness.NOT_FIT: ("Not fit", "Do not use it for phase retrieval"),
}
_NOTE_LINES: Final = 2


class DecisionFoot(QWidget):
    """Ask for a note and a decision, and show the last decision.

    Attributes
    ----------
    decided : Signal(Fitness, str)
        A button was pressed: the decision and the note.
    typed : Signal(str)
        The note has changed.
    """

    decided = Signal(object, str)
    typed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("decision_foot")
        self._latest: Decision | None = None
        self._about = _label("decision_about")
        self._last = _label("decision_last")
        self._note = QPlainTextEdit()
        self._note.setObjectName("decision_note")
        self._note.setPlaceholderText("Note for the record")
        self._note.setAccessibleName("Note on the decision")
        # Tab goes on to the buttons.
        self._note.setTabChangesFocus(True)
        self._note.textChanged.connect(self._emit_typed)
        self._buttons = {judgement: self._button(judgement) for judgement in Fitness}
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        for button in self._buttons.values():
            row.addWidget(button, stretch=1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 2 * GRID, MARGIN, MARGIN)
        layout.setSpacing(GRID)
        layout.addWidget(self._about)
        layout.addWidget(self._last)
        layout.addWidget(self._note)
        layout.addLayout(row)
        self._apply_theme()

    @property
    def note(self) -> str:
        """The note that has been typed."""
        return self._note.toPlainText()

    def ask(self, about: str, decisions: Sequence[Decision], draft: str) -> None:
        """Ask for a decision.

        Parameters
        ----------
        about : str
            What is decided on, for example ``this exposure``; empty to ask for nothing.
        decisions : sequence of Decision
            Earlier decisions, oldest first.
        draft : str
            Note that was begun.
        """
        self.setEnabled(bool(about))
        self._latest = decisions[-1] if decisions else None
        self._about.setText(f"Your verdict on {about}" if about else "Your verdict")
        self._last.setText(_told(self._latest) if self._latest is not None else "")
        self._last.setVisible(self._latest is not None)
        self._last.setToolTip(plain_tip("\n".join(map(_told, reversed(decisions)))))
        if draft != self.note:
            with QSignalBlocker(self._note):
                self._note.setPlainText(draft)
        for judgement, button in self._buttons.items():
            button.setChecked(self._latest is not None and judgement is self._latest.judgement)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._apply_theme()

    def _button(self, judgement: Fitness) -> QPushButton:
        text, tip = _BUTTONS[judgement]
        button = QPushButton(text)
        button.setObjectName(f"decide_{judgement.name.lower()}")
        button.setToolTip(tip)
        button.setCheckable(True)
        button.setMinimumHeight(ROW)
        button.clicked.connect(partial(self._decide, judgement))
        return button

    def _decide(self, judgement: Fitness) -> None:
        self._buttons[judgement].setChecked(True)
        self.decided.emit(judgement, self.note)

    def _emit_typed(self) -> None:
        self.typed.emit(self.note)

    def _apply_theme(self) -> None:
        colours = palette()
        self._about.setStyleSheet(f"font-size: {TYPE['second'].size}px; color: {colours.mute}")
        self._last.setStyleSheet(f"font-size: {TYPE['text'].size}px; color: {colours.text}")
        self._note.setFixedHeight(_NOTE_LINES * self._note.fontMetrics().lineSpacing() + 4 * GRID)
        for judgement, button in self._buttons.items():
            button.setStyleSheet(_button_style(level_colour(LEVEL_OF[judgement])))


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _told(decision: Decision) -> str:
    """Tell a decision in one line, for example ``Fit with care, 2026-11-30 17:03 UTC, on cal: two stars``."""
    when = decision.when[:16].replace("T", " ")
    on = f", on {decision.stage}" if decision.stage else ""
    note = f": {decision.note}" if decision.note else ""
    return f"{str(decision.judgement).capitalize()}, {when} UTC{on}{note}"


def _button_style(colour: str) -> str:
    """Return the style of a button: its own colour if it is the last decision, a ring in the accent with the focus."""
    colours = palette()
    return (
        f"QPushButton {{ color: {colours.text}; background: {colours.raised}; border: 1px solid {colours.edge};"
        f" border-radius: {RADIUS}px; padding: 0 {GRID}px; }}"
        f"QPushButton:hover {{ background: {colours.accent_bg}; }}"
        f"QPushButton:checked {{ color: {colour}; border: 2px solid {colour}; font-weight: 600; }}"
        f"QPushButton:focus {{ border: 2px solid {colours.accent}; }}"
        f"QPushButton:disabled {{ color: {colours.faint}; border-color: {colours.line}; }}"
    )
