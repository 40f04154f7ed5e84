"""Requests to the engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from wfsgui.core.model.product import Product

__all__ = ["AdvanceRequest", "CancelFlag", "Fork", "RunRequest", "RunShare", "StepOptions"]


class CancelFlag(Protocol):
    """Flag that asks for a stop, for example a `threading.Event`."""

    def is_set(self) -> bool:
        """Whether to stop before the next step."""


@dataclass(frozen=True, kw_only=True)
class StepOptions:
    """Options of the steps; everything else has the value of the pipeline.

    Attributes
    ----------
    parameters : mapping of str to mapping of str to str
        Step, parameter, and value as text, for example ``{"bkg_subtract": {"sigma": "2.5"}}``. The specification of
        the step defines the possible values.
    overrides : mapping of str to str
        Reference type and the file that replaces the one of CRDS; ``"N/A"`` for no file.
    skip : frozenset of str
        Steps to skip.
    stop_after : str or None
        Last step to run; None for the whole chain.
    parameter_file : Path or None
        A parameter file of the pipeline, ASDF or ``.cfg``, absolute. It takes precedence over the parameter references
        of CRDS, and `parameters`, `overrides` and `skip` over it.
    """

    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)
    skip: frozenset[str] = frozenset()
    stop_after: str | None = None
    parameter_file: Path | None = None

    def names_skip(self, step: str) -> bool:
        """Whether the caller chose the value of ``skip`` of a step."""
        return step in self.skip or "skip" in self.parameters.get(step, {})

    def chosen(self, step: str) -> dict[str, str]:
        """Return the parameters that the analyst set in a step, ``skip`` included, with their values as text."""
        skip = {"skip": "True"} if step in self.skip else {}
        return {**skip, **self.parameters.get(step, {})}

    def with_parameter(self, step: str, name: str, value: str) -> StepOptions:
        """Return options with another value of a parameter.

        Parameters
        ----------
        step, name : str
            Step and parameter.
        value : str
            The value as text; empty to leave it to the pipeline.

        Returns
        -------
        StepOptions
            The other options are those of this object.
        """
        values = {**self.chosen(step), name: value}
        return self._with_values(step, {name: value for name, value in values.items() if value})

    def with_override(self, kind: str, value: str) -> StepOptions:
        """Return options with another reference file; an empty value leaves the choice to CRDS."""
        overrides = {**self.overrides, kind: value}
        return replace(self, overrides={kind: value for kind, value in overrides.items() if value})

    def with_choices_of(self, other: StepOptions, step: str, kinds: Collection[str]) -> StepOptions:
        """Return options with the choices of other options in one step.

        Parameters
        ----------
        other : StepOptions
            The options from which the choices are taken.
        step : str
            The step.
        kinds : collection of str
            Its reference types.

        Returns
        -------
        StepOptions
            The choices in other steps are those of this object.
        """
        kept = {kind: value for kind, value in self.overrides.items() if kind not in kinds}
        taken = {kind: value for kind, value in other.overrides.items() if kind in kinds}
        return replace(self._with_values(step, other.chosen(step)), overrides={**kept, **taken})

    def _with_values(self, step: str, values: Mapping[str, str]) -> StepOptions:
        others = {each: kept for each, kept in self.parameters.items() if each != step}
        parameters = {**others, step: values} if values else others
        return replace(self, parameters=parameters, skip=self.skip - {step})


@dataclass(frozen=True, kw_only=True)
class RunShare:
    """Common part of the requests into which a run is divided for several processes.

    Attributes
    ----------
    folder : Path
        Folder in which the processes of the run exchange files. Its owner removes it.
    inputs : frozenset of Path
        Every file that the run reads.
    one_folder : bool
        Whether all results go to one folder, where two could have the same name.
    backgrounds : frozenset of tuple of Path
        The backgrounds that several products share, see `wfsgui.core.model.product.shared_backgrounds`.
    """

    folder: Path
    inputs: frozenset[Path]
    one_folder: bool
    backgrounds: frozenset[tuple[Path, ...]]


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """Run of one or several products.

    Attributes
    ----------
    products : tuple of Product
        The products, in the order in which they are calibrated.
    options : StepOptions
        Options of the steps.
    output_dir : Path or None
        Folder of the results; None to save nothing.
    overwrite : bool
        Whether a result may replace an existing file.
    save_steps : bool
        Whether the result of each step is saved, too.
    images : bool
        Whether events contain copies of the planes.
    checkpoints : bool
        Whether the state after each step is kept in the output folder, with the images, so that a branch can leave the
        run; for one product. See `wfsgui.core.files.checkpoints`.
    share : RunShare or None
        Common part of a divided run; None for a whole run.
    """

    products: tuple[Product, ...]
    options: StepOptions = field(default_factory=StepOptions)
    output_dir: Path | None = None
    overwrite: bool = False
    save_steps: bool = False
    images: bool = True
    checkpoints: bool = False
    share: RunShare | None = None


@dataclass(frozen=True)
class Fork:
    """Point at which a branch leaves another run of the same product.

    Attributes
    ----------
    key : str
        Key of the other run.
    folder : Path
        `AdvanceRequest.result_dir` of the other run.
    step : str
        First step that the branch runs itself; the results of the earlier steps are those of the other run.
    """

    key: str
    folder: Path
    step: str


@dataclass(frozen=True, kw_only=True)
class AdvanceRequest:
    """Run of the next steps of one product.

    Attributes
    ----------
    key : str
        Key under which the product is kept between two requests.
    product : Product
        The product.
    options : StepOptions
        Options of the steps; `StepOptions.stop_after` is not used.
    until : str or None
        Last step to run now; None to run all steps and save the result.
    redo : bool
        Whether `until`, or else the step that was run last, is taken back with all later steps and run again, with
        `options`.
    result_dir : Path
        Folder for the files of this product only: its result, and the state after each step.
    fork : Fork or None
        Where this run leaves another one; None for a run of its own. Used if the engine has no state of this key yet.
        The other run may be this one, with the same folder: it goes on from what an earlier process has left there, and
        steps from the fork on are run again, if the engine has done them.
    """

    key: str
    product: Product
    options: StepOptions = field(default_factory=StepOptions)
    until: str | None = None
    redo: bool = False
    result_dir: Path
    fork: Fork | None = None
