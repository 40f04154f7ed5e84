"""Calibration of one product: the loop over its steps, and the state kept between two calls."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from wfsgui.core.crds.progress import DownloadWatch, FileProgress
from wfsgui.core.errors import StoppedError, WfsguiError
from wfsgui.core.files.checkpoints import StageEvent
from wfsgui.core.model.events import (
    Downloading,
    Event,
    ExposureOpened,
    ProductResult,
    ProductState,
    Progress,
    StepStarted,
)
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import CancelFlag, Fork, StepOptions
from wfsgui.core.model.step_image import StepImage
from wfsgui.pipeline.chain.chain import check_options, steps_of
from wfsgui.pipeline.chain.error_messages import explain
from wfsgui.pipeline.chain.log_capture import LogCapture
from wfsgui.pipeline.output.output_folder import OutputFolder, Staging
from wfsgui.pipeline.references.overrides import check_overrides
from wfsgui.pipeline.runs.choices import Choices, choices_of
from wfsgui.pipeline.runs.product_record import ProductRecord
from wfsgui.pipeline.runs.run_checkpoints import RunCheckpoints, RunState
from wfsgui.pipeline.session.background_average import BackgroundAverages
from wfsgui.pipeline.session.input_files import InputChangedError, InputFiles
from wfsgui.pipeline.session.product_session import ProductSession

__all__ = ["ProductRun", "ProductTask"]

log = logging.getLogger(__name__)

_CHECKING: Final = "checking the parameters and references"
_INPUTS: Final = "checking the inputs"
_PREPARING: Final = "preparing the output folder"


@dataclass(frozen=True, kw_only=True)
class ProductTask:
    """One call of `ProductRun.run`.

    Attributes
    ----------
    product : Product
        The product to calibrate.
    options : StepOptions
        Options of the steps. With `StepOptions.stop_after` the chain ends at that step, whose result is saved.
    output : OutputFolder or None
        Folder of the results; None to save nothing.
    until : str or None
        Last step to run in this call, after which the product is paused; None to run all steps and save the result.
    redo : bool
        Whether `until`, or else the last step, is taken back and run again.
    fork : Fork or None
        Where the product leaves another run, if it has not begun.
    save_steps, images : bool
        See `wfsgui.core.model.requests.RunRequest`.
    are_options_checked : bool
        Whether the caller has checked the options.
    """

    product: Product
    options: StepOptions
    output: OutputFolder | None
    until: str | None = None
    redo: bool = False
    fork: Fork | None = None
    save_steps: bool = False
    images: bool = True
    are_options_checked: bool = False

    def check(self) -> None:
        """Check the options and the last step.

        Raises
        ------
        WfsguiError
            If the chain has no such option, or no such step for this product.
        """
        if self.are_options_checked:
            return
        check_options(self.options if self.until is None else replace(self.options, stop_after=self.until))
        if self.until is not None and self.until not in steps_of(self.product):
            raise WfsguiError(f"{self.product.name} has no background members: there is no {self.until} to run.")

    def staging(self) -> AbstractContextManager[Staging | None]:
        """Return the context in which results are written."""
        return nullcontext() if self.output is None else Staging(self.output)


class ProductRun:
    """One product, which can be paused after each step.

    After a pause, steps whose options are unchanged are kept. If the session has been released meanwhile, or steps are
    taken back, it continues from a checkpoint. Where there is none, the steps are run again without events.

    Parameters
    ----------
    product : Product
        The product.
    capture : LogCapture
        Receives the log of the steps.
    averages : BackgroundAverages, optional
        Cache of averaged backgrounds; None to let the step average them.
    checkpoints : RunCheckpoints, optional
        Keeps the state after each step; None to keep none.
    """

    def __init__(
        self,
        product: Product,
        capture: LogCapture,
        averages: BackgroundAverages | None,
        checkpoints: RunCheckpoints | None = None,
    ) -> None:
        self._product = product
        self._capture = capture
        self._averages = averages
        self._checkpoints = checkpoints
        self._record = ProductRecord(product)
        # Steps whose StepFinished the caller has received, and the options that each of them was run with.
        self._reported: dict[str, Choices] = {}
        # Whether the caller has received the ExposureOpened.
        self._is_presented = False
        self._context = ""
        self._inputs: InputFiles | None = None
        self._session: ProductSession | None = None
        self._preparing = _CHECKING

    @property
    def is_open(self) -> bool:
        """Whether the exposure is in memory."""
        return self._session is not None

    @property
    def can_continue(self) -> bool:
        """Whether there is anything to continue from."""
        return self.is_open or self._is_presented

    def release(self) -> None:
        """Free the memory of the exposure."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def run(
        self,
        task: ProductTask,
        emit: Callable[[Event], None],
        cancel: CancelFlag,
        record: Callable[[ProductResult], None],
    ) -> ProductResult:
        """Run the steps of a task.

        Parameters
        ----------
        task : ProductTask
            The task.
        emit : callable
            Receives the events of the product, but for `ProductFinished`.
        cancel : CancelFlag
            Checked before each step.
        record : callable
            Receives the result, whatever is raised.

        Returns
        -------
        ProductResult
            The result; FAILED if anything but KeyboardInterrupt was raised.
        """
        self._record.resumed()
        self._preparing = _CHECKING
        self._capture.product = task.product.name
        # After a KeyboardInterrupt the result lists the files that were saved before it.
        state: ProductState | None = ProductState.CANCELLED
        error = ""
        try:
            state = self._run(task, emit, cancel)
        except (Exception, SystemExit) as raised:
            state, error = ProductState.FAILED, explain(raised, self._doing)
            with self._capture.listening():
                log.exception("%s failed for %s.", self._doing, task.product.name)
            if isinstance(raised, InputChangedError):
                self._forget()
        finally:
            self._capture.product = ""
            if self._session is not None and not (self._session.is_sound and self._is_presented):
                self.release()
            result = self._record.result(state, error)
            record(result)
        return result

    @property
    def _doing(self) -> str:
        """Current activity, for error messages."""
        return self._preparing or (_PREPARING if self._session is None else self._session.doing)

    def _run(self, task: ProductTask, emit: Callable[[Event], None], cancel: CancelFlag) -> ProductState | None:
        if cancel.is_set():
            return ProductState.CANCELLED
        task.check()
        check_overrides(task.product, task.options)
        self._preparing = _PREPARING
        with task.staging() as staging:
            self._preparing = ""
            self._leave_origin(task)
            self._discard_changed(task)
            try:
                session = self._opened(task, staging, emit, cancel)
            except StoppedError:
                # During a download, before the first step.
                return ProductState.CANCELLED
            steps = session.steps
            goal = len(steps) if task.until is None else steps.index(task.until) + 1
            while len(session.finished) < goal:
                if cancel.is_set():
                    return ProductState.CANCELLED
                self._step(session, task, emit)
            if task.until is not None:
                return ProductState.STOPPED
            self._record.saved(session.conclude())
        is_whole = session.is_whole
        self._forget()
        return None if is_whole else ProductState.STOPPED

    def _forget(self) -> None:
        self.release()
        self._reported, self._is_presented, self._inputs = {}, False, None

    def _leave_origin(self, task: ProductTask) -> None:
        """Begin as a branch of another run, if that is wanted and nothing has been done."""
        fork, checkpoints, chain = task.fork, self._checkpoints, steps_of(task.product)
        if fork is None or checkpoints is None or self.can_continue:
            return
        if fork.step not in chain:
            raise WfsguiError(f"{task.product.name} has no step {fork.step}; choose another step for the branch.")
        shared = {name: choices_of(task.options, name) for name in chain[: chain.index(fork.step)]}
        with self._capture.listening():
            origin = checkpoints.leave(fork, task.product, shared)
        state = origin.state
        self._product, self._record = task.product, ProductRecord(task.product)
        self._inputs = None if state is None else state.inputs
        for event in origin.events:
            self._note(event)
        if not origin.why_not:
            # The caller knows the results of all of them, also of those that are run again.
            self._reported, self._is_presented = shared, True
            return
        self._reported = {} if state is None else {name: shared[name] for name in state.choices}
        self._is_presented = state is not None
        self._tell(f"Earlier results of {task.product.name} are not used, because {origin.why_not}.")

    def _note(self, event: StageEvent) -> None:
        if isinstance(event, ExposureOpened):
            self._context = event.context
            self._record.opened(event)
        else:
            self._record.finished(event)

    def _discard_changed(self, task: ProductTask) -> None:
        """Discard steps that the task wants again, or with other options, and all later ones."""
        names = list(self._reported)
        kept = names
        if task.redo:
            kept = names[: names.index(task.until)] if task.until in names else names[:-1]
        if self._product != task.product:
            self._forget()
            self._product, self._record = task.product, ProductRecord(task.product)
            kept = []
        changed = (n for n, name in enumerate(kept) if self._reported[name] != choices_of(task.options, name))
        kept = kept[: next(changed, len(kept))]
        self._reported = {name: self._reported[name] for name in kept}
        self._record.taken_back(kept)
        if self._session is not None and len(self._session.finished) > len(kept):
            self.release()
        if self._checkpoints is not None and self._is_presented:
            self._checkpoints.cut(kept)

    def _opened(
        self, task: ProductTask, staging: Staging | None, emit: Callable[[Event], None], cancel: CancelFlag
    ) -> ProductSession:
        """Return the session, ready for the next step."""
        watch = DownloadWatch(partial(_report_download, self._product.name, emit), cancel)
        self._preparing = _INPUTS
        if self._inputs is None:
            self._inputs = InputFiles(self._product)
        self._inputs.check()
        self._preparing = ""
        if self._session is not None or self._is_restored(task):
            self._session_of(task).resume(task.options, staging, watch)
        else:
            self._open(task, staging, emit, watch)
        session = self._session_of(task)
        again = [name for name in self._reported if name in session.pending]
        if again:
            self._tell(
                f"The state of {self._product.name} after {again[-1]} is not stored any more: run again with the same "
                f"options: {', '.join(again)}."
            )
        return session

    def _session_of(self, task: ProductTask) -> ProductSession:
        if self._session is None:
            self._session = ProductSession(
                self._product,
                task.options,
                self._capture,
                save_steps=task.save_steps,
                images=task.images,
                averages=self._averages,
            )
        return self._session

    def _is_restored(self, task: ProductTask) -> bool:
        """Continue from the latest checkpoint, if there is one."""
        if self._checkpoints is None or not self._is_presented:
            return False
        with self._capture.listening():
            found = self._checkpoints.latest(list(self._reported))
        if found is None:
            return False
        state, image = found
        self._session_of(task).restore(state.session, image)
        return True

    def _open(
        self, task: ProductTask, staging: Staging | None, emit: Callable[[Event], None], watch: DownloadWatch
    ) -> None:
        if self._checkpoints is not None:
            self._checkpoints.clear()
        opened = self._session_of(task).open(staging, watch)
        self._note(opened)
        opened = replace(opened, image=self._stored(opened, {}))
        if not self._is_presented:
            emit(opened)
            self._is_presented = True

    def _step(self, session: ProductSession, task: ProductTask, emit: Callable[[Event], None]) -> None:
        name = session.pending[0]
        # A step that the caller knows is not reported again: that would reset the analyst's verdict on it.
        is_new = name not in self._reported
        choices = choices_of(task.options, name)
        if is_new:
            emit(StepStarted(self._product.name, name))
        finished = session.advance()
        self._note(finished)
        known = {**self._reported, name: choices}
        image = self._stored(finished, {step: known[step] for step in session.finished})
        finished = replace(finished, image=image)
        if is_new:
            emit(finished)
            self._reported[name] = choices
        emit(Progress(len(session.finished), len(session.steps)))

    def _stored(self, event: StageEvent, choices: dict[str, Choices]) -> StepImage | None:
        """Write a checkpoint, and return the image of the event, mapped from it."""
        session, checkpoints = self._session, self._checkpoints
        if session is None or checkpoints is None or self._inputs is None or event.image is None:
            return event.image
        try:
            state = RunState(self._product, self._inputs, choices, self._context, session.state())
            image = checkpoints.keep(event, state)
        except (OSError, WfsguiError) as error:
            why = f"{error.strerror or error}; free disk space" if isinstance(error, OSError) else str(error)
            last = "the opening" if isinstance(event, ExposureOpened) else event.step
            self._tell(
                f"The state of {self._product.name} after {last} could not be stored ({why}): a branch, or a step that "
                "is run again, runs the steps before it again, too."
            )
            return event.image
        session.use_image(image)
        return image

    def _tell(self, sentence: str) -> None:
        self._record.notice(sentence)
        with self._capture.listening():
            log.warning("%s", sentence)


def _report_download(product: str, emit: Callable[[Event], None], progress: FileProgress) -> None:
    emit(Downloading(product, progress.name, progress.all_done, progress.all_total))
