"""Stepwise engine in another process. Imports no jwst: only that process does."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, TypeVar

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import EndEvent, Event
from wfsgui.core.model.queries import Query
from wfsgui.core.model.requests import AdvanceRequest, CancelFlag
from wfsgui.core.pair.forecast import CombinationForecast
from wfsgui.pipeline.processes.messages import Order, StoredForecast
from wfsgui.pipeline.processes.worker_process import WorkerProcess

__all__ = ["StepwiseProcess"]

_TRANSFORMS: Final = "gwcs.geometry"

T = TypeVar("T")


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

    def ask(self, query: Query[T]) -> T:
        """Answer a query.

        Parameters
        ----------
        query : Query
            The query.

        Returns
        -------
        object
            The answer, of the type that the query says. Images are mapped from files.

        Raises
        ------
        WfsguiError
            If there is no answer: why, in one sentence.
        """
        answer: Any = self._running().ask(query)
        if isinstance(answer, WfsguiError):
            raise answer
        if isinstance(answer, StoredForecast):
            answer = _with_images(answer)
        found: T = answer
        return found

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


def _with_images(stored: StoredForecast) -> CombinationForecast:
    try:
        return CombinationForecast(stored.image.mapped(), stored.record)
    except (OSError, ValueError) as error:
        raise WfsguiError(f"The forecast could not be read from the temporary folder ({error}); try again.") from error
