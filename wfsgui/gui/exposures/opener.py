"""Opens files and folders in a worker thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.names import is_parameter_file, is_session_file
from wfsgui.core.files.verdict_store import StoredVerdicts, VerdictStore
from wfsgui.core.intake.eligibility import allowed_mismatch
from wfsgui.core.intake.products import Declined, Intake, take_in
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.product import Product
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["Opener", "Opening", "TakeIn"]

TakeIn = Callable[[Sequence[Path]], Intake]


@dataclass(frozen=True)
class Opening:
    """Outcome of opening files and folders.

    Attributes
    ----------
    given : tuple of Path
        Files and folders that were to be opened.
    exposures : list of Exposure
        The new exposures.
    declined : list of Declined
        What was not opened, and why.
    passed_over : list of Declined
        What was left out without being named, or is open already.
    unread : list of str
        Why earlier verdicts could not be read, a sentence each.
    mismatches : list of str
        Backgrounds that do not match and are used because the analyst said so, and what they do not cover.
    """

    given: tuple[Path, ...]
    exposures: list[Exposure]
    declined: list[Declined]
    passed_over: list[Declined]
    unread: list[str]
    mismatches: list[str] = field(default_factory=list)


class Opener(QObject):
    """Turn files and folders into open exposures.

    Parameters
    ----------
    open_exposures : OpenExposures
        Receives the exposures.
    verdict_store : VerdictStore
        Has the verdicts of earlier sessions.
    worker : WorkerThread
        Thread that reads the headers.
    take_in : callable
        `wfsgui.core.intake.products.take_in`, or a replacement.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    busy_changed : Signal()
        `is_busy` has changed.
    opened : Signal(Opening)
        Files and folders were opened.
    parameter_files_given : Signal(list of Path)
        Parameter files were among the files, whose exposures are open by now.
    sessions_given : Signal(list of Path)
        Session files were among the files.
    failed : Signal(str)
        The demonstration cannot be created: why, in one sentence.
    message : Signal(str)
        What is being done, while it takes long.
    """

    busy_changed = Signal()
    opened = Signal(object)
    parameter_files_given = Signal(object)
    sessions_given = Signal(object)
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
        """Whether files are being opened."""
        return self._under_way > 0

    def open(self, given: Sequence[Path]) -> None:
        """Open files and folders; returns at once.

        Parameters
        ----------
        given : sequence of Path
            ``_rate`` files, associations, and folders of them; parameter files and session files are handed on.
        """
        paths = tuple(path for path in given if not (is_parameter_file(path) or is_session_file(path)))
        sessions = [path for path in given if is_session_file(path)]
        parameter_files = [path for path in given if is_parameter_file(path)]

        def work() -> tuple[Intake, list[StoredVerdicts]]:
            intake = self._take_in(paths)
            return intake, self._read_verdicts(intake.products)

        def take(found: tuple[Intake, list[StoredVerdicts]]) -> None:
            self._take(paths, *found)
            if parameter_files:
                self.parameter_files_given.emit(parameter_files)

        if sessions:
            self.sessions_given.emit(sessions)
        if paths:
            self._begin()
            self._worker.submit(work, take, self._fail)
        elif parameter_files:
            self.parameter_files_given.emit(parameter_files)

    def open_anyway(self, declined: Iterable[Declined]) -> None:
        """Open products that were declined because of backgrounds that do not match; returns at once.

        Parameters
        ----------
        declined : iterable of Declined
            Those with `Declined.mismatch_of` count; other products of the same associations are not opened.
        """
        wanted = {(entry.mismatch_of, entry.product) for entry in declined if entry.mismatch_of is not None}
        tables = sorted({table for table, _ in wanted})

        def work() -> tuple[Intake, list[StoredVerdicts]]:
            intake = Intake()
            for table in tables:
                taken = take_in([table], allow_mismatch=True, one_folder=False)
                intake.products += [product for product in taken.products if (table, product.name) in wanted]
                intake.declined += [
                    entry for entry in taken.declined if not entry.product or (table, entry.product) in wanted
                ]
            return intake, self._read_verdicts(intake.products)

        def take(found: tuple[Intake, list[StoredVerdicts]]) -> None:
            self._take((), *found)

        self._begin()
        self._worker.submit(work, take, self._fail)

    def open_products(self, make: Callable[[Callable[[str], None]], tuple[Product, ...]]) -> None:
        """Open products that are created first, such as those of the demonstration; returns at once.

        Parameters
        ----------
        make : callable
            ``make(say) -> tuple of Product``; called in a worker thread, may raise `WfsguiError`.
        """

        def work() -> tuple[Intake, list[StoredVerdicts]]:
            products = list(make(self.message.emit))
            return Intake(products=products), self._read_verdicts(products)

        self._begin()
        self._worker.submit(work, lambda found: self._take((), *found), self._fail)

    def _read_verdicts(self, products: list[Product]) -> list[StoredVerdicts]:
        for product in products:
            # Computed in this thread and kept, because a network drive may be slow.
            _ = product.identity
        return [self._verdict_store.read(product) for product in products]

    def _begin(self) -> None:
        self._under_way += 1
        if self._under_way == 1:
            self.busy_changed.emit()

    def _take(self, given: tuple[Path, ...], intake: Intake, stored: list[StoredVerdicts]) -> None:
        added, known = self._open_exposures.add(intake.products, [entry.verdicts for entry in stored])
        again = [Declined(product.name, f"{product.name} is in the list already.") for product in known]
        unread = [sentence for entry in stored for sentence in entry.unread]
        self._finish()
        mismatches = [text for exposure in added for text in _mismatches(exposure.product)]
        self.opened.emit(Opening(given, added, intake.declined, [*intake.passed_over, *again], unread, mismatches))

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


def _mismatches(product: Product) -> list[str]:
    texts = (allowed_mismatch(product.science.info, member.info) for member in product.backgrounds)
    return [f"{product.name}: {text}" for text in texts if text]
