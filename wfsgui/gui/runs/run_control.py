"""What the analyst asks of the runs: run, step, stop, accept, redo, reject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QObject, Signal

from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import EndEvent, Event, LogLine, RunCancelled, StepFinished
from wfsgui.core.model.exposure import Exposure, ExposureState, StageState
from wfsgui.core.model.stages import CAL, STEPS
from wfsgui.core.model.verdicts import Judgement, Verdict
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.runs.run_queue import RunQueue, Task

__all__ = ["RunControl"]

_BUSY: Final = (ExposureState.QUEUED, ExposureState.RUNNING)
_ENDED: Final = (ExposureState.DONE, ExposureState.WARNED, ExposureState.SAVED)
_UNFINISHED: Final = (ExposureState.WAITING, ExposureState.PAUSED, ExposureState.FAILED)


class RunControl(QObject):
    """Turn what the analyst asks for into tasks, and see that they are run.

    Parameters
    ----------
    open_exposures : OpenExposures
        Where the exposures are.
    runner : EngineRunner
        Does the work.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    keep_going : bool
        Whether the next exposure is run after a failure.
    state_changed : Signal()
        What can be done next has changed.
    step_done : Signal(Exposure, str)
        A step has ended.
    logged : Signal(Exposure, LogLine)
        The engine logged something.
    verdict_needed : Signal(Exposure, str)
        A step waits for a verdict.
    decided : Signal(Exposure, Verdict)
        The analyst has decided.
    failed : Signal(Exposure, str)
        An exposure failed: why, in one sentence.
    stopped : Signal(Exposure)
        The run of an exposure was stopped.
    ended : Signal(int)
        Nothing is left to do: how many exposures had a task.
    run_ended : Signal(list of Exposure)
        The same, where any of these exposures was to be brought to its result.
    left_out : Signal(list of Exposure)
        Exposures that were to be run and are not, because they are in work or wait for a verdict.
    """

    state_changed = Signal()
    step_done = Signal(object, str)
    logged = Signal(object, object)
    verdict_needed = Signal(object, str)
    decided = Signal(object, object)
    failed = Signal(object, str)
    stopped = Signal(object)
    ended = Signal(int)
    run_ended = Signal(object)
    left_out = Signal(object)

    def __init__(self, open_exposures: OpenExposures, runner: EngineRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reviewing = False
        self.keep_going = True
        self._open_exposures = open_exposures
        self._runner = runner
        self._queue = RunQueue()
        self._broken: dict[str, Task] = {}
        runner.event_received.connect(self._take_event)
        runner.task_ended.connect(self._take_end)
        runner.loaded.connect(self._start_next)
        runner.has_room.connect(self._start_next)
        runner.load_failed.connect(self._give_up)
        open_exposures.added.connect(lambda _added: self._prepare())
        open_exposures.removed.connect(self._forget)

    @property
    def reviewing(self) -> bool:
        """Whether runs wait for a verdict after each step."""
        return self._reviewing

    @reviewing.setter
    def reviewing(self, reviewing: bool) -> None:
        self._reviewing = reviewing
        self._queue.set_review(review=reviewing)
        self.state_changed.emit()

    @property
    def is_held(self) -> bool:
        """Whether what is queued waits for a verdict."""
        return self._queue.is_held and not self._runner.tasks

    @property
    def is_busy(self) -> bool:
        """Whether anything is running or waits for its turn."""
        return bool(self._runner.tasks) or len(self._queue) > 0

    @property
    def progress(self) -> tuple[int, int]:
        """Exposures that are done, and exposures that have had a task, since nothing was left to do."""
        left = self._queue.left + len(self._runner.tasks)
        return max(self._queue.count - left, 0), self._queue.count

    def awaited_stage(self, exposure: Exposure) -> str | None:
        """Return the step of an exposure that waits for a verdict."""
        waits = self._queue.waiting(exposure) is not None
        return exposure.finished_steps[-1] if waits and exposure.finished_steps else None

    def can_run(self, exposure: Exposure) -> bool:
        """Whether an exposure can be taken to its result."""
        return exposure.state not in (*_BUSY, ExposureState.NEEDS_LOOK)

    def can_step(self, exposure: Exposure) -> bool:
        """Whether an exposure has a next step."""
        return exposure.state in _UNFINISHED

    def can_redo(self, exposure: Exposure, stage: str) -> bool:
        """Whether a step of an exposure can be run again."""
        if exposure.state in _BUSY or stage not in STEPS:
            return False
        return exposure.stages[stage].state.has_run or self._has_failed(exposure, stage)

    def run(self, exposures: Iterable[Exposure]) -> None:
        """Take exposures to their results; what has ended is run anew."""
        asked = list(exposures)
        # Asked before any is queued: each state changes with that.
        left_out = [exposure for exposure in asked if not self.can_run(exposure)]
        if left_out:
            self.left_out.emit(left_out)
        for exposure in asked:
            if exposure not in left_out:
                anew = exposure.state not in (ExposureState.WAITING, ExposureState.PAUSED)
                self._add(exposure, goal=None, anew=anew)
        self._start_next()

    def run_all(self) -> None:
        """Take every exposure that has no result yet to its result."""
        self.run([exposure for exposure in self._open_exposures.exposures if exposure.state in _UNFINISHED])

    def next_step(self, exposure: Exposure) -> None:
        """Run the next step of an exposure, before anything that is queued."""
        pending = exposure.pending_steps
        self.run_to(exposure, pending[0] if pending else CAL)

    def run_to(self, exposure: Exposure, stage: str) -> None:
        """Run an exposure up to a stage, before anything that is queued.

        After the last step the result is written at once, unless a verdict is waited for.
        """
        if not self.can_step(exposure) or stage not in (*exposure.pending_steps, CAL):
            return
        to_the_end = stage == CAL or (stage == exposure.steps[-1] and not self.reviewing)
        self._add(exposure, goal=None if to_the_end else stage, urgent=True)
        self._start_next()

    def redo(self, exposure: Exposure, stage: str, note: str = "") -> None:
        """Run a step again with the options that the exposure has now; what came after it is taken back."""
        if not self.can_redo(exposure, stage):
            return
        failed = self._has_failed(exposure, stage)
        # Only the state before the last step may still be there; anything earlier means a new beginning.
        earlier = not failed and (stage != exposure.finished_steps[-1] or exposure.state in _ENDED)
        waited_at = self.awaited_stage(exposure) or ""
        waiting = self._queue.take_waiting(exposure)
        former = self._broken.get(exposure.key) if failed and self.reviewing else waiting
        self._record(exposure, stage, Judgement.REDONE, note)
        self._put(
            Task(
                exposure=exposure,
                goal=former.goal if former else stage,
                before=exposure.state,
                review=self.reviewing,
                # The engine has taken back a step that failed: it is the next one.
                redo=None if failed else stage,
                anew=earlier,
                urgent=True,
                waited=waiting,
                waited_at=waited_at,
            )
        )
        self._start_next()

    def accept(self, exposure: Exposure, note: str = "") -> None:
        """Accept the step that waits for a verdict, and go on."""
        stage, task = self.awaited_stage(exposure), self._queue.take_waiting(exposure)
        if stage is None or task is None:
            return
        self._record(exposure, stage, Judgement.ACCEPTED, note)
        if task.is_at_goal and exposure.pending_steps:
            self._open_exposures.set_state(exposure, ExposureState.PAUSED)
        else:
            self._put(task.continued())
        self._start_next()

    def reject(self, exposure: Exposure, note: str = "") -> None:
        """Reject the step that waits for a verdict: the exposure goes no further, the others do."""
        stage, task = self.awaited_stage(exposure), self._queue.take_waiting(exposure)
        if stage is None or task is None:
            return
        exposure.stages[stage].state = StageState.REJECTED
        self._record(exposure, stage, Judgement.REJECTED, note)
        self._open_exposures.set_state(exposure, ExposureState.REJECTED)
        self._start_next()

    def stop(self) -> None:
        """Stop at the next step boundary, and run nothing of what is queued."""
        self._runner.stop()
        self._unqueue()
        self.state_changed.emit()

    def stop_review(self) -> None:
        """Ask for no verdict any more: what waits for one stays as it is."""
        for exposure in self._open_exposures.exposures:
            if self._queue.take_waiting(exposure) is not None:
                self._open_exposures.set_state(exposure, exposure.unfinished_state)

    @staticmethod
    def _has_failed(exposure: Exposure, stage: str) -> bool:
        return exposure.stages[stage].state is StageState.FAILED

    def _add(self, exposure: Exposure, *, goal: str | None, anew: bool = False, urgent: bool = False) -> None:
        before = exposure.state
        self._put(Task(exposure=exposure, goal=goal, before=before, review=self.reviewing, anew=anew, urgent=urgent))

    def _put(self, task: Task) -> None:
        self._broken.pop(task.exposure.key, None)
        self._queue.add(task)
        self._open_exposures.set_state(task.exposure, ExposureState.QUEUED)

    def _start_next(self) -> None:
        if self._runner.engine_info is None:
            self._runner.load()
        else:
            self._start_what_can_be()
        self.state_changed.emit()

    def _start_what_can_be(self) -> None:
        products = [exposure.product for exposure in self._open_exposures.exposures]
        while (task := self._queue.next(self._runner.can_start)) is not None:
            task.exposure.run_begins_at = len(task.exposure.log)
            self._runner.start(task, products)
            self._open_exposures.set_state(task.exposure, ExposureState.RUNNING)
        if not self._runner.tasks and self._queue.left == 0:
            self._tell_end()
        self._prepare()

    def _tell_end(self) -> None:
        begun, is_whole = self._queue.begun, self._queue.is_whole_run
        self._queue.reset_count()
        if begun:
            self.ended.emit(len(begun))
            if is_whole:
                self.run_ended.emit(begun)

    def _prepare(self) -> None:
        soon = (ExposureState.WAITING, ExposureState.QUEUED)
        self._runner.expect([exposure.product for exposure in self._open_exposures.exposures if exposure.state in soon])

    def _take_event(self, exposure: Exposure, event: Event) -> None:
        if exposure not in self._open_exposures.exposures:
            return
        if isinstance(event, LogLine):
            apply_event(exposure, event)
            self.logged.emit(exposure, event)
            return
        self._open_exposures.apply(exposure, event)
        if isinstance(event, StepFinished):
            self.step_done.emit(exposure, event.step)

    def _take_end(self, task: Task, end: EndEvent | None) -> None:
        exposure = task.exposure
        stopped = isinstance(end, RunCancelled)
        if exposure in self._open_exposures.exposures:
            self._conclude(task, stopped=stopped)
            if stopped:
                self.stopped.emit(exposure)
        self._start_next()

    def _conclude(self, task: Task, *, stopped: bool) -> None:
        exposure = task.exposure
        if exposure.state is ExposureState.RUNNING:
            # The engine broke off without an end event.
            exposure.error = "The run was broken off; run it again."
            self._open_exposures.set_state(exposure, ExposureState.FAILED)
        if exposure.state is ExposureState.FAILED:
            self._broken[exposure.key] = task
            self.failed.emit(exposure, exposure.error)
            self._wait_again(task)
            if not self.keep_going:
                self._unqueue()
        elif exposure.state is ExposureState.PAUSED and task.review and not stopped:
            self._after_review_step(task)

    def _wait_again(self, task: Task) -> bool:
        """Ask for the verdict again that a task was to come instead of, where its result is still there."""
        if task.waited is None or not self._reviewing or not task.can_wait_again:
            return False
        self._queue.await_verdict(task.waited)
        # What was asked for instead has not happened.
        task.exposure.stages[task.waited_at].verdict = None
        self._open_exposures.set_state(task.exposure, ExposureState.NEEDS_LOOK)
        return True

    def _after_review_step(self, task: Task) -> None:
        exposure = task.exposure
        if self._reviewing:
            self._queue.await_verdict(task)
            self._open_exposures.set_state(exposure, ExposureState.NEEDS_LOOK)
            self.verdict_needed.emit(exposure, exposure.finished_steps[-1])
        elif not task.is_at_goal:
            # The review was switched off while the step was running.
            self._put(replace(task.continued(), review=False))

    def _unqueue(self) -> None:
        for task in list(self._queue.clear()):
            if self._wait_again(task):
                continue
            ended = task.before in (*_ENDED, ExposureState.FAILED, ExposureState.REJECTED)
            self._open_exposures.set_state(task.exposure, task.before if ended else task.exposure.unfinished_state)

    def _give_up(self) -> None:
        """Run nothing: the engine cannot be loaded, which is told elsewhere."""
        self._unqueue()
        self._queue.reset_count()
        self.state_changed.emit()

    def _forget(self, exposures: list[Exposure]) -> None:
        for exposure in exposures:
            self._queue.drop(exposure)
            self._broken.pop(exposure.key, None)
            self._runner.discard(exposure)
        self._start_next()

    def _record(self, exposure: Exposure, stage: str, judgement: Judgement, note: str) -> None:
        verdict = Verdict(stage, judgement, note.strip(), datetime.now(UTC).isoformat(timespec="seconds"))
        self._open_exposures.add_verdict(exposure, verdict)
        self.decided.emit(exposure, verdict)
