"""Every requested product has a result, and the end event agrees with the results."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.gui import fakes
from wfsgui.core.model.events import (
    Event,
    ProductFinished,
    ProductResult,
    ProductState,
    RunCancelled,
    RunFailed,
    RunFinished,
)
from wfsgui.pipeline.runs.product_record import Results, end_once

PRODUCTS = tuple(fakes.product(name) for name in ("a", "b", "b"))
DONE, FAILED, CANCELLED = ProductState.DONE, ProductState.FAILED, ProductState.CANCELLED


def result(number: int, state: ProductState = DONE) -> ProductResult:
    return ProductResult(PRODUCTS[number].name, state, 1.0, error="It failed." if state is FAILED else "")


def told(events: list[Event]) -> list[ProductResult]:
    return [event.result for event in events if isinstance(event, ProductFinished)]


def broken_off(error: BaseException) -> Callable[[Results], None]:
    """Make work that ends one product and is broken off."""

    def work(results: Results) -> None:
        results.add(1, result(1))
        raise error

    return work


def test_a_run_that_has_a_good_result_for_every_product_is_finished() -> None:
    events: list[Event] = []

    def work(results: Results) -> None:
        for number in (2, 0, 1):
            results.add(number, result(number))

    end = end_once(PRODUCTS, work, events.append)
    assert end == RunFinished((result(0), result(1), result(2)))
    assert events == [*(ProductFinished(result(number)) for number in (2, 0, 1)), end]


def test_product_without_result_is_cancelled() -> None:
    events: list[Event] = []
    end = end_once(PRODUCTS, lambda results: results.add(0, result(0)), events.append)
    assert isinstance(end, RunCancelled)
    assert [each.state for each in end.results] == [DONE, CANCELLED, CANCELLED]
    assert tuple(told(events)) == end.results
    assert events[-1] is end


@pytest.mark.parametrize("error", [ZeroDivisionError("oops"), SystemExit(1), MemoryError()])
def test_an_unexpected_error_fails_every_product_that_has_no_result(error: BaseException) -> None:
    events: list[Event] = []
    end = end_once(PRODUCTS, broken_off(error), events.append)
    assert isinstance(end, RunFailed)
    assert [each.state for each in end.results] == [FAILED, DONE, FAILED]
    assert {each.error for each in end.results} == {end.message, ""}
    assert told(events) == [end.results[1], end.results[0], end.results[2]]


def test_a_keyboard_interrupt_cancels_every_product_that_has_no_result() -> None:
    events: list[Event] = []
    with pytest.raises(KeyboardInterrupt):
        end_once(PRODUCTS, broken_off(KeyboardInterrupt()), events.append)
    end = events[-1]
    assert isinstance(end, RunCancelled)
    assert [each.state for each in end.results] == [CANCELLED, DONE, CANCELLED]
    assert len(told(events)) == 3


def test_refused_result_is_emitted_again() -> None:
    events: list[Event] = []
    failing = [ProductFinished(result(0))]

    def emit(event: Event) -> None:
        if event in failing:
            failing.remove(event)
            raise OSError("pipe")
        events.append(event)

    end = end_once(PRODUCTS, lambda results: results.add(0, result(0)), emit)
    assert isinstance(end, RunFailed)
    assert end.results[0] == result(0)
    assert tuple(told(events)) == end.results


def test_end_event_is_emitted_if_results_are_refused() -> None:
    ends: list[Event] = []

    def emit(event: Event) -> None:
        if isinstance(event, ProductFinished):
            raise OSError("pipe")
        ends.append(event)

    with pytest.raises(OSError, match="pipe"):
        end_once(PRODUCTS, lambda results: results.add(0, result(0)), emit)
    (end,) = ends
    assert isinstance(end, RunFailed)
    assert [each.state for each in end.results] == [DONE, FAILED, FAILED]
