"""Differences between two branches of an exposure, as tables of texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.assess.results import Assessment
from wfsgui.core.measure.number_text import number, with_uncertainty
from wfsgui.core.model.exposure import Stage
from wfsgui.core.model.stages import CAL, STAGES, STEPS, title

__all__ = ["DifferenceRow", "DifferenceTable", "Topic", "compare_branches"]

_NOT_RUN: Final = "not run"
_MISSING: Final = ""


class Topic(StrEnum):
    """What two branches are compared by."""

    PARAMETERS = "Parameters"
    REFERENCES = "References"
    NUMBERS = "Numbers"
    HEADER = "Header"
    LOG = "Log"


@dataclass(frozen=True)
class DifferenceRow:
    """One value of two branches.

    Attributes
    ----------
    where : str
        Stage, or kind of the value.
    name : str
        What it is.
    first, second : str
        The values as text; empty where a branch has none.
    differs : bool
        Whether they differ.
    """

    where: str
    name: str
    first: str
    second: str
    differs: bool


@dataclass(frozen=True)
class DifferenceTable:
    """One topic.

    Attributes
    ----------
    topic : Topic
        The topic.
    rows : tuple of DifferenceRow
        Those that differ first, else in the order of the steps.
    """

    topic: Topic
    rows: tuple[DifferenceRow, ...]

    @property
    def count(self) -> int:
        """Number of rows that differ."""
        return sum(row.differs for row in self.rows)


Stages = Mapping[str, Stage]
"""All stages of a branch, by name."""

Assessed = Mapping[str, Assessment]
"""The assessments of a branch by stage; stages that have none are missing."""


def compare_branches(
    first: Stages, second: Stages, assessed: tuple[Assessed, Assessed] | None = None
) -> tuple[DifferenceTable, ...]:
    """Compare two branches by everything but their images on screen.

    Parameters
    ----------
    first, second : mapping of str to Stage
        All stages of two branches of one product.
    assessed : tuple of mapping of str to Assessment, optional
        What was measured of the two.

    Returns
    -------
    tuple of DifferenceTable
        One for each `Topic`, in that order.
    """
    pairs = [(first[name], second[name]) for name in STAGES]
    rows: dict[Topic, Iterator[DifferenceRow]] = {
        Topic.PARAMETERS: _parameters(pairs),
        Topic.REFERENCES: _references(pairs),
        Topic.NUMBERS: _numbers(pairs, assessed or ({}, {})),
        Topic.HEADER: _header(pairs),
        Topic.LOG: _log(pairs),
    }
    # Sorting is stable: the order of the steps stays.
    return tuple(
        DifferenceTable(topic, tuple(sorted(found, key=lambda row: not row.differs))) for topic, found in rows.items()
    )


_Pairs = Sequence[tuple[Stage, Stage]]


def _parameters(pairs: _Pairs) -> Iterator[DifferenceRow]:
    for one, other in _steps(pairs):
        yield from _states(one, other)
        if one.state.has_run and other.state.has_run:
            yield from _mapped(title(one.name), _texts(one.parameters), _texts(other.parameters))


def _references(pairs: _Pairs) -> Iterator[DifferenceRow]:
    for one, other in _steps(pairs):
        if one.state.has_run or other.state.has_run:
            named = [{each.type: each.name for each in stage.references} for stage in (one, other)]
            yield from _mapped(title(one.name), *named)


def _header(pairs: _Pairs) -> Iterator[DifferenceRow]:
    """Compare the metadata of the last stage that both have."""
    both = [(one, other) for one, other in pairs if one.metadata and other.metadata]
    if both:
        one, other = both[-1]
        yield from _mapped(title(one.name), one.metadata, other.metadata)


def _log(pairs: _Pairs) -> Iterator[DifferenceRow]:
    """Compare the log records of each step line by line, without their times."""
    for one, other in _steps(pairs):
        texts, other_texts = ([line.text for line in stage.log] for stage in (one, other))
        matcher = SequenceMatcher(a=texts, b=other_texts, autojunk=False)
        for kind, begin, end, other_begin, other_end in matcher.get_opcodes():
            lines, others = texts[begin:end], other_texts[other_begin:other_end]
            for place in range(max(len(lines), len(others))):
                first, second = (part[place] if place < len(part) else _MISSING for part in (lines, others))
                yield DifferenceRow(title(one.name), "", first, second, kind != "equal")


def _numbers(pairs: _Pairs, assessed: tuple[Assessed, Assessed]) -> Iterator[DifferenceRow]:
    for one, other in pairs:
        # The result has the image of the last step.
        if one.name != CAL:
            yield from _images(one, other)
            yield from _assessments(title(one.name), *(found.get(one.name) for found in assessed))


def _images(one: Stage, other: Stage) -> Iterator[DifferenceRow]:
    """Compare the images of a stage pixel by pixel; NaN equals NaN."""
    if one.image is None or other.image is None:
        return
    where = title(one.name)
    if one.image is other.image:
        yield DifferenceRow(where, "image", "shared", "shared", differs=False)
        return
    yield _row(where, "unit", one.image.unit, other.image.unit)
    values, others = one.image.sci, other.image.sci
    if values.shape != others.shape:
        yield _row(where, "shape", str(values.shape), str(others.shape))
        return
    is_same = (values == others) | (np.isnan(values) & np.isnan(others))
    count = is_same.size - int(np.count_nonzero(is_same))
    yield DifferenceRow(where, "SCI pixels that differ", _MISSING, str(count), differs=count > 0)
    empty = [int(np.count_nonzero(np.isnan(sci))) for sci in (values, others)]
    yield _row(where, "pixels without a value", *map(str, empty))
    yield _row(where, "median", *(number(_median(sci), one.image.unit) for sci in (values, others)))
    flagged = int(np.count_nonzero(one.image.dq != other.image.dq))
    yield DifferenceRow(where, "DQ pixels that differ", _MISSING, str(flagged), differs=flagged > 0)


def _assessments(where: str, one: Assessment | None, other: Assessment | None) -> Iterator[DifferenceRow]:
    """Compare the numbers of the star and the checks of a stage."""
    if one is None and other is None:
        return
    yield from _mapped(where, _quantities(one), _quantities(other))
    yield from _mapped(where, _checks(one), _checks(other))


def _quantities(assessment: Assessment | None) -> dict[str, str]:
    quantities = assessment.quantities if assessment is not None else ()
    return {each.name: with_uncertainty(each.value, each.error, each.unit) for each in quantities}


def _checks(assessment: Assessment | None) -> dict[str, str]:
    checks = assessment.checks if assessment is not None else ()
    return {f"check of {each.name}": ", ".join(filter(None, (str(each.level), each.value))) for each in checks}


def _states(one: Stage, other: Stage) -> Iterator[DifferenceRow]:
    state, other_state = (stage.state.value if stage.state.has_run else _NOT_RUN for stage in (one, other))
    if state != other_state:
        yield DifferenceRow(title(one.name), "state", state, other_state, differs=True)


def _steps(pairs: _Pairs) -> Iterator[tuple[Stage, Stage]]:
    return ((one, other) for one, other in pairs if one.name in STEPS)


def _mapped(where: str, first: Mapping[str, str], second: Mapping[str, str]) -> Iterator[DifferenceRow]:
    """Compare two mappings, in the order of their keys."""
    for name in dict.fromkeys((*first, *second)):
        yield _row(where, name, first.get(name, _MISSING), second.get(name, _MISSING))


def _row(where: str, name: str, first: str, second: str) -> DifferenceRow:
    return DifferenceRow(where, name, first, second, first != second)


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _median(sci: NDArray[np.float32]) -> float:
    finite = sci[np.isfinite(sci)]
    return float(np.median(finite)) if finite.size else float("nan")
