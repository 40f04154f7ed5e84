"""Loads the engine, and runs tasks in its worker thread and in the processes of the pool."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal

from wfsgui.core.branches.family import state_owner
from wfsgui.core.machine import available_memory, cores, jobs_for
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import EndEvent, Event
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.product import Product
from wfsgui.core.model.queries import Query
from wfsgui.core.model.requests import CancelFlag
from wfsgui.core.pair.forecast import CombinationForecast, CombinationRequest
from wfsgui.gui.engine_api import Engine
from wfsgui.gui.runs.engine_processes import EngineProcessPool
from wfsgui.gui.runs.run_queue import Task
from wfsgui.gui.runs.task_requests import advance_request, run_request
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["EngineRunner"]

# For fewer exposures, starting the processes would take longer than they save.
_FEWEST_FOR_POOL: Final = 4

T = TypeVar("T")


class EngineRunner(QObject):
    """Run tasks, and pass the events of the engine on to the GUI thread.

    Parameters
    ----------
    engine : Engine
        The calibration engine.
    worker : WorkerThread
        The thread that calls the engine.
    folder : Path
        Folder of the session; results go to its subfolder ``results``.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    folder : Path
        Folder of the session.
    jobs : int
        Number of exposures that may be calibrated at the same time; 0 chooses it by cores and free memory.
    engine_info : EngineInfo or None
        Information about the engine; None until it is loaded.
    loaded : Signal(EngineInfo)
        The engine is loaded.
    load_failed : Signal(str)
        The engine cannot be loaded: why, in one sentence.
    restart_begins : Signal()
        The engine will be started anew, after the running tasks.
    has_room : Signal()
        More tasks can be started than before.
    event_received : Signal(Exposure, Event)
        An event of the run of an exposure.
    task_ended : Signal(Task, EndEvent or None)
        A task has ended; None if the engine returned no end event.
    folder_released : Signal(Path)
        Nothing is written any more into the folder of an exposure that was discarded: it may be removed.
    """

    loaded = Signal(object)
    load_failed = Signal(str)
    restart_begins = Signal()
    has_room = Signal()
    event_received = Signal(object, object)
    task_ended = Signal(object, object)
    folder_released = Signal(object)

    def __init__(self, engine: Engine, worker: WorkerThread, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = 0
        self.engine_info: EngineInfo | None = None
        self._engine = engine
        self._worker = worker
        self.folder = folder
        self._pool = EngineProcessPool(engine.processes, self)
        self._pool.ready.connect(self.has_room)
        self._running: dict[Task, threading.Event] = {}
        self._in_thread: Task | None = None
        # The exposure whose state the task in the thread begins with.
        self._begins_with: Exposure | None = None
        self._discarded: set[Exposure] = set()
        self._loading = self._has_failed = False
        # Restarts that were asked for, and how many of them have begun.
        self._restarts = self._restarts_begun = 0

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The running tasks, the oldest first."""
        return tuple(self._running)

    @property
    def is_stopping(self) -> bool:
        """Whether all running tasks have been asked to stop."""
        return bool(self._running) and all(cancel.is_set() for cancel in self._running.values())

    def load(self) -> None:
        """Import the engine, unless that is done or has begun."""
        if self.engine_info is None and not (self._loading or self.is_restarting):
            self._loading = True
            self._worker.submit(self._engine.load, self._take_engine_info, self._take_load_failure)

    @property
    def is_restarting(self) -> bool:
        """Whether the engine is to be started anew, or is being."""
        return self._restarts > 0

    def restart(self) -> None:
        """Start the engine anew when no task is running; until then no other one is started.

        Emits `loaded` or `load_failed` at the end. Does nothing if the engine has not been asked for: `load` does all.
        """
        if self.engine_info is None and not self._loading and not self._has_failed:
            return
        self._restarts += 1
        self.restart_begins.emit()
        self._begin_restart()

    def _begin_restart(self) -> None:
        if self._restarts_begun < self._restarts and not self._running:
            self._restarts_begun = self._restarts
            # The processes of the pool have imported the engine, too.
            self._pool.end(lambda: self._worker.submit(self._engine.restart, self._restarted, self._restart_failed))

    def _restarted(self, engine_info: EngineInfo) -> None:
        if self._ends_restarts():
            self._take_engine_info(engine_info)

    def _restart_failed(self, error: BaseException) -> None:
        if self._ends_restarts():
            self.engine_info = None
            self._take_load_failure(error)

    def _ends_restarts(self) -> bool:
        """Whether nothing has changed since this restart has begun; begin again otherwise."""
        if self._restarts > self._restarts_begun:
            self._begin_restart()
            return False
        self._restarts = self._restarts_begun = 0
        return True

    def expect(self, products: Sequence[Product]) -> None:
        """Start the pool if many exposures may soon be run to their results; end it if nothing is running."""
        if self.engine_info is None or self.is_restarting:
            return
        if len(products) >= _FEWEST_FOR_POOL:
            jobs = min(self.jobs, len(products)) or jobs_for(products, cores(), available_memory())
            self._pool.prepare(jobs, self.folder / "runs")
        elif not self._running:
            self._pool.rest()

    def can_start(self, task: Task) -> bool:
        """Whether a task can be started now."""
        if self.engine_info is None or self.is_restarting:
            return False
        # A whole run waits for a free process of the pool: in the engine's own process it would slow the window more.
        waits_for_pool = task.is_whole and self._pool.folder is not None
        return self._fits_pool(task) or (self._in_thread is None and not waits_for_pool)

    def start(self, task: Task, products: Sequence[Product] = ()) -> None:
        """Start a task; `can_start` must be true.

        Parameters
        ----------
        task : Task
            The task.
        products : sequence of Product, optional
            All open products: some may have the same backgrounds.
        """
        exposure, cancel, fits = task.exposure, threading.Event(), self._fits_pool(task)
        self._running[task] = cancel
        exposure.used_options = exposure.options

        def emit(event: Event) -> None:
            self.event_received.emit(exposure, event)

        done, failed = partial(self._take_end, task), partial(self._take_failure, task)
        shared = self._pool.folder
        if shared is not None and fits:
            self.release(exposure)
            whole = run_request(task, self.result_dir(exposure), products, shared)
            self._pool.calibrate(whole, emit, cancel, done, failed)
            return
        self._in_thread = task
        self._begins_with = state_owner(exposure)
        request = advance_request(task, self.result_dir)

        def work() -> EndEvent:
            if task.anew:
                self._engine.release(exposure.key)
            return self._engine.advance(request, emit, cancel)

        self._worker.submit(work, done, failed)

    def stop(self, exposure: Exposure | None = None) -> None:
        """Ask running tasks to stop after the present step: all of them, or that of one exposure."""
        for task, cancel in self._running.items():
            if exposure is None or task.exposure is exposure:
                cancel.set()

    def release(self, exposure: Exposure) -> None:
        """Close an exposure in the engine."""
        self._worker.submit(lambda: self._engine.release(exposure.key))

    def ask(self, query: Query[T], done: Callable[[T], None], failed: Callable[[BaseException], None]) -> Job:
        """Ask the engine; answered after the work in the queue. The engine must be loaded, or be loading.

        Parameters
        ----------
        query : Query
            The query.
        done, failed : callable
            Receive the answer, or the error.

        Returns
        -------
        Job
            May be cancelled.
        """
        return self._worker.submit(lambda: self._engine.ask(query), done, failed)

    def ask_aside(self, query: Query[T], cancel: CancelFlag) -> T:
        """Ask in a process of its own, and wait; to be called in a worker thread. See `Engine.ask_aside`."""
        return self._engine.ask_aside(query, cancel)

    def ask_forecast(
        self,
        results: tuple[Path, Path],
        done: Callable[[CombinationForecast], None],
        failed: Callable[[BaseException], None],
    ) -> Job:
        """Ask for the forecast of wfs_combine.

        Parameters
        ----------
        results : tuple of Path
            Two ``_cal`` files, in the order of the association.
        done, failed : callable
            Receive the answer, or the error.

        Returns
        -------
        Job
            May be cancelled.
        """
        request = CombinationRequest(first=results[0], second=results[1], folder=self.folder / "forecasts")
        return self.ask(request, done, failed)

    def discard(self, exposure: Exposure) -> None:
        """Stop the task of an exposure and close it in the engine.

        Emits `folder_released` once this task has ended, and also that of a branch which begins with its state.
        """
        self.stop(exposure)
        self.release(exposure)
        self._discarded.add(exposure)
        self._release_folders()

    def close(self) -> None:
        """End the thread and the processes, each after the task that it is running."""
        self._pool.close()
        self._worker.close()
        self._engine.close()

    def _release_folders(self) -> None:
        """Tell which folders of discarded exposures nothing uses any more."""
        used = {self._begins_with, *(task.exposure for task in self._running)}
        for exposure in [each for each in self._discarded if each not in used]:
            self._discarded.remove(exposure)
            self.folder_released.emit(self.result_dir(exposure))

    def _fits_pool(self, task: Task) -> bool:
        return task.is_whole and self._pool.has_room and len(self._running) < self._pool.jobs

    def result_dir(self, exposure: Exposure) -> Path:
        """Return the folder for the files of an exposure only."""
        return self.folder / "results" / exposure.key

    def _take_engine_info(self, engine_info: EngineInfo) -> None:
        self._loading = self._has_failed = False
        self.engine_info = engine_info
        self.loaded.emit(engine_info)

    def _take_load_failure(self, error: BaseException) -> None:
        self._loading, self._has_failed = False, True
        self.load_failed.emit(self._engine.explain(error, "loading the pipeline"))

    def _take_end(self, task: Task, end: EndEvent | None) -> None:
        del self._running[task]
        if self._in_thread is task:
            self._in_thread = self._begins_with = None
        self._release_folders()
        self.task_ended.emit(task, end)
        self._begin_restart()

    def _take_failure(self, task: Task, error: BaseException) -> None:
        self._worker.unhandled.emit(error)
        self._take_end(task, None)
