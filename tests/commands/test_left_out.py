"""A product that was never opened is told under its own name, and not as the end of the one before."""

from __future__ import annotations

import io
import json

from tests.gui import fakes
from wfsgui.commands.console import Console
from wfsgui.commands.summary import Summary
from wfsgui.core.intake.products import Intake
from wfsgui.core.model.events import Event, ProductFinished, ProductResult, ProductState

DONE, LEFT_OUT = fakes.exposure("a"), fakes.exposure("b")
EVENTS: tuple[Event, ...] = (
    fakes.opened(DONE),
    fakes.finished(DONE, "photom"),
    fakes.ended(DONE),
    ProductFinished(ProductResult("b", ProductState.CANCELLED, 0.0)),
)


def test_the_terminal_names_a_product_that_was_left_out() -> None:
    stream = io.StringIO()
    with Console(stream, None, verbose=False) as console:
        for event in EVENTS:
            console.tell(event)
    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("a: NRCA3")
    assert lines[-3:] == ["  done, 1.50 s", "b:", "  cancelled, 0.00 s"]


def test_the_summary_keeps_the_steps_of_one_product_apart_from_those_of_another() -> None:
    summary = Summary()
    # The first one is broken off without a result.
    for event in (fakes.opened(LEFT_OUT), fakes.finished(LEFT_OUT, "photom"), *EVENTS):
        summary.note(event)
    content = json.loads(summary.text(None, Intake(), {}))
    assert [product["name"] for product in content["products"]] == ["a", "b"]
    assert [len(product["steps"]) for product in content["products"]] == [1, 0]
