"""Stretch and colour map of all images, as the analyst has chosen them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.image.display import STRETCHES
from wfsgui.gui.display.colours import COLOUR_MAPS, colour_table

__all__ = ["Appearance"]

_WORDS: Final = {"yes": True, "no": False}


@dataclass
class Appearance:
    """Stretch and colours.

    Attributes
    ----------
    stretch : str
        One of `STRETCHES`.
    colour_map : str
        One of `COLOUR_MAPS`.
    inverse : bool
        Whether the colour map is inverted.
    """

    stretch: str = STRETCHES[0]
    colour_map: str = COLOUR_MAPS[0]
    inverse: bool = False

    @property
    def table(self) -> NDArray[np.uint8]:
        """The colour table, shape (256, 3)."""
        return colour_table(self.colour_map, inverse=self.inverse)

    def state(self) -> dict[str, str]:
        """Return the choices as text, to be stored."""
        return {"stretch": self.stretch, "colour_map": self.colour_map, "inverse": "yes" if self.inverse else "no"}

    def restore(self, state: Mapping[str, str]) -> None:
        """Take stored choices; values that are not known are ignored."""
        if state.get("stretch") in STRETCHES:
            self.stretch = state["stretch"]
        if state.get("colour_map") in COLOUR_MAPS:
            self.colour_map = state["colour_map"]
        self.inverse = _WORDS.get(state.get("inverse", ""), self.inverse)
