"""Writing measurements as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.benchmarks.cases import Row
    from tests.benchmarks.measure import Sample

__all__ = ["growth", "table"]

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
    cells = [_HEADINGS, *(_cells(row, _comparable(row, rows)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join([title, *(_line(line, widths) for line in cells)])


def _comparable(row: Row, rows: list[Row]) -> list[Row]:
    return [other for other in rows if other.side.products == row.side.products]


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    name, *others = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return "  ".join(["", name.strip().ljust(len(name)), *others]).rstrip()


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
