"""Bar that asks for the verdict on a step: accept, redo or reject."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton

from wfsgui.core.judgement.verdicts import Judgement
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.stages import title
from wfsgui.gui.actions.action_table import shortcut_of
from wfsgui.gui.widgets.banner import Banner
from wfsgui.gui.widgets.icons import icon
from wfsgui.gui.widgets.state_colours import state_colour

__all__ = ["VerdictBar"]


class VerdictBar(Banner):
    """Ask for a verdict, with an optional note.

    Attributes
    ----------
    exposure : Exposure or None
        The exposure whose step is asked about, or was asked about last.
    decided : Signal(Judgement, str)
        The verdict and the note.
    typed : Signal()
        The note that is being typed has changed.
    """

    decided = Signal(object, str)
    typed = Signal()

    def __init__(self) -> None:
        super().__init__(partial(state_colour, ExposureState.NEEDS_LOOK))
        self.setObjectName("verdict_bar")
        self.exposure: Exposure | None = None
        self._guard: Callable[[Callable[[], None]], None] = lambda decide: decide()
        self._about: tuple[str, str] | None = None
        self._notes: dict[tuple[str, str], str] = {}
        self._question = QLabel()
        self._question.setObjectName("verdict_question")
        self._note = QLineEdit()
        self._note.setObjectName("verdict_note")
        self._note.setPlaceholderText("Note (optional)")
        self._note.setAccessibleName("Note on this step")
        self._note.textEdited.connect(lambda _text: self.typed.emit())
        self._note.setMinimumWidth(12 * self.fontMetrics().averageCharWidth())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 5, 10, 5)
        layout.addWidget(self._question)
        layout.addWidget(self._note, stretch=1)
        for name, text, act in (
            ("accept", "Accept", self.accept),
            ("redo", "Redo", self.redo),
            ("reject", "Reject", self.reject),
        ):
            button = QPushButton(text)
            button.setObjectName(f"verdict_{name}")
            button.setToolTip(f"{text} this step ({shortcut_of(name)})")
            button.setIcon(icon(name))
            button.clicked.connect(act)
            layout.addWidget(button)
        self.hide()

    def set_guard(self, guard: Callable[[Callable[[], None]], None]) -> None:
        """Set what is called with each verdict that starts a run: if it does not call it back, the question stays."""
        self._guard = guard

    def ask(self, exposure: Exposure, stage: str) -> None:
        """Ask about a step; a note that was begun on it is shown again."""
        about = (exposure.key, stage)
        if about == self._about:
            return
        self._keep_note()
        self._about, self.exposure = about, exposure
        self._question.setText(f"<b>{title(stage)}</b> finished. Accept, redo or reject?")
        self._note.setText(self._notes.get(about, ""))
        self.show()

    @property
    def notes(self) -> dict[tuple[str, str], str]:
        """Notes that were begun and not given yet, by the key of the exposure and the stage."""
        typed = {self._about: self._note.text()} if self._about is not None else {}
        return {about: note for about, note in {**self._notes, **typed}.items() if note}

    def restore_note(self, exposure: Exposure, stage: str, note: str) -> None:
        """Keep a note of a verdict that was not recorded, for the next time that this step is asked about."""
        about = (exposure.key, stage)
        if note:
            self._notes[about] = note
            if about == self._about:
                self._note.setText(note)

    def clear(self) -> None:
        """Hide the bar; a note that was begun is kept until its step is asked about again."""
        self._keep_note()
        self._about = None
        self.hide()

    def accept(self) -> None:
        """Accept the step."""
        self._decide(Judgement.ACCEPTED)

    def redo(self) -> None:
        """Run the step again."""
        self._decide(Judgement.REDONE)

    def reject(self) -> None:
        """Reject the step."""
        self._decide(Judgement.REJECTED)

    def _decide(self, judgement: Judgement) -> None:
        if self._about is None:
            return
        if judgement is Judgement.REJECTED:
            self._conclude(self._about, judgement)
        else:
            self._guard(partial(self._conclude, self._about, judgement))

    def _conclude(self, about: tuple[str, str], judgement: Judgement) -> None:
        if about != self._about:
            # Another step was asked about meanwhile.
            return
        note = self._note.text().strip()
        self._notes.pop(about, None)
        self._about = None
        self._note.clear()
        self.hide()
        self.decided.emit(judgement, note)

    def _keep_note(self) -> None:
        if self._about is not None:
            self._notes[self._about] = self._note.text()
