"""Page of the files, references, versions and parameters of an exposure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.evidence.document import Block, Checks, Heading, Page, Sentence, Table
from wfsgui.core.evidence.records import card_line
from wfsgui.core.model.stages import STEPS, title
from wfsgui.core.visit.card import PreflightCard
from wfsgui.core.visit.preflight import EngineKnowledge, preflight_card

if TYPE_CHECKING:
    from wfsgui.core.evidence.records import EvidenceContext, ExposureRecord, Report
    from wfsgui.core.model.parameters import ParameterSpec

__all__ = [
    "Checksum",
    "Checksums",
    "ChosenParameter",
    "chosen_parameters",
    "exposure_card",
    "files_page",
    "hashed_files",
]

_PIECE: Final = 1 << 20
# The steps have recorded their reference files, and the free disk space of this moment says nothing of the result.
_OF_THE_RUN: Final = ("references", "disk space")
_NO_REFERENCE: Final = "N/A"
_IN_CACHE: Final = "crds://"


@dataclass(frozen=True)
class Checksum:
    """Size and checksum of a file.

    Attributes
    ----------
    role : str
        What the file is, for example ``science exposure``.
    path : Path
        The file.
    size : int
        Bytes; 0 if it could not be read.
    sha256 : str
        Checksum in hexadecimal digits; empty if the file could not be read.
    fault : str
        Why it could not be read, one sentence; empty if it could.
    """

    role: str
    path: Path
    size: int
    sha256: str
    fault: str = ""


class Checksums:
    """Checksums of files, each file read once, because exposures share backgrounds."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, int, int], str] = {}

    def of(self, path: Path, role: str, report: Report) -> Checksum:
        """Compute the checksum of a file.

        Parameters
        ----------
        path : Path
            The file.
        role : str
            What the file is.
        report : callable
            Receives the name of the file for each megabyte that is read; an exception of it ends the work.

        Returns
        -------
        Checksum
            The checksum, or why there is none.
        """
        try:
            state = path.stat()
            key = (path, state.st_size, state.st_mtime_ns)
            if key not in self._known:
                self._known[key] = _digest(path, report)
        except OSError as error:
            return Checksum(role, path, 0, "", f"{path.name} cannot be read ({error.strerror}): it has no checksum.")
        return Checksum(role, path, state.st_size, self._known[key])


def hashed_files(record: ExposureRecord, checksums: Checksums, report: Report) -> tuple[Checksum, ...]:
    """Compute the checksums of the inputs and the results of an exposure.

    Parameters
    ----------
    record : ExposureRecord
        The exposure.
    checksums : Checksums
        Checksums that are known.
    report : callable
        Receives what is being done.

    Returns
    -------
    tuple of Checksum
        Inputs first, results last.
    """
    return tuple(checksums.of(path, role, report) for role, path in _files(record))


def exposure_card(record: ExposureRecord, context: EvidenceContext) -> PreflightCard:
    """Return the preflight card of an exposure, without what is known better after the run."""
    exposure = record.exposure
    installed = context.engine.versions.get("jwst") or version("jwst")
    knowledge = EngineKnowledge(jwst_version=installed, crds_context=exposure.context, references=None)
    card = preflight_card(exposure.product, knowledge)
    return PreflightCard(card.product, tuple(line for line in card.lines if line.what not in _OF_THE_RUN))


@dataclass(frozen=True)
class ChosenParameter:
    """Parameter of a step that differs from its default, or that the analyst has set.

    Attributes
    ----------
    step, name : str
        Step and parameter.
    value : str
        Value that was used, or that was asked for if the step has not run.
    default : str
        Default of the step; empty if it is not known.
    by_analyst : bool
        Whether the analyst set it; a parameter reference of CRDS did so otherwise.
    """

    step: str
    name: str
    value: str
    default: str
    by_analyst: bool


def chosen_parameters(record: ExposureRecord, context: EvidenceContext) -> tuple[ChosenParameter, ...]:
    """List the parameters that differ from their defaults and those that the analyst has set.

    Parameters
    ----------
    record : ExposureRecord
        The exposure.
    context : EvidenceContext
        Has the defaults.

    Returns
    -------
    tuple of ChosenParameter
        In the order of the steps.
    """
    return tuple(_chosen(record, context))


def _chosen(record: ExposureRecord, context: EvidenceContext) -> Iterator[ChosenParameter]:
    options = record.exposure.options
    for step in STEPS:
        asked = dict(options.parameters.get(step, {}))
        if step in options.skip:
            asked["skip"] = "True"
        specs: dict[str, ParameterSpec] = {spec.name: spec for spec in context.engine.parameters.get(step, ())}
        used = {
            name: value
            for name, value in record.exposure.stages[step].parameters.items()
            if name in asked or (name in specs and not specs[name].is_default(value))
        }
        for name, value in (asked | used).items():
            default = specs[name].default if name in specs else ""
            yield ChosenParameter(step, name, str(value), default, name in asked)


