"""Faults of CRDS: each has a sentence that says what is wrong, and another one that says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wfsgui.core.errors import WfsguiError

__all__ = ["CrdsFault", "CrdsFaultError", "FaultKind"]


class FaultKind(StrEnum):
    """Kinds of faults; the value is a name for JSON."""

    NO_SERVER = "no server"
    SLOW_SERVER = "slow server"
    WRONG_ANSWER = "wrong answer"
    NOT_ON_SERVER = "not on the server"
    NO_CACHE = "no cache"
    READ_ONLY = "read-only cache"
    NO_CONTEXT = "no context"
    BAD_CONTEXT = "bad context name"
    UNKNOWN_CONTEXT = "unknown context"
    INCOMPLETE_CONTEXT = "incomplete context"
    NO_MATCH = "no matching reference"
    BAD_EXPOSURE = "unreadable exposure"
    MISSING = "missing file"
    BAD_SIZE = "wrong size"
    BAD_CHECKSUM = "wrong checksum"
    UNREADABLE = "unreadable file"
    DISK_FULL = "disk full"
    LOCKED = "locked by another process"
    LEFT_LOCK = "lock without a process"
    LEFT_PART = "unfinished download"
    WITHDRAWN = "withdrawn by CRDS"
    SERVERLESS = "serverless cache incomplete"
    OTHER = "other"


@dataclass(frozen=True)
class CrdsFault:
    """One fault. `wfsgui.core.crds.sentences` makes it.

    Attributes
    ----------
    kind : FaultKind
        Kind of the fault.
    what : str
        What is wrong: a clause without a full stop, with a capital letter.
    way_out : str
        What to do: a clause without a full stop, with a small letter.
    """

    kind: FaultKind
    what: str
    way_out: str

    @property
    def sentence(self) -> str:
        """The whole sentence, for example for a message bar."""
        return f"{self.what}; {self.way_out}."


class CrdsFaultError(WfsguiError):
    """Something cannot be done, because of a fault of CRDS.

    Parameters
    ----------
    fault : CrdsFault
        The fault.

    Attributes
    ----------
    fault : CrdsFault
        The fault; ``str(error)`` is its sentence.
    """

    def __init__(self, fault: CrdsFault) -> None:
        # The argument of an exception is what pickle calls its class with.
        super().__init__(fault)
        self.fault = fault

    def __str__(self) -> str:
        """Return the sentence of the fault."""
        return self.fault.sentence
