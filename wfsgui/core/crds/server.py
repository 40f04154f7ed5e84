"""Short question to a CRDS server: whether it is there, and how fast."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Final

from wfsgui.core.crds import sentences
from wfsgui.core.crds.faults import CrdsFaultError, FaultKind
from wfsgui.core.crds.http_session import fault_of, open_session
from wfsgui.core.crds.state import ServerKind, ServerState

if TYPE_CHECKING:
    import requests

__all__ = ["ask_server", "asks_no_server"]

_TIMEOUT_S: Final = 5.0
_MOST_BYTES: Final = 10_000
_OBSERVATORY: Final = "jwst"
_KINDS: Final = {FaultKind.SLOW_SERVER: ServerKind.SLOW, FaultKind.NO_SERVER: ServerKind.UNREACHABLE}


def asks_no_server(address: str) -> bool:
    """Whether crds asks no server if CRDS_SERVER_URL has this value."""
    return "serverless" in address or "server-less" in address


def ask_server(address: str, *, timeout: float = _TIMEOUT_S) -> ServerState:
    """Ask a server for its latest context.

    Parameters
    ----------
    address : str
        Address of the server (CRDS_SERVER_URL).
    timeout : float, optional
        Time limit for a connection, and again for the answer, seconds.

    Returns
    -------
    ServerState
        Whether it answers as a CRDS server, and how fast.
    """
    if asks_no_server(address):
        return ServerState(address, ServerKind.NOT_ASKED)
    try:
        with open_session() as session:
            start = time.perf_counter()
            answer = _answer(session, address, timeout)
            milliseconds = (time.perf_counter() - start) * 1000
        context = _context(answer, address)
    except CrdsFaultError as error:
        return ServerState(address, _KINDS.get(error.fault.kind, ServerKind.WRONG), fault=error.fault)
    return ServerState(address, ServerKind.REACHABLE, milliseconds, context)


def _answer(session: requests.Session, address: str, timeout: float) -> bytes:
    """Ask the JSON-RPC service as the client of CRDS does, and return the answer."""
    method = "get_default_context"
    question = {"jsonrpc": "1.0", "method": method, "params": [_OBSERVATORY, "latest"], "id": "wfsgui"}
    url = f"{address.rstrip('/')}/json/{method}/wfsgui/"
    content, end = bytearray(), time.monotonic() + timeout
    try:
        with session.post(url, data=json.dumps(question), timeout=timeout, stream=True) as response:
            if not response.ok:
                raise CrdsFaultError(sentences.wrong_answer(address, f"HTTP status {response.status_code}"))
            # One byte at a time: the time limit of the connection is one for each packet.
            for chunk in response.iter_content(1):
                content += chunk
                if time.monotonic() > end:
                    raise CrdsFaultError(sentences.slow_server(address, timeout))
                if len(content) > _MOST_BYTES:
                    raise CrdsFaultError(sentences.wrong_answer(address, "its answer is too long"))
    except (OSError, ValueError) as error:
        raise CrdsFaultError(fault_of(error, address, timeout)) from error
    return bytes(content)


def _context(answer: bytes, address: str) -> str:
    try:
        content = json.loads(answer)
    except ValueError as error:
        raise CrdsFaultError(sentences.wrong_answer(address, "its answer is no JSON")) from error
    context = content.get("result") if isinstance(content, dict) and not content.get("error") else None
    if not isinstance(context, str) or not context.endswith(".pmap"):
        raise CrdsFaultError(sentences.wrong_answer(address, "it names no context"))
    return context
