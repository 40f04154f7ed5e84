"""The circle that holds nearly all light of an exposure's star."""

from __future__ import annotations

from math import isfinite
from typing import Final

from wfsgui.core.events import StepFrame
from wfsgui.core.patches import without_unusable
from wfsgui.core.profiles import encircled_energy
from wfsgui.core.regions import Circle
from wfsgui.core.star import find_star, measure_star

__all__ = ["star_circle"]

# Farther out than any weak lens spreads a star.
_FARTHEST: Final = 150.0
_SMALLEST: Final = 3.0
_MOST: Final = 0.9
# What is beyond that share falls off at once in a donut, and slowly in focus.
_MARGIN: Final = 1.1


def star_circle(frame: StepFrame) -> Circle:
    """Find the star of an image, and how far its light reaches.

    Parameters
    ----------
    frame : StepFrame
        The image.

    Returns
    -------
    Circle
        Around the centre of light; a little more than holds nine tenths of it.

    Raises
    ------
    WfsguiError
        If there is no star.
    """
    frame = without_unusable(frame)
    x, y = find_star(frame.sci, frame.dq)
    reach = min(_FARTHEST, max(frame.sci.shape) / 2)
    star = measure_star(frame, x, y, reach)
    energy = encircled_energy(frame, star.x, star.y, reach, background=star.background)
    radius = _MARGIN * energy.radius_at(_MOST)
    # NaN where a whole ring has no value: as wide as it can be, then.
    return Circle(star.x, star.y, min(max(radius, _SMALLEST), reach) if isfinite(radius) else reach)
