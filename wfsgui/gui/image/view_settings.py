"""Plane, levels, stretch and colours of the image on screen."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from PySide6.QtCore import QRectF

from wfsgui.core.image.display import Levels

__all__ = ["Part", "ViewSettings"]


@dataclass(frozen=True)
class Part:
    """Part of an image, in whole pixels.

    Attributes
    ----------
    columns, rows : range
        Counted from 0; empty if no pixel of the image is in view.
    whole : bool
        Whether the part is the whole image.
    """

    columns: range
    rows: range
    whole: bool

    @classmethod
    def of(cls, view: QRectF, shape: tuple[int, ...]) -> Part:
        """Return the pixels of an image of shape (y, x) that are in view, also those partly in view."""
        columns, rows = range(shape[1]), range(shape[0])
        across = columns[max(floor(view.left()), 0) : max(ceil(view.right()), 0)]
        along = rows[max(floor(view.top()), 0) : max(ceil(view.bottom()), 0)]
        return cls(across, along, whole=(across, along) == (columns, rows))


@dataclass(frozen=True, kw_only=True)
class ViewSettings:
    """Plane, levels, stretch and colours of an image.

    Attributes
    ----------
    plane : str
        Name of the plane.
    unit : str
        Unit of its values; empty for flags.
    levels : Levels or None
        Values of the darkest and the brightest colour; None for flags.
    rule : str
        Rule that computed the levels, for example ``zscale``, or ``by hand``.
    stretch, colour_map : str
        Stretch between the levels, and colour map.
    inverse : bool
        Whether the colour map is inverted.
    part : Part
        Part of the image that is in view.
    """

    plane: str
    unit: str
    levels: Levels | None
    rule: str
    stretch: str
    colour_map: str
    inverse: bool
    part: Part
