"""An exposure with attached backgrounds gives what the official pipeline makes of the association that is saved."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.exposures import small, write_small
from tests.pipeline.parity_helpers import differences, inside, run_stock
from wfsgui.core.intake.attached_backgrounds import association_text, read_backgrounds, with_backgrounds
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.events import Event
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import RunRequest
from wfsgui.pipeline.runs.batch import run


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


def check_parity(product: Product, tmp_path: Path) -> None:
    events: list[Event] = []
    request = RunRequest(products=(product,), output_dir=tmp_path / "ours", images=False)
    end = run(request, events.append, threading.Event())
    (result,) = end.results[0].saved
    assert product.association is not None
    table = tmp_path / product.association.table
    table.write_text(association_text(product), encoding="utf-8")
    with inside(tmp_path):
        run_stock(table, tmp_path / "stock")
    assert differences(result, tmp_path / "stock" / result.name) == []


def test_result_with_attached_backgrounds_is_that_of_the_saved_association(tmp_path: Path) -> None:
    science, *others = (write_small(tmp_path / f"in {number}", small(exposure=number)) for number in (1, 2, 3))
    (product,) = take_in([science]).products
    check_parity(with_backgrounds(product, read_backgrounds(others)), tmp_path)


def test_result_with_a_larger_background_is_that_of_the_saved_association(tmp_path: Path) -> None:
    science = write_small(tmp_path / "in", small())
    larger = replace(small(exposure=2), subarray="SUB160P", xstart=353, ystart=453, xsize=160, ysize=160)
    background = write_small(tmp_path / "in", larger)
    (product,) = take_in([science]).products
    check_parity(with_backgrounds(product, read_backgrounds([background]), allow_mismatch=True), tmp_path)
