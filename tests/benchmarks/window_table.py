"""Writing measurements of the window as tables."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median, quantiles
from typing import TYPE_CHECKING, Final

from tests.benchmarks.table import lines

if TYPE_CHECKING:
    from tests.benchmarks.window_cases import Timing
    from tests.benchmarks.window_growth import Footing

__all__ = ["footing_table", "timing_table"]

_MIB: Final = 2**20
_HEADINGS: Final = ("", "", "median, ms", "ratio", "99 %, ms", "ratio", "longest, ms", "ratio", "times")
_FOOTING_HEADINGS: Final = ("", "exposures", "memory, MiB", "threads", "handles")


def timing_table(title: str, timings: list[Timing]) -> str:
    """Write how long things took.

    Parameters
    ----------
    title : str
        The heading.
    timings : list of Timing
        The ratios are to the first of those that are about the same.

    Returns
    -------
    str
        Lines of text.
    """
    first: dict[str, Timing] = {}
    for timing in timings:
        first.setdefault(timing.what, timing)
    return "\n".join([title, *lines([_HEADINGS, *(_cells(timing, first[timing.what]) for timing in timings)], 2)])


def _cells(timing: Timing, baseline: Timing) -> Iterable[str]:
    is_first = timing is baseline
    pairs = zip(_figures(timing.values), _figures(baseline.values), strict=True)
    measured = [cell for mine, other in pairs for cell in (f"{mine:.1f}", "" if is_first else f"{mine / other:.2f}")]
    return (timing.what if is_first else "", timing.who, *measured, f"{len(timing.values)}")


def _figures(values: list[float]) -> tuple[float, float, float]:
    """Return the median, the 99th percentile and the largest; of one value, itself."""
    percentile = quantiles(values, n=100, method="inclusive")[-1] if len(values) > 1 else values[0]
    return median(values), percentile, max(values)


def footing_table(title: str, footings: dict[str, list[Footing]]) -> str:
    """Write what a long session leaves.

    Parameters
    ----------
    title : str
        The heading.
    footings : dict of str to list of Footing
        By how the exposures are calibrated.

    Returns
    -------
    str
        Lines of text.
    """
    cells = [
        (who if not number else "", f"{at.exposures}", f"{at.memory / _MIB:.0f}", f"{at.threads}", f"{at.handles}")
        for who, found in footings.items()
        for number, at in enumerate(found)
    ]
    return "\n".join([title, *lines([_FOOTING_HEADINGS, *cells], 1)])
