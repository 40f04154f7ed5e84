"""ECSV tables of all numbers and of all checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wfsgui.core.evidence.document import one_line
from wfsgui.core.files.ecsv import as_ecsv
from wfsgui.core.regions.pixel_numbers import FROM_0

if TYPE_CHECKING:
    from wfsgui.core.evidence.document import EvidenceDocument
    from wfsgui.core.files.ecsv import Values

__all__ = ["check_table", "quantity_table"]


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
