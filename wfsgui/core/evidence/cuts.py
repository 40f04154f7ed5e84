"""Cut-outs around the star at one stretch for all steps, and the whole image reduced in size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, isfinite, nan
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wfsgui.core.evidence.document import Block, Figure, FigureRow, Sentence
from wfsgui.core.evidence.pictures import NAN_TEXT, Outline, bar, indexed_picture, picture
from wfsgui.core.image.display import Levels, thumbnail
from wfsgui.core.image.sampling import windowed
from wfsgui.core.model.stages import title
from wfsgui.core.regions.shapes import Rectangle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.assess.results import StarRegions
    from wfsgui.core.evidence.records import EvidenceContext, ExposureRecord
    from wfsgui.core.model.exposure import Stage

__all__ = ["STRETCH", "StarCut", "star_cut", "star_figures", "stretch_levels"]

STRETCH: Final = "asinh"
"""Stretch of all pictures of stars."""

_CONVERSION: Final = "meta.photometry.conversion_megajanskys"
_COUNT_RATE: Final = "DN/s"
_SURFACE_BRIGHTNESS: Final = "MJy/sr"
_SMALLEST: Final = 24
_LARGEST: Final = 128
_FARTHEST: Final = 400
"""Half of the side of a cut-out, pixels."""

_MARGIN: Final = 1.08
"""Half of the side of the picture of the regions over the outer radius of the background."""

_WHOLE: Final = 512
_PERCENTILES: Final = (1.0, 99.9)


@dataclass(frozen=True, eq=False)
class StarCut:
    """Part of an image around the star.

    Attributes
    ----------
    values : ndarray of float32, shape (n, n)
        Values; NaN beyond the edge of the image.
    unit : str
        Their unit.
    corner : tuple of int
        Pixel (x, y) of the image that is pixel (0, 0).
    has_star : bool
        Whether a star was found; it is the middle of the image otherwise.
    """

    values: NDArray[np.float32]
    unit: str
    corner: tuple[int, int]
    has_star: bool


def star_cut(stage: Stage, regions: StarRegions | None) -> StarCut | None:
    """Cut the star out of the image of a stage; None if the stage has no image."""
    if stage.image is None:
        return None
    sci = stage.image.sci
    if regions is None:
        half = min(_LARGEST, max(1, max(sci.shape) // 2))
        x, y = sci.shape[1] / 2, sci.shape[0] / 2
    else:
        half = min(max(round(regions.background.outer * 1.1), _SMALLEST), _LARGEST)
        x, y = regions.x + 0.5, regions.y + 0.5
    corner = (round(x - half), round(y - half))
    values = windowed(sci, corner, (2 * half, 2 * half), nan)
    # A copy: the plane of the whole image is released.
    return StarCut(np.array(values, np.float32), stage.image.unit, corner, regions is not None)


def stretch_levels(values: NDArray[np.floating[Any]]) -> Levels:
    """Return the levels of a picture: from the dark background to almost the brightest pixel."""
    finite = values[np.isfinite(values)]
    return Levels.between(*np.percentile(finite, _PERCENTILES)) if finite.size else Levels(0.0, 1.0)


def star_figures(record: ExposureRecord, context: EvidenceContext) -> tuple[tuple[Block, ...], StarCut | None]:
    """Draw the star at every step at one stretch, its regions, and the whole image.

    Parameters
    ----------
    record : ExposureRecord
        The exposure.
    context : EvidenceContext
        Convention of pixel numbers.

    Returns
    -------
    blocks : tuple of Block
        Figures and explanations; a sentence if there is no image.
    cut : StarCut or None
        The star at the latest stage; None if there is no image.
    """
    if not record.stages:
        return (Sentence("There is no image of this exposure."),), None
    regions = record.latest.regions if record.latest is not None else None
    cuts = [(stage, cut) for stage in record.stages if (cut := star_cut(stage, regions)) is not None]
    # The result may have no value at all: then the levels are those of the latest stage that has some.
    filled = [(stage, cut) for stage, cut in cuts if np.isfinite(cut.values).any()]
    last, reference = (filled or cuts)[-1]
    conversion = _conversion(record)
    levels = stretch_levels(reference.values)
    figures, own = [], []
    for stage, cut in cuts:
        factor = _factor(cut.unit, reference.unit, conversion)
        here = Levels.between(levels.low / factor, levels.high / factor) if factor else stretch_levels(cut.values)
        if not factor:
            own.append(title(stage.name))
        figures.append(Figure(picture(cut.values, here, STRETCH), f"{title(stage.name)}, {cut.unit}", share=1 / 3))
    figures += _regions_figure(last, levels, regions)
    figures.append(_whole_figure(last, reference))
    units = {cut.unit for _, cut in cuts}
    rows = tuple((unit, 1 / factor) for unit in sorted(units) if (factor := _factor(unit, reference.unit, conversion)))
    scale = Figure(bar(levels, STRETCH, rows), "Values of the greys", share=1.0)
    return (FigureRow(tuple(figures)), scale, _explanation(reference, own, context)), reference


def _regions_figure(stage: Stage, levels: Levels, regions: StarRegions | None) -> Iterator[Figure]:
    """Draw the regions on a part of the image that contains them."""
    if regions is None or stage.image is None:
        return
    half = min(ceil(regions.background.outer * _MARGIN), _FARTHEST)
    corner = (round(regions.x + 0.5 - half), round(regions.y + 0.5 - half))
    values = windowed(stage.image.sci, corner, (2 * half, 2 * half), nan)
    dx, dy = -corner[0], -corner[1]
    outlines = (
        Outline(regions.signal.moved(dx, dy)),
        Outline(regions.background.moved(dx, dy), is_dashed=True),
    )
    yield Figure(picture(values, levels, STRETCH, outlines), "signal and background (dashed)", share=1 / 3)


def _whole_figure(stage: Stage, cut: StarCut) -> Figure:
    """Draw the whole image, with the frame of the cut-out."""
    if stage.image is None:
        raise AssertionError("the stage has an image")
    sci = stage.image.sci
    step = -(-max(sci.shape) // _WHOLE)
    side = cut.values.shape[0]
    frame = Rectangle(
        (cut.corner[0] + side / 2) / step - 0.5, (cut.corner[1] + side / 2) / step - 0.5, side / step, side / step
    )
    return Figure(indexed_picture(thumbnail(sci, _WHOLE), (Outline(frame),)), "the whole image", share=1 / 3)


def _explanation(cut: StarCut, own: list[str], context: EvidenceContext) -> Sentence:
    side, (x, y) = cut.values.shape[0], cut.corner
    first, last = context.numbers.place(x, y), context.numbers.place(x + side - 1, y + side - 1)
    what = "the star" if cut.has_star else "the middle of the image, because no star was found"
    place = f"{first} at the lower left to {last} at the upper right ({context.numbers.convention})"
    sentences = [
        f"The small pictures show {what}: {place}.",
        "All have the same stretch (asinh); the bar has the values of the greys in each unit.",
        *([f"The limits of {', '.join(own)} are their own: the unit is another one."] if own else []),
        "The picture of the regions shows a larger part.",
        "The whole image has a stretch of its own; the frame is the part of the small pictures.",
        NAN_TEXT,
    ]
    return Sentence(" ".join(sentences), is_small=True)


def _conversion(record: ExposureRecord) -> float:
    """Return PHOTMJSR, MJy/sr per DN/s; NaN if the steps recorded none."""
    for stage in reversed(record.stages):
        try:
            return float(stage.metadata[_CONVERSION])
        except (KeyError, ValueError):
            continue
    return nan


def _factor(unit: str, reference: str, conversion: float) -> float | None:
    """Return the factor from values in a unit to those in the unit of the reference; None if it is not known."""
    if unit == reference:
        return 1.0
    if isfinite(conversion) and conversion > 0:
        if (unit, reference) == (_COUNT_RATE, _SURFACE_BRIGHTNESS):
            return conversion
        if (unit, reference) == (_SURFACE_BRIGHTNESS, _COUNT_RATE):
            return 1 / conversion
    return None
