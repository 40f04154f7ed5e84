"""Processes that calibrate products side by side. Imports no jwst: only the processes do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from wfsgui.core.errors import OptionError, WfsguiError
from wfsgui.core.files.frame_transfer import ImageReceiver
from wfsgui.core.model.events import EndEvent, Event, ExposureOpened, StepFinished
from wfsgui.core.model.requests import CancelFlag, RunRequest, StepOptions
from wfsgui.core.model.stages import BACKGROUND
from wfsgui.pipeline.processes.once_only import Turn, Turns
from wfsgui.pipeline.processes.worker_process import WorkerProcess

__all__ = ["WorkerPool"]

_OPENING: Final = "opening"


class WorkerPool:
    """Processes for products: started when they are needed, kept until `close`. Threads may call its methods.

    Parameters
    ----------
    low_priority : bool, optional
        Whether the program that has started them goes first where there are few cores.
    """

    def __init__(self, *, low_priority: bool = False) -> None:
        self._low_priority = low_priority
        self._changed = threading.Condition()
        self._is_open = True
        self._idle: list[WorkerProcess] = []
        self._in_use: set[WorkerProcess] = set()
        self._turns = Turns()

    def check(self, options: StepOptions) -> None:
        """Check options against the specifications of the steps.

        Parameters
        ----------
        options : StepOptions
            What the analyst asked for.

        Raises
        ------
        OptionError
            If the chain does not know one of them.
        WfsguiError
            If the engine cannot be started, or the processes have been ended.
        """
        worker = self._take()
        try:
            fault = worker.ask(options)
        finally:
            self._give_back(worker)
        if fault is not None:
            raise OptionError(str(fault))

    def calibrate(self, request: RunRequest, emit: Callable[[Event], None], cancel: CancelFlag) -> EndEvent:
        """Have a product calibrated in a process; returns when that is done.

        Parameters
        ----------
        request : RunRequest
            One product, with a share.
        emit : callable
            Receives every event, in this thread; the last is the end event, always.
        cancel : CancelFlag
            Looked at before each step.

        Returns
        -------
        RunFinished or RunFailed or RunCancelled
            The end event, which has been emitted.

        Raises
        ------
        WfsguiError
            If the processes have been ended; nothing has been emitted then.
        """
        average = self._turn_of_average(request, cancel)
        # One at a time: crds gives up where another process is downloading the same reference file.
        opening = self._turns.take(_OPENING, cancel)

        def tell(event: Event) -> None:
            match event:
                case ExposureOpened():
                    opening.end()
                case StepFinished() if event.step == BACKGROUND and average is not None:
                    average.end(made=True)
            emit(event)

        worker = None
        try:
            worker = self._take()
            return worker.work(request, ImageReceiver(), tell, cancel)
        finally:
            opening.end()
            if average is not None:
                average.end()
            if worker is not None:
                self._give_back(worker)

    def _turn_of_average(self, request: RunRequest, cancel: CancelFlag) -> Turn | None:
        share, paths = request.share, request.products[0].background_paths
        if share is None or paths not in share.backgrounds:
            return None
        return self._turns.take((share.folder, paths), cancel)

    def terminate(self) -> None:
        """Break everything off that is in work, and begin nothing any more."""
        with self._changed:
            self._is_open = False
            for worker in self._in_use:
                worker.terminate()

    def close(self) -> None:
        """End all processes, each after what it has in work; returns when they have ended."""
        with self._changed:
            self._is_open = False
            self._changed.wait_for(lambda: not self._in_use)
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()

    def _take(self) -> WorkerProcess:
        with self._changed:
            if not self._is_open:
                raise WfsguiError("The processes of the pipeline have been ended; run this product again.")
            worker = self._idle.pop() if self._idle else WorkerProcess(low_priority=self._low_priority)
            self._in_use.add(worker)
            return worker

    def _give_back(self, worker: WorkerProcess) -> None:
        """Keep a process for the next request, unless it has ended."""
        with self._changed:
            self._in_use.remove(worker)
            if worker.is_alive:
                self._idle.append(worker)
            else:
                worker.close()
            self._changed.notify_all()
