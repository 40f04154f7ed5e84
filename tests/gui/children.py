"""Search for child widgets by type and object name."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject

__all__ = ["child"]

_Child = TypeVar("_Child", bound=QObject)


def child(parent: QObject, kind: type[_Child], name: str) -> _Child:
    """Return the child of a type and an object name; it must exist."""
    found = parent.findChild(kind, name)
    assert isinstance(found, kind), f"{parent} has no {kind.__name__} {name}"
    return found
