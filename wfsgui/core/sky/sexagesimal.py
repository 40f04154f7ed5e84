"""Round steps and labels of right ascension, in time, and of declination, in arc."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

__all__ = ["DECLINATION", "RIGHT_ASCENSION", "Scale"]

_MINUTE: Final = 60
_HOUR: Final = 3600
# Decimals of the finest step, in seconds.
_FINEST_PLACES: Final = 7
_SEXAGESIMAL: Final = (1, 2, 3, 5, 10, 15, 20, 30)
_MOST_LINES: Final = 7


@dataclass(frozen=True)
class Scale:
    """A circle with its sexagesimal division.

    Attributes
    ----------
    seconds : int
        Seconds of it in a degree.
    units : tuple of str
        Signs of the whole unit, of its minutes and of its seconds.
    wholes : tuple of int
        Round steps in whole units.
    is_signed : bool
        Whether a label has a sign always; one without runs from 0 to the full circle.
    """

    seconds: int
    units: tuple[str, str, str]
    wholes: tuple[int, ...]
    is_signed: bool

    def ticks(self, low: float, high: float) -> list[tuple[float, str]]:
        """Divide a range into round steps, seven at most and rarely fewer than four.

        Parameters
        ----------
        low, high : float
            Degrees; `high` may be beyond the full circle.

        Returns
        -------
        list of (float, str)
            Position in degrees, within the range, and its label. Both ends of a full circle are the same: only one
            is given.
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
        """Choose the least round step that makes few enough lines, and the decimals that its seconds need."""
        for places in range(_FINEST_PLACES, 0, -1):
            for factor in (1, 2, 5):
                if span <= _MOST_LINES * factor / 10**places:
                    return factor / 10**places, places
        whole = [*_SEXAGESIMAL, *(_MINUTE * each for each in _SEXAGESIMAL), *(_HOUR * each for each in self.wholes)]
        return float(next((step for step in whole if span <= _MOST_LINES * step), whole[-1])), 0

    def _label(self, seconds: float, step: float, places: int) -> str:
        """Write a position with as many parts as the step makes necessary."""
        # Whole numbers from here on: 59.99... seconds must not become 60.
        ticks = round(abs(seconds) * 10**places)
        if not self.is_signed:
            ticks = round(seconds * 10**places) % (360 * self.seconds * 10**places)
        rest, fine = divmod(ticks, _MINUTE * 10**places)
        whole, minutes = divmod(rest, _MINUTE)
        hour, minute, second = self.units
        sign = ("\N{MINUS SIGN}" if seconds < 0 and ticks else "+") if self.is_signed else ""
        text = f"{sign}{whole:02d}{hour}"
        if step % _HOUR:
            text += f"{minutes:02d}{minute}"
        if step % _MINUTE:
            width = 3 + places if places else 2
            text += f"{fine / 10**places:0{width}.{places}f}{second}"
        return text


RIGHT_ASCENSION: Final = Scale(240, ("h", "m", "s"), (1, 2, 3, 4, 6), is_signed=False)
"""24 hours to the circle."""

DECLINATION: Final = Scale(
    3600, ("\N{DEGREE SIGN}", "\N{PRIME}", "\N{DOUBLE PRIME}"), (1, 2, 3, 5, 10, 15, 30), is_signed=True
)
"""Degrees, minutes and seconds of arc."""
