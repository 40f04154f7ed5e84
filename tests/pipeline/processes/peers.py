"""Workers without an engine for tests of `WorkerProcess`, some of which answer incorrectly."""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing.connection import Connection

from wfsgui.core.model.events import (
    ProductFinished,
    ProductResult,
    ProductState,
    RunCancelled,
    RunFinished,
    StepStarted,
)
from wfsgui.core.model.requests import AdvanceRequest, RunRequest
from wfsgui.pipeline.processes.messages import Answer, Inbox, Order, Question, Stop


def _serve(connection: Connection, answer: Callable[[Connection, Inbox, int, str], None]) -> None:
    inbox = Inbox(connection)
    while (message := inbox.next()) is not Order.END:
        if isinstance(message, Question):
            match message.content:
                case AdvanceRequest(product=product):
                    answer(connection, inbox, message.number, product.name)
                case RunRequest(products=(product,)):
                    answer(connection, inbox, message.number, product.name)
                case _:
                    connection.send(Answer(message.number, None))


def _tell_all(connection: Connection, number: int, name: str, told: str | None = None) -> None:
    result = ProductResult(name, ProductState.DONE, 1.0)
    for event in (StepStarted(told or name, "photom"), ProductFinished(result), RunFinished((result,))):
        connection.send(Answer(number, event))


def as_it_should(connection: Connection, *, low_priority: bool) -> None:
    """Tell a run."""
    del low_priority
    _serve(connection, lambda connection, _inbox, number, name: _tell_all(connection, number, name))


def of_another_request(connection: Connection, *, low_priority: bool) -> None:
    """Tell a run as that of the request before."""
    del low_priority
    _serve(connection, lambda connection, _inbox, number, name: _tell_all(connection, number - 1, name))


def of_another_product(connection: Connection, *, low_priority: bool) -> None:
    """Tell a step of another product."""
    del low_priority
    _serve(connection, lambda connection, _inbox, number, name: _tell_all(connection, number, name, "another"))


def what_cannot_be_unpickled(connection: Connection, *, low_priority: bool) -> None:
    """Answer with bytes that are no message."""
    del low_priority
    _serve(connection, lambda connection, _inbox, _number, _name: connection.send_bytes(b"?"))


def no_event(connection: Connection, *, low_priority: bool) -> None:
    """Answer with a text."""
    del low_priority
    _serve(connection, lambda connection, _inbox, number, _name: connection.send(Answer(number, "hello")))


def dies_before_the_end_event(connection: Connection, *, low_priority: bool) -> None:
    """Tell the result, and no more."""
    del low_priority

    def answer(connection: Connection, _inbox: Inbox, number: int, name: str) -> None:
        connection.send(Answer(number, ProductFinished(ProductResult(name, ProductState.DONE, 1.0))))
        os._exit(3)

    _serve(connection, answer)


def stops_when_asked(connection: Connection, *, low_priority: bool) -> None:
    """Tell that a step begins, and wait to be stopped."""
    del low_priority

    def answer(connection: Connection, inbox: Inbox, number: int, name: str) -> None:
        connection.send(Answer(number, StepStarted(name, "photom")))
        while inbox.next() != Stop(number):
            pass
        result = ProductResult(name, ProductState.CANCELLED, 1.0)
        for event in (ProductFinished(result), RunCancelled((result,))):
            connection.send(Answer(number, event))

    _serve(connection, answer)


def dies(connection: Connection, *, low_priority: bool) -> None:
    """Answer nothing."""
    del low_priority
    connection.recv()
    os._exit(3)
