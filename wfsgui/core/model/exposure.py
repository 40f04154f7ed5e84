"""Open exposures and their stages. Plain Python, no Qt; `apply_event` changes them by the engine's events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.events import Downloading, LogLine, Reference
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import BACKGROUND, CAL, RATE, STAGES, STEPS, why_not_applicable
from wfsgui.core.model.step_image import StepImage, WcsReader

if TYPE_CHECKING:
    from wfsgui.core.model.product import Product

__all__ = ["Exposure", "ExposureState", "Stage", "StageState"]


class StageState(StrEnum):
    """State of a stage."""

    NOT_APPLICABLE = "not applicable"
    PENDING = "not run yet"
    RUNNING = "running"
    DONE = "done"
    WARNED = "warned"
    SKIPPED = "skipped"
    FAILED = "failed"
    REJECTED = "rejected"

    @property
    def has_run(self) -> bool:
        """Whether the stage has an image."""
        return self in (StageState.DONE, StageState.WARNED, StageState.SKIPPED, StageState.REJECTED)


class ExposureState(StrEnum):
    """State of an exposure."""

    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "part done"
    NEEDS_LOOK = "needs a look"
    DONE = "done"
    WARNED = "done with warnings"
    FAILED = "failed"
    REJECTED = "rejected"
    SAVED = "saved"
    UNUSABLE = "no usable pixels"


@dataclass(eq=False)
class Stage:
    """One stage of one exposure.

    Attributes
    ----------
    name : str
        One of `STAGES`.
    state : StageState
        Its state.
    reason : str
        Why it does not apply, was not applied, or failed; one sentence, empty otherwise.
    elapsed : float or None
        Wall-clock time, s; None where nothing has been run.
    warnings : tuple of str
        What the step warned of, a sentence each.
    alarm : str
        Why the image is of no use, one sentence, which is among the warnings, too; empty otherwise.
    doubts : tuple of str
        What was expected of its image and is not so, a sentence each; empty until that is measured.
    references : tuple of Reference
        Its reference files.
    parameters : mapping of str to object
        The parameters of the step.
    log : tuple of LogLine
        Its log records.
    image : StepImage or None
        Its image.
    metadata : mapping of str to str
        The model's metadata after it, by dotted path.
    verdict : Verdict or None
        The verdict on this result; None if there is none.
    """

    name: str
    state: StageState = StageState.PENDING
    reason: str = ""
    elapsed: float | None = None
    warnings: tuple[str, ...] = ()
    alarm: str = ""
    doubts: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)
    log: tuple[LogLine, ...] = ()
    image: StepImage | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    verdict: Verdict | None = None


@dataclass(eq=False)
class Exposure:
    """One open product.

    Attributes
    ----------
    key : str
        Unique key in this session.
    product : Product
        The product.
    options : StepOptions
        Options of the next run.
    used_options : StepOptions
        Options of the latest run.
    state : ExposureState
        Its state.
    stages : dict of str to Stage
        All of `STAGES`.
    notices : tuple of str
        Notices for the analyst, a sentence each.
    context : str
        CRDS context; empty until it is known.
    error : str
        Why it failed, in one sentence; empty otherwise.
    result : Path or None
        The ``_cal`` file in the folder of the session; None if there is none.
    saved : Path or None
        File to which the result was saved; None if it was not.
    log : list of LogLine
        All log records, oldest first.
    parity : ParityReport or None
        Comparison of the result with that of the official pipeline; None if it was not made.
    run_begins_at : int
        Number of log records when the latest run began.
    verdicts : list of Verdict
        All verdicts, also of earlier sessions, oldest first.
    download : Downloading or None
        Progress of the download that it waits for; None if there is none.
    opened : Product
        The product with which it was opened; `product` may have other backgrounds since.
    origin : Exposure or None
        The exposure, of the same product, from which this branch leaves; None if it is no branch.
    fork : str
        First step that the branch runs itself, one of `STEPS`; empty if it is no branch.
    branch : str
        Name of the branch, unique among the branches of the product; empty for the first one, unless it was named.
    serial : str
        Tells the branch from all others of its product in the stores of verdicts and decisions, also of other
        sessions; empty for the first one.
    """

    key: str
    product: Product
    options: StepOptions = field(default_factory=StepOptions)
    used_options: StepOptions = field(default_factory=StepOptions)
    state: ExposureState = ExposureState.WAITING
    stages: dict[str, Stage] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    context: str = ""
    error: str = ""
    result: Path | None = None
    saved: Path | None = None
    log: list[LogLine] = field(default_factory=list)
    run_begins_at: int = 0
    parity: ParityReport | None = None
    verdicts: list[Verdict] = field(default_factory=list)
    origin: Exposure | None = None
    fork: str = ""
    branch: str = ""
    download: Downloading | None = None
    serial: str = ""
    opened: Product = field(init=False)

    def __post_init__(self) -> None:
        self.opened = self.product
        self.notices = self.notices or self.product.notices
        if not self.stages:
            self.stages = {RATE: Stage(RATE, StageState.DONE)}
            self.forget_from(STEPS[0])

    @property
    def label(self) -> str:
        """Name of the product, and of the branch if it has one."""
        return f"{self.product.name} · {self.branch}" if self.branch else self.product.name

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that apply to it, in order."""
        return tuple(name for name in STEPS if self.stages[name].state is not StageState.NOT_APPLICABLE)

    @property
    def own_steps(self) -> tuple[str, ...]:
        """The steps that apply and are not shared with the origin of a branch, in order."""
        return tuple(name for name in self.steps if not self.fork or STEPS.index(name) >= STEPS.index(self.fork))

    @property
    def finished_steps(self) -> tuple[str, ...]:
        """The steps that have been run, in order."""
        return tuple(name for name in self.steps if self.stages[name].state.has_run)

    @property
    def pending_steps(self) -> tuple[str, ...]:
        """The steps that have not been run, in order."""
        return tuple(name for name in self.steps if not self.stages[name].state.has_run)

    @property
    def awaited_step(self) -> str:
        """The step that is running, or will be next if the exposure is run; the first one if all have been run."""
        running = [name for name in self.steps if self.stages[name].state is StageState.RUNNING]
        return (*running, *self.pending_steps, *self.steps)[0]

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings of all steps, each beginning with the name of the step."""
        return tuple(f"{stage.name}: {text}" for stage in self.stages.values() for text in stage.warnings)

    @property
    def alarm(self) -> str:
        """Why its result is of no use, beginning with the step's name; empty otherwise."""
        return next((f"{stage.name}: {stage.alarm}" for stage in self.stages.values() if stage.alarm), "")

    @property
    def findings(self) -> tuple[str, ...]:
        """The warnings and doubts of all steps, each beginning with the name of the step."""
        return tuple(
            f"{stage.name}: {text}" for stage in self.stages.values() for text in (*stage.warnings, *stage.doubts)
        )

    @property
    def worst_state(self) -> ExposureState:
        """Its state in the list: with findings, it stays WARNED after the run and after saving."""
        ended_well = self.state in (ExposureState.DONE, ExposureState.WARNED, ExposureState.SAVED)
        if ended_well and self.alarm:
            return ExposureState.UNUSABLE
        return ExposureState.WARNED if ended_well and self.findings else self.state

    @property
    def is_unsaved(self) -> bool:
        """Whether it has a result that is not saved."""
        return self.result is not None and self.saved is None

    @property
    def wcs(self) -> WcsReader | None:
        """The WCS; None until assign_wcs has run. It holds for every stage, because no step moves pixels."""
        images = (stage.image for stage in reversed(self.stages.values()))
        return next((image.wcs for image in images if image is not None and image.wcs is not None), None)

    @property
    def latest(self) -> Stage:
        """The last stage that has an image."""
        return next((stage for stage in reversed(self.stages.values()) if stage.state.has_run), self.stages[RATE])

    @property
    def first_to_look_at(self) -> Stage:
        """The failed step; without one, the last stage that has an image."""
        failed = (stage for stage in self.stages.values() if stage.state is StageState.FAILED)
        return next(failed, self.latest)

    @property
    def unfinished_state(self) -> ExposureState:
        """Its state while it has no result and is not running."""
        return ExposureState.PAUSED if self.finished_steps else ExposureState.WAITING

    def before(self, stage: str) -> Stage | None:
        """Return the stage that a stage is compared with: the nearest earlier one with an image.

        The result is compared with the input, which shows the effect of all steps.

        Parameters
        ----------
        stage : str
            One of `STAGES`.

        Returns
        -------
        Stage or None
            None for the first stage, and if no earlier stage has an image.
        """
        names = (RATE,) if stage == CAL else STAGES[: STAGES.index(stage)]
        earlier = [self.stages[name] for name in names]
        return next((found for found in reversed(earlier) if found.state.has_run and found.image is not None), None)

    def change_product(self, product: Product) -> None:
        """Give the exposure another product of the same science file: other backgrounds, or none.

        The background step and all later stages are reset.
        """
        self.product, self.notices = product, product.notices
        self.forget_from(BACKGROUND)
        self.state = self.unfinished_state

    def add_verdict(self, verdict: Verdict) -> None:
        """Add a verdict, and set it at its stage; a redo, which leaves the result, does not replace another verdict."""
        self.verdicts.append(verdict)
        stage = self.stages[verdict.stage]
        if stage.verdict is None or verdict.judgement is not Judgement.REDONE:
            stage.verdict = verdict

    def forget_from(self, step: str) -> None:
        """Reset a step and all later stages, as if they had never been run."""
        for name in STAGES[STAGES.index(step) :]:
            reason = why_not_applicable(name, self.product)
            self.stages[name] = Stage(name, StageState.NOT_APPLICABLE if reason else StageState.PENDING, reason)
        self.result = self.saved = self.parity = None
        self.error = ""
