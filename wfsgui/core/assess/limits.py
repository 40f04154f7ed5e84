"""Limits of the checks: defaults with their sources, and changes of the analyst."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Final

from wfsgui.core.assess.sensing import SENSING_STAGES
from wfsgui.core.errors import WfsguiError

__all__ = ["DEFAULT_LIMITS", "Limit", "Limits"]

_RELATIONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "more than": operator.gt,
    "at least": operator.ge,
    "at most": operator.le,
    "less than": operator.lt,
}

_ENERGY_BAND: Final = "this program: the 3 % band of encircled energy in stpsf trending"
_THIRD_OF_ENERGY_BAND: Final = "this program: a third of the 3 % band of encircled energy in stpsf trending"


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
        What a good number is: ``more than``, ``at least``, ``at most`` or ``less than`` the limit.
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

    def is_met(self, number: float) -> bool:
        """Whether a number, in `unit`, is a good one; NaN is not."""
        return _RELATIONS[self.relation](number, self.value)


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
    # The requirement without target acquisition; the slew of an acquisition, 0.1 arcsec, is not in the WCS.
    Limit("target", "Distance from the target", 1, "arcsec", "at most", "JWST user documentation, pointing accuracy"),
    Limit("sip", "Error of the SIP in the header", 0.01, "px", "at most", "jwst assign_wcs, sip_max_pix_error"),
    Limit("unusable", "Light under unusable pixels", 3, "%", "at most", _ENERGY_BAND),
    Limit("saturated", "Light under saturated pixels", 1, "%", "at most", _THIRD_OF_ENERGY_BAND),
    Limit("outliers", "Light in outlier pixels", 1, "%", "at most", _THIRD_OF_ENERGY_BAND),
    Limit("background_level", "Background over signal", 1, "%", "at most", _THIRD_OF_ENERGY_BAND),
    Limit("background_gradient", "Change of the background across the light", 1, "%", "at most", _THIRD_OF_ENERGY_BAND),
    # Noise alone makes one such block in one of 3000 full frames, see `step_checks.holes`.
    Limit("holes", "Depth of holes in the background", 6, "sigma", "at most", "this program: false alarms are rare"),
)

DEFAULT_LIMITS: Final[Mapping[str, Limit]] = {limit.key: limit for limit in _TABLE}
"""Default of each limit by its key."""


@dataclass(frozen=True)
class Limits(Mapping[str, Limit]):
    """Limits that are in force, by key, in the order of the table.

    Attributes
    ----------
    changed : mapping of str to float
        Values that the analyst has changed, by the key of the limit. A key that is not in `DEFAULT_LIMITS`, for example
        of a newer version, is kept and has no effect.
    """

    changed: Mapping[str, float] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Limit:
        """Return the limit that is in force; raises KeyError for an unknown key."""
        limit = DEFAULT_LIMITS[key]
        value = self.changed.get(key, limit.value)
        return limit if value == limit.value else replace(limit, value=value, source="the analyst")

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys."""
        return iter(DEFAULT_LIMITS)

    def __len__(self) -> int:
        """Return the number of limits."""
        return len(DEFAULT_LIMITS)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Keys of changed values that this version does not know."""
        return tuple(key for key in self.changed if key not in DEFAULT_LIMITS)

    def with_value(self, key: str, value: float) -> Limits:
        """Change one limit.

        Parameters
        ----------
        key : str
            Key of the limit.
        value : float
            The new value, in the unit of the limit; the default takes the change back.

        Returns
        -------
        Limits
            The limits with the change.

        Raises
        ------
        WfsguiError
            If the value is negative or not finite, or if there is no such limit.
        """
        if key not in DEFAULT_LIMITS:
            raise WfsguiError(f"There is no limit {key}; the limits are {', '.join(DEFAULT_LIMITS)}.")
        if not (isfinite(value) and value >= 0):
            name = DEFAULT_LIMITS[key].name
            raise WfsguiError(f"{value} is no limit for {name}; give a number that is not negative.")
        changed = {**self.changed, key: float(value)}
        if value == DEFAULT_LIMITS[key].value:
            del changed[key]
        return Limits(changed)
