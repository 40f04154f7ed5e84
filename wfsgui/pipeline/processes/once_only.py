"""Let one thread produce a thing that several threads need, while the others wait."""

from __future__ import annotations

from collections.abc import Hashable
from concurrent.futures import Future, wait
from threading import Lock
from typing import Final

from wfsgui.core.model.requests import CancelFlag

__all__ = ["Claim", "OnceOnly"]

# How often the cancel flag is checked while a thread waits, seconds.
_POLL: Final = 0.1


class OnceOnly:
    """Things by name, each of which is produced by one thread at a time, and once only."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._futures: dict[Hashable, Future[bool]] = {}

    def claim(self, thing: Hashable, cancel: CancelFlag) -> Claim:
        """Wait until a thing has been produced, or is the caller's to produce.

        Parameters
        ----------
        thing : hashable
            Name of the thing.
        cancel : CancelFlag
            Ends the waiting.

        Returns
        -------
        Claim
            The claim, which the caller must end.
        """
        while not cancel.is_set():
            mine: Future[bool] = Future()
            with self._lock:
                future = self._futures.setdefault(thing, mine)
            if future is mine:
                return Claim(self, thing, mine)
            if wait([future], _POLL).done and future.result():
                break
        return Claim(self, thing, None)

    def end(self, thing: Hashable, future: Future[bool], *, produced: bool) -> None:
        """End a claim; see `Claim.end`."""
        if not produced:
            with self._lock:
                del self._futures[thing]
        future.set_result(produced)


class Claim:
    """Right of one caller to produce a thing.

    Parameters
    ----------
    owner : OnceOnly
        What returned this claim.
    thing : hashable
        Name of the thing.
    future : Future or None
        What the other threads wait for; None if there is nothing to produce.
    """

    def __init__(self, owner: OnceOnly, thing: Hashable, future: Future[bool] | None) -> None:
        self._owner = owner
        self._thing = thing
        self._future = future

    def end(self, *, produced: bool = False) -> None:
        """Let the other threads continue: one of them produces the thing if it was not produced. Ends only once."""
        future, self._future = self._future, None
        if future is not None:
            self._owner.end(self._thing, future, produced=produced)
