"""Text of a session: JSON with a version."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from wfsgui import __version__
from wfsgui.core.errors import WfsguiError
from wfsgui.core.session.plain_json import from_plain, to_plain
from wfsgui.core.session.state import SessionState

__all__ = ["FORMAT", "SCHEMA_VERSION", "state_from_json", "state_to_json"]

FORMAT: Final = "wfsgui session"
SCHEMA_VERSION: Final = 1
"""Version of the document; ``resources/schemas/session-1.json`` describes it."""


def state_to_json(state: SessionState) -> str:
    """Write a session as JSON, in ASCII.

    Parameters
    ----------
    state : SessionState
        The session.

    Returns
    -------
    str
        An object with ``format``, ``version``, ``program`` and ``session``.
    """
    content = {"format": FORMAT, "version": SCHEMA_VERSION, "program": __version__, "session": to_plain(state)}
    return json.dumps(content, allow_nan=False)


def state_from_json(text: str | bytes, name: str) -> SessionState:
    """Read a session from JSON.

    Parameters
    ----------
    text : str or bytes
        The text.
    name : str
        Name of the file, for the messages.

    Returns
    -------
    SessionState
        The session.

    Raises
    ------
    WfsguiError
        If it is no session, or one of a later version.
    """
    content = _content(text, name)
    version = content.get("version")
    if content.get("format") != FORMAT or isinstance(version, bool) or not isinstance(version, int):
        raise WfsguiError(f"{name} is no session of this program; choose a session file.")
    if version > SCHEMA_VERSION:
        raise WfsguiError(
            f"{name} was written by a later version of the program (wfsgui {content.get('program', '')}, sessions of "
            f"version {version}; this one reads up to {SCHEMA_VERSION}); install that version to open it."
        )
    try:
        state = from_plain(SessionState, content.get("session"), "session")
    except ValueError as error:
        raise WfsguiError(f"{name} is damaged ({error}); open another session.") from error
    # Another version of the program may read more from the same headers.
    return state if content.get("program") == __version__ else _without_headers(state)


def _without_headers(state: SessionState) -> SessionState:
    return replace(state, files=tuple(replace(record, info=None) for record in state.files))


def _content(text: str | bytes, name: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WfsguiError(f"{name} is damaged (its text is no JSON); open another session.") from error
    return content if isinstance(content, dict) else {}
