"""Limits of the checks, kept in the settings."""

from __future__ import annotations

from typing import Final

from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.limits_file import ReadLimits, limits_from_json, limits_to_json
from wfsgui.core.errors import WfsguiError
from wfsgui.gui.settings.settings import Settings

__all__ = ["load_limits", "save_limits"]

_STATE: Final = "assess_limits"
_DAMAGED: Final = "assess_limits_damaged"


def load_limits(settings: Settings) -> ReadLimits:
    """Read the limits of the analyst.

    Parameters
    ----------
    settings : Settings
        Settings of the analyst.

    Returns
    -------
    ReadLimits
        The limits; the defaults if they cannot be read. Notices say what has no effect.
    """
    text = settings.load_state(_STATE, "")
    if not text:
        return ReadLimits(Limits())
    try:
        return limits_from_json(text, "The settings file")
    except WfsguiError as error:
        # The next change would overwrite it.
        settings.save_state(_DAMAGED, text)
        return ReadLimits(Limits(), (f"The default limits are used: {error}",))


def save_limits(settings: Settings, limits: Limits) -> None:
    """Keep the limits of the analyst in the settings."""
    settings.save_state(_STATE, limits_to_json(limits))
