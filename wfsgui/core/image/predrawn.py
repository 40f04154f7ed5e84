"""Images that were drawn before they were asked for, as they are drawn unless somebody has chosen otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from wfsgui.core.image.display import LIMITS, STRETCHES, Histogram, Levels, Sample, index_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepFrame

__all__ = ["DrawnAhead", "draw_ahead", "drawn_ahead", "keep_drawn"]

_RULE: Final = LIMITS[0]
_STRETCH: Final = STRETCHES[0]

_kept: WeakKeyDictionary[StepFrame, DrawnAhead] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class DrawnAhead:
    """SCI of a frame, drawn with the first of the rules and the first of the stretches.

    Attributes
    ----------
    sample : Sample
        Of its values.
    histogram : Histogram
        Of the sample, as it is shown with the levels.
    levels : Levels
        That the rule makes.
    index : ndarray of uint8, shape (y, x)
        Entries of the colour table.
    """

    sample: Sample
    histogram: Histogram
    levels: Levels
    index: NDArray[np.uint8]

    def index_for(self, levels: Levels, stretch: str) -> NDArray[np.uint8] | None:
        """Return the image, if it was drawn with these levels and this stretch."""
        return self.index if (levels, stretch) == (self.levels, _STRETCH) else None


def draw_ahead(frame: StepFrame) -> DrawnAhead:
    """Draw a frame."""
    sample = Sample.of(frame.sci)
    levels = sample.levels(_RULE)
    return DrawnAhead(
        sample, sample.histogram(sample.span.union(levels)), levels, index_image(frame.sci, levels, _STRETCH)
    )


def keep_drawn(frame: StepFrame, drawn: DrawnAhead) -> None:
    """Keep what was drawn of a frame, as long as the frame is there."""
    _kept[frame] = drawn


def drawn_ahead(frame: StepFrame) -> DrawnAhead | None:
    """Return what was drawn of a frame; None where nothing was."""
    return _kept.get(frame)
