"""Stepwise engine in another process. Imports no jwst: only that process does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import EndEvent, Event
from wfsgui.core.model.parameters import ParameterFile
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import AdvanceRequest, CancelFlag
from wfsgui.core.pair.forecast import CombinationForecast, CombinationRequest
from wfsgui.pipeline.processes.messages import Order, ParameterFileQuestion, ReferenceQuestion, StoredForecast
from wfsgui.pipeline.processes.worker_process import WorkerProcess

__all__ = ["StepwiseProcess"]

_TRANSFORMS: Final = "gwcs.geometry"


class StepwiseProcess:
    """Calibrate products step by step in another process, which keeps them. One call at a time.

    jwst holds the interpreter for tenths of a second at a time, which would stall the window. If the process has died,
    another one is started, without any product.
    """

    def __init__(self) -> None:
        self._worker: WorkerProcess | None = None

    def load(self) -> EngineInfo:
        """Start the process and import the engine there.

        Raises
        ------
        WfsguiError
            If the engine cannot be imported.
        """
        worker = self._running()
        # Needed to unpickle a WCS. Imported while the process imports the engine, so that no image waits for it.
        import_module(_TRANSFORMS)
        answer = worker.ask(Order.INFO)
        if isinstance(answer, EngineInfo):
            return answer
        self.close()
        raise answer if isinstance(answer, WfsguiError) else AssertionError("the answer is information, or an error")

    def advance(self, request: AdvanceRequest, emit: Callable[[Event], None], cancel: CancelFlag) -> EndEvent:
        """Run the next steps of one product; see `wfsgui.gui.engine_api.Engine.advance`."""
        return self._running().work(request, emit, cancel)

    def references(self, product: Product) -> Mapping[str, str]:
        """Look up which reference files a run of a product would use; nothing is fetched.

        Parameters
        ----------
        product : Product
            The product.

        Returns
        -------
        mapping of str to str
            See `wfsgui.pipeline.chain.reference_lookup.FoundReferences.places`.

        Raises
        ------
        WfsguiError
            If CRDS does not answer, or the exposure cannot be read.
        """
        answer = self._running().ask(ReferenceQuestion(product.science.path))
        if isinstance(answer, dict):
            return answer
        raise answer if isinstance(answer, WfsguiError) else AssertionError("references are places, or an error")

    def parameter_file(self, path: Path) -> ParameterFile:
        """Read and check a parameter file.

        Parameters
        ----------
        path : Path
            The file, absolute.

        Returns
        -------
        ParameterFile
            What it sets.

        Raises
        ------
        WfsguiError
            If it cannot be used.
        """
        answer = self._running().ask(ParameterFileQuestion(path))
        if isinstance(answer, ParameterFile):
            return answer
        raise answer if isinstance(answer, WfsguiError) else AssertionError("the answer is the file, or an error")

    def forecast(self, request: CombinationRequest) -> CombinationForecast:
        """Run jwst's ``WfsCombineStep`` on two results; see `wfsgui.pipeline.runs.forecast.forecast_combination`.

        Parameters
        ----------
        request : CombinationRequest
            The files.

        Returns
        -------
        CombinationForecast
            The combined image, mapped from files in the folder of the request, and what the step did.

        Raises
        ------
        WfsguiError
            If the files cannot be combined, or the images cannot be passed on.
        """
        answer = self._running().ask(request)
        if isinstance(answer, WfsguiError):
            raise answer
        if not isinstance(answer, StoredForecast):
            raise AssertionError("the answer is a forecast, or an error")
        try:
            return CombinationForecast(answer.image.mapped(), answer.record)
        except (OSError, ValueError) as error:
            raise WfsguiError(f"The forecast could not be read from {request.folder} ({error}); try again.") from error

    def release(self, key: str) -> None:
        """Close the product of a key, if there is one."""
        if self._worker is not None:
            self._worker.release(key)

    def close(self) -> None:
        """Close all products and end the process."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def _running(self) -> WorkerProcess:
        if self._worker is not None and not self._worker.is_alive:
            self.close()
        if self._worker is None:
            self._worker = WorkerProcess(low_priority=True)
        return self._worker
