"""Flags in words."""

from __future__ import annotations

from wfsgui.core.model.flags import FLAGS

__all__ = ["flag_names"]


def flag_names(dq: int) -> list[str]:
    """Name the flags of a pixel.

    Parameters
    ----------
    dq : int
        Its flags, combined.

    Returns
    -------
    list of str
        The lowest first; empty for a good pixel.
    """
    return [name for name, value in FLAGS.items() if dq & value]
