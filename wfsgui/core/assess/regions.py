"""Regions of a star: its light, and the background around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wfsgui.core.assess.results import StarRegions
from wfsgui.core.measure.star_extent import star_circles

if TYPE_CHECKING:
    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Annulus, Circle

__all__ = ["find_regions"]


def find_regions(
    image: StepImage,
    info: ExposureInfo,
    signal: Circle | Annulus | None = None,
    background: Annulus | None = None,
) -> StarRegions:
    """Find the star of an image, the region of its light, and an annulus outside of the light.

    Parameters
    ----------
    image : StepImage
        The image.
    info : ExposureInfo
        Identity of the exposure: filter, pupil, detector.
    signal : Circle or Annulus, optional
        Signal region that the analyst has set.
    background : Annulus, optional
        Background annulus that the analyst has set.

    Returns
    -------
    StarRegions
        The regions; those of the analyst are taken as they are.

    Raises
    ------
    WfsguiError
        If there is no star.
    """
    circles = star_circles(image)
    chosen = {"signal": signal, "background": background}
    return StarRegions(
        x=circles.extent.x,
        y=circles.extent.y,
        signal=signal or circles.extent,
        background=background or circles.annulus,
        in_focus=not any("WL" in name for name in (info.filter, info.pupil)),
        by_analyst=tuple(name for name, region in chosen.items() if region is not None),
    )
