"""A process that calibrates, as the one that started it sees it. Imports no jwst: only that process does."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.events import EndEvent, Event, ProductFinished, ProductResult, ProductState, RunFailed
from wfsgui.core.frame_transfer import FrameReceiver, StoredFrame
from wfsgui.core.product import Product
from wfsgui.core.request import AdvanceRequest, CancelFlag, RunRequest
from wfsgui.pipeline.output import sweep_after
from wfsgui.pipeline.server import process_context
from wfsgui.pipeline.worker import Order, Release, serve

__all__ = ["WorkerProcess"]

# How often it is looked whether to stop, and how long an orderly end may take; seconds.
_PATIENCE: Final = 0.05
_FAREWELL: Final = 10.0


class WorkerProcess:
    """One process; one thread at a time may use it.

    Parameters
    ----------
    gives_way : bool
        Whether the program that has started it goes first where there are few cores.
    """

    def __init__(self, *, gives_way: bool) -> None:
        self._connection, theirs = multiprocessing.Pipe()
        work = partial(serve, gives_way=gives_way)
        self._process = process_context().Process(target=work, args=(theirs,), name="wfsgui worker", daemon=True)
        self._process.start()
        # Theirs alone: when the process dies, it is closed, and that is noticed here.
        theirs.close()

    @property
    def is_alive(self) -> bool:
        """Whether it can be used."""
        return bool(self._process.is_alive())

    def ask(self, question: object) -> object:
        """Ask something that has an answer.

        Parameters
        ----------
        question : object
            See `wfsgui.pipeline.worker.serve`.

        Returns
        -------
        object
            The answer.

        Raises
        ------
        WfsguiError
            If the process has died.
        """
        try:
            self._connection.send(question)
            answer: object = self._connection.recv()
        except (EOFError, OSError) as error:
            raise WfsguiError(f"The pipeline could not be started in a process of its own ({self._end()}).") from error
        return answer

    def release(self, key: str) -> None:
        """Have a product forgotten."""
        # Where the process has died, it is.
        with suppress(OSError):
            self._connection.send(Release(key))

    def work(
        self,
        request: RunRequest | AdvanceRequest,
        frames: FrameReceiver,
        emit: Callable[[Event], None],
        cancel: CancelFlag,
    ) -> EndEvent:
        """Have a product calibrated; returns when that is done.

        Parameters
        ----------
        request : RunRequest or AdvanceRequest
            What to do.
        frames : FrameReceiver
            Takes the planes.
        emit : callable
            Receives every event, in this thread; the last is the end event, always.
        cancel : CancelFlag
            Looked at before each step.

        Returns
        -------
        RunFinished or RunFailed or RunCancelled
            The end event, which has been emitted.
        """
        stopping = False
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

    def terminate(self) -> None:
        """Break off what is in work."""
        self._process.terminate()

    def close(self) -> None:
        """End it, after what it has in work."""
        # It may have ended already.
        with suppress(OSError):
            self._connection.send(Order.END)
        self._process.join(_FAREWELL)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._connection.close()
        self._process.close()

    def _received(self) -> tuple[Event, StoredFrame | None]:
        message: tuple[Event, StoredFrame | None] = self._connection.recv()
        return message

    def _report_death(self, request: RunRequest | AdvanceRequest, emit: Callable[[Event], None]) -> RunFailed:
        self._process.join(_FAREWELL)
        product, folder = _aim(request)
        if self._process.pid is not None and folder is not None:
            sweep_after(self._process.pid, folder)
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


def _aim(request: RunRequest | AdvanceRequest) -> tuple[Product, Path | None]:
    """Tell what is calibrated, and where the result goes."""
    if isinstance(request, RunRequest):
        return request.products[0], request.output_dir
    return request.product, request.result_dir
