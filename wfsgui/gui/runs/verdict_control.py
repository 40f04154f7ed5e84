"""Verdicts of the analyst on steps: accept, redo, reject."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.exposure import Exposure, ExposureState, StageState
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.runs.review_stops import ReviewStops
from wfsgui.gui.runs.run_control import RunControl
from wfsgui.gui.runs.run_queue import Task
from wfsgui.gui.runs.runnable import ENDED, can_redo, has_failed

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
    """

    decided = Signal(object, object)
    redo_withdrawn = Signal(object, object)

    def __init__(
        self, open_exposures: OpenExposures, control: RunControl, stops: ReviewStops, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._open_exposures, self._control, self._stops = open_exposures, control, stops
        self._redos: dict[str, Verdict] = {}
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
        """Run a step again with the present options of the exposure; the results of later steps are dropped.

        The verdict is recorded when the first step begins: until then the former result is still there.
        """
        if not can_redo(exposure, stage):
            return
        failed = has_failed(exposure, stage)
        # The engine has only the state before the last step; an earlier step means to begin with the first one.
        earlier = not failed and (stage != exposure.finished_steps[-1] or exposure.state in ENDED)
        stop = self._stops.take(exposure)
        former = stop.task if stop is not None else None
        if failed and self._stops.is_on:
            former = self._control.failed_task(exposure)
        self._redos[exposure.key] = _verdict(stage, Judgement.REDONE, note)
        self._control.put(
            Task(
                exposure=exposure,
                goal=former.goal if former else stage,
                before=exposure.state,
                review=self._stops.is_on,
                # To the engine a step that failed is the next one.
                redo=None if failed else stage,
                anew=earlier,
                urgent=True,
                replaces=stop,
            )
        )
        self._control.start_next()

    def _record_redo(self, exposure: Exposure) -> None:
        verdict = self._redos.pop(exposure.key, None)
        if verdict is not None:
            self._record(exposure, verdict)

    def _withdraw_redo(self, task: Task) -> None:
        verdict = self._redos.pop(task.exposure.key, None)
        if verdict is not None:
            self.redo_withdrawn.emit(task.exposure, verdict)

    def _record(self, exposure: Exposure, verdict: Verdict) -> None:
        self._open_exposures.add_verdict(exposure, verdict)
        self.decided.emit(exposure, verdict)


def _verdict(stage: str, judgement: Judgement, note: str) -> Verdict:
    return Verdict(stage, judgement, note.strip(), datetime.now(UTC).isoformat(timespec="seconds"))
