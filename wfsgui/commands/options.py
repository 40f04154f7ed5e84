"""Options of steps and reference files, named as strun names them: argparse does not know them without jwst."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import OptionError
from wfsgui.core.files.names import is_parameter_file
from wfsgui.core.model.stages import STEPS, why_not_applicable

if TYPE_CHECKING:
    from wfsgui.core.model.product import Product
    from wfsgui.core.model.requests import StepOptions

__all__ = ["NamedOptions", "split_named", "split_parameter_file", "unused_overrides", "unused_parameters"]

_STEPS: Final = "--steps."
_OVERRIDES: Final = ("--override-", "--override_")
_NO_REFERENCE: Final = "N/A"
_SKIP: Final = "skip"


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


def unused_parameters(options: StepOptions, products: Sequence[Product]) -> tuple[str, ...]:
    """List the steps whose parameters have no effect on any product.

    Parameters
    ----------
    options : StepOptions
        Options of the run.
    products : sequence of Product
        Products of the run.

    Returns
    -------
    tuple of str
        One sentence for each step, with the reason. Steps that the chain does not have are left to the engine.
    """
    steps = [step for step in STEPS if options.parameters.get(step)] if products else []
    reasons = {step: _why_unused(step, options, products) for step in steps}
    return tuple(f"--steps.{step} has no effect. {reason}" for step, reason in reasons.items() if reason)


def _why_unused(step: str, options: StepOptions, products: Sequence[Product]) -> str:
    reasons = [why_not_applicable(step, product) for product in products]
    if all(reasons):
        return reasons[0]
    others = options.parameters[step].keys() - {_SKIP}
    if step in options.skip and others:
        return f"The step is skipped (--skip {step})."
    if others and options.parameters[step].get(_SKIP, "").lower() == "true":
        return f"The step is skipped (--steps.{step}.skip)."
    last = options.stop_after
    if last in STEPS and STEPS.index(last) < STEPS.index(step):
        return f"The run ends after {last} (--stop-after)."
    return ""


def unused_overrides(options: StepOptions, used: Iterable[str]) -> tuple[str, ...]:
    """List the reference files that were given and that no step used.

    Parameters
    ----------
    options : StepOptions
        Options of the run.
    used : iterable of str
        Reference types that the steps of the run used.

    Returns
    -------
    tuple of str
        One sentence for each file. A reference type that was switched off (``N/A``) is not listed.
    """
    given = {kind for kind, name in options.overrides.items() if name.strip() != _NO_REFERENCE}
    return tuple(
        f"--override-{kind} has no effect. No step of this run used a reference file of this type."
        for kind in sorted(given.difference(used))
    )


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
    found = [path for path in paths if is_parameter_file(path)]
    files = [*([] if named is None else [named]), *found]
    if len(files) > 1:
        raise OptionError(f"{' and '.join(map(str, files))} are parameter files; give one.")
    return [path for path in paths if path not in found], (files[0].absolute() if files else None)
