"""Differences between the choices of two runs, in words, and the first step that they affect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import STEPS, title

__all__ = ["Choice", "branch_name", "changed_choices", "first_affected", "own_choices", "without_changes"]

_MOST_NAMED: Final = 2
_ReferenceTypes = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Choice:
    """One choice that differs between two runs.

    Attributes
    ----------
    step : str
        The step that it is for; empty if it is for several ones or that is not known.
    name : str
        The parameter, ``override_`` and a reference type, ``skip`` or ``parameter file``.
    before, after : str
        The values; empty where the pipeline chooses.
    """

    step: str
    name: str
    before: str
    after: str

    @property
    def text(self) -> str:
        """The choice in a few words, such as ``bkg_subtract sigma 2.5``."""
        value = Path(self.after).name if self.name.startswith((_OVERRIDE, _FILE)) else self.after
        name = self.name.replace(_OVERRIDE, "override ")
        what = f"{name} {value}" if value else f"{name} of the pipeline"
        return f"{title(self.step)} {what}" if self.step else what


_OVERRIDE: Final = "override_"
_FILE: Final = "parameter file"


def changed_choices(
    before: StepOptions, after: StepOptions, reference_types: _ReferenceTypes | None = None
) -> tuple[Choice, ...]:
    """Return the choices that differ between two runs, in the order of the steps.

    Parameters
    ----------
    before, after : StepOptions
        Choices of the two runs.
    reference_types : mapping of str to sequence of str, optional
        Reference types of each step, `wfsgui.core.model.engine_info.EngineInfo.reference_types`.

    Returns
    -------
    tuple of Choice
        Those for no single step come first.
    """
    found = [*_files(before, after), *_overrides(before, after, reference_types or {}), *_parameters(before, after)]
    return tuple(sorted(found, key=lambda choice: _place(choice.step)))


def own_choices(branch: Exposure, reference_types: _ReferenceTypes | None = None) -> tuple[Choice, ...]:
    """Return the choices in which a branch differs from its origin; none if it has no origin."""
    if branch.origin is None:
        return ()
    return changed_choices(branch.origin.used_options, branch.options, reference_types)


def first_affected(
    choices: Sequence[Choice], exposure: Exposure, reference_types: _ReferenceTypes | None = None
) -> str | None:
    """Return the first finished step of an exposure that changed choices affect.

    Parameters
    ----------
    choices : sequence of Choice
        What was changed since these steps were run.
    exposure : Exposure
        The exposure.
    reference_types : mapping of str to sequence of str, optional
        Reference types of each step.

    Returns
    -------
    str or None
        One of `STEPS`; None if no finished step is affected. A choice that may be for any step affects the first one.
    """
    affected = {step for choice in choices for step in _affected(choice, exposure, reference_types or {})}
    return next((step for step in exposure.finished_steps if step in affected), None)


def without_changes(exposure: Exposure, reference_types: _ReferenceTypes | None = None) -> StepOptions:
    """Return the present choices of an exposure, but for its finished steps those with which they were run.

    Parameters
    ----------
    exposure : Exposure
        The exposure.
    reference_types : mapping of str to sequence of str, optional
        Reference types of each step.

    Returns
    -------
    StepOptions
        The choices.
    """
    used, now, finished = exposure.used_options, exposure.options, set(exposure.finished_steps)
    kept = {
        choice.name.removeprefix(_OVERRIDE)
        for choice in _overrides(used, now, reference_types or {})
        if finished & set(_affected(choice, exposure, reference_types or {}))
    }
    kinds = used.overrides.keys() | now.overrides.keys()
    overrides = {kind: (used if kind in kept else now).overrides.get(kind, "") for kind in sorted(kinds)}
    parameters = {step: (used if step in finished else now).parameters.get(step, {}) for step in STEPS}
    return StepOptions(
        parameters={step: values for step, values in parameters.items() if values},
        overrides={kind: value for kind, value in overrides.items() if value},
        skip=frozenset(step for step in STEPS if step in (used if step in finished else now).skip),
        parameter_file=used.parameter_file if finished else now.parameter_file,
    )


def branch_name(choices: Sequence[Choice], fork: str, *, is_same: str = "again") -> str:
    """Propose a name for a branch: what differs, or its fork.

    Parameters
    ----------
    choices : sequence of Choice
        In what the branch differs from its origin.
    fork : str
        First step that it runs itself.
    is_same : str
        What follows the fork if nothing differs.

    Returns
    -------
    str
        For example ``flat_field override flat other.fits``.
    """
    if not choices:
        return f"{title(fork)} {is_same}"
    texts = [choice.text for choice in choices]
    more = len(texts) - _MOST_NAMED
    return ", ".join([*texts[:_MOST_NAMED], *([f"{more} more"] if more > 0 else [])])


def _files(before: StepOptions, after: StepOptions) -> Iterator[Choice]:
    if before.parameter_file != after.parameter_file:
        yield Choice("", _FILE, *(str(each.parameter_file or "") for each in (before, after)))


def _overrides(before: StepOptions, after: StepOptions, reference_types: _ReferenceTypes) -> Iterator[Choice]:
    for kind in sorted(before.overrides.keys() | after.overrides.keys()):
        values = [options.overrides.get(kind, "") for options in (before, after)]
        if values[0] != values[1]:
            steps = [step for step in STEPS if kind in reference_types.get(step, ())]
            yield Choice(steps[0] if len(steps) == 1 else "", f"{_OVERRIDE}{kind}", *values)


def _parameters(before: StepOptions, after: StepOptions) -> Iterator[Choice]:
    for step in STEPS:
        values = [options.parameters.get(step, {}) for options in (before, after)]
        skipped = ["True" if step in options.skip else "" for options in (before, after)]
        if skipped[0] != skipped[1]:
            yield Choice(step, "skip", *skipped)
        for name in sorted(values[0].keys() | values[1].keys()):
            pair = [each.get(name, "") for each in values]
            if pair[0] != pair[1]:
                yield Choice(step, name, *pair)


def _affected(choice: Choice, exposure: Exposure, reference_types: _ReferenceTypes) -> Sequence[str]:
    if choice.step:
        return (choice.step,)
    kind = choice.name.removeprefix(_OVERRIDE)
    if kind == choice.name:
        return STEPS
    steps = [step for step in STEPS if kind in reference_types.get(step, ())]
    used = [name for name, stage in exposure.stages.items() if any(each.type == kind for each in stage.references)]
    return steps or used or STEPS


def _place(step: str) -> int:
    return STEPS.index(step) if step else -1
