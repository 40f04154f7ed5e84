"""Lines of the panel *Verdict*: one for each check, and for each number without a check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wfsgui.core.assess.results import Assessment, CheckResult, Level
from wfsgui.core.measure.number_text import with_uncertainty
from wfsgui.core.model.exposure import Exposure, Stage, StageState
from wfsgui.core.model.stages import title
from wfsgui.core.step_checks.evidence import Expectation, Outcome

if TYPE_CHECKING:
    from wfsgui.core.regions.shapes import Region
    from wfsgui.core.step_checks.evidence import StepEffect

__all__ = ["Group", "Line", "assessment_lines", "number_lines", "pair_lines", "step_lines"]

_LEVELS = {Outcome.MET: Level.GOOD, Outcome.NOT_MET: Level.CARE, Outcome.UNKNOWN: Level.CANNOT_TELL}


@dataclass(frozen=True)
class Line:
    """Line of the panel.

    Attributes
    ----------
    level : Level or None
        Result of the check; None for a number without a check.
    name : str
        Name of the check or of the number.
    value : str
        Number or state that was checked; may be empty.
    second : str
        Limit, place or finding, under the name; may be empty.
    tip : str
        Everything that is known, one sentence a line.
    stage : str
        Stage to show for this line; empty for the present one.
    place : tuple of float or None
        Pixel (x, y) to show, 0-based.
    region : Region or None
        Region to show if there is no pixel.
    of_pair : bool
        Whether it is about the pair.
    """

    level: Level | None
    name: str
    value: str = ""
    second: str = ""
    tip: str = ""
    stage: str = ""
    place: tuple[float, float] | None = None
    region: Region | None = None
    of_pair: bool = False

    @property
    def goes_somewhere(self) -> bool:
        """Whether there is something to show for this line."""
        return bool(self.stage) or self.place is not None or self.region is not None or self.of_pair

    @property
    def spoken(self) -> str:
        """The line for a screen reader."""
        return ", ".join(
            filter(None, (f"{self.level}: {self.name}" if self.level else self.name, self.value, self.second))
        )


@dataclass(frozen=True)
class Group:
    """Lines under a heading.

    Attributes
    ----------
    heading : str
        Heading.
    lines : tuple of Line
        The lines.
    """

    heading: str
    lines: tuple[Line, ...]


def assessment_lines(assessment: Assessment) -> tuple[Line, ...]:
    """Make the lines of the checks of an assessment; a check without a place shows the region of its quantity."""
    return tuple(_check_line(check, assessment) for check in assessment.checks)


def number_lines(assessment: Assessment) -> tuple[Line, ...]:
    """Make the lines of the measured numbers that no check shows; without a value, the line has the reason."""
    judged = {check.quantity for check in assessment.checks}
    return tuple(
        Line(
            level=None,
            name=quantity.name,
            value=with_uncertainty(quantity.value, quantity.error, quantity.unit) if quantity.is_known else "none",
            second=quantity.reason,
            tip="\n".join(filter(None, (quantity.name, quantity.definition, quantity.reason))),
            stage=assessment.stage if quantity.region is not None else "",
            region=quantity.region,
        )
        for quantity in assessment.quantities
        if quantity.key not in judged
    )


def pair_lines(checks: Iterable[CheckResult]) -> tuple[Line, ...]:
    """Make the lines of the checks of a pair."""
    return tuple(_check_line(check, None) for check in checks)


def step_lines(exposure: Exposure, effects: Mapping[str, StepEffect]) -> tuple[Line, ...]:
    """Make the lines of the steps: failures, alarms, warnings and expectations.

    Parameters
    ----------
    exposure : Exposure
        The exposure.
    effects : mapping of str to StepEffect
        Measured effects of the steps, by the name of the step.

    Returns
    -------
    tuple of Line
        A run that failed outside of a step, then the steps in their order; those that have not been run have none.
    """
    has_failed_step = any(exposure.stages[name].state is StageState.FAILED for name in exposure.steps)
    lines: list[Line] = []
    if exposure.error and not has_failed_step:
        lines.append(Line(Level.BAD, "Run", "failed", exposure.error, exposure.error))
    for name in exposure.steps:
        lines += _stage_lines(exposure.stages[name])
        if name in effects:
            lines += (_expectation_line(name, each) for each in effects[name].expectations)
    return tuple(lines)


def _check_line(check: CheckResult, assessment: Assessment | None) -> Line:
    quantity = assessment.quantity(check.quantity) if assessment is not None and check.quantity else None
    limit = f"Limit: {check.limit} ({check.source})." if check.limit and check.source else ""
    head = f"{check.name}: {check.value}" if check.value else check.name
    region = quantity.region if quantity is not None else None
    return Line(
        level=check.level,
        name=check.name,
        value=check.value,
        second=_second(check),
        tip="\n".join(filter(None, (head, check.finding, limit, quantity.definition if quantity is not None else ""))),
        stage=assessment.stage if assessment is not None and (check.place or region) is not None else "",
        place=check.place,
        region=region,
        of_pair=assessment is None,
    )


def _second(check: CheckResult) -> str:
    """Return the limit of a good check; what is wrong with another one, and the limit unless that says it."""
    if check.level is Level.GOOD:
        return check.limit or check.finding
    beyond = f"Limit: {check.limit}." if check.limit and check.limit not in check.finding else ""
    return " ".join(filter(None, (check.finding, beyond)))


def _stage_lines(stage: Stage) -> list[Line]:
    step = title(stage.name)
    if stage.state is StageState.FAILED:
        return [Line(Level.BAD, step, "failed", stage.reason, stage.reason, stage.name)]
    rejected = [Line(Level.BAD, step, "rejected", "You rejected this step.", "", stage.name)]
    return [
        *(rejected if stage.state is StageState.REJECTED else []),
        *([Line(Level.BAD, step, "alarm", stage.alarm, stage.alarm, stage.name)] if stage.alarm else []),
        *(
            Line(Level.CARE, step, "warning", warning, warning, stage.name)
            for warning in stage.warnings
            if warning != stage.alarm
        ),
    ]


def _expectation_line(stage: str, expectation: Expectation) -> Line:
    return Line(
        level=_LEVELS[expectation.outcome],
        name=expectation.name,
        value=title(stage),
        second=expectation.finding,
        tip=f"{expectation.finding}\n{expectation.tip}",
        stage=stage,
    )
