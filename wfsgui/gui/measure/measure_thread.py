"""Measuring in a thread: the latest question wins."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.measured import Measured, MeasureRequest
from wfsgui.core.measure.measurement import measure
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["MeasureThread"]


class MeasureThread(QObject):
    """Answer the question asked last; while one is answered, only the latest of the others waits.

    Parameters
    ----------
    worker : WorkerThread
        Where it is measured.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    measured : Signal(MeasureRequest, Measured)
        What was measured, and the answer.
    failed : Signal(MeasureRequest, str)
        What could not be measured, and why, in one sentence.
    """

    measured = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._job: Job | None = None
        self._next: MeasureRequest | None = None

    def ask(self, subject: MeasureRequest | None) -> None:
        """Ask; None where there is nothing to ask any more."""
        self._next = subject
        if subject is None and self._job is not None:
            self._job.cancel()
            self._job = None
        if subject is not None and self._job is None:
            self._begin(subject)

    def _begin(self, subject: MeasureRequest) -> None:
        self._next = None
        self._job = self._worker.submit(
            lambda: measure(subject),
            lambda found: self._take(subject, found),
            lambda error: self._report_error(subject, error),
        )

    def _take(self, subject: MeasureRequest, measured: Measured) -> None:
        self._job = None
        # A region that is dragged is followed: what was asked shortly before is shown, too.
        self.measured.emit(subject, measured)
        if self._next is not None:
            self._begin(self._next)

    def _report_error(self, subject: MeasureRequest, error: BaseException) -> None:
        self._job = None
        if not isinstance(error, WfsguiError):
            raise error
        self.failed.emit(subject, str(error))
        if self._next is not None:
            self._begin(self._next)
