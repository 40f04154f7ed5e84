"""Points of the trend plot: one number of many decisions, chosen by field point, defocus and detector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from wfsgui.core.measure.number_text import with_uncertainty
from wfsgui.core.trend.record import newest

if TYPE_CHECKING:
    from wfsgui.core.trend.record import TrendCheck, TrendNumber, TrendRecord

__all__ = ["IN_FOCUS", "LimitLine", "Plotted", "TrendFilter", "TrendPoint", "limit_lines", "plotted", "points_of"]

IN_FOCUS = "no lens"
"""Text of a defocus without a lens."""


@dataclass(frozen=True)
class Plotted:
    """A number that can be plotted.

    Attributes
    ----------
    key, unit : str
        Key and unit of the quantity: the same key in two units is two numbers.
    name : str
        Name for the analyst.
    """

    key: str
    unit: str
    name: str

    @property
    def text(self) -> str:
        """Name and unit as text, for example ``Flux [Jy]``."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class TrendFilter:
    """Choice of decisions; an empty text chooses all.

    Attributes
    ----------
    aperture, detector : str
        Field point (APERNAME) and detector.
    defocus : str
        Name of the lenses, or `IN_FOCUS`.
    history : bool
        Whether earlier decisions on the same exposure are included.
    """

    aperture: str = ""
    detector: str = ""
    defocus: str = ""
    history: bool = False

    def choose(self, records: Iterable[TrendRecord]) -> tuple[TrendRecord, ...]:
        """Return the chosen decisions, in the order of the exposures; those without a time are first."""
        found = records if self.history else newest(records)
        chosen = (record for record in found if self._fits(record))
        return tuple(sorted(chosen, key=lambda record: record.start if isfinite(record.start) else -float("inf")))

    def _fits(self, record: TrendRecord) -> bool:
        asked = (self.aperture, self.detector, self.defocus)
        found = (record.aperture, record.detector, record.defocus or IN_FOCUS)
        return all(one in ("", other) for one, other in zip(asked, found, strict=True))


@dataclass(frozen=True)
class TrendPoint:
    """A decision with one of its numbers.

    Attributes
    ----------
    record : TrendRecord
        The decision.
    number : TrendNumber or None
        The number; None if it was not measured.
    checks : tuple of TrendCheck
        Checks of the number.
    """

    record: TrendRecord
    number: TrendNumber | None
    checks: tuple[TrendCheck, ...] = ()

    @property
    def can_be_drawn(self) -> bool:
        """Whether it has a time and a value."""
        return self.number is not None and isfinite(self.record.start)

    @property
    def value_text(self) -> str:
        """The number with its error, without the unit; empty if it was not measured."""
        return with_uncertainty(self.number.value, self.number.error) if self.number is not None else ""

    @property
    def limit_text(self) -> str:
        """The limits of the number; empty without one."""
        return ", ".join(check.limit for check in self.checks if check.limit)


@dataclass(frozen=True)
class LimitLine:
    """A limit that was in force for some of the points.

    Attributes
    ----------
    value : float
        The limit in the unit of the number.
    text : str
        The limit as text, for example ``more than 1500``.
    """

    value: float
    text: str


def plotted(records: Iterable[TrendRecord]) -> tuple[Plotted, ...]:
    """List the numbers that can be plotted.

    Parameters
    ----------
    records : iterable of TrendRecord
        Decisions.

    Returns
    -------
    tuple of Plotted
        In the order in which they occur; the name is that of the last decision.
    """
    found: dict[tuple[str, str], Plotted] = {}
    for record in records:
        for number in record.numbers:
            if isfinite(number.value):
                found[number.key, number.unit] = Plotted(number.key, number.unit, number.name)
    return tuple(found.values())


def points_of(records: Iterable[TrendRecord], number: Plotted | None) -> tuple[TrendPoint, ...]:
    """Make points of decisions.

    Parameters
    ----------
    records : iterable of TrendRecord
        Decisions.
    number : Plotted or None
        The number to plot; None if there is none.

    Returns
    -------
    tuple of TrendPoint
        One for each decision, in the same order.
    """
    if number is None:
        return tuple(TrendPoint(record, None) for record in records)
    return tuple(
        TrendPoint(record, record.number(number.key, number.unit), record.checks_of(number.key)) for record in records
    )


def limit_lines(points: Iterable[TrendPoint]) -> tuple[LimitLine, ...]:
    """List the limits that were in force for points that can be drawn.

    Parameters
    ----------
    points : iterable of TrendPoint
        The points.

    Returns
    -------
    tuple of LimitLine
        Each limit once, the lowest first.
    """
    found = {
        LimitLine(check.limit_value, check.limit)
        for point in points
        if point.can_be_drawn
        for check in point.checks
        if isfinite(check.limit_value)
    }
    return tuple(sorted(found, key=lambda line: (line.value, line.text)))
