"""Parameters of a step, from the specification of the step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["ParameterFile", "ParameterKind", "ParameterSpec"]


class ParameterKind(StrEnum):
    """Type of the values of a parameter."""

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
        Name of the parameter.
    kind : ParameterKind
        Type of its values.
    default : str
        Default value as text; ``"None"`` for no value.
    choices : tuple of str
        Possible values of a CHOICE; empty for other types.
    help : str
        Help text of the specification.
    """

    name: str
    kind: ParameterKind
    default: str
    choices: tuple[str, ...]
    help: str


@dataclass(frozen=True)
class ParameterFile:
    """What a parameter file of the pipeline sets.

    Attributes
    ----------
    path : Path
        The file.
    steps : mapping of str to mapping of str to str
        Step, parameter, and value as text, for the steps that are run.
    """

    path: Path
    steps: Mapping[str, Mapping[str, str]]
