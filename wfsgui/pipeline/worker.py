"""A process that calibrates for another one. Imports the engine when it is started, not before."""

from __future__ import annotations

import signal
from contextlib import suppress
from enum import Enum, auto
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import OptionError
from wfsgui.core.events import Event
from wfsgui.core.frame_transfer import FrameSender
from wfsgui.core.request import RunRequest, StepOptions

if TYPE_CHECKING:
    from wfsgui.pipeline.backgrounds import BackgroundAverages

__all__ = ["PLANES", "Order", "serve"]

PLANES: Final = "planes"
"""Folder of the planes on their way, in the run's folder."""


class Order(Enum):
    """What can be asked of a worker besides work."""

    STOP = auto()
    END = auto()


def serve(connection: Connection) -> None:
    """Do what is asked for until that is the end, or until nobody is there to ask any more.

    Parameters
    ----------
    connection : Connection
        Brings `RunRequest`, each with a share; answered by its events, each with its `StoredFrame` or None. Brings
        `StepOptions` to check, answered by a sentence, or None. Brings `Order`.
    """
    # A Ctrl-C on the terminal, and its end, reach every process: it is the parent's to decide what that means.
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _break_off)
    from wfsgui.pipeline.backgrounds import BackgroundAverages
    from wfsgui.pipeline.settling import settle

    averages = BackgroundAverages()
    with suppress(EOFError, OSError, KeyboardInterrupt), connection:
        while (asked := connection.recv()) is not Order.END:
            match asked:
                case StepOptions():
                    connection.send(_checked(asked))
                case RunRequest():
                    _calibrate(asked, connection, averages)
                    # The first product leaves caches behind, and the next one may leave some, too.
                    settle()
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


def _calibrate(request: RunRequest, connection: Connection, averages: BackgroundAverages) -> None:
    from wfsgui.pipeline.runner import run

    if request.share is None:
        raise AssertionError("a worker does a part of a run")
    parent = _Parent(connection, FrameSender(request.share.folder / PLANES))
    run(request, parent.tell, parent, averages)


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
