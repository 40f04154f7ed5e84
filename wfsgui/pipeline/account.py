"""Keeping account of what happens to a product, and ending exactly once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Container
from pathlib import Path

from wfsgui.core.events import (
    EndEvent,
    Event,
    ExposureOpened,
    ProductResult,
    ProductState,
    RunCancelled,
    RunFailed,
    RunFinished,
    StepFinished,
)
from wfsgui.core.product import Product

__all__ = ["Account", "end_once"]

log = logging.getLogger(__name__)


class Account:
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

    def taken_back(self, kept: Container[str]) -> None:
        """Forget what steps left behind that are not among those in `kept`."""
        self._warnings = {step: texts for step, texts in self._warnings.items() if step in kept}

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
        )


def end_once(work: Callable[[list[ProductResult]], None], emit: Callable[[Event], None]) -> EndEvent:
    """Do the work of a run, and emit its one end event, whatever happens.

    Parameters
    ----------
    work : callable
        ``work(results)``: the work; appends the result of every product to the list.
    emit : callable
        Receives the end event.

    Returns
    -------
    RunFinished or RunFailed or RunCancelled
        The end event, which has been emitted.

    Raises
    ------
    KeyboardInterrupt
        If the work is broken off by one; the end event has been emitted all the same.
    """
    results: list[ProductResult] = []
    end: EndEvent | None = None
    try:
        work(results)
        end = _end(tuple(results))
    except KeyboardInterrupt:
        end = RunCancelled(tuple(results))
        raise
    except (Exception, SystemExit) as error:
        # Imported late: who divides a run among processes has no need of the engine.
        from wfsgui.pipeline.failures import explain

        log.exception("The run failed.")
        end = RunFailed(tuple(results), explain(error, "the run"))
    finally:
        if end is None:
            end = RunFailed(tuple(results), "The run was broken off; what was finished is on disk.")
        emit(end)
    return end


def _end(results: tuple[ProductResult, ...]) -> EndEvent:
    if any(result.state is ProductState.CANCELLED for result in results):
        return RunCancelled(results)
    failed = [result for result in results if result.state is ProductState.FAILED]
    if not failed:
        return RunFinished(results)
    if len(results) == 1:
        return RunFailed(results, failed[0].error)
    return RunFailed(results, f"{len(failed)} of {len(results)} products failed; the first: {failed[0].error}")
