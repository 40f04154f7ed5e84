"""Numbers of bytes as text, in decimal units as `core.visit.space` has them."""

from __future__ import annotations

from typing import Final

__all__ = ["size_text"]

_UNITS: Final = ("B", "kB", "MB", "GB", "TB")
_STEP: Final = 1000


def size_text(count: int) -> str:
    """Write a number of bytes with three digits at most, for example ``118 MB`` or ``1.2 GB``."""
    value, unit = float(count), 0
    # What would be rounded to 1000 has the next unit.
    while unit < len(_UNITS) - 1 and value >= _STEP - 0.5:
        value, unit = value / _STEP, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit and value < 9.95 else f"{value:.0f} {_UNITS[unit]}"
