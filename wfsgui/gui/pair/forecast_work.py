"""Forecast of wfs_combine around the star, ready to be shown: the two results and their combination."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.files.planes import read_image
from wfsgui.core.image.display import Levels, Sample, index_image
from wfsgui.core.image.sampling import windowed
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.pair.forecast import CombinationForecast
from wfsgui.core.regions.shapes import Circle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.assess.results import StarRegions
    from wfsgui.gui.pair.comparing import ComparedPair

__all__ = ["COMBINED", "HALVED", "LOST", "ForecastJob", "ShownForecast", "shown_forecast"]

COMBINED: Final = 2
"""Place of the combined image, after the two exposures."""

LOST: Final = 1
"""Mark of pixels that become 0."""

HALVED: Final = 2
"""Mark of pixels that only one exposure has: they become half as bright."""


@dataclass(frozen=True, eq=False)
class ForecastJob:
    """Two results, and how their images are drawn.

    Attributes
    ----------
    pair : ComparedPair
        The pair on the page.
    results : tuple of Path
        ``_cal`` files of A and B.
    rule, stretch : str
        Rule of the levels, and stretch.
    """

    pair: ComparedPair
    results: tuple[Path, Path]
    rule: str
    stretch: str


@dataclass(frozen=True, eq=False)
class ShownForecast:
    """A forecast around the star.

    Attributes
    ----------
    forecast : CombinationForecast
        The forecast.
    names : tuple of str
        Names of the three images: the two exposures in the order in which they are combined, then their combination.
    index : tuple of ndarray of uint8, shape (n, n)
        The three images with one set of levels, as entries of the colour table.
    marks : StepImage
        The combined image with `LOST` and `HALVED` as its flags.
    lost, halved, light : int
        Pixels of the light that become 0, that become half as bright, and all of them.
    radius : float
        Radius of the light around the middle of the images, pixels.
    """

    forecast: CombinationForecast
    names: tuple[str, str, str]
    index: tuple[NDArray[np.uint8], ...]
    marks: StepImage
    lost: int
    halved: int
    light: int
    radius: float

    @property
    def text(self) -> str:
        """What wfs_combine does, a few sentences."""
        record = self.forecast.record
        sentences = [
            f"{self.lost} of {self.light} pixels of the light are bad in both exposures and become 0.",
            f"{self.halved} pixels of the light are beyond the edge of one exposure and become half as bright."
            if self.halved
            else "",
            f"Shift by WCS {_offset(record.sky_shift)} px",
            f", by correlation {_offset(record.refined)} px" if record.refined is not None else ", not refined",
            f"; applied: {_offset(record.applied)} px." if record.applied is not None else ".",
            "wfs_combine exchanges the two exposures." if record.flipped else "wfs_combine keeps their order.",
        ]
        return " ".join(filter(None, sentences)).replace(" ,", ",").replace(" ;", ";").replace(" .", ".")


def shown_forecast(job: ForecastJob, forecast: CombinationForecast) -> ShownForecast:
    """Cut the images out around the star and draw them; called in a worker thread.

    Raises
    ------
    WfsguiError
        If a result cannot be read.
    """
    record = forecast.record
    order = (1, 0) if record.flipped else (0, 1)
    sides = job.pair.first, job.pair.second
    regions = sides[order[0]].regions
    half = job.pair.comparison.first.shape[0] // 2
    corner, shape = (round(regions.x) - half, round(regions.y) - half), (2 * half + 1, 2 * half + 1)
    shift = record.applied or (0, 0)
    first, second = (read_image(job.results[place]).sci for place in order)
    planes = (
        windowed(first, corner, shape, np.nan),
        windowed(second, (corner[0] + shift[0], corner[1] + shift[1]), shape, np.nan),
        windowed(forecast.image.sci, corner, shape, np.nan),
    )
    levels = Sample.of(planes[COMBINED]).levels(job.rule)
    marks = windowed(forecast.lost.astype(np.uint32), corner, shape, 0) * np.uint32(LOST)
    marks |= windowed(forecast.halved.astype(np.uint32), corner, shape, 0) * np.uint32(HALVED)
    given = job.pair.request.first.name, job.pair.request.second.name
    moved = "shifted" if record.applied is not None else "not shifted: the step does not tell by how much"
    area = _light(regions)
    return ShownForecast(
        forecast,
        (f"{'AB'[order[0]]}  {given[order[0]]}", f"{'AB'[order[1]]}, {moved}  {given[order[1]]}", "combined"),
        tuple(_drawn(plane, levels, job.stretch) for plane in planes),
        StepImage(planes[COMBINED], planes[COMBINED], marks, forecast.image.unit),
        forecast.lost_in(area),
        forecast.halved_in(area),
        _pixels(area, forecast.image.sci.shape),
        area.radius,
    )


def _drawn(plane: NDArray[np.float32], levels: Levels, stretch: str) -> NDArray[np.uint8]:
    return index_image(plane, levels, stretch)


def _light(regions: StarRegions) -> Circle:
    """Return the circle around the whole signal region; a donut has lost pixels in its middle, too."""
    signal = regions.signal
    return Circle(signal.x, signal.y, signal.radius if isinstance(signal, Circle) else signal.outer)


def _pixels(area: Circle, shape: tuple[int, ...]) -> int:
    _box, inside = area.cutout((shape[0], shape[1]))
    return int(np.count_nonzero(inside))


def _offset(shift: tuple[float, float]) -> str:
    return f"{shift[0]:+.6g}, {shift[1]:+.6g}"
