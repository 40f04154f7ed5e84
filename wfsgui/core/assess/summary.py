"""Summary of checks: overall result and counts, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from wfsgui.core.assess.results import Level

__all__ = ["count_text", "overall_level", "overall_text"]

_ORDER: Final = tuple(Level)
_OVERALL: Final = {
    Level.GOOD: "Fit",
    Level.CANNOT_TELL: "Fit with care",
    Level.CARE: "Fit with care",
    Level.BAD: "Not fit",
}
_COUNTED: Final = {
    Level.GOOD: ("as expected", "as expected"),
    Level.BAD: ("failed", "failed"),
    Level.CARE: ("warning", "warnings"),
    Level.CANNOT_TELL: ("unknown", "unknown"),
}


def overall_level(levels: Iterable[Level]) -> Level:
    """Return the worst level; `Level.CANNOT_TELL` if there is none."""
    return max(levels, key=_ORDER.index, default=Level.CANNOT_TELL)


def overall_text(levels: Iterable[Level]) -> str:
    """Return the overall result in words.

    Parameters
    ----------
    levels : iterable of Level
        Results of the checks.

    Returns
    -------
    str
        ``Fit``, ``Fit with care``, ``Not fit``, or ``Cannot tell`` if no check has a result.
    """
    results = list(levels)
    if all(level is Level.CANNOT_TELL for level in results):
        return "Cannot tell"
    return _OVERALL[overall_level(results)]


def count_text(levels: Iterable[Level]) -> str:
    """Return the counts of the results, for example ``13 checks: 11 as expected, 1 warning, 1 unknown``."""
    counts = Counter(levels)
    total = counts.total()
    if not total:
        return "No checks"
    parts = [f"{counts[level]} {words[counts[level] > 1]}" for level, words in _COUNTED.items() if counts[level]]
    return f"{total} check{'s' * (total > 1)}: {', '.join(parts)}"
