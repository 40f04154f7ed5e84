"""What a process does that calibrates for another one. Imports the engine when it is asked for anything, not before."""

from __future__ import annotations

import logging
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final

from wfsgui.core.engine_facts import EngineFacts
from wfsgui.core.errors import OptionError, WfsguiError
from wfsgui.core.events import Event
from wfsgui.core.frame_transfer import FrameSender
from wfsgui.core.request import AdvanceRequest, RunRequest, StepOptions

if TYPE_CHECKING:
    from wfsgui.pipeline.backgrounds import BackgroundAverages
    from wfsgui.pipeline.bench import Bench

__all__ = ["PLANES", "Order", "Release", "serve"]

log = logging.getLogger(__name__)

# More makes the window no smoother, and leaves the engine next to nothing beside other programs.
_GIVES_WAY: Final = 10

PLANES: Final = "planes"
"""Folder of the planes on their way, in that of the run or of the result."""


class Order(Enum):
    """What can be asked of a worker besides work."""

    FACTS = auto()
    STOP = auto()
    END = auto()


@dataclass(frozen=True)
class Release:
    """Asks a worker to forget a product that it was asked to advance.

    Attributes
    ----------
    key : str
        The key of those requests.
    """

    key: str


def serve(connection: Connection, *, gives_way: bool) -> None:
    """Do what is asked for until that is the end, or until nobody is there to ask any more.

    Parameters
    ----------
    connection : Connection
        Brings `RunRequest`, each with a share, and `AdvanceRequest`; answered by their events, each with its
        `StoredFrame` or None. Brings `StepOptions` to check, answered by a sentence, or None. Brings `Order.FACTS`,
        answered by `EngineFacts`, or by the error that keeps the engine from being loaded. Brings `Release` and the
        other orders, which are not answered.
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
    work = _Work(connection)
    with suppress(EOFError, OSError, KeyboardInterrupt), connection:
        while (asked := connection.recv()) is not Order.END:
            match asked:
                case Order.FACTS:
                    connection.send(_facts())
                case StepOptions():
                    connection.send(_checked(asked))
                case RunRequest():
                    work.calibrate(asked)
                case AdvanceRequest():
                    work.advance(asked)
                case Release():
                    work.release(asked.key)
                case _:
                    # An order to stop that came when all was done.
                    pass


def _break_off(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _checked(options: StepOptions) -> str | None:
    from wfsgui.pipeline.chain import check_options

    try:
        check_options(options)
    except OptionError as error:
        return str(error)
    return None


def _facts() -> EngineFacts | WfsguiError:
    """Load the engine."""
    try:
        from wfsgui.pipeline.facts import engine_facts

        return engine_facts()
    except ImportError as error:
        package = error.name or "of the pipeline"
        return WfsguiError(f"The package {package} cannot be imported ({error}); install wfsgui again.")
    except (Exception, SystemExit) as error:
        from wfsgui.pipeline.failures import explain

        log.exception("The engine cannot be loaded.")
        return WfsguiError(explain(error, "loading the pipeline"))


class _Work:
    """What the process does, and what it keeps in between."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # For the product that was advanced last: it shares planes from request to request.
        self._key = ""
        self._frames: FrameSender

    @cached_property
    def _averages(self) -> BackgroundAverages:
        from wfsgui.pipeline.backgrounds import BackgroundAverages

        return BackgroundAverages()

    @cached_property
    def _bench(self) -> Bench:
        from wfsgui.pipeline.bench import Bench

        return Bench()

    def calibrate(self, request: RunRequest) -> None:
        from wfsgui.pipeline.runner import run

        if request.share is None:
            raise AssertionError("a worker does a part of a run")
        parent = _Parent(self._connection, FrameSender(request.share.folder / PLANES))
        run(request, parent.tell, parent, self._averages)
        self._settle()

    def advance(self, request: AdvanceRequest) -> None:
        if request.key != self._key:
            self._key, self._frames = request.key, FrameSender(request.result_dir / PLANES)
        parent = _Parent(self._connection, self._frames)
        self._bench.advance(request, parent.tell, parent)
        if request.until is None:
            self._key, self._frames = "", FrameSender(request.result_dir / PLANES)
        self._settle()

    def release(self, key: str) -> None:
        self._bench.release(key)

    def _settle(self) -> None:
        """Put away the caches that the first product leaves behind; the next one may leave some, too."""
        from wfsgui.pipeline.settling import settle

        if self._bench.is_empty:
            settle()


class _Parent:
    """The process that asked: is told what happens, and may ask to stop."""

    def __init__(self, connection: Connection, frames: FrameSender) -> None:
        self._connection = connection
        self._frames = frames
        self._stop = False

    def tell(self, event: Event) -> None:
        message = self._frames.packed(event)
        try:
            self._connection.send(message)
        except OSError:
            # Nobody listens any more: the step in work is the last one.
            self._stop = True

    def is_set(self) -> bool:
        """Whether to stop."""
        try:
            while not self._stop and self._connection.poll():
                self._stop = self._connection.recv() is Order.STOP
        except (EOFError, OSError):
            self._stop = True
        return self._stop
