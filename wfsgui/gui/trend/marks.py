"""Colours and symbols of the trend plot: colour by defocus, symbol by decision."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor

from wfsgui.core.trend.points import IN_FOCUS
from wfsgui.gui.widgets.theme import BLUE, GREEN, GREY, ORANGE, RED, is_dark

__all__ = ["JUDGEMENTS", "OTHER_SYMBOL", "defocus_colour", "judgement_symbol", "known_defocus"]

# On light and on dark backgrounds, at least 3:1; the others are those of the theme.
_PURPLE: Final = ("#7b3f8c", "#cf9fe0")
_BROWN: Final = ("#7a5230", "#d2a679")

_COLOURS: Final = {
    "WLP12": _PURPLE,
    "WLP8": BLUE,
    "WLP4": _BROWN,
    IN_FOCUS: GREEN,
    "WLM4": ORANGE,
    "WLM8": RED,
}

JUDGEMENTS: Final = {"fit": "o", "fit with care": "t1", "not fit": "x"}
"""Symbol of pyqtgraph for each decision."""

OTHER_SYMBOL: Final = "s"
"""Symbol of a decision that this version does not know."""


def known_defocus() -> tuple[str, ...]:
    """Return the names that have a colour of their own, from positive to negative defocus."""
    return tuple(_COLOURS)


def defocus_colour(defocus: str, *, printed: bool = False) -> QColor:
    """Return the colour of a defocus; grey for a pair and for lenses that are not known.

    Parameters
    ----------
    defocus : str
        Name of the lenses; empty without a lens.
    printed : bool, optional
        Whether the background is white; otherwise it is that of the theme.
    """
    return QColor(_COLOURS.get(defocus or IN_FOCUS, GREY)[is_dark() and not printed])


def judgement_symbol(judgement: str) -> str:
    """Return the symbol of a decision."""
    return JUDGEMENTS.get(judgement, OTHER_SYMBOL)
