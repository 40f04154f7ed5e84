"""Pointing quality and target position of an exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["PLANNED_POINTING", "pointing_is_measured", "pointing_is_planned", "target_of"]

PLANNED_POINTING: Final = "pointing planned, not measured"
"""Text of the badge on an image with planned pointing."""


def pointing_is_planned(info: ExposureInfo) -> bool:
    """Whether the WCS follows from the planned pointing, not from the measured one (ENGQLPTG).

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure.

    Returns
    -------
    bool
        False if the keyword is missing.
    """
    return info.circumstances.is_pointing_planned


def pointing_is_measured(info: ExposureInfo) -> bool:
    """Whether the WCS follows from the guiding telemetry (ENGQLPTG begins with CALCULATED).

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure.

    Returns
    -------
    bool
        False if the keyword is missing.
    """
    return info.circumstances.pointing_quality.startswith("CALCULATED")


def target_of(info: ExposureInfo) -> tuple[float, float] | None:
    """Return the position of the target.

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure.

    Returns
    -------
    tuple of float or None
        Right ascension and declination (TARG_RA, TARG_DEC), degrees, ICRS. None if the keywords are missing or (0, 0),
        which stands for no target.
    """
    position = info.circumstances.target_position
    return None if position == (0.0, 0.0) else position
