"""Table of decisions, one row each, for an ECSV file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import TYPE_CHECKING, Final

from wfsgui.core.trend.schema import DECISION

if TYPE_CHECKING:
    from wfsgui.core.files.ecsv import Values
    from wfsgui.core.trend.record import TrendRecord

__all__ = ["TrendTable", "trend_table"]

_TEXTS: Final = tuple(name for name in DECISION if name not in ("uid", "versions"))
_ABOUT: Final = {
    "time": "start of the exposure, UTC",
    "aperture": "field point",
    "decided": "time of the decision, UTC",
    "level": "worst level of the checks",
    "versions": "software",
    "context": "CRDS context",
    "rate": "path of the exposure",
    "result": "path of the saved result",
    "folder": "folder of the visit",
}


@dataclass
class TrendTable:
    """Columns for `wfsgui.core.files.ecsv.write_table`.

    Attributes
    ----------
    columns : dict of str to Values
        Columns by name; None for a number that was not measured.
    units, descriptions : dict of str to str
        Units and descriptions of columns that have one.
    """

    columns: dict[str, Values] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)


def trend_table(records: Iterable[TrendRecord]) -> TrendTable:
    """Make a table of decisions.

    Parameters
    ----------
    records : iterable of TrendRecord
        The decisions, one row each.

    Returns
    -------
    TrendTable
        Texts of the decision; then value, ``_error`` and ``_limit`` of each number, and ``level_`` of each check. A
        number that was stored in two units has columns for each of them: the later ones end in ``_2`` and so on.
    """
    rows = tuple(records)
    table = TrendTable()
    for name in _TEXTS:
        table.columns[name] = [str(getattr(row, name)) for row in rows]
    table.columns["versions"] = [_versions_text(row) for row in rows]
    table.descriptions |= _ABOUT
    for key, unit in dict.fromkeys((number.key, number.unit) for row in rows for number in row.numbers):
        _add_number(table, rows, key, unit)
    for key, name in {check.key: check.name for row in rows for check in row.checks}.items():
        column = _free(f"level_{key}", table.columns)
        levels = [{check.key: check.level for check in row.checks} for row in rows]
        table.columns[column] = [found.get(key, "") for found in levels]
        table.descriptions[column] = name
    return table


def _free(name: str, taken: Iterable[str]) -> str:
    names = set(taken)
    number = 1
    while (free := name if number == 1 else f"{name}_{number}") in names:
        number += 1
    return free


def _add_number(table: TrendTable, rows: Sequence[TrendRecord], key: str, unit: str) -> None:
    column = _free(key, table.columns)
    found = [row.number(key, unit) for row in rows]
    names = [number.name for row in rows for number in row.numbers if (number.key, number.unit) == (key, unit)]
    parts: tuple[tuple[str, str, list[float | None]], ...] = (
        (column, names[-1], [number.value if number is not None else None for number in found]),
        (f"{column}_error", "standard deviation", [_known(number.error) if number else None for number in found]),
        (f"{column}_limit", "limit in force", [_limit(row, key) if row.number(key, unit) else None for row in rows]),
    )
    for wanted, description, cells in parts:
        title = _free(wanted, table.columns)
        # A column without any value has no type.
        table.columns[title] = cells if any(cell is not None for cell in cells) else [nan] * len(cells)
        table.units[title], table.descriptions[title] = unit, description


def _limit(row: TrendRecord, key: str) -> float | None:
    return next((check.limit_value for check in row.checks_of(key) if isfinite(check.limit_value)), None)


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _versions_text(row: TrendRecord) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(row.versions.items()))
