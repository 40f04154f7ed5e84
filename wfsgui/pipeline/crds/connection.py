"""Connection of this process with CRDS: server, context, and their faults.

What is kept for the process is in the caches of crds, which `crds.core.utils.clear_function_caches` clears together.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from crds.client import api
from crds.core import config, heavy_client, utils
from crds.core.exceptions import ServiceError

from wfsgui.core.crds import sentences
from wfsgui.core.crds.cache_folder import cache_state
from wfsgui.core.crds.faults import CrdsFault, CrdsFaultError
from wfsgui.core.crds.server import ask_server, asks_no_server
from wfsgui.core.crds.state import ServerKind, ServerState

__all__ = [
    "OBSERVATORY",
    "cache_path",
    "connect",
    "context_in_force",
    "is_asked",
    "is_connected",
    "kept",
    "server_address",
    "server_config",
    "server_info",
]

OBSERVATORY: Final = "jwst"
"""Name of the observatory in CRDS."""

P = ParamSpec("P")
T = TypeVar("T")

_TIMEOUT_S: Final = 10.0
# With this address crds refuses to ask a server at once.
_NO_SERVER: Final = "https://jwst-serverless.stsci.edu"
_NOT_SET: Final = "none"
_SYMBOLS: Final = ("latest", "build")


def kept(function: Callable[P, T]) -> Callable[P, T]:
    """Keep the results of a function for the process, in the caches of crds."""
    cached: Callable[P, T] = utils.cached(function)
    return cached


def cache_path() -> Path:
    """Return the folder of the cache."""
    return Path(config.get_crds_path())


def server_address() -> str:
    """Return the address of the server as it is set."""
    return os.environ.get("CRDS_SERVER_URL", "")


def server_config() -> Path:
    """Return where crds keeps what the server has told it last."""
    return Path(config.locate_config("server_config", OBSERVATORY))


@kept
def _first() -> list[ServerState]:
    """Return the first state of the server in this process; empty before it has been asked."""
    return []


def is_asked() -> bool:
    """Whether `connect` has been called in this process."""
    return bool(_first())


def connect() -> ServerState:
    """Ask the server once in a process, before crds does.

    crds asks several questions and waits for each as long as it does for a download. If the server does not answer,
    this process works as without a server, as crds would in the end. A cache that cannot be written is declared
    read-only, because crds tries to make folders in it.

    Returns
    -------
    ServerState
        The state at the first call.
    """
    if not _first():
        _first().append(_connected())
    return _first()[0]


def _connected() -> ServerState:
    address = server_address()
    if server_config().is_file() and not cache_state(cache_path(), count=False).writable:
        config.set_cache_readonly()
    if config.get_uri("server_config") != _NOT_SET:
        return ServerState(address, ServerKind.NOT_ASKED)
    state = ask_server(address, timeout=min(_TIMEOUT_S, config.get_client_timeout_seconds()))
    if state.fault is not None:
        api.set_crds_server(_NO_SERVER)
    return state


def server_info() -> heavy_client.ConfigInfo:
    """Return what the server, or the cache, tells of contexts and files.

    Raises
    ------
    CrdsFaultError
        If neither does.
    """
    connect()
    try:
        return heavy_client.get_config_info(OBSERVATORY)
    except (Exception, SystemExit) as error:
        # crds raises SystemExit if neither the server nor the cache name a context.
        raise CrdsFaultError(_context_fault(error, "")) from error


def is_connected() -> bool:
    """Whether crds works with a server.

    Raises
    ------
    CrdsFaultError
        If neither server nor cache answer.
    """
    return bool(server_info().connected)


def context_in_force(context: str = "") -> str:
    """Return the name of the context that selects references.

    Parameters
    ----------
    context : str, optional
        Another one than that in force, as CRDS writes it: a file name, ``latest``, ``build``, or a date.

    Returns
    -------
    str
        Name of its file, for example ``jwst_1535.pmap``.

    Raises
    ------
    CrdsFaultError
        If there is none.
    """
    if context and not (config.is_context_spec(context) or context in _SYMBOLS):
        raise CrdsFaultError(sentences.bad_context(context))
    connect()
    try:
        return str(heavy_client.get_context_name(OBSERVATORY, context or None))
    except (Exception, SystemExit) as error:
        raise CrdsFaultError(_context_fault(error, context)) from error


def _context_fault(error: BaseException, context: str) -> CrdsFault:
    named = context or os.environ.get("CRDS_CONTEXT", "")
    state = connect()
    match error:
        case SystemExit():
            if asks_no_server(server_address()):
                return sentences.serverless(cache_path(), is_damaged=server_config().is_file())
            fault = state.fault or sentences.wrong_answer(server_address(), "it does not describe its files")
            return sentences.no_context(fault, cache_path())
        case AssertionError():
            return sentences.bad_context(named)
        case ServiceError() if named and state.fault is None and not asks_no_server(server_address()):
            return sentences.unknown_context(named, server_address())
        case _ if named and (state.fault is not None or asks_no_server(server_address())):
            # A date, for example, can only be translated by the server.
            return sentences.unknown_context(named)
        case _:
            return sentences.other("looking for the context", " ".join(str(error).split()) or type(error).__name__)
