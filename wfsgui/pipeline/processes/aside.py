"""Questions that must not wait for runs, each in a process of its own. Imports no jwst: only these processes do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.queries import Query
from wfsgui.core.model.requests import CancelFlag
from wfsgui.pipeline.processes.worker_process import WorkerProcess

__all__ = ["AsideProcesses"]

T = TypeVar("T")


class AsideProcesses:
    """Answer queries beside the runs. Several threads may use it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._stops: list[_Stop] = []
        self._is_held = False

    def ask(self, query: Query[T], cancel: CancelFlag) -> T:
        """Answer a query; see `wfsgui.gui.engine_api.Engine.ask_aside`."""
        stop = _Stop(cancel)
        with self._changed:
            self._changed.wait_for(lambda: not self._is_held)
            self._stops.append(stop)
        try:
            answer: Any = _ask(query, stop)
        finally:
            with self._changed:
                self._stops.remove(stop)
                self._changed.notify_all()
        if isinstance(answer, WfsguiError):
            raise answer
        found: T = answer
        return found

    @contextmanager
    def held(self) -> Iterator[None]:
        """Stop all processes, and start no other one as long as this lasts."""
        with self._changed:
            self._is_held = True
            for stop in self._stops:
                stop.is_wanted = True
            self._changed.wait_for(lambda: not self._stops)
        try:
            yield
        finally:
            with self._changed:
                self._is_held = False
                self._changed.notify_all()


class _Stop:
    """Cancel flag of the caller and of `held`."""

    def __init__(self, cancel: CancelFlag) -> None:
        self._cancel = cancel
        self.is_wanted = False

    def is_set(self) -> bool:
        """Whether one of them asks for a stop."""
        return self.is_wanted or self._cancel.is_set()


def _ask(query: Query[Any], stop: _Stop) -> object:
    process = WorkerProcess(low_priority=True)
    try:
        return process.ask(query, stop)
    finally:
        process.close()
