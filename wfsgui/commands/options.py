"""Options named as strun names them, which argparse cannot know before jwst is imported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from wfsgui.core.errors import OptionError

__all__ = ["NamedOptions", "split_named", "split_parameter_file"]

_STEPS: Final = "--steps."
_PARAMETER_FILES: Final = (".asdf", ".cfg")
_OVERRIDES: Final = ("--override-", "--override_")


@dataclass
class NamedOptions:
    """Step parameters and reference overrides of a command line.

    Attributes
    ----------
    parameters : dict of str to dict of str to str
        Step, parameter, value.
    overrides : dict of str to str
        Reference type and file.
    """

    parameters: dict[str, dict[str, str]] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.parameters or self.overrides)


def split_named(arguments: Iterable[str]) -> tuple[NamedOptions, list[str]]:
    """Separate ``--steps.STEP.PARAMETER`` and ``--override-TYPE`` from the other arguments.

    Parameters
    ----------
    arguments : iterable of str
        A command line. The value follows after ``=`` or as the next argument.

    Returns
    -------
    named : NamedOptions
        Those options.
    others : list of str
        Everything else, in order.

    Raises
    ------
    OptionError
        If an option has no value or not the form of one.
    """
    named, others = NamedOptions(), []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            others.extend(["--", *remaining])
        elif argument.startswith((_STEPS, *_OVERRIDES)):
            option, equals, value = argument.partition("=")
            _put(named, option, value if equals else _next(remaining, option))
        else:
            others.append(argument)
    return named, others


def _next(remaining: Iterable[str], option: str) -> str:
    value = next(iter(remaining), None)
    if value is None:
        raise OptionError(f"{option} needs a value.")
    return value


def _put(named: NamedOptions, option: str, value: str) -> None:
    if not value:
        raise OptionError(f"{option} needs a value.")
    for prefix in _OVERRIDES:
        if option.startswith(prefix):
            named.overrides[option.removeprefix(prefix)] = value
            return
    step, dot, parameter = option.removeprefix(_STEPS).partition(".")
    if not (step and dot and parameter):
        raise OptionError(f"{option} is not of the form --steps.STEP.PARAMETER.")
    named.parameters.setdefault(step, {})[parameter] = value


def split_parameter_file(inputs: Iterable[Path], named: Path | None) -> tuple[list[Path], Path | None]:
    """Separate the parameter file, ASDF or ``.cfg``, from the exposures.

    Parameters
    ----------
    inputs : iterable of Path
        What is given as input.
    named : Path or None
        The parameter file given by the option; None without.

    Returns
    -------
    inputs : list of Path
        All others.
    parameter_file : Path or None
        Absolute, for it is read by other processes; None where none is given.

    Raises
    ------
    OptionError
        If there are several.
    """
    paths = list(inputs)
    found = [path for path in paths if path.suffix.lower() in _PARAMETER_FILES]
    files = [*([] if named is None else [named]), *found]
    if len(files) > 1:
        raise OptionError(f"{' and '.join(map(str, files))} are parameter files; give one.")
    return [path for path in paths if path not in found], (files[0].absolute() if files else None)
