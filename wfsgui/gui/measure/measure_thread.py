"""Measurements in a worker thread; only the latest pending request is kept."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.measured import Measured, MeasureRequest
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["MeasureThread"]


class MeasureThread(QObject):
    """Measure in a worker thread; only the latest pending request is kept.

    Parameters
    ----------
    worker : WorkerThread
        Thread that measures.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    measured : Signal(MeasureRequest, Measured)
        A request and its result.
    failed : Signal(MeasureRequest, str)
        A request and why it failed, one sentence.
    """

    measured = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._job: Job | None = None
        self._next: MeasureRequest | None = None

    def ask(self, request: MeasureRequest | None) -> None:
        """Measure; None cancels the current request."""
        self._next = request
        if request is None and self._job is not None:
            self._job.cancel()
            self._job = None
        if request is not None and self._job is None:
            self._begin(request)

    def _begin(self, request: MeasureRequest) -> None:
        self._next = None
        self._job = self._worker.submit(
            lambda: _measure(request),
            lambda found: self._take(request, found),
            lambda error: self._report_error(request, error),
        )

    def _take(self, request: MeasureRequest, measured: Measured) -> None:
        self._job = None
        # Also of a request that is no longer the latest: the result follows the drag of a region.
        self.measured.emit(request, measured)
        if self._next is not None:
            self._begin(self._next)

    def _report_error(self, request: MeasureRequest, error: BaseException) -> None:
        self._job = None
        if not isinstance(error, WfsguiError):
            raise error
        self.failed.emit(request, str(error))
        if self._next is not None:
            self._begin(self._next)


def _measure(request: MeasureRequest) -> Measured:
    # Imported here, so that the first image is not delayed.
    from wfsgui.core.measure.measurement import measure

    return measure(request)
