"""Rows of the trend database, written from records and read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from math import isnan, nan
from typing import TYPE_CHECKING, Final

from wfsgui.core.files.names import printable
from wfsgui.core.trend.record import TrendCheck, TrendNumber, TrendRecord
from wfsgui.core.trend.schema import CHECK, DECISION, NUMBER

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["insert", "select"]

_TEXTS: Final = tuple(column for column in DECISION if column != "versions")


def _marks(columns: tuple[str, ...]) -> str:
    return ", ".join("?" * len(columns))


_UPSERT: Final = (
    f"INSERT INTO decision ({', '.join(DECISION)}) VALUES ({_marks(DECISION)}) ON CONFLICT (uid) DO UPDATE SET "
    f"{', '.join(f'{name} = excluded.{name}' for name in DECISION if name != 'uid')} RETURNING id"
)


def insert(connection: Connection, records: Iterable[TrendRecord]) -> None:
    """Insert records, within the transaction of the caller; one whose `uid` is there already is replaced.

    Parameters
    ----------
    connection : Connection
        Connection in a transaction that can write.
    records : iterable of TrendRecord
        The records.
    """
    for record in records:
        values = {name: str(getattr(record, name)) for name in _TEXTS} | {"versions": json.dumps(dict(record.versions))}
        (row,) = connection.execute(_UPSERT, [_storable(values[name]) for name in DECISION]).fetchone()
        _insert_all(connection, "number", NUMBER, row, map(_number_row, record.numbers))
        _insert_all(connection, "check_result", CHECK, row, map(_check_row, record.checks))


def select(connection: Connection) -> tuple[TrendRecord, ...]:
    """Read all records.

    Parameters
    ----------
    connection : Connection
        Connection in a transaction: otherwise the tables may differ in age.

    Returns
    -------
    tuple of TrendRecord
        In the order in which they were stored.
    """
    numbers = {row: tuple(map(_number, cells)) for row, cells in _parts(connection, "number", NUMBER)}
    checks = {row: tuple(map(_check, cells)) for row, cells in _parts(connection, "check_result", CHECK)}
    decisions = connection.execute(f"SELECT id, {', '.join(DECISION)} FROM decision ORDER BY id")
    return tuple(
        _record(dict(zip(DECISION, cells, strict=True)), numbers.get(row, ()), checks.get(row, ()))
        for row, *cells in decisions
    )


def _insert_all(
    connection: Connection,
    table: str,
    columns: tuple[str, ...],
    decision: int,
    rows: Iterable[tuple[object, ...]],
) -> None:
    connection.execute(f"DELETE FROM {table} WHERE decision = ?", (decision,))
    connection.executemany(
        f"INSERT INTO {table} (decision, position, {', '.join(columns)}) VALUES (?, ?, {_marks(columns)})",
        [(decision, position, *map(_storable, row)) for position, row in enumerate(rows)],
    )


def _parts(
    connection: Connection, table: str, columns: tuple[str, ...]
) -> Iterator[tuple[int, list[tuple[object, ...]]]]:
    rows = connection.execute(f"SELECT decision, {', '.join(columns)} FROM {table} ORDER BY decision, position")
    for decision, group in groupby(rows, key=lambda row: row[0]):
        yield decision, [row[1:] for row in group]


def _storable(value: object) -> object:
    """Write NaN as NULL; and names of files may have characters that UTF-8 does not have."""
    if isinstance(value, float):
        return None if isnan(value) else value
    return printable(value) if isinstance(value, str) else value


def _number_row(number: TrendNumber) -> tuple[object, ...]:
    return number.key, number.name, float(number.value), float(number.error), number.unit


def _check_row(check: TrendCheck) -> tuple[object, ...]:
    return (
        check.key,
        check.name,
        str(check.level),
        check.value,
        check.quantity,
        check.limit,
        float(check.limit_value),
        check.source,
    )


def _number(cells: tuple[object, ...]) -> TrendNumber:
    key, name, value, error, unit = cells
    return TrendNumber(str(key), str(name), _float(value), _float(error), str(unit))


def _check(cells: tuple[object, ...]) -> TrendCheck:
    key, name, level, value, quantity, limit, limit_value, source = cells
    return TrendCheck(
        str(key), str(name), str(level), str(value), str(quantity), str(limit), _float(limit_value), str(source)
    )


def _record(
    cells: Mapping[str, object], numbers: tuple[TrendNumber, ...], checks: tuple[TrendCheck, ...]
) -> TrendRecord:
    texts = {name: str(cells[name]) for name in _TEXTS}
    return TrendRecord(**texts, versions=_versions(cells["versions"]), numbers=numbers, checks=checks)


def _versions(text: object) -> dict[str, str]:
    try:
        content = json.loads(str(text))
    except ValueError:
        return {}
    return {str(name): str(version) for name, version in content.items()} if isinstance(content, dict) else {}


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else nan
