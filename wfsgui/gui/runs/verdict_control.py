"""Verdicts of the analyst on steps: accept, redo, reject."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.exposure import Exposure, ExposureState, StageState
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.runs.review_stops import ReviewStops
from wfsgui.gui.runs.run_control import RunControl
from wfsgui.gui.runs.run_queue import ReviewStop, Task
from wfsgui.gui.runs.runnable import can_redo, has_failed

__all__ = ["VerdictControl"]


class VerdictControl(QObject):
    """Record verdicts, and run what follows from them.

    Parameters
    ----------
    open_exposures : OpenExposures
        The exposures.
    control : RunControl
        Runs the tasks.
    stops : ReviewStops
        The exposures that wait for a verdict.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    decided : Signal(Exposure, Verdict)
        A verdict was recorded.
    redo_withdrawn : Signal(Exposure, Verdict)
        A redo was asked for with this verdict, and ended before its first step began: the verdict is not recorded.
    changes_dropped : Signal(Exposure)
        A step was accepted after choices for it, or for an earlier one, were changed: these are given back.
    unchanged : Signal(Exposure, str, str)
        A redo of a stage was asked for, with a note, although no choice was changed since it was run. `branch` does it
        all the same.
    """

    decided = Signal(object, object)
    redo_withdrawn = Signal(object, object)
    changes_dropped = Signal(object)
    unchanged = Signal(object, str, str)

    def __init__(
        self, open_exposures: OpenExposures, control: RunControl, stops: ReviewStops, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._open_exposures, self._control, self._stops = open_exposures, control, stops
        # By the key of the exposure that runs: the one that the verdict is about, and the verdict.
        self._redos: dict[str, tuple[Exposure, Verdict]] = {}
        control.step_begins.connect(self._record_redo)
        control.task_over.connect(self._withdraw_redo)

    def accept(self, exposure: Exposure, note: str = "") -> None:
        """Accept the step that waits for a verdict, and run the next one."""
        stop = self._stops.take(exposure)
        if stop is None:
            return
        self._record(exposure, _verdict(stop.stage, Judgement.ACCEPTED, note))
        if stop.task.is_at_goal and exposure.pending_steps:
            self._open_exposures.set_state(exposure, ExposureState.PAUSED)
        else:
            # With other choices the engine would run the accepted step again.
            if self._control.branching.drop_changes(exposure):
                self.changes_dropped.emit(exposure)
            self._control.put(stop.task.continued())
        self._control.start_next()

    def reject(self, exposure: Exposure, note: str = "") -> None:
        """Reject the step that waits for a verdict: no further step of this exposure is run."""
        stop = self._stops.take(exposure)
        if stop is None:
            return
        exposure.stages[stop.stage].state = StageState.REJECTED
        self._record(exposure, _verdict(stop.stage, Judgement.REJECTED, note))
        self._open_exposures.set_state(exposure, ExposureState.REJECTED)
        self._control.start_next()

    def redo(self, exposure: Exposure, stage: str, note: str = "") -> None:
        """Run a step with the present choices of the exposure: again if it failed, as a branch if it has a result.

        The verdict is recorded when the first step begins.
        """
        if not can_redo(exposure, stage):
            return
        if has_failed(exposure, stage):
            former = self._control.failed_task(exposure) if self._stops.is_on else None
            self._begin(exposure, exposure, _verdict(stage, Judgement.REDONE, note), former)
        elif self._control.branching.has_changes(exposure):
            self.branch(exposure, stage, note)
        else:
            self.unchanged.emit(exposure, stage, note)

    def branch(self, exposure: Exposure, stage: str, note: str = "") -> None:
        """Run a step that has a result with the present choices of the exposure, as a branch beside the result.

        Parameters
        ----------
        exposure : Exposure
            The exposure, which keeps its results.
        stage : str
            The step. An earlier step that was run with other choices is run again, too.
        note : str, optional
            Note of the analyst.
        """
        if not can_redo(exposure, stage):
            return
        stop = self._stops.take(exposure)
        branch = self._control.branching.make(exposure, stage)
        if stop is not None:
            self._open_exposures.set_state(exposure, exposure.unfinished_state)
        self._begin(branch, exposure, _verdict(stage, Judgement.REDONE, note), stop.task if stop else None, stop)

    def withdraw(self, exposure: Exposure, stage: str, note: str) -> None:
        """Give up a redo that was not begun: its note is not lost."""
        self.redo_withdrawn.emit(exposure, _verdict(stage, Judgement.REDONE, note))

    def _begin(
        self,
        to_run: Exposure,
        exposure: Exposure,
        verdict: Verdict,
        former: Task | None,
        stop: ReviewStop | None = None,
    ) -> None:
        """Run a step of an exposure, or of a branch, after a verdict on the exposure."""
        self._redos[to_run.key] = exposure, verdict
        self._control.put(
            Task(
                exposure=to_run,
                goal=former.goal if former else verdict.stage,
                before=to_run.state,
                review=self._stops.is_on,
                urgent=True,
                replaces=stop,
            )
        )
        self._control.start_next()

    def _record_redo(self, running: Exposure) -> None:
        exposure, verdict = self._redos.pop(running.key, (None, None))
        if exposure is None or verdict is None:
            return
        if running is not exposure:
            # The branch is there because of this verdict.
            self._open_exposures.add_verdict(running, verdict)
        self._record(exposure, verdict)

    def _withdraw_redo(self, task: Task) -> None:
        exposure, verdict = self._redos.pop(task.exposure.key, (None, None))
        if exposure is None or verdict is None:
            return
        self.redo_withdrawn.emit(exposure, verdict)
        has_failed_to_begin = task.exposure.state is ExposureState.FAILED
        if task.exposure is not exposure and self._open_exposures.holds(task.exposure) and not has_failed_to_begin:
            self._control.branching.take_back(task.exposure)

    def _record(self, exposure: Exposure, verdict: Verdict) -> None:
        if self._open_exposures.holds(exposure):
            self._open_exposures.add_verdict(exposure, verdict)
        self.decided.emit(exposure, verdict)


def _verdict(stage: str, judgement: Judgement, note: str) -> Verdict:
    return Verdict(stage, judgement, note.strip(), datetime.now(UTC).isoformat(timespec="seconds"))
