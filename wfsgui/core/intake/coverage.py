"""Part of an exposure for which a background has pixels, from the place of their subarrays on the detector."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["coverage_text", "covered_share"]


def covered_share(science: ExposureInfo, background: ExposureInfo) -> float | None:
    """Compute the share of the pixels of an exposure for which a background has pixels.

    Parameters
    ----------
    science, background : ExposureInfo
        The exposure and the background, of one detector.

    Returns
    -------
    float or None
        0 to 1. None if the place of one of them on the detector is not known (SUBSTRT1, SUBSTRT2).
    """
    starts = science.circumstances.subarray_start, background.circumstances.subarray_start
    if starts[0] is None or starts[1] is None:
        return None
    covered = []
    for axis in range(2):
        # Shapes are (y, x), starts are (x, y).
        size, its_size = science.shape[-1 - axis], background.shape[-1 - axis]
        first, its_first = starts[0][axis], starts[1][axis]
        covered.append(max(min(first + size, its_first + its_size) - max(first, its_first), 0))
    return prod(covered) / max(prod(science.shape), 1)


def coverage_text(science: ExposureInfo, background: ExposureInfo) -> str:
    """Say which part of an exposure a background does not cover.

    Parameters
    ----------
    science, background : ExposureInfo
        The exposure and the background.

    Returns
    -------
    str
        One clause; empty if the background covers all, or is of another detector.
    """
    if background.detector != science.detector:
        return ""
    share = covered_share(science, background)
    if share is None:
        same = science.shape == background.shape
        return "" if same else "the place of the subarray is not known (SUBSTRT1, SUBSTRT2)"
    if share >= 1:
        return ""
    if share <= 0:
        return "it covers no pixel of the exposure"
    return f"it does not cover {100 * (1 - share):.2g} % of the exposure's pixels"
