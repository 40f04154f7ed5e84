"""What the image on screen is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wfsgui.core.compare import Mode, Offset
from wfsgui.core.events import StepFrame

__all__ = ["Comparison"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Another image, and how it is set against the one on screen.

    Attributes
    ----------
    mode : Mode
        How.
    frame : StepFrame
        The other image.
    identity : str
        Key of its exposure.
    name, other_name : str
        What the two are called.
    offset_at : callable
        ``offset_at(x, y) -> (dx, dy)``: what to add to a pixel of the image on screen to have that of the other.
    """

    mode: Mode
    frame: StepFrame
    identity: str
    name: str
    other_name: str
    offset_at: Callable[[float, float], Offset]

    @property
    def text(self) -> str:
        """What is seen, in a few words."""
        match self.mode:
            case Mode.DIFFERENCE:
                return f"{self.name} \N{MINUS SIGN} {self.other_name}"
            case Mode.RATIO:
                return f"{self.name} / {self.other_name}"
            case Mode.SWIPE:
                return f"{self.name} on the left, {self.other_name} on the right"
            case _:
                return f"{self.name}, compared with {self.other_name}"

    def offset(self, shape: tuple[int, int]) -> Offset:
        """Return the offset at the centre of an image, for what is moved as a whole."""
        height, width = shape
        return self.offset_at((width - 1) / 2, (height - 1) / 2)
