"""Pixel scale at the star of an exposure."""

from __future__ import annotations

from math import nan, sqrt
from typing import TYPE_CHECKING

from wfsgui.core.sky.geometry import compass
from wfsgui.core.visit.field_points import FieldPoint, field_point

if TYPE_CHECKING:
    from wfsgui.core.pair.results import PairSide

__all__ = ["pixel_scale"]


def pixel_scale(side: PairSide) -> float:
    """Return the pixel scale at a star.

    Parameters
    ----------
    side : PairSide
        The exposure.

    Returns
    -------
    float
        Arcsec per pixel, from the WCS or, without one, from the SIAF at the aperture's reference pixel; NaN if neither
        is known.
    """
    if side.image.wcs is not None:
        found = compass(side.image.wcs, (side.regions.x, side.regions.y))
        if found is not None:
            return found.scale
    point = field_point(side.info)
    return sqrt(point.scale[0] * point.scale[1]) if isinstance(point, FieldPoint) else nan
