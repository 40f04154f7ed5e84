"""Python source of values, laid out as a formatter would."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

__all__ = ["literal"]

_WIDTH: Final = 100
_INDENT: Final = "    "


def literal(value: object, indent: int = 0) -> str:
    """Return the Python source of a value.

    Parameters
    ----------
    value : object
        Mappings, sequences, texts, numbers, booleans and None, in any depth.
    indent : int, optional
        Depth of the line on which it begins; it is divided into several lines if it is long.

    Returns
    -------
    str
        The source; of a mapping a dict, of a sequence a list.
    """
    whole = _on_one_line(value)
    if len(whole) + len(_INDENT) * indent <= _WIDTH or not isinstance(value, Mapping | list | tuple):
        return whole
    inner = _INDENT * (indent + 1)
    if isinstance(value, Mapping):
        lines = [f"{inner}{_text(str(name))}: {literal(each, indent + 1)}," for name, each in value.items()]
    else:
        lines = [f"{inner}{literal(each, indent + 1)}," for each in value]
    opening, closing = _brackets(value)
    return "\n".join([opening, *lines, f"{_INDENT * indent}{closing}"])


def _on_one_line(value: object) -> str:
    opening, closing = _brackets(value)
    if isinstance(value, Mapping):
        items = [f"{_text(str(name))}: {_on_one_line(each)}" for name, each in value.items()]
    elif isinstance(value, str):
        return _text(value)
    elif isinstance(value, Sequence):
        items = [_on_one_line(each) for each in value]
    elif isinstance(value, float) and not math.isfinite(value):
        # They have no literal.
        return f'float("{value}")'
    else:
        return repr(value)
    return f"{opening}{', '.join(items)}{closing}"


def _brackets(value: object) -> tuple[str, str]:
    return ("{", "}") if isinstance(value, Mapping) else ("[", "]")


def _text(text: str) -> str:
    """Return a text in double quotes, if that needs no more escapes."""
    source = repr(text)
    return source if '"' in text or not source.startswith("'") else f'"{source[1:-1]}"'
