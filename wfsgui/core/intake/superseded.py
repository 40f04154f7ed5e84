"""Products of one exposure in several associations of a folder: which of them is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wfsgui.core.intake.association import AssociationProduct, AssociationTable, exposure_root

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Superseded", "find_superseded"]


@dataclass(frozen=True)
class Superseded:
    """A product in place of which another association's product of the same exposure is taken.

    Attributes
    ----------
    table, entry : AssociationTable, AssociationProduct
        The product that is not taken.
    by_table, by_entry : AssociationTable, AssociationProduct
        The product that is taken, if it is not declined.
    """

    table: AssociationTable
    entry: AssociationProduct
    by_table: AssociationTable
    by_entry: AssociationProduct

    @property
    def key(self) -> tuple[Path, AssociationProduct]:
        """Identifies the product that is not taken."""
        return self.table.path, self.entry

    @property
    def reason(self) -> str:
        """Why the other product is taken, one sentence."""
        its, others = _backgrounds(self.entry), _backgrounds(self.by_entry)
        if its == others:
            why = "comes first and has the same backgrounds"
        else:
            why = "has these backgrounds and more" if its else "has backgrounds"
        winner = self.by_table.path.name
        return f"{self.entry.name} is in {self.table.path.name} and in {winner}; that of {winner} is taken: it {why}."


def find_superseded(tables: Iterable[AssociationTable]) -> tuple[Superseded, ...]:
    """Find products of the same exposure and name, of which one has all backgrounds of the others.

    DMS writes an exposure into an association of its observation and into one with the background target. Their results
    have one name.

    Parameters
    ----------
    tables : iterable of AssociationTable
        The associations of a folder, in their order.

    Returns
    -------
    tuple of Superseded
        Products that are not taken. Products whose backgrounds differ otherwise are not among them: nobody but the
        analyst can choose.
    """
    alike: dict[tuple[str, str], list[tuple[AssociationTable, AssociationProduct]]] = {}
    for table in tables:
        for entry in table.products:
            science = entry.of_type("science")
            if len(science) == 1:
                key = exposure_root(entry.name), exposure_root(science[0])
                alike.setdefault(key, []).append((table, entry))
    found = []
    for products in alike.values():
        # The first one of those with most backgrounds.
        best = max(products, key=lambda product: len(_backgrounds(product[1])))
        most = _backgrounds(best[1])
        found += [
            Superseded(*product, *best)
            for product in products
            if product[0] is not best[0] and _backgrounds(product[1]) <= most
        ]
    return tuple(found)


def _backgrounds(entry: AssociationProduct) -> frozenset[str]:
    return frozenset(map(exposure_root, entry.of_type("background")))
