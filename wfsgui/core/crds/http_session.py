"""Requests by HTTP: a session that keeps its connection, and faults from its errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wfsgui.core.crds import sentences
from wfsgui.core.crds.faults import CrdsFault

if TYPE_CHECKING:
    import requests

__all__ = ["fault_of", "open_session"]

_LONGEST = 200


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
