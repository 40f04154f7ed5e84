"""Text of a session: JSON with a version."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import zip_longest
from typing import Any, Final

from wfsgui import __version__
from wfsgui.core.errors import WfsguiError
from wfsgui.core.session.plain_json import from_plain, to_plain
from wfsgui.core.session.state import SessionState

__all__ = ["FORMAT", "SCHEMA_VERSION", "SessionEncoder", "state_from_json"]

FORMAT: Final = "wfsgui session"
SCHEMA_VERSION: Final = 1
"""Version of the document; ``resources/schemas/session-1.json`` describes it."""


class SessionEncoder:
    """Write sessions as JSON; what was written of an exposure or a file is kept while it stays the same."""

    def __init__(self) -> None:
        self._exposures: list[tuple[object, str]] = []
        self._files: list[tuple[object, str]] = []

    def encode(self, state: SessionState) -> str:
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
        self._exposures = _encoded(state.exposures, self._exposures)
        self._files = _encoded(state.files, self._files)
        entries = {
            "exposures": f"[{', '.join(text for _, text in self._exposures)}]",
            "files": f"[{', '.join(text for _, text in self._files)}]",
        }
        for entry in fields(state):
            if entry.name not in entries:
                entries[entry.name] = _dumps(getattr(state, entry.name))
        session = ", ".join(f'"{name}": {text}' for name, text in entries.items())
        head = json.dumps({"format": FORMAT, "version": SCHEMA_VERSION, "program": __version__})
        return f'{head.removesuffix("}")}, "session": {{{session}}}}}\n'


def _encoded(records: Sequence[object], before: Sequence[tuple[object, str]]) -> list[tuple[object, str]]:
    """Return each record with its text; most stay the same at the same place from one time to the next."""
    known = zip_longest(records, before[: len(records)], fillvalue=(None, ""))
    return [(record, text if record == former else _dumps(record)) for record, (former, text) in known]


def _dumps(value: object) -> str:
    return json.dumps(to_plain(value), allow_nan=False)


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
