"""An exposure of a session: choices, steps, frames, branches, result."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from wfsgui.api.told import AlarmWarning, StepWarning, WfsguiWarning, tell
from wfsgui.core.branches.choices import changed_choices, first_affected
from wfsgui.core.branches.family import state_owner
from wfsgui.core.branches.make_branch import make_branch
from wfsgui.core.errors import OptionError, WfsguiError
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import Event, RunFailed, StepFinished
from wfsgui.core.model.exposure import ExposureState
from wfsgui.core.model.parameters import value_text
from wfsgui.core.model.requests import AdvanceRequest, Fork, StepOptions
from wfsgui.core.model.stages import STAGES

if TYPE_CHECKING:
    from collections.abc import Collection
    from os import PathLike

    from wfsgui.core.model.events import LogLine
    from wfsgui.core.model.exposure import Exposure as Model
    from wfsgui.core.model.exposure import Stage
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.pipeline.runs.stepwise import StepwiseEngine

__all__ = ["Exposure", "Owner"]


class Owner(Protocol):
    """What an exposure needs of its session."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What was told when it was opened, a sentence each."""

    @property
    def is_open(self) -> bool:
        """Whether its exposures can be run."""

    def add_branch(self, model: Model, wanted: str) -> Exposure:
        """Make an exposure of a branch, with a key and a name like the one that is wanted."""


