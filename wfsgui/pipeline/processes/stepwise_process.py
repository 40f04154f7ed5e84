"""A bench in a process of its own. Imports no jwst: only that process does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.frame_transfer import ImageReceiver
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import EndEvent, Event
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import AdvanceRequest, CancelFlag
from wfsgui.pipeline.processes.messages import Order, ReferenceQuestion
from wfsgui.pipeline.processes.worker_process import WorkerProcess

__all__ = ["StepwiseProcess"]

_TRANSFORMS: Final = "gwcs.geometry"


class StepwiseProcess:
    """Take products along the chain in another process, and keep them there. One call at a time.

    The chain holds the interpreter for tenths of a second at a time: in the window's own process nothing else would
    move meanwhile. A process that has died is started again, with nothing kept.
    """

    def __init__(self) -> None:
        self._worker: WorkerProcess | None = None
        # Frames share planes from request to request.
        self._images = ImageReceiver()

    def load(self) -> EngineInfo:
        """Start the process and have the engine imported.

        Returns
        -------
        EngineInfo
            What is known of the engine.

        Raises
        ------
        WfsguiError
            If that cannot be done.
        """
        worker = self._running()
        # What a WCS is made of when it comes from there: imported while that process does so, it delays no image.
        import_module(_TRANSFORMS)
        answer = worker.ask(Order.FACTS)
        if isinstance(answer, EngineInfo):
            return answer
        self.close()
        raise answer if isinstance(answer, WfsguiError) else AssertionError("facts are facts, or an error")

    def advance(self, request: AdvanceRequest, emit: Callable[[Event], None], cancel: CancelFlag) -> EndEvent:
        """Take one product further along the chain, see `wfsgui.pipeline.runs.stepwise.StepwiseEngine.advance`.

        Parameters
        ----------
        request : AdvanceRequest
            What to do.
        emit : callable
            Receives every `Event`, in this thread, in order; the last is the end event, always.
        cancel : CancelFlag
            Looked at before each step; what has been run until then is kept.

        Returns
        -------
        RunFinished or RunFailed or RunCancelled
            The end event, which has been emitted.
        """
        worker = self._running()
        end = worker.work(request, self._images, emit, cancel)
        if request.until is None:
            self._images = ImageReceiver()
        return end

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

    def release(self, key: str) -> None:
        """Forget a product, if it is there.

        Parameters
        ----------
        key : str
            Its key.
        """
        if self._worker is not None:
            self._worker.release(key)

    def close(self) -> None:
        """Forget every product and end the process."""
        worker, self._worker = self._worker, None
        self._images = ImageReceiver()
        if worker is not None:
            worker.close()

    def _running(self) -> WorkerProcess:
        if self._worker is not None and not self._worker.is_alive:
            self.close()
        if self._worker is None:
            self._worker = WorkerProcess(gives_way=True)
        return self._worker
