"""A colour for each data-quality flag, the same one always."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor

__all__ = ["flag_colour"]

# By bit. The flags that most images have get Okabe and Ito's palette, the one most frequent of all not its bluish
# green: pixels without a value are much like it. The others get shades that are as far as can be from all before, to
# normal eyes and to those without one of the three kinds of cones, and none that is nearly grey: images are.
_COLOURS: Final = (
    *("#d55e00", "#f0e442", "#56b4e9", "#552ab2", "#c1f6c1", "#d7c4ff", "#bf0000", "#83ec83"),
    *("#338ec1", "#009e73", "#0072b2", "#e69f00", "#940000", "#8383ff", "#dd3333", "#3030ff"),
    *("#eebc4d", "#80ceb9", "#cc79a7", "#f8f2a0", "#dd7e33", "#59e659", "#e14d4d", "#6e36e6"),
    *("#ed33ed", "#00507d", "#e1f6b3", "#ff83c6", "#005f45", "#80ecf3", "#ffc1e2", "#8750ff"),
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
