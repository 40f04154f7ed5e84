"""Limits of the checks: defaults with their sources, and changes of the analyst."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from wfsgui.core.assess.sensing import SENSING_STAGES

__all__ = ["DEFAULT_LIMITS", "Limit", "Limits"]


@dataclass(frozen=True)
class Limit:
    """Limit of a check.

    Attributes
    ----------
    key : str
        Name in files and settings; it does not change between versions.
    name : str
        Name for the analyst.
    value : float
        The limit, in `unit`.
    unit : str
        Unit; empty for a pure number.
    relation : str
        What a good number is, for example ``more than`` or ``at most``.
    source : str
        Source of the default, or ``the analyst``.
    """

    key: str
    name: str
    value: float
    unit: str
    relation: str
    source: str

    @property
    def text(self) -> str:
        """The limit as text, for example ``more than 1500``."""
        return " ".join(filter(None, (self.relation, f"{self.value:g}", self.unit)))


_QUIP: Final = "wss_tools 1.2, QUIP plugin SNRCalc"

_LEAST_SBR: Final = {
    1500: ("WAVEFRONT_MAINTENANCE", "FINE_PHASING", "COARSE_PHASING", "PUPIL_IMAGING"),
    500: (
        "GLOBAL_ALIGNMENT",
        "FOCUS_SWEEP",
        "IMAGE_STACKING",
        "IMAGE_ARRAY",
        "SEGMENT_ID",
        "SEGMENT_SEARCH",
        "THUMBNAIL",
        "FVA_COARSE_MIMF",
        "FVA_FIELD_VIGNETTING_SCAN",
    ),
}
"""Stages of the sensing by their least SBR; that of MIMF depends on the instrument."""


def _sbr(stage: str, name: str, least: float) -> Limit:
    return Limit(f"sbr.{stage}", f"Signal to background (SBR), {name}", least, "", "more than", _QUIP)


_SBR: Final = (
    *(_sbr(stage, SENSING_STAGES[stage], least) for least, stages in _LEAST_SBR.items() for stage in stages),
    _sbr("MIMF", "MIMF with NIRCam and NIRISS", 1500),
    _sbr("MIMF.NIRSPEC_MIRI_FGS", "MIMF with NIRSpec, MIRI and FGS", 750),
)

_TABLE: Final = (
    *_SBR,
    Limit("chi2", "Reduced chi2 of a pair", 1.5, "", "at most", "webbpsf issue 789"),
    Limit("placement", "Distance from the field point", 10, "px", "at most", "wss_tools utils/recenter.py"),
)

DEFAULT_LIMITS: Final[Mapping[str, Limit]] = {limit.key: limit for limit in _TABLE}
"""Default of each limit by its key."""


@dataclass(frozen=True)
class Limits:
    """Limits that are in force.

    Attributes
    ----------
    changed : mapping of str to float
        Values that the analyst has changed, by the key of the limit.
    """

    changed: Mapping[str, float] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Limit:
        """Return the limit that is in force; raises KeyError for an unknown key."""
        limit = DEFAULT_LIMITS[key]
        if key not in self.changed or self.changed[key] == limit.value:
            return limit
        return Limit(key, limit.name, self.changed[key], limit.unit, limit.relation, "the analyst")
