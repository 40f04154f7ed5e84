"""How an image is shown: plane, levels, stretch, colours."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from PySide6.QtCore import QRectF

from wfsgui.core.image.display import Levels

__all__ = ["Part", "ViewSettings"]


@dataclass(frozen=True)
class Part:
    """A part of an image, in whole pixels.

    Attributes
    ----------
    columns, rows : range
        Counted from 0; empty where only what is beside the image is in view.
    whole : bool
        Whether that is all of the image.
    """

    columns: range
    rows: range
    whole: bool

    @classmethod
    def of(cls, view: QRectF, shape: tuple[int, ...]) -> Part:
        """Return the pixels of an image of this shape that are in view, those at its edge as well."""
        columns, rows = range(shape[1]), range(shape[0])
        across = columns[max(floor(view.left()), 0) : max(ceil(view.right()), 0)]
        along = rows[max(floor(view.top()), 0) : max(ceil(view.bottom()), 0)]
        return cls(across, along, whole=(across, along) == (columns, rows))


@dataclass(frozen=True, kw_only=True)
class ViewSettings:
    """How an image is shown.

    Attributes
    ----------
    plane : str
        Name of the plane.
    unit : str
        Of its values; empty for flags.
    levels : Levels or None
        Between which values the colours run; None for flags.
    rule : str
        What made the levels, for example ``zscale`` or ``by hand``.
    stretch, colour_map : str
        How values become colours.
    inverse : bool
        Whether the colours are turned around.
    part : Part
        The part of the image that is in view.
    """

    plane: str
    unit: str
    levels: Levels | None
    rule: str
    stretch: str
    colour_map: str
    inverse: bool
    part: Part
