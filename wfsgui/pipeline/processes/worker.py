"""Main function of a worker process. Imports the engine at the first question, not before."""

from __future__ import annotations

import logging
import os
import signal
from contextlib import suppress
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import OptionError, WfsguiError
from wfsgui.core.files.plane_store import PlaneStore, without_image
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import Event
from wfsgui.core.model.queries import Query
from wfsgui.core.model.requests import AdvanceRequest, RunRequest, StepOptions
from wfsgui.pipeline.processes.answers import answer_to
from wfsgui.pipeline.processes.messages import (
    Answer,
    Inbox,
    Order,
    Question,
    Release,
    Stop,
    planes_folder,
)

if TYPE_CHECKING:
    from wfsgui.pipeline.runs.stepwise import StepwiseEngine
    from wfsgui.pipeline.session.background_average import BackgroundAverages

__all__ = ["serve"]

log = logging.getLogger(__name__)

# Measured: the window is no smoother with 15, and the engine is starved beside other programs.
_NICENESS: Final = 10


def serve(connection: Connection, *, low_priority: bool) -> None:
    """Answer questions until `Order.END`, or until the other end of the connection is closed.

    Parameters
    ----------
    connection : Connection
        Source of each `Message`. The contents of a `Question` are: `RunRequest` with a share and `AdvanceRequest`,
        answered by their events; `StepOptions` to check, answered by a sentence or None; `Query`, answered as its
        class says, or by the error; `Order.INFO`, answered by `EngineInfo`, or by the error that prevents the import
        of the engine. Each answer is an `Answer`.
    low_priority : bool
        Whether the window has precedence where there are few cores.
    """
    # A terminal sends these signals to every process; the parent decides what they mean.
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _interrupt)
    if low_priority and hasattr(os, "nice"):
        # The process inherits the niceness of the thread that started it.
        os.nice(max(_NICENESS - os.nice(0), 0))
    inbox = Inbox(connection)
    work = _Work(connection, inbox)
    with suppress(EOFError, OSError, KeyboardInterrupt), connection:
        while (message := inbox.next()) is not Order.END:
            match message:
                case Question():
                    work.answer(message)
                case Release():
                    work.release(message.key)
                case Stop():
                    # The work had ended before.
                    pass
                case _:
                    raise AssertionError(f"not a message: {message}")


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _checked(options: StepOptions) -> str | None:
    from wfsgui.pipeline.chain.chain import check_options

    try:
        check_options(options)
    except OptionError as error:
        return str(error)
    return None


def _info() -> EngineInfo | WfsguiError:
    """Import the engine."""
    try:
        from wfsgui.pipeline.chain.engine_info import engine_info

        return engine_info()
    except ImportError as error:
        package = error.name or "of the pipeline"
        return WfsguiError(f"The package {package} cannot be imported ({error}); install wfsgui again.")
    except (Exception, SystemExit) as error:
        from wfsgui.pipeline.chain.error_messages import explain

        log.exception("The engine cannot be loaded.")
        return WfsguiError(explain(error, "loading the pipeline"))


class _Work:
    """The work of the process, and what it keeps between two questions."""

    def __init__(self, connection: Connection, inbox: Inbox) -> None:
        self._connection = connection
        self._inbox = inbox

    @cached_property
    def _averages(self) -> BackgroundAverages:
        from wfsgui.pipeline.session.background_average import BackgroundAverages

        return BackgroundAverages()

    @cached_property
    def _stepwise(self) -> StepwiseEngine:
        from wfsgui.pipeline.runs.stepwise import StepwiseEngine

        return StepwiseEngine()

    def answer(self, question: Question) -> None:
        """Answer a question."""
        match question.content:
            case Order.INFO:
                self._connection.send(Answer(question.number, _info()))
            case StepOptions() as options:
                self._connection.send(Answer(question.number, _checked(options)))
            case Query() as query:
                self._connection.send(Answer(question.number, answer_to(query)))
            case RunRequest() as request:
                self._calibrate(question.number, request)
            case AdvanceRequest() as request:
                self._advance(question.number, request)
            case _:
                raise AssertionError(f"not a request: {question.content}")

    def release(self, key: str) -> None:
        """Close a product."""
        self._stepwise.release(key)

    def _calibrate(self, number: int, request: RunRequest) -> None:
        from wfsgui.pipeline.runs.batch import run

        caller = self._caller(number, planes_folder(request, os.getpid()))
        run(request, caller.send, caller, self._averages)
        self._freeze_if_empty()

    def _advance(self, number: int, request: AdvanceRequest) -> None:
        caller = self._caller(number, None)
        self._stepwise.advance(request, caller.send, caller)
        self._freeze_if_empty()

    def _caller(self, number: int, planes: Path | None) -> _Caller:
        return _Caller(self._connection, self._inbox, number, None if planes is None else PlaneStore(planes))

    def _freeze_if_empty(self) -> None:
        """Freeze the caches that a product has filled; not while an exposure is open."""
        from wfsgui.pipeline.chain.speedups import freeze_objects

        if self._stepwise.is_empty:
            freeze_objects()


class _Caller:
    """The process that asked one question: receives the events, and may ask to stop."""

    def __init__(self, connection: Connection, inbox: Inbox, number: int, store: PlaneStore | None) -> None:
        self._connection = connection
        self._inbox = inbox
        self._number = number
        self._store = store
        self._stop = False

    def send(self, event: Event) -> None:
        """Send an event."""
        answer = Answer(self._number, *without_image(event, self._store))
        try:
            self._connection.send(answer)
        except OSError:
            # The caller has ended: no further step is run.
            self._stop = True

    def is_set(self) -> bool:
        """Whether to stop."""
        try:
            self._stop = self._stop or self._inbox.asks_to_stop(self._number)
        except (EOFError, OSError):
            self._stop = True
        return self._stop
