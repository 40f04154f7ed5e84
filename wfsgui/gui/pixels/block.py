"""Pixels around a position in one stage, as text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.image.dq_flags import Neighbourhood
from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.gui.dq.flag_names import flag_names

__all__ = ["DQ", "HALF", "PLANES", "SIZE", "PixelBlock"]

DQ: Final = "DQ"
PLANES: Final = ("SCI", "ERR", DQ)
"""Planes that can be shown."""

HALF: Final = 4
"""Number of pixels on each side of the central one."""

SIZE: Final = 2 * HALF + 1
"""Number of pixels in each direction."""


@dataclass(frozen=True, eq=False)
class PixelBlock:
    """Pixels around a position in one stage; rows are counted from the top, as in the table.

    Attributes
    ----------
    stage : str
        Title of the stage.
    unit : str
        Unit of SCI and ERR.
    plane : str
        One of `PLANES`.
    near : Neighbourhood
        The pixels.
    before : Neighbourhood or None
        The same pixels in the previous stage.
    """

    stage: str
    unit: str
    plane: str
    near: Neighbourhood
    before: Neighbourhood | None

    @property
    def heading(self) -> str:
        """Stage, plane and unit."""
        return f"{self.stage}  {self.plane}" + (f"  {self.unit}" if self.unit and self.plane != DQ else "")

    @cached_property
    def texts(self) -> list[list[str]]:
        """Values as text, shape (SIZE, SIZE); empty outside of the image."""
        write = str if self.plane == DQ else _short
        values, inside = _values(self.near, self.plane)[::-1].tolist(), self.near.inside[::-1].tolist()
        return [
            [write(value) if is_inside else "" for value, is_inside in zip(*line, strict=True)]
            for line in zip(values, inside, strict=True)
        ]

    @cached_property
    def missing(self) -> list[list[bool]]:
        """Pixels of the image that are NaN, shape (SIZE, SIZE)."""
        found: list[list[bool]] = (np.isnan(_values(self.near, self.plane)) & self.near.inside)[::-1].tolist()
        return found

    @cached_property
    def flags(self) -> list[list[int]]:
        """Data-quality flags, shape (SIZE, SIZE)."""
        found: list[list[int]] = self.near.dq[::-1].tolist()
        return found

    @cached_property
    def changed(self) -> list[list[bool]]:
        """Pixels that differ from the previous stage, shape (SIZE, SIZE); NaN equals NaN."""
        now = _values(self.near, self.plane)
        then = now if self.before is None else _values(self.before, self.plane)
        found: list[list[bool]] = ((now != then) & ~(np.isnan(now) & np.isnan(then)))[::-1].tolist()
        return found

    def columns(self, numbers: PixelNumbers) -> list[int]:
        """Return the numbers of the columns from the left."""
        return [numbers.of(self.near.x0 + place) for place in range(SIZE)]

    def rows(self, numbers: PixelNumbers) -> list[int]:
        """Return the numbers of the rows from the top."""
        return [numbers.of(self.near.y0 + SIZE - 1 - place) for place in range(SIZE)]

    def explain(self, row: int, column: int) -> str:
        """Return all values of a pixel.

        Parameters
        ----------
        row, column : int
            Position, counted from the upper left.

        Returns
        -------
        str
            Value, error and flags, a line each; empty outside of the image.
        """
        position = SIZE - 1 - row, column
        if not self.near.inside[position]:
            return ""
        value, error, dq = (float(self.near.sci[position]), float(self.near.err[position]), int(self.near.dq[position]))
        names = "\n".join(flag_names(dq))
        return f"SCI {_long(value)} {self.unit}\nERR {_long(error)} {self.unit}\nDQ {dq}: {names or 'good'}"

    def as_text(self, numbers: PixelNumbers) -> str:
        """Return the values for the clipboard, separated by tabs, with heading and numbers of columns and rows."""
        head = "\t".join([f"y \\ x ({numbers.convention})", *map(str, self.columns(numbers))])
        lines = ["\t".join([str(row), *texts]) for row, texts in zip(self.rows(numbers), self.texts, strict=True)]
        return "\n".join([self.heading, head, *lines])


def _values(near: Neighbourhood, plane: str) -> NDArray[Any]:
    return {"SCI": near.sci, "ERR": near.err, DQ: near.dq}[plane]


def _short(value: float) -> str:
    """Return a number with four digits, as short as possible."""
    if isnan(value):
        return "NaN"
    number, _, power = f"{value:#.4g}".partition("e")
    return f"{number.removesuffix('.')}e{int(power)}" if power else number.removesuffix(".")


def _long(value: float) -> str:
    return "NaN" if isnan(value) else f"{value:.7g}"