def files_page(
    record: ExposureRecord, context: EvidenceContext, card: PreflightCard, files: tuple[Checksum, ...]
) -> Page:
    """Make the page of files, references, versions and parameters.

    Parameters
    ----------
    record : ExposureRecord
        The exposure.
    context : EvidenceContext
        Circumstances of the run.
    card : PreflightCard
        Preflight card of the exposure.
    files : tuple of Checksum
        Inputs and results.

    Returns
    -------
    Page
        The page.
    """
    blocks: list[Block] = [
        Heading("Files"),
        *_files_blocks(files, context),
        Heading("Reference files"),
        *_reference_blocks(record, context),
        Heading("Parameters that differ from the default"),
        *_parameter_blocks(record, context),
        Heading("Before the run (preflight card)"),
        Checks(tuple(card_line(line) for line in card.lines)),
    ]
    return Page("Files, references and parameters", tuple(blocks), of=record.name)


def _files_blocks(files: tuple[Checksum, ...], context: EvidenceContext) -> Iterator[Block]:
    rows = tuple((each.role, str(each.path), f"{each.size:,}", each.sha256 or each.fault) for each in files)
    yield Table(("what", "file", "bytes", "sha256"), rows, (0.9, 2.2, 0.8, 2.6))
    when = context.when[:16].replace("T", " ")
    yield Sentence(f"Checksums are of the files as they were on {when} UTC, when this was written.", is_small=True)


def _reference_blocks(record: ExposureRecord, context: EvidenceContext) -> Iterator[Block]:
    crds = context.engine.crds
    chosen = crds.get("CRDS_CONTEXT", "")
    rows = (
        ("CRDS context", record.exposure.context or "not known: the exposure was not opened"),
        ("chosen by", f"CRDS_CONTEXT = {chosen}" if chosen else "the server: no context was set"),
        ("CRDS server", crds.get("CRDS_SERVER_URL", "") or "not known"),
        ("cache", crds.get("CRDS_PATH", "") or "not known"),
    )
    yield Table(("", ""), rows, (1.0, 4.0))
    overrides = record.exposure.options.overrides
    used = tuple(
        (
            title(stage.name),
            reference.type,
            reference.name.removeprefix(_IN_CACHE),
            "chosen by the analyst" if reference.type in overrides else "CRDS",
        )
        for stage in record.exposure.stages.values()
        for reference in stage.references
    )
    if used:
        yield Table(("step", "type", "file", "chosen by"), used, (1.0, 1.2, 3.2, 1.2))
    else:
        yield Sentence("No step recorded a reference file.")
    without = [kind for kind, path in overrides.items() if path == _NO_REFERENCE]
    if without:
        yield Sentence(f"The analyst chose no file for {', '.join(without)}.")


def _parameter_blocks(record: ExposureRecord, context: EvidenceContext) -> Iterator[Block]:
    options = record.exposure.options
    if options.parameter_file is not None:
        yield Sentence(f"Parameter file of the run: {options.parameter_file}")
    rows = tuple(
        (
            title(each.step),
            each.name,
            each.value,
            each.default or "not known",
            "the analyst" if each.by_analyst else "a parameter file or CRDS",
        )
        for each in chosen_parameters(record, context)
    )
    if rows:
        yield Table(("step", "parameter", "value", "default", "set by"), rows, (1.0, 1.4, 1.6, 1.4, 1.6))
    elif context.engine.parameters:
        yield Sentence("None: every parameter has its default.")
    else:
        yield Sentence("The analyst set none. The defaults of the steps are not known here.")
    if options.stop_after:
        yield Sentence(f"The run ends after {options.stop_after}, as asked.")


def _files(record: ExposureRecord) -> Iterator[tuple[str, Path]]:
    """Yield what each file is, and the file; each file once."""
    exposure = record.exposure
    product, options = exposure.product, exposure.options
    results = [*record.saved, *filter(None, (exposure.saved or exposure.result,))]
    found = [
        ("science exposure", product.science.path),
        *(("background", member.path) for member in product.backgrounds),
        *(
            (f"{kind} reference", Path(path))
            for kind, path in sorted(options.overrides.items())
            if path != _NO_REFERENCE
        ),
        *((("parameter file", options.parameter_file),) if options.parameter_file is not None else ()),
        *(("result", path) for path in results),
    ]
    seen: set[Path] = set()
    for role, path in found:
        if path not in seen:
            seen.add(path)
            yield role, path


def _digest(path: Path, report: Report) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            report(f"checksum of {path.name}")
            digest.update(piece)
    return digest.hexdigest()
