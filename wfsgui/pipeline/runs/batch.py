"""Run of several products, one after the other, with one end event."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from wfsgui.core.model.events import EndEvent, Event, ProductResult, ProductState, Progress
from wfsgui.core.model.product import Product, inputs_of, shared_backgrounds
from wfsgui.core.model.requests import CancelFlag, RunRequest
from wfsgui.pipeline.chain.chain import check_options, steps_of, until
from wfsgui.pipeline.chain.log_capture import LogCapture
from wfsgui.pipeline.chain.speedups import freeze_objects, reduced_overhead
from wfsgui.pipeline.output.output_folder import OutputFolder
from wfsgui.pipeline.runs.product_record import Results, end_once
from wfsgui.pipeline.runs.product_run import ProductRun, ProductTask
from wfsgui.pipeline.runs.run_checkpoints import RunCheckpoints
from wfsgui.pipeline.session.background_average import BackgroundAverages

__all__ = ["run"]

# Subfolder of the run's folder in which processes register the names of their results.
_CLAIMS: Final = "names"


def run(
    request: RunRequest,
    emit: Callable[[Event], None],
    cancel: CancelFlag,
    averages: BackgroundAverages | None = None,
) -> EndEvent:
    """Calibrate the products of a request.

    Each product is saved and released before the next one is opened. A failure ends its product, not the run.

    Parameters
    ----------
    request : RunRequest
        The request.
    emit : callable
        Receives every `Event`, in this thread and in order; the last one is always the end event.
    cancel : CancelFlag
        Checked before each step.
    averages : BackgroundAverages, optional
        Cache of averaged backgrounds from earlier requests of the same run.

    Returns
    -------
    RunFinished or RunFailed or RunCancelled
        The end event, which has been emitted.

    Raises
    ------
    KeyboardInterrupt
        If the run is interrupted by one; the end event has been emitted.
    """

    def work(results: Results) -> None:
        check_options(request.options)
        batch = _Batch(request, emit, cancel, averages or BackgroundAverages())
        for number, product in enumerate(request.products):
            result = batch.calibrate(product, partial(results.record, number))
            results.report(number)
            if result.state is ProductState.CANCELLED:
                break
            if number == 0 and len(request.products) > 1:
                # The first product has filled the caches of jwst and crds.
                freeze_objects()

    with reduced_overhead():
        return end_once(request.products, work, emit)


def _output_folder(request: RunRequest) -> OutputFolder | None:
    if request.output_dir is None:
        return None
    if (share := request.share) is not None:
        claims = share.folder / _CLAIMS if share.one_folder else None
        return OutputFolder(request.output_dir, overwrite=request.overwrite, inputs=share.inputs, claims=claims)
    return OutputFolder(request.output_dir, overwrite=request.overwrite, inputs=inputs_of(request.products))


class _Batch:
    """The products of one request, and their progress."""

    def __init__(
        self, request: RunRequest, emit: Callable[[Event], None], cancel: CancelFlag, averages: BackgroundAverages
    ) -> None:
        share = request.share
        self._request = request
        self._emit = emit
        self._cancel = cancel
        self._capture = LogCapture(emit)
        self._output = _output_folder(request)
        self._averages = averages
        self._averages.folder = share.folder if share else None
        self._shared = share.backgrounds if share else shared_backgrounds(request.products)
        self._done = 0
        self._total = sum(self._count_steps(product) for product in request.products)

    def calibrate(self, product: Product, record: Callable[[ProductResult], None]) -> ProductResult:
        """Calibrate one product, and record its result in any case."""
        before = self._done
        averages = self._averages if product.background_paths in self._shared else None
        run = ProductRun(product, self._capture, averages, self._checkpoints())
        try:
            return run.run(self._task(product), partial(self._pass_on, before), self._cancel, record)
        finally:
            run.release()
            if not self._cancel.is_set():
                # The steps that a failure left out count as done: the progress must reach its end.
                self._report_progress(before + self._count_steps(product))

    def _checkpoints(self) -> RunCheckpoints | None:
        folder = self._request.output_dir
        return None if folder is None or not self._request.checkpoints else RunCheckpoints(folder)

    def _task(self, product: Product) -> ProductTask:
        return ProductTask(
            product=product,
            options=self._request.options,
            output=self._output,
            save_steps=self._request.save_steps,
            images=self._request.images,
            are_options_checked=True,
        )

    def _count_steps(self, product: Product) -> int:
        return len(until(steps_of(product), self._request.options.stop_after))

    def _pass_on(self, before: int, event: Event) -> None:
        if isinstance(event, Progress):
            self._report_progress(before + event.done)
        else:
            self._emit(event)

    def _report_progress(self, done: int) -> None:
        if done != self._done:
            self._done = done
            self._emit(Progress(done, self._total))
