"""Checks of reference files that the analyst enters, in a worker thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from wfsgui.core.files.reference_check import reference_fault
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["ReferenceChecks"]


class ReferenceChecks(QObject):
    """Check files off the GUI thread: they may be on a slow network drive.

    Parameters
    ----------
    worker : WorkerThread
        Thread that reads the files.
    parent : QObject
        Owner.

    Attributes
    ----------
    checked : Signal(Exposure, str, str, str)
        Exposure, reference type, entered value, and in one sentence why it cannot be used; empty if it can.
    """

    checked = Signal(object, str, str, str)

    def __init__(self, worker: WorkerThread, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = worker
        self._jobs: dict[tuple[str, str], Job] = {}
        self._waiting: list[Callable[[], object]] = []

    def check(self, exposure: Exposure, kind: str, value: str) -> None:
        """Check a value; an earlier one for the same exposure and type is not checked any more.

        Parameters
        ----------
        exposure : Exposure
            The exposure that it was entered for.
        kind : str
            The reference type.
        value : str
            A path, ``N/A``, or nothing.
        """
        key = (exposure.key, kind)
        former = self._jobs.pop(key, None)
        if former is not None:
            former.cancel()

        def take(fault: str) -> None:
            del self._jobs[key]
            self.checked.emit(exposure, kind, value, fault)
            self._call_waiting()

        def fail(error: BaseException) -> None:
            self._worker.unhandled.emit(error)
            take(f"{value} could not be checked; enter it again.")

        self._jobs[key] = self._worker.submit(partial(reference_fault, kind, value), take, fail)

    def when_done(self, act: Callable[[], object]) -> None:
        """Call a function after all checks: now, or as soon as the last one is done."""
        self._waiting.append(act)
        self._call_waiting()

    def _call_waiting(self) -> None:
        if not self._jobs:
            waiting, self._waiting = self._waiting, []
            for act in waiting:
                act()
