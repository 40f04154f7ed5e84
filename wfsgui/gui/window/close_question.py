"""Question before the window is closed, if something would be lost."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.gui.exposures.save_dialogs import SaveDialogs
from wfsgui.gui.widgets.dialogs import ask
from wfsgui.gui.window.services import Services

__all__ = ["CloseQuestion"]

_Role = QMessageBox.ButtonRole


class CloseQuestion(QObject):
    """Ask before closing, and save or stop first.

    Parameters
    ----------
    window : QWidget
        The window.
    services : Services
        Exposures, runs and saving.
    saves : SaveDialogs
        Saves results, and asks before a file is replaced.

    Attributes
    ----------
    agreed : Signal()
        The window may close now.
    """

    agreed = Signal()

    def __init__(self, window: QWidget, services: Services, saves: SaveDialogs) -> None:
        super().__init__(window)
        self._window = window
        self._open_exposures = services.open_exposures
        self._control, self._runner, self._saver = services.control, services.runner, services.saver
        self._saves = saves
        self._question: QMessageBox | None = None
        self._asked_about: list[Exposure] = []
        # Other branches are not saved with the results: closing loses their results.
        self._lost: list[Exposure] = []
        self._leaving = False
        self._discards = False
        self._control.state_changed.connect(self._check)
        self._saver.idle.connect(self._check)
        self._saver.failed.connect(self._stay)
        self._saves.refused.connect(self._stay)
        self._saves.gave_up.connect(self._stay)
        self._saves.left_out.connect(self._stay)

    @property
    def may_close(self) -> bool:
        """Whether nothing would be lost by closing."""
        idle = not self._runner.tasks and not self._saver.is_busy
        return idle and (self._discards or not (self._unsaved or self._control.is_busy or self._in_review))

    @property
    def _in_review(self) -> bool:
        return any(exposure.state is ExposureState.NEEDS_LOOK for exposure in self._open_exposures.everything)

    @property
    def _unsaved(self) -> list[Exposure]:
        """The exposures and other branches whose results are not saved."""
        return [*self._open_exposures.unsaved, *self._open_exposures.unsaved_branches]

    def ask(self) -> None:
        """Ask what to do with unsaved results and running exposures; emits `agreed` when that is done."""
        if self._question is not None:
            return
        self._asked_about, self._lost = self._open_exposures.unsaved, self._open_exposures.unsaved_branches
        unsaved = [exposure.label for exposure in self._asked_about]
        reasons = [
            ("A run is going on; it will stop after the present step.", self._control.is_busy),
            ("A step waits for your verdict; its exposure would have to be run again.", self._in_review),
            (f"{_results(len(unsaved))} not been saved.", bool(unsaved)),
            (
                f"{_branches(len(self._lost))} that {'is' if len(self._lost) == 1 else 'are'} not saved.",
                bool(self._lost),
            ),
        ]
        text = " ".join(reason for reason, applies in reasons if applies)
        answers = [
            ("Cancel", _Role.RejectRole, self._stay),
            (self._leave_text(), _Role.DestructiveRole, self._discard),
        ]
        if unsaved:
            answers.insert(0, ("Save and close", _Role.AcceptRole, self._save))
        self._question = ask(
            self._window,
            text or "Something is still being saved.",
            [*unsaved, *(branch.label for branch in self._lost)],
            answers,
        )
        self._question.finished.connect(self._forget_question)

    def _leave_text(self) -> str:
        if self._unsaved:
            return "Close without saving"
        return "Stop and close" if self._control.is_busy else "Close"

    def _save(self) -> None:
        self._leaving = True
        self._control.stop()
        self._asked_about = self._open_exposures.unsaved
        self._saves.save(self._asked_about)

    def _discard(self) -> None:
        self._leaving = self._discards = True
        self._control.stop()

    def _stay(self) -> None:
        self._leaving = self._discards = False

    def _check(self) -> None:
        is_at_work = self._control.is_busy or self._saver.is_busy
        if not self._leaving or is_at_work or self._question is not None:
            return
        known = [*self._asked_about, *self._lost]
        if any(exposure not in known for exposure in self._unsaved):
            # Its result was written after the question.
            self._stay()
            self.ask()
        elif self._discards or not self._open_exposures.unsaved:
            # Everything else was part of the question.
            self._leaving, self._discards = False, True
            self.agreed.emit()

    def _forget_question(self) -> None:
        self._question = None
        self._check()


def _branches(count: int) -> str:
    return "One other branch has a result" if count == 1 else f"{count} other branches have results"


def _results(count: int) -> str:
    return "One result has" if count == 1 else f"{count} results have"
