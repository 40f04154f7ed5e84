"""Text of numbers with their units and errors."""

from __future__ import annotations

from math import floor, isfinite, log10
from typing import Final

__all__ = ["label", "number", "with_error"]

_MOST_DECIMALS: Final = 9


def number(value: float, unit: str = "") -> str:
    """Write a number with six digits and its unit; "none", without a unit, if it is not finite."""
    return f"{value:.6g} {unit}".strip() if isfinite(value) else "none"


def label(name: str, unit: str) -> str:
    """Write a quantity with its unit, for the axis of a plot."""
    return f"{name}, {unit}" if unit else name


def with_error(value: float, error: float, unit: str) -> str:
    """Write a number with its standard deviation and its unit; without the error if that is not finite."""
    if not isfinite(value):
        return number(value)
    text = f"{_to_digits_of(error, value)} \N{PLUS-MINUS SIGN} {error:.2g}" if isfinite(error) else number(value)
    return f"{text} {unit}".strip()


def _to_digits_of(error: float, value: float) -> str:
    """Write a number to the second digit of its error, if six digits are not enough for that."""
    decimals = 1 - floor(log10(error)) if error > 0 else 0
    six = 5 - floor(log10(abs(value))) if value else 0
    return f"{value:.{decimals}f}" if 0 < six < decimals <= _MOST_DECIMALS else number(value)
