"""Choice of the two exposures that are compared."""

from __future__ import annotations

from typing import NamedTuple

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.pair.mates import why_no_pair
from wfsgui.core.pair.results import PairLink
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.pair.pair_links import PairLinks
from wfsgui.gui.pair.pair_member import MemberList, PairMember

__all__ = ["Chosen", "PairChoice"]

_NOTHING_OPEN = "No exposure is open: open two exposures of a star to compare them."
_ONE_OPEN = "Only one exposure is open: open its partner, or compare it with a file."
_NO_PARTNER = "This exposure has no partner: choose another exposure as B, or compare it with a file."


class Chosen(NamedTuple):
    """The two exposures.

    Attributes
    ----------
    first, second : PairMember
        A and B.
    """

    first: PairMember
    second: PairMember


class PairChoice:
    """Keep which exposures are A and B.

    Parameters
    ----------
    open_exposures : OpenExposures
        Exposures to choose from.
    links : PairLinks
        The pairs.
    """

    def __init__(self, open_exposures: OpenExposures, links: PairLinks) -> None:
        self._open_exposures, self._links = open_exposures, links
        self._members = MemberList(open_exposures)
        self.first: PairMember | None = None
        self.second: PairMember | None = None

    @property
    def both(self) -> Chosen | None:
        """A and B; None if one of them is missing."""
        return Chosen(self.first, self.second) if self.first is not None and self.second is not None else None

    @property
    def firsts(self) -> tuple[PairMember, ...]:
        """What can be A."""
        return self._members.opened

    @property
    def seconds(self) -> tuple[PairMember, ...]:
        """What can be B."""
        return self._members.partners(self.first)

    @property
    def link(self) -> PairLink | None:
        """The pair of A and B; None if they are no pair."""
        both = self.both
        return self._links.find(both.first.path, both.second.path) if both is not None else None

    @property
    def state(self) -> str:
        """Whether A and B are a pair, and why or why not."""
        both, link = self.both, self.link
        if both is None:
            return ""
        if link is not None:
            return f"{link.kind}, {'made by you' if link.by_analyst else 'found by the headers'}"
        against = why_no_pair(both.first.info, both.second.info)
        return " ".join(("Not a pair.", *against))

    @property
    def why_nothing(self) -> str:
        """Why there is nothing to compare, one sentence that says what to do."""
        return (_NOTHING_OPEN, _ONE_OPEN)[len(self.firsts)] if len(self.firsts) < 2 else _NO_PARTNER

    def names(self, members: tuple[PairMember, ...]) -> tuple[str, ...]:
        """Return a short name for each of some exposures."""
        return self._members.names(members)

    def holds(self, exposure: Exposure) -> bool:
        """Whether an exposure is A or B."""
        return any(member is not None and member.exposure is exposure for member in (self.first, self.second))

    def refresh(self) -> None:
        """Take in that exposures were opened or removed, and that there are other pairs."""
        self._members.refresh()
        opened = self._open_exposures.exposures
        if self.first is not None and self.first.exposure not in opened:
            self.first = self.second = None
        if self.second is not None and self.second.exposure is not None and self.second.exposure not in opened:
            self.second = None
        if self.first is None and self.firsts:
            self.first = self.firsts[0]
        if self.first is not None and self.second is None:
            self._choose_with_partner(self.first)

    def show(self, exposure: Exposure) -> None:
        """Choose an exposure and its partner, unless it is A or B already."""
        if not self.holds(exposure):
            self.second = None
            self._choose_with_partner(PairMember(exposure.product.science.info, exposure))

    def choose_first(self, number: int) -> None:
        """Choose A by its number in `firsts`; B is its partner then, or stays if it has none."""
        member = self.firsts[number]
        if member == self.first:
            return
        link = self._links.of(member.path)
        partner = None
        if link is not None:
            partner = self._members.find(link.second if link.first == member.path else link.first)
        kept = self.second if self.second != member else None
        # A is what was chosen, also if the pair has the other order.
        self.first, self.second = member, partner or kept

    def choose_second(self, number: int) -> None:
        """Choose B by its number in `seconds`."""
        self.second = self.seconds[number]

    def choose_file(self, info: ExposureInfo) -> bool:
        """Choose a file as B, and make it a pair with A; return whether that is possible."""
        member = self._members.add_file(info)
        if self.first is None or member.path == self.first.path:
            return False
        self.second = member
        self.make()
        return True

    def make(self) -> None:
        """Make A and B a pair."""
        both = self.both
        if both is not None:
            self._links.make(both.first.info, both.second.info)

    def break_pair(self) -> None:
        """Break the pair of A and B; they stay chosen."""
        link = self.link
        if link is not None:
            self._links.break_pair(link)

    def _choose_with_partner(self, member: PairMember) -> None:
        """Choose an exposure and its partner, in the order of the pair."""
        link = self._links.of(member.path)
        partner = self._members.find(link.second if link.first == member.path else link.first) if link else None
        self.first, self.second = member, partner
        if link is not None and partner is not None and partner.exposure is not None and link.second == member.path:
            self.first, self.second = partner, member
