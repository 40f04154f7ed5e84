"""Products: a science exposure with its background exposures, the input of one run of the chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["AssociationEntry", "FoundBy", "Member", "Product", "inputs_of", "shared_backgrounds"]


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
        Identity from the headers; ``info.path`` is the file.
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
    """Association of a product, as recorded in the result (ASNTABLE and ASNPOOL).

    Attributes
    ----------
    table : str
        Base name of the association file.
    pool : str
        Name of the pool that the association was generated from.
    """

    table: str
    pool: str


@dataclass(frozen=True)
class Product:
    """One science exposure and the background exposures to subtract from it.

    Attributes
    ----------
    name : str
        Name of the product, from which the pipeline makes file names.
    science : Member
        The exposure to calibrate.
    backgrounds : tuple of Member
        Exposures whose average is subtracted; empty if the background step does not apply.
    association : AssociationEntry or None
        None for an exposure that was given without an association.
    notices : tuple of str
        Notices before the run, one sentence each.
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

    @cached_property
    def identity(self) -> tuple[Path, ...]:
        """Files of the members with links resolved, to compare products; cached."""
        return tuple(member.path.resolve() for member in self.members)

    @property
    def background_paths(self) -> tuple[Path, ...]:
        """Files of the backgrounds, in their order."""
        return tuple(member.path for member in self.backgrounds)


def inputs_of(products: Iterable[Product]) -> frozenset[Path]:
    """List every file that a run of these products reads."""
    return frozenset(member.path for product in products for member in product.members)


def shared_backgrounds(products: Iterable[Product]) -> frozenset[tuple[Path, ...]]:
    """Find the backgrounds that several products share, whose average is worth keeping.

    Parameters
    ----------
    products : iterable of Product
        The products of a run.

    Returns
    -------
    frozenset of tuple of Path
        `Product.background_paths` of more than one product, in the same order.
    """
    counts = Counter(product.background_paths for product in products if product.backgrounds)
    return frozenset(paths for paths, count in counts.items() if count > 1)
