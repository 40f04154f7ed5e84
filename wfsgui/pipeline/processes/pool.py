"""Pool of worker processes that calibrate products side by side. Imports no jwst: only the workers do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from wfsgui.core.errors import OptionError, WfsguiError
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import EndEvent, Event, ExposureOpened, StepFinished
from wfsgui.core.model.requests import CancelFlag, RunRequest, StepOptions
from wfsgui.core.model.stages import BACKGROUND
from wfsgui.pipeline.processes.messages import Order
from wfsgui.pipeline.processes.once_only import Claim, OnceOnly
from wfsgui.pipeline.processes.worker_process import WorkerProcess

__all__ = ["WorkerPool"]

_OPENING: Final = "opening"


class WorkerPool:
    """Worker processes, started when they are needed and kept until `close`. Several threads may use it.

    Parameters
    ----------
    low_priority : bool, optional
        Whether this program has precedence where there are few cores.
    """

    def __init__(self, *, low_priority: bool = False) -> None:
        self._low_priority = low_priority
        self._changed = threading.Condition()
        self._is_open = True
        self._idle: list[WorkerProcess] = []
        self._in_use: set[WorkerProcess] = set()
        self._once = OnceOnly()

    def check(self, options: StepOptions) -> None:
        """Check options against the specifications of the steps.

        Parameters
        ----------
        options : StepOptions
            The options.

        Raises
        ------
        OptionError
            If the chain does not have one of them.
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

    def info(self) -> EngineInfo:
        """Ask for information on the engine.

        Returns
        -------
        EngineInfo
            Versions, parameters and flags, without the CRDS settings.

        Raises
        ------
        WfsguiError
            If the engine cannot be started, or the processes have been ended.
        """
        worker = self._take()
        try:
            info = worker.ask(Order.INFO)
        finally:
            self._give_back(worker)
        if isinstance(info, WfsguiError):
            raise info
        if not isinstance(info, EngineInfo):
            raise TypeError(f"not information on the engine: {info}")
        return info

    def calibrate(self, request: RunRequest, emit: Callable[[Event], None], cancel: CancelFlag) -> EndEvent:
        """Calibrate a product in one of the processes, and wait for the end.

        Parameters
        ----------
        request : RunRequest
            One product, with a share.
        emit : callable
            Receives every event, in this thread; the last one is always the end event.
        cancel : CancelFlag
            Checked before each step.

        Returns
        -------
        RunFinished or RunFailed or RunCancelled
            The end event, which has been emitted.

        Raises
        ------
        WfsguiError
            If the processes have been ended; no event has been emitted then.
        """
        average = self._claim_average(request, cancel)
        # One at a time: crds fails if another process is downloading the same reference file.
        opening = self._once.claim(_OPENING, cancel)

        def pass_on(event: Event) -> None:
            match event:
                case ExposureOpened():
                    opening.end()
                case StepFinished() if event.step == BACKGROUND and average is not None:
                    average.end(produced=True)
            emit(event)

        worker = None
        try:
            worker = self._take()
            return worker.work(request, pass_on, cancel)
        finally:
            opening.end()
            if average is not None:
                average.end()
            if worker is not None:
                self._give_back(worker)

    def _claim_average(self, request: RunRequest, cancel: CancelFlag) -> Claim | None:
        share, paths = request.share, request.products[0].background_paths
        if share is None or paths not in share.backgrounds:
            return None
        return self._once.claim((share.folder, paths), cancel)

    def terminate(self) -> None:
        """Interrupt all work, and start no more."""
        with self._changed:
            self._is_open = False
            for worker in self._in_use:
                worker.terminate()

    def close(self) -> None:
        """End all processes, each after its current work, and wait for their end."""
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
