"""What a process that calibrates is sent, and what it answers. Imports no jwst: only that process does."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from wfsgui.core.files.frame_transfer import StoredImage
from wfsgui.core.model.requests import AdvanceRequest, RunRequest

__all__ = ["Asked", "Inbox", "Message", "Order", "ReferenceQuestion", "Release", "Stop", "Told", "planes_folder"]

# Folder of the planes on their way, in that of the run or of the result.
_PLANES: Final = "planes"


class Order(Enum):
    """What can be asked of a worker besides work."""

    FACTS = auto()
    END = auto()


@dataclass(frozen=True)
class Asked:
    """A request that is answered.

    Attributes
    ----------
    number : int
        Number of the request, which every answer carries.
    what : object
        The request, see `serve`.
    """

    number: int
    what: object


@dataclass(frozen=True)
class ReferenceQuestion:
    """Asks which reference files a run would use.

    Attributes
    ----------
    exposure : Path
        A ``_rate`` file.
    """

    exposure: Path


@dataclass(frozen=True)
class Stop:
    """Asks a worker to stop at the next step boundary.

    Attributes
    ----------
    number : int
        Number of the request that is to be stopped; where that has ended, nothing is stopped.
    """

    number: int


@dataclass(frozen=True)
class Release:
    """Asks a worker to forget a product that it was asked to advance.

    Attributes
    ----------
    key : str
        The key of those requests.
    """

    key: str


Message = Asked | Stop | Release | Order
"""What a worker is sent."""


@dataclass(frozen=True)
class Told:
    """An answer.

    Attributes
    ----------
    number : int
        Number of the request.
    what : object
        The answer, or an event.
    image : StoredImage or None
        The frame of the event.
    """

    number: int
    what: object
    image: StoredImage | None = None


def planes_folder(request: RunRequest | AdvanceRequest, process: int) -> Path:
    """Say where a worker leaves planes on their way; nothing else is in that folder.

    Parameters
    ----------
    request : RunRequest or AdvanceRequest
        What is in work; a `RunRequest` has a share.
    process : int
        Number of the worker's process.

    Returns
    -------
    Path
        The folder, which need not exist.

    Raises
    ------
    ValueError
        If a `RunRequest` has no share.
    """
    if isinstance(request, AdvanceRequest):
        return request.result_dir / _PLANES / f"{process}"
    if request.share is None:
        raise ValueError("a worker does a part of a run")
    return request.share.folder / _PLANES / f"{process}"


class Inbox:
    """What has been sent to the process that calibrates.

    Parameters
    ----------
    connection : Connection
        Brings each `Message`.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # What came while something was in work: it is for afterwards.
        self._deferred: deque[Message] = deque()

    def next(self) -> Message:
        """Wait for what is to be done next.

        Returns
        -------
        Asked or Stop or Release or Order
            What came first of what has not been taken out yet.

        Raises
        ------
        EOFError, OSError
            If nobody is there to send anything any more.
        """
        return self._deferred.popleft() if self._deferred else self._received()

    def asks_to_stop(self, number: int) -> bool:
        """Look, without waiting, whether a request is to be stopped; everything else stays where it is.

        Parameters
        ----------
        number : int
            Number of the request.

        Returns
        -------
        bool
            Whether there was a `Stop` of that number, which has been taken out.

        Raises
        ------
        EOFError, OSError
            If nobody is there to send anything any more.
        """
        while self._connection.poll():
            message = self._received()
            if message == Stop(number):
                return True
            self._deferred.append(message)
        return False

    def _received(self) -> Message:
        message: Message = self._connection.recv()
        return message
