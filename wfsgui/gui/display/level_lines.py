"""The two level lines of the histogram: their positions, and dragging them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from wfsgui.core.image.display import Levels

__all__ = ["LevelLines"]

_Line = Literal["low", "high"]

# Least distance of the two lines, as a share of the values shown.
_LEAST_GAP: Final = 1e-3


class LevelLines:
    """Two levels on a scale of values, one of which may be dragged.

    Parameters
    ----------
    margin : int
        Free width at both ends of the scale, pixels of the screen, so that a line there is visible and can be held.

    Attributes
    ----------
    levels : Levels or None
        The levels; None for none.
    span : Levels or None
        Lowest and highest value of the scale.
    width : int
        Width of the scale without its margins, pixels of the screen.
    """

    def __init__(self, margin: int) -> None:
        self._margin = margin
        self.levels: Levels | None = None
        self.span: Levels | None = None
        self.width = 1
        self._held: _Line | None = None

    @property
    def is_held(self) -> bool:
        """Whether a line is being dragged."""
        return self._held is not None

    def clear(self) -> None:
        """Remove levels and scale."""
        self.levels = self.span = self._held = None

    def position(self, value: float) -> float:
        """Return the position of a value, pixels from the left edge; 0 without a scale."""
        if self.span is None:
            return 0.0
        return self._margin + (value - self.span.low) / (self.span.high - self.span.low) * self.width

    def is_near(self, position: float, reach: float) -> bool:
        """Whether one of the lines is within `reach` of a position, both in pixels of the screen."""
        return self._nearest(position, reach) is not None

    def hold(self, position: float, reach: float) -> None:
        """Begin to drag the line within `reach` of a position, both in pixels of the screen."""
        self._held = self._nearest(position, reach)

    def release(self) -> None:
        """End dragging."""
        self._held = None

    def drag(self, position: float) -> bool:
        """Move the held line to a position, pixels from the left edge; return whether there is one."""
        if self._held is None or self.levels is None or self.span is None:
            return False
        share = min(max((position - self._margin) / self.width, 0.0), 1.0)
        value = self.span.low + share * (self.span.high - self.span.low)
        gap = _LEAST_GAP * (self.span.high - self.span.low)
        if self._held == "low":
            self.levels = replace(self.levels, low=min(value, self.levels.high - gap))
        else:
            self.levels = replace(self.levels, high=max(value, self.levels.low + gap))
        return True

    def _nearest(self, position: float, reach: float) -> _Line | None:
        if self.levels is None:
            return None
        low, high = (abs(position - self.position(value)) for value in (self.levels.low, self.levels.high))
        if min(low, high) > reach:
            return None
        return "low" if low < high else "high"
