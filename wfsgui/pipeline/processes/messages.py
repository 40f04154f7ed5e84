"""Messages to and from a worker process. Imports no jwst: only the worker does."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from wfsgui.core.files.plane_store import StoredImage
from wfsgui.core.model.requests import AdvanceRequest, RunRequest
from wfsgui.core.pair.forecast import CombinationRecord

__all__ = [
    "Answer",
    "Inbox",
    "Message",
    "Order",
    "Question",
    "Release",
    "Stop",
    "StoredForecast",
    "planes_folder",
]

# Subfolder for planes, in the folder of the run.
_PLANES: Final = "planes"


class Order(Enum):
    """Messages without content."""

    INFO = auto()
    END = auto()


@dataclass(frozen=True)
class Question:
    """A message that is answered.

    Attributes
    ----------
    number : int
        Number of the question, which all its answers have, too.
    content : object
        The content; see `wfsgui.pipeline.processes.worker.serve`.
    """

    number: int
    content: object


@dataclass(frozen=True)
class Stop:
    """Request to stop before the next step.

    Attributes
    ----------
    number : int
        Number of the question whose work is to be stopped. Has no effect if that work has ended.
    """

    number: int


@dataclass(frozen=True)
class Release:
    """Request to close a product.

    Attributes
    ----------
    key : str
        Key of its `AdvanceRequest`.
    """

    key: str


Message = Question | Stop | Release | Order
"""A message to a worker."""


@dataclass(frozen=True)
class Answer:
    """A message from a worker.

    Attributes
    ----------
    number : int
        Number of the question.
    content : object
        The answer, or an event without its image.
    image : StoredImage or None
        The image of the event.
    """

    number: int
    content: object
    image: StoredImage | None = None


def planes_folder(request: RunRequest | AdvanceRequest, process: int) -> Path | None:
    """Return the folder into which a worker writes planes that are removed after the request; nothing else is there.

    Parameters
    ----------
    request : RunRequest or AdvanceRequest
        The request; a `RunRequest` must have a share.
    process : int
        Process id of the worker.

    Returns
    -------
    Path or None
        The folder, which need not exist; None where the planes are those of checkpoints, which are kept.

    Raises
    ------
    ValueError
        If a `RunRequest` has no share.
    """
    if isinstance(request, AdvanceRequest) or request.checkpoints:
        return None
    if request.share is None:
        raise ValueError("the request of a worker needs a share")
    return request.share.folder / _PLANES / f"{process}"


@dataclass(frozen=True)
class StoredForecast:
    """Answer to a `wfsgui.core.pair.forecast.CombinationRequest`.

    Attributes
    ----------
    image : StoredImage
        The combined image, in the folder of the request.
    record : CombinationRecord
        What the step did.
    """

    image: StoredImage
    record: CombinationRecord


class Inbox:
    """Messages that a worker has received.

    Parameters
    ----------
    connection : Connection
        Source of the messages.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # Messages that came during work, for afterwards.
        self._deferred: deque[Message] = deque()

    def next(self) -> Message:
        """Wait for the next message.

        Returns
        -------
        Question or Stop or Release or Order
            The oldest message that has not been returned.

        Raises
        ------
        EOFError, OSError
            If the other end of the connection is closed.
        """
        return self._deferred.popleft() if self._deferred else self._receive()

    def asks_to_stop(self, number: int) -> bool:
        """Check, without waiting, for a `Stop`; all other messages are kept for `next`.

        Parameters
        ----------
        number : int
            Number of the question whose work may be stopped.

        Returns
        -------
        bool
            Whether there was such a `Stop`; it is removed.

        Raises
        ------
        EOFError, OSError
            If the other end of the connection is closed.
        """
        while self._connection.poll():
            message = self._receive()
            if message == Stop(number):
                return True
            self._deferred.append(message)
        return False

    def _receive(self) -> Message:
        message: Message = self._connection.recv()
        return message
