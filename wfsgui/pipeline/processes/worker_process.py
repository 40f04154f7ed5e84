"""Parent's side of a worker process. Imports no jwst: only the worker does."""

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
from typing import Final, NoReturn

from wfsgui.core.errors import StoppedError, WfsguiError
from wfsgui.core.files.plane_store import with_image
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
from wfsgui.pipeline.processes.fork_server import process_context, terminal_signals_blocked
from wfsgui.pipeline.processes.messages import Answer, Message, Order, Question, Release, Stop, planes_folder
from wfsgui.pipeline.processes.worker import serve
from wfsgui.pipeline.runs.product_record import Results, end_of

__all__ = ["WorkerProcess"]

log = logging.getLogger(__name__)

# How often the cancel flag is checked, and how long an orderly end may take; seconds.
_POLL: Final = 0.05
_END_TIMEOUT: Final = 10.0
# How long a process may take to end that was asked to, before it is killed; seconds.
_STOP_TIMEOUT: Final = 2.0


class _DiedError(Exception):
    """The process has ended."""


class WorkerProcess:
    """One process, for one thread at a time.

    Questions and answers are numbered, so that no answer is assigned to another question. If an answer cannot be
    received completely, the process is ended: what it sends later could not be assigned.

    Parameters
    ----------
    low_priority : bool
        Whether this program has precedence where there are few cores.
    """

    def __init__(self, *, low_priority: bool) -> None:
        self._connection, theirs = multiprocessing.Pipe()
        work = partial(serve, low_priority=low_priority)
        self._process = process_context().Process(target=work, args=(theirs,), name="wfsgui worker", daemon=True)
        with terminal_signals_blocked():
            self._process.start()
        # Only the worker holds its end then: it is closed when the worker dies, which is noticed here.
        theirs.close()
        self._numbers = count(1)
        self._is_terminated = False

    @property
    def is_alive(self) -> bool:
        """Whether the process can be used."""
        return bool(self._process.is_alive())

    def ask(self, question: object, cancel: CancelFlag | None = None) -> object:
        """Ask a question that has one answer.

        Parameters
        ----------
        question : object
            The content of a `Question`; see `wfsgui.pipeline.processes.worker.serve`.
        cancel : CancelFlag, optional
            Ends the process, wherever its work is.

        Returns
        -------
        object
            The answer.

        Raises
        ------
        StoppedError
            If it was cancelled.
        WfsguiError
            If the process has died.
        """
        number = next(self._numbers)
        try:
            self._send(Question(number, question))
            while cancel is not None and not self._has_answer():
                if cancel.is_set():
                    self._stop()
            return self._receive(number).content
        except _DiedError as error:
            self._kill(_END_TIMEOUT)
            raise WfsguiError(
                f"The process of the pipeline ended unexpectedly ({self._end()}); try again, and see the log if it "
                "ends again."
            ) from error
        except BaseException:
            self._kill()
            raise

    def release(self, key: str) -> None:
        """Close a product."""
        # A process that has died has none.
        with suppress(OSError):
            self._connection.send(Release(key))

    def work(self, request: RunRequest | AdvanceRequest, emit: Callable[[Event], None], cancel: CancelFlag) -> EndEvent:
        """Calibrate a product, and wait for the end.

        Parameters
        ----------
        request : RunRequest or AdvanceRequest
            The request.
        emit : callable
            Receives every event, in this thread; the last one is always the end event.
        cancel : CancelFlag
            Checked before each step.

        Returns
        -------
        RunFinished or RunFailed or RunCancelled
            The end event, which has been emitted.
        """
        product, output = _target(request)
        planes = planes_folder(request, self._pid)
        results = Results((product,), emit)
        try:
            end = self._pass_on(request, emit, cancel, results)
        except _DiedError:
            self._kill(_END_TIMEOUT)
            why = self._why_it_died(product.name)
        except Exception as error:
            log.exception("The process that calibrated %s is ended.", product.name)
            self._kill()
            why = _why_it_is_ended(error, product.name)
        except BaseException:
            self._kill()
            raise
        else:
            # The planes that are mapped from these files stay valid.
            _remove(planes)
            emit(end)
            return end
        _remove(planes)
        if output is not None:
            sweep_after(self._pid, output)
        state = ProductState.CANCELLED if self._is_terminated else ProductState.FAILED
        end = end_of(results.complete(state, "" if self._is_terminated else why))
        results.report_rest()
        emit(end)
        return end

    def _pass_on(
        self,
        request: RunRequest | AdvanceRequest,
        emit: Callable[[Event], None],
        cancel: CancelFlag,
        results: Results,
    ) -> EndEvent:
        """Emit all events but the end event, which is returned."""
        number, name = next(self._numbers), _target(request)[0].name
        stopping = False
        self._send(Question(number, request))
        while True:
            while not (self._has_answer() or stopping):
                if stopping := cancel.is_set():
                    self._send(Stop(number))
            event = _event_of(self._receive(number), name)
            match event:
                case RunFinished() | RunFailed() | RunCancelled():
                    return event
                case ProductFinished():
                    results.add(0, event.result)
                case _:
                    emit(event)

    def _has_answer(self) -> bool:
        try:
            return self._connection.poll(_POLL)
        except ConnectionError as error:
            raise _DiedError from error

    def _send(self, message: Message) -> None:
        try:
            self._connection.send(message)
        except ConnectionError as error:
            raise _DiedError from error

    def _receive(self, number: int) -> Answer:
        try:
            content = self._connection.recv_bytes()
        except (EOFError, ConnectionError) as error:
            raise _DiedError from error
        # Outside of the try block: unpickling raises EOFError, too, if the content is damaged.
        answer: object = pickle.loads(content)
        if not isinstance(answer, Answer) or answer.number != number:
            raise ValueError("it answered another question")
        return answer

    def _why_it_died(self, name: str) -> str:
        return (
            f"The process that calibrated {name} ended unexpectedly ({self._end()}); if memory ran out, close other "
            "programs or use fewer jobs, and run it again."
        )

    def _kill(self, timeout: float = 0) -> None:
        """End the process; one that is dying gets some seconds, to set its exit status."""
        self._process.join(timeout)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _stop(self) -> NoReturn:
        """Interrupt the work and end the process."""
        self._process.terminate()
        self._kill(_STOP_TIMEOUT)
        raise StoppedError("The work was stopped.")

    def terminate(self) -> None:
        """Interrupt the work."""
        self._is_terminated = True
        self._process.terminate()

    def close(self) -> None:
        """End the process, after its current work."""
        # It may have ended already.
        with suppress(OSError):
            self._connection.send(Order.END)
        self._kill(_END_TIMEOUT)
        self._connection.close()
        self._process.close()

    @property
    def _pid(self) -> int:
        pid = self._process.pid
        if pid is None:
            raise AssertionError("the process has been started")
        return pid

    def _end(self) -> str:
        code = self._process.exitcode
        return f"signal {-code}" if code is not None and code < 0 else f"exit status {code}"


def _remove(folder: Path | None) -> None:
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _why_it_is_ended(error: Exception, name: str) -> str:
    message = " ".join(str(error).split()) or type(error).__name__
    match error:
        case MemoryError():
            return f"Memory ran out while {name} was calibrated; close other programs, and run it again."
        case OSError():
            return f"An image of {name} could not be read from the temporary folder ({message}); run it again."
        case _:
            return f"The answer of the process that calibrated {name} cannot be used ({message}); run it again."


def _event_of(answer: Answer, name: str) -> Event:
    """Return the event of an answer, which must be one of the product of this name."""
    if not isinstance(answer.content, Event):
        raise TypeError("it sent no event")
    if product_of(answer.content) not in ("", name):
        raise ValueError(f"it sent an event of {product_of(answer.content)}")
    return with_image(answer.content, answer.image)


def _target(request: RunRequest | AdvanceRequest) -> tuple[Product, Path | None]:
    """Return the product and the folder of its result."""
    if isinstance(request, RunRequest):
        return request.products[0], request.output_dir
    return request.product, request.result_dir
