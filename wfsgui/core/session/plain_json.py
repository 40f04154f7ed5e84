"""Dataclasses to values of JSON and back, by their type hints.

A union of several dataclasses is written with the name of the class as ``kind``. Entries that are missing have their
default; entries that are not known are passed over.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

__all__ = ["Json", "from_plain", "to_plain"]

T = TypeVar("T")

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
"""A value of JSON."""

_KIND: Final = "kind"

# By class: finding out takes as long as all the rest.
_HINTS: Final[dict[type, dict[str, object]]] = {}


def to_plain(value: object) -> Json:
    """Return a dataclass, or what it contains, as values of JSON."""
    match value:
        case Enum():
            return cast("Json", value.value)
        case str() | int() | float() | None:
            return value
        case Path():
            return str(value)
        case Mapping():
            return {str(key): to_plain(entry) for key, entry in value.items()}
        case list() | tuple() | frozenset():
            return [to_plain(entry) for entry in (sorted(value) if isinstance(value, frozenset) else value)]
        case _:
            return _object_to_plain(value)


def _object_to_plain(value: object) -> dict[str, Json]:
    content: dict[str, Json] = {}
    for name, hint in _hints(type(value)).items():
        entry = getattr(value, name)
        plain = to_plain(entry)
        if isinstance(plain, dict) and len(_classes(hint)) > 1:
            plain[_KIND] = type(entry).__name__.lower()
        content[name] = plain
    return content


def from_plain(kind: type[T], data: object, where: str = "") -> T:
    """Return a dataclass made of values of JSON.

    Parameters
    ----------
    kind : type
        The dataclass.
    data : object
        What `to_plain` has made, or what is to be checked.
    where : str, optional
        Place in the document, for the message.

    Returns
    -------
    object
        An instance of `kind`.

    Raises
    ------
    ValueError
        If an entry is missing or has another type; the message names the entry.
    """
    content = _as(dict, data, where)
    values = {}
    for name, hint in _hints(kind).items():
        if name in content:
            values[name] = _value(hint, content[name], f"{where}.{name}".lstrip("."))
    missing = [name for name in _required(kind) if name not in values]
    if missing:
        raise ValueError(f"{where}.{missing[0]} is missing".lstrip("."))
    return kind(**values)


def _value(hint: object, data: object, where: str) -> object:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional(arguments, data, where)
    if origin is tuple or origin is frozenset:
        return _several(origin, arguments, data, where)
    if origin is not None:
        content = _as(dict, data, where)
        return {key: _value(arguments[1], entry, f"{where}.{key}") for key, entry in content.items()}
    kind = cast("type", hint)
    return from_plain(kind, data, where) if is_dataclass(kind) else _scalar(kind, data, where)


def _optional(hints: Sequence[object], data: object, where: str) -> object:
    choices = [cast("type", choice) for choice in hints if choice is not type(None)]
    if data is None and len(choices) < len(hints):
        return None
    if len(choices) == 1:
        return _value(choices[0], data, where)
    name = _as(dict, data, where).get(_KIND)
    found = next((choice for choice in choices if choice.__name__.lower() == name), None)
    if found is None:
        raise ValueError(f"{where} has the unknown kind {name!r}")
    return from_plain(found, data, where)


def _several(origin: Callable[[list[object]], object], arguments: Sequence[object], data: object, where: str) -> object:
    content = _as(list, data, where)
    is_fixed = origin is tuple and arguments[-1] is not Ellipsis
    kinds = arguments if is_fixed else (arguments[0],) * len(content)
    if len(kinds) != len(content):
        raise ValueError(f"{where} has {len(content)} entries instead of {len(kinds)}")
    entries = zip(kinds, content, strict=True)
    return origin([_value(kind, entry, f"{where}[{number}]") for number, (kind, entry) in enumerate(entries)])


def _scalar(kind: type, data: object, where: str) -> object:
    if kind is Path:
        return Path(_as(str, data, where))
    if issubclass(kind, Enum):
        try:
            return kind(data)
        except ValueError as error:
            raise ValueError(f"{where} has the unknown value {data!r}") from error
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    return _as(kind, data, where)


def _as(kind: type[T], data: object, where: str) -> T:
    # JSON's true and false are integers in Python.
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is not bool):
        raise ValueError(f"{where or 'the document'} is not of the type {kind.__name__}")
    return data


def _hints(kind: type) -> dict[str, object]:
    """Return the type of each field that the class is made of."""
    if kind not in _HINTS:
        hints = get_type_hints(kind)
        _HINTS[kind] = {entry.name: hints[entry.name] for entry in _fields(kind)}
    return _HINTS[kind]


def _required(kind: type) -> list[str]:
    return [entry.name for entry in _fields(kind) if entry.default is MISSING and entry.default_factory is MISSING]


def _fields(kind: type) -> list[Field[object]]:
    return [entry for entry in fields(kind) if entry.init]


def _classes(hint: object) -> list[object]:
    """Return the dataclasses among which a value is chosen."""
    return [choice for choice in get_args(hint) if is_dataclass(choice)]
