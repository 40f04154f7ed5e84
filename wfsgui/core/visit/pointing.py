"""What the headers say of pointing and target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["PLANNED_POINTING", "pointing_is_measured", "pointing_is_planned", "target_of"]

PLANNED_POINTING: Final = "pointing planned, not measured"
"""What a badge says where `pointing_is_planned`."""


def pointing_is_planned(info: ExposureInfo) -> bool:
    """Whether the WCS is the planned pointing instead of the measured one (ENGQLPTG).

    Parameters
    ----------
    info : ExposureInfo
        The exposure's header quick look.

    Returns
    -------
    bool
        False where the keyword is missing: then nothing is known.
    """
    return info.circumstances.is_pointing_planned


def pointing_is_measured(info: ExposureInfo) -> bool:
    """Whether the WCS was calculated from the telemetry of the guiding (ENGQLPTG begins with CALCULATED).

    Parameters
    ----------
    info : ExposureInfo
        The exposure's header quick look.

    Returns
    -------
    bool
        False where the keyword is missing: then nothing is known.
    """
    return info.circumstances.pointing_quality.startswith("CALCULATED")


def target_of(info: ExposureInfo) -> tuple[float, float] | None:
    """Give the position of the target, where there is one.

    Parameters
    ----------
    info : ExposureInfo
        The exposure's header quick look.

    Returns
    -------
    tuple of float or None
        Right ascension and declination (TARG_RA, TARG_DEC), degrees, ICRS. None where they are missing or (0, 0),
        which stands for no target: then there is no marker and no offset.
    """
    position = info.circumstances.target_position
    return None if position == (0.0, 0.0) else position
