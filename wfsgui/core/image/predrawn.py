"""Images that are drawn ahead of time, with the default limits and stretch."""

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
    """SCI of an image, drawn with the default limits and stretch.

    Attributes
    ----------
    sample : Sample
        Sample of its values.
    histogram : Histogram
        Histogram of the sample, over the range that includes the levels.
    levels : Levels
        Levels from the default limits.
    index : ndarray of uint8, shape (y, x)
        Indices into the colour table.
    """

    sample: Sample
    histogram: Histogram
    levels: Levels
    index: NDArray[np.uint8]

    def index_for(self, levels: Levels, stretch: str) -> NDArray[np.uint8] | None:
        """Return the indices if they were made with these levels and this stretch."""
        return self.index if (levels, stretch) == (self.levels, _STRETCH) else None


def predraw(image: StepImage) -> Predrawn:
    """Draw an image with the default limits and stretch."""
    sample = Sample.of(image.sci)
    levels = sample.levels(_RULE)
    return Predrawn(
        sample, sample.histogram(sample.span.union(levels)), levels, index_image(image.sci, levels, _STRETCH)
    )


def keep_predrawn(image: StepImage, drawn: Predrawn) -> None:
    """Keep the drawing of an image, as long as the image exists."""
    _kept[image] = drawn


def predrawn(image: StepImage) -> Predrawn | None:
    """Return the drawing of an image; None if there is none."""
    return _kept.get(image)
