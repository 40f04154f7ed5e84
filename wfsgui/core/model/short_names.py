"""Short names of exposures, without the parts that all names share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

__all__ = ["short_names"]

_PART: Final = "_"
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"


def short_names(names: Sequence[str]) -> list[str]:
    """Shorten names to the parts in which they differ.

    Parameters
    ----------
    names : sequence of str
        Names with parts between underscores, such as ``jw99001001001_03101_00002_nrca3``.

    Returns
    -------
    list of str
        Short names in the same order, from the first part that differs to the last one, such as ``…00002…``. The
        names are returned unchanged if they have different numbers of parts or do not differ.
    """
    parts = [name.split(_PART) for name in names]
    if len({len(each) for each in parts}) != 1:
        return list(names)
    differing = [place for place, values in enumerate(zip(*parts, strict=True)) if len(set(values)) > 1]
    if not differing:
        return list(names)
    first, last = differing[0], differing[-1] + 1
    begin, end = (_ELLIPSIS if first else ""), (_ELLIPSIS if last < len(parts[0]) else "")
    return [f"{begin}{_PART.join(each[first:last])}{end}" for each in parts]
