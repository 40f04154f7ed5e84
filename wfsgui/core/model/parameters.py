"""What can be set on a step, as the step's own specification says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ParameterKind", "ParameterSpec"]


class ParameterKind(StrEnum):
    """What values a parameter takes."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    FLOAT = "float"
    TEXT = "text"
    CHOICE = "choice"
    LIST = "list"


@dataclass(frozen=True)
class ParameterSpec:
    """One parameter of a step.

    Attributes
    ----------
    name : str
        Its name.
    kind : ParameterKind
        What values it takes.
    default : str
        The specification's default as text; ``"None"`` for none.
    choices : tuple of str
        The values of a CHOICE; empty otherwise.
    help : str
        What it is for, in the step's own words.
    """

    name: str
    kind: ParameterKind
    default: str
    choices: tuple[str, ...]
    help: str
