"""Pairs of the open exposures: those found by the headers, and those made or broken by the analyst."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.product import Product
from wfsgui.core.pair.mates import link_by_hand
from wfsgui.core.pair.results import PairLink
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["PairLinks"]

_Members = frozenset[Path]


class PairLinks(QObject):
    """Keep the pairs of the session.

    Parameters
    ----------
    open_exposures : OpenExposures
        The exposures.
    worker : WorkerThread
        Thread that finds the pairs.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    changed : Signal()
        Exposures were opened, removed or replaced by a branch, or there are other pairs.
    """

    changed = Signal()

    def __init__(self, open_exposures: OpenExposures, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_exposures, self._worker = open_exposures, worker
        self._automatic: tuple[PairLink, ...] = ()
        self._made: dict[_Members, PairLink] = {}
        self._broken: set[_Members] = set()
        self._job: Job | None = None
        open_exposures.added.connect(self._find)
        open_exposures.removed.connect(self._find)
        # The pairs stay, but one of their exposures is another branch.
        open_exposures.marked.connect(self.changed)
        if open_exposures.exposures:
            self._find()

    @property
    def is_finding(self) -> bool:
        """Whether the pairs of the open exposures are not known yet."""
        return self._job is not None

    @property
    def links(self) -> tuple[PairLink, ...]:
        """All pairs, those of the analyst first; each has an open exposure."""
        opened = {exposure.product.science.path for exposure in self._open_exposures.exposures}
        made = [link for members, link in self._made.items() if members & opened]
        hidden = self._broken | self._made.keys()
        found = [link for link in self._automatic if _members(link) not in hidden and _members(link) <= opened]
        return (*made, *found)

    @property
    def made(self) -> tuple[PairLink, ...]:
        """The pairs that the analyst has made."""
        return tuple(self._made.values())

    @property
    def broken(self) -> tuple[tuple[Path, Path], ...]:
        """The exposures of each pair that the analyst has broken."""
        pairs = (sorted(members) for members in self._broken)
        return tuple((pair[0], pair[-1]) for pair in pairs)

    def find(self, first: Path, second: Path) -> PairLink | None:
        """Return the pair of two exposures, in any order; None if they are no pair."""
        members = frozenset((first, second))
        return next((link for link in self.links if _members(link) == members), None)

    def of(self, path: Path) -> PairLink | None:
        """Return the first pair that an exposure belongs to; None without one."""
        return next((link for link in self.links if path in (link.first, link.second)), None)

    def make(self, first: ExposureInfo, second: ExposureInfo) -> PairLink:
        """Make a pair of two exposures, as the analyst asks for it."""
        link = link_by_hand(first, second)
        self._made[_members(link)] = link
        self._broken.discard(_members(link))
        self.changed.emit()
        return link

    def break_pair(self, link: PairLink) -> None:
        """Break a pair; it is not made again by itself in this session."""
        self.break_apart(link.first, link.second)

    def break_apart(self, first: Path, second: Path) -> None:
        """Break the pair of two exposures, or make none of them; see `break_pair`."""
        members = frozenset((first, second))
        self._made.pop(members, None)
        self._broken.add(members)
        self.changed.emit()

    def _find(self) -> None:
        if self._job is not None:
            self._job.cancel()
        products = [exposure.product for exposure in self._open_exposures.exposures]
        self._job = self._worker.submit(lambda: _pairs(products), self._take)
        self.changed.emit()

    def _take(self, links: tuple[PairLink, ...]) -> None:
        self._job = None
        self._automatic = links
        self.changed.emit()


def _pairs(products: list[Product]) -> tuple[PairLink, ...]:
    # Imported in the worker thread: it imports scipy.
    from wfsgui.core.pair.pairing import pairs_of

    return pairs_of(products)


def _members(link: PairLink) -> _Members:
    return frozenset((link.first, link.second))
