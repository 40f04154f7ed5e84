"""Names of the flags of a pixel."""

from __future__ import annotations

from wfsgui.core.model.flags import FLAGS

__all__ = ["flag_names"]


def flag_names(dq: int) -> list[str]:
    """Return the names of the flags of a pixel.

    Parameters
    ----------
    dq : int
        Values of its flags, combined.

    Returns
    -------
    list of str
        Names in the order of the values; empty for a pixel without flags.
    """
    return [name for name, value in FLAGS.items() if dq & value]
