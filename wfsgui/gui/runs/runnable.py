"""Commands that can be given for an exposure, by its state."""

from __future__ import annotations

from typing import Final

from wfsgui.core.model.exposure import Exposure, ExposureState, StageState
from wfsgui.core.model.stages import STEPS

__all__ = ["ENDED", "can_branch", "can_redo", "can_run", "can_step", "has_failed"]

ENDED: Final = (ExposureState.DONE, ExposureState.WARNED, ExposureState.SAVED)
"""States of an exposure that has its result."""

_BUSY: Final = (ExposureState.QUEUED, ExposureState.RUNNING)
_UNFINISHED: Final = (ExposureState.WAITING, ExposureState.PAUSED, ExposureState.FAILED)


def can_run(exposure: Exposure) -> bool:
    """Whether a run to the result of an exposure can be started."""
    return exposure.state not in (*_BUSY, ExposureState.NEEDS_LOOK)


def can_step(exposure: Exposure) -> bool:
    """Whether the next step of an exposure can be run."""
    return exposure.state in _UNFINISHED


def can_redo(exposure: Exposure, stage: str) -> bool:
    """Whether a stage of an exposure is a step that can be run again."""
    if exposure.state in _BUSY or stage not in STEPS:
        return False
    return exposure.stages[stage].state.has_run or has_failed(exposure, stage)


def can_branch(exposure: Exposure, stage: str) -> bool:
    """Whether a branch of an exposure can begin with a stage: a step whose earlier steps have been run."""
    if exposure.state in _BUSY or stage not in exposure.steps:
        return False
    return all(exposure.stages[step].state.has_run for step in exposure.steps[: exposure.steps.index(stage)])


def has_failed(exposure: Exposure, stage: str) -> bool:
    """Whether a stage of an exposure has failed."""
    return exposure.stages[stage].state is StageState.FAILED
