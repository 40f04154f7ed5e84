"""Making and writing of evidence, in a worker thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wfsgui.core.errors import WfsguiError
from wfsgui.core.evidence.records import ExposureRecord
from wfsgui.core.model.stages import STAGES
from wfsgui.core.pair.results import PairSide

if TYPE_CHECKING:
    from pathlib import Path

    from wfsgui.core.evidence.parts import PairPart
    from wfsgui.core.evidence.records import Report
    from wfsgui.core.evidence.writing import Format
    from wfsgui.core.judgement.decision import Decision
    from wfsgui.core.pair.results import PairLink
    from wfsgui.gui.evidence.gathering import EvidenceInput

__all__ = ["EvidenceOrder", "Written", "make_evidence"]


@dataclass(frozen=True)
class EvidenceOrder:
    """Files that the analyst has asked for.

    Attributes
    ----------
    folder : Path
        Their folder.
    formats : tuple of Format
        Kinds of files.
    overwrite : bool
        Whether existing files may be replaced.
    """

    folder: Path
    formats: tuple[Format, ...]
    overwrite: bool = False


@dataclass(frozen=True)
class Written:
    """Result of the work.

    Attributes
    ----------
    files : tuple of Path
        Files that were written.
    notes : tuple of str
        What the evidence does not contain for a reason, one sentence each.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def make_evidence(given: EvidenceInput, order: EvidenceOrder, report: Report) -> Written:
    """Measure what has not been measured, draw the pages and write the files.

    Parameters
    ----------
    given : EvidenceInput
        What the document is made from.
    order : EvidenceOrder
        What is written.
    report : callable
        Receives what is being done; an exception of it ends the work.

    Returns
    -------
    Written
        The files.

    Raises
    ------
    WfsguiError
        If a file cannot be written.
    """
    # Imported here, in the worker thread: the window starts without them.
    from wfsgui.core.evidence.build import evidence_document
    from wfsgui.core.evidence.files_page import Checksums
    from wfsgui.core.evidence.parts import exposure_part, measured_record
    from wfsgui.core.evidence.writing import write_evidence

    records = [measured_record(record, given.context, report) for record in given.records]
    notes: list[str] = []
    pairs: list[PairPart] = []
    by_path = {record.exposure.product.science.path: record for record in records}
    for link, decisions in given.pairs:
        report(f"comparison of {link.first.name} and {link.second.name}")
        try:
            pairs.append(_pair(link, decisions, by_path, given))
        except WfsguiError as error:
            notes.append(f"The pair {link.first.name} and {link.second.name} was not compared: {error}")
    checksums = Checksums()
    parts = [exposure_part(record, given.context, checksums, report) for record in records]
    document = evidence_document(parts, pairs, given.context, name=given.name, left_out=notes)
    files = write_evidence(document, order.folder, report, order.formats, overwrite=order.overwrite)
    return Written(files, (*notes, *(fault for part in parts for fault in part.faults)))


def _pair(
    link: PairLink, decisions: tuple[Decision, ...], by_path: Mapping[Path, ExposureRecord], given: EvidenceInput
) -> PairPart:
    """Compare a pair at the latest stage that both exposures have."""
    from wfsgui.core.evidence.parts import compared_pair, pair_part

    stage = _common_stage([by_path[path] for path in (link.first, link.second) if path in by_path])
    names = _name(link.first, by_path), _name(link.second, by_path)
    sides = _side(link.first, stage, by_path), _side(link.second, stage, by_path)
    return pair_part(compared_pair(link, names, sides, given.context.limits, decisions), given.context)


def _name(path: Path, by_path: Mapping[Path, ExposureRecord]) -> str:
    return by_path[path].name if path in by_path else path.name


def _common_stage(records: list[ExposureRecord]) -> str:
    for name in reversed(STAGES):
        if all(name in record.assessments for record in records):
            return name
    raise WfsguiError("they have no image of the same stage; run both to the same step.")


def _side(path: Path, stage: str, by_path: Mapping[Path, ExposureRecord]) -> PairSide:
    record = by_path.get(path)
    if record is None:
        from wfsgui.core.pair.sides import read_side

        return read_side(path)
    image, regions = record.exposure.stages[stage].image, record.assessments[stage].regions
    if image is None or regions is None:
        raise WfsguiError(f"no star was found in {path.name}.")
    return PairSide(info=record.exposure.product.science.info, stage=stage, image=image, regions=regions)
