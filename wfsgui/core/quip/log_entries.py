"""Entries of the activity log of QUIP: what was done with each image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from wfsgui.core.model.events import ProductState
from wfsgui.core.model.exposure import StageState

if TYPE_CHECKING:
    from pathlib import Path

    from wfsgui.core.intake.products import Declined
    from wfsgui.core.judgement.decision import Decision
    from wfsgui.core.model.events import LogLine, ProductResult, Reference, StepFinished
    from wfsgui.core.model.exposure import Exposure, Stage

__all__ = ["EntryKind", "LogEntry", "declined_entries", "exposure_entries", "result_entries", "step_entries"]


class EntryKind(StrEnum):
    """Type of an entry."""

    STATUS = "status"
    WARNING = "warning"
    ERROR = "error"
    DATA = "data"


@dataclass(frozen=True)
class LogEntry:
    """One entry.

    Attributes
    ----------
    kind : EntryKind
        Type of the entry.
    when : datetime
        Time, with its time zone.
    description : str
        What it is about, for example ``jw01234001001_02101_00001_nrca1[photom]``.
    data : tuple of str
        Lines; at least one.
    """

    kind: EntryKind
    when: datetime
    description: str
    data: tuple[str, ...]


def step_entries(event: StepFinished, now: datetime) -> Iterator[LogEntry]:
    """Describe a step of a run.

    Parameters
    ----------
    event : StepFinished
        The step.
    now : datetime
        Time of the entries if the step has no log.

    Yields
    ------
    LogEntry
        One for the step, and one for each warning.
    """
    about, when = f"{event.product}[{event.step}]", _last(event.log, now)
    outcome = f"{event.state}, {event.elapsed:.2f} s" + (f": {event.note}" if event.note else "")
    yield LogEntry(EntryKind.STATUS, when, about, (outcome, *_details(event.parameters, event.references)))
    yield from (LogEntry(EntryKind.WARNING, when, about, (warning,)) for warning in event.warnings)


def result_entries(result: ProductResult, now: datetime) -> Iterator[LogEntry]:
    """Describe the end of a product: the files that were saved, or why there are none.

    Parameters
    ----------
    result : ProductResult
        The end of the product.
    now : datetime
        Time of the entries.

    Yields
    ------
    LogEntry
        One for each file, one for a failure.
    """
    yield from (_saved(result.name, path, now) for path in result.saved)
    if result.state is ProductState.FAILED:
        yield LogEntry(EntryKind.ERROR, now, result.name, (result.error or "failed",))
    if result.state is ProductState.CANCELLED:
        yield LogEntry(EntryKind.WARNING, now, result.name, ("not calibrated: the run was stopped",))


def declined_entries(declined: Iterable[Declined], now: datetime) -> Iterator[LogEntry]:
    """Describe the inputs that were declined, an error each."""
    yield from (LogEntry(EntryKind.ERROR, now, entry.what, (f"not calibrated: {entry.why}",)) for entry in declined)


def exposure_entries(exposure: Exposure, decisions: Sequence[Decision], now: datetime) -> Iterator[LogEntry]:
    """Describe an exposure of the window.

    Parameters
    ----------
    exposure : Exposure
        The exposure.
    decisions : sequence of Decision
        The analyst's decisions on it, oldest first.
    now : datetime
        Time of entries whose own time is not known.

    Yields
    ------
    LogEntry
        Its steps with their warnings and verdicts, its decisions, its failure, the file that was saved.
    """
    name = exposure.product.name
    for step in exposure.steps:
        yield from _stage_entries(name, exposure.stages[step], now)
    for decision in decisions:
        text = (str(decision.judgement), *([f"note: {decision.note}"] if decision.note else []))
        yield LogEntry(EntryKind.STATUS, _time(decision.when, now), f"{name}[decision]", text)
    if exposure.error:
        yield LogEntry(EntryKind.ERROR, now, name, (exposure.error,))
    if exposure.saved is not None:
        yield _saved(name, exposure.saved, now)


def _stage_entries(name: str, stage: Stage, now: datetime) -> Iterator[LogEntry]:
    if not (stage.state.has_run or stage.state is StageState.FAILED):
        return
    about, when = f"{name}[{stage.name}]", _last(stage.log, now)
    outcome = str(stage.state) + (f", {stage.elapsed:.2f} s" if stage.elapsed is not None else "")
    outcome += f": {stage.reason}" if stage.reason else ""
    kind = EntryKind.ERROR if stage.state is StageState.FAILED else EntryKind.STATUS
    yield LogEntry(kind, when, about, (outcome, *_details(stage.parameters, stage.references)))
    yield from (LogEntry(EntryKind.WARNING, when, about, (text,)) for text in (*stage.warnings, *stage.doubts))
    if stage.verdict is not None:
        verdict = stage.verdict
        text = (str(verdict.judgement), *([f"note: {verdict.note}"] if verdict.note else []))
        yield LogEntry(EntryKind.STATUS, _time(verdict.when, now), f"{about} verdict", text)


def _saved(name: str, path: Path, now: datetime) -> LogEntry:
    return LogEntry(EntryKind.STATUS, now, name, (f"saved {path.absolute()}",))


def _details(parameters: Mapping[str, object], references: Iterable[Reference]) -> Iterator[str]:
    if parameters:
        yield "parameters: " + ", ".join(f"{name}={value}" for name, value in parameters.items())
    yield from (f"reference {reference.type}: {reference.name}" for reference in references)


def _last(log: Sequence[LogLine], now: datetime) -> datetime:
    return datetime.fromtimestamp(log[-1].time, UTC) if log else now


def _time(text: str, now: datetime) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return now
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)
