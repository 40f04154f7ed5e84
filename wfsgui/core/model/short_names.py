"""Names of exposures without the parts that all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

__all__ = ["short_names"]

_PART: Final = "_"
_LEFT_OUT: Final = "\N{HORIZONTAL ELLIPSIS}"


def short_names(names: Sequence[str]) -> list[str]:
    """Shorten names so that what tells them apart is seen where there is little room.

    Parameters
    ----------
    names : sequence of str
        Names of parts between underscores, as ``jw99001001001_03101_00002_nrca3``.

    Returns
    -------
    list of str
        In the same order, from the first part that differs to the last one, as ``…00002…``; the
        names as they are where they have different numbers of parts, or do not differ.
    """
    parts = [name.split(_PART) for name in names]
    if len({len(each) for each in parts}) != 1:
        return list(names)
    differing = [place for place, values in enumerate(zip(*parts, strict=True)) if len(set(values)) > 1]
    if not differing:
        return list(names)
    first, last = differing[0], differing[-1] + 1
    begin, end = (_LEFT_OUT if first else ""), (_LEFT_OUT if last < len(parts[0]) else "")
    return [f"{begin}{_PART.join(each[first:last])}{end}" for each in parts]
