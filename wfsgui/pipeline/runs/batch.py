"""Running products one after the other, telling what happens, and ending exactly once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Final

from wfsgui.core.model.events import (
    EndEvent,
    Event,
    ProductResult,
    ProductState,
    Progress,
    StepStarted,
)
from wfsgui.core.model.product import Product, inputs_of, shared_backgrounds
from wfsgui.core.model.requests import CancelFlag, RunRequest
from wfsgui.pipeline.chain.chain import check_options
from wfsgui.pipeline.chain.error_messages import explain
from wfsgui.pipeline.chain.log_capture import LogCapture
from wfsgui.pipeline.chain.speedups import settle, unburdened
from wfsgui.pipeline.output.output_folder import OutputFolder, Staging
from wfsgui.pipeline.runs.product_record import ProductRecord, Results, end_once
from wfsgui.pipeline.session.background_average import BackgroundAverages
from wfsgui.pipeline.session.product_session import ProductSession

__all__ = ["run"]

log = logging.getLogger(__name__)

# Where the processes of a run note the names of results, in the run's folder.
_CLAIMS: Final = "names"


def run(
    request: RunRequest,
    emit: Callable[[Event], None],
    cancel: CancelFlag,
    averages: BackgroundAverages | None = None,
) -> EndEvent:
    """Calibrate the products of a request.

    Each product is saved and released before the next is opened; a failure ends its product, not the run.

    Parameters
    ----------
    request : RunRequest
        What to do.
    emit : callable
        Receives every `Event`, in this thread, in order; the last is the end event, always.
    cancel : CancelFlag
        Looked at before each step.
    averages : BackgroundAverages, optional
        Averages of backgrounds that are there already; where it is part of a run.

    Returns
    -------
    RunFinished or RunFailed or RunCancelled
        The end event, which has been emitted.

    Raises
    ------
    KeyboardInterrupt
        If the run is broken off by one; the end event has been emitted all the same.
    """

    def work(results: Results) -> None:
        check_options(request.options)
        worker = _Worker(request, emit, cancel, averages or BackgroundAverages())
        for number, product in enumerate(request.products):
            result = worker.calibrate(product, partial(results.note, number))
            results.tell(number)
            if result.state is ProductState.CANCELLED:
                break
            if number == 0 and len(request.products) > 1:
                # The first product leaves caches behind.
                settle()

    with unburdened():
        return end_once(request.products, work, emit)


def _output_folder(request: RunRequest) -> OutputFolder | None:
    if request.output_dir is None:
        return None
    if (share := request.share) is not None:
        claims = share.folder / _CLAIMS if share.one_folder else None
        return OutputFolder(request.output_dir, overwrite=request.overwrite, inputs=share.inputs, claims=claims)
    return OutputFolder(request.output_dir, overwrite=request.overwrite, inputs=inputs_of(request.products))


class _Worker:
    """Calibrate products, telling what happens to each."""

    def __init__(
        self,
        request: RunRequest,
        emit: Callable[[Event], None],
        cancel: CancelFlag,
        averages: BackgroundAverages,
    ) -> None:
        share = request.share
        self._averages = averages
        self._averages.folder = share.folder if share else None
        self._shared = share.backgrounds if share else shared_backgrounds(request.products)
        self._request = request
        self._emit = emit
        self._cancel = cancel
        self._capture = LogCapture(emit)
        self._output = _output_folder(request)
        self._done = 0
        self._total = sum(len(self._session(product).steps) for product in request.products)

    def calibrate(self, product: Product, note: Callable[[ProductResult], None]) -> ProductResult:
        """Calibrate one product, and note its result, whatever happens."""
        record = ProductRecord(product)
        session = self._session(product)
        planned_end = self._done + len(session.steps)
        self._capture.product = product.name
        # A KeyboardInterrupt leaves it at this: with the files that are on disk by then.
        state: ProductState | None = ProductState.CANCELLED
        error = ""
        try:
            with session, self._staging() as staging:
                state = self._drive(session, staging, record)
        except (Exception, SystemExit) as raised:
            state, error = ProductState.FAILED, explain(raised, session.doing)
            with self._capture.listening():
                log.exception("%s failed for %s.", session.doing, product.name)
        finally:
            result = record.result(state, error)
            note(result)
            self._capture.product = ""
            if not self._cancel.is_set():
                # The steps that a failure left out are over, too: the progress must reach its end.
                self._advance_to(planned_end)
        return result

    def _drive(self, session: ProductSession, staging: Staging | None, record: ProductRecord) -> ProductState | None:
        if self._cancel.is_set():
            return ProductState.CANCELLED
        opened = session.open(staging)
        record.opened(opened)
        self._emit(opened)
        while session.pending:
            if self._cancel.is_set():
                return ProductState.CANCELLED
            self._emit(StepStarted(session.product.name, session.pending[0]))
            finished = session.advance()
            record.finished(finished)
            self._emit(finished)
            self._advance_to(self._done + 1)
        record.saved(session.conclude())
        return None if session.is_whole else ProductState.STOPPED

    def _advance_to(self, done: int) -> None:
        if done != self._done:
            self._done = done
            self._emit(Progress(done, self._total))

    def _session(self, product: Product) -> ProductSession:
        return ProductSession(
            product,
            self._request.options,
            self._capture,
            save_steps=self._request.save_steps,
            images=self._request.images,
            averages=self._averages if product.background_paths in self._shared else None,
        )

    def _staging(self) -> AbstractContextManager[Staging | None]:
        return nullcontext() if self._output is None else Staging(self._output)
