"""Colours of the states of exposures and stages."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor

from wfsgui.core.model.exposure import ExposureState, StageState
from wfsgui.gui.widgets.theme import BLUE, GREEN, GREY, ORANGE, RED, is_dark

__all__ = ["state_colour"]

_STATES: Final = {
    ExposureState.WAITING: GREY,
    ExposureState.QUEUED: GREY,
    ExposureState.RUNNING: BLUE,
    ExposureState.PAUSED: BLUE,
    ExposureState.NEEDS_LOOK: ORANGE,
    ExposureState.DONE: GREEN,
    ExposureState.WARNED: ORANGE,
    ExposureState.FAILED: RED,
    ExposureState.REJECTED: RED,
    ExposureState.SAVED: GREEN,
    ExposureState.UNUSABLE: RED,
    StageState.NOT_APPLICABLE: GREY,
    StageState.PENDING: GREY,
    StageState.RUNNING: BLUE,
    StageState.DONE: GREEN,
    StageState.WARNED: ORANGE,
    StageState.SKIPPED: GREY,
    StageState.FAILED: RED,
    StageState.REJECTED: RED,
}


def state_colour(state: ExposureState | StageState) -> QColor:
    """Return the colour of a state, readable on the current background."""
    return QColor(_STATES[state][is_dark()])
