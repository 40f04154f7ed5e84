"""The branches of one product, in the order of their tree, and which of them is the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wfsgui.core.model.stages import STAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wfsgui.core.model.exposure import Exposure

__all__ = ["FIRST_RUN", "Family", "free_branch_name", "state_owner"]

FIRST_RUN: Final = "first run"
"""What a branch without a name is called beside others."""


class Family:
    """The branches of one product; exactly one of them is the result.

    Parameters
    ----------
    first : Exposure
        The first branch, which is the result until another one is marked.

    Attributes
    ----------
    result : Exposure
        The branch that is the result.
    """

    def __init__(self, first: Exposure) -> None:
        self._members = [first]
        self.result = first

    @property
    def members(self) -> tuple[Exposure, ...]:
        """All branches: each one before those that leave it, and these in the order in which they were made."""
        return tuple(self._members)

    def depth(self, branch: Exposure) -> int:
        """Return how many branches are between a branch and the one that all leave."""
        return len(_ancestors(branch))

    def children(self, branch: Exposure | None) -> tuple[Exposure, ...]:
        """Return the branches that leave a branch; those that leave none for None."""
        return tuple(each for each in self._members if each.origin is branch)

    def add(self, branch: Exposure) -> None:
        """Add a branch whose origin is a member, after all others that leave it."""
        origin = branch.origin
        if origin is None or origin not in self._members:
            raise ValueError(f"The branch {branch.branch} does not leave any branch of this product.")
        place = max(number for number, each in enumerate(self._members) if origin in (each, *_ancestors(each)))
        self._members.insert(place + 1, branch)

    def remove(self, branch: Exposure) -> None:
        """Remove a branch that is not the result; those that leave it then leave its origin, at the earlier fork."""
        if branch is self.result:
            raise ValueError("The branch that is the result cannot be removed; mark another one first.")
        self._members.remove(branch)
        for child in self.children(branch):
            child.origin = branch.origin
            child.fork = min(branch.fork, child.fork, key=STAGES.index) if branch.origin is not None else ""


def state_owner(branch: Exposure) -> Exposure | None:
    """Return the exposure that itself ran the last step before the fork of a branch; None if it leaves none.

    A branch can leave another one at an earlier step than that one left its own origin.
    """
    owner = branch.origin
    while owner is not None and owner.origin is not None and STAGES.index(branch.fork) <= STAGES.index(owner.fork):
        owner = owner.origin
    return owner


def free_branch_name(wanted: str, members: Sequence[Exposure]) -> str:
    """Return a name that no branch has yet: the one that is wanted, or that with a number."""
    taken = {member.branch or FIRST_RUN for member in members}
    if wanted not in taken:
        return wanted
    numbered = (f"{wanted} ({number})" for number in range(2, len(taken) + 3))
    return next(name for name in numbered if name not in taken)


def _ancestors(branch: Exposure) -> list[Exposure]:
    found = []
    while branch.origin is not None:
        branch = branch.origin
        found.append(branch)
    return found
