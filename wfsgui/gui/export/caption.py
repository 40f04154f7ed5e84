"""What is written beneath an exported view, so that the picture can be understood, and made again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor
from typing import Final

from PySide6.QtCore import QRectF

from wfsgui import __version__
from wfsgui.core.image.display import Levels
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import CAL, RATE, title
from wfsgui.core.regions.pixel_numbers import PixelNumbers

__all__ = ["Part", "ViewFacts", "caption", "suggested_name"]

_SOFTWARE: Final = "meta.calibration_software_version"
_STAGES: Final = {RATE: "Before the first step (rate)", CAL: "Calibrated result (cal)"}
_DIGITS: Final = 5


@dataclass(frozen=True)
class Part:
    """A part of an image, in whole pixels.

    Attributes
    ----------
    columns, rows : range
        Counted from 0; empty where only what is beside the image is in view.
    whole : bool
        Whether that is all of the image.
    """

    columns: range
    rows: range
    whole: bool

    @classmethod
    def of(cls, view: QRectF, shape: tuple[int, ...]) -> Part:
        """Return the pixels of an image of this shape that are in view, those at its edge as well."""
        columns, rows = range(shape[1]), range(shape[0])
        across = columns[max(floor(view.left()), 0) : max(ceil(view.right()), 0)]
        along = rows[max(floor(view.top()), 0) : max(ceil(view.bottom()), 0)]
        return cls(across, along, whole=(across, along) == (columns, rows))


@dataclass(frozen=True, kw_only=True)
class ViewFacts:
    """How an image is shown.

    Attributes
    ----------
    plane : str
        Name of the plane.
    unit : str
        Of its values; empty for flags.
    levels : Levels or None
        Between which values the colours run; None for flags.
    rule : str
        What made the levels, for example ``zscale`` or ``by hand``.
    stretch, colour_map : str
        How values become colours.
    inverse : bool
        Whether the colours are turned around.
    part : Part
        The part of the image that is in view.
    """

    plane: str
    unit: str
    levels: Levels | None
    rule: str
    stretch: str
    colour_map: str
    inverse: bool
    part: Part


def caption(exposure: Exposure, stage: str, facts: ViewFacts, numbers: PixelNumbers, when: datetime) -> tuple[str, ...]:
    """Say what is shown, and how.

    Parameters
    ----------
    exposure : Exposure
        What is shown.
    stage : str
        Which of its stages.
    facts : ViewFacts
        How.
    numbers : PixelNumbers
        How pixels are numbered.
    when : datetime
        Now.

    Returns
    -------
    tuple of str
        Paragraphs.
    """
    info = exposure.product.science
    stage_name = _STAGES.get(stage, f"After {title(stage)}")
    software = exposure.stages[stage].metadata.get(_SOFTWARE, "")
    made = [
        f"CRDS context {exposure.context}" if exposure.context else "",
        f"jwst {software}" if software else "",
        f"wfsgui {__version__}",
        f"exported {when:%Y-%m-%d %H:%M} {when.tzname() or ''}".rstrip(),
    ]
    return (
        info.path.name,
        f"{stage_name}, plane {facts.plane}",
        _where(facts.part, numbers),
        *([_colours(facts, facts.levels)] if facts.levels else []),
        ", ".join(filter(None, made)),
    )


def suggested_name(exposure: Exposure, stage: str, plane: str) -> str:
    """Return a file name, without its ending."""
    return f"{exposure.product.name}_{stage}_{plane}"


def _where(part: Part, numbers: PixelNumbers) -> str:
    if not (part.columns and part.rows):
        return "No pixel of the image is in view"
    columns, rows = (f"{numbers.of(span[0])} to {numbers.of(span[-1])}" for span in (part.columns, part.rows))
    size = "the whole image" if part.whole else "a part of the image"
    return f"Columns {columns}, rows {rows}: {size} ({numbers.convention})"


def _colours(facts: ViewFacts, levels: Levels) -> str:
    unit = f" {facts.unit}" if facts.unit else ""
    inverse = ", inverted" if facts.inverse else ""
    limits = f"limits {levels.low:.{_DIGITS}g} to {levels.high:.{_DIGITS}g}{unit} ({facts.rule})"
    return f"Stretch {facts.stretch}, {limits}, colour map {facts.colour_map}{inverse}"
