"""The engine: loaded once, then one task at a time in its worker thread, and others in processes of their own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from wfsgui.core.machine import available_memory, cores, jobs_for
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import EndEvent, Event
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.product import Product, inputs_of, shared_backgrounds
from wfsgui.core.model.requests import AdvanceRequest, RunRequest, RunShare
from wfsgui.gui.engine_api import Engine
from wfsgui.gui.runs.engine_processes import EngineProcessPool
from wfsgui.gui.runs.run_queue import Task
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["EngineRunner"]

# Processes take as long to start as the thread takes for some exposures.
_WORTH_PROCESSES: Final = 4


class EngineRunner(QObject):
    """Drive the engine, and pass its events on to the GUI thread.

    Parameters
    ----------
    engine : Engine
        The calibration engine.
    worker : WorkerThread
        Its worker thread.
    folder : Path
        The session's own folder, for results.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    jobs : int
        How many exposures may be calibrated side by side; 0 for as many as there are cores, and memory for.
    engine_info : EngineInfo or None
        What is known of the engine, once it is loaded.
    loaded : Signal(EngineInfo)
        The engine has been loaded.
    load_failed : Signal(str)
        It cannot be loaded: why, in one sentence.
    has_room : Signal()
        More tasks can be started than before.
    event_received : Signal(Exposure, Event)
        The engine told something of an exposure.
    task_ended : Signal(Task, EndEvent or None)
        A task has ended; None where the engine broke its promise of an end event.
    folder_released : Signal(Path)
        Nothing is written any more into the folder of an exposure that was discarded: it may be removed.
    """

    loaded = Signal(object)
    load_failed = Signal(str)
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
        self._folder = folder
        self._aside = EngineProcessPool(engine.processes, self)
        self._aside.ready.connect(self.has_room)
        self._in_work: dict[Task, threading.Event] = {}
        self._in_thread: Task | None = None
        self._discarded: set[Exposure] = set()
        self._loading = False

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What is in work, begun longest ago first."""
        return tuple(self._in_work)

    @property
    def is_stopping(self) -> bool:
        """Whether all that is in work has been asked to stop."""
        return bool(self._in_work) and all(cancel.is_set() for cancel in self._in_work.values())

    def can_start(self, task: Task) -> bool:
        """Whether a task can be started now."""
        if self.engine_info is None:
            return False
        return self._goes_aside(task) or (self._in_thread is None and not self._waits_for_room(task))

    def _goes_aside(self, task: Task) -> bool:
        return task.is_whole and self._aside.has_room and len(self._in_work) < self._aside.jobs

    def _waits_for_room(self, task: Task) -> bool:
        """Whether a task is better done by a process, as soon as one is free: the window is smoother then."""
        return task.is_whole and self._aside.folder is not None

    def expect(self, products: Sequence[Product]) -> None:
        """Prepare for exposures that may soon be taken to their results; give back what is not needed any more."""
        if self.engine_info is None:
            return
        if len(products) >= _WORTH_PROCESSES:
            jobs = min(self.jobs, len(products)) or jobs_for(products, cores(), available_memory())
            self._aside.prepare(jobs, self._folder / "runs")
        elif not self._in_work:
            self._aside.rest()

    def close(self) -> None:
        """End the thread and the processes, each after what it has in work."""
        self._aside.close()
        self._worker.close()
        self._engine.close()

    def load(self) -> None:
        """Import the engine, unless that is done or under way."""
        if self.engine_info is None and not self._loading:
            self._loading = True
            self._worker.submit(self._engine.load, self._take_engine_info, self._take_load_failure)

    def start(self, task: Task, others: Sequence[Product] = ()) -> None:
        """Begin a task; see `can_start`.

        Parameters
        ----------
        task : Task
            The task.
        others : sequence of Product, optional
            All products on the desk: with some of them it may share backgrounds.
        """
        exposure, cancel, aside = task.exposure, threading.Event(), self._goes_aside(task)
        self._in_work[task] = cancel

        def emit(event: Event) -> None:
            self.event_received.emit(exposure, event)

        done, failed = partial(self._take_end, task), partial(self._take_failure, task)
        folder = self._aside.folder
        if folder is not None and aside:
            self.release(exposure)
            self._aside.calibrate(self._run_request(task, others, folder), emit, cancel, done, failed)
            return
        self._in_thread = task
        request = self._advance_request(task)

        def work() -> EndEvent:
            if task.anew:
                self._engine.release(exposure.key)
            return self._engine.advance(request, emit, cancel)

        self._worker.submit(work, done, failed)

    def _result_dir(self, exposure: Exposure) -> Path:
        return self._folder / "results" / exposure.key

    def _advance_request(self, task: Task) -> AdvanceRequest:
        exposure = task.exposure
        return AdvanceRequest(
            key=exposure.key,
            product=exposure.product,
            options=exposure.options,
            until=task.until,
            redo=task.redo is not None,
            result_dir=self._result_dir(exposure),
        )

    def _run_request(self, task: Task, others: Sequence[Product], folder: Path) -> RunRequest:
        exposure = task.exposure
        return RunRequest(
            products=(exposure.product,),
            options=exposure.options,
            output_dir=self._result_dir(exposure),
            overwrite=True,
            share=RunShare(
                folder=folder, inputs=inputs_of(others), one_folder=False, backgrounds=shared_backgrounds(others)
            ),
        )

    def stop(self, exposure: Exposure | None = None) -> None:
        """Ask what is in work to stop at the next step boundary: everything, or one exposure."""
        for task, cancel in self._in_work.items():
            if exposure is None or task.exposure is exposure:
                cancel.set()

    def release(self, exposure: Exposure) -> None:
        """Let the engine forget an exposure."""
        self._worker.submit(lambda: self._engine.release(exposure.key))

    def discard(self, exposure: Exposure) -> None:
        """Stop the task of an exposure and let the engine forget it; emits `folder_released` once it has ended."""
        self.stop(exposure)
        self.release(exposure)
        if any(task.exposure is exposure for task in self._in_work):
            self._discarded.add(exposure)
        else:
            self.folder_released.emit(self._result_dir(exposure))

    def _take_engine_info(self, engine_info: EngineInfo) -> None:
        self._loading = False
        self.engine_info = engine_info
        self.loaded.emit(engine_info)

    def _take_load_failure(self, error: BaseException) -> None:
        self._loading = False
        self.load_failed.emit(self._engine.explain(error, "loading the pipeline"))

    def _take_end(self, task: Task, end: EndEvent | None) -> None:
        del self._in_work[task]
        if self._in_thread is task:
            self._in_thread = None
        if task.exposure in self._discarded:
            self._discarded.remove(task.exposure)
            self.folder_released.emit(self._result_dir(task.exposure))
        self.task_ended.emit(task, end)

    def _take_failure(self, task: Task, error: BaseException) -> None:
        self._worker.unhandled.emit(error)
        self._take_end(task, None)
