"""Writing measurements as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.benchmarks.cases import Row
    from tests.benchmarks.measure import Sample

__all__ = ["growth", "lines", "table"]

_MIB: Final = 2**20
_HEADINGS: Final = ("", "wall, s", "ratio", "CPU, s", "ratio", "peak, MiB", "ratio", "stolen", "others")


def table(title: str, rows: list[Row]) -> str:
    """Write the rows of a case: medians, and ranges in brackets.

    Parameters
    ----------
    title : str
        Its heading.
    rows : list of Row
        The measurements. The ratios are to the first row with as many products, round by round.

    Returns
    -------
    str
        Lines of text.
    """
    return "\n".join([title, *lines([_HEADINGS, *(_cells(row, _comparable(row, rows)) for row in rows)], 1)])


def lines(cells: Iterable[Iterable[str]], names: int) -> list[str]:
    """Set cells in columns.

    Parameters
    ----------
    cells : iterable of iterable of str
        Row by row, all of one length.
    names : int
        How many of the first columns are flush left; figures are flush right.

    Returns
    -------
    list of str
        A line for each row.
    """
    rows = [list(row) for row in cells]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [_line(row, widths, names) for row in rows]


def _comparable(row: Row, rows: list[Row]) -> list[Row]:
    return [other for other in rows if other.side.products == row.side.products]


def _line(row: list[str], widths: list[int], names: int) -> str:
    set_left = [cell.ljust(width) for cell, width in zip(row[:names], widths[:names], strict=True)]
    set_right = [cell.rjust(width) for cell, width in zip(row[names:], widths[names:], strict=True)]
    return "  ".join(["", *set_left, *set_right]).rstrip()


def _cells(row: Row, comparable: list[Row]) -> tuple[str, ...]:
    return (
        row.side.label,
        _spread(map(_wall, row.samples), 2),
        _ratios(row, comparable, _wall),
        f"{median(map(_cpu, row.samples)):.2f}",
        _ratios(row, comparable, _cpu),
        _spread(map(_peak, row.samples), 0),
        _ratios(row, comparable, _peak),
        _largest(sample.stolen for sample in row.samples),
        _largest(sample.others for sample in row.samples),
    )


def _wall(sample: Sample) -> float:
    return sample.cost.wall


def _cpu(sample: Sample) -> float:
    return sample.cost.cpu


def _peak(sample: Sample) -> float:
    return sample.cost.peak / _MIB


def _ratios(row: Row, comparable: list[Row], measure: Callable[[Sample], float]) -> str:
    baseline = comparable[0]
    if row is baseline:
        return "1" if len(comparable) > 1 else "-"
    pairs = zip(row.samples, baseline.samples, strict=True)
    return _spread((measure(mine) / measure(theirs) for mine, theirs in pairs), 2)


def _spread(values: Iterable[float], digits: int) -> str:
    found = list(values)
    return f"{median(found):.{digits}f} ({min(found):.{digits}f}-{max(found):.{digits}f})"


def _largest(shares: Iterable[float]) -> str:
    return f"{max(shares):.1%}"


def growth(rows: list[Row]) -> list[str]:
    """Say how the peak memory grows with the number of products.

    Parameters
    ----------
    rows : list of Row
        The measurements.

    Returns
    -------
    list of str
        A line for each command that was measured with several numbers of products.
    """
    commands: dict[str, list[Row]] = {}
    for row in rows:
        commands.setdefault(row.side.name, []).append(row)
    return [_growth(name, found[0], found[-1]) for name, found in commands.items() if len(found) > 1]


def _growth(name: str, few: Row, many: Row) -> str:
    low, high = (median(map(_peak, row.samples)) for row in (few, many))
    added = (high - low) / (many.side.products - few.side.products)
    return (
        f"  {name:<12} {low:.0f} MiB for {few.side.products} products, {high:.0f} MiB for {many.side.products}: "
        f"{added:+.0f} MiB for each product more"
    )
