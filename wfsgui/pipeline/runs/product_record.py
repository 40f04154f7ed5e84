"""Record of what happened to each product of a run, and the end event made from these records."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Container, Sequence
from pathlib import Path

from wfsgui.core.model.events import (
    EndEvent,
    Event,
    ExposureOpened,
    ProductFinished,
    ProductResult,
    ProductState,
    RunCancelled,
    RunFailed,
    RunFinished,
    StepFinished,
)
from wfsgui.core.model.product import Product
from wfsgui.pipeline.chain.error_messages import explain

__all__ = ["ProductRecord", "Results", "end_of", "end_once"]

log = logging.getLogger(__name__)


class ProductRecord:
    """Files, warnings and working time of a product until it ends.

    Parameters
    ----------
    product : Product
        The product.
    """

    def __init__(self, product: Product) -> None:
        self._name = product.name
        self._start = time.perf_counter()
        self._worked = 0.0
        self._context = ""
        self._saved: list[Path] = []
        self._warnings: dict[str, tuple[str, ...]] = {}
        self._alarms: dict[str, str] = {}
        self._notices: list[str] = []

    def resumed(self) -> None:
        """Continue after a pause, which does not count as working time."""
        self._start = time.perf_counter() - self._worked
        self._saved.clear()
        self._notices.clear()

    def opened(self, event: ExposureOpened) -> None:
        """Record that the exposure is open."""
        self._context = event.context

    def finished(self, event: StepFinished) -> None:
        """Record files and warnings of a step; those of a repeated step replace the earlier ones."""
        self._saved.extend(event.saved)
        self._warnings[event.step] = event.warnings
        self._alarms[event.step] = event.alarm

    def taken_back(self, kept: Container[str]) -> None:
        """Delete the warnings of all steps but those in `kept`."""
        self._warnings = {step: texts for step, texts in self._warnings.items() if step in kept}
        self._alarms = {step: text for step, text in self._alarms.items() if step in kept}

    def notice(self, sentence: str) -> None:
        """Record a notice for the analyst on this call."""
        self._notices.append(sentence)

    def saved(self, paths: tuple[Path, ...]) -> None:
        """Record files that were written."""
        self._saved.extend(paths)

    def result(self, state: ProductState | None = None, error: str = "") -> ProductResult:
        """Return the result; without a state it is that of a product whose steps have all been run."""
        self._worked = time.perf_counter() - self._start
        warnings = tuple(f"{step}: {text}" for step, texts in self._warnings.items() for text in texts)
        return ProductResult(
            name=self._name,
            state=state or (ProductState.WARNED if warnings else ProductState.DONE),
            elapsed=self._worked,
            saved=tuple(self._saved),
            context=self._context,
            warnings=warnings,
            error=error,
            alarm=next((f"{step}: {text}" for step, text in self._alarms.items() if text), ""),
            notices=tuple(self._notices),
        )


class Results:
    """Results of a run: one for each requested product, in the order of the request.

    Parameters
    ----------
    products : sequence of Product
        All requested products. They are identified by their index, because names may occur twice.
    emit : callable
        Receives a `ProductFinished` for each product.
    """

    def __init__(self, products: Sequence[Product], emit: Callable[[Event], None]) -> None:
        self._names = tuple(product.name for product in products)
        self._emit = emit
        self._results: dict[int, ProductResult] = {}
        self._reported: set[int] = set()

    @property
    def recorded(self) -> tuple[ProductResult, ...]:
        """The results recorded so far."""
        return tuple(self._results[number] for number in sorted(self._results))

    def record(self, number: int, result: ProductResult) -> None:
        """Record the result of a product, by its index in the request, without an event."""
        self._results[number] = result

    def report(self, number: int) -> None:
        """Emit the result of a product, by its index in the request, if it has not been emitted."""
        if number not in self._reported:
            self._emit(ProductFinished(self._results[number]))
            self._reported.add(number)

    def add(self, number: int, result: ProductResult) -> None:
        """Record and emit the result of a product, by its index in the request."""
        self.record(number, result)
        self.report(number)

    def complete(self, state: ProductState, error: str = "") -> tuple[ProductResult, ...]:
        """Record the same result for every product that has none.

        Parameters
        ----------
        state : ProductState
            The state of these products.
        error : str, optional
            The reason, one sentence.

        Returns
        -------
        tuple of ProductResult
            The results of all requested products.
        """
        for number, name in enumerate(self._names):
            self._results.setdefault(number, ProductResult(name, state, 0.0, error=error))
        return self.recorded

    def report_rest(self) -> None:
        """Emit all results that have not been emitted."""
        for number in sorted(self._results):
            self.report(number)


def end_once(products: Sequence[Product], work: Callable[[Results], None], emit: Callable[[Event], None]) -> EndEvent:
    """Do the work of a run, and emit exactly one end event, whatever is raised.

    The end event contains a result for every requested product; each result has been emitted before. Products without
    a result are CANCELLED, or FAILED if the run failed. So the end is `RunFinished` only if all products ended well.

    Parameters
    ----------
    products : sequence of Product
        All requested products.
    work : callable
        ``work(results)``: the work; adds the result of each product.
    emit : callable
        Receives the missing results and the end event.

    Returns
    -------
    RunFinished or RunFailed or RunCancelled
        The end event, which has been emitted.

    Raises
    ------
    KeyboardInterrupt
        If the work is interrupted by one; the end event has been emitted.
    """
    results = Results(products, emit)
    end: EndEvent | None = None
    try:
        work(results)
        end = end_of(results.complete(ProductState.CANCELLED))
    except KeyboardInterrupt:
        end = RunCancelled(results.complete(ProductState.CANCELLED))
        raise
    except (Exception, SystemExit) as error:
        log.exception("The run failed.")
        end = _failed(results, explain(error, "the run"))
    finally:
        if end is None:
            end = _failed(results, "The run was interrupted; results that were finished are on disk.")
        try:
            results.report_rest()
        finally:
            emit(end)
    return end


def _failed(results: Results, message: str) -> RunFailed:
    return RunFailed(results.complete(ProductState.FAILED, message), message)


def end_of(results: tuple[ProductResult, ...]) -> EndEvent:
    """Make the end event of a run.

    Parameters
    ----------
    results : tuple of ProductResult
        The results of all requested products.

    Returns
    -------
    RunFinished or RunFailed or RunCancelled
        The end event.
    """
    if any(result.state is ProductState.CANCELLED for result in results):
        return RunCancelled(results)
    failed = [result for result in results if result.state is ProductState.FAILED]
    if not failed:
        return RunFinished(results)
    if len(results) == 1:
        return RunFailed(results, failed[0].error)
    return RunFailed(results, f"{len(failed)} of {len(results)} products failed; the first: {failed[0].error}")
