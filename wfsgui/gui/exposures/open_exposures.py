"""List of the open exposures and their branches, with signals for every change."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, repeat

from PySide6.QtCore import QObject, Signal

from wfsgui.core.branches.family import Family, free_branch_name
from wfsgui.core.branches.make_branch import make_branch
from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.judgement.verdicts import Verdict
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import Event
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.visit.groups import visit_order

__all__ = ["OpenExposures"]


class OpenExposures(QObject):
    """Hold the open exposures; every change of an exposure is made here.

    A product may have several branches, each of which is an `Exposure`. One of them is marked as the result.

    Parameters
    ----------
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    exposures : list of Exposure
        The marked branch of each product, sorted by visit, role and time; in the order in which they were opened if
        these are equal.
    added : Signal(list of Exposure)
        Exposures were opened.
    removed : Signal(list of Exposure)
        Exposures, with all their branches, or single branches were removed.
    branch_added : Signal(Exposure)
        A branch of an open exposure was made.
    marked : Signal(Exposure, Exposure)
        A branch, the first, is marked as the result of its product in the place of another one, the second.
    changed : Signal(Exposure)
        An exposure has changed.
    reset : Signal(Exposure)
        An exposure has other backgrounds: the results of the background step and of all later steps are gone.
    """

    added = Signal(object)
    removed = Signal(object)
    branch_added = Signal(object)
    marked = Signal(object, object)
    changed = Signal(object)
    reset = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.exposures: list[Exposure] = []
        # By the key of each member.
        self._families: dict[str, Family] = {}
        self._numbers = count(1)

    @property
    def everything(self) -> list[Exposure]:
        """The exposures with all their branches: those of one product in the order of their tree."""
        return [branch for exposure in self.exposures for branch in self.branches_of(exposure)]

    @property
    def unsaved_branches(self) -> list[Exposure]:
        """The branches beside the results whose own results have not been saved."""
        return [branch for branch in self.everything if branch.is_unsaved and not self.is_marked(branch)]

    @property
    def unsaved(self) -> list[Exposure]:
        """The exposures whose result has not been saved; other branches do not count."""
        return [exposure for exposure in self.exposures if exposure.is_unsaved]

    def holds(self, exposure: Exposure) -> bool:
        """Whether an exposure, or this branch of one, is open."""
        return exposure.key in self._families

    def is_marked(self, exposure: Exposure) -> bool:
        """Whether an exposure is the result of its product; False if it is not open."""
        return self.holds(exposure) and self.result_of(exposure) is exposure

    def is_other_branch(self, exposure: Exposure) -> bool:
        """Whether an exposure is a branch beside the result of its product."""
        return self.holds(exposure) and not self.is_marked(exposure)

    def result_of(self, exposure: Exposure) -> Exposure:
        """Return the branch that is marked as the result of the product; the exposure itself if it is not open."""
        family = self._families.get(exposure.key)
        return exposure if family is None else family.result

    def branches_of(self, exposure: Exposure) -> tuple[Exposure, ...]:
        """Return all branches of the product, in the order of their tree; the exposure alone if it is not open."""
        family = self._families.get(exposure.key)
        return (exposure,) if family is None else family.members

    def add(
        self, products: Sequence[Product], verdicts: Sequence[Sequence[Verdict]] = ()
    ) -> tuple[list[Exposure], list[Product]]:
        """Open products, except those that are open already.

        Parameters
        ----------
        products : sequence of Product
            The products.
        verdicts : sequence of sequence of Verdict, optional
            Verdicts of earlier sessions on each product; empty, or one sequence for each product.

        Returns
        -------
        added : list of Exposure
            The new exposures.
        known : list of Product
            Products that are open already.
        """
        # One whose backgrounds were changed is known as it was opened, too.
        identities = {each.identity for exposure in self.exposures for each in (exposure.product, exposure.opened)}
        added, known = [], []
        for product, decided in zip(products, verdicts or repeat(()), strict=False):
            if product.identity in identities:
                known.append(product)
            else:
                identities.add(product.identity)
                exposure = Exposure(key=f"{next(self._numbers)}", product=product, verdicts=list(decided))
                self._families[exposure.key] = Family(exposure)
                added.append(exposure)
        # In place, because others may hold the list.
        self.exposures.extend(added)
        self.exposures.sort(key=lambda exposure: visit_order(exposure.product))
        if added:
            self.added.emit(added)
        return added, known

    def new_key(self) -> str:
        """Return a key for an exposure that is made elsewhere, see `add_families`."""
        return f"{next(self._numbers)}"

    def knows(self, product: Product) -> bool:
        """Whether a product is open, as it is now or as it was opened."""
        opened = {each.identity for exposure in self.exposures for each in (exposure.product, exposure.opened)}
        return product.identity in opened

    def add_families(self, families: Sequence[Family]) -> None:
        """Open exposures of an earlier session with their branches; none of their products may be open.

        Parameters
        ----------
        families : sequence of Family
            The exposures of each product, with keys of `new_key`.
        """
        if not families:
            return
        for family in families:
            self._families.update({member.key: family for member in family.members})
        results = [family.result for family in families]
        self.exposures.extend(results)
        self.exposures.sort(key=lambda exposure: visit_order(exposure.product))
        self.added.emit(results)
        for family in families:
            for member in family.members:
                if member is not family.result:
                    self.branch_added.emit(member)

    def leaving(self, exposures: Sequence[Exposure]) -> list[Exposure]:
        """Return what leaves if exposures are removed: all branches with the result, a single branch otherwise."""
        asked = [exposure for exposure in exposures if self.holds(exposure)]
        results = {exposure for exposure in asked if self.is_marked(exposure)}
        return [
            branch
            for exposure in asked
            for branch in (self.branches_of(exposure) if exposure in results else (exposure,))
            if exposure in results or self.result_of(exposure) not in results
        ]

    def remove(self, exposures: Sequence[Exposure]) -> None:
        """Remove exposures as `leaving` says."""
        leaving = self.leaving(exposures)
        products = {exposure for exposure in leaving if self.is_marked(exposure)}
        for branch in leaving:
            family = self._families.pop(branch.key)
            if family.result not in products:
                family.remove(branch)
        # In place, because others may hold the list.
        self.exposures[:] = [exposure for exposure in self.exposures if exposure not in products]
        self.removed.emit(leaving)

    def add_branch(self, origin: Exposure, fork: str, options: StepOptions, name: str, *, serial: str = "") -> Exposure:
        """Make a branch of an open exposure, which stays as it is; nothing is run.

        Parameters
        ----------
        origin : Exposure
            The exposure, or one of its branches.
        fork : str
            First step that the branch runs itself; every earlier step must have been run.
        options : StepOptions
            All choices of the branch.
        name : str
            Its name; it gets a number if another branch has this name.
        serial : str, optional
            Its `Exposure.serial` if it was made in an earlier session.

        Returns
        -------
        Exposure
            The branch.
        """
        family = self._families[origin.key]
        free_name = free_branch_name(name, family.members)
        branch = make_branch(origin, fork, options, key=f"{next(self._numbers)}", name=free_name, serial=serial)
        family.add(branch)
        self._families[branch.key] = family
        self.branch_added.emit(branch)
        return branch

    def move_fork(self, branch: Exposure, fork: str) -> None:
        """Let a branch of which nothing of its own was run leave its origin at an earlier step."""
        branch.fork = fork
        branch.forget_from(fork)
        self.changed.emit(branch)

    def mark(self, exposure: Exposure) -> None:
        """Mark a branch as the result of its product: it takes the place of the former one in `exposures`."""
        former = self.result_of(exposure)
        if former is exposure:
            return
        self._families[exposure.key].result = exposure
        self.exposures[self.exposures.index(former)] = exposure
        self.marked.emit(exposure, former)
        self.changed.emit(former)
        self.changed.emit(exposure)

    def rename(self, exposure: Exposure, name: str) -> None:
        """Give a branch a name; it gets a number if another branch has this name. An empty one changes nothing."""
        others = [branch for branch in self.branches_of(exposure) if branch is not exposure]
        wanted = " ".join(name.split())
        if wanted and wanted != exposure.branch:
            exposure.branch = free_branch_name(wanted, others)
            self.changed.emit(exposure)

    def apply(self, exposure: Exposure, event: Event) -> None:
        """Change an exposure as an event of its run says."""
        apply_event(exposure, event)
        self.changed.emit(exposure)

    def set_state(self, exposure: Exposure, state: ExposureState) -> None:
        """Set the state of an exposure."""
        exposure.state = state
        self.changed.emit(exposure)

    def set_options(self, exposure: Exposure, options: StepOptions) -> None:
        """Set the options for the next run or redo of an exposure."""
        exposure.options = options
        self.changed.emit(exposure)

    def set_product(self, exposure: Exposure, product: Product) -> None:
        """Give an exposure other backgrounds, which resets the background step and all later steps.

        The exposure must not be queued, running or waiting for a verdict.
        """
        exposure.change_product(product)
        self.reset.emit(exposure)
        self.changed.emit(exposure)

    def set_doubts(self, exposure: Exposure, stage: str, doubts: tuple[str, ...]) -> None:
        """Set the expectations that a stage of an exposure does not meet."""
        if doubts != exposure.stages[stage].doubts:
            exposure.stages[stage].doubts = doubts
            self.changed.emit(exposure)

    def set_parity(self, exposure: Exposure, report: ParityReport | None) -> None:
        """Set the comparison of the result of an exposure with that of the official pipeline."""
        exposure.parity = report
        self.changed.emit(exposure)

    def add_verdict(self, exposure: Exposure, verdict: Verdict) -> None:
        """Add a verdict to an exposure."""
        exposure.add_verdict(verdict)
        self.changed.emit(exposure)
