"""A colour for each data-quality flag, the same one always."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor

__all__ = ["flag_colour"]

# By bit. The flags that most images have get Okabe and Ito's palette, the one most frequent of all not its bluish
# green: pixels without a value are much like it. The others get shades that are as far as can be from all before, to
# normal eyes and to those without one of the three kinds of cones.
_COLOURS: Final = (
    *("#d55e00", "#f0e442", "#56b4e9", "#dd3333", "#8750ff", "#b3e2d5", "#aa4b00", "#99c7e0"),
    *("#dd7e33", "#009e73", "#0072b2", "#e69f00", "#803800", "#f2b3b3", "#c3ec66", "#338ec1"),
    *("#af8aff", "#e14d4d", "#cc79a7", "#f2cf80", "#6230cc", "#dba1c1", "#e4d8ff", "#005f45"),
    *("#d100d1", "#00507d", "#e56666", "#ee9999", "#f699f6", "#d8cd3b", "#fbf7c6", "#ddf0fb"),
)


def flag_colour(value: int) -> QColor:
    """Return the colour of a flag.

    Parameters
    ----------
    value : int
        The flag's value, or flags combined: the lowest of them counts.

    Returns
    -------
    QColor
        Opaque.
    """
    return QColor(_COLOURS[(value & -value).bit_length() - 1])
