"""Taking in what was dropped, chosen or named, off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.verdict_store import NotebookPage, VerdictStore
from wfsgui.core.intake.products import Declined, Intake
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.product import Product
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["Opener", "Opening", "TakeIn"]

TakeIn = Callable[[Sequence[Path]], Intake]


@dataclass(frozen=True)
class Opening:
    """What became of what was given.

    Attributes
    ----------
    given : tuple of Path
        Files and folders.
    exposures : list of Exposure
        Those that came on the desk.
    declined : list of Declined
        What was not taken, and why.
    passed_over : list of Declined
        What was found without being asked for, or was there already.
    unread : list of str
        Which earlier verdicts could not be read and why, a sentence each.
    """

    given: tuple[Path, ...]
    exposures: list[Exposure]
    declined: list[Declined]
    passed_over: list[Declined]
    unread: list[str]


class Opener(QObject):
    """Turn files and folders into exposures on the desk.

    Parameters
    ----------
    open_exposures : OpenExposures
        Where they are put.
    verdict_store : VerdictStore
        What the analyst decided on them earlier.
    worker : WorkerThread
        Where their headers are read.
    take_in : callable
        `wfsgui.core.intake.products.take_in`, or what does the same.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    busy_changed : Signal()
        Something is being opened, or nothing any more.
    opened : Signal(Opening)
        What became of what was given.
    failed : Signal(str)
        The demonstration cannot be made: why, in one sentence.
    message : Signal(str)
        What takes a while.
    """

    busy_changed = Signal()
    opened = Signal(object)
    failed = Signal(str)
    message = Signal(str)

    def __init__(
        self,
        open_exposures: OpenExposures,
        verdict_store: VerdictStore,
        worker: WorkerThread,
        take_in: TakeIn,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_exposures = open_exposures
        self._verdict_store = verdict_store
        self._worker = worker
        self._take_in = take_in
        self._under_way = 0

    @property
    def is_busy(self) -> bool:
        """Whether anything is being opened."""
        return self._under_way > 0

    def open(self, given: Sequence[Path]) -> None:
        """Open files and folders; returns at once.

        Parameters
        ----------
        given : sequence of Path
            ``_rate`` files, associations, and folders of them.
        """
        paths = tuple(given)
        if not paths:
            return

        def work() -> tuple[Intake, list[NotebookPage]]:
            intake = self._take_in(paths)
            return intake, self._decided(intake.products)

        self._begin()
        self._worker.submit(work, lambda found: self._take(paths, *found), self._fail)

    def open_products(self, make: Callable[[Callable[[str], None]], tuple[Product, ...]]) -> None:
        """Open products that have yet to be made, such as the demonstration's; returns at once.

        Parameters
        ----------
        make : callable
            ``make(say) -> tuple of Product``; called in a worker thread, may raise `WfsguiError`.
        """

        def work() -> tuple[Intake, list[NotebookPage]]:
            products = list(make(self.message.emit))
            return Intake(products=products), self._decided(products)

        self._begin()
        self._worker.submit(work, lambda found: self._take((), *found), self._fail)

    def _decided(self, products: list[Product]) -> list[NotebookPage]:
        for product in products:
            # Looked up in this thread and kept: a network drive may be slow.
            _ = product.identity
        return [self._verdict_store.read(product) for product in products]

    def _begin(self) -> None:
        self._under_way += 1
        if self._under_way == 1:
            self.busy_changed.emit()

    def _take(self, given: tuple[Path, ...], intake: Intake, pages: list[NotebookPage]) -> None:
        added, known = self._open_exposures.add(intake.products, [page.verdicts for page in pages])
        again = [Declined(product.name, f"{product.name} is in the list already.") for product in known]
        unread = [sentence for page in pages for sentence in page.unread]
        self._finish()
        self.opened.emit(Opening(given, added, intake.declined, [*intake.passed_over, *again], unread))

    def _fail(self, error: BaseException) -> None:
        self._finish()
        if isinstance(error, WfsguiError):
            self.failed.emit(str(error))
        else:
            self._worker.unhandled.emit(error)

    def _finish(self) -> None:
        self._under_way -= 1
        if self._under_way == 0:
            self.busy_changed.emit()
