"""Engine that advances products a step at a time and keeps them, some in memory, between two calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from wfsgui.core.model.events import EndEvent, Event
from wfsgui.core.model.requests import AdvanceRequest, CancelFlag
from wfsgui.pipeline.chain.log_capture import LogCapture
from wfsgui.pipeline.chain.speedups import reduced_overhead
from wfsgui.pipeline.output.output_folder import OutputFolder
from wfsgui.pipeline.runs.product_record import Results, end_once
from wfsgui.pipeline.runs.product_run import ProductRun, ProductTask
from wfsgui.pipeline.runs.run_checkpoints import RunCheckpoints
from wfsgui.pipeline.session.background_average import BackgroundAverages

__all__ = ["StepwiseEngine"]

# Each holds an exposure; others are read from their checkpoints when they go on.
_MOST_PAUSED: Final = 3


class StepwiseEngine:
    """Calibrate products step by step, and keep paused products open. One call at a time."""

    def __init__(self) -> None:
        # The product used last comes last.
        self._runs: dict[str, ProductRun] = {}
        self._capture = LogCapture()
        self._averages = BackgroundAverages()

    def advance(self, request: AdvanceRequest, emit: Callable[[Event], None], cancel: CancelFlag) -> EndEvent:
        """Run the next steps of one product; see `wfsgui.gui.engine_api.Engine.advance`."""

        def work(results: Results) -> None:
            self._advance(request, emit, cancel, results)
            results.report(0)

        with reduced_overhead(), self._capture.received_by(emit):
            return end_once((request.product,), work, emit)

    @property
    def is_empty(self) -> bool:
        """Whether no exposure is open."""
        return not any(run.is_open for run in self._runs.values())

    def release(self, key: str) -> None:
        """Close the product of a key, if there is one."""
        if (run := self._runs.pop(key, None)) is not None:
            run.release()

    def _advance(
        self, request: AdvanceRequest, emit: Callable[[Event], None], cancel: CancelFlag, results: Results
    ) -> None:
        run = self._runs.pop(request.key, None) or ProductRun(
            request.product, self._capture, self._averages, RunCheckpoints(request.result_dir)
        )
        self._runs[request.key] = run
        try:
            run.run(_task(request), emit, cancel, partial(results.record, 0))
        finally:
            if not run.can_continue:
                self.release(request.key)
            for other in [other for other in self._runs.values() if other.is_open][:-_MOST_PAUSED]:
                other.release()


def _task(request: AdvanceRequest) -> ProductTask:
    inputs = [member.path for member in request.product.members]
    return ProductTask(
        product=request.product,
        options=replace(request.options, stop_after=None),
        output=OutputFolder(request.result_dir, overwrite=True, inputs=inputs),
        until=request.until,
        redo=request.redo,
        fork=request.fork,
        begins_at=request.fork.step if request.fork is not None and request.fork.key == request.key else None,
    )
