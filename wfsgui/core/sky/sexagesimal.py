"""Round steps and sexagesimal labels of right ascension (hours) and declination (degrees)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

__all__ = ["DECLINATION", "RIGHT_ASCENSION", "Scale"]

_MINUTE: Final = 60
_HOUR: Final = 3600
# Decimals of the seconds at the finest step.
_FINEST_PLACES: Final = 7
_SEXAGESIMAL: Final = (1, 2, 3, 5, 10, 15, 20, 30)
_MOST_LINES: Final = 7


@dataclass(frozen=True)
class Scale:
    """Sexagesimal scale of a coordinate.

    Attributes
    ----------
    unit : str
        Name of the whole unit in `astropy.units`.
    seconds : int
        Seconds of the whole unit in a degree.
    units : tuple of str
        Symbols of the whole unit, its minutes and its seconds.
    wholes : tuple of int
        Round steps in whole units.
    is_signed : bool
        Whether every label has a sign; otherwise positions run from 0 to the full circle.
    """

    unit: str
    seconds: int
    units: tuple[str, str, str]
    wholes: tuple[int, ...]
    is_signed: bool

    def ticks(self, low: float, high: float) -> list[tuple[float, str]]:
        """Divide a range into round steps: at most seven ticks, rarely fewer than four.

        Parameters
        ----------
        low, high : float
            Ends of the range, degrees; `high` may exceed the full circle.

        Returns
        -------
        list of (float, str)
            Position in degrees, within the range, and its label. Of a full circle only one end is given.
        """
        start, span = low * self.seconds, (high - low) * self.seconds
        step, places = self._step(span)
        first, last = ceil(start / step), floor((start + span) / step)
        if (last - first) * step >= 360 * self.seconds:
            last -= 1
        return [
            (number * step / self.seconds, self._label(number * step, step, places))
            for number in range(first, last + 1)
        ]

    def _step(self, span: float) -> tuple[float, int]:
        """Return the smallest round step that makes few enough ticks, and the decimals of its seconds."""
        for places in range(_FINEST_PLACES, 0, -1):
            for factor in (1, 2, 5):
                if span <= _MOST_LINES * factor / 10**places:
                    return factor / 10**places, places
        whole = [*_SEXAGESIMAL, *(_MINUTE * each for each in _SEXAGESIMAL), *(_HOUR * each for each in self.wholes)]
        return float(next((step for step in whole if span <= _MOST_LINES * step), whole[-1])), 0

    def _label(self, seconds: float, step: float, places: int) -> str:
        """Write a position with as many fields as the step needs."""
        # Imported with the WCS already: astropy.coordinates takes half a second.
        from astropy.coordinates import Angle

        # Rounded first: the label of 23h59m59.99... is 00h, and -0 has no minus sign.
        rounded = round(seconds, places) + 0.0
        degrees = (rounded if self.is_signed else rounded % (360 * self.seconds)) / self.seconds
        fields = 1 + bool(step % _HOUR) + bool(step % _MINUTE)
        text = Angle(degrees, "deg").to_string(
            self.unit, sep=self.units, precision=places, pad=True, fields=fields, alwayssign=self.is_signed
        )
        return str(text).replace("-", "\N{MINUS SIGN}")


RIGHT_ASCENSION: Final = Scale("hourangle", 240, ("h", "m", "s"), (1, 2, 3, 4, 6), is_signed=False)
"""24 hours to the circle."""

DECLINATION: Final = Scale(
    "deg", 3600, ("\N{DEGREE SIGN}", "\N{PRIME}", "\N{DOUBLE PRIME}"), (1, 2, 3, 5, 10, 15, 30), is_signed=True
)
"""Degrees, minutes and seconds of arc."""
