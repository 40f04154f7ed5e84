"""Processes that calibrate products side by side. Imports no jwst: only the processes do."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from wfsgui.core.errors import OptionError, WfsguiError
from wfsgui.core.events import (
    EndEvent,
    Event,
    ExposureOpened,
    ProductFinished,
    ProductResult,
    ProductState,
    RunFailed,
    StepFinished,
)
from wfsgui.core.frame_transfer import FrameReceiver, StoredFrame
from wfsgui.core.request import CancelFlag, RunRequest, StepOptions
from wfsgui.core.stages import BACKGROUND
from wfsgui.pipeline.output import sweep_after
from wfsgui.pipeline.server import process_context
from wfsgui.pipeline.turns import Turn, Turns
from wfsgui.pipeline.worker import Order, serve

__all__ = ["WorkerPool"]

_OPENING: Final = "opening"
# How often it is looked whether to stop, and how long an orderly end may take; seconds.
_PATIENCE: Final = 0.05
_FAREWELL: Final = 10.0


class WorkerPool:
    """Processes for products: started when they are needed, kept until `close`. Threads may call its methods."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._idle: list[_Worker] = []
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
            If the engine cannot be started.
        """
        worker = self._take()
        fault = worker.fault_of(options)
        self._give_back(worker)
        if fault is not None:
            raise OptionError(fault)

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
            return worker.calibrate(request, tell, cancel)
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
        """Break everything off that is in work."""
        with self._lock:
            for worker in self._workers:
                worker.terminate()

    def close(self) -> None:
        """End all processes, each after what it has in work."""
        with self._lock:
            workers, self._workers, self._idle = self._workers, [], []
        for worker in workers:
            worker.close()

    def _take(self) -> _Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            worker = _Worker()
            self._workers.append(worker)
            return worker

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            if worker.is_alive:
                self._idle.append(worker)
            elif worker in self._workers:
                self._workers.remove(worker)
                worker.close()


class _Worker:
    """One process."""

    def __init__(self) -> None:
        self._connection, theirs = multiprocessing.Pipe()
        self._process = process_context().Process(target=serve, args=(theirs,), name="wfsgui worker", daemon=True)
        self._process.start()
        # Theirs alone: when the process dies, it is closed, and that is noticed here.
        theirs.close()

    @property
    def is_alive(self) -> bool:
        return bool(self._process.is_alive())

    def fault_of(self, options: StepOptions) -> str | None:
        try:
            self._connection.send(options)
            answer: str | None = self._connection.recv()
        except (EOFError, OSError) as error:
            raise WfsguiError(f"The pipeline could not be started in a process of its own ({self._end()}).") from error
        return answer

    def calibrate(self, request: RunRequest, emit: Callable[[Event], None], cancel: CancelFlag) -> EndEvent:
        frames, stopping = FrameReceiver(), False
        try:
            self._connection.send(request)
            while True:
                while not (self._connection.poll(_PATIENCE) or stopping):
                    if stopping := cancel.is_set():
                        self._connection.send(Order.STOP)
                event = frames.unpacked(*self._received())
                emit(event)
                if isinstance(event, EndEvent):
                    return event
        except (EOFError, ConnectionError):
            return self._report_death(request, emit)

    def _received(self) -> tuple[Event, StoredFrame | None]:
        message: tuple[Event, StoredFrame | None] = self._connection.recv()
        return message

    def _report_death(self, request: RunRequest, emit: Callable[[Event], None]) -> RunFailed:
        self._process.join(_FAREWELL)
        if self._process.pid is not None and request.output_dir is not None:
            sweep_after(self._process.pid, request.output_dir)
        product = request.products[0]
        why = (
            f"The process that calibrated {product.name} ended unexpectedly ({self._end()}); if memory ran out, close "
            "other programs or use fewer jobs, and run it again."
        )
        result = ProductResult(product.name, ProductState.FAILED, 0.0, error=why)
        emit(ProductFinished(result))
        end = RunFailed((result,), why)
        emit(end)
        return end

    def _end(self) -> str:
        code = self._process.exitcode
        return f"signal {-code}" if code is not None and code < 0 else f"exit status {code}"

    def terminate(self) -> None:
        self._process.terminate()

    def close(self) -> None:
        # It may have ended already.
        with suppress(OSError):
            self._connection.send(Order.END)
        self._process.join(_FAREWELL)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._connection.close()
        self._process.close()
