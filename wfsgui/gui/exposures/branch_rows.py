"""Rows of the branches below an exposure of the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem

from wfsgui.core.branches.choices import own_choices
from wfsgui.core.branches.family import FIRST_RUN
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import title

__all__ = ["BRANCH_ROLE", "BranchRow", "BranchRows", "branch_title"]

BRANCH_ROLE: Final = Qt.ItemDataRole.UserRole + 5
"""The `BranchRow` of a row that is one."""


@dataclass(frozen=True)
class BranchRow:
    """What a row says about its branch, besides its state.

    Attributes
    ----------
    name : str
        Name of the branch.
    differs : str
        In what it differs from its origin, and where it leaves it; empty for the first run.
    is_result : bool
        Whether it is marked as the result.
    """

    name: str
    differs: str
    is_result: bool


def branch_title(branch: Exposure) -> str:
    """Return the name of a branch as it is shown beside others."""
    return branch.branch or FIRST_RUN


class BranchRows:
    """The rows of the branches of one product, nested as the branches are; none while there is only one branch.

    Parameters
    ----------
    top : QStandardItem
        Row of the product, whose other children come after these.
    make : callable
        ``make(branch)``: makes a row.
    """

    def __init__(self, top: QStandardItem, make: Callable[[Exposure], QStandardItem]) -> None:
        self._top, self._make = top, make
        self._members: tuple[Exposure, ...] = ()
        self._nesting: list[tuple[Exposure, Exposure | None]] = []
        self._items: dict[Exposure, QStandardItem] = {}

    @property
    def members(self) -> tuple[Exposure, ...]:
        """The branches, in the order of their tree."""
        return self._members

    def row_of(self, branch: Exposure) -> QStandardItem | None:
        """Return the row of a branch; None if it has none."""
        return self._items.get(branch)

    def set_members(self, members: Sequence[Exposure]) -> bool:
        """Show these branches, in the order of their tree; return whether there are other rows now."""
        self._members = tuple(members)
        nesting = [(each, each.origin) for each in members] if len(members) > 1 else []
        if nesting == self._nesting:
            return False
        while self._top.hasChildren() and self._top.child(0).data(BRANCH_ROLE) is not None:
            self._top.removeRow(0)
        self._nesting, self._items = nesting, {}
        for branch, origin in nesting:
            row = self._items[branch] = self._make(branch)
            above = self._items.get(origin) if origin is not None else None
            if above is not None:
                above.appendRow(row)
            else:
                count = sum(1 for each in self._items.values() if each.parent() is self._top)
                self._top.insertRow(count, row)
        return True

    def describe(self, result: Exposure) -> None:
        """Write what is known of the branches into their rows."""
        for branch, row in self._items.items():
            name = branch_title(branch)
            row.setText(name)
            row.setData(BranchRow(name, _differs(branch), branch is result), BRANCH_ROLE)


def _differs(branch: Exposure) -> str:
    if not branch.fork:
        return ""
    choices = ", ".join(choice.text for choice in own_choices(branch)) or "no other choice"
    place = f"from {title(branch.fork)}"
    # The name says it, unless the analyst has given another one.
    return place if choices == branch.branch else f"{place}: {choices}"
