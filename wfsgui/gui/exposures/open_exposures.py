"""List of the open exposures, with signals for every change."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, repeat

from PySide6.QtCore import QObject, Signal

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

    Parameters
    ----------
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    exposures : list of Exposure
        Sorted by visit, role and time; in the order in which they were opened if these are equal.
    added, removed : Signal(list of Exposure)
        Exposures were opened, or removed.
    changed : Signal(Exposure)
        An exposure has changed.
    reset : Signal(Exposure)
        An exposure has other backgrounds: the results of the background step and of all later steps are gone.
    """

    added = Signal(object)
    removed = Signal(object)
    changed = Signal(object)
    reset = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.exposures: list[Exposure] = []
        self._numbers = count(1)

    @property
    def unsaved(self) -> list[Exposure]:
        """The exposures whose result has not been saved."""
        return [exposure for exposure in self.exposures if exposure.is_unsaved]

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
                added.append(Exposure(key=f"{next(self._numbers)}", product=product, verdicts=list(decided)))
        # In place, because others may hold the list.
        self.exposures.extend(added)
        self.exposures.sort(key=lambda exposure: visit_order(exposure.product))
        if added:
            self.added.emit(added)
        return added, known

    def remove(self, exposures: Sequence[Exposure]) -> None:
        """Remove exposures from the list."""
        removed = list(exposures)
        self.exposures[:] = [exposure for exposure in self.exposures if exposure not in removed]
        self.removed.emit(removed)

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
