"""The exposures on the desk: one list, and signals for whatever shows them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, repeat

from PySide6.QtCore import QObject, Signal

from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import Event
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.verdicts import Verdict

__all__ = ["OpenExposures"]


class OpenExposures(QObject):
    """Hold the exposures; every change of one goes through here.

    Parameters
    ----------
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    exposures : list of Exposure
        In the order in which they came.
    added, removed : Signal(list of Exposure)
        Exposures came, or went.
    changed : Signal(Exposure)
        Anything about an exposure changed.
    """

    added = Signal(object)
    removed = Signal(object)
    changed = Signal(object)

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
        """Put products on the desk, but for those that are there already.

        Parameters
        ----------
        products : sequence of Product
            What to add.
        verdicts : sequence of sequence of Verdict, optional
            What was decided on each of them in earlier sessions; empty, or as many as there are products.

        Returns
        -------
        added : list of Exposure
            The new ones.
        known : list of Product
            Those whose exposures are on the desk already.
        """
        there = {exposure.product.identity for exposure in self.exposures}
        added, known = [], []
        for product, decided in zip(products, verdicts or repeat(()), strict=False):
            if product.identity in there:
                known.append(product)
            else:
                there.add(product.identity)
                added.append(Exposure(key=f"{next(self._numbers)}", product=product, verdicts=list(decided)))
        self.exposures += added
        if added:
            self.added.emit(added)
        return added, known

    def remove(self, exposures: Sequence[Exposure]) -> None:
        """Take exposures off the desk."""
        self.exposures = [exposure for exposure in self.exposures if exposure not in exposures]
        self.removed.emit(list(exposures))

    def apply(self, exposure: Exposure, event: Event) -> None:
        """Take in what the engine told of an exposure."""
        apply_event(exposure, event)
        self.changed.emit(exposure)

    def set_state(self, exposure: Exposure, state: ExposureState) -> None:
        """Change how far an exposure is."""
        exposure.state = state
        self.changed.emit(exposure)

    def set_options(self, exposure: Exposure, options: StepOptions) -> None:
        """Change how the next run or redo of an exposure is done."""
        exposure.options = options
        self.changed.emit(exposure)

    def set_doubts(self, exposure: Exposure, stage: str, doubts: tuple[str, ...]) -> None:
        """Keep what was expected of a stage of an exposure and is not so."""
        if doubts != exposure.stages[stage].doubts:
            exposure.stages[stage].doubts = doubts
            self.changed.emit(exposure)

    def add_verdict(self, exposure: Exposure, verdict: Verdict) -> None:
        """Keep a decision of the analyst with an exposure."""
        exposure.add_verdict(verdict)
        self.changed.emit(exposure)
