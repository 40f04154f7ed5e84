"""What evidence is made from: exposures with their measurements, pairs, and the circumstances of the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.results import Assessment, CheckResult, Level, worst_level
from wfsgui.core.evidence.document import CheckLine
from wfsgui.core.model.stages import CAL, STAGES
from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.core.step_checks.evidence import Expectation, Outcome, StepEffect
from wfsgui.core.visit.card import CardLine, State

if TYPE_CHECKING:
    from pathlib import Path

    from wfsgui.core.assess.inputs import ModelStar
    from wfsgui.core.model.engine_info import EngineInfo
    from wfsgui.core.model.exposure import Exposure, Stage
    from wfsgui.core.pair.results import PairComparison, PairLink

__all__ = [
    "Analyst",
    "EvidenceContext",
    "ExposureRecord",
    "PairRecord",
    "Report",
    "card_check",
    "card_line",
    "expectation_check",
    "expectation_line",
    "snapshot",
]

Report = Callable[[str], None]
"""``report(text)``: receives what is being done, a few words; it may raise an exception to stop the work."""

_OUTCOMES = {Outcome.MET: Level.GOOD, Outcome.NOT_MET: Level.CARE, Outcome.UNKNOWN: Level.CANNOT_TELL}
_STATES = {
    State.GO: Level.GOOD,
    State.CANNOT_TELL: Level.CANNOT_TELL,
    State.CARE: Level.CARE,
    State.NO_GO: Level.BAD,
}


class Analyst(Protocol):
    """Decision of the analyst on an exposure or a pair."""

    @property
    def judgement(self) -> str:
        """The judgement in words, for example ``fit with care``."""

    @property
    def note(self) -> str:
        """Note; may be empty."""

    @property
    def when(self) -> str:
        """Time, UTC, ISO 8601."""


@dataclass(frozen=True, kw_only=True)
class EvidenceContext:
    """Circumstances of the run and of the evidence.

    Attributes
    ----------
    engine : EngineInfo
        Versions, CRDS settings, and the parameters of the steps with their defaults.
    when : str
        Time at which the evidence is made, UTC, ISO 8601.
    limits : Limits
        Limits that are in force.
    notices : tuple of str
        Notices about the whole run, one sentence each.
    numbers : PixelNumbers
        Convention of pixel numbers in the pages.
    model_star : ModelStar or None
        Computes the model star for Strehl ratios; None to leave these out.
    """

    engine: EngineInfo
    when: str
    limits: Limits = field(default_factory=Limits)
    notices: tuple[str, ...] = ()
    numbers: PixelNumbers = FROM_1
    model_star: ModelStar | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class ExposureRecord:
    """One exposure at one moment, with everything that is known about it.

    Attributes
    ----------
    exposure : Exposure
        Copy that is not changed any more, see `snapshot`.
    assessments : mapping of str to Assessment
        Assessments by stage.
    effects : mapping of str to StepEffect
        Effects of the steps by stage.
    decisions : tuple of Analyst
        Decisions of the analyst on the exposure, oldest first.
    saved : tuple of Path
        Files that the run wrote, the result last.
    sensing_stage : str
        Stage of the sensing that the analyst has chosen; empty to take it from the headers.
    """

    exposure: Exposure
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    effects: Mapping[str, StepEffect] = field(default_factory=dict)
    decisions: tuple[Analyst, ...] = ()
    saved: tuple[Path, ...] = ()
    sensing_stage: str = ""

    @property
    def name(self) -> str:
        """Name of the product."""
        return self.exposure.product.name

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Stages with an image, in order; the result stands for the last step, which has the same image."""
        stages = [stage for stage in self.exposure.stages.values() if stage.state.has_run and stage.image is not None]
        has_result = bool(stages) and stages[-1].name == CAL
        return (*stages[:-2], stages[-1]) if has_result else tuple(stages)

    @property
    def latest(self) -> Assessment | None:
        """Assessment of the latest stage; None if there is none."""
        return next((self.assessments[name] for name in reversed(STAGES) if name in self.assessments), None)

    @property
    def overall(self) -> Level:
        """Worst level of its checks and of unmet expectations; `Level.BAD` if it failed or is of no use."""
        if self.exposure.error or self.exposure.alarm:
            return Level.BAD
        checks = self.latest.checks if self.latest is not None else ()
        return worst_level((*checks, *self.unmet))

    @property
    def unmet(self) -> tuple[CheckResult, ...]:
        """Expectations of the steps that are not met, as checks."""
        return tuple(
            expectation_check(name, expectation)
            for name, effect in self.effects.items()
            for expectation in effect.expectations
            if expectation.outcome is Outcome.NOT_MET
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class PairRecord:
    """Comparison of two exposures.

    Attributes
    ----------
    link : PairLink
        The two exposures, and why they are compared.
    first, second : str
        Names of the exposures.
    comparison : PairComparison
        Comparison of the two as they are.
    turned : PairComparison or None
        Comparison with the second one turned by 180 degrees; None if it was not made.
    unit : str
        Unit of the images.
    decisions : tuple of Analyst
        Decisions of the analyst on the pair, oldest first.
    """

    link: PairLink
    first: str
    second: str
    comparison: PairComparison
    turned: PairComparison | None = None
    unit: str = ""
    decisions: tuple[Analyst, ...] = ()

    @property
    def name(self) -> str:
        """Name of the pair."""
        return f"{self.first} and {self.second}"

    @property
    def overall(self) -> Level:
        """Worst level of the checks."""
        return worst_level(self.comparison.checks)


def snapshot(exposure: Exposure) -> Exposure:
    """Copy an exposure, which may change afterwards; the planes of its images are shared, its log is left out."""
    return replace(
        exposure,
        stages={name: replace(stage, log=()) for name, stage in exposure.stages.items()},
        log=[],
        verdicts=list(exposure.verdicts),
    )


def expectation_check(stage: str, expectation: Expectation) -> CheckResult:
    """Return an expectation of a step as a check; one that is not met asks for care."""
    return CheckResult(
        key=f"{stage}: {expectation.name}",
        name=expectation.name,
        level=_OUTCOMES[expectation.outcome],
        value=str(expectation.outcome),
        finding=expectation.finding,
    )


def card_check(line: CardLine) -> CheckResult:
    """Return a line of a preflight card as a check."""
    return CheckResult(
        key=f"preflight: {line.what}",
        name=line.what,
        level=_STATES[line.state],
        value=line.value,
        finding=line.reason,
    )


def expectation_line(expectation: Expectation) -> CheckLine:
    """Return an expectation of a step as it is printed."""
    level = _OUTCOMES[expectation.outcome]
    word = str(level) if expectation.outcome is Outcome.UNKNOWN else str(expectation.outcome)
    return CheckLine(level, word, expectation.name, finding=expectation.finding)


def card_line(line: CardLine) -> CheckLine:
    """Return a line of a preflight card as it is printed."""
    return CheckLine(_STATES[line.state], str(line.state), line.what, line.value, finding=line.reason)
