"""Comparison of results with those of the official pipeline, which runs aside."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal

from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.engine_api import Engine
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["ParityControl"]


class ParityControl(QObject):
    """Compare results, one after the other, in a thread.

    Parameters
    ----------
    open_exposures : OpenExposures
        The exposures; they keep the reports.
    engine : Engine
        Runs the official pipeline aside.
    worker : WorkerThread
        Thread that waits for it.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    changed : Signal(Exposure)
        A comparison of the exposure has begun or ended.
    compared : Signal(Exposure, ParityReport)
        The result of the exposure has been compared.
    """

    changed = Signal(object)
    compared = Signal(object, object)

    def __init__(
        self, open_exposures: OpenExposures, engine: Engine, worker: WorkerThread, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._open_exposures, self._engine, self._worker = open_exposures, engine, worker
        self._running: dict[Exposure, threading.Event] = {}
        open_exposures.removed.connect(self._stop)
        open_exposures.reset.connect(lambda exposure: self._stop([exposure]))

    def is_running(self, exposure: Exposure) -> bool:
        """Whether the result of an exposure is being compared."""
        return exposure in self._running

    def check(self, exposure: Exposure) -> None:
        """Compare the result of an exposure, unless that is being done."""
        result, cancel = exposure.result, threading.Event()
        if result is None or exposure in self._running:
            return
        self._running[exposure] = cancel
        product, options, engine = exposure.product, exposure.used_options, self._engine

        def take(report: ParityReport) -> None:
            del self._running[exposure]
            # A result that was made anew meanwhile is another one.
            if not cancel.is_set() and exposure.result == result:
                self._open_exposures.set_parity(exposure, report)
                self.compared.emit(exposure, report)
            self.changed.emit(exposure)

        def fail(error: BaseException) -> None:
            take(ParityReport(failure=f"The comparison with the official pipeline failed: {error}."))

        self._worker.submit(lambda: engine.check_parity(product, options, result, cancel), take, fail)
        self.changed.emit(exposure)

    def stop(self) -> None:
        """Stop all comparisons."""
        self._stop(list(self._running))

    def _stop(self, exposures: list[Exposure]) -> None:
        for exposure in exposures:
            if exposure in self._running:
                self._running[exposure].set()
