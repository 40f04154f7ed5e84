"""Parameters of a step, from the specification of the step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["OVERRIDE", "ParameterFile", "ParameterKind", "ParameterSpec"]

OVERRIDE: Final = "override_"
"""Beginning of the parameters that replace a reference file of CRDS; the reference type follows."""


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

    def is_default(self, value: object) -> bool:
        """Whether a value is the default, which may be written in another way, such as 0. or 1e-3."""
        text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        try:
            return float(text) == float(self.default)
        except ValueError:
            return text == self.default


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

    @property
    def overrides(self) -> dict[str, str]:
        """Reference type and the file that replaces the one of CRDS."""
        return {
            name.removeprefix(OVERRIDE): value
            for values in self.steps.values()
            for name, value in values.items()
            if name.startswith(OVERRIDE)
        }
