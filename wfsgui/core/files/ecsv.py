"""Tables of measured values, as ECSV files and as text for the clipboard."""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING, Any, TypeAlias

from wfsgui.core.files.atomic_text import write_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from astropy.table import MaskedColumn
    from numpy.typing import NDArray

__all__ = ["Values", "as_ecsv", "as_text", "write_table"]

Values: TypeAlias = "Sequence[object] | NDArray[Any]"
"""A column of numbers or strings; None and NaN stand for a missing value."""


def as_ecsv(
    columns: Mapping[str, Values],
    units: Mapping[str, str],
    meta: Mapping[str, str],
    descriptions: Mapping[str, str] | None = None,
) -> str:
    """Format a table as ECSV, which keeps names, units and types and can also be read as CSV.

    Parameters
    ----------
    columns : mapping of str to Values
        Columns by name, all of the same length.
    units : mapping of str to str
        Units of columns; a column without a unit may be missing or have an empty text.
    meta : mapping of str to str
        Metadata of the table.
    descriptions : mapping of str to str, optional
        Descriptions of columns.

    Returns
    -------
    str
        Content of the file.
    """
    from astropy.table import Table

    table = Table({name: _column(values) for name, values in columns.items()}, meta=dict(meta))
    for name in columns:
        table[name].unit = units.get(name) or None
        table[name].description = (descriptions or {}).get(name)
    text = StringIO()
    table.write(text, format="ascii.ecsv")
    return text.getvalue()


def write_table(
    path: Path,
    columns: Mapping[str, Values],
    units: Mapping[str, str],
    meta: Mapping[str, str],
    descriptions: Mapping[str, str] | None = None,
    *,
    overwrite: bool,
) -> None:
    """Write a table to an ECSV file; the file appears complete or not at all.

    Parameters
    ----------
    path : Path
        The file, usually ``.ecsv``; its folder exists.
    columns, units, meta, descriptions : mapping
        See `as_ecsv`.
    overwrite : bool
        Whether an existing file may be replaced.

    Raises
    ------
    WfsguiError
        If the file exists and may not be replaced, or if it cannot be written.
    """
    write_text(path, as_ecsv(columns, units, meta, descriptions), overwrite=overwrite)


def as_text(
    columns: Mapping[str, Values], units: Mapping[str, str], descriptions: Mapping[str, str] | None = None
) -> str:
    """Format a table as tab-separated text, which spreadsheets accept from the clipboard.

    Parameters
    ----------
    columns, units, descriptions : mapping
        See `as_ecsv`.

    Returns
    -------
    str
        Tab-separated lines. The first line has names, units and descriptions, such as ``flux [Jy]`` or
        ``x [pix] (pixels count from 1)``. Numbers have all their digits, None is empty, and a tab or a line end in a
        text becomes a space.
    """
    titles = [_title(name, units.get(name), (descriptions or {}).get(name)) for name in columns]
    rows = [titles, *zip(*columns.values(), strict=True)]
    return "".join("\t".join(_cell(value) for value in row) + "\n" for row in rows)


def _title(name: str, unit: str | None, description: str | None) -> str:
    return " ".join([name, *([f"[{unit}]"] if unit else []), *([f"({description})"] if description else [])])


def _cell(value: object) -> str:
    return "" if value is None else re.sub(r"[\t\r\n]+", " ", str(value))


def _column(values: Values) -> Values | MaskedColumn:
    """Mask None: otherwise astropy makes a column of objects."""
    from astropy.table import MaskedColumn

    missing = [value is None for value in values]
    if not any(missing):
        return values
    kind = next((type(value) for value in values if value is not None), float)
    return MaskedColumn([kind() if value is None else value for value in values], mask=missing)
