"""What happened to each product of a run, and the one end event that accounts for all of them."""

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

__all__ = ["ProductRecord", "Results", "end_of", "end_once"]

log = logging.getLogger(__name__)


class ProductRecord:
    """Note what happens to a product until it ends.

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

    def resumed(self) -> None:
        """Go on after a pause, which does not count as time of work."""
        self._start = time.perf_counter() - self._worked
        self._saved.clear()

    def opened(self, event: ExposureOpened) -> None:
        """Note that the exposure is open."""
        self._context = event.context

    def finished(self, event: StepFinished) -> None:
        """Note what a step left behind; one that is run again says it anew."""
        self._saved.extend(event.saved)
        self._warnings[event.step] = event.warnings
        self._alarms[event.step] = event.alarm

    def taken_back(self, kept: Container[str]) -> None:
        """Forget what steps left behind that are not among those in `kept`."""
        self._warnings = {step: texts for step, texts in self._warnings.items() if step in kept}
        self._alarms = {step: text for step, text in self._alarms.items() if step in kept}

    def saved(self, paths: tuple[Path, ...]) -> None:
        """Note files that were written."""
        self._saved.extend(paths)

    def result(self, state: ProductState | None = None, error: str = "") -> ProductResult:
        """Close the account; without a state it is that of a product whose steps were all run."""
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
        )


class Results:
    """The results of a run: one for each product that was asked for, in the order of the request.

    Parameters
    ----------
    products : sequence of Product
        Every product that was asked for. Two of them may have the same name: they are told apart by their number.
    emit : callable
        Receives a `ProductFinished` for each.
    """

    def __init__(self, products: Sequence[Product], emit: Callable[[Event], None]) -> None:
        self._names = tuple(product.name for product in products)
        self._emit = emit
        self._results: dict[int, ProductResult] = {}
        self._told: set[int] = set()

    @property
    def noted(self) -> tuple[ProductResult, ...]:
        """The results that are known."""
        return tuple(self._results[number] for number in sorted(self._results))

    def note(self, number: int, result: ProductResult) -> None:
        """Keep the result of a product, by its number in the request, without telling it."""
        self._results[number] = result

    def tell(self, number: int) -> None:
        """Tell the result of a product, by its number in the request, unless that has been done."""
        if number not in self._told:
            self._emit(ProductFinished(self._results[number]))
            self._told.add(number)

    def add(self, number: int, result: ProductResult) -> None:
        """Keep the result of a product, by its number in the request, and tell it."""
        self.note(number, result)
        self.tell(number)

    def complete(self, state: ProductState, error: str = "") -> tuple[ProductResult, ...]:
        """Give every product that has no result this one.

        Parameters
        ----------
        state : ProductState
            How it ended.
        error : str, optional
            Why, one sentence.

        Returns
        -------
        tuple of ProductResult
            The results of all products that were asked for.
        """
        for number, name in enumerate(self._names):
            self._results.setdefault(number, ProductResult(name, state, 0.0, error=error))
        return self.noted

    def tell_rest(self) -> None:
        """Tell the results that have not been told yet."""
        for number in sorted(self._results):
            self.tell(number)


def end_once(products: Sequence[Product], work: Callable[[Results], None], emit: Callable[[Event], None]) -> EndEvent:
    """Do the work of a run, and emit its one end event, whatever happens.

    The end event has a result for every product that was asked for, and each of them has been told. What the work left
    out was cancelled, or failed where the run did; so the end is `RunFinished` only if every product ended well.

    Parameters
    ----------
    products : sequence of Product
        Every product that was asked for.
    work : callable
        ``work(results)``: the work; adds the result of each product.
    emit : callable
        Receives the results of products that the work left out, and the end event.

    Returns
    -------
    RunFinished or RunFailed or RunCancelled
        The end event, which has been emitted.

    Raises
    ------
    KeyboardInterrupt
        If the work is broken off by one; the end event has been emitted all the same.
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
        # Imported late: who divides a run among processes has no need of the engine.
        from wfsgui.pipeline.chain.error_messages import explain

        log.exception("The run failed.")
        end = _failed(results, explain(error, "the run"))
    finally:
        if end is None:
            end = _failed(results, "The run was broken off; what was finished is on disk.")
        try:
            results.tell_rest()
        finally:
            emit(end)
    return end


def _failed(results: Results, message: str) -> RunFailed:
    return RunFailed(results.complete(ProductState.FAILED, message), message)


def end_of(results: tuple[ProductResult, ...]) -> EndEvent:
    """Say how a run ended.

    Parameters
    ----------
    results : tuple of ProductResult
        Those of all products that were asked for.

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
