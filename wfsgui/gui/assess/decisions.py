"""Decisions of the analyst on exposures and pairs: read, shown and written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from wfsgui.core.files.decision_store import DecisionStore, StoredDecisions, Subject
from wfsgui.core.judgement.decision import Decision, Fitness
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["Decisions", "subject_of"]


def subject_of(*exposures: Exposure) -> Subject:
    """Return the subject of decisions on an exposure, or on a pair in any order; each branch has one of its own."""
    return tuple(sorted(_path_of(exposure) for exposure in exposures))


def _path_of(exposure: Exposure) -> Path:
    """Return the science file; for a branch, which has another result, with its serial."""
    path = exposure.product.science.path
    return path.with_name(f"{path.name}#{exposure.serial}") if exposure.serial else path


class Decisions(QObject):
    """Keep the decisions and the notes that are being typed; everything is written at once.

    Parameters
    ----------
    store : DecisionStore
        Files of the decisions.
    worker : WorkerThread
        Thread that reads and writes them.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    changed : Signal(tuple of Path)
        Decisions on a subject are known that were not known before.
    decided : Signal(tuple of Path, Decision)
        The analyst has decided.
    noted : Signal()
        A note that is being typed has changed.
    error : Signal(str)
        What could not be read or written: why, in one sentence.
    """

    changed = Signal(object)
    noted = Signal()
    decided = Signal(object, object)
    error = Signal(str)

    def __init__(self, store: DecisionStore, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._worker = store, worker
        self._decisions: dict[Subject, tuple[Decision, ...]] = {}
        self._drafts: dict[Subject, str] = {}
        self._asked: set[Subject] = set()
        self._to_write: set[Subject] = set()

    def load(self, subjects: Iterable[Subject]) -> None:
        """Read the decisions of earlier sessions, once for each subject; returns at once."""
        wanted = [subject for subject in dict.fromkeys(map(_sorted, subjects)) if subject not in self._asked]
        if wanted:
            self._asked.update(wanted)
            self._worker.submit(lambda: [(subject, self._store.read(subject)) for subject in wanted], self._take)

    def find(self, subject: Subject) -> tuple[Decision, ...]:
        """Return the decisions on an exposure or a pair, oldest first."""
        return self._decisions.get(_sorted(subject), ())

    def latest(self, subject: Subject) -> Decision | None:
        """Return the last decision, which counts; None if there is none."""
        found = self.find(subject)
        return found[-1] if found else None

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """What there are decisions or notes on."""
        some = {**self._decisions, **self._drafts}
        return tuple(subject for subject in some if self.find(subject) or self.draft(subject))

    def draft(self, subject: Subject) -> str:
        """Return the note that was typed and not used yet."""
        return self._drafts.get(_sorted(subject), "")

    def set_draft(self, subject: Subject, note: str) -> None:
        """Keep the note that is being typed, also beyond the end of the program."""
        subject = _sorted(subject)
        if note != self._drafts.get(subject, ""):
            self._keep_draft(subject, note)
            self.noted.emit()

    def take_in(self, subject: Subject, decisions: Iterable[Decision], draft: str) -> None:
        """Take in what a session file says about an exposure or a pair; what is known already stays as it is.

        Parameters
        ----------
        subject : tuple of Path
            The science file of an exposure, or the two of a pair.
        decisions : iterable of Decision
            Decisions, oldest first.
        draft : str
            Note that was typed and not used yet; empty for none.
        """
        subject, told = _sorted(subject), tuple(decisions)

        def work() -> list[tuple[Subject, StoredDecisions]]:
            stored = self._store.read(subject)
            for decision in told:
                if decision not in stored.decisions:
                    self._store.add(subject, decision)
            if draft and not stored.draft:
                self._store.set_draft(subject, draft)
            return [(subject, self._store.read(subject))]

        self._asked.add(subject)
        self._worker.submit(work, self._take, self._report)

    def decide(self, subject: Subject, judgement: Fitness, note: str, stage: str = "") -> None:
        """Record a decision.

        Parameters
        ----------
        subject : tuple of Path
            The science file of an exposure, or the two of a pair.
        judgement : Fitness
            The decision.
        note : str
            Note; may be empty.
        stage : str, optional
            Stage on which it is based.
        """
        subject = _sorted(subject)
        decision = Decision(judgement, note.strip(), datetime.now(UTC).isoformat(timespec="seconds"), stage)
        self._decisions[subject] = (*self._decisions.get(subject, ()), decision)
        self._worker.submit(lambda: self._store.add(subject, decision), failed=self._report, lasts=True)
        self._keep_draft(subject, "")
        self.decided.emit(subject, decision)
        self.changed.emit(subject)

    def _keep_draft(self, subject: Subject, note: str) -> None:
        self._drafts[subject] = note
        if subject not in self._to_write:
            self._to_write.add(subject)
            self._worker.submit(lambda: self._write_draft(subject), failed=self._report, lasts=True)

    def _write_draft(self, subject: Subject) -> None:
        # In the worker thread. Before the text is read: a text that is set later is then written by a job of its own.
        self._to_write.discard(subject)
        self._store.set_draft(subject, self._drafts[subject])

    def _take(self, stored: list[tuple[Subject, StoredDecisions]]) -> None:
        for subject, found in stored:
            new = [decision for decision in self._decisions.get(subject, ()) if decision not in found.decisions]
            self._decisions[subject] = (*found.decisions, *new)
            if found.draft:
                # What has been typed meanwhile is newer.
                self._drafts.setdefault(subject, found.draft)
            for sentence in found.unread:
                self.error.emit(sentence)
            if found.decisions or found.draft:
                self.changed.emit(subject)

    def _report(self, error: BaseException) -> None:
        if not isinstance(error, OSError):
            self._worker.unhandled.emit(error)
            return
        self.error.emit(f"Your decision or its note could not be written down ({error}); free some disk space.")


def _sorted(subject: Subject) -> Subject:
    return tuple(sorted(subject))
