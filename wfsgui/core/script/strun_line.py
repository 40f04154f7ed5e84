"""The command line of strun that makes a result with the official pipeline."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Final

from wfsgui.core.script.stock_call import StockCall

__all__ = ["StrunLine", "strun_line"]

_PIPELINE: Final = "calwebb_image2"
# What stpipe would take for a list, a comment or a quoted text.
_SPECIAL: Final = frozenset(",#")
_QUOTES: Final = ('"', "'")


@dataclass(frozen=True)
class StrunLine:
    """Commands for a shell.

    Attributes
    ----------
    text : str
        The commands, for ``sh``.
    notes : tuple of str
        What strun cannot be told, one sentence each.
    """

    text: str
    notes: tuple[str, ...]


def strun_line(call: StockCall) -> StrunLine:
    """Return the commands that run strun; it writes the result to the current folder.

    Parameters
    ----------
    call : StockCall
        What is called.

    Returns
    -------
    StrunLine
        The commands.
    """
    settings, notes = [], []
    for step, values in call.steps.items():
        for name, value in values.items():
            written = _written(value)
            if written is not None:
                settings.append(f"--steps.{step}.{name}={shlex.quote(written)}")
                continue
            why = "is None" if value is None else "has both kinds of quotes"
            notes.append(f"strun cannot be told that {step}.{name} {why}, and the line leaves it out; use Python.")
    what = _PIPELINE if call.config_file is None else shlex.quote(str(call.config_file))
    given = '"$association"' if call.association else shlex.quote(str(call.exposure))
    # A parameter file may name another folder, which is of no account here.
    folder = [] if call.config_file is None else ["--output_dir=."]
    command = " \\\n  ".join([f"strun {what} {given}", *folder, *settings])
    lines = [f"export {name}={shlex.quote(value)}" for name, value in call.environment.items()]
    return StrunLine("\n".join([*lines, *_association(call), command]) + "\n", tuple(notes))


def _association(call: StockCall) -> list[str]:
    """Return the commands that write the association to a new folder, where it replaces nothing."""
    if not call.association:
        return []
    # A here-document: the members are its lines, in which the shell replaces nothing.
    return [
        f"association=$(mktemp -d)/{shlex.quote(call.association)}",
        "cat > \"$association\" <<'END'",
        json.dumps(call.members, indent=4),
        "END",
    ]


def _written(value: object) -> str | None:
    """Return a value as stpipe reads it from the command line; None if it has no such form."""
    if value is None:
        return None
    if not isinstance(value, list):
        return _quoted(str(value))
    items = [_quoted(str(item)) for item in value]
    known = [item for item in items if item is not None]
    # A comma at the end makes a list of one element; a comma alone is an empty list.
    return ",".join([*known, ""] if len(known) == 1 else known or [","]) if len(known) == len(items) else None


def _quoted(text: str) -> str | None:
    is_plain = text and not _SPECIAL & set(text) and text[0] not in _QUOTES and text == text.strip()
    if is_plain:
        return text
    return next((f"{quote}{text}{quote}" for quote in _QUOTES if quote not in text), None)
