"""Numbers and their units, as they are read."""

from __future__ import annotations

from math import isfinite

__all__ = ["label", "number", "with_error"]


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
    told = f"{number(value)} \N{PLUS-MINUS SIGN} {error:.2g}" if isfinite(error) else number(value)
    return f"{told} {unit}".strip()
