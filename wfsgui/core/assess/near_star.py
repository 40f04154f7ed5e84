"""Part of an image around a star, without unusable pixels."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.background import measure_background
from wfsgui.core.measure.cutout import without_unusable
from wfsgui.core.model.step_image import StepImage

if TYPE_CHECKING:
    from wfsgui.core.measure.background import Background
    from wfsgui.core.regions.shapes import Annulus, Circle

__all__ = ["NearStar", "near_star"]


@dataclass(frozen=True, eq=False)
class NearStar:
    """Square part of an image, cut at its edges.

    Attributes
    ----------
    image : StepImage
        The part; SCI is NaN where DO_NOT_USE is set. The other planes are views of the whole image.
    left, low : int
        Column and row of its first pixel in the whole image.
    """

    image: StepImage
    left: int
    low: int

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width, pixels."""
        height, width = self.image.sci.shape
        return height, width

    def background(self, annulus: Annulus) -> Background:
        """Measure the background in an annulus, which is given in pixels of the whole image.

        Parameters
        ----------
        annulus : Annulus
            The annulus; its part beyond the cut-out counts as missing.

        Returns
        -------
        Background
            The level and its errors; its annulus is in pixels of the part.

        Raises
        ------
        WfsguiError
            If no pixel of the annulus can be used.
        """
        moved = annulus.moved(-self.left, -self.low)
        if not np.isfinite(self.image.sci[moved.mask(self.shape)]).any():
            raise WfsguiError("No pixel of the background annulus has a value that may be used; move the annulus.")
        return measure_background(self.image, moved)


def near_star(image: StepImage, circle: Circle) -> NearStar:
    """Cut out the square around a circle.

    Parameters
    ----------
    image : StepImage
        The whole image; it is not copied.
    circle : Circle
        The circle, pixels; it may reach over the edges, or be outside of the image.

    Returns
    -------
    NearStar
        The part, which may be empty.
    """
    height, width = image.sci.shape
    rows, columns = _span(circle.y, circle.radius, height), _span(circle.x, circle.radius, width)
    part = StepImage(
        sci=image.sci[rows, columns],
        err=image.err[rows, columns],
        dq=image.dq[rows, columns],
        unit=image.unit,
        area=image.area[rows, columns] if image.area is not None else None,
    )
    return NearStar(without_unusable(part), columns.start, rows.start)


def _span(centre: float, radius: float, size: int) -> slice:
    """Return the pixels of an axis that are within a radius of a position, possibly none."""
    first, last = floor(centre - radius), ceil(centre + radius) + 1
    return slice(min(max(first, 0), size), min(max(last, 0), size))
