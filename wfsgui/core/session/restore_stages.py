"""Results and stages of an exposure of an earlier session, as far as their files are still there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wfsgui.core.model.exposure import Exposure, ExposureState, Stage, StageState
from wfsgui.core.model.stages import CAL, RATE, STEPS
from wfsgui.core.session.state import ExposureRecord, StageRecord

__all__ = ["restore_stages"]

_ENDED: Final = (ExposureState.DONE, ExposureState.WARNED, ExposureState.SAVED)


def restore_stages(
    exposure: Exposure, record: ExposureRecord, result: Path | None, kept: Mapping[str, Stage] | None = None
) -> None:
    """Give an exposure the results that it had.

    Parameters
    ----------
    exposure : Exposure
        An exposure that has just been made.
    record : ExposureRecord
        What it was.
    result : Path or None
        Its result; None if there is none any more.
    kept : mapping of str to Stage, optional
        Steps whose images are still there, the first ones without a gap.
    """
    kept = kept or {}
    stages = {stage.name: stage for stage in record.stages}
    exposure.context = record.context
    for name in exposure.steps:
        if name in kept:
            exposure.stages[name] = _completed(kept[name], stages.get(name))
    if result is not None:
        _restore_result(exposure, record, stages, result)
    elif record.state is ExposureState.FAILED:
        _restore_failure(exposure, record, stages)
    elif exposure.finished_steps:
        is_rejected = record.state is ExposureState.REJECTED and not exposure.pending_steps
        exposure.state = ExposureState.REJECTED if is_rejected else ExposureState.PAUSED
    elif record.state is ExposureState.REJECTED:
        exposure.state = ExposureState.REJECTED


def _restore_result(
    exposure: Exposure, record: ExposureRecord, stages: Mapping[str, StageRecord], result: Path
) -> None:
    for name in (*exposure.steps, CAL):
        if name in stages and exposure.stages[name].image is None:
            exposure.stages[name] = _stage_of(stages[name])
    last = exposure.stages[exposure.steps[-1]]
    exposure.stages[CAL].image, exposure.stages[CAL].metadata = last.image, last.metadata
    exposure.result, exposure.saved, exposure.parity = result, record.saved, record.parity
    exposure.state = record.state if record.state in (*_ENDED, ExposureState.REJECTED) else ExposureState.DONE


def _restore_failure(exposure: Exposure, record: ExposureRecord, stages: Mapping[str, StageRecord]) -> None:
    """Restore a failure; its step is the failed one only where all steps before it are kept."""
    exposure.state, exposure.error = ExposureState.FAILED, record.error
    following = next(iter(exposure.pending_steps), "")
    failed = stages.get(following)
    if failed is not None and failed.state is StageState.FAILED:
        exposure.stages[following] = _stage_of(failed)


def _completed(stage: Stage, record: StageRecord | None) -> Stage:
    """Return a step that is kept, with what the analyst and the checks said about it."""
    if record is not None:
        stage.verdict, stage.doubts = record.verdict, record.doubts
        if record.state is StageState.REJECTED:
            stage.state = record.state
    return stage


def _stage_of(record: StageRecord) -> Stage:
    if record.name not in (*STEPS, CAL, RATE):
        raise ValueError(f"{record.name} is no stage")
    return Stage(
        name=record.name,
        state=record.state,
        reason=record.reason,
        elapsed=record.elapsed,
        warnings=record.warnings,
        alarm=record.alarm,
        doubts=record.doubts,
        verdict=record.verdict,
    )
