"""Work on CRDS in a thread, one piece after the other, with progress and a stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal

from wfsgui.core.crds.cache_check import CacheCheck
from wfsgui.core.crds.check import check_files, mend
from wfsgui.core.crds.download import download
from wfsgui.core.crds.needs import ContextComparison, CrdsNeeds
from wfsgui.core.crds.progress import DownloadResult, MendResult
from wfsgui.core.crds.queries import (
    CacheListingQuery,
    ContextComparisonQuery,
    CrdsContextsQuery,
    CrdsNeedsQuery,
    CrdsStateQuery,
)
from wfsgui.core.crds.state import CrdsContexts
from wfsgui.core.errors import StoppedError, WfsguiError
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["CrdsWork", "Prepared"]

T = TypeVar("T")

_LOOKING: Final = "Asking CRDS"


@dataclass(frozen=True)
class Prepared:
    """Result of a preparation.

    Attributes
    ----------
    download : DownloadResult or None
        What was downloaded; None if it is not known what is needed.
    needs : CrdsNeeds
        What the exposures need, after the download; before it if that was stopped.
    """

    download: DownloadResult | None
    needs: CrdsNeeds


class CrdsWork(QObject):
    """Ask the engine beside the runs, download and check files. A new piece of work stops the former one.

    Parameters
    ----------
    runner : EngineRunner
        Asks the engine.
    worker : WorkerThread
        Does the work.
    parent : QObject
        Owner.

    Attributes
    ----------
    doing : str
        What is being done, for the analyst; empty if nothing is.
    changed : Signal()
        `doing` has changed.
    progressed : Signal(FileProgress)
        Progress of a download or of a check.
    state_known : Signal(CrdsState)
        The state of CRDS is known, before what the exposures need.
    failed : Signal(str)
        The work has failed: why, in one sentence.
    stopped : Signal()
        The analyst has stopped the work.
    """

    changed = Signal()
    progressed = Signal(object)
    state_known = Signal(object)
    failed = Signal(str)
    stopped = Signal()

    def __init__(self, runner: EngineRunner, worker: WorkerThread, parent: QObject) -> None:
        super().__init__(parent)
        self.doing = ""
        self._runner, self._worker = runner, worker
        self._cancel = threading.Event()
        self._job: Job | None = None

    @property
    def is_looking(self) -> bool:
        """Whether the work is a look, which any other may replace."""
        return self.doing == _LOOKING

    def stop(self) -> None:
        """Ask the work to stop."""
        self._cancel.set()

    def drop(self) -> None:
        """Stop the work, and report nothing of it any more."""
        self.stop()
        if self._job is not None:
            self._job.cancel()
            self._end()

    def look(self, exposures: Sequence[Path], done: Callable[[CrdsNeeds | None], None]) -> None:
        """Find out the state of CRDS, and what exposures need."""
        ask = self._runner.ask_aside

        def work(cancel: threading.Event) -> CrdsNeeds | None:
            state = ask(CrdsStateQuery(), cancel)
            if not cancel.is_set():
                self.state_known.emit(state)
            return ask(CrdsNeedsQuery(tuple(exposures)), cancel) if exposures else None

        self._begin(_LOOKING, work, done)

    def prepare(self, exposures: Sequence[Path], done: Callable[[Prepared], None]) -> None:
        """Download what exposures need, and check it."""
        query = CrdsNeedsQuery(tuple(exposures), thorough=True)

        def work(cancel: threading.Event) -> Prepared:
            needs = self._runner.ask_aside(query, cancel)
            if needs.fault is not None:
                return Prepared(None, needs)
            result = download(needs.to_download(), self.progressed.emit, cancel)
            return Prepared(result, needs if result.cancelled else self._runner.ask_aside(query, cancel))

        self._begin("Preparing for offline", work, done)

    def check(self, done: Callable[[CacheCheck], None]) -> None:
        """Read every file of the cache."""

        def work(cancel: threading.Event) -> CacheCheck:
            return check_files(self._runner.ask_aside(CacheListingQuery(), cancel), self.progressed.emit, cancel)

        self._begin("Checking the cache", work, done)

    def mend(self, found: CacheCheck, done: Callable[[MendResult], None]) -> None:
        """Download damaged files again, and remove remnants; the analyst has agreed."""

        def work(cancel: threading.Event) -> MendResult:
            return mend(found, self.progressed.emit, cancel, remove_remnants=True)

        self._begin("Mending the cache", work, done)

    def contexts(self, done: Callable[[CrdsContexts], None]) -> None:
        """Ask which contexts can be chosen."""
        self._begin("Asking for the contexts", lambda cancel: self._runner.ask_aside(CrdsContextsQuery(), cancel), done)

    def compare(
        self, exposures: Sequence[Path], first: str, second: str, done: Callable[[ContextComparison], None]
    ) -> None:
        """Compare two contexts for exposures."""
        query = ContextComparisonQuery(tuple(exposures), first, second)
        self._begin("Comparing the contexts", lambda cancel: self._runner.ask_aside(query, cancel), done)

    def _begin(self, doing: str, work: Callable[[threading.Event], T], done: Callable[[T], None]) -> None:
        self.drop()
        cancel = self._cancel = threading.Event()

        def finish(result: T) -> None:
            self._end()
            done(result)

        self._job = self._worker.submit(lambda: work(cancel), finish, self._fail)
        self.doing = doing
        self.changed.emit()

    def _fail(self, error: BaseException) -> None:
        doing = self.doing
        self._end()
        if isinstance(error, StoppedError):
            self.stopped.emit()
        elif isinstance(error, WfsguiError):
            self.failed.emit(str(error))
        else:
            self.failed.emit(f"{doing} failed unexpectedly ({error}); try again.")

    def _end(self) -> None:
        self._job, self.doing = None, ""
        self.changed.emit()
