"""Answers are assigned to their questions; a process whose answer is wrong is ended."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.gui import fakes
from tests.pipeline.processes import peers
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.events import (
    EndEvent,
    Event,
    ProductFinished,
    ProductState,
    RunCancelled,
    RunFailed,
    RunFinished,
    StepStarted,
)
from wfsgui.core.model.queries import ReferencesQuery
from wfsgui.core.model.requests import AdvanceRequest, RunRequest, RunShare, StepOptions
from wfsgui.core.pair.forecast import CombinationRequest
from wfsgui.pipeline.processes.messages import Inbox, Order, Question, Release, Stop
from wfsgui.pipeline.processes.pool import WorkerPool
from wfsgui.pipeline.processes.stepwise_process import StepwiseProcess

Peer = Callable[..., None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Peer], None]:
    """Choose how processes that are started from now on answer."""
    return lambda peer: monkeypatch.setattr("wfsgui.pipeline.processes.worker_process.serve", peer)


@pytest.fixture
def engine() -> Iterator[StepwiseProcess]:
    made = StepwiseProcess()
    yield made
    made.close()


def advance(
    engine: StepwiseProcess,
    folder: Path,
    name: str = "a",
    emit: Callable[[Event], None] | None = None,
    cancel: threading.Event | None = None,
) -> tuple[EndEvent, list[Event]]:
    events: list[Event] = []

    def take(event: Event) -> None:
        events.append(event)
        if emit is not None:
            emit(event)

    request = AdvanceRequest(key=name, product=fakes.product(name), result_dir=folder)
    return engine.advance(request, take, cancel or threading.Event()), events


def workers() -> set[int | None]:
    return {each.pid for each in multiprocessing.active_children() if each.name == "wfsgui worker"}


@pytest.mark.parametrize(
    ("peer", "said"),
    [
        (peers.of_another_request, "it answered another question"),
        (peers.of_another_product, "it sent an event of another"),
        (peers.what_cannot_be_unpickled, "cannot be used"),
        (peers.no_event, "it sent no event"),
    ],
)
def test_wrong_answer_fails_its_product_and_the_process_is_replaced(
    engine: StepwiseProcess, answer: Callable[[Peer], None], tmp_path: Path, peer: Peer, said: str
) -> None:
    answer(peer)
    end, events = advance(engine, tmp_path)
    assert isinstance(end, RunFailed)
    assert said in end.message
    assert events == [ProductFinished(end.results[0]), end]
    assert end.results[0].error == end.message
    assert workers() == set()
    answer(peers.as_it_should)
    end, events = advance(engine, tmp_path, "b")
    assert isinstance(end, RunFinished)
    assert [result.name for result in end.results] == ["b"]
    assert events[0] == StepStarted("b", "photom")


@pytest.mark.parametrize("kind", [StepStarted, ProductFinished])
def test_error_in_emit_fails_the_product_and_the_process_is_replaced(
    engine: StepwiseProcess, answer: Callable[[Peer], None], tmp_path: Path, kind: type[Event]
) -> None:
    failures = [MemoryError()]

    def fail(event: Event) -> None:
        if isinstance(event, kind) and failures:
            raise failures.pop()

    answer(peers.as_it_should)
    first, events = advance(engine, tmp_path, emit=fail)
    (before,) = first.results
    # A result that is there is not lost.
    assert before.state is (ProductState.FAILED if kind is StepStarted else ProductState.DONE)
    assert events[-2:] == [ProductFinished(before), first]
    assert workers() == set()
    end, events = advance(engine, tmp_path, "b")
    assert isinstance(end, RunFinished)
    assert {result.name for result in end.results} == {"b"}


def test_reported_result_is_kept_if_the_process_dies_before_the_end_event(
    engine: StepwiseProcess, answer: Callable[[Peer], None], tmp_path: Path
) -> None:
    answer(peers.dies_before_the_end_event)
    end, events = advance(engine, tmp_path)
    assert isinstance(end, RunFinished)
    assert events == [ProductFinished(end.results[0]), end]
    assert end.results[0].state is ProductState.DONE


def test_interrupted_request_is_not_answered_later(
    engine: StepwiseProcess, answer: Callable[[Peer], None], tmp_path: Path
) -> None:
    def interrupt(_event: Event) -> None:
        raise KeyboardInterrupt

    answer(peers.as_it_should)
    with pytest.raises(KeyboardInterrupt):
        advance(engine, tmp_path, emit=interrupt)
    assert workers() == set()


def test_stop_is_for_the_current_request_only(
    engine: StepwiseProcess, answer: Callable[[Peer], None], tmp_path: Path
) -> None:
    cancel = threading.Event()
    answer(peers.stops_when_asked)
    for name in ("a", "b"):
        end, _ = advance(engine, tmp_path, name, emit=lambda _event: cancel.set(), cancel=cancel)
        assert isinstance(end, RunCancelled)
        cancel.clear()


@pytest.fixture
def pipe() -> Iterator[tuple[Connection, Inbox]]:
    sender, receiver = multiprocessing.Pipe()
    with sender, receiver:
        yield sender, Inbox(receiver)


def test_stop_is_found_and_other_messages_are_kept(pipe: tuple[Connection, Inbox]) -> None:
    sender, inbox = pipe
    messages = [Stop(1), Release("a"), Question(3, StepOptions()), Stop(2), Order.END]
    for message in messages:
        sender.send(message)
    assert inbox.asks_to_stop(2)
    assert not inbox.asks_to_stop(2)
    assert [inbox.next() for _ in range(4)] == [Stop(1), Release("a"), Question(3, StepOptions()), Order.END]


def test_death_of_the_process_during_a_look_up_is_reported_as_such(
    answer: Callable[[Peer], None], engine: StepwiseProcess
) -> None:
    answer(peers.dies)
    with pytest.raises(WfsguiError, match=r"ended unexpectedly \(exit status 3\); try again"):
        engine.ask(ReferencesQuery(fakes.product()))
    assert workers() == set()


def test_death_of_the_process_during_a_forecast_is_reported_as_such(
    answer: Callable[[Peer], None], engine: StepwiseProcess, tmp_path: Path
) -> None:
    answer(peers.dies)
    with pytest.raises(WfsguiError, match=r"ended unexpectedly \(exit status 3\); try again"):
        engine.ask(CombinationRequest(first=tmp_path / "a", second=tmp_path / "b", folder=tmp_path))
    assert workers() == set()


class TestPool:
    """Processes side by side."""

    @pytest.fixture
    def part(self, tmp_path: Path) -> RunRequest:
        share = RunShare(folder=tmp_path, inputs=frozenset(), one_folder=False, backgrounds=frozenset())
        return RunRequest(products=(fakes.product("a"),), output_dir=tmp_path, share=share)

    def test_processes_are_ended_after_their_current_work(
        self, answer: Callable[[Peer], None], part: RunRequest
    ) -> None:
        answer(peers.as_it_should)
        pool = WorkerPool()
        closing = threading.Thread(target=pool.close)

        def close(event: Event) -> None:
            if isinstance(event, StepStarted):
                closing.start()

        end = pool.calibrate(part, close, threading.Event())
        closing.join()
        assert isinstance(end, RunFinished)
        assert workers() == set()
        with pytest.raises(WfsguiError, match="have been ended"):
            pool.calibrate(part, print, threading.Event())

    def test_terminated_work_is_cancelled(self, answer: Callable[[Peer], None], part: RunRequest) -> None:
        answer(peers.stops_when_asked)
        pool = WorkerPool()
        end = pool.calibrate(part, lambda _event: pool.terminate(), threading.Event())
        assert isinstance(end, RunCancelled)
        pool.close()

    def test_process_that_does_not_answer_is_replaced(self, answer: Callable[[Peer], None], part: RunRequest) -> None:
        answer(peers.dies)
        pool = WorkerPool()
        with pytest.raises(WfsguiError, match="exit status 3"):
            pool.check(StepOptions())
        assert workers() == set()
        answer(peers.as_it_should)
        assert isinstance(pool.calibrate(part, lambda _event: None, threading.Event()), RunFinished)
        pool.close()
