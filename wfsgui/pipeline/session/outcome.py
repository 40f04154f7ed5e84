"""State of a finished step: done, skipped as asked, not applied by design, or finished with a warning."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wfsgui.core.model.events import StepState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wfsgui.core.model.events import LogLine

__all__ = ["Traces", "judge", "not_applied"]

# Python's own warnings (a division by zero in a bad pixel, a deprecated call) are routine in the pipeline and do not
# concern the result; they are only in the log.
_ROUTINE_LOGGERS: Final = frozenset({"py.warnings"})

# What jwst logs, as warnings, where it leaves out a step that has no reference for NIRSpec's images.
_NIRSPEC: Final = "NRS_"
_LOGGED_BY_DESIGN: Final = {
    "flat_field": re.compile(r"No flat found or supplied; step will be skipped\.|Exposure type is \S+; flat-field.*"),
    "photom": re.compile(r"No PHOTOM reference file found|Photom step will be skipped"),
}


@dataclass(frozen=True)
class Traces:
    """Properties of a step after it has run.

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
    exp_type : str
        EXP_TYPE of the exposure.
    reference_chosen : bool
        Whether the analyst chose one of the step's references, or none.
    alarm : str
        Why the image is of no use after it, one sentence; empty otherwise.
    doubts : tuple of str
        What makes the chosen reference files of the step doubtful, a sentence each.
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
    exp_type: str = ""
    reference_chosen: bool = False
    alarm: str = ""
    doubts: tuple[str, ...] = ()


def judge(traces: Traces) -> tuple[StepState, tuple[str, ...]]:
    """Determine the state of a step.

    Parameters
    ----------
    traces : Traces
        The properties of the step.

    Returns
    -------
    state : StepState
        The state.
    warnings : tuple of str
        The warnings, if the state is WARNED.
    """
    alarms = [traces.alarm] if traces.alarm else []
    if traces.skip_set and traces.skip_chosen and not alarms:
        return StepState.SKIPPED, ()
    if not_applied(traces) and not alarms:
        return StepState.NOT_APPLIED, ()
    warnings = [*alarms, *_unchanged(traces), *traces.doubts, *_logged(traces.log)]
    return (StepState.WARNED if warnings else StepState.DONE), tuple(warnings)


def not_applied(traces: Traces) -> str:
    """Say that a step does nothing for exposures of this type by design.

    Parameters
    ----------
    traces : Traces
        What the step left behind.

    Returns
    -------
    str
        One sentence; empty where the step was applied, or did nothing for another reason.
    """
    expected = _LOGGED_BY_DESIGN.get(traces.step)
    if expected is None or traces.skip_set or traces.reference_chosen or traces.status != "SKIPPED":
        return ""
    logged = [*_logged(traces.log)]
    if not traces.exp_type.startswith(_NIRSPEC) or not logged or not all(map(expected.fullmatch, logged)):
        return ""
    return f"{traces.step} is not applied to {traces.exp_type}, as designed: the image stays in {traces.unit_after}."


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
