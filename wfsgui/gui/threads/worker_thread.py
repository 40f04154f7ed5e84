"""Work off the GUI thread: lanes of one thread each, whose results come back to the GUI thread."""

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

# Added to the niceness of the GUI thread. Less than for the engine's processes: while they went first, the GUI thread
# would wait for a lane with the interpreter.
_NICE: Final = 4


class Job:
    """A piece of work that was handed to a lane.

    Parameters
    ----------
    work : callable
        What is done, in the lane's thread.
    done : callable
        Receives the result, in the GUI thread.
    failed : callable
        Receives the exception, in the GUI thread.
    lasts : bool
        Whether it is done even where the lane has been closed meanwhile, as what the analyst wants to be written.
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
        """Lose interest: work that has not begun is not done, and nothing is called any more."""
        self.is_cancelled = True


class WorkerThread(QObject):
    """One worker thread: its jobs are done one after the other, in the order in which they came.

    Parameters
    ----------
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    unhandled : Signal(object)
        The exception of a job that nobody takes care of.
    busy_changed : Signal(bool)
        Whether there is anything in work.
    """

    unhandled = Signal(object)
    busy_changed = Signal(bool)
    _returned = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor: QThreadExecutor | None = None
        self._held: list[Job] = []
        self._reasons: set[str] = set()
        self._open = True
        self._waiting = 0
        # Emitted in the lane's thread and received in that of this object, the GUI's.
        self._returned.connect(self._deliver)

    @property
    def is_busy(self) -> bool:
        """Whether any job is waiting, in work, or about to be delivered."""
        return self._waiting > 0

    def submit(
        self,
        work: Callable[[], _Result],
        done: Callable[[_Result], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        *,
        lasts: bool = False,
    ) -> Job:
        """Hand over a piece of work.

        Parameters
        ----------
        work : callable
            What to do, in the lane's thread. It must not touch widgets.
        done : callable, optional
            Receives the result, in the GUI thread.
        failed : callable, optional
            Receives the exception, in the GUI thread; by default it goes to `unhandled`.
        lasts : bool, optional
            Whether it is done before the thread ends where the lane is closed meanwhile.

        Returns
        -------
        Job
            May be cancelled. After `close` it is that from the beginning.
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
            self._hand_over(job)
        return job

    def pause(self, reason: str) -> None:
        """Begin no other job: something else is more urgent.

        Parameters
        ----------
        reason : str
            Why; the lane goes on when every reason for a pause has been taken back.
        """
        self._reasons.add(reason)

    def resume(self, reason: str) -> None:
        """Take back a reason for a pause; after the last one, go on with what has come meanwhile.

        Parameters
        ----------
        reason : str
            As given to `pause`; one that was not given changes nothing.
        """
        self._reasons.discard(reason)
        if self._reasons:
            return
        held, self._held = self._held, []
        for job in held if self._open else ():
            self._hand_over(job)

    def close(self) -> None:
        """Wait for the job in work and end the thread; of the jobs that wait only those that last are done."""
        if self._open:
            self._open = False
            for job in self._held:
                if job.lasts:
                    self._hand_over(job)
            if self._executor is not None:
                self._executor.shutdown(wait=True)

    def _hand_over(self, job: Job) -> None:
        if self._executor is None:
            # With the first job: a window can be shown before, and it brings in the whole of asyncio.
            from qasync import QThreadExecutor

            self._executor = QThreadExecutor(1)
            self._executor.submit(_step_back)
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
        self._returned.emit(job, result, error)

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


def _step_back() -> None:
    """Let the GUI thread, and the screen, go before the thread that calls this, where there are few cores."""
    if sys.platform == "linux":
        # Elsewhere this would be that of the process.
        thread = threading.get_native_id()
        # Only root may go below the niceness that the program was started with.
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICE)


def _ignore(_result: object) -> None:
    """Take a result that nobody asked for."""
