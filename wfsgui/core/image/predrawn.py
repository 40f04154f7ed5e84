"""Images that were drawn before they were asked for, as they are drawn unless somebody has chosen otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from wfsgui.core.image.display import LIMITS, STRETCHES, Histogram, Levels, Sample, index_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage

__all__ = ["Predrawn", "keep_predrawn", "predraw", "predrawn"]

_RULE: Final = LIMITS[0]
_STRETCH: Final = STRETCHES[0]

_kept: WeakKeyDictionary[StepImage, Predrawn] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Predrawn:
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


def predraw(image: StepImage) -> Predrawn:
    """Draw a frame."""
    sample = Sample.of(image.sci)
    levels = sample.levels(_RULE)
    return Predrawn(
        sample, sample.histogram(sample.span.union(levels)), levels, index_image(image.sci, levels, _STRETCH)
    )


def keep_predrawn(image: StepImage, drawn: Predrawn) -> None:
    """Keep what was drawn of a frame, as long as the frame is there."""
    _kept[image] = drawn


def predrawn(image: StepImage) -> Predrawn | None:
    """Return what was drawn of a frame; None where nothing was."""
    return _kept.get(image)
