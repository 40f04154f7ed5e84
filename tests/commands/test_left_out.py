"""Output on products that were not opened."""

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


def test_console_names_a_product_that_was_not_opened() -> None:
    stream = io.StringIO()
    with Console(stream, None, verbose=False) as console:
        for event in EVENTS:
            console.write_event(event)
    lines = stream.getvalue().splitlines()
    assert lines[0].startswith("a: NRCA3")
    assert lines[-3:] == ["  done, 1.50 s", "b:", "  cancelled, 0.00 s"]


def test_summary_does_not_mix_steps_of_two_products() -> None:
    summary = Summary()
    # The first product has no result.
    for event in (fakes.opened(LEFT_OUT), fakes.finished(LEFT_OUT, "photom"), *EVENTS):
        summary.add(event)
    content = json.loads(summary.text(None, Intake(), {}))
    assert [product["name"] for product in content["products"]] == ["a", "b"]
    assert [len(product["steps"]) for product in content["products"]] == [1, 0]
