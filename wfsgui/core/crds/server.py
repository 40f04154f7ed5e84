"""Requests to a CRDS server: a session, faults from its errors, and a short question whether the server is there."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from wfsgui.core.crds import sentences
from wfsgui.core.crds.faults import CrdsFault, CrdsFaultError, FaultKind
from wfsgui.core.crds.state import ServerKind, ServerState

if TYPE_CHECKING:
    import requests

__all__ = ["ask_server", "asks_no_server", "fault_of", "open_session"]

_TIMEOUT_S: Final = 5.0
_MOST_BYTES: Final = 10_000
_LONGEST: Final = 200
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
            context = _latest_context(session, address, timeout)
            milliseconds = (time.perf_counter() - start) * 1000
    except CrdsFaultError as error:
        return ServerState(address, _KINDS.get(error.fault.kind, ServerKind.WRONG), fault=error.fault)
    return ServerState(address, ServerKind.REACHABLE, milliseconds, context)


def _latest_context(session: requests.Session, address: str, timeout: float) -> str:
    content = _content(_answer(session, address, [_OBSERVATORY, "latest"], timeout), address)
    if isinstance(content, dict) and content.get("error"):
        # Servers before version 13 do not know the second parameter.
        content = _content(_answer(session, address, [_OBSERVATORY], timeout), address)
    context = content.get("result") if isinstance(content, dict) and not content.get("error") else None
    if not isinstance(context, str) or not context.endswith(".pmap"):
        raise CrdsFaultError(sentences.wrong_answer(address, "it names no context"))
    return context


def _answer(session: requests.Session, address: str, parameters: list[str], timeout: float) -> bytes:
    """Ask the JSON-RPC service as the client of CRDS does, and return the answer."""
    method = "get_default_context"
    question = {"jsonrpc": "1.0", "method": method, "params": parameters, "id": "wfsgui"}
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


def _content(answer: bytes, address: str) -> object:
    try:
        content: object = json.loads(answer)
    except ValueError as error:
        raise CrdsFaultError(sentences.wrong_answer(address, "its answer is no JSON")) from error
    return content


def open_session() -> requests.Session:
    """Open a session, which keeps its connection for the next request. The caller closes it."""
    # Imported late: the window imports this package before its first image.
    import requests

    session = requests.Session()
    # A compressed answer would have another length than CRDS has published.
    session.headers["Accept-Encoding"] = "identity"
    return session


def fault_of(error: Exception, server: str, seconds: float) -> CrdsFault:
    """Describe an error of a request.

    Parameters
    ----------
    error : Exception
        An error of requests.
    server : str
        Address of the server.
    seconds : float
        Time limit of the request.

    Returns
    -------
    CrdsFault
        NO_SERVER, SLOW_SERVER or WRONG_ANSWER.
    """
    import requests

    if isinstance(error, requests.ConnectTimeout):
        return sentences.no_server(server, f"no connection within {seconds:g} s")
    chain = list(_chain(error))
    if isinstance(error, requests.Timeout) or any(isinstance(one, TimeoutError) for one in chain):
        return sentences.slow_server(server, seconds)
    if isinstance(error, requests.exceptions.SSLError):
        return sentences.wrong_answer(server, "its certificate is not accepted")
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        reasons = (one.strerror for one in chain if isinstance(one, OSError) and one.strerror)
        return sentences.no_server(server, str(next(reasons, "")))
    return sentences.wrong_answer(server, " ".join(str(error).split())[:_LONGEST] or type(error).__name__)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that it wraps; requests and urllib3 wrap them in arguments and attributes, too."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, BaseException) and id(current) not in seen:
            seen.add(id(current))
            yield current
            waiting += [*current.args, getattr(current, "reason", None), current.__cause__, current.__context__]
