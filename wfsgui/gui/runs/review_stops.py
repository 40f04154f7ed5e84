"""Exposures that wait for a verdict after a step."""

from __future__ import annotations

from dataclasses import replace

from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.runs.run_queue import ReviewStop, Task

__all__ = ["ReviewStops"]


class ReviewStops:
    """The stops of a step-by-step review; an exposure has one at most.

    Parameters
    ----------
    open_exposures : OpenExposures
        The exposures.

    Attributes
    ----------
    is_on : bool
        Whether runs stop for a verdict after each step.
    """

    def __init__(self, open_exposures: OpenExposures) -> None:
        self.is_on = False
        self._open_exposures = open_exposures
        self._stops: dict[str, ReviewStop] = {}

    def __len__(self) -> int:
        return len(self._stops)

    def awaited_stage(self, exposure: Exposure) -> str | None:
        """Return the step of an exposure that waits for a verdict; None if there is none."""
        stop = self._stops.get(exposure.key)
        return None if stop is None else stop.stage

    def switch(self, *, on: bool) -> None:
        """Set whether runs stop after each step, also for the tasks that wait now."""
        self.is_on = on
        self._stops = {key: replace(stop, task=replace(stop.task, review=on)) for key, stop in self._stops.items()}

    def add(self, task: Task) -> None:
        """Wait for a verdict on the latest step of a task."""
        self._add(ReviewStop(task, task.exposure.finished_steps[-1]))

    def take(self, exposure: Exposure) -> ReviewStop | None:
        """Remove and return the stop of an exposure; None if there is none."""
        return self._stops.pop(exposure.key, None)

    def restore(self, task: Task) -> bool:
        """Wait again at the stop that a task was to replace, if the result of that step is still there.

        Parameters
        ----------
        task : Task
            A task that has ended, or is not going to be started.

        Returns
        -------
        bool
            Whether the exposure waits for a verdict again.
        """
        stop = task.replaces
        if stop is None or not self.is_on or not self._open_exposures.holds(stop.task.exposure):
            return False
        # A redo that has begun is the verdict.
        exposure = stop.task.exposure
        if exposure.finished_steps[-1:] != (stop.stage,) or exposure.stages[stop.stage].verdict is not None:
            return False
        self._add(stop)
        return True

    def _add(self, stop: ReviewStop) -> None:
        self._stops[stop.task.exposure.key] = stop
        self._open_exposures.set_state(stop.task.exposure, ExposureState.NEEDS_LOOK)
