"""Results and stages of an exposure of an earlier session, as far as their files are still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.checkpoints import StageEvent, read_checkpoints
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import ExposureOpened
from wfsgui.core.model.exposure import Exposure, ExposureState, Stage, StageState
from wfsgui.core.model.stages import CAL, RATE, STAGES
from wfsgui.core.session.state import ExposureRecord, StageRecord

__all__ = ["restore_exposure", "restore_stages"]

_ENDED: Final = (ExposureState.DONE, ExposureState.WARNED, ExposureState.SAVED)


def restore_exposure(exposure: Exposure, record: ExposureRecord, folder: Path) -> None:
    """Give an exposure the results and the images that are still there.

    Parameters
    ----------
    exposure : Exposure
        An exposure that has just been made; its origin is restored already.
    record : ExposureRecord
        What it was.
    folder : Path
        Folder with its results, written by this program for the same user.
    """
    named = folder / record.result.name if record.result is not None else None
    result = next((path for path in (named, record.saved) if path is not None and path.is_file()), None)
    if record.saved is not None and not record.saved.is_file():
        record = replace(record, saved=None)
    checkpoints = read_checkpoints(folder)
    events: list[StageEvent] = []
    # The steps after one that cannot be read must be run again, which the window says.
    with suppress(WfsguiError):
        events.extend(checkpoint.event() for checkpoint in checkpoints)
    restore_stages(exposure, record, result, events)


def restore_stages(
    exposure: Exposure, record: ExposureRecord, result: Path | None, events: Sequence[StageEvent] = ()
) -> None:
    """Give an exposure a result, and the stages whose events are there.

    Parameters
    ----------
    exposure : Exposure
        An exposure that has just been made; its origin is restored already.
    record : ExposureRecord
        What it was.
    result : Path or None
        Its result; None if there is none any more.
    events : sequence of ExposureOpened or StepFinished, optional
        Events of its stages, with images, in the order of the steps.
    """
    records = {stage.name: stage for stage in record.stages}
    exposure.context = record.context
    _take_from_origin(exposure)
    _take_events(exposure, record, events)
    for name in exposure.finished_steps:
        if name in records:
            exposure.stages[name] = _with_judgement(exposure.stages[name], records[name])
    if result is not None:
        _restore_result(exposure, record, records, result)
    elif record.state is ExposureState.FAILED:
        _restore_failure(exposure, record, records)
    elif record.state is ExposureState.REJECTED:
        exposure.state = ExposureState.REJECTED
    else:
        exposure.state = exposure.unfinished_state


def _take_from_origin(exposure: Exposure) -> None:
    """Share the images of the steps before the fork with the origin."""
    if exposure.origin is not None:
        for name in STAGES[: STAGES.index(exposure.fork)]:
            if name == RATE or exposure.origin.stages[name].state.has_run:
                exposure.stages[name] = replace(exposure.origin.stages[name])


def _take_events(exposure: Exposure, record: ExposureRecord, events: Sequence[StageEvent]) -> None:
    files = [member.path.name for member in record.members]
    for event in events:
        if isinstance(event, ExposureOpened):
            if [member.path.name for member in event.product.members] != files:
                # The backgrounds were changed after this run.
                return
            if exposure.stages[RATE].image is None:
                exposure.stages[RATE].image = event.image
        elif exposure.pending_steps[:1] == (event.step,):
            apply_event(exposure, event)
            exposure.log.extend(event.log)


def _restore_result(
    exposure: Exposure, record: ExposureRecord, records: Mapping[str, StageRecord], result: Path
) -> None:
    for name in (*exposure.steps, CAL):
        if name in records and exposure.stages[name].image is None:
            exposure.stages[name] = _stage_of(records[name])
    last = exposure.stages[exposure.steps[-1]]
    exposure.stages[CAL].image, exposure.stages[CAL].metadata = last.image, last.metadata
    exposure.result, exposure.saved, exposure.parity = result, record.saved, record.parity
    exposure.state = record.state if record.state in (*_ENDED, ExposureState.REJECTED) else ExposureState.DONE


def _restore_failure(exposure: Exposure, record: ExposureRecord, records: Mapping[str, StageRecord]) -> None:
    """Restore a failure; its step is the failed one only where all steps before it are kept."""
    exposure.state, exposure.error = ExposureState.FAILED, record.error
    following = next(iter(exposure.pending_steps), "")
    if following in records and records[following].state is StageState.FAILED:
        exposure.stages[following] = _stage_of(records[following])


def _with_judgement(stage: Stage, record: StageRecord) -> Stage:
    """Return a stage with what the analyst and the checks said about it."""
    state = record.state if record.state is StageState.REJECTED else stage.state
    return replace(stage, verdict=record.verdict, doubts=record.doubts, state=state)


def _stage_of(record: StageRecord) -> Stage:
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
