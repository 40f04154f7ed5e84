"""Parameters of a step, from the specification of the step, and where their values come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "NONE",
    "OVERRIDE",
    "Origin",
    "ParameterFile",
    "ParameterKind",
    "ParameterOrigins",
    "ParameterSpec",
    "ValueLayer",
    "value_text",
]

OVERRIDE: Final = "override_"
"""Beginning of the parameters that replace a reference file of CRDS; the reference type follows."""

NONE: Final = "None"
"""Text of a parameter without a value."""

# The words that stpipe takes for a boolean, in any case.
_BOOLEANS: Final = {
    "true": True, "on": True, "1": True, "yes": True,
    "false": False, "off": False, "0": False, "no": False,
}  # fmt: skip


def value_text(value: object) -> str:
    """Return a value as it would be typed: a list with commas, ``None`` for no value."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


class ParameterKind(StrEnum):
    """Type of the values of a parameter."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    FLOAT = "float"
    TEXT = "text"
    CHOICE = "choice"
    LIST = "list"


_WORDS: Final = {
    ParameterKind.BOOLEAN: "True or False",
    ParameterKind.INTEGER: "an integer",
    ParameterKind.FLOAT: "a number",
}


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
    minimum, maximum : float or None
        Limits: of the value of a number, of the number of elements of a LIST, of the number of characters of a TEXT.
        None for no limit.
    item : ParameterKind
        Type of the elements of a LIST.
    """

    name: str
    kind: ParameterKind
    default: str
    choices: tuple[str, ...]
    help: str
    minimum: float | None = None
    maximum: float | None = None
    item: ParameterKind = ParameterKind.TEXT

    def is_default(self, value: object) -> bool:
        """Whether a value is the default, which may be written in another way, such as 0. or 1e-3."""
        text = value_text(value)
        try:
            return float(text) == float(self.default)
        except ValueError:
            return text == self.default

    @property
    def accepted(self) -> str:
        """What it accepts, in words, for example ``an integer, at most 6, or None``."""
        kind, limits = self._type_words(), self._limit_words()
        if limits:
            kind = f"{limits} {kind}" if self.kind is ParameterKind.LIST else f"{kind}, {limits}"
        return f"{kind}, or None" if self.default == NONE else kind

    def value(self, text: str) -> object:
        """Return the value that a text means to the step, without checking it.

        Parameters
        ----------
        text : str
            The text.

        Returns
        -------
        object
            Of the type of the parameter; the text itself if it is not of that type.
        """
        if text == NONE:
            return None
        if self.kind is ParameterKind.LIST:
            # As strun does: a comma after the last element makes a list of one element.
            items = [item.strip() for item in text.split(",")]
            return [_converted(self.item, item) for item in (items if items[-1] else items[:-1])]
        return _converted(self.kind, text)

    def fault(self, text: str) -> str:
        """Say why the step does not accept a value.

        Parameters
        ----------
        text : str
            The value as text; empty for the default.

        Returns
        -------
        str
            One sentence; empty if nothing is wrong.
        """
        if not text or (text == NONE and self.default == NONE) or self._accepts(text):
            return ""
        return f"{self.name} must be {self.accepted}; {text} is not."

    def _accepts(self, text: str) -> bool:
        value = self.value(text)
        match self.kind:
            case ParameterKind.BOOLEAN:
                return isinstance(value, bool)
            case ParameterKind.INTEGER | ParameterKind.FLOAT:
                return isinstance(value, int | float) and self._within(value)
            case ParameterKind.CHOICE:
                return text in self.choices
            case ParameterKind.LIST:
                items = value if isinstance(value, list) else []
                of_type = self.item not in _WORDS or not any(isinstance(item, str) for item in items)
                return of_type and isinstance(value, list) and self._within(len(items))
            case _:
                return self._within(len(text))

    def _within(self, size: float) -> bool:
        """Whether limits are kept; NaN keeps them, as in the check of stpipe."""
        too_small = self.minimum is not None and size < self.minimum
        return not too_small and not (self.maximum is not None and size > self.maximum)

    def _type_words(self) -> str:
        match self.kind:
            case ParameterKind.CHOICE:
                return f"one of {', '.join(self.choices)}"
            case ParameterKind.LIST:
                items = {ParameterKind.INTEGER: "integers", ParameterKind.FLOAT: "numbers"}.get(self.item, "values")
                return f"{items} with commas between them"
            case _:
                return _WORDS.get(self.kind, "a text")

    def _limit_words(self) -> str:
        low, high = (None if each is None else f"{each:g}" for each in (self.minimum, self.maximum))
        unit = " characters" if self.kind is ParameterKind.TEXT else ""
        if low is not None and low == high:
            return f"exactly {low}{unit}"
        if low is not None and high is not None:
            return f"from {low} to {high}{unit}"
        if low is not None:
            return f"at least {low}{unit}"
        return "" if high is None else f"at most {high}{unit}"


def _converted(kind: ParameterKind, text: str) -> object:
    """Return a value of a type, or the text if it is not of that type."""
    try:
        match kind:
            case ParameterKind.BOOLEAN:
                return _BOOLEANS.get(text.lower(), text)
            case ParameterKind.INTEGER:
                return int(text)
            case ParameterKind.FLOAT:
                return float(text)
            case _:
                return text
    except ValueError:
        return text


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


class Origin(StrEnum):
    """Where the value of a parameter comes from; each one goes before those above it."""

    DEFAULT = "default"
    CRDS = "CRDS"
    FILE = "parameter file"
    ANALYST = "you"


@dataclass(frozen=True)
class ValueLayer:
    """A value of a parameter and where it comes from.

    Attributes
    ----------
    origin : Origin
        Where it comes from.
    value : str
        The value as text; ``"None"`` for no value.
    source : str
        Name of the file that sets it; empty for other origins.
    """

    origin: Origin
    value: str
    source: str = ""

    @property
    def words(self) -> str:
        """The origin in words, for example ``CRDS: jwst_nircam_pars-image2pipeline_0001.asdf``."""
        return f"{self.origin}: {self.source}" if self.source else str(self.origin)


@dataclass(frozen=True)
class ParameterOrigins:
    """Values that a run uses and where they come from.

    Attributes
    ----------
    steps : mapping of str to mapping of str to tuple of ValueLayer
        Step, parameter, and every value that is set for it: first the default, last the value that a run uses.
    faults : mapping of (str, str) to str
        Step, parameter, and why the step does not accept the analyst's value, in one sentence.
    """

    steps: Mapping[str, Mapping[str, tuple[ValueLayer, ...]]]
    faults: Mapping[tuple[str, str], str] = field(default_factory=dict)
