"""Reference files that the analyst enters: they are checked, and doubtful ones are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.references.judgement import Judgement
from wfsgui.gui.steps.reference_checks import AskEngine, ReferenceChecks
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask

__all__ = ["EnteredReference", "EnteredReferences", "is_of_same_setup"]


@dataclass(frozen=True)
class EnteredReference:
    """A reference file for an exposure.

    Attributes
    ----------
    exposure : Exposure
        The exposure.
    kind : str
        The reference type.
    value : str
        A path, ``N/A``, or nothing for the file that CRDS selects.
    is_offered : bool
        Whether it was given elsewhere than in the form.
    """

    exposure: Exposure
    kind: str
    value: str
    is_offered: bool


def is_of_same_setup(one: Exposure, other: Exposure) -> bool:
    """Whether a reference file suits both exposures if it suits one: detector, optical elements, pixels and type."""
    first, second = one.product.science.info, other.product.science.info
    names = ("instrument", "detector", "filter", "pupil", "subarray", "shape", "exp_type", "unit")
    return all(getattr(first, name) == getattr(second, name) for name in names)


class EnteredReferences(QObject):
    """Check reference files, and ask whether a doubtful one is used.

    Parameters
    ----------
    worker : WorkerThread
        Thread that reads the files.
    parent : QWidget
        Owner, in whose window questions are asked.

    Attributes
    ----------
    accepted : Signal(EnteredReference)
        A file is to be used.
    refused : Signal(EnteredReference, str)
        A file cannot be used: why, in one sentence.
    declined : Signal(EnteredReference)
        A doubtful file is not used, as the analyst says.
    """

    accepted = Signal(object)
    refused = Signal(object, str)
    declined = Signal(object)

    def __init__(self, worker: WorkerThread, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._checks = ReferenceChecks(worker, self)
        self._checks.checked.connect(self._take)
        self._offered: set[tuple[str, str]] = set()

    def ask_engine(self, ask: AskEngine) -> None:
        """Set what asks the engine to check ASDF files."""
        self._checks.ask_engine = ask

    def enter(self, exposure: Exposure, kind: str, value: str) -> None:
        """Check what was entered in the form."""
        self._offered.discard((exposure.key, kind))
        self._checks.check(exposure, kind, value)

    def offer(self, exposure: Exposure, kind: str, value: str) -> None:
        """Check what was given elsewhere than in the form: a fault is not for its field."""
        self._offered.add((exposure.key, kind))
        self._checks.check(exposure, kind, value)

    def when_checked(self, act: Callable[[], object]) -> None:
        """Call a function as soon as nothing is being checked or asked."""
        self._checks.when_done(act)

    def _take(self, exposure: Exposure, kind: str, value: str, judgement: Judgement) -> None:
        entered = EnteredReference(exposure, kind, value, (exposure.key, kind) in self._offered)
        if judgement.faults:
            self.refused.emit(entered, judgement.fault)
        elif judgement.doubts and exposure.options.overrides.get(kind, "") != value:
            self._ask(entered, judgement)
        else:
            self.accepted.emit(entered)

    def _ask(self, entered: EnteredReference, judgement: Judgement) -> None:
        """Ask whether a doubtful file is used; a run waits for the answer."""
        self._checks.hold(entered.exposure, entered.kind)

        def answer(signal: SignalInstance) -> None:
            signal.emit(entered)
            self._checks.release(entered.exposure, entered.kind)

        ask(
            self._parent.window(),
            f"Use {Path(entered.value).name} as the {entered.kind} reference of {entered.exposure.product.name}?",
            judgement.doubts,
            [
                ("Do not use it", QMessageBox.ButtonRole.RejectRole, lambda: answer(self.declined)),
                ("Use it anyway", QMessageBox.ButtonRole.AcceptRole, lambda: answer(self.accepted)),
            ],
        )
