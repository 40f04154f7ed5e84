"""Assessment of an exposure: measured quantities and checks against limits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, nan
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wfsgui.core.regions.shapes import Annulus, Circle, Region

__all__ = ["Assessment", "CheckResult", "FlagUnderLight", "Level", "Quantity", "StarRegions", "worst_level"]


class Level(StrEnum):
    """Result of a check, from the best to the worst."""

    GOOD = "good"
    CANNOT_TELL = "cannot tell"
    CARE = "care"
    BAD = "bad"


_LEVELS: Final = tuple(Level)


@dataclass(frozen=True)
class Quantity:
    """One measured number.

    Attributes
    ----------
    key : str
        Name in files, for example ``sbr``; it does not change between versions.
    name : str
        Name for the analyst.
    value : float
        The number in `unit`; NaN if it cannot be measured.
    error : float
        Standard deviation in `unit`; NaN if it is not known.
    unit : str
        Unit as astropy writes it; empty for a pure number.
    region : Region or None
        Where it was measured, in pixels of the whole image; None for the whole image.
    definition : str
        Definition, one sentence, with the source of the formula.
    reason : str
        Why there is no value, one sentence; empty if there is one.
    """

    key: str
    name: str
    value: float
    error: float = nan
    unit: str = ""
    region: Region | None = None
    definition: str = ""
    reason: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is a value."""
        return isfinite(self.value)


@dataclass(frozen=True)
class CheckResult:
    """Result of one check.

    Attributes
    ----------
    key : str
        Name in files, for example ``sbr``; it does not change between versions.
    name : str
        Name for the analyst, for example ``Signal to background (SBR)``.
    level : Level
        The result.
    value : str
        The number or state that was checked as short text, for example ``2140(12)``.
    finding : str
        The result in one sentence that says what is.
    limit : str
        The limit as text, for example ``more than 1500``; empty without a limit.
    source : str
        Source of the limit; empty without a limit.
    quantity : str
        Key of the quantity that was checked; empty if there is none.
    place : tuple of float or None
        Pixel (x, y) to show, 0-based; None if the check has no place.
    """

    key: str
    name: str
    level: Level
    value: str
    finding: str
    limit: str = ""
    source: str = ""
    quantity: str = ""
    place: tuple[float, float] | None = None


@dataclass(frozen=True)
class FlagUnderLight:
    """Pixels of the signal region with one data-quality flag.

    Attributes
    ----------
    name : str
        Name of the flag.
    pixels : int
        Number of these pixels.
    flux_share : float
        Flux of these pixels over the flux of the signal region, from 0 to 1. Pixels without a value count with the
        value of their surroundings.
    """

    name: str
    pixels: int
    flux_share: float


@dataclass(frozen=True)
class StarRegions:
    """Regions in which a star is measured, in pixels of the whole image.

    Attributes
    ----------
    x, y : float
        Centroid of the star.
    signal : Circle or Annulus
        Signal region: the light of the star.
    background : Annulus
        Background annulus, outside the light.
    in_focus : bool
        Whether the star is in focus.
    by_analyst : tuple of str
        Which of ``signal`` and ``background`` the analyst has set.
    """

    x: float
    y: float
    signal: Circle | Annulus
    background: Annulus
    in_focus: bool
    by_analyst: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """All quantities and checks of one stage of an exposure.

    Attributes
    ----------
    product, stage : str
        Names of the product and of the stage.
    regions : StarRegions or None
        Regions of the star; None if no star was found.
    quantities : tuple of Quantity
        Measured numbers, in the order in which they are shown.
    checks : tuple of CheckResult
        Results of the checks, in the order in which they are shown.
    flags : tuple of FlagUnderLight
        Flags in the signal region, by falling share of the flux.
    """

    product: str
    stage: str
    regions: StarRegions | None
    quantities: tuple[Quantity, ...]
    checks: tuple[CheckResult, ...]
    flags: tuple[FlagUnderLight, ...] = ()

    @property
    def overall(self) -> Level:
        """Worst level of the checks."""
        return worst_level(self.checks)

    def quantity(self, key: str) -> Quantity | None:
        """Return a quantity by its key; None if it was not measured."""
        return next((quantity for quantity in self.quantities if quantity.key == key), None)

    def check(self, key: str) -> CheckResult | None:
        """Return a check by its key; None if it was not made."""
        return next((check for check in self.checks if check.key == key), None)


def worst_level(checks: tuple[CheckResult, ...]) -> Level:
    """Return the worst level of checks; `Level.CANNOT_TELL` if there are none."""
    return max((check.level for check in checks), key=_LEVELS.index, default=Level.CANNOT_TELL)
