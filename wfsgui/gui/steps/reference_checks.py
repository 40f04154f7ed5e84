"""Checks of reference files that the analyst chooses: in a worker thread, and of ASDF files by the engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.references.check import check_fits
from wfsgui.core.references.judgement import Judgement
from wfsgui.core.references.queries import ReferenceCheckQuery
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["AskEngine", "ReferenceChecks"]


class AskEngine(Protocol):
    """Asks the engine to check an ASDF file, for example `EngineRunner.ask`."""

    def __call__(
        self,
        query: ReferenceCheckQuery,
        done: Callable[[Judgement], None],
        failed: Callable[[BaseException], None],
        /,
    ) -> Job:
        """Ask; the answer comes later, in the GUI thread."""


class ReferenceChecks(QObject):
    """Check files off the GUI thread: they may be large, and on a slow network drive.

    Parameters
    ----------
    worker : WorkerThread
        Thread that reads the files.
    parent : QObject
        Owner.

    Attributes
    ----------
    ask_engine : AskEngine or None
        Asks the engine, which reads ASDF files; with None these are checked when the step is run.
    checked : Signal(Exposure, str, str, Judgement)
        Exposure, reference type, entered value, and what speaks against its use.
    """

    checked = Signal(object, str, str, object)

    def __init__(self, worker: WorkerThread, parent: QObject) -> None:
        super().__init__(parent)
        self.ask_engine: AskEngine | None = None
        self._worker = worker
        self._jobs: dict[tuple[str, str], Job] = {}
        self._questions: set[tuple[str, str]] = set()
        self._waiting: list[Callable[[], object]] = []

    def check(self, exposure: Exposure, kind: str, value: str) -> None:
        """Check a value; an earlier one for the same exposure and type is not checked any more.

        Parameters
        ----------
        exposure : Exposure
            The exposure that it was entered for.
        kind : str
            The reference type.
        value : str
            A path, ``N/A``, or nothing.
        """
        key, info = (exposure.key, kind), exposure.product.science.info
        former = self._jobs.pop(key, None)
        if former is not None:
            former.cancel()

        def take(judgement: Judgement) -> None:
            del self._jobs[key]
            self.checked.emit(exposure, kind, value, judgement)
            self._call_waiting()

        def fail(error: BaseException) -> None:
            if isinstance(error, WfsguiError):
                take(Judgement((str(error),)))
                return
            self._worker.unhandled.emit(error)
            take(Judgement((f"{value} could not be checked; enter it again.",)))

        def go_on(judgement: Judgement | None) -> None:
            if judgement is None and self.ask_engine is not None:
                query = ReferenceCheckQuery(kind, Path(value).absolute(), info)
                self._jobs[key] = self.ask_engine(query, take, fail)
            else:
                take(judgement or Judgement())

        self._jobs[key] = self._worker.submit(partial(check_fits, kind, value, info), go_on, fail)

    def hold(self, exposure: Exposure, kind: str) -> None:
        """Regard a value as being checked, until `release`: the analyst is asked whether it is used."""
        self._questions.add((exposure.key, kind))

    def release(self, exposure: Exposure, kind: str) -> None:
        """End `hold`."""
        self._questions.discard((exposure.key, kind))
        self._call_waiting()

    def when_done(self, act: Callable[[], object]) -> None:
        """Call a function after all checks: now, or as soon as the last one is done."""
        self._waiting.append(act)
        self._call_waiting()

    def _call_waiting(self) -> None:
        if not (self._jobs or self._questions):
            waiting, self._waiting = self._waiting, []
            for act in waiting:
                act()
