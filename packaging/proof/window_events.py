"""Windows in the order of their appearance, from the output of xev for the root window."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["NARROWEST", "Shown", "shown_windows"]

NARROWEST: Final = 800
"""Least width of a main window, pixels; a splash screen is narrower."""

_SIZE: Final = re.compile(r"window (0x[0-9a-f]+), \(-?\d+,-?\d+\), width (\d+), height \d+")
_WINDOW: Final = re.compile(r"window (0x[0-9a-f]+)")


@dataclass(frozen=True)
class Shown:
    """A window that appeared on the screen.

    Attributes
    ----------
    width : int
        Its width, pixels.
    time : float
        Time of the event, s.
    """

    width: int
    time: float


def shown_windows(lines: Iterable[str], clock: Callable[[], float]) -> Iterator[Shown]:
    """List the windows up to the first main window.

    Parameters
    ----------
    lines : iterable of str
        What ``xev -root -event substructure`` prints.
    clock : callable
        Tells the time, s.

    Yields
    ------
    Shown
        A window.
    """
    widths: dict[str, int] = {}
    event = ""
    for line in lines:
        if line[:1].isalpha():
            event = line.split()[0]
        elif size := _SIZE.search(line):
            widths[size[1]] = int(size[2])
        elif event == "MapNotify" and (window := _WINDOW.search(line)):
            shown = Shown(widths.get(window[1], 0), clock())
            yield shown
            if shown.width >= NARROWEST:
                return
