"""Pixels around a position in every stage of an exposure."""

from __future__ import annotations

from collections.abc import Mapping

from wfsgui.core.image.dq_flags import neighbourhood
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import title
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.pixels.block import HALF, PixelBlock

__all__ = ["has_pixel", "read_blocks", "stage_images"]


def stage_images(exposure: Exposure | None) -> dict[str, StepImage]:
    """Return the images of an exposure by the titles of their stages, in the order of the chain."""
    stages = exposure.stages.values() if exposure is not None else ()
    return {title(stage.name): stage.image for stage in stages if stage.image is not None}


def has_pixel(images: Mapping[str, StepImage], x: int, y: int) -> bool:
    """Return whether there are images, and the first one has a pixel, column and row counted from 0."""
    shape = next((image.sci.shape for image in images.values()), None)
    return shape is not None and 0 <= x < shape[1] and 0 <= y < shape[0]


def read_blocks(images: Mapping[str, StepImage], plane: str, x: int, y: int) -> list[PixelBlock]:
    """Read the pixels around one in every stage.

    Parameters
    ----------
    images : mapping of str to StepImage
        Images by the titles of their stages, in the order of the chain.
    plane : str
        One of `wfsgui.gui.pixels.block.PLANES`.
    x, y : int
        Column and row of the central pixel, counted from 0.

    Returns
    -------
    list of PixelBlock
        One block for each stage, with the previous stage to compare with.
    """
    blocks, before = [], None
    for name, image in images.items():
        near = neighbourhood(image, x, y, HALF)
        blocks.append(PixelBlock(name, image.unit, plane, near, before))
        before = near
    return blocks
