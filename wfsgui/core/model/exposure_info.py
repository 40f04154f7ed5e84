"""Identity of an exposure, from its headers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from wfsgui.core.model.circumstances import Circumstances

__all__ = ["PLANES", "WFSC_VISIT_PREFIX", "ExposureInfo"]


WFSC_VISIT_PREFIX: Final = "PRIME_WFSC"
"""Every WFS&C visit type (VISITYPE) begins with this."""


PLANES: Final = ("SCI", "ERR", "DQ", "VAR_POISSON", "VAR_RNOISE")
"""The image extensions of a ``_rate`` file."""


@dataclass(frozen=True, kw_only=True)
class ExposureInfo:
    """Identity of an exposure, from its headers.

    A missing keyword is an empty string.

    Attributes
    ----------
    path : Path
        The file.
    telescope, instrument, detector, filter, pupil, subarray : str
        TELESCOP, INSTRUME, DETECTOR, FILTER, PUPIL, SUBARRAY.
    exp_type, visit_type : str
        EXP_TYPE and VISITYPE.
    program, observation, visit, exposure : str
        PROGRAM, OBSERVTN, VISIT, EXPOSURE.
    target : str
        TARGPROP, the proposer's name of the target, or else TARGNAME.
    date_obs : str
        DATE-OBS and TIME-OBS, UTC, ISO 8601.
    planes : tuple of (str, tuple of int)
        Name and shape of each of `PLANES` in the file; the shape is (y, x) for a ``_rate`` file.
    subarray_size : tuple of int or None
        SUBSIZE2 and SUBSIZE1, (y, x); None if they are missing.
    unit : str
        BUNIT of SCI.
    steps : tuple of (str, str)
        Name and value of each calibration-step keyword (``S_*``).
    circumstances : Circumstances
        Pointing, target, aperture, earlier processing.
    """

    path: Path
    telescope: str
    instrument: str
    detector: str
    filter: str
    pupil: str
    subarray: str
    exp_type: str
    visit_type: str
    program: str
    observation: str
    visit: str
    exposure: str
    target: str
    date_obs: str
    planes: tuple[tuple[str, tuple[int, ...]], ...]
    subarray_size: tuple[int, int] | None
    unit: str
    steps: tuple[tuple[str, str], ...]
    circumstances: Circumstances = field(default_factory=Circumstances)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the SCI array, (y, x) for a ``_rate`` file."""
        return dict(self.planes)["SCI"]

    @property
    def is_wfsc(self) -> bool:
        """Whether the exposure was taken in a WFS&C visit."""
        return self.visit_type.startswith(WFSC_VISIT_PREFIX)

    @property
    def optical_elements(self) -> str:
        """Filter and pupil in the usual notation, for example ``F212N+WLP8``."""
        return "+".join(name for name in (self.filter, self.pupil) if name) or "no filter"

    @property
    def size(self) -> str:
        """Shape of the SCI array in the order of FITS, x first, for example ``2048x2048``."""
        return "x".join(str(length) for length in reversed(self.shape))

    def completed(self, keyword: str) -> bool:
        """Whether the calibration step with this keyword (``S_...``) is marked COMPLETE."""
        return dict(self.steps).get(keyword) == "COMPLETE"
