"""Page of the steps of an exposure: state, effect, expectations, warnings and verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wfsgui.core.assess.results import Level
from wfsgui.core.evidence.document import Block, Checks, Heading, Page, Sentence, Table
from wfsgui.core.evidence.records import expectation_line
from wfsgui.core.model.exposure import StageState
from wfsgui.core.model.stages import STEPS, title

if TYPE_CHECKING:
    from wfsgui.core.evidence.records import ExposureRecord
    from wfsgui.core.judgement.verdicts import Verdict
    from wfsgui.core.model.exposure import Stage
    from wfsgui.core.step_checks.evidence import StepEffect

__all__ = ["step_page", "verdict_text"]


def step_page(record: ExposureRecord) -> Page:
    """Make the page of the steps.

    Parameters
    ----------
    record : ExposureRecord
        The exposure.

    Returns
    -------
    Page
        One part for each step.
    """
    blocks: list[Block] = []
    for name in STEPS:
        blocks += _step(record, record.exposure.stages[name])
    earlier = [verdict for verdict in record.exposure.verdicts if not _is_present(record, verdict)]
    if earlier:
        blocks.append(Heading("Verdicts on earlier results of these steps"))
        blocks += [Sentence(f"{verdict.stage}: {verdict_text(verdict)}") for verdict in earlier]
    return Page("What each step did", tuple(blocks), of=record.name)


def verdict_text(verdict: Verdict) -> str:
    """Return a verdict of the analyst on a step as text."""
    note = f": {verdict.note}" if verdict.note else ", without a note"
    return f"{verdict.judgement} on {verdict.when[:16].replace('T', ' ')} UTC{note}"


def _step(record: ExposureRecord, stage: Stage) -> Iterator[Block]:
    yield Heading(title(stage.name))
    elapsed = f", {stage.elapsed:.2f} s" if stage.elapsed is not None else ""
    unit = f", unit {stage.image.unit or 'none'}" if stage.image is not None else ""
    yield Sentence(f"{stage.state.value}{elapsed}{unit}.", Level.BAD if stage.state is StageState.FAILED else None)
    if stage.reason:
        yield Sentence(stage.reason)
    for warning in stage.warnings:
        yield Sentence(warning, Level.BAD if warning == stage.alarm else Level.CARE)
    if stage.verdict is not None:
        yield Sentence(f"Verdict of the analyst: {verdict_text(stage.verdict)}")
    effect = record.effects.get(stage.name)
    if effect is not None:
        yield from _effect(effect)
    elif stage.state.has_run:
        yield Sentence("The effect of this step was not measured.", Level.CANNOT_TELL)


def _effect(effect: StepEffect) -> Iterator[Block]:
    if effect.expectations:
        yield Checks(tuple(expectation_line(each) for each in effect.expectations))
    if effect.facts:
        rows = tuple((fact.name, fact.value) for fact in effect.facts)
        yield Table(("measured", "value"), rows, (1.0, 2.6))
    if effect.transitions:
        flags = tuple((row.name, f"{row.gained:,}", f"{row.lost:,}", f"{row.count:,}") for row in effect.transitions)
        yield Table(("flag", "pixels that gained it", "pixels that lost it", "pixels with it"), flags, (2.0, 1, 1, 1))


def _is_present(record: ExposureRecord, verdict: Verdict) -> bool:
    return any(stage.verdict == verdict for stage in record.exposure.stages.values())
