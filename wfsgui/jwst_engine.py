"""Calibration engine of the window, which runs jwst in other processes so that the window never stalls."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

from wfsgui.core.errors import WfsguiError
from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import EndEvent
from wfsgui.core.model.product import Product
from wfsgui.core.model.queries import Query
from wfsgui.core.model.requests import AdvanceRequest, RunRequest, StepOptions
from wfsgui.demo.visit.kinds import Kind
from wfsgui.gui.engine_api import Emit, SaveRequest
from wfsgui.pipeline.chain.error_messages import explain
from wfsgui.pipeline.crds_environment import configure
from wfsgui.pipeline.processes.pool import WorkerPool
from wfsgui.pipeline.processes.stepwise_process import StepwiseProcess

__all__ = ["JwstEngine", "JwstProcesses", "make_demonstration"]

T = TypeVar("T")


class JwstProcesses:
    """Implementation of `wfsgui.gui.engine_api.Processes` with a `WorkerPool`."""

    def __init__(self) -> None:
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
        ``crds() -> dict of str to str``: CRDS settings that replace those of the environment; called by `load`.
    """

    def __init__(self, crds: Callable[[], dict[str, str]]) -> None:
        self._crds = crds
        self._stepwise = StepwiseProcess()
        self._processes = JwstProcesses()

    @property
    def processes(self) -> JwstProcesses:
        """Processes for exposures that are calibrated from beginning to end without a pause."""
        return self._processes

    def load(self) -> EngineInfo:
        """Import the engine."""
        # The processes inherit the settings: crds reads them when it is imported.
        settings = configure(self._crds())
        return replace(
            self._stepwise.load(),
            crds={"CRDS_PATH": settings.path, "CRDS_SERVER_URL": settings.server, "CRDS_CONTEXT": settings.context},
            notices=settings.notices,
        )

    def advance(self, request: AdvanceRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        """Run the next steps of one product."""
        return self._stepwise.advance(request, emit, cancel)

    def release(self, key: str) -> None:
        """Close the product of a key, if there is one."""
        self._stepwise.release(key)

    def ask(self, query: Query[T]) -> T:
        """Answer a query."""
        return self._stepwise.ask(query)

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
