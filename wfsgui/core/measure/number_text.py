"""Text of numbers with their units and errors."""

from __future__ import annotations

from decimal import Decimal
from math import floor, isfinite, log10
from typing import Final

__all__ = ["label", "number", "with_error", "with_uncertainty"]

_MOST_DECIMALS: Final = 9

# Errors whose first three digits are not more have two digits.
_TWO_DIGITS: Final = 354

# A float has no more decimal digits.
_MOST_DIGITS: Final = 15

# Exponents of ten that are written without an exponent, as the format "g" with six digits does.
_PLAIN: Final = range(-4, 6)


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


def with_uncertainty(value: float, error: float, unit: str = "") -> str:
    """Write a number with its standard deviation in its last digits, for example ``0.54164(6) Jy``.

    The error has one or two digits, by the rule of the Particle Data Group (Review of Particle Physics, Introduction,
    section 5.3): two if its first three digits are 354 or less, or 950 or more.

    Parameters
    ----------
    value : float
        The number.
    error : float
        Its standard deviation, in the same unit.
    unit : str, optional
        The unit.

    Returns
    -------
    str
        "none", without a unit, if the number is not finite; the number alone if the error is not finite or not
        positive. An error of 120 is written in full, ``2140(120)``.
    """
    if not (isfinite(value) and isfinite(error) and error > 0):
        return number(value, unit)
    exact, sigma = Decimal(repr(float(value))), Decimal(repr(float(error)))
    last = _last_digit(sigma)
    exponent = max(_rounded(exact, last).adjusted(), _rounded(sigma, last).adjusted())
    if exponent - last >= _MOST_DIGITS:
        return f"{number(value)} \N{PLUS-MINUS SIGN} {error:.2g} {unit}".strip()
    shift = 0 if exponent in _PLAIN else exponent
    text = _in_last_digits(exact.scaleb(-shift), sigma.scaleb(-shift), last - shift)
    power = f"e{shift:+03d}" if shift else ""
    return f"{text}{power} {unit}".strip()


def _last_digit(error: Decimal) -> int:
    """Return the exponent of ten of the last digit of an error that is written."""
    first = error.adjusted()
    three = round(error.scaleb(2 - first))
    return first - 1 if three <= _TWO_DIGITS else first


def _rounded(value: Decimal, last: int) -> Decimal:
    """Round to the digit 10**`last`; a number that rounds to zero loses its sign."""
    return round(value.scaleb(-last)) * Decimal(1).scaleb(last)


def _in_last_digits(value: Decimal, error: Decimal, last: int) -> str:
    """Write a number to the digit 10**`last`, and behind it its error, in units of the last digit that is written."""
    units = round(error.scaleb(-last))
    return f"{_rounded(value, last):.{max(-last, 0)}f}({units * 10 ** max(last, 0)})"
