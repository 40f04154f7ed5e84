"""Taking turns, so that what several processes need is made by the first of them only."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Condition

from wfsgui.core.model.requests import CancelFlag

__all__ = ["Turn", "Turns"]

_WAIT = 0.1


class Turns:
    """Let one thread at a time make a thing; the others wait until it is there, or until it is their turn."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._making: set[Hashable] = set()
        self._made: set[Hashable] = set()

    def take(self, thing: Hashable, cancel: CancelFlag) -> Turn:
        """Wait until a thing has been made, or is the caller's to make.

        Parameters
        ----------
        thing : hashable
            Names it.
        cancel : CancelFlag
            Ends the waiting.

        Returns
        -------
        Turn
            To be ended.
        """
        with self._changed:
            while thing in self._making and not cancel.is_set():
                self._changed.wait(_WAIT)
            owns = thing not in self._made and thing not in self._making
            if owns:
                self._making.add(thing)
        return Turn(self, thing, owns=owns)

    def end(self, thing: Hashable, *, made: bool) -> None:
        """Let the others go on.

        Parameters
        ----------
        thing : hashable
            Names what was to be made.
        made : bool
            Whether it is there, so that nobody has to make it any more.
        """
        with self._changed:
            self._making.discard(thing)
            if made:
                self._made.add(thing)
            self._changed.notify_all()


class Turn:
    """One caller's turn.

    Parameters
    ----------
    turns : Turns
        Whose turn it is.
    thing : hashable
        What is to be made.
    owns : bool
        Whether there is anything to end.
    """

    def __init__(self, turns: Turns, thing: Hashable, *, owns: bool) -> None:
        self._turns = turns
        self._thing = thing
        self._owns = owns

    def end(self, *, made: bool = False) -> None:
        """End it, if that has not been done; see `Turns.end`."""
        if self._owns:
            self._owns = False
            self._turns.end(self._thing, made=made)
