"""What is known of a step that has been run, and how what was found out about it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.errors import WfsguiError
from wfsgui.core.regions.pixel_numbers import FROM_0, PixelNumbers

if TYPE_CHECKING:
    from wfsgui.core.image.dq_flags import FlagRow
    from wfsgui.core.model.events import Reference
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.step_checks.frame_change import FrameChange

__all__ = [
    "CannotTellError",
    "Case",
    "Check",
    "Evidence",
    "Expectation",
    "Fact",
    "Finding",
    "Measurement",
    "Outcome",
    "StepEffect",
    "quantity",
    "ratio_unit",
]


class CannotTellError(WfsguiError):
    """What is needed to tell whether an expectation is met is not there; the text says what."""


class Outcome(StrEnum):
    """Whether an expectation is met."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False)
class Evidence:
    """A step of one exposure.

    Attributes
    ----------
    stage : str
        One of `wfsgui.core.model.stages.STEPS`.
    before, after : StepImage
        The images that it took and left, of one shape.
    skipped : bool
        Whether it was skipped.
    metadata : mapping of str to str
        The model's metadata after it, by dotted path (``meta.photometry.conversion_megajanskys``).
    references : tuple of Reference
        Its reference files.
    backgrounds : tuple of Path
        The rate files that were subtracted.
    numbers : PixelNumbers
        How the pixels that are told of are numbered.
    """

    stage: str
    before: StepImage
    after: StepImage
    skipped: bool
    metadata: Mapping[str, str]
    references: tuple[Reference, ...]
    backgrounds: tuple[Path, ...]
    numbers: PixelNumbers = FROM_0

    def number(self, path: str) -> float:
        """Return a number of the metadata; raises `CannotTellError` where there is none."""
        try:
            value = float(self.metadata[path])
        except (KeyError, ValueError):
            value = float("nan")
        if not isfinite(value):
            raise CannotTellError(f"The metadata have no number {path}.")
        return value


@dataclass(frozen=True)
class Fact:
    """Something measured.

    Attributes
    ----------
    name, value : str
        What, and how much, with the unit.
    tip : str
        What it means.
    """

    name: str
    value: str
    tip: str


@dataclass(frozen=True)
class Expectation:
    """Something that holds of every step that worked.

    Attributes
    ----------
    name : str
        What is expected.
    outcome : Outcome
        Whether it is so.
    told : str
        What was found, with numbers; one sentence.
    tip : str
        Why it is expected, and what a failure means.
    """

    name: str
    outcome: Outcome
    told: str
    tip: str


@dataclass(frozen=True)
class StepEffect:
    """What a step did.

    Attributes
    ----------
    facts : tuple of Fact
        What was measured.
    transitions : tuple of FlagRow
        The flags that pixels gained or lost.
    expectations : tuple of Expectation
        What was expected, and whether it is so.
    """

    facts: tuple[Fact, ...]
    transitions: tuple[FlagRow, ...]
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True, eq=False)
class Case:
    """A step, and how its image changed.

    Attributes
    ----------
    evidence : Evidence
        The step.
    change : FrameChange
        What changed.
    """

    evidence: Evidence
    change: FrameChange


@dataclass(frozen=True)
class Finding:
    """What came of a check.

    Attributes
    ----------
    met : bool
        Whether it is as expected.
    told : str
        What was found, with numbers; one sentence.
    """

    met: bool
    told: str


@dataclass(frozen=True)
class Check:
    """How an expectation is tested.

    Attributes
    ----------
    name, tip : str
        As in `Expectation`.
    find : callable
        ``find(case) -> Finding``; raises `WfsguiError` with a sentence where it cannot tell.
    """

    name: str
    tip: str
    find: Callable[[Case], Finding]

    def expectation(self, case: Case) -> Expectation:
        """Test it; a step that was skipped is not tested."""
        if case.evidence.skipped:
            return Expectation(self.name, Outcome.UNKNOWN, "The step was skipped.", self.tip)
        try:
            finding = self.find(case)
        except WfsguiError as error:
            return Expectation(self.name, Outcome.UNKNOWN, str(error), self.tip)
        return Expectation(self.name, Outcome.MET if finding.met else Outcome.NOT_MET, finding.told, self.tip)


@dataclass(frozen=True)
class Measurement:
    """How a fact is found.

    Attributes
    ----------
    name, tip : str
        As in `Fact`.
    tell : callable
        ``tell(case) -> str``; raises `WfsguiError` with a sentence where there is nothing to measure.
    """

    name: str
    tip: str
    tell: Callable[[Case], str]

    def fact(self, case: Case) -> Fact:
        """Measure it; where that cannot be, the fact is why."""
        try:
            return Fact(self.name, self.tell(case), self.tip)
        except WfsguiError as error:
            return Fact(self.name, str(error), self.tip)


def quantity(value: float, unit: str = "") -> str:
    """Write a number with its unit; a number that is none is told."""
    return f"{value:.5g} {unit}".strip() if isfinite(value) else "none"


def ratio_unit(case: Case) -> str:
    """Return the unit of SCI after / SCI before; empty where a step leaves the unit alone."""
    before, after = case.evidence.before.unit, case.evidence.after.unit
    return "" if before == after else f"{after or 'no unit'} per {before or 'no unit'}"
