"""Pool of engine processes, each behind a worker thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from wfsgui.core.model.events import EndEvent
from wfsgui.core.model.requests import RunRequest
from wfsgui.gui.engine_api import Emit, Processes
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["EngineProcessPool"]

log = logging.getLogger(__name__)


class EngineProcessPool(QObject):
    """Calibrate several exposures at the same time, each in a process of its own.

    Starting the processes takes as long as importing the engine: they are started when many exposures are to be run,
    and ended when nothing is left to do.

    Parameters
    ----------
    processes : Processes
        Starts, uses and ends the processes.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    jobs : int
        Number of exposures that may be run at the same time.
    ready : Signal()
        The processes can be used.
    """

    ready = Signal()

    def __init__(self, processes: Processes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = 0
        self._processes = processes
        self._workers: list[WorkerThread] = []
        self._starter = WorkerThread(self)
        self._busy: set[WorkerThread] = set()
        self._folder: Path | None = None
        self._is_starting = False
        self._is_ending = False

    @property
    def folder(self) -> Path | None:
        """Folder in which the processes share averages of backgrounds; None while they cannot be used."""
        return self._folder

    @property
    def has_room(self) -> bool:
        """Whether another exposure can be started."""
        return self._folder is not None and len(self._busy) < self.jobs

    def prepare(self, jobs: int, folder: Path) -> None:
        """Start the processes, unless that is done or has begun.

        Parameters
        ----------
        jobs : int
            Number of exposures that may be run at the same time.
        folder : Path
            Folder in which the shared folder is made.
        """
        self.jobs = jobs
        if jobs > 1 and self._folder is None and not (self._is_starting or self._is_ending):
            self._is_starting = True
            self._starter.submit(lambda: self._processes.prepare(folder), self._begin, self._give_up)

    def calibrate(
        self,
        request: RunRequest,
        emit: Emit,
        cancel: threading.Event,
        done: Callable[[EndEvent | None], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Calibrate an exposure; `has_room` must be true.

        Parameters
        ----------
        request : RunRequest
            The exposure and its options.
        emit : callable
            Receives events, in another thread.
        cancel : threading.Event
            Checked before each step.
        done, failed : callable
            Receive the end event, or an exception, in the GUI thread.
        """
        worker = next((worker for worker in self._workers if worker not in self._busy), None)
        if worker is None:
            worker = WorkerThread(self)
            self._workers.append(worker)
        self._busy.add(worker)

        def end(end: EndEvent | None) -> None:
            self._busy.discard(worker)
            done(end)

        def fail(error: BaseException) -> None:
            self._busy.discard(worker)
            failed(error)

        worker.submit(lambda: self._processes.calibrate(request, emit, cancel), end, fail)

    def rest(self) -> None:
        """End the processes, unless one of them is at work."""
        if self._folder is not None and not self._busy:
            self._folder = None
            self._starter.submit(self._processes.close)

    def end(self, then: Callable[[], object]) -> None:
        """End the processes, also those that are being started; none of them is at work.

        Parameters
        ----------
        then : callable
            Called when they have ended.
        """
        self._folder, self._is_ending = None, True

        def finish(_result: object = None) -> None:
            self._is_ending = False
            then()

        self._starter.submit(self._processes.close, finish, finish)

    def close(self) -> None:
        """End the processes and the threads, each after the exposure that it is calibrating."""
        self._folder = None
        for worker in (*self._workers, self._starter):
            worker.close()
        self._processes.close()

    def _begin(self, folder: Path) -> None:
        self._is_starting = False
        if not self._is_ending:
            self._folder = folder
            self.ready.emit()

    def _give_up(self, error: BaseException) -> None:
        # The engine's own process calibrates one exposure after the other instead.
        self._is_starting = False
        log.warning("Processes could not be started: %s", error)
