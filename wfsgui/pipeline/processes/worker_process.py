"""A process that calibrates, as the one that started it sees it. Imports no jwst: only that process does."""

from __future__ import annotations

import logging
import multiprocessing
import pickle
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.frame_transfer import ImageReceiver
from wfsgui.core.model.events import (
    EndEvent,
    Event,
    ProductFinished,
    ProductState,
    RunCancelled,
    RunFailed,
    RunFinished,
    product_of,
)
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import AdvanceRequest, CancelFlag, RunRequest
from wfsgui.pipeline.output.output_folder import sweep_after
from wfsgui.pipeline.processes.fork_server import process_context
from wfsgui.pipeline.processes.messages import Asked, Message, Order, Release, Stop, Told, planes_folder
from wfsgui.pipeline.processes.worker import serve
from wfsgui.pipeline.runs.product_record import Results, end_of

__all__ = ["WorkerProcess"]

log = logging.getLogger(__name__)

# How often it is looked whether to stop, and how long an orderly end may take; seconds.
_PATIENCE: Final = 0.05
_FAREWELL: Final = 10.0


class _DiedError(Exception):
    """The process is not there any more."""


class WorkerProcess:
    """One process; one thread at a time may use it.

    Requests are numbered, and so is what answers them: nothing is taken for the answer to another request. Where an
    answer is not received to its end, the process is ended, for what it still sends would belong to nothing.

    Parameters
    ----------
    low_priority : bool
        Whether the program that has started it goes first where there are few cores.
    """

    def __init__(self, *, low_priority: bool) -> None:
        self._connection, theirs = multiprocessing.Pipe()
        work = partial(serve, low_priority=low_priority)
        self._process = process_context().Process(target=work, args=(theirs,), name="wfsgui worker", daemon=True)
        self._process.start()
        # Theirs alone: when the process dies, it is closed, and that is noticed here.
        theirs.close()
        self._requests = count(1)
        self._is_broken_off = False

    @property
    def is_alive(self) -> bool:
        """Whether it can be used."""
        return bool(self._process.is_alive())

    def ask(self, question: object) -> object:
        """Ask something that has an answer.

        Parameters
        ----------
        question : object
            See `wfsgui.pipeline.processes.worker.serve`.

        Returns
        -------
        object
            The answer.

        Raises
        ------
        WfsguiError
            If the process has died.
        """
        number = next(self._requests)
        try:
            self._send(Asked(number, question))
            return self._received(number).what
        except _DiedError as error:
            self._kill(_FAREWELL)
            raise WfsguiError(f"The pipeline could not be started in a process of its own ({self._end()}).") from error
        except BaseException:
            self._kill()
            raise

    def release(self, key: str) -> None:
        """Have a product forgotten."""
        # Where the process has died, it is.
        with suppress(OSError):
            self._connection.send(Release(key))

    def work(
        self,
        request: RunRequest | AdvanceRequest,
        images: ImageReceiver,
        emit: Callable[[Event], None],
        cancel: CancelFlag,
    ) -> EndEvent:
        """Have a product calibrated; returns when that is done.

        Parameters
        ----------
        request : RunRequest or AdvanceRequest
            What to do.
        images : ImageReceiver
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
        product, folder = _aim(request)
        results = Results((product,), emit)
        try:
            end = self._follow(request, images, emit, cancel, results)
        except _DiedError:
            self._kill(_FAREWELL)
            why = self._why_it_died(product.name)
        except Exception as error:
            # What it still sends must not be taken for the answer to another request.
            log.exception("The process that calibrated %s is ended.", product.name)
            self._kill()
            why = _why_it_is_ended(error, product.name)
        except BaseException:
            self._kill()
            raise
        else:
            emit(end)
            return end
        self._sweep(planes_folder(request, self._number), folder)
        if self._is_broken_off:
            end = end_of(results.complete(ProductState.CANCELLED))
        else:
            end = end_of(results.complete(ProductState.FAILED, why))
        results.report_rest()
        emit(end)
        return end

    def _follow(
        self,
        request: RunRequest | AdvanceRequest,
        images: ImageReceiver,
        emit: Callable[[Event], None],
        cancel: CancelFlag,
        results: Results,
    ) -> EndEvent:
        """Pass every event on but for the end event, which is returned."""
        number, name = next(self._requests), _aim(request)[0].name
        stopping = False
        self._send(Asked(number, request))
        while True:
            while not (self._has_answer() or stopping):
                if stopping := cancel.is_set():
                    self._send(Stop(number))
            event = _event_of(self._received(number), name, images)
            match event:
                case RunFinished() | RunFailed() | RunCancelled():
                    return event
                case ProductFinished():
                    results.add(0, event.result)
                case _:
                    emit(event)

    def _has_answer(self) -> bool:
        try:
            return self._connection.poll(_PATIENCE)
        except ConnectionError as error:
            raise _DiedError from error

    def _send(self, message: Message) -> None:
        try:
            self._connection.send(message)
        except ConnectionError as error:
            raise _DiedError from error

    def _received(self, number: int) -> Told:
        try:
            content = self._connection.recv_bytes()
        except (EOFError, ConnectionError) as error:
            raise _DiedError from error
        # Apart from the above: what cannot be unpickled raises EOFError, too.
        told: object = pickle.loads(content)
        if not isinstance(told, Told) or told.number != number:
            raise ValueError("it answered another request")
        return told

    def _why_it_died(self, name: str) -> str:
        return (
            f"The process that calibrated {name} ended unexpectedly ({self._end()}); if memory ran out, close other "
            "programs or use fewer jobs, and run it again."
        )

    def _kill(self, patience: float = 0) -> None:
        """End it at once; one that is dying gets some seconds, to leave its exit status."""
        self._process.join(patience)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _sweep(self, planes: Path, output: Path | None) -> None:
        """Remove what it has left on the disk."""
        shutil.rmtree(planes, ignore_errors=True)
        if output is not None:
            sweep_after(self._number, output)

    def terminate(self) -> None:
        """Break off what is in work."""
        self._is_broken_off = True
        self._process.terminate()

    def close(self) -> None:
        """End it, after what it has in work."""
        # It may have ended already.
        with suppress(OSError):
            self._connection.send(Order.END)
        self._kill(_FAREWELL)
        self._connection.close()
        self._process.close()

    @property
    def _number(self) -> int:
        number = self._process.pid
        if number is None:
            raise AssertionError("it has been started")
        return number

    def _end(self) -> str:
        code = self._process.exitcode
        return f"signal {-code}" if code is not None and code < 0 else f"exit status {code}"


def _why_it_is_ended(error: Exception, name: str) -> str:
    said = " ".join(str(error).split()) or type(error).__name__
    match error:
        case MemoryError():
            return f"Memory ran out while {name} was calibrated; close other programs, and run it again."
        case OSError():
            return f"An image of {name} could not be read from the temporary folder ({said}); run it again."
        case _:
            return f"What the process that calibrated {name} told could not be taken ({said}); run it again."


def _event_of(told: Told, name: str, images: ImageReceiver) -> Event:
    """Put an event together, which must be one of the product of this name."""
    if not isinstance(told.what, Event):
        raise TypeError("it told no event")
    if product_of(told.what) not in ("", name):
        raise ValueError(f"it told something of {product_of(told.what)}")
    return images.unpacked(told.what, told.image)


def _aim(request: RunRequest | AdvanceRequest) -> tuple[Product, Path | None]:
    """Tell what is calibrated, and where the result goes."""
    if isinstance(request, RunRequest):
        return request.products[0], request.output_dir
    return request.product, request.result_dir
