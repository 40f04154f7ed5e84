"""State of a finished step: done, skipped as asked, or finished with a warning for the analyst."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wfsgui.core.model.events import StepState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wfsgui.core.model.events import LogLine

__all__ = ["Traces", "judge"]

# Python's own warnings (a division by zero in a bad pixel, a deprecated call) are routine in the pipeline and do not
# concern the result; they are only in the log.
_ROUTINE_LOGGERS: Final = frozenset({"py.warnings"})


@dataclass(frozen=True)
class Traces:
    """What is known of a step after it has run.

    Attributes
    ----------
    step : str
        Its name.
    status : str
        Value of its calibration-step keyword: COMPLETE, SKIPPED, or empty.
    skip_chosen, skip_set : bool
        Whether the analyst chose the value of ``skip``, and whether ``skip`` is true.
    unit_before, unit_after : str
        BUNIT of the image.
    changes_unit : bool
        Whether the step changes the unit.
    elements : str
        Filter and pupil, for messages.
    log : tuple of LogLine
        Its log records.
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


def judge(traces: Traces) -> tuple[StepState, tuple[str, ...]]:
    """Determine the state of a step.

    Parameters
    ----------
    traces : Traces
        What is known of the step.

    Returns
    -------
    state : StepState
        The state.
    warnings : tuple of str
        The warnings, if the state is WARNED.
    """
    if traces.skip_set and traces.skip_chosen:
        return StepState.SKIPPED, ()
    warnings = [*_unchanged(traces), *_logged(traces.log)]
    return (StepState.WARNED if warnings else StepState.DONE), tuple(warnings)


def _unchanged(traces: Traces) -> Iterable[str]:
    """Find signs that the step did not change the image.

    The keyword is not sufficient: photom writes COMPLETE if its table has no row for the exposure.
    """
    if traces.skip_set:
        yield f"{traces.step} did not run: the parameter reference from CRDS says to skip it."
    elif traces.status != "COMPLETE":
        yield f"{traces.step} did not run (status: {traces.status or 'none'}); see its log."
    elif traces.changes_unit and traces.unit_before == traces.unit_after:
        yield (
            f"{traces.step} found no conversion for {traces.elements} in its reference: the image is still in "
            f"{traces.unit_after or 'its old unit'}."
        )


def _logged(lines: Iterable[LogLine]) -> Iterable[str]:
    messages = [line.text for line in lines if line.level >= logging.WARNING and line.logger not in _ROUTINE_LOGGERS]
    return dict.fromkeys(messages)
