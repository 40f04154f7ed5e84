"""Parameters of a step, from the specification of the step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ParameterKind", "ParameterSpec"]


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
