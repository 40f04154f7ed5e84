"""Reference files of an exposure as the window lists them: by step, with what is known of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Final

from wfsgui.core.model.events import Reference
from wfsgui.core.model.exposure import Exposure, Stage
from wfsgui.core.references.queries import Origin, ReferenceFile, Standing, StepReference, StepReferences

__all__ = ["Level", "ReferenceRow", "applying", "rows_of", "size_text"]

_CRDS: Final = "crds://"
_YOU: Final = "you"
_MEGABYTE: Final = 1_000_000


class Level(Enum):
    """How much attention a row needs."""

    PLAIN = auto()
    MUTED = auto()
    CARE = auto()
    BAD = auto()


@dataclass(frozen=True)
class ReferenceRow:
    """One reference of one step.

    Attributes
    ----------
    step, kind : str
        The step and the reference type; the step is empty for the parameter reference of the pipeline.
    name : str
        Name of the file; a word if there is none.
    state : str
        Whether it was used, or where it is, in a few words.
    level : Level
        How much attention it needs.
    path : Path or None
        The file, if it is on this computer.
    is_override : bool
        Whether the next run uses another file than the one that CRDS selects.
    details : tuple of (str, str)
        Name and value of what is known of it.
    """

    step: str
    kind: str
    name: str
    state: str
    level: Level = Level.PLAIN
    path: Path | None = None
    is_override: bool = False
    details: tuple[tuple[str, str], ...] = ()


def applying(answer: StepReferences) -> dict[str, tuple[str, ...]]:
    """Return the reference types that apply to an exposure, by step."""
    found: dict[str, tuple[str, ...]] = {}
    for reference in answer.references:
        if reference.standing is not Standing.NOT_APPLICABLE:
            found[reference.step] = (*found.get(reference.step, ()), reference.kind)
    return found


def rows_of(exposure: Exposure, answer: StepReferences) -> tuple[ReferenceRow, ...]:
    """List the references of an exposure.

    Parameters
    ----------
    exposure : Exposure
        The exposure. What a finished step has recorded goes before what its next run would use.
    answer : StepReferences
        Answer of the engine about the next run; without references before it has answered.

    Returns
    -------
    tuple of ReferenceRow
        In the order of the steps; types that do not apply are left out.
    """
    wanted = {(each.step, each.kind): each for each in answer.references}
    recorded = {(name, each.type): each for name, stage in exposure.stages.items() for each in stage.references}
    rows = []
    for step, kind in dict.fromkeys([*wanted, *recorded]):
        following, used = wanted.get((step, kind)), recorded.get((step, kind))
        if used is None and (following is None or following.standing is Standing.NOT_APPLICABLE):
            continue
        rows.append(_row(exposure, answer, step, kind, used, following))
    order = {name: place for place, name in enumerate(exposure.stages)}
    return tuple(sorted(rows, key=lambda row: order.get(row.step, len(order))))


def size_text(size: int) -> str:
    """Write a size in bytes, with its unit."""
    if size < _MEGABYTE / 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} kB" if size < _MEGABYTE else f"{size / _MEGABYTE:.1f} MB"


def _row(
    exposure: Exposure,
    answer: StepReferences,
    step: str,
    kind: str,
    used: Reference | None,
    following: StepReference | None,
) -> ReferenceRow:
    path = used.path if used is not None else (following.path if following is not None else None)
    file = answer.files.get(path, ReferenceFile()) if path is not None else ReferenceFile()
    name = used.name.removeprefix(_CRDS).rpartition("/")[2] if used is not None else _name(following)
    state, level = _state(exposure.stages.get(step), used, following, file)
    is_here = path is not None and (used is not None or (following is not None and _is_here(following)))
    return ReferenceRow(
        step=step,
        kind=kind,
        name=name,
        state=state,
        level=level,
        path=path if is_here else None,
        is_override=following is not None and following.origin is not Origin.CRDS,
        details=tuple(_details(exposure, answer, used, following, path, file)),
    )


def _name(following: StepReference | None) -> str:
    if following is None:
        return ""
    return following.path.name if following.path is not None else str(following.standing)


def _is_here(following: StepReference) -> bool:
    return following.standing in (Standing.CACHED, Standing.GIVEN)


_STATES: Final = {
    Standing.GONE: (str(Standing.GONE), Level.BAD),
    Standing.NOT_FOUND: (str(Standing.NOT_FOUND), Level.BAD),
    Standing.NONE: ("no file", Level.CARE),
    Standing.AWAY: (str(Standing.AWAY), Level.MUTED),
}


def _state(
    stage: Stage | None, used: Reference | None, following: StepReference | None, file: ReferenceFile
) -> tuple[str, Level]:
    if file.fault:
        return "damaged", Level.BAD
    if used is not None:
        return _state_of_used(used, following)
    if following is None or (stage is not None and stage.state.has_run):
        return "not used", Level.MUTED
    return _STATES.get(following.standing, (str(following.standing), Level.PLAIN))


def _state_of_used(used: Reference, following: StepReference | None) -> tuple[str, Level]:
    if used.path is None:
        return "used, not there any more", Level.CARE
    return ("used, another next", Level.CARE) if _differs(used, following) else ("used", Level.PLAIN)


def _differs(used: Reference, following: StepReference | None) -> bool:
    if following is None:
        return False
    return following.path is None or following.path.name != used.name.removeprefix(_CRDS).rpartition("/")[2]


def _details(
    exposure: Exposure,
    answer: StepReferences,
    used: Reference | None,
    following: StepReference | None,
    path: Path | None,
    file: ReferenceFile,
) -> Iterator[tuple[str, str]]:
    if path is not None:
        yield "path", str(path)
    elif used is not None:
        yield "file", used.name
    if used is not None:
        yield "chosen by", _source_of_used(exposure, used)
    elif following is not None:
        yield "chosen by", _source(exposure, answer, following)
        yield "where", _where(following)
    if file.size is not None:
        yield "size", size_text(file.size)
    if file.facts is not None:
        facts = file.facts
        optics = ", ".join("/".join(values) for values in (facts.filters, facts.pupils) if values)
        given: Mapping[str, str] = {
            "for": " ".join(filter(None, (facts.instrument, facts.detector, optics))),
            "pedigree": facts.pedigree,
            "use after": facts.use_after.replace("T", " "),
            "author": facts.author,
            "description": facts.description,
        }
        yield from ((name, value) for name, value in given.items() if value)
    if file.fault:
        yield "fault", file.fault
    if used is not None and following is not None and _differs(used, following):
        yield "next run", f"{_name(following)}, {_source(exposure, answer, following)}"


def _source_of_used(exposure: Exposure, used: Reference) -> str:
    if used.name.startswith(_CRDS):
        return " ".join(filter(None, (str(Origin.CRDS), exposure.context)))
    path = exposure.used_options.parameter_file
    if used.type in exposure.used_options.overrides or path is None:
        return _YOU
    return f"parameter file {path.name}"


def _source(exposure: Exposure, answer: StepReferences, following: StepReference) -> str:
    match following.origin:
        case Origin.ANALYST:
            return _YOU
        case Origin.PARAMETER_FILE:
            path = exposure.options.parameter_file
            return f"parameter file {path.name}" if path is not None else "a parameter file"
    return " ".join(filter(None, (str(Origin.CRDS), answer.context)))


def _where(following: StepReference) -> str:
    match following.standing:
        case Standing.AWAY:
            return "not in the cache: it is downloaded when the step is run"
        case Standing.GONE:
            return "not there: choose another file, or the one that CRDS selects"
        case Standing.NOT_FOUND:
            return "nowhere: CRDS has no file for this exposure, choose one"
        case Standing.NONE:
            return "no file is used"
    return str(following.standing)
