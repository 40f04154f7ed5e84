"""Evidence of a finished step, and the results of its measurements and checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.measured import Row
from wfsgui.core.regions.pixel_numbers import FROM_0, PixelNumbers

if TYPE_CHECKING:
    from wfsgui.core.image.dq_flags import FlagRow
    from wfsgui.core.model.events import Reference
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.step_checks.image_change import ImageChange

__all__ = [
    "CannotTellError",
    "Case",
    "Check",
    "Evidence",
    "Expectation",
    "Finding",
    "Measurement",
    "Outcome",
    "StepEffect",
    "ratio_unit",
]


class CannotTellError(WfsguiError):
    """An expectation or a quantity cannot be determined; the text says what is missing."""


class Outcome(StrEnum):
    """Whether an expectation is met."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False)
class Evidence:
    """Input and result of a step of one exposure.

    Attributes
    ----------
    stage : str
        One of `wfsgui.core.model.stages.STEPS`.
    before, after : StepImage
        Its input and its result, of the same shape.
    skipped : bool
        Whether the step was skipped.
    metadata : mapping of str to str
        The model's metadata after the step, by dotted path (``meta.photometry.conversion_megajanskys``).
    references : tuple of Reference
        Reference files of the step.
    backgrounds : tuple of Path
        Rate files of the backgrounds.
    numbers : PixelNumbers
        Convention of pixel numbers in the results.
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
        """Return a number of the metadata; raises `CannotTellError` if there is none."""
        try:
            value = float(self.metadata[path])
        except (KeyError, ValueError):
            value = float("nan")
        if not isfinite(value):
            raise CannotTellError(f"The metadata have no number {path}.")
        return value


@dataclass(frozen=True)
class Expectation:
    """Expectation of a step, and whether it is met.

    Attributes
    ----------
    name : str
        The expectation.
    outcome : Outcome
        Whether it is met.
    finding : str
        The result with numbers, one sentence.
    tip : str
        Reason of the expectation, and meaning of a failure.
    """

    name: str
    outcome: Outcome
    finding: str
    tip: str


@dataclass(frozen=True)
class StepEffect:
    """Measured effect of a step.

    Attributes
    ----------
    facts : tuple of Row
        Measured quantities.
    transitions : tuple of FlagRow
        Flags that pixels gained or lost.
    expectations : tuple of Expectation
        Expectations, and whether they are met.
    """

    facts: tuple[Row, ...]
    transitions: tuple[FlagRow, ...]
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True, eq=False)
class Case:
    """Step with the change of its image.

    Attributes
    ----------
    evidence : Evidence
        The step.
    change : ImageChange
        Change of the image.
    """

    evidence: Evidence
    change: ImageChange


@dataclass(frozen=True)
class Finding:
    """Result of a check.

    Attributes
    ----------
    met : bool
        Whether the expectation is met.
    text : str
        The result with numbers, one sentence.
    """

    met: bool
    text: str


@dataclass(frozen=True)
class Check:
    """Test of an expectation.

    Attributes
    ----------
    name, tip : str
        As in `Expectation`.
    find : callable
        ``find(case) -> Finding``; raises `WfsguiError` if it cannot be determined.
    """

    name: str
    tip: str
    find: Callable[[Case], Finding]

    def expectation(self, case: Case) -> Expectation:
        """Run the test; the outcome is unknown for a skipped step."""
        if case.evidence.skipped:
            return Expectation(self.name, Outcome.UNKNOWN, "The step was skipped.", self.tip)
        try:
            finding = self.find(case)
        except WfsguiError as error:
            return Expectation(self.name, Outcome.UNKNOWN, str(error), self.tip)
        return Expectation(self.name, Outcome.MET if finding.met else Outcome.NOT_MET, finding.text, self.tip)


@dataclass(frozen=True)
class Measurement:
    """Measurement of a quantity.

    Attributes
    ----------
    name, tip : str
        As in `Row`.
    measure : callable
        ``measure(case) -> str``; raises `WfsguiError` if it cannot be measured.
    """

    name: str
    tip: str
    measure: Callable[[Case], str]

    def row(self, case: Case) -> Row:
        """Measure the quantity; if that is not possible, the value is the reason."""
        try:
            return Row(self.name, self.measure(case), self.tip)
        except WfsguiError as error:
            return Row(self.name, str(error), self.tip)


def ratio_unit(case: Case) -> str:
    """Return the unit of SCI after / SCI before; empty if the step does not change the unit."""
    before, after = case.evidence.before.unit, case.evidence.after.unit
    return "" if before == after else f"{after or 'no unit'} per {before or 'no unit'}"
