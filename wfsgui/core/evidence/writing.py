"""Writing of the evidence files: each appears complete or not at all, and replaces no file unless asked."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.evidence.document import one_line
from wfsgui.core.evidence.html import as_html
from wfsgui.core.evidence.pdf import as_pdf
from wfsgui.core.files.atomic_text import write_bytes
from wfsgui.core.files.ecsv import as_ecsv
from wfsgui.core.regions.pixel_numbers import FROM_0

if TYPE_CHECKING:
    from pathlib import Path

    from wfsgui.core.evidence.document import EvidenceDocument
    from wfsgui.core.evidence.records import Report
    from wfsgui.core.files.ecsv import Values

__all__ = [
    "ALL_FORMATS",
    "Format",
    "as_json",
    "check_names",
    "check_table",
    "evidence_files",
    "quantity_table",
    "write_evidence",
]


class Format(StrEnum):
    """Kinds of evidence files."""

    HTML = "HTML"
    PDF = "PDF"
    JSON = "JSON"
    ECSV = "ECSV"


ALL_FORMATS: Final = tuple(Format)

_ENDINGS: Final = {
    Format.HTML: (".html",),
    Format.PDF: (".pdf",),
    Format.JSON: (".json",),
    Format.ECSV: ("_checks.ecsv", "_quantities.ecsv"),
}


def evidence_files(folder: Path, name: str, formats: Collection[Format] = ALL_FORMATS) -> tuple[Path, ...]:
    """Return the files that a document has.

    Parameters
    ----------
    folder : Path
        Their folder.
    name : str
        Base name of the document.
    formats : collection of Format, optional
        Kinds of files.

    Returns
    -------
    tuple of Path
        In the order in which they are written.
    """
    return tuple(folder / f"{name}{ending}" for kind in Format if kind in formats for ending in _ENDINGS[kind])


def check_names(files: Collection[Path]) -> None:
    """Check that no file of these names exists.

    Parameters
    ----------
    files : collection of Path
        Files that are to be written.

    Raises
    ------
    WfsguiError
        If one exists; the sentence names it.
    """
    for path in files:
        if os.path.lexists(path):
            raise WfsguiError(f"{path} exists and is kept; choose another folder or ask to overwrite it.")


def as_json(document: EvidenceDocument) -> str:
    """Write the numbers of a document as JSON; characters beyond ASCII are escaped."""
    return json.dumps(document.data, indent=1, allow_nan=False) + "\n"


def quantity_table(document: EvidenceDocument) -> str:
    """Return the table of all numbers as ECSV; each row has its own unit."""
    rows = document.quantities
    columns: dict[str, Values] = {
        "of": [one_line(row.of) for row in rows],
        "stage": [row.stage for row in rows],
        "key": [row.quantity.key for row in rows],
        "name": [one_line(row.quantity.name) for row in rows],
        "value": [float(row.quantity.value) for row in rows],
        "error": [float(row.quantity.error) for row in rows],
        "unit": [row.quantity.unit for row in rows],
        "region": [FROM_0.region(row.quantity.region) if row.quantity.region is not None else "" for row in rows],
        "definition": [one_line(row.quantity.definition) for row in rows],
        "reason": [one_line(row.quantity.reason) for row in rows],
    }
    descriptions = {"unit": "unit of value and error", "region": FROM_0.convention}
    return as_ecsv(columns, {}, _meta(document), descriptions)


def check_table(document: EvidenceDocument) -> str:
    """Return the table of all checks as ECSV."""
    rows = document.checks
    columns: dict[str, Values] = {
        "of": [one_line(row.of) for row in rows],
        "kind": [row.kind for row in rows],
        "stage": [row.stage for row in rows],
        "key": [one_line(row.check.key) for row in rows],
        "name": [one_line(row.check.name) for row in rows],
        "level": [str(row.check.level) for row in rows],
        "value": [one_line(row.check.value) for row in rows],
        "limit": [one_line(row.check.limit) for row in rows],
        "source": [one_line(row.check.source) for row in rows],
        "finding": [one_line(row.check.finding) for row in rows],
        "x": [float(row.check.place[0]) if row.check.place else float("nan") for row in rows],
        "y": [float(row.check.place[1]) if row.check.place else float("nan") for row in rows],
    }
    return as_ecsv(columns, {"x": "pix", "y": "pix"}, _meta(document), dict.fromkeys("xy", FROM_0.convention))


def _meta(document: EvidenceDocument) -> dict[str, str]:
    return {"title": one_line(document.title), "made": document.made}


def write_evidence(
    document: EvidenceDocument,
    folder: Path,
    report: Report,
    formats: Collection[Format] = ALL_FORMATS,
    *,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write the files of a document.

    Parameters
    ----------
    document : EvidenceDocument
        The document.
    folder : Path
        Folder of the files; created if it is missing.
    report : callable
        Receives what is being done; an exception of it ends the work.
    formats : collection of Format, optional
        Kinds of files.
    overwrite : bool, optional
        Whether existing files may be replaced.

    Returns
    -------
    tuple of Path
        The files, which are complete.

    Raises
    ------
    WfsguiError
        If a file exists and may not be replaced, or cannot be written. No file was written or replaced in the first
        case; files that were written before the fault stay in the second.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "it cannot be created"
        raise WfsguiError(f"The folder {folder} cannot be used ({reason}); choose another one.") from error
    files = evidence_files(folder, document.name, formats)
    if not overwrite:
        check_names(files)
    contents: list[bytes] = []
    for kind in Format:
        if kind in formats:
            report(f"{kind} file")
            contents += _contents(document, kind, report)
    # Not stopped any more: either no file is written or all are.
    for path, content in zip(files, contents, strict=True):
        write_bytes(path, content, overwrite=overwrite)
    return files


def _contents(document: EvidenceDocument, kind: Format, report: Report) -> list[bytes]:
    match kind:
        case Format.HTML:
            return [as_html(document).encode()]
        case Format.PDF:
            return [as_pdf(document, report)]
        case Format.JSON:
            return [as_json(document).encode()]
        case Format.ECSV:
            return [check_table(document).encode(), quantity_table(document).encode()]
