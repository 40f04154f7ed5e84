"""The Python text that repeats with `wfsgui.api` what was done with an exposure in the window."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wfsgui.core.branches.family import state_owner
from wfsgui.core.intake.attached_backgrounds import association_text
from wfsgui.core.intake.eligibility import mismatches
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.parameters import value_text
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import STEPS
from wfsgui.core.script.literal import literal

__all__ = ["api_script"]

_INDENT: Final = "    "
_WIDTH: Final = 100
_CONTEXT: Final = "CRDS_CONTEXT"


def api_script(exposure: Exposure, engine: EngineInfo) -> str:
    """Write a Python program that repeats the run of an exposure, or of a branch with those that it leaves.

    Parameters
    ----------
    exposure : Exposure
        The exposure.
    engine : EngineInfo
        Parameters and reference types of the steps, and the CRDS settings of the run.

    Returns
    -------
    str
        The program. It needs nothing but this package and the files that it names by their absolute paths. It runs
        what was run; a result that was saved is saved to the same file, unless a file of this name exists.
    """
    runs = _runs(exposure)
    body = [line for number, run in enumerate(runs) for line in _lines(run, number, runs, engine)]
    indented = [f"{_INDENT}{line}" for text in body for line in text.splitlines()]
    head = [*_comments(exposure), "from wfsgui.api import open_product", "", _opening(exposure, engine)]
    return "\n".join([*head, *indented]) + "\n"


@dataclass(frozen=True)
class _Run:
    """A run of the chain: an exposure that is on the way to the one of the script, or this one.

    Attributes
    ----------
    exposure : Exposure
        The exposure.
    options : StepOptions
        The choices with which the exposure of the script was run.
    first, end : int
        Its steps are ``STEPS[first:end]``.
    """

    exposure: Exposure
    options: StepOptions
    first: int
    end: int


def _runs(exposure: Exposure) -> list[_Run]:
    """Return the runs that a branch shares steps with, and its own, which comes last."""
    has_run = bool(set(exposure.own_steps) & set(exposure.finished_steps))
    options = exposure.used_options if has_run else exposure.options
    found, end, each = list[_Run](), len(STEPS), exposure
    while True:
        owner = state_owner(each)
        first = 0 if owner is None else STEPS.index(each.fork)
        found.insert(0, _Run(each, options, first, end))
        if owner is None:
            return found
        each, end = owner, first


def _comments(exposure: Exposure) -> Iterator[str]:
    yield f"# {exposure.label}, calibrated as in the window of wfsgui."
    if set(exposure.own_steps) & set(exposure.finished_steps) and exposure.options != exposure.used_options:
        yield "# What was chosen after its last run is not in here."
    if exposure.error:
        yield f"# Its last run failed: {' '.join(exposure.error.split())}"


def _opening(exposure: Exposure, engine: EngineInfo) -> str:
    """Open the files, with the settings of CRDS."""
    product = exposure.product
    arguments = [literal(str(product.science.path.absolute()))]
    if product.association is not None:
        arguments = [literal(json.loads(association_text(product)), 1), f"table={literal(product.association.table)}"]
    if any(mismatches(product.science.info, member.info) for member in product.backgrounds):
        arguments.append("allow_mismatch=True")
    # The context of the run, which the server may have replaced by another one meanwhile.
    crds = {**engine.crds, _CONTEXT: exposure.context or engine.crds.get(_CONTEXT, "")}
    settings = {name: value for name, value in crds.items() if value}
    if settings:
        arguments.append(f"crds={literal(settings, 1)}")
    return f"with {_call('open_product', arguments)} as session:"


def _lines(run: _Run, number: int, runs: Sequence[_Run], engine: EngineInfo) -> Iterator[str]:
    """Make one exposure, with its choices and steps."""
    name, exposure = _name(number), run.exposure
    if number == 0:
        yield f"{name} = session.exposure"
    else:
        arguments = [literal(exposure.fork), *([literal(exposure.branch)] if exposure.branch else [])]
        yield f"{name} = {_call(f'{_name(number - 1)}.branch', arguments)}"
    choices = _choices(run, engine, is_last=number == len(runs) - 1)
    if choices:
        yield _call(f"{name}.choose", choices)
    if number < len(runs) - 1:
        shared = [step for step in exposure.steps if STEPS.index(step) < run.end]
        yield f"{name}.step({literal(shared[-1])})"
        return
    yield from _end(name, exposure)


def _end(name: str, exposure: Exposure) -> Iterator[str]:
    """Run what was run, and save what was saved."""
    own = [step for step in exposure.own_steps if step in exposure.finished_steps]
    if exposure.result is None:
        if own:
            yield f"{name}.step({literal(own[-1])})"
        return
    yield f"{name}.run()"
    accepted = ["accept_alarm=True"] if exposure.alarm else []
    if exposure.saved is not None:
        yield _call(f"{name}.save", [literal(str(exposure.saved.absolute())), *accepted])
    else:
        yield "# The result was not saved; this saves it to the current folder:"
        yield "# " + f"{name}.save({', '.join([literal('.'), *accepted])})"


def _name(number: int) -> str:
    return f"branch_{number}" if number else "exposure"


def _choices(run: _Run, engine: EngineInfo, *, is_last: bool) -> list[str]:
    """Return the arguments that choose what the steps of a run need."""
    options, own = run.options, STEPS[run.first : run.end]
    overrides = {
        kind: file
        for kind, file in options.overrides.items()
        if _is_chosen_here(_steps_of(kind, engine), run, is_last=is_last)
    }
    skip = sorted(options.skip & set(STEPS[: run.end]), key=STEPS.index)
    arguments = []
    if run.first == 0 and options.parameter_file is not None:
        arguments.append(f"parameter_file={literal(str(options.parameter_file))}")
    for step in own:
        values = {name: _value(engine, step, name, text) for name, text in options.parameters.get(step, {}).items()}
        if values:
            arguments.append(f"{step}={literal(values, 1)}")
    if overrides:
        arguments.append(f"override={literal(overrides, 1)}")
    if set(skip) & set(own):
        arguments.append(f"skip={literal(skip, 1)}")
    return arguments


def _steps_of(kind: str, engine: EngineInfo) -> list[int]:
    return [number for number, step in enumerate(STEPS) if kind in engine.reference_types.get(step, ())]


def _is_chosen_here(steps: Collection[int], run: _Run, *, is_last: bool) -> bool:
    """Whether a reference is first used by a step of this run; the last run has those of unknown use."""
    return min(steps) in range(run.first, run.end) if steps else is_last


def _value(engine: EngineInfo, step: str, name: str, text: str) -> object:
    """Return the value of a parameter, or its text if the value would be written in another way."""
    spec = next((each for each in engine.parameters.get(step, ()) if each.name == name), None)
    value = text if spec is None else spec.value(text)
    return value if value_text(value) == text else text


def _call(function: str, arguments: Sequence[str]) -> str:
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _WIDTH - 2 * len(_INDENT) and "\n" not in line:
        return line
    return "\n".join([f"{function}(", *(f"{_INDENT}{each}," for each in arguments), ")"])
