"""Products: what one run of the chain takes in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wfsgui.core.exposure import ExposureInfo

__all__ = ["AssociationEntry", "FoundBy", "Member", "Product"]


class FoundBy(StrEnum):
    """The rule by which the file of an association's member was found."""

    RELATIVE = "relative to the association"
    BESIDE = "by its base name beside the association"
    AS_GIVEN = "as given"


@dataclass(frozen=True)
class Member:
    """One exposure of a product.

    Attributes
    ----------
    info : ExposureInfo
        Its header quick look; ``info.path`` is the file.
    found_by : FoundBy
        The rule that found the file.
    """

    info: ExposureInfo
    found_by: FoundBy = FoundBy.AS_GIVEN

    @property
    def path(self) -> Path:
        """The member's file."""
        return self.info.path


@dataclass(frozen=True)
class AssociationEntry:
    """Where a product comes from, as recorded in the result (ASNTABLE and ASNPOOL).

    Attributes
    ----------
    table : str
        Base name of the association file.
    pool : str
        Name of the pool that it was generated from.
    """

    table: str
    pool: str


@dataclass(frozen=True)
class Product:
    """One science exposure, with the background exposures to subtract from it.

    Attributes
    ----------
    name : str
        The product's name, from which the pipeline makes file names.
    science : Member
        The exposure to calibrate.
    backgrounds : tuple of Member
        Exposures whose average is subtracted; empty where the background step does not apply.
    association : AssociationEntry or None
        None for an exposure given by itself.
    notices : tuple of str
        What the analyst should know before the run, a sentence each.
    """

    name: str
    science: Member
    backgrounds: tuple[Member, ...] = ()
    association: AssociationEntry | None = None
    notices: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[Member, ...]:
        """The science exposure and the backgrounds, in this order."""
        return (self.science, *self.backgrounds)
