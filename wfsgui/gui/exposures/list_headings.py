"""Headings of the exposure list: visits, and roles within a visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wfsgui.core.visit.groups import group_of, visit_order

if TYPE_CHECKING:
    from wfsgui.core.model.product import Product

__all__ = ["Heading", "HeadingCounts", "SortKey", "exposure_key"]

SortKey = tuple[str | int, ...]
"""Place of a row in the list: keys of headings are beginnings of those of their exposures."""

_ROLE_PARTS = 4
_VISIT_PARTS = 3
# A heading comes before what is under it.
_HEADING, _EXPOSURE = 0, 1
_VISIT_RANK = -1


@dataclass(frozen=True)
class Heading:
    """One heading.

    Attributes
    ----------
    text : str
        Name of the visit or of the role.
    count : int
        Number of exposures under it.
    is_visit : bool
        Whether it is that of a visit.
    """

    text: str
    count: int
    is_visit: bool


def exposure_key(product: Product, number: int) -> SortKey:
    """Return the key of an exposure.

    Parameters
    ----------
    product : Product
        Product of the exposure.
    number : int
        Number in the order of opening, which counts where nothing else differs.

    Returns
    -------
    tuple
        Sorts by visit, role, defocus and time.
    """
    order = visit_order(product)
    return (*order[:_ROLE_PARTS], _EXPOSURE, *order[_ROLE_PARTS:], number)


class HeadingCounts:
    """Count the exposures under each heading."""

    def __init__(self) -> None:
        self._roles: dict[SortKey, Heading] = {}
        self._visits: dict[SortKey, Heading] = {}

    def change(self, product: Product, by: int) -> None:
        """Count an exposure in (1) or out (-1)."""
        order = visit_order(product)
        (program, observation, visit), role = group_of(product)
        # Short, because visits differ at the end.
        name = f"{program or '-'} · obs {observation or '-'} · visit {visit or '-'}"
        _count(self._roles, (*order[:_ROLE_PARTS], _HEADING), str(role), by, is_visit=False)
        _count(self._visits, (*order[:_VISIT_PARTS], _VISIT_RANK), name, by, is_visit=True)

    def headings(self) -> dict[SortKey, Heading]:
        """Return every heading by its key; visits have one only if there are several."""
        return self._roles | self._visits if len(self._visits) > 1 else dict(self._roles)


def _count(headings: dict[SortKey, Heading], key: SortKey, text: str, by: int, *, is_visit: bool) -> None:
    former = headings.pop(key, None)
    count = by + (former.count if former is not None else 0)
    if count > 0:
        headings[key] = Heading(text, count, is_visit)
