"""Standard deviation of a star's centroid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wfsgui.core.assess.light import light_circle
from wfsgui.core.assess.near_star import near_star
from wfsgui.core.measure.star import centroid
from wfsgui.core.regions.shapes import enclosing_circle

if TYPE_CHECKING:
    from wfsgui.core.assess.results import StarRegions
    from wfsgui.core.model.step_image import StepImage

__all__ = ["centroid_errors"]


def centroid_errors(image: StepImage, regions: StarRegions) -> tuple[float, float]:
    """Estimate the statistical errors of the star's centroid, from ERR and from the background.

    Parameters
    ----------
    image : StepImage
        The whole image.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    x_error, y_error : float
        Standard deviations along x and y, pixels; NaN if ERR is not known.

    Raises
    ------
    WfsguiError
        If there is no light above the background at the position, or no background.
    """
    circle = light_circle(regions)
    near = near_star(image, circle)
    found = near_star(image, enclosing_circle(regions.background)).background(regions.background)
    centre = centroid(near.image, circle.moved(-near.left, -near.low), found.level, found.error)
    return centre.x_error, centre.y_error
