"""Numbers and their units, as they are read."""

from __future__ import annotations

from math import floor, isfinite, log10
from typing import Final

__all__ = ["label", "number", "with_error"]

# More are no longer read.
_MOST_DECIMALS: Final = 9


def number(value: float, unit: str = "") -> str:
    """Write a number with its unit; "none", without a unit, for what is no number."""
    return f"{value:.6g} {unit}".strip() if isfinite(value) else "none"


def label(name: str, unit: str) -> str:
    """Name a quantity with its unit, for the axis of a plot."""
    return f"{name}, {unit}" if unit else name


def with_error(value: float, error: float, unit: str) -> str:
    """Write a number with its standard deviation and its unit; what is no number is left out."""
    if not isfinite(value):
        return number(value)
    told = f"{_as_far_as(value, error)} \N{PLUS-MINUS SIGN} {error:.2g}" if isfinite(error) else number(value)
    return f"{told} {unit}".strip()


def _as_far_as(value: float, error: float) -> str:
    """Write a number to the second digit of its error, where six digits do not reach that."""
    decimals = 1 - floor(log10(error)) if error > 0 else 0
    six = 5 - floor(log10(abs(value))) if value else 0
    return f"{value:.{decimals}f}" if 0 < six < decimals <= _MOST_DECIMALS else number(value)
