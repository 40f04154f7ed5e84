"""What a process does that calibrates for another one. Imports the engine when it is asked for anything, not before."""

from __future__ import annotations

import logging
import os
import signal
from contextlib import suppress
from functools import cached_property
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import OptionError, WfsguiError
from wfsgui.core.files.frame_transfer import ImageSender
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import Event
from wfsgui.core.model.requests import AdvanceRequest, RunRequest, StepOptions
from wfsgui.pipeline.processes.messages import (
    Asked,
    Inbox,
    Order,
    ReferenceQuestion,
    Release,
    Stop,
    Told,
    planes_folder,
)

if TYPE_CHECKING:
    from wfsgui.pipeline.runs.stepwise import StepwiseEngine
    from wfsgui.pipeline.session.background_average import BackgroundAverages

__all__ = ["serve"]

log = logging.getLogger(__name__)

# More makes the window no smoother, and leaves the engine next to nothing beside other programs.
_GIVES_WAY: Final = 10


def serve(connection: Connection, *, gives_way: bool) -> None:
    """Do what is asked for until that is the end, or until nobody is there to ask any more.

    Parameters
    ----------
    connection : Connection
        Brings each `Message`. `Asked` brings `RunRequest`, with a share, and `AdvanceRequest`, answered by their
        events; `StepOptions` to check, answered by a sentence, or None; `ReferenceQuestion`, answered by the places of
        the files, or by an error; and `Order.FACTS`, answered by `EngineInfo`,
        or by the error that keeps the engine from being loaded. Every answer is a `Told`.
    gives_way : bool
        Whether others go first where there are few cores: what shows the results, where that is a window.
    """
    # A Ctrl-C on the terminal, and its end, reach every process: it is the parent's to decide what that means.
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _break_off)
    if gives_way and hasattr(os, "nice"):
        # It has begun with the niceness of the thread that started it.
        os.nice(max(_GIVES_WAY - os.nice(0), 0))
    inbox = Inbox(connection)
    work = _Work(connection, inbox)
    with suppress(EOFError, OSError, KeyboardInterrupt), connection:
        while (message := inbox.next()) is not Order.END:
            match message:
                case Asked():
                    work.answer(message)
                case Release():
                    work.release(message.key)
                case Stop():
                    # It came when all was done.
                    pass
                case _:
                    raise AssertionError(f"not a message: {message}")


def _break_off(_number: int, _image: object) -> None:
    raise KeyboardInterrupt


def _checked(options: StepOptions) -> str | None:
    from wfsgui.pipeline.chain.chain import check_options

    try:
        check_options(options)
    except OptionError as error:
        return str(error)
    return None


def _references(question: ReferenceQuestion) -> dict[str, str] | WfsguiError:
    """Look up the reference files of an exposure."""
    from wfsgui.pipeline.chain.reference_lookup import look_up_references

    try:
        return look_up_references(question.exposure).places
    except WfsguiError as error:
        return error


def _facts() -> EngineInfo | WfsguiError:
    """Load the engine."""
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
    """What the process does, and what it keeps in between."""

    def __init__(self, connection: Connection, inbox: Inbox) -> None:
        self._connection = connection
        self._inbox = inbox
        # For the product that was advanced last: it shares planes from request to request.
        self._key = ""
        self._images: ImageSender

    @cached_property
    def _averages(self) -> BackgroundAverages:
        from wfsgui.pipeline.session.background_average import BackgroundAverages

        return BackgroundAverages()

    @cached_property
    def _bench(self) -> StepwiseEngine:
        from wfsgui.pipeline.runs.stepwise import StepwiseEngine

        return StepwiseEngine()

    def answer(self, asked: Asked) -> None:
        """Do what is asked for."""
        match asked.what:
            case Order.FACTS:
                self._connection.send(Told(asked.number, _facts()))
            case StepOptions() as options:
                self._connection.send(Told(asked.number, _checked(options)))
            case ReferenceQuestion() as question:
                self._connection.send(Told(asked.number, _references(question)))
            case RunRequest() as request:
                self._calibrate(asked.number, request)
            case AdvanceRequest() as request:
                self._advance(asked.number, request)
            case _:
                raise AssertionError(f"not a request: {asked.what}")

    def release(self, key: str) -> None:
        """Forget a product."""
        self._bench.release(key)

    def _calibrate(self, number: int, request: RunRequest) -> None:
        from wfsgui.pipeline.runs.batch import run

        caller = self._caller(number, ImageSender(planes_folder(request, os.getpid())))
        run(request, caller.tell, caller, self._averages)
        self._settle()

    def _advance(self, number: int, request: AdvanceRequest) -> None:
        if request.key != self._key:
            self._key, self._images = request.key, ImageSender(planes_folder(request, os.getpid()))
        caller = self._caller(number, self._images)
        self._bench.advance(request, caller.tell, caller)
        if request.until is None:
            self._key, self._images = "", ImageSender(planes_folder(request, os.getpid()))
        self._settle()

    def _caller(self, number: int, images: ImageSender) -> _Caller:
        return _Caller(self._connection, self._inbox, number, images)

    def _settle(self) -> None:
        """Put away the caches that the first product leaves behind; the next one may leave some, too."""
        from wfsgui.pipeline.chain.speedups import settle

        if self._bench.is_empty:
            settle()


class _Caller:
    """Who waits for the end of one request: is told what happens, and may ask to stop."""

    def __init__(self, connection: Connection, inbox: Inbox, number: int, images: ImageSender) -> None:
        self._connection = connection
        self._inbox = inbox
        self._number = number
        self._images = images
        self._stop = False

    def tell(self, event: Event) -> None:
        """Tell an event."""
        told = Told(self._number, *self._images.packed(event))
        try:
            self._connection.send(told)
        except OSError:
            # Nobody listens any more: the step in work is the last one.
            self._stop = True
        except BaseException:
            self._images.forget()
            raise

    def is_set(self) -> bool:
        """Whether to stop."""
        try:
            self._stop = self._stop or self._inbox.asks_to_stop(self._number)
        except (EOFError, OSError):
            self._stop = True
        return self._stop
