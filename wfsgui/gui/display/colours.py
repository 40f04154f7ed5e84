"""Colour tables of index images: 255 colours for values, and one for pixels without a value."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from wfsgui.core.image.display import FLAGGED, NAN_INDEX, NO_FLAG, NOT_TO_BE_USED
from wfsgui.gui.widgets.theme import NAN_COLOUR

__all__ = ["COLOUR_MAPS", "DQ_CLASS_NAMES", "DQ_COLOURS", "colour_table", "difference_table", "dq_table"]

_GREY: Final = "grey"

COLOUR_MAPS: Final = (_GREY, "viridis", "inferno", "magma", "plasma", "cividis")
"""Names of the colour maps; all run from dark to light."""

# They differ in lightness too, for eyes without any sense of colour.
DQ_COLOURS: Final = {NO_FLAG: "#202020", FLAGGED: "#0072b2", NOT_TO_BE_USED: "#f0e442"}
"""Colours of the data-quality classes of pixels."""

DQ_CLASS_NAMES: Final = {NO_FLAG: "no flag", FLAGGED: "flagged", NOT_TO_BE_USED: "DO_NOT_USE"}
"""Names of the data-quality classes of pixels."""

# Blue and orange differ for colour-blind eyes, and both are as bright as the difference is large. The middle is dark as
# the canvas: eyes judge faint light there.
_DIVERGING: Final = ("#a9d8ff", "#4b9be0", "#265c8f", "#25272a", "#8a4c17", "#e0863a", "#ffcf9e")


@cache
def colour_table(name: str, *, inverse: bool) -> NDArray[np.uint8]:
    """Return the colour table of a colour map.

    Parameters
    ----------
    name : str
        One of `COLOUR_MAPS`.
    inverse : bool
        Whether it runs from light to dark.

    Returns
    -------
    ndarray of uint8, shape (256, 3)
        Red, green, blue; the last entry is the colour of pixels without a value.
    """
    if name == _GREY:
        colours = np.repeat(np.linspace(0, 255, NAN_INDEX).round().astype(np.uint8)[:, None], 3, axis=1)
    else:
        colours = pg.colormap.get(name).getLookupTable(nPts=NAN_INDEX, alpha=False)
    table = np.vstack([colours[::-1] if inverse else colours, _rgb(NAN_COLOUR)])
    table.setflags(write=False)
    return table


@cache
def difference_table() -> NDArray[np.uint8]:
    """Return the colour table of a difference between limits that are symmetric about 0, shape (256, 3).

    Blue for negative values, dark for 0, orange for positive ones; the last entry is the colour of pixels
    without a value.
    """
    places = np.linspace(0, 1, NAN_INDEX)
    anchors = np.array([_rgb(name) for name in _DIVERGING], float)
    at = np.linspace(0, 1, len(anchors))
    colours = np.stack([np.interp(places, at, anchors[:, channel]) for channel in range(3)], axis=1)
    table = np.vstack([colours.round().astype(np.uint8), _rgb(NAN_COLOUR)])
    table.setflags(write=False)
    return table


@cache
def dq_table() -> NDArray[np.uint8]:
    """Return the colour table of the data-quality classes, shape (256, 3)."""
    table = np.zeros((NAN_INDEX + 1, 3), np.uint8)
    for pixel_class, colour in DQ_COLOURS.items():
        table[pixel_class] = _rgb(colour)
    table.setflags(write=False)
    return table


def _rgb(name: str) -> NDArray[np.uint8]:
    colour = QColor(name)
    return np.array([colour.red(), colour.green(), colour.blue()], np.uint8)
