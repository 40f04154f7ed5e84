"""Calibration of one product: the loop over its steps, and the state kept between two calls."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from wfsgui.core.crds.progress import DownloadWatch, FileProgress
from wfsgui.core.errors import StoppedError, WfsguiError
from wfsgui.core.model.events import Downloading, Event, ProductResult, ProductState, Progress, StepStarted
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import CancelFlag, StepOptions
from wfsgui.pipeline.chain.chain import check_options, steps_of
from wfsgui.pipeline.chain.error_messages import explain
from wfsgui.pipeline.chain.log_capture import LogCapture
from wfsgui.pipeline.chain.step_parameters import reference_types
from wfsgui.pipeline.output.output_folder import OutputFolder, Staging
from wfsgui.pipeline.runs.product_record import ProductRecord
from wfsgui.pipeline.session.background_average import BackgroundAverages
from wfsgui.pipeline.session.input_files import FileState, InputChangedError, InputFiles, override_state
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
        Whether the last step is taken back and run again.
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


_Choices = tuple[dict[str, str], bool, dict[str, tuple[str, FileState]], tuple[Path, FileState] | None]


class ProductRun:
    """One product, which can be paused after each step.

    After a pause, steps whose options are unchanged are kept. If the session has been released meanwhile, these steps
    are run again without events.

    Parameters
    ----------
    product : Product
        The product.
    capture : LogCapture
        Receives the log of the steps.
    averages : BackgroundAverages, optional
        Cache of averaged backgrounds; None to let the step average them.
    """

    def __init__(self, product: Product, capture: LogCapture, averages: BackgroundAverages | None) -> None:
        self._product = product
        self._capture = capture
        self._averages = averages
        self._record = ProductRecord(product)
        # Steps whose StepFinished the caller has received, and the options that each of them was run with.
        self._reported: dict[str, _Choices] = {}
        # Whether the caller has received the ExposureOpened of this session.
        self._is_presented = False
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
        return self.is_open or bool(self._reported)

    def release(self) -> None:
        """Free the memory of the exposure."""
        self._is_presented = False
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
        self._preparing = _PREPARING
        with task.staging() as staging:
            self._preparing = ""
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
        self._reported = {}

    def _discard_changed(self, task: ProductTask) -> None:
        """Discard steps that the task wants with other options."""
        names = list(self._reported)
        kept = names[:-1] if task.redo else names
        if self._product != task.product or any(self._reported[name] != _choices(task, name) for name in kept):
            self.release()
            self._product, self._record, self._inputs = task.product, ProductRecord(task.product), None
            kept = []
        if task.redo and task.until in kept:
            kept = []
        self._reported = {name: self._reported[name] for name in kept}
        self._record.taken_back(kept)
        while self._session is not None and len(self._session.finished) > len(kept):
            if self._session.can_take_back:
                self._session.take_back()
            else:
                self.release()

    def _opened(
        self, task: ProductTask, staging: Staging | None, emit: Callable[[Event], None], cancel: CancelFlag
    ) -> ProductSession:
        """Return the session, ready for the next step."""
        watch = DownloadWatch(partial(_report_download, self._product.name, emit), cancel)
        self._preparing = _INPUTS
        if self._inputs is None or not self.can_continue:
            self._inputs = InputFiles(self._product)
        self._inputs.check()
        self._preparing = ""
        if self._session is not None:
            self._session.resume(task.options, staging, watch)
            return self._session
        session = self._session = ProductSession(
            self._product,
            task.options,
            self._capture,
            save_steps=task.save_steps,
            images=task.images,
            averages=self._averages,
        )
        opened = session.open(staging, watch)
        self._record.opened(opened)
        emit(opened)
        self._is_presented = True
        return session

    def _step(self, session: ProductSession, task: ProductTask, emit: Callable[[Event], None]) -> None:
        name = session.pending[0]
        # A step that the caller knows is not reported again: that would reset the analyst's verdict on it.
        is_new = name not in self._reported
        choices = _choices(task, name)
        if is_new:
            emit(StepStarted(self._product.name, name))
        finished = session.advance(undoable=task.until is not None)
        self._record.finished(finished)
        if is_new:
            emit(finished)
            self._reported[name] = choices
        emit(Progress(len(session.finished), len(session.steps)))


def _report_download(product: str, emit: Callable[[Event], None], progress: FileProgress) -> None:
    emit(Downloading(product, progress.name, progress.all_done, progress.all_total))


def _choices(task: ProductTask, step: str) -> _Choices:
    """Return the options of one step, to compare; files by their paths and their states on disk."""
    options = task.options
    overrides = {
        kind: (path, override_state(path))
        for kind, path in options.overrides.items()
        if kind in reference_types()[step]
    }
    path = options.parameter_file
    parameter_file = None if path is None else (path, override_state(str(path)))
    return dict(options.parameters.get(step, {})), step in options.skip, overrides, parameter_file