class Exposure:
    """One exposure of a session, or a branch of it.

    Warnings of a step are issued as `StepWarning`, and stay in `warnings`. A result that is of no use is told as
    `AlarmWarning`, stays in `alarm`, and is saved only on request.

    Parameters
    ----------
    session : Owner
        The session.
    engine : StepwiseEngine
        Runs the steps.
    model : wfsgui.core.model.exposure.Exposure
        State of the exposure.
    folder : Path
        Folder of its files.

    Attributes
    ----------
    model : wfsgui.core.model.exposure.Exposure
        State of the exposure, with stages, log and product.
    origin : Exposure or None
        The exposure that a branch leaves; None if it is no branch.
    """

    def __init__(self, session: Owner, engine: StepwiseEngine, model: Model, folder: Path) -> None:
        self.model = model
        self.origin: Exposure | None = None
        self._session, self._engine, self._folder = session, engine, folder
        self._told = set(session.notices)

    def __repr__(self) -> str:
        """Return its name, and the steps that have been run."""
        return f"<Exposure {self.model.label}, run: {', '.join(self.finished) or 'nothing'}>"

    @property
    def key(self) -> str:
        """Its key in the session."""
        return self.model.key

    @property
    def name(self) -> str:
        """Name of the product."""
        return self.model.product.name

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that apply, in order: bkg_subtract (with backgrounds), assign_wcs, flat_field, photom."""
        return self.model.steps

    @property
    def finished(self) -> tuple[str, ...]:
        """The steps that have been run, in order."""
        return self.model.finished_steps

    @property
    def pending(self) -> tuple[str, ...]:
        """The steps that have not been run, in order."""
        return self.model.pending_steps

    @property
    def options(self) -> StepOptions:
        """All choices, see `choose`; everything else has the value of the pipeline."""
        return self.model.options

    @property
    def frames(self) -> dict[str, StepImage]:
        """The images that there are, by stage: ``rate``, the steps that have been run, ``cal``. See `image`."""
        return {name: stage.image for name, stage in self.model.stages.items() if stage.image is not None}

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings of all steps, each beginning with the name of the step."""
        return self.model.warnings

    @property
    def alarm(self) -> str:
        """Why the result is of no use, beginning with the name of the step; empty otherwise."""
        return self.model.alarm

    @property
    def notices(self) -> tuple[str, ...]:
        """What else the analyst has to know, a sentence each."""
        return self.model.notices

    @property
    def context(self) -> str:
        """CRDS context; empty before the first step."""
        return self.model.context

    @property
    def log(self) -> tuple[LogLine, ...]:
        """The log of the pipeline, oldest record first."""
        return tuple(self.model.log)

    @property
    def result(self) -> Path | None:
        """The ``_cal`` file in the folder of the session, which is removed with it; None before `run`."""
        return self.model.result

    def stage(self, name: str) -> Stage:
        """Return state, time (s), warnings, parameters, reference files and log of a stage.

        Parameters
        ----------
        name : str
            ``rate``, a step, or ``cal``.

        Returns
        -------
        wfsgui.core.model.exposure.Stage
            The stage; to be read only.

        Raises
        ------
        OptionError
            If there is no such stage.
        """
        if name not in STAGES:
            raise OptionError(f"There is no stage {name}; the stages are {', '.join(STAGES)}.")
        return self.model.stages[name]

    def image(self, stage: str) -> StepImage:
        """Return the image after a step.

        Parameters
        ----------
        stage : str
            ``rate`` for the image before the first step, a step, or ``cal``.

        Returns
        -------
        wfsgui.core.model.step_image.StepImage
            Read-only planes of shape (y, x): ``sci`` and ``err`` (float32, in ``unit``: DN/s, MJy/sr after photom),
            ``dq`` (uint32), ``variances`` (float32, in the square of ``unit``), and ``wcs`` after assign_wcs.

        Raises
        ------
        WfsguiError
            If the step has not been run.
        """
        image = self.stage(stage).image
        if image is None:
            raise WfsguiError(f"There is no image of {stage} yet; run the steps up to it with step().")
        return image

    def choose(
        self,
        *,
        override: Mapping[str, str | PathLike[str]] | None = None,
        skip: Collection[str] | None = None,
        parameter_file: str | PathLike[str] | None = None,
        **steps: Mapping[str, object],
    ) -> None:
        """Change choices; those that are not named stay as they are. `reset` takes choices back.

        A step with other choices than those with which it was run, and all later steps, are to be run again.

        Parameters
        ----------
        override : mapping of str to path, optional
            Reference type and the file that replaces the one of CRDS; ``"N/A"`` for no file.
        skip : collection of str, optional
            All steps to skip.
        parameter_file : path, optional
            Parameter file of the pipeline, ASDF or ``.cfg``; the other choices take precedence over it.
        **steps : mapping of str to object
            Step, and values of its parameters, for example ``bkg_subtract={"sigma": 2.5}``.

        Raises
        ------
        OptionError
            If the chain has no such step, parameter, value or reference type, or a file cannot be used; nothing is
            changed then.
        """
        options = self.options
        if skip is not None:
            options = replace(options, skip=frozenset(skip))
        if parameter_file is not None:
            options = replace(options, parameter_file=Path(parameter_file).absolute())
        for kind, file in (override or {}).items():
            options = options.with_override(kind, file if file == "N/A" else str(Path(file).absolute()))
        for step, values in steps.items():
            for name, value in values.items():
                options = options.with_parameter(step, name, value_text(value))
        self._take(options)

    def reset(self, *names: str) -> None:
        """Leave choices to the pipeline again.

        Parameters
        ----------
        *names : str
            Steps, reference types, or ``parameter_file``; everything if none is given.
        """
        options = self.options if names else StepOptions()
        kept = {kind: file for kind, file in options.overrides.items() if kind not in names}
        options = replace(options, overrides=kept, skip=options.skip - set(names))
        options = replace(
            options, parameters={step: options.parameters[step] for step in options.parameters if step not in names}
        )
        self._take(replace(options, parameter_file=None) if "parameter_file" in names else options)

    def step(self, until: str | None = None) -> StepImage:
        """Run the next step, or all steps up to one.

        Parameters
        ----------
        until : str, optional
            Last step to run; by default the next one.

        Returns
        -------
        wfsgui.core.model.step_image.StepImage
            The image after it, see `image`.

        Raises
        ------
        WfsguiError
            If a step fails, or there is nothing to run: what to do, in one sentence.
        """
        self._check_open()
        last = until or next(iter(self.pending), None)
        if last is None:
            raise WfsguiError("All steps have been run; use run() for the result, or choose() other values.")
        if last not in self.steps:
            raise OptionError(f"{last} is no step of {self.name}; its steps are {', '.join(self.steps)}.")
        if last in self.pending:
            self._advance(last)
        return self.image(last)

    def run(self) -> Path:
        """Run the remaining steps and make the result.

        Returns
        -------
        Path
            The ``_cal`` file in the folder of the session, which is removed with it; `save` copies it.

        Raises
        ------
        WfsguiError
            If a step fails: what to do, in one sentence.
        """
        self._check_open()
        if self.model.result is None:
            self._advance(None)
        if self.model.result is None:
            raise WfsguiError(f"The run of {self.name} gave no result; look into its log.")
        return self.model.result

    def branch(self, step: str, name: str = "branch") -> Exposure:
        """Make a branch: another run of this exposure, which shares the steps before one. This run is not changed.

        Parameters
        ----------
        step : str
            First step that the branch runs itself; the steps before it must have been run.
        name : str, optional
            Its name; a number is added if another branch has it.

        Returns
        -------
        Exposure
            The branch, with the same choices until others are chosen.

        Raises
        ------
        WfsguiError
            If a step before it has not been run, or there is no such step.
        """
        self._check_open()
        if step not in self.steps:
            raise OptionError(f"{step} is no step of {self.name}; its steps are {', '.join(self.steps)}.")
        missing = [each for each in self.steps[: self.steps.index(step)] if each in self.pending]
        if missing:
            raise WfsguiError(f"A branch at {step} needs {', '.join(missing)}; run step({missing[-1]!r}) before.")
        branch = self._session.add_branch(make_branch(self.model, step, self.options, key="", name=""), name)
        branch.origin = self
        return branch

    def save(self, target: str | PathLike[str], *, overwrite: bool = False, accept_alarm: bool = False) -> Path:
        """Save the result of `run`.

        Parameters
        ----------
        target : path
            File, or an existing folder for the name that the pipeline gives.
        overwrite : bool, optional
            Whether an existing file may be replaced; inputs never are.
        accept_alarm : bool, optional
            Whether a result is saved although it is of no use, see `alarm`.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        WfsguiError
            If there is no result, it has an alarm, or the file cannot be written: what to do, in one sentence.
        """
        from wfsgui.pipeline.chain.error_messages import explain
        from wfsgui.pipeline.output.save_result import save_result

        self._check_open()
        if self.model.result is None:
            raise WfsguiError(f"{self.name} has no result yet; call run() first.")
        if self.alarm and not accept_alarm:
            raise WfsguiError(
                f"The result is of no use ({self.alarm}); to save it nevertheless, give accept_alarm=True."
            )
        path = Path(target)
        path = path / self.model.result.name if path.is_dir() else path
        inputs = [member.path for member in self.model.product.members]
        try:
            saved = save_result(self.model.result, path.absolute(), overwrite=overwrite, inputs=inputs)
        except OSError as error:
            raise WfsguiError(explain(error, "saving the result")) from error
        self.model.saved = saved
        return saved

    def close(self) -> None:
        """Free the memory that the engine holds for it; steps that it needs again are run again."""
        self._engine.release(self.key)

    def _check_open(self) -> None:
        if not self._session.is_open:
            raise WfsguiError("The session is closed; open the product again.")

    def _take(self, options: StepOptions) -> None:
        """Take checked choices; steps that had others are to be run again."""
        from wfsgui.pipeline.chain.chain import check_options
        from wfsgui.pipeline.chain.step_parameters import reference_types

        self._check_open()
        check_options(options)
        choices = changed_choices(self.options, options, reference_types())
        step = first_affected(choices, self.model, reference_types())
        if step is not None and step not in self.model.own_steps:
            raise OptionError(f"The branch shares {step} with its origin; make a branch at {step} to change it.")
        self.model.options = options
        if step is not None:
            self.model.forget_from(step)
            self.model.state = self.model.unfinished_state

    def _advance(self, until: str | None) -> None:
        """Run steps, apply the events, and tell what they warn of."""
        self._check_open()
        model, finished = self.model, list[StepFinished]()

        def receive(event: Event) -> None:
            apply_event(model, event)
            if isinstance(event, StepFinished):
                finished.append(event)

        request = AdvanceRequest(
            key=self.key,
            product=model.product,
            options=model.options,
            until=until,
            result_dir=self._folder,
            fork=self._fork,
        )
        model.used_options, model.state = model.options, ExposureState.RUNNING
        end = self._engine.advance(request, receive, threading.Event())
        new = [notice for notice in self.notices if notice not in self._told]
        self._told.update(new)
        tell(new, WfsguiWarning)
        for event in finished:
            others = [text for text in event.warnings if text != event.alarm]
            tell((f"{event.step}: {text}" for text in others), StepWarning)
            tell((f"{event.step}: {text}" for text in (event.alarm,) if text), AlarmWarning)
        if isinstance(end, RunFailed):
            raise WfsguiError(end.message)

    @property
    def _fork(self) -> Fork | None:
        """Where the engine finds the states before the next step, if it has none of this run."""
        step = next(iter(self.pending), None)
        if step is None or not self.finished:
            return None
        leaves = state_owner(self.model) if step == self.model.fork else None
        key = self.key if leaves is None else leaves.key
        return Fork(key, self._folder.with_name(key), step)
