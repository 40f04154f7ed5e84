"""Judging a finished step: done, skipped as asked, or finished with a warning that the analyst must see."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wfsgui.core.model.events import StepState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wfsgui.core.model.events import LogLine

__all__ = ["Traces", "judge"]

# Python's own warnings (a division by zero in a bad pixel, a deprecated call) are routine in the pipeline and say
# nothing of the result; they stay in the log.
_ROUTINE_LOGGERS: Final = frozenset({"py.warnings"})


@dataclass(frozen=True)
class Traces:
    """What a step left behind.

    Attributes
    ----------
    step : str
        Its name.
    status : str
        What it wrote into its calibration-step keyword: COMPLETE, SKIPPED, or nothing.
    skip_chosen, skip_set : bool
        Whether the analyst chose the value of ``skip``, and whether that is true (whoever chose it).
    unit_before, unit_after : str
        BUNIT of the image.
    changes_unit : bool
        Whether a step that has done its work leaves another unit.
    elements : str
        Filter and pupil, for messages.
    log : tuple of LogLine
        Its log records.
    alarm : str
        Why the image is of no use after it, one sentence; empty otherwise.
    """

    step: str
    status: str
    skip_chosen: bool
    skip_set: bool
    unit_before: str
    unit_after: str
    changes_unit: bool
    elements: str
    log: tuple[LogLine, ...]
    alarm: str = ""


def judge(traces: Traces) -> tuple[StepState, tuple[str, ...]]:
    """Decide how a step ended.

    Parameters
    ----------
    traces : Traces
        What the step left behind.

    Returns
    -------
    state : StepState
        How it ended.
    warnings : tuple of str
        Why the state is WARNED; empty otherwise.
    """
    alarms = [traces.alarm] if traces.alarm else []
    if traces.skip_set and traces.skip_chosen and not alarms:
        return StepState.SKIPPED, ()
    warnings = [*alarms, *_did_nothing(traces), *_logged(traces.log)]
    return (StepState.WARNED if warnings else StepState.DONE), tuple(warnings)


def _did_nothing(traces: Traces) -> Iterable[str]:
    """Whether the step left the image as it was.

    The keyword alone is not enough: photom writes COMPLETE where its table has no row for the exposure.
    """
    if traces.skip_set:
        yield f"{traces.step} did not run: the parameter reference from CRDS says to skip it."
    elif traces.status != "COMPLETE":
        yield f"{traces.step} did nothing (it says {traces.status or 'nothing'} of itself); its log has the reason."
    elif traces.changes_unit and traces.unit_before == traces.unit_after:
        yield (
            f"{traces.step} found no conversion for {traces.elements} in its reference: the image is still in "
            f"{traces.unit_after or 'its old unit'}."
        )


def _logged(lines: Iterable[LogLine]) -> Iterable[str]:
    said = [line.text for line in lines if line.level >= logging.WARNING and line.logger not in _ROUTINE_LOGGERS]
    return dict.fromkeys(said)
