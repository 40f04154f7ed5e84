"""Flags in words."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["flag_names"]


def flag_names(dq: int, flags: Mapping[str, int]) -> list[str]:
    """Name the flags of a pixel.

    Parameters
    ----------
    dq : int
        Its flags, combined.
    flags : mapping of str to int
        Name and value of every flag that there is.

    Returns
    -------
    list of str
        The lowest first; bits without a name come last, as one number. Empty for a good pixel.
    """
    found = sorted((value, name) for name, value in flags.items() if value and dq & value == value)
    rest = dq
    for value, _ in found:
        rest &= ~value
    return [name for _, name in found] + ([str(rest)] if rest else [])
