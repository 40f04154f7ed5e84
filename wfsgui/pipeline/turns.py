"""Taking turns, so that what several processes need is made by the first of them only."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Condition

from wfsgui.core.request import CancelFlag

__all__ = ["Turns"]

_WAIT = 0.1


class Turns:
    """Let one thread at a time make a thing; the others wait until it is there, or until it is their turn."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._making: set[Hashable] = set()
        self._made: set[Hashable] = set()

    def begin(self, thing: Hashable, cancel: CancelFlag) -> None:
        """Wait until a thing has been made or is this thread's to make.

        Parameters
        ----------
        thing : hashable
            Names it.
        cancel : CancelFlag
            Ends the waiting.
        """
        with self._changed:
            while thing in self._making and not cancel.is_set():
                self._changed.wait(_WAIT)
            if thing not in self._made:
                self._making.add(thing)

    def end(self, thing: Hashable, *, made: bool) -> None:
        """Say that a thing has been made, or that it will not be.

        Parameters
        ----------
        thing : hashable
            Names it.
        made : bool
            Which of the two.
        """
        with self._changed:
            self._making.discard(thing)
            if made:
                self._made.add(thing)
            self._changed.notify_all()
