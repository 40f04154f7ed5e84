"""Marks and colours of the levels of checks, and of decisions."""

from __future__ import annotations

from typing import Final

from wfsgui.core.assess.results import Level
from wfsgui.core.judgement.decision import Fitness
from wfsgui.gui.widgets.tokens import palette

__all__ = ["LEVEL_OF", "MARKS", "level_colour"]

MARKS: Final = {Level.GOOD: "✓", Level.CANNOT_TELL: "?", Level.CARE: "!", Level.BAD: "✕"}
"""Mark of each level; screen readers are given its name."""

LEVEL_OF: Final = {Fitness.FIT: Level.GOOD, Fitness.CARE: Level.CARE, Fitness.NOT_FIT: Level.BAD}
"""Level whose colour a decision has."""


def level_colour(level: Level) -> str:
    """Return the colour of a level in the present theme, ``#rrggbb``."""
    colours = palette()
    match level:
        case Level.GOOD:
            return colours.ok
        case Level.CARE:
            return colours.warn
        case Level.BAD:
            return colours.bad
        case Level.CANNOT_TELL:
            return colours.mute
