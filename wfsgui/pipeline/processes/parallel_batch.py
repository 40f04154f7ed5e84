"""Run of several products in several processes, whose events come in the order of the products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Protocol

from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import EndEvent, Event, ProductFinished, Progress
from wfsgui.core.model.product import inputs_of, shared_backgrounds
from wfsgui.core.model.requests import CancelFlag, RunRequest, RunShare
from wfsgui.core.model.stages import STEPS, why_not_applicable
from wfsgui.pipeline.processes.pool import WorkerPool
from wfsgui.pipeline.runs.product_record import Results, end_once

__all__ = ["Observer", "run_parallel"]


class Observer(Protocol):
    """Receives the events of products at once, in the order of each product, not of the run."""

    def begin(self, info: EngineInfo) -> None:
        """Receive information on the engine, before the first event."""

    def see(self, number: int, event: Event) -> Event:
        """Receive an event of a product, by its index, in a thread of that product.

        Returns
        -------
        Event
            The event as it is emitted, for example without its image.
        """


def run_parallel(
    request: RunRequest,
    emit: Callable[[Event], None],
    cancel: CancelFlag,
    jobs: int,
    observer: Observer | None = None,
) -> EndEvent:
    """Calibrate the products of a request in several processes.

    Parameters
    ----------
    request : RunRequest
        The request.
    emit : callable
        Receives every `Event`, one at a time but in different threads, in the order of the products. Events of the
        first unfinished product are emitted immediately, those of later products when all products before them have
        ended. `Progress` is always emitted immediately.
    cancel : CancelFlag
        Checked before each step of each product.
    jobs : int
        Number of processes.
    observer : Observer, optional
        Receives the events before they are put in order.

    Returns
    -------
    RunFinished or RunFailed or RunCancelled
        The end event, which has been emitted.

    Raises
    ------
    OptionError
        If the chain does not have an option; no event has been emitted then.
    KeyboardInterrupt
        If the run is interrupted by one; the end event has been emitted.
    """
    pool = WorkerPool()
    try:
        pool.check(request.options)
        if observer is not None:
            observer.begin(pool.info())
        with TemporaryDirectory(prefix="wfsgui-run-") as folder:
            see = observer.see if observer is not None else _unchanged
            work = partial(_calibrate, request, emit, see, cancel, pool, jobs, Path(folder))
            return end_once(request.products, work, emit)
    except KeyboardInterrupt:
        pool.terminate()
        raise
    finally:
        pool.close()


def _calibrate(
    request: RunRequest,
    emit: Callable[[Event], None],
    see: Callable[[int, Event], Event],
    cancel: CancelFlag,
    pool: WorkerPool,
    jobs: int,
    folder: Path,
    results: Results,
) -> None:
    products = request.products
    share = RunShare(
        folder=folder, inputs=inputs_of(products), one_folder=True, backgrounds=shared_backgrounds(products)
    )
    order = _InOrder(emit, results, _count_steps(request))

    def work(number: int) -> None:
        if not cancel.is_set():
            part = replace(request, products=(products[number],), share=share)
            pool.calibrate(part, lambda event: order.receive(number, see(number, event)), cancel)

    with ThreadPoolExecutor(jobs) as threads:
        done = [threads.submit(work, number) for number in range(len(products))]
        try:
            _wait_for(done)
        except BaseException:
            pool.terminate()
            threads.shutdown(cancel_futures=True)
            raise
        finally:
            order.finish()


def _unchanged(_number: int, event: Event) -> Event:
    return event


def _wait_for(done: list[Future[None]]) -> None:
    for future in done:
        future.result()


def _count_steps(request: RunRequest) -> int:
    last = request.options.stop_after
    steps = STEPS[: STEPS.index(last) + 1] if last in STEPS else STEPS
    return sum(not why_not_applicable(step, product) for product in request.products for step in steps)


class _InOrder:
    """Emit events in the order of the products, whatever the order in which they are received."""

    def __init__(self, emit: Callable[[Event], None], results: Results, total: int) -> None:
        self._emit = emit
        self._results = results
        self._total = total
        self._lock = Lock()
        self._front = 0
        self._held: defaultdict[int, list[Event]] = defaultdict(list)
        self._ended: set[int] = set()
        self._steps: dict[int, int] = {}

    def receive(self, number: int, event: Event) -> None:
        """Receive an event of a product, by its index."""
        with self._lock:
            if isinstance(event, ProductFinished):
                # Recorded at once, so that it is not lost if the run fails before it is emitted.
                self._results.record(number, event.result)
            if isinstance(event, Progress):
                self._steps[number] = event.done
                self._emit(Progress(sum(self._steps.values()), self._total))
            elif isinstance(event, EndEvent):
                self._ended.add(number)
                self._advance_front()
            elif number == self._front:
                self._pass_on(number, event)
            else:
                self._held[number].append(event)

    def finish(self) -> None:
        """Emit all events that are held back, at the end of the run."""
        with self._lock:
            for number in sorted(self._held):
                self._pass_on_held(number)

    def _advance_front(self) -> None:
        while self._front in self._ended:
            self._front += 1
            self._pass_on_held(self._front)

    def _pass_on_held(self, number: int) -> None:
        for event in self._held.pop(number, []):
            self._pass_on(number, event)

    def _pass_on(self, number: int, event: Event) -> None:
        if isinstance(event, ProductFinished):
            self._results.report(number)
        else:
            self._emit(event)
