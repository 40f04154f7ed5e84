"""The pixels around one, in one stage, as text."""

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
"""The planes that can be read."""

HALF: Final = 4
"""Pixels on each side of the one in the middle."""

SIZE: Final = 2 * HALF + 1
"""Pixels in each direction."""


@dataclass(frozen=True, eq=False)
class PixelBlock:
    """The pixels around one in one stage; rows are counted from the top here, as they are read.

    Attributes
    ----------
    stage : str
        What the stage is called.
    unit : str
        Unit of SCI and ERR.
    plane : str
        One of `PLANES`.
    near : Neighbourhood
        The pixels.
    before : Neighbourhood or None
        The same pixels in the stage before.
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
        """The values as text; empty beyond the edge of the image."""
        write = str if self.plane == DQ else _written
        values, inside = _values(self.near, self.plane)[::-1].tolist(), self.near.inside[::-1].tolist()
        return [
            [write(value) if is_inside else "" for value, is_inside in zip(*line, strict=True)]
            for line in zip(values, inside, strict=True)
        ]

    @cached_property
    def missing(self) -> list[list[bool]]:
        """Which pixels of the image have no value."""
        found: list[list[bool]] = (np.isnan(_values(self.near, self.plane)) & self.near.inside)[::-1].tolist()
        return found

    @cached_property
    def flags(self) -> list[list[int]]:
        """The flags of each."""
        found: list[list[int]] = self.near.dq[::-1].tolist()
        return found

    @cached_property
    def changed(self) -> list[list[bool]]:
        """Which are not as in the stage before; NaN is the same as NaN."""
        now = _values(self.near, self.plane)
        then = now if self.before is None else _values(self.before, self.plane)
        found: list[list[bool]] = ((now != then) & ~(np.isnan(now) & np.isnan(then)))[::-1].tolist()
        return found

    def columns(self, numbers: PixelNumbers) -> list[int]:
        """Return the numbers of the columns."""
        return [numbers.of(self.near.x0 + place) for place in range(SIZE)]

    def rows(self, numbers: PixelNumbers) -> list[int]:
        """Return the numbers of the rows from the top."""
        return [numbers.of(self.near.y0 + SIZE - 1 - place) for place in range(SIZE)]

    def explain(self, row: int, column: int) -> str:
        """Tell all of a pixel.

        Parameters
        ----------
        row, column : int
            Which one, counted from the upper left.

        Returns
        -------
        str
            Value, error and flags, a line each; empty beyond the edge of the image.
        """
        place = SIZE - 1 - row, column
        if not self.near.inside[place]:
            return ""
        value, error, dq = (float(self.near.sci[place]), float(self.near.err[place]), int(self.near.dq[place]))
        told = "\n".join(flag_names(dq))
        return f"SCI {_long(value)} {self.unit}\nERR {_long(error)} {self.unit}\nDQ {dq}: {told or 'good'}"

    def as_text(self, numbers: PixelNumbers) -> str:
        """Return it for the clipboard, with a heading and the numbers of columns and rows; separated by tabs."""
        head = "\t".join([f"y \\ x ({numbers.convention})", *map(str, self.columns(numbers))])
        lines = ["\t".join([str(row), *texts]) for row, texts in zip(self.rows(numbers), self.texts, strict=True)]
        return "\n".join([self.heading, head, *lines])


def _values(near: Neighbourhood, plane: str) -> NDArray[Any]:
    return {"SCI": near.sci, "ERR": near.err, DQ: near.dq}[plane]


def _written(value: float) -> str:
    """Write four digits, in as little room as may be."""
    if isnan(value):
        return "NaN"
    number, _, power = f"{value:#.4g}".partition("e")
    return f"{number.removesuffix('.')}e{int(power)}" if power else number.removesuffix(".")


def _long(value: float) -> str:
    return "NaN" if isnan(value) else f"{value:.7g}"
