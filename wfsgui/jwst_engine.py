"""Calibration engine of the window, which runs jwst in other processes so that the window never stalls."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, TypeVar

from wfsgui.core.crds.queries import CrdsNeedsQuery
from wfsgui.core.errors import WfsguiError
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import EndEvent, ProductFinished, ProductResult, ProductState, RunFailed
from wfsgui.core.model.product import Product
from wfsgui.core.model.queries import Query
from wfsgui.core.model.requests import AdvanceRequest, CancelFlag, RunRequest, StepOptions
from wfsgui.demo.visit.kinds import Kind
from wfsgui.gui.engine_api import Emit, SaveRequest
from wfsgui.pipeline.chain.error_messages import explain
from wfsgui.pipeline.crds_environment import configure_processes, crds_variables
from wfsgui.pipeline.processes.aside import AsideProcesses
from wfsgui.pipeline.processes.fork_server import end_server, process_context
from wfsgui.pipeline.processes.pool import WorkerPool
from wfsgui.pipeline.processes.stepwise_process import StepwiseProcess

__all__ = ["CrdsChoice", "JwstEngine", "JwstProcesses", "demonstration_choice", "make_demonstration"]

log = logging.getLogger(__name__)

T = TypeVar("T")

# Held while the references of a detector are made: several products may need them at once.
_MAKING: Final = threading.Lock()


def _prepare_nothing(_detector: str) -> None:
    """Do nothing: CRDS has the reference files of the detector."""


@dataclass(frozen=True)
class CrdsChoice:
    """What replaces the CRDS settings of the environment.

    Attributes
    ----------
    variables : mapping of str to str
        Values by variable.
    prepare : callable
        ``prepare(detector)``: makes the missing reference files of a detector, in a process of the engine. It raises
        `WfsguiError` if that is not possible.
    """

    variables: Mapping[str, str]
    prepare: Callable[[str], None] = _prepare_nothing


class JwstProcesses:
    """Implementation of `wfsgui.gui.engine_api.Processes` with a `WorkerPool`.

    Parameters
    ----------
    prepare : callable
        As in `CrdsChoice`.
    """

    def __init__(self, prepare: Callable[[str], None]) -> None:
        self._prepare = prepare
        self._pool: WorkerPool | None = None
        self._folder: Path | None = None

    def prepare(self, folder: Path) -> Path:
        """Start the first process."""
        folder.mkdir(parents=True, exist_ok=True)
        self._pool, self._folder = WorkerPool(low_priority=True), Path(mkdtemp(prefix="run-", dir=folder))
        try:
            # The answer comes when the process has imported the engine.
            self._pool.check(StepOptions())
        except BaseException:
            self.close()
            raise
        return self._folder

    def calibrate(self, request: RunRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        """Calibrate one product in one of the processes."""
        if self._pool is None:
            raise WfsguiError("The processes of the pipeline have been ended; run the exposure again.")
        try:
            self._prepare(request.products[0].science.info.detector)
        except WfsguiError as error:
            return _failure(request.products[0], error, emit)
        return self._pool.calibrate(request, emit, cancel)

    def close(self) -> None:
        """End the processes and remove their folder."""
        pool, self._pool = self._pool, None
        folder, self._folder = self._folder, None
        if pool is not None:
            pool.close()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


class JwstEngine:
    """Implementation of `wfsgui.gui.engine_api.Engine` with the pipeline package.

    Parameters
    ----------
    crds : callable
        ``crds() -> CrdsChoice``: what replaces the CRDS settings of the environment; called by `load` and `restart`.
    """

    def __init__(self, crds: Callable[[], CrdsChoice]) -> None:
        self._crds = crds
        self._inherited = crds_variables()
        self._choice = CrdsChoice({})
        self._stepwise = StepwiseProcess()
        self._processes = JwstProcesses(self._make_references)
        self._asides = AsideProcesses()

    def _make_references(self, detector: str) -> None:
        """Make the missing reference files of a detector, where the present choice is to make them."""
        self._choice.prepare(detector)

    @property
    def processes(self) -> JwstProcesses:
        """Processes for exposures that are calibrated from beginning to end without a pause."""
        return self._processes

    def load(self) -> EngineInfo:
        """Import the engine."""
        choice = self._choice = self._crds()
        # The processes inherit the settings: crds reads them when it is imported.
        settings = configure_processes(choice.variables, self._inherited)
        return replace(
            self._stepwise.load(),
            crds={"CRDS_PATH": settings.path, "CRDS_SERVER_URL": settings.server, "CRDS_CONTEXT": settings.context},
            notices=settings.notices,
        )

    def restart(self) -> EngineInfo:
        """End every process and import the engine anew, with the CRDS settings of now."""
        with self._asides.held():
            self._processes.close()
            self._stepwise.close()
            end_server()
            return self.load()

    def advance(self, request: AdvanceRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        """Run the next steps of one product."""
        try:
            self._make_references(request.product.science.info.detector)
        except WfsguiError as error:
            return _failure(request.product, error, emit)
        return self._stepwise.advance(request, emit, cancel)

    def release(self, key: str) -> None:
        """Close the product of a key, if there is one."""
        self._stepwise.release(key)

    def ask(self, query: Query[T]) -> T:
        """Answer a query."""
        return self._stepwise.ask(query)

    def ask_aside(self, query: Query[T], cancel: CancelFlag) -> T:
        """Answer a query in a process of its own."""
        if isinstance(query, CrdsNeedsQuery):
            for path in query.exposures:
                # What cannot be made is missing in the answer.
                with suppress(WfsguiError):
                    self._make_references(read_exposure_info(path).detector)
        return self._asides.ask(query, cancel)

    def check_parity(
        self, product: Product, options: StepOptions, result: Path, cancel: threading.Event
    ) -> ParityReport:
        """Run the official pipeline aside, and compare its result."""
        from wfsgui.pipeline.parity.check import check_parity

        return check_parity(product, options, result, cancel)

    def save(self, request: SaveRequest) -> Path:
        """Save a finished result."""
        from wfsgui.pipeline.output.renaming import write_renamed_elsewhere
        from wfsgui.pipeline.output.save_result import save_result

        return save_result(
            request.result,
            request.target,
            overwrite=request.overwrite,
            inputs=request.inputs,
            rename=write_renamed_elsewhere,
        )

    def explain(self, error: BaseException, doing: str) -> str:
        """Explain an error in one sentence."""
        return explain(error, doing)

    def close(self) -> None:
        """End the stepwise process."""
        self._stepwise.close()


def demonstration_choice() -> CrdsChoice:
    """Choose the reference files of the demonstration; those of a detector are made before its first run.

    Returns
    -------
    CrdsChoice
        The choice.

    Raises
    ------
    WfsguiError
        If the demonstration is not installed or cannot be written.
    """
    from wfsgui.demo.provision import demo_settings

    return CrdsChoice(demo_settings(_log_sentence), _make_references)


def _failure(product: Product, error: WfsguiError, emit: Emit) -> EndEvent:
    """End a run before its first step."""
    result = ProductResult(product.name, ProductState.FAILED, 0.0, error=str(error))
    end = RunFailed((result,), str(error))
    emit(ProductFinished(result))
    emit(end)
    return end


def _make_references(detector: str) -> None:
    from wfsgui.demo.provision import demo_references, has_demo_references

    with _MAKING:
        if has_demo_references(detector):
            return
        # In a process of the engine: this one must not import crds.
        with ProcessPoolExecutor(max_workers=1, mp_context=process_context()) as process:
            try:
                process.submit(demo_references, (detector,), _log_sentence).result()
            except BrokenProcessPool as error:
                raise WfsguiError(
                    f"The process that makes the demonstration's reference files for {detector} ended unexpectedly; "
                    "if memory ran out, close other programs, and run it again."
                ) from error


def _log_sentence(sentence: str) -> None:
    log.info("%s", sentence)


def make_demonstration(kind: Kind, report: Callable[[str], None]) -> tuple[Product, ...]:
    """Make a demonstration visit and its reference files.

    Parameters
    ----------
    kind : Kind
        The visit.
    report : callable
        Receives a sentence for each part that takes long.

    Returns
    -------
    tuple of Product
        The products of the visit.
    """
    from wfsgui.demo.provision import demo_products, demo_references

    products = demo_products(kind, report).products
    demo_references((product.science.info.detector for product in products), report)
    return tuple(products)
