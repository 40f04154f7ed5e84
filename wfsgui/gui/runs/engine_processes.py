"""Exposures calibrated in processes of their own, side by side, while the window stays as it is."""

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
    """Threads that each wait for one process.

    The processes take as long to start as the engine takes to be imported: they are started when several exposures
    are to be run, and ended when nothing is left to do.

    Parameters
    ----------
    processes : Processes
        What starts, uses and ends them.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    jobs : int
        How many may be in work.
    ready : Signal()
        They can be used.
    """

    ready = Signal()

    def __init__(self, processes: Processes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = 0
        self._processes = processes
        self._workers: list[WorkerThread] = []
        self._keeper = WorkerThread(self)
        self._in_work: set[WorkerThread] = set()
        self._folder: Path | None = None
        self._is_starting = False

    @property
    def folder(self) -> Path | None:
        """Folder of what the processes tell each other; None while they cannot be used."""
        return self._folder

    @property
    def has_room(self) -> bool:
        """Whether another exposure can be begun."""
        return self._folder is not None and len(self._in_work) < self.jobs

    def prepare(self, jobs: int, folder: Path) -> None:
        """Start what is needed for some exposures side by side, unless that is done or under way.

        Parameters
        ----------
        jobs : int
            How many.
        folder : Path
            Where a folder for what they tell each other is made.
        """
        self.jobs = jobs
        if jobs > 1 and self._folder is None and not self._is_starting:
            self._is_starting = True
            self._keeper.submit(lambda: self._processes.prepare(folder), self._begin, self._give_up)

    def calibrate(
        self,
        request: RunRequest,
        emit: Emit,
        cancel: threading.Event,
        done: Callable[[EndEvent | None], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Have an exposure calibrated; there must be room.

        Parameters
        ----------
        request : RunRequest
            What to do.
        emit : callable
            Receives events, in another thread.
        cancel : threading.Event
            Looked at before each step.
        done, failed : callable
            Receive the end event, or an exception, in the GUI thread.
        """
        worker = next((worker for worker in self._workers if worker not in self._in_work), None)
        if worker is None:
            worker = WorkerThread(self)
            self._workers.append(worker)
        self._in_work.add(worker)

        def end(end: EndEvent | None) -> None:
            self._in_work.discard(worker)
            done(end)

        def fail(error: BaseException) -> None:
            self._in_work.discard(worker)
            failed(error)

        worker.submit(lambda: self._processes.calibrate(request, emit, cancel), end, fail)

    def rest(self) -> None:
        """End the processes, because nothing is left to do."""
        if self._folder is not None and not self._in_work:
            self._folder = None
            self._keeper.submit(self._processes.close)

    def close(self) -> None:
        """End the processes and the threads, each after what it has in work."""
        self._folder = None
        for worker in (*self._workers, self._keeper):
            worker.close()
        self._processes.close()

    def _begin(self, folder: Path) -> None:
        self._is_starting = False
        self._folder = folder
        self.ready.emit()

    def _give_up(self, error: BaseException) -> None:
        # The thread of the engine does the work all the same, one exposure after the other.
        self._is_starting = False
        log.warning("Processes could not be started: %s", error)
