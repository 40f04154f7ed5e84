"""State of CRDS: context and why it is in force, server, mode and cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from wfsgui.core.crds.faults import CrdsFault

__all__ = ["CacheState", "CrdsContexts", "CrdsState", "Mode", "Reason", "ServerKind", "ServerState"]


class Mode(StrEnum):
    """How CRDS works; the value is a word for the analyst."""

    SERVER = "server"
    SERVERLESS = "serverless"
    OFFLINE = "offline"


class Reason(StrEnum):
    """Why a context is in force; the value is a name for JSON."""

    ENVIRONMENT = "environment variable"
    SETTING = "setting of wfsgui"
    BUILD = "server's context for the installed jwst"
    OPERATIONAL = "server's operational context"
    CACHED = "last context of the server, kept in the cache"
    DEMONSTRATION = "demonstration"
    UNKNOWN = "not known"


class ServerKind(StrEnum):
    """What is known of the server; the value is a name for JSON."""

    REACHABLE = "reachable"
    SLOW = "slow"
    UNREACHABLE = "unreachable"
    WRONG = "wrong answer"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class ServerState:
    """What a short question to the server has shown.

    Attributes
    ----------
    address : str
        Address of the server (CRDS_SERVER_URL).
    kind : ServerKind
        The result; NOT_ASKED in serverless mode.
    milliseconds : float or None
        Time of the question; None if there was no correct answer.
    context : str
        The server's latest context; empty if there was no correct answer.
    fault : CrdsFault or None
        What is wrong; None if it is reachable or was not asked.
    """

    address: str
    kind: ServerKind
    milliseconds: float | None = None
    context: str = ""
    fault: CrdsFault | None = None


@dataclass(frozen=True)
class CacheState:
    """Folder of the cache.

    Attributes
    ----------
    path : Path
        The folder (CRDS_PATH).
    exists : bool
        Whether it exists.
    writable : bool
        Whether files can be written there; of a folder that does not exist, whether it can be made.
    files : int
        Number of mappings and reference files.
    size : int
        Their size, bytes.
    free : int or None
        Free space of its disk, bytes; None if it cannot be read.
    fault : CrdsFault or None
        What is wrong with the folder, for example that it cannot be written.
    """

    path: Path
    exists: bool
    writable: bool
    files: int = 0
    size: int = 0
    free: int | None = None
    fault: CrdsFault | None = None


@dataclass(frozen=True)
class CrdsState:
    """State of CRDS in the process of the engine.

    Attributes
    ----------
    context : str
        The context in force; empty if there is none, and then `fault` says why.
    reason : Reason
        Why it is in force.
    mode : Mode
        How CRDS works.
    server : ServerState
        The server.
    cache : CacheState
        The cache.
    offline_context : str
        The context that CRDS would use if the server did not answer; empty if there is none. If it differs from
        `context`, a run without a network uses other references.
    fault : CrdsFault or None
        Why there is no context.
    settings : mapping of str to str
        CRDS_PATH, CRDS_SERVER_URL and CRDS_CONTEXT in force; empty text if one is not set.
    chosen : frozenset of str
        Those of `settings` that the program has set, not the environment.
    restart_connects : bool
        Whether the server answers now, but did not when the process of the engine asked it first. The process works
        without a server until it is started anew.
    """

    context: str
    reason: Reason
    mode: Mode
    server: ServerState
    cache: CacheState
    offline_context: str = ""
    fault: CrdsFault | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    restart_connects: bool = False


@dataclass(frozen=True)
class CrdsContexts:
    """Contexts that can be chosen.

    Attributes
    ----------
    current : str
        The context in force; empty if there is none.
    cached : tuple of str
        Contexts whose rules are in the cache, the newest first.
    known : tuple of str
        Contexts that the server lists, or has listed when it was asked last, the newest first; empty if it was never
        asked.
    named : mapping of str to str
        What the server calls ``latest``, ``build`` (for the installed jwst) and ``edit``; names that it does not know
        are missing.
    """

    current: str
    cached: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
