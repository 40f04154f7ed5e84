"""Sentences on every fault of CRDS: what is wrong, and the way out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from wfsgui.core.crds.faults import CrdsFault, FaultKind

__all__ = [
    "STOPPED",
    "bad_checksum",
    "bad_context",
    "bad_exposure",
    "bad_size",
    "disk_full",
    "incomplete_context",
    "interrupted",
    "left_lock",
    "left_part",
    "locked",
    "missing",
    "missing_for_good",
    "no_cache",
    "no_context",
    "no_match",
    "no_server",
    "not_on_server",
    "other",
    "read_only",
    "serverless",
    "size_text",
    "slow_server",
    "unknown_context",
    "unreadable",
    "withdrawn",
    "wrong_answer",
    "wrong_download",
    "wrong_length",
]

STOPPED: Final = "The download was stopped; what has arrived is kept, and the next download continues there."
"""Message of a stopped download."""

_UNITS: Final = ("B", "kB", "MB", "GB", "TB")
_STEP: Final = 1000
_PREPARED: Final = "set CRDS_PATH to a cache that was prepared where there is a network (wfsgui crds prepare)"


def size_text(count: int) -> str:
    """Write a number of bytes with three digits at most, for example ``118 MB`` or ``1.2 GB``."""
    value, unit = float(count), 0
    # What would be rounded to 1000 has the next unit.
    while unit < len(_UNITS) - 1 and value >= _STEP - 0.5:
        value, unit = value / _STEP, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit and value < 9.95 else f"{value:.0f} {_UNITS[unit]}"


def no_server(server: str, detail: str = "") -> CrdsFault:
    """Describe a server to which no connection can be made."""
    return CrdsFault(
        FaultKind.NO_SERVER,
        f"The CRDS server {server} cannot be reached{f' ({detail})' if detail else ''}",
        f"check the network and CRDS_SERVER_URL, or {_PREPARED}",
    )


def slow_server(server: str, seconds: float) -> CrdsFault:
    """Describe a server that accepts a connection, and sends nothing for some seconds."""
    return CrdsFault(
        FaultKind.SLOW_SERVER,
        f"The CRDS server {server} did not answer within {seconds:g} s",
        "try again later, or set CRDS_CLIENT_TIMEOUT_SECONDS to a longer time",
    )


def wrong_answer(server: str, detail: str) -> CrdsFault:
    """Describe a server whose answer is not one of CRDS."""
    return CrdsFault(
        FaultKind.WRONG_ANSWER,
        f"{server} does not answer as a CRDS server ({detail})",
        "check CRDS_SERVER_URL, and whether the network asks you to log in on a web page",
    )


def not_on_server(name: str, server: str) -> CrdsFault:
    """Describe a file that the server does not have."""
    return CrdsFault(
        FaultKind.NOT_ON_SERVER,
        f"The CRDS server {server} does not have the file {name}",
        "choose another context, or ask the help desk of JWST for the file",
    )


def interrupted(name: str, server: str) -> CrdsFault:
    """Describe a download that ended too early, several times."""
    return CrdsFault(
        FaultKind.NO_SERVER,
        f"The connection to {server} broke while {name} was downloaded",
        "download again, which continues where it ended",
    )


def wrong_download(name: str, server: str) -> CrdsFault:
    """Describe a file that arrived with another checksum than CRDS has published; it is not kept."""
    return CrdsFault(
        FaultKind.BAD_CHECKSUM,
        f"{server} sent a damaged {name} (its checksum is not that of CRDS), which was not kept",
        "download again, and tell the help desk of JWST if it comes again",
    )


def wrong_length(name: str, server: str, size: int, published: int) -> CrdsFault:
    """Describe a file that the server sends with another size than CRDS has published; it is not kept."""
    return CrdsFault(
        FaultKind.BAD_SIZE,
        f"{server} sent {name} with {size:,} bytes instead of {published:,}, which was not kept",
        "download again, and tell the help desk of JWST if it comes again",
    )


def no_cache(path: Path) -> CrdsFault:
    """Describe a folder of the cache that does not exist and cannot be made."""
    return CrdsFault(
        FaultKind.NO_CACHE,
        f"The CRDS cache {path} does not exist and cannot be made",
        "set CRDS_PATH to a folder that you may write to",
    )


def read_only(path: Path) -> CrdsFault:
    """Describe a cache that cannot be written."""
    return CrdsFault(
        FaultKind.READ_ONLY,
        f"The CRDS cache {path} cannot be written, so missing files cannot be downloaded",
        "change its permissions, or set CRDS_PATH to a folder that you may write to",
    )


def no_context(server: CrdsFault, cache: Path) -> CrdsFault:
    """Describe the state in which neither server nor cache name a context.

    Parameters
    ----------
    server : CrdsFault
        What is wrong with the server.
    cache : Path
        Folder of the cache.
    """
    return CrdsFault(
        FaultKind.NO_CONTEXT, f"{server.what}, and the CRDS cache {cache} names no context", server.way_out
    )


def serverless(cache: Path, *, is_damaged: bool = False) -> CrdsFault:
    """Describe a cache that is not complete, where CRDS asks no server.

    Parameters
    ----------
    cache : Path
        Folder of the cache.
    is_damaged : bool, optional
        Whether the missing file is there and cannot be read.
    """
    lacks = "its config/jwst/server_config cannot be read" if is_damaged else "it has no config/jwst/server_config"
    return CrdsFault(
        FaultKind.SERVERLESS,
        f"The CRDS cache {cache} names no context ({lacks}), and CRDS_SERVER_URL says to ask no server",
        "set CRDS_SERVER_URL to the address of a server, or CRDS_PATH to the folder of a complete cache",
    )


def bad_context(name: str) -> CrdsFault:
    """Describe a text that cannot be the name of a context."""
    return CrdsFault(
        FaultKind.BAD_CONTEXT,
        f"{name!r} is no name of a CRDS context",
        "give CRDS_CONTEXT a name like jwst_1535.pmap, or leave it empty",
    )


def unknown_context(name: str, server: str = "") -> CrdsFault:
    """Describe a context that neither cache nor server have."""
    where = f"neither in the cache nor on the server {server}" if server else "not in the cache, and no server is asked"
    return CrdsFault(
        FaultKind.UNKNOWN_CONTEXT,
        f"The CRDS context {name} is {where}",
        "choose another context (wfsgui crds contexts), or check its name",
    )


def incomplete_context(name: str, missing_rule: str) -> CrdsFault:
    """Describe a context whose rules are not all in the cache, where no server answers."""
    return CrdsFault(
        FaultKind.INCOMPLETE_CONTEXT,
        f"The CRDS context {name} is not complete in the cache ({missing_rule} is missing) and no server answers",
        "choose a context that is in the cache (wfsgui crds contexts), or prepare it where there is a network",
    )


def no_match(kinds: Sequence[str], context: str) -> CrdsFault:
    """Describe reference types for which the context has no file that matches the exposure."""
    return CrdsFault(
        FaultKind.NO_MATCH,
        f"The CRDS context {context} has no {' and no '.join(kinds)} reference for this exposure",
        "choose another context, or give a file of your own as an override",
    )


def withdrawn(detail: str) -> CrdsFault:
    """Describe a context or reference that CRDS has marked as scientifically invalid."""
    return CrdsFault(
        FaultKind.WITHDRAWN,
        f"CRDS has withdrawn what this exposure needs ({detail})",
        "choose another context, or give a file of your own as an override",
    )


def bad_exposure(path: Path, detail: str) -> CrdsFault:
    """Describe an exposure whose header cannot be read."""
    return CrdsFault(
        FaultKind.BAD_EXPOSURE, f"The header of {path.name} cannot be read ({detail})", "fetch the exposure again"
    )


def missing(name: str, *, can_download: bool) -> CrdsFault:
    """Describe a file that is not in the cache."""
    way_out = "prepare the cache, or run the exposure, which downloads it" if can_download else _PREPARED
    return CrdsFault(FaultKind.MISSING, f"{name} is not in the cache", way_out)


def missing_for_good(name: str, cache: Path) -> CrdsFault:
    """Describe a file that is not in a cache that cannot be written."""
    return CrdsFault(
        FaultKind.MISSING,
        f"{name} is not in the cache {cache}, which cannot be written",
        "change its permissions, or set CRDS_PATH to a folder that you may write to",
    )


def bad_size(path: Path, size: int, published: int) -> CrdsFault:
    """Describe a file that has not the size that CRDS has published."""
    return CrdsFault(
        FaultKind.BAD_SIZE,
        f"{path} is damaged: it has {size:,} bytes instead of {published:,}",
        "mend the cache (wfsgui crds mend), which downloads it again",
    )


def bad_checksum(path: Path) -> CrdsFault:
    """Describe a file that has not the checksum that CRDS has published."""
    return CrdsFault(
        FaultKind.BAD_CHECKSUM,
        f"{path} is damaged: its checksum is not that of CRDS",
        "mend the cache (wfsgui crds mend), which downloads it again",
    )


def unreadable(path: Path, detail: str) -> CrdsFault:
    """Describe a file that cannot be read, or whose content is not of its type."""
    return CrdsFault(
        FaultKind.UNREADABLE,
        f"{path} cannot be used ({detail})",
        "mend the cache (wfsgui crds mend), or check the permissions of the file",
    )


def disk_full(path: Path, needed: int, free: int | None) -> CrdsFault:
    """Describe a disk that has no room for a download."""
    room = f", {size_text(free)} are free" if free is not None else ""
    return CrdsFault(
        FaultKind.DISK_FULL,
        f"The disk of {path} is full: {size_text(needed)} are needed{room}",
        "free some space, or set CRDS_PATH to a folder on another disk",
    )


def locked(name: str) -> CrdsFault:
    """Describe a file that another process is downloading."""
    return CrdsFault(
        FaultKind.LOCKED,
        f"Another process is downloading {name}",
        "wait until it has finished and try again",
    )


def left_lock(path: Path) -> CrdsFault:
    """Describe a lock that no process holds."""
    return CrdsFault(
        FaultKind.LEFT_LOCK,
        f"{path} is the lock of a process that has ended",
        "mend the cache (wfsgui crds mend), which removes it",
    )


def left_part(path: Path) -> CrdsFault:
    """Describe what was received of a file before its download ended."""
    return CrdsFault(
        FaultKind.LEFT_PART,
        f"{path} is the beginning of a file whose download has not ended",
        "prepare the cache again, which continues the download, or mend it (wfsgui crds mend), which removes it",
    )


def other(doing: str, detail: str) -> CrdsFault:
    """Describe any other fault."""
    return CrdsFault(
        FaultKind.OTHER,
        f"CRDS failed while {doing} ({detail})",
        "see wfsgui crds status for its settings, and the log for details",
    )
