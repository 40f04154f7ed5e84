"""Runs of exposures: the commands run, step and stop, and the queue of their tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import (
    Downloading,
    EndEvent,
    Event,
    LogLine,
    ProductFinished,
    RunCancelled,
    StepFinished,
    StepStarted,
)
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.stages import CAL
from wfsgui.core.visit.run_all import in_run_all
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.runs.branching import Branching
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.runs.review_stops import ReviewStops
from wfsgui.gui.runs.run_queue import RunQueue, Task
from wfsgui.gui.runs.runnable import ENDED, can_run, can_step

__all__ = ["RunControl"]


class RunControl(QObject):
    """Turn commands of the analyst into tasks, and start each task as soon as the engine can take it.

    Parameters
    ----------
    open_exposures : OpenExposures
        The exposures.
    runner : EngineRunner
        Runs the tasks.
    stops : ReviewStops
        The exposures that wait for a verdict.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    keep_going : bool
        Whether the next exposure is run after a failure.
    branching : Branching
        Makes branches where finished steps are to be run with other choices.
    state_changed : Signal()
        Other commands can be given than before.
    step_begins : Signal(Exposure)
        A step begins; the exposure still has the result of the former run.
    step_done : Signal(Exposure, str)
        A step has ended.
    logged : Signal(Exposure, LogLine)
        The engine logged a line.
    downloads : Signal(Exposure)
        A file of CRDS that an exposure waits for is being downloaded: `Exposure.download` has changed.
    verdict_needed : Signal(Exposure, str)
        A step waits for a verdict.
    failed : Signal(Exposure, str)
        An exposure failed: why, in one sentence.
    stopped : Signal(Exposure)
        The run of an exposure was stopped.
    task_over : Signal(Task)
        A task has ended, or was removed from the queue.
    ended : Signal(int)
        No task is left: how many exposures had one.
    run_ended : Signal(list of Exposure)
        The same, if a result was to be written for any of these exposures.
    left_out : Signal(list of Exposure)
        Exposures that were to be run and are not, because they are being run or wait for a verdict.
    role_left_out : Signal(list of Exposure)
        Exposures that *Run all* leaves out because of their role.
    """

    state_changed = Signal()
    step_begins = Signal(object)
    step_done = Signal(object, str)
    logged = Signal(object, object)
    downloads = Signal(object)
    verdict_needed = Signal(object, str)
    failed = Signal(object, str)
    stopped = Signal(object)
    task_over = Signal(object)
    ended = Signal(int)
    run_ended = Signal(object)
    left_out = Signal(object)
    role_left_out = Signal(object)

    def __init__(
        self, open_exposures: OpenExposures, runner: EngineRunner, stops: ReviewStops, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.keep_going = True
        self._open_exposures, self._runner, self._stops = open_exposures, runner, stops
        self.branching = Branching(open_exposures, runner, self)
        self._queue = RunQueue()
        self._failed_tasks: dict[str, Task] = {}
        runner.event_received.connect(self._take_event)
        runner.task_ended.connect(self._take_end)
        runner.loaded.connect(self.start_next)
        runner.has_room.connect(self.start_next)
        runner.load_failed.connect(self._give_up)
        open_exposures.added.connect(lambda _added: self._expect())
        open_exposures.removed.connect(self._forget)

    def set_review(self, *, on: bool) -> None:
        """Set whether runs stop for a verdict after each step."""
        self._stops.switch(on=on)
        self._queue.set_review(review=on)
        self.state_changed.emit()

    @property
    def is_held(self) -> bool:
        """Whether the queue waits for a verdict, and nothing is running."""
        return bool(self._stops) and not self._runner.tasks

    @property
    def is_busy(self) -> bool:
        """Whether a task is running or queued."""
        return bool(self._runner.tasks) or len(self._queue) > 0

    @property
    def progress(self) -> tuple[int, int]:
        """Number of exposures that are done, and of all exposures of this run."""
        total = len(self._queue.begun)
        return max(total - self._left - len(self._runner.tasks), 0), total

    @property
    def _left(self) -> int:
        return len(self._queue) + len(self._stops)

    def failed_task(self, exposure: Exposure) -> Task | None:
        """Return the task with which the latest run of an exposure failed; None if it did not."""
        return self._failed_tasks.get(exposure.key)

    def run(self, exposures: Iterable[Exposure]) -> None:
        """Run exposures to their results; those that have one are run again from the first step.

        Where other choices than before affect a finished step, a branch is run instead.
        """
        asked = list(exposures)
        # Before any is queued, which changes its state.
        left_out = [exposure for exposure in asked if not can_run(exposure)]
        if left_out:
            self.left_out.emit(left_out)
        for exposure in asked:
            if exposure not in left_out:
                to_run = self.branching.with_present_choices(exposure)
                anew = to_run.state not in (ExposureState.WAITING, ExposureState.PAUSED)
                self._add(to_run, goal=None, anew=anew)
        self.start_next()

    def run_all(self) -> None:
        """Run every exposure that has no result yet to its result, except those whose role is left out."""
        unfinished = list(filter(can_step, self._open_exposures.exposures))
        left_out = [exposure for exposure in unfinished if not in_run_all(exposure.product)]
        self.run(exposure for exposure in unfinished if exposure not in left_out)
        if left_out:
            self.role_left_out.emit(left_out)

    def next_step(self, exposure: Exposure) -> None:
        """Run the next step of an exposure, before the queue."""
        if can_step(exposure):
            to_run = self.branching.with_present_choices(exposure)
            pending = to_run.pending_steps
            self._run_to(to_run, pending[0] if pending else CAL)

    def run_to(self, exposure: Exposure, stage: str) -> None:
        """Run an exposure up to a stage, before the queue.

        The last step also writes the result, unless it is reviewed.
        """
        if can_step(exposure) and stage in (*exposure.pending_steps, CAL):
            self._run_to(self.branching.with_present_choices(exposure), stage)

    def _run_to(self, exposure: Exposure, stage: str) -> None:
        writes = stage == CAL or (stage == exposure.steps[-1] and not self._stops.is_on)
        self._add(exposure, goal=None if writes else stage, urgent=True)
        self.start_next()

    def stop(self) -> None:
        """Stop every run after its present step, and empty the queue."""
        self._runner.stop()
        self._unqueue()
        self.state_changed.emit()

    def put(self, task: Task) -> None:
        """Add a task to the queue."""
        self._failed_tasks.pop(task.exposure.key, None)
        self._queue.add(task)
        self._open_exposures.set_state(task.exposure, ExposureState.QUEUED)

    def start_next(self) -> None:
        """Start as many tasks as the engine can take now; load the engine first."""
        if self._runner.engine_info is None:
            self._runner.load()
        else:
            self._start_tasks()
        self.state_changed.emit()

    def _add(self, exposure: Exposure, *, goal: str | None, anew: bool = False, urgent: bool = False) -> None:
        before, review = exposure.state, self._stops.is_on
        self.put(Task(exposure=exposure, goal=goal, before=before, review=review, anew=anew, urgent=urgent))

    def _start_tasks(self) -> None:
        products = [exposure.product for exposure in self._open_exposures.exposures]
        while (next_task := self._queue.take_next(self._can_start)) is not None:
            task = self._unharmful(next_task)
            if task is not next_task and not self._can_start(task):
                # A branch is run by the engine's own process only.
                self.put(task)
                continue
            task.exposure.run_begins_at = len(task.exposure.log)
            self._runner.start(task, products)
            self._open_exposures.set_state(task.exposure, ExposureState.RUNNING)
        if not self._runner.tasks and self._left == 0:
            self._report_end()
        self._expect()

    def _unharmful(self, task: Task) -> Task:
        """Return the task, or that of a branch if choices for a finished step were changed while it was queued."""
        exposure = self.branching.with_present_choices(task.exposure)
        if exposure is task.exposure:
            return task
        self._set_back(task)
        self._queue.count(exposure, in_place_of=task.exposure)
        return replace(task, exposure=exposure, before=exposure.state, anew=False)

    def _set_back(self, task: Task) -> None:
        """Give the exposure of a task that is not run the state that it had."""
        keeps_state = task.before in (*ENDED, ExposureState.FAILED, ExposureState.REJECTED)
        state = task.before if keeps_state else task.exposure.unfinished_state
        self._open_exposures.set_state(task.exposure, state)

    def _can_start(self, task: Task) -> bool:
        """Whether a task can be started; while a verdict is awaited, only urgent ones."""
        return (task.urgent or not self._stops) and self._runner.can_start(task)

    def _report_end(self) -> None:
        begun, is_whole = self._queue.begun, self._queue.is_whole_run
        self._queue.reset_count()
        if begun:
            self.ended.emit(len(begun))
            if is_whole:
                self.run_ended.emit(begun)

    def _expect(self) -> None:
        soon = (ExposureState.WAITING, ExposureState.QUEUED)
        self._runner.expect([exposure.product for exposure in self._open_exposures.exposures if exposure.state in soon])

    def _take_event(self, exposure: Exposure, event: Event) -> None:
        if not self._open_exposures.holds(exposure):
            return
        if isinstance(event, LogLine):
            # Not a change that the panels show: there are many lines.
            apply_event(exposure, event)
            self.logged.emit(exposure, event)
            return
        if isinstance(event, Downloading):
            # Ten in a second: only the rail shows it.
            apply_event(exposure, event)
            self.downloads.emit(exposure)
            return
        if isinstance(event, StepStarted):
            self.branching.note_begin(exposure)
            self.step_begins.emit(exposure)
        self._open_exposures.apply(exposure, event)
        if isinstance(event, ProductFinished):
            self.branching.note_result(exposure)
        if isinstance(event, StepFinished):
            self.step_done.emit(exposure, event.step)

    def _take_end(self, task: Task, end: EndEvent | None) -> None:
        exposure = task.exposure
        stopped = isinstance(end, RunCancelled)
        if self._open_exposures.holds(exposure):
            self._conclude(task, stopped=stopped)
            if stopped:
                self.stopped.emit(exposure)
        self.task_over.emit(task)
        self.start_next()

    def _conclude(self, task: Task, *, stopped: bool) -> None:
        exposure = task.exposure
        exposure.download = None
        if exposure.state is ExposureState.RUNNING:
            # The engine returned without an end event.
            exposure.error = "The run ended unexpectedly; run it again."
            self._open_exposures.set_state(exposure, ExposureState.FAILED)
        if exposure.state is ExposureState.FAILED:
            self._failed_tasks[exposure.key] = task
            self.failed.emit(exposure, exposure.error)
            self._stops.restore(task)
            if not self.keep_going:
                self._unqueue()
        elif stopped:
            self._stops.restore(task)
        elif exposure.state is ExposureState.PAUSED and task.review:
            self._stop_for_review(task)

    def _stop_for_review(self, task: Task) -> None:
        if self._stops.is_on:
            self._stops.add(task)
            self.verdict_needed.emit(task.exposure, task.exposure.finished_steps[-1])
        elif not task.is_at_goal:
            # The review was switched off while the step was running.
            self.put(replace(task.continued(), review=False))

    def _unqueue(self) -> None:
        for task in list(self._queue.clear()):
            self._stops.restore(task)
            if task.exposure.state is ExposureState.QUEUED:
                self._set_back(task)
            self.task_over.emit(task)

    def _give_up(self) -> None:
        """Empty the queue: the engine cannot be loaded, which is reported elsewhere."""
        self._unqueue()
        self._queue.reset_count()
        self.state_changed.emit()

    def _forget(self, exposures: list[Exposure]) -> None:
        for exposure in exposures:
            self._queue.drop(exposure)
            self._stops.take(exposure)
            self._failed_tasks.pop(exposure.key, None)
            self._runner.discard(exposure)
        self.start_next()
