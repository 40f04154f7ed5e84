"""Caption of an exported view: all that is needed to understand and to reproduce it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from wfsgui import __version__
from wfsgui.core.image.display import Levels
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import CAL, RATE, title
from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.core.visit.pointing import PLANNED_POINTING, pointing_is_planned
from wfsgui.core.visit.roles import role_of
from wfsgui.gui.image.view_settings import Part, ViewSettings

__all__ = ["caption", "suggested_name"]

_SOFTWARE: Final = "meta.calibration_software_version"
_STAGES: Final = {RATE: "Before the first step (rate)", CAL: "Calibrated result (cal)"}
_DIGITS: Final = 5


def caption(
    exposure: Exposure, stage: str, settings: ViewSettings, numbers: PixelNumbers, when: datetime
) -> tuple[str, ...]:
    """Return the paragraphs of the caption.

    Parameters
    ----------
    exposure : Exposure
        Exposure on screen.
    stage : str
        Name of its stage.
    settings : ViewSettings
        Plane, levels and colours.
    numbers : PixelNumbers
        How pixels are numbered.
    when : datetime
        Time of the export.

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
        _capitalized(role_of(info.info).text),
        f"{stage_name}, plane {settings.plane}",
        *([_capitalized(PLANNED_POINTING)] if pointing_is_planned(info.info) else []),
        _where(settings.part, numbers),
        *([_colours(settings, settings.levels)] if settings.levels else []),
        ", ".join(filter(None, made)),
    )


def _capitalized(text: str) -> str:
    # Not str.capitalize, which would make WLP8 lower case.
    return text[:1].upper() + text[1:]


def suggested_name(exposure: Exposure, stage: str, plane: str) -> str:
    """Return the suggested file name without a suffix."""
    return f"{exposure.product.name}_{stage}_{plane}"


def _where(part: Part, numbers: PixelNumbers) -> str:
    if not (part.columns and part.rows):
        return "No pixel of the image is in view"
    columns, rows = (f"{numbers.of(span[0])} to {numbers.of(span[-1])}" for span in (part.columns, part.rows))
    size = "the whole image" if part.whole else "a part of the image"
    return f"Columns {columns}, rows {rows}: {size} ({numbers.convention})"


def _colours(settings: ViewSettings, levels: Levels) -> str:
    unit = f" {settings.unit}" if settings.unit else ""
    inverse = ", inverted" if settings.inverse else ""
    limits = f"limits {levels.low:.{_DIGITS}g} to {levels.high:.{_DIGITS}g}{unit} ({settings.rule})"
    return f"Stretch {settings.stretch}, {limits}, colour map {settings.colour_map}{inverse}"
