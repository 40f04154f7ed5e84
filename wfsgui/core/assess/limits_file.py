"""File of changed limits, in JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, Final

from wfsgui.core.assess.limits import DEFAULT_LIMITS, Limits
from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.atomic_text import write_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["ReadLimits", "limits_from_json", "limits_to_json", "read_limits", "write_limits"]

_FORMAT: Final = "wfsgui limits"
_VERSION: Final = 1
_ENTRIES: Final = ("format", "version", "limits")


@dataclass(frozen=True)
class ReadLimits:
    """Limits of a file.

    Attributes
    ----------
    limits : Limits
        The limits; keys that this version does not know are kept in `Limits.changed`.
    notices : tuple of str
        What has no effect, one sentence each.
    """

    limits: Limits
    notices: tuple[str, ...] = ()


def limits_to_json(limits: Limits) -> str:
    """Write changed limits as JSON.

    Parameters
    ----------
    limits : Limits
        The limits.

    Returns
    -------
    str
        An object with ``format``, ``version`` and ``limits``: the changed values by key.
    """
    content = {"format": _FORMAT, "version": _VERSION, "limits": dict(sorted(limits.changed.items()))}
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def limits_from_json(text: str, name: str = "The text") -> ReadLimits:
    """Read changed limits from JSON.

    Parameters
    ----------
    text : str
        Text that `limits_to_json` has made, or the same made by hand.
    name : str, optional
        Name of the file, for the messages.

    Returns
    -------
    ReadLimits
        The limits and the notices.

    Raises
    ------
    WfsguiError
        If the text is no JSON of limits, has a key twice, or has a value that is negative or no number.
    """
    content = _content(text, name)
    values = _values(content, name)
    limits = Limits({key: value for key, value in values.items() if key not in DEFAULT_LIMITS})
    for key, value in values.items():
        if key in DEFAULT_LIMITS:
            limits = limits.with_value(key, value)
    others = [key for key in content if key not in _ENTRIES]
    notices = (
        *(f"{name} has the unknown limit {key}, which is kept and has no effect." for key in limits.unknown),
        *(f"{name} has the unknown entry {key}, which has no effect and is not kept." for key in others),
    )
    return ReadLimits(limits, notices)


def _content(text: str, name: str) -> Mapping[str, Any]:
    try:
        content = json.loads(text, object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as error:
        raise WfsguiError(f"{name} cannot be read as JSON ({error}); correct it or remove it.") from error
    if not isinstance(content, dict) or not isinstance(content.get("limits"), dict):
        raise WfsguiError(f"{name} contains no limits; give a file that this program has written.")
    version = content.get("version", _VERSION)
    if content.get("format", _FORMAT) != _FORMAT or version != _VERSION:
        raise WfsguiError(f"{name} has another format or version of it ({version}); use the version that wrote it.")
    return content


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{next(key for key in keys if keys.count(key) > 1)} is there twice")
    return content


def _values(content: Mapping[str, Any], name: str) -> dict[str, float]:
    values: dict[str, float] = {}
    for key, value in content["limits"].items():
        # JSON's true and false are integers in Python.
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise WfsguiError(f"The limit {key} of {name} is {json.dumps(value)}, not a number; correct it.")
        values[key] = _finite(value)
        if not isfinite(values[key]) or (key in DEFAULT_LIMITS and values[key] < 0):
            raise WfsguiError(f"The limit {key} of {name} is {value}; correct it to a number that is not negative.")
    return values


def _finite(value: float) -> float:
    """Return the number as a float, or NaN if it is too large for that."""
    try:
        return float(value)
    except OverflowError:
        return nan


def read_limits(path: Path) -> ReadLimits:
    """Read a file of limits.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    ReadLimits
        The limits and the notices.

    Raises
    ------
    WfsguiError
        If the file cannot be read, or as `limits_from_json`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WfsguiError(f"{path} cannot be read ({reason}); choose another file.") from error
    return limits_from_json(text, str(path))


def write_limits(path: Path, limits: Limits, *, overwrite: bool) -> None:
    """Write a file of limits; it appears complete or not at all.

    Parameters
    ----------
    path : Path
        The file.
    limits : Limits
        The limits; only changed values are written.
    overwrite : bool
        Whether an existing file may be replaced.

    Raises
    ------
    WfsguiError
        If the file exists and may not be replaced, or if it cannot be written.
    """
    write_text(path, limits_to_json(limits), overwrite=overwrite)
