"""Driver that advances one product with a stepwise engine and records the events."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TypeVar

from wfsgui.core.intake.products import take_in
from wfsgui.core.model.events import (
    EndEvent,
    Event,
    LogLine,
    ProductFinished,
    ProductResult,
    ProductState,
    StepFinished,
)
from wfsgui.core.model.requests import AdvanceRequest, Fork, StepOptions
from wfsgui.pipeline.processes.stepwise_process import StepwiseProcess
from wfsgui.pipeline.runs.stepwise import StepwiseEngine

_Kind = TypeVar("_Kind")


class Driver:
    """One product.

    Attributes
    ----------
    events : list of Event
        All events received.
    cancel : threading.Event
        The flag that is given to every call.
    stop_after : str or None
        Step after which to ask for a stop.
    """

    def __init__(
        self,
        given: Path,
        folder: Path,
        engine: StepwiseEngine | StepwiseProcess | None = None,
        *,
        key: str = "",
        fork: Fork | None = None,
    ) -> None:
        (product,) = take_in([given]).products
        self.engine = engine or StepwiseEngine()
        self.folder = folder
        self.key = key or product.name
        self.fork = fork
        self.request = AdvanceRequest(key=self.key, product=product, result_dir=folder)
        self.cancel = threading.Event()
        self.stop_after: str | None = None
        self.events: list[Event] = []
        self._failures: list[tuple[type[Event], BaseException]] = []

    def branch(self, given: Path, name: str, step: str) -> Driver:
        """Return a driver of a branch that leaves this one before a step."""
        fork = Fork(self.key, self.folder, step)
        return Driver(given, self.folder.parent / name, self.engine, key=f"{self.key} {name}", fork=fork)

    @property
    def notices(self) -> tuple[str, ...]:
        """What the last call told besides its result."""
        return self.results[-1].notices

    @property
    def steps(self) -> list[str]:
        """The steps that ended, in order."""
        return [event.step for event in self.finished]

    @property
    def finished(self) -> list[StepFinished]:
        """The `StepFinished` events, in order."""
        return self.all_of(StepFinished)

    @property
    def results(self) -> list[ProductResult]:
        """The result of every call."""
        return [event.result for event in self.all_of(ProductFinished)]

    @property
    def states(self) -> list[ProductState]:
        """The state after every call."""
        return [result.state for result in self.results]

    def all_of(self, kind: type[_Kind]) -> list[_Kind]:
        """Return the events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def advance(self, until: str | None = None, options: StepOptions | None = None, *, redo: bool = False) -> EndEvent:
        """Take the product further."""
        request = AdvanceRequest(
            key=self.key,
            product=self.request.product,
            options=options or StepOptions(),
            until=until,
            redo=redo,
            result_dir=self.folder,
            fork=self.fork,
        )
        end = self.engine.advance(request, self._note, self.cancel)
        assert self.events[-1] is end
        return end

    def told_by(self, until: str | None) -> list[Event]:
        """Take the product further, and return what that told, but for the log."""
        count = len(self.events)
        self.advance(until)
        return [event for event in self.events[count:] if not isinstance(event, LogLine)]

    def fail_once(self, kind: type[Event], error: BaseException) -> None:
        """Do not take the next event of a kind."""
        self._failures.append((kind, error))

    def _note(self, event: Event) -> None:
        if self._failures and isinstance(event, self._failures[0][0]):
            raise self._failures.pop()[1]
        self.events.append(event)
        if isinstance(event, StepFinished) and event.step == self.stop_after:
            self.cancel.set()
