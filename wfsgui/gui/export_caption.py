"""What is written beneath an exported view, so that the picture can be understood, and made again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wfsgui import __version__
from wfsgui.core.display import Levels
from wfsgui.core.stages import CAL, RATE, title
from wfsgui.core.worklist import Exposure

__all__ = ["ViewFacts", "caption", "suggested_name"]

_SOFTWARE: Final = "meta.calibration_software_version"
_STAGES: Final = {RATE: "Before the first step (rate)", CAL: "Calibrated result (cal)"}
_DIGITS: Final = 5


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
    """

    plane: str
    unit: str
    levels: Levels | None
    rule: str
    stretch: str
    colour_map: str
    inverse: bool


def caption(exposure: Exposure, stage: str, facts: ViewFacts, when: datetime) -> tuple[str, ...]:
    """Say what is shown, and how.

    Parameters
    ----------
    exposure : Exposure
        What is shown.
    stage : str
        Which of its stages.
    facts : ViewFacts
        How.
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
        *([_colours(facts, facts.levels)] if facts.levels else []),
        ", ".join(filter(None, made)),
    )


def suggested_name(exposure: Exposure, stage: str, plane: str) -> str:
    """Return a file name, without its ending."""
    return f"{exposure.product.name}_{stage}_{plane}"


def _colours(facts: ViewFacts, levels: Levels) -> str:
    unit = f" {facts.unit}" if facts.unit else ""
    inverse = ", inverted" if facts.inverse else ""
    limits = f"limits {levels.low:.{_DIGITS}g} to {levels.high:.{_DIGITS}g}{unit} ({facts.rule})"
    return f"Stretch {facts.stretch}, {limits}, colour map {facts.colour_map}{inverse}"
