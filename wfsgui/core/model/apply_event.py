"""Changes of an exposure by the events of its run."""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern
from typing import Final

from wfsgui.core.model.events import (
    Downloading,
    Event,
    ExposureOpened,
    LogLine,
    ProductFinished,
    ProductResult,
    ProductState,
    RunCancelled,
    RunFailed,
    StepFinished,
    StepStarted,
    StepState,
    product_of,
)
from wfsgui.core.model.exposure import Exposure, ExposureState, Stage, StageState
from wfsgui.core.model.stages import CAL, RATE

__all__ = ["apply_event"]

_STEP_STATES: Final = {
    StepState.DONE: StageState.DONE,
    StepState.WARNED: StageState.WARNED,
    StepState.SKIPPED: StageState.SKIPPED,
    StepState.NOT_APPLIED: StageState.SKIPPED,
}


def apply_event(exposure: Exposure, event: Event) -> None:
    """Change an exposure as an event of its run says.

    Parameters
    ----------
    exposure : Exposure
        The exposure.
    event : Event
        Any event of a run of this exposure alone.

    Raises
    ------
    ValueError
        If the event is about another product; nothing is changed then.
    """
    if product_of(event) not in ("", exposure.product.name):
        raise ValueError(f"An event of {product_of(event)} was sent to {exposure.product.name}.")
    if not isinstance(event, LogLine):
        exposure.download = event if isinstance(event, Downloading) else None
    match event:
        case ExposureOpened():
            _opened(exposure, event)
        case StepStarted():
            exposure.forget_from(event.step)
            exposure.stages[event.step].state = StageState.RUNNING
        case StepFinished():
            _step_finished(exposure, event)
        case LogLine():
            exposure.log.append(event)
        case ProductFinished():
            _ended(exposure, event.result)
        case RunFailed() if not event.results or exposure.state is ExposureState.RUNNING:
            _fail(exposure, event.message)
        case RunCancelled() if exposure.state is ExposureState.RUNNING:
            exposure.state = exposure.unfinished_state
        case _:
            pass


def _opened(exposure: Exposure, event: ExposureOpened) -> None:
    exposure.state = ExposureState.RUNNING
    exposure.context = event.context
    exposure.notices = event.notices
    exposure.error = ""
    if event.image is not None:
        exposure.stages[RATE].image = event.image
        exposure.stages[RATE].state = StageState.DONE


def _step_finished(exposure: Exposure, event: StepFinished) -> None:
    before = exposure.before(event.step)
    exposure.stages[event.step] = Stage(
        name=event.step,
        state=_STEP_STATES[event.state],
        reason=event.note,
        elapsed=event.elapsed,
        warnings=event.warnings,
        alarm=event.alarm,
        references=event.references,
        parameters=event.parameters,
        log=event.log,
        image=event.image,
        metadata=_shared(event.metadata, before.metadata if before is not None else {}),
    )


def _ended(exposure: Exposure, result: ProductResult) -> None:
    exposure.notices = tuple(dict.fromkeys((*exposure.notices, *result.notices)))
    match result.state:
        case ProductState.FAILED:
            _fail(exposure, result.error)
        case ProductState.DONE | ProductState.WARNED:
            _completed(exposure, result)
        case ProductState.STOPPED | ProductState.CANCELLED:
            exposure.state = exposure.unfinished_state


def _completed(exposure: Exposure, result: ProductResult) -> None:
    last = exposure.stages[exposure.steps[-1]]
    warned = bool(exposure.warnings)
    exposure.state = ExposureState.WARNED if warned else ExposureState.DONE
    exposure.result = result.saved[-1] if result.saved else None
    exposure.saved = None
    exposure.stages[CAL] = Stage(
        name=CAL,
        state=StageState.WARNED if warned else StageState.DONE,
        image=last.image,
        warnings=(),
        metadata=last.metadata,
    )


def _fail(exposure: Exposure, message: str) -> None:
    exposure.state = ExposureState.FAILED
    exposure.error = message
    running = [stage for stage in exposure.stages.values() if stage.state is StageState.RUNNING]
    for stage in running:
        stage.state = StageState.FAILED
        stage.reason = message


def _shared(metadata: Mapping[str, str], former: Mapping[str, str]) -> dict[str, str]:
    """Use the former objects for texts that a step did not change: each event brings copies from another process."""
    return {intern(key): value if former.get(key) != value else former[key] for key, value in metadata.items()}
