"""Query of the WCS for what is drawn over the image, answered in a worker thread."""

from __future__ import annotations

from dataclasses import dataclass

from wfsgui.core.model.step_image import WcsReader
from wfsgui.core.sky.geometry import Compass, Target, compass, pixel_of
from wfsgui.core.sky.grid import Part, SkyGrid, grid_lines
from wfsgui.gui.canvas.overlay import Lettering

__all__ = ["SkyAnswer", "SkyQuery"]


@dataclass(frozen=True, eq=False)
class SkyAnswer:
    """Answer to a query.

    Attributes
    ----------
    grid : SkyGrid or None
        Coordinate grid; None if the query did not ask for it.
    compass : Compass or None
        Directions of north and east; None if the WCS has no value.
    place : tuple of float or None
        Pixel of the target, x and y; None if it is not on the image.
    """

    grid: SkyGrid | None
    compass: Compass | None
    place: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class SkyQuery:
    """Query of the WCS.

    Attributes
    ----------
    wcs : WcsReader
        The WCS.
    shape : tuple of int
        Height and width of the image.
    part : Part
        The visible part of the image.
    target : Target or None
        Target to locate.
    with_grid : bool
        Whether the grid is shown.
    """

    wcs: WcsReader
    shape: tuple[int, int]
    part: Part
    target: Target | None
    with_grid: bool

    def answer(self) -> SkyAnswer:
        """Compute the answer."""
        height, width = self.shape
        # The centre of the visible part, or the nearest pixel of the image.
        x = min(max((self.part.left + self.part.right) / 2, 0.0), width - 1.0)
        y = min(max((self.part.bottom + self.part.top) / 2, 0.0), height - 1.0)
        grid = grid_lines(self.wcs, self.shape, self.part) if self.with_grid else None
        for line in grid.lines if grid else ():
            # Fills the cache, so that the GUI thread does not lay out the text.
            Lettering.of(line.label)
        place = pixel_of(self.wcs, self.target, self.shape) if self.target else None
        return SkyAnswer(grid, compass(self.wcs, (x, y)), place)
