"""Colours of the data-quality flags."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor

__all__ = ["flag_colour"]

# In the order of the bits. Each colour differs as much as possible from all others, NaN and regions, to normal
# and to colour-blind eyes; those of the frequent flags differ most. None is nearly grey, as images are.
_COLOURS: Final = (
    *("#e1781e", "#ffff00", "#00ffff", "#005ac3", "#2d3c00", "#b4e13c", "#a52dff", "#ff78b4"),
    *("#873c2d", "#785a87", "#87003c", "#f0005a", "#ff1eb4", "#a569ff", "#c3b45a", "#875a0f"),
    *("#9696ff", "#2de187", "#5a9678", "#e1ffc3", "#690069", "#e15a3c", "#87ff69", "#a500c3"),
    *("#ffa500", "#5a3c96", "#3c00a5", "#ffb4b4", "#a50069", "#3cb478", "#e178d2", "#b4ff96"),
)


def flag_colour(value: int) -> QColor:
    """Return the colour of a flag.

    Parameters
    ----------
    value : int
        Value of the flag; of combined flags, the lowest one counts.

    Returns
    -------
    QColor
        Opaque colour, always the same for a flag.
    """
    return QColor(_COLOURS[(value & -value).bit_length() - 1])
