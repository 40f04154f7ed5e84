"""The engine in its worker thread: loaded once, then one task at a time."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from wfsgui.core.events import EndEvent, Event
from wfsgui.core.request import AdvanceRequest
from wfsgui.core.worklist import Exposure
from wfsgui.gui.engine import Engine, EngineFacts
from wfsgui.gui.run_queue import Task
from wfsgui.gui.workers import Lane

__all__ = ["EngineRunner"]


class EngineRunner(QObject):
    """Drive the engine, and pass its events on to the GUI thread.

    Parameters
    ----------
    engine : Engine
        The calibration engine.
    lane : Lane
        Its worker thread.
    folder : Path
        The session's own folder, for results.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    facts : EngineFacts or None
        What is known of the engine, once it is loaded.
    task : Task or None
        What is in work.
    loaded : Signal(EngineFacts)
        The engine has been loaded.
    load_failed : Signal(str)
        It cannot be loaded: why, in one sentence.
    told : Signal(Exposure, Event)
        The engine told something of an exposure.
    returned : Signal(Task, EndEvent or None)
        A task has ended; None where the engine broke its promise of an end event.
    """

    loaded = Signal(object)
    load_failed = Signal(str)
    told = Signal(object, object)
    returned = Signal(object, object)

    def __init__(self, engine: Engine, lane: Lane, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.facts: EngineFacts | None = None
        self.task: Task | None = None
        self._engine = engine
        self._lane = lane
        self._folder = folder
        self._cancel = threading.Event()
        self._loading = False

    @property
    def is_ready(self) -> bool:
        """Whether a task can be started now."""
        return self.facts is not None and self.task is None

    @property
    def is_stopping(self) -> bool:
        """Whether the task in work has been asked to stop."""
        return self.task is not None and self._cancel.is_set()

    def load(self) -> None:
        """Import the engine, unless that is done or under way."""
        if self.facts is None and not self._loading:
            self._loading = True
            self._lane.submit(self._engine.load, self._take_facts, self._take_load_failure)

    def start(self, task: Task) -> None:
        """Begin a task; the engine must be ready."""
        self.task = task
        self._cancel = threading.Event()
        exposure, cancel = task.exposure, self._cancel
        request = AdvanceRequest(
            key=exposure.key,
            product=exposure.product,
            options=exposure.options,
            until=task.until,
            redo=task.redo is not None,
            result_dir=self._folder / "results" / exposure.key,
        )

        def emit(event: Event) -> None:
            self.told.emit(exposure, event)

        def work() -> EndEvent:
            if task.anew:
                self._engine.release(exposure.key)
            return self._engine.advance(request, emit, cancel)

        self._lane.submit(work, self._take_end, self._take_failure)

    def stop(self) -> None:
        """Ask the task in work to stop at the next step boundary."""
        self._cancel.set()

    def release(self, exposure: Exposure) -> None:
        """Let the engine forget an exposure."""
        self._lane.submit(lambda: self._engine.release(exposure.key))

    def _take_facts(self, facts: EngineFacts) -> None:
        self._loading = False
        self.facts = facts
        self.loaded.emit(facts)

    def _take_load_failure(self, error: BaseException) -> None:
        self._loading = False
        self.load_failed.emit(self._engine.explain(error, "loading the pipeline"))

    def _take_end(self, end: EndEvent | None) -> None:
        task, self.task = self.task, None
        self.returned.emit(task, end)

    def _take_failure(self, error: BaseException) -> None:
        self._lane.unhandled.emit(error)
        self._take_end(None)
