"""Worker threads whose results are delivered in the GUI thread."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from qasync import QThreadExecutor

__all__ = ["Job", "WorkerThread"]

log = logging.getLogger(__name__)

_Result = TypeVar("_Result")

# Added to the niceness of the GUI thread. It must be less than that of the engine's processes: if they ran first, a
# worker thread that holds the interpreter would keep the GUI thread waiting.
_NICE: Final = 4


class Job:
    """Work that was submitted to a worker thread.

    Parameters
    ----------
    work : callable
        Does the work, in the worker thread.
    done : callable
        Receives the result, in the GUI thread.
    failed : callable
        Receives the exception, in the GUI thread.
    lasts : bool
        Whether it is also done after `WorkerThread.close`, such as writing what the analyst entered.
    """

    def __init__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        *,
        lasts: bool = False,
    ) -> None:
        self.work = work
        self.done = done
        self.failed = failed
        self.lasts = lasts
        self.is_cancelled = False

    def cancel(self) -> None:
        """Do not start the work if it has not begun, and call nothing any more."""
        self.is_cancelled = True


class WorkerThread(QObject):
    """One thread that does its jobs one after the other, in the order of `submit`.

    Parameters
    ----------
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    unhandled : Signal(object)
        The exception of a job without a function for failures.
    busy_changed : Signal(bool)
        Whether a job is waiting or running.
    """

    unhandled = Signal(object)
    busy_changed = Signal(bool)
    _ended = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor: QThreadExecutor | None = None
        self._held: list[Job] = []
        self._reasons: set[str] = set()
        self._open = True
        self._waiting = 0
        # Emitted in the worker thread, received in the GUI thread, which this object belongs to.
        self._ended.connect(self._deliver)

    @property
    def is_busy(self) -> bool:
        """Whether a job is waiting or running, or its result is not delivered yet."""
        return self._waiting > 0

    def submit(
        self,
        work: Callable[[], _Result],
        done: Callable[[_Result], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        *,
        lasts: bool = False,
    ) -> Job:
        """Add a job.

        Parameters
        ----------
        work : callable
            Does the work, in the worker thread. It must not use widgets.
        done : callable, optional
            Receives the result, in the GUI thread.
        failed : callable, optional
            Receives the exception, in the GUI thread; by default it goes to `unhandled`.
        lasts : bool, optional
            Whether it is also done if `close` is called before it begins.

        Returns
        -------
        Job
            Can be cancelled. After `close` it is cancelled already.
        """
        job = Job(work, done or _ignore, failed or self.unhandled.emit, lasts=lasts)
        if not self._open:
            job.cancel()
            return job
        self._waiting += 1
        if self._waiting == 1:
            self.busy_changed.emit(True)
        if self._reasons:
            self._held.append(job)
        else:
            self._start(job)
        return job

    def pause(self, reason: str) -> None:
        """Start no further job.

        Parameters
        ----------
        reason : str
            Why. Jobs are started again when every reason has been withdrawn.
        """
        self._reasons.add(reason)

    def resume(self, reason: str) -> None:
        """Withdraw a reason for a pause; after the last one, start the jobs that were added meanwhile.

        Parameters
        ----------
        reason : str
            As given to `pause`; any other has no effect.
        """
        self._reasons.discard(reason)
        if self._reasons:
            return
        held, self._held = self._held, []
        for job in held if self._open else ():
            self._start(job)

    def close(self) -> None:
        """End the thread after the running job and the waiting jobs that last."""
        if self._open:
            self._open = False
            held, self._held = self._held, []
            for job in held:
                if job.lasts:
                    self._start(job)
                else:
                    # It never comes back from the thread.
                    self._waiting -= 1
            if held and self._waiting == 0:
                self.busy_changed.emit(False)
            if self._executor is not None:
                self._executor.shutdown(wait=True)

    def _start(self, job: Job) -> None:
        if self._executor is None:
            # Imported with the first job, after the window is shown: it imports all of asyncio.
            from qasync import QThreadExecutor

            self._executor = QThreadExecutor(1)
            self._executor.submit(_lower_priority)
        self._executor.submit(self._work, job)

    def _work(self, job: Job) -> None:
        result: Any = None
        error: BaseException | None = None
        if (self._open or job.lasts) and not job.is_cancelled:
            try:
                result = job.work()
            except (Exception, SystemExit) as raised:
                # crds ends the program with SystemExit; that must not end the thread.
                log.debug("A job failed.", exc_info=True)
                error = raised
        self._ended.emit(job, result, error)

    def _deliver(self, job: Job, result: object, error: BaseException | None) -> None:
        self._waiting -= 1
        try:
            if job.is_cancelled or not self._open:
                return
            if error is None:
                job.done(result)
            else:
                job.failed(error)
        finally:
            if self._waiting == 0:
                self.busy_changed.emit(False)


def _lower_priority() -> None:
    """Let the GUI thread and the X server run before the thread that calls this, if there are few cores."""
    if sys.platform == "linux":
        # On other systems this would change the whole process.
        thread = threading.get_native_id()
        # Added, because only root may go below the niceness that the program was started with.
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICE)


def _ignore(_result: object) -> None:
    """Ignore the result of a job that has no function for it."""
