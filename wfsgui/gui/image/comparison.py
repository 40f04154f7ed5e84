"""Other image that the image on screen is compared with, and the mode of the comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wfsgui.core.image.compare import Link, Mode, Offset
from wfsgui.core.model.step_image import StepImage

__all__ = ["Comparison", "OffsetAt"]

OffsetAt = Callable[[float, float], Offset | None]
"""``offset_at(x, y) -> (dx, dy)``: what to add to a pixel for that of the other image; None where it has none."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Other image and how it is compared with the one on screen.

    Attributes
    ----------
    mode : Mode
        How the images are compared.
    image : StepImage
        The other image.
    identity : str
        Key of its exposure.
    name, other_name : str
        Names of the image on screen and of the other one.
    link : Link
        How the pixels of the two images are matched.
    offset : tuple of float
        What to add to the pixel in the middle of the image on screen for that of the other image; rounded to whole
        pixels, this moves an image as a whole.
    offset_at : OffsetAt
        The same at any pixel.
    """

    mode: Mode
    image: StepImage
    identity: str
    name: str
    other_name: str
    link: Link
    offset: Offset
    offset_at: OffsetAt

    @property
    def text(self) -> str:
        """Names of the images, mode and link, in a few words."""
        match self.mode:
            case Mode.DIFFERENCE:
                seen = f"{self.name} \N{MINUS SIGN} {self.other_name}"
            case Mode.RATIO:
                seen = f"{self.name} / {self.other_name}"
            case Mode.SWIPE:
                seen = f"{self.name} on the left, {self.other_name} on the right"
            case _:
                seen = f"{self.name}, compared with {self.other_name}"
        return f"{seen}; {self.link_text}"

    @property
    def link_text(self) -> str:
        """Link of the pixels, with the offset between the images."""
        return ", ".join(filter(None, (str(self.link), self.offset_text)))

    @property
    def offset_text(self) -> str:
        """Offset of column and row, in whole pixels; empty for images that are linked by pixel."""
        dx, dy = (round(each) for each in self.offset)
        return "" if self.link is Link.PIXEL else f"offset {dx:+d}, {dy:+d} px"
