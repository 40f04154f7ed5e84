"""Collection of evidence from the events of a run."""

from __future__ import annotations

import gc
import weakref
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.evidence.makers import CONTEXT, finished, product, star_image
from wfsgui.commands.evidence import EvidenceRun
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.events import (
    Event,
    ExposureOpened,
    ProductFinished,
    ProductResult,
    ProductState,
    Progress,
    RunFinished,
    StepFinished,
    StepStarted,
)
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.step_image import StepImage

STEPS = ("assign_wcs", "flat_field", "photom")


def events_of(product: Product, state: ProductState = ProductState.DONE) -> Iterator[Event]:
    """Yield the events of a product, with an image of its own for each step."""
    yield ExposureOpened(product, STEPS, "jwst_1500.pmap", (), star_image())
    for step in STEPS:
        yield StepStarted(product.name, step)
        yield finished(product, step, star_image(unit="MJy/sr" if step == "photom" else "DN/s"))
    yield ProductFinished(ProductResult(product.name, state, 1.0))


def run_of(folder: Path, *products: Product) -> EvidenceRun:
    run = EvidenceRun(products, StepOptions(), {"CRDS_PATH": "/crds"}, folder, overwrite=False)
    run.begin(CONTEXT.engine)
    return run


def product_in(folder: Path, number: int, *, visit: str = "001") -> Product:
    """Make a product whose file exists."""
    made = product(f"jw99001001{visit}_02101_{number:05d}_nrca1", folder, visit=visit)
    made.science.path.write_bytes(b"rate")
    return made


def test_events_lose_their_images_and_no_image_is_kept_after_the_end(tmp_path: Path) -> None:
    science = product_in(tmp_path, 1)
    run = run_of(tmp_path / "evidence", science)
    images: list[weakref.ref[StepImage]] = []

    def pass_on(event: Event) -> None:
        if isinstance(event, ExposureOpened | StepFinished):
            assert event.image is not None
            images.append(weakref.ref(event.image))
        passed = run.see(0, event)
        assert not isinstance(passed, ExposureOpened | StepFinished) or passed.image is None

    # No variable of this function holds the last event.
    deque(map(pass_on, events_of(science)), maxlen=0)
    gc.collect()
    assert [image() for image in images] == [None] * 4
    run.write((), ())
    assert run.faults == []
    assert len(run.written) == 5


def test_events_of_two_products_may_alternate(tmp_path: Path) -> None:
    products = product_in(tmp_path, 1), product_in(tmp_path, 2)
    run = run_of(tmp_path / "evidence", *products)
    for pair in zip(*map(events_of, products), strict=True):
        for number, event in enumerate(pair):
            run.see(number, event)
    run.see(0, RunFinished(()))
    run.see(1, Progress(1, 2))
    run.write((), ())
    assert run.faults == []
    assert {path.name for path in run.written} >= {"jw99001001001_evidence.html"}


def test_each_visit_has_a_document_of_its_own(tmp_path: Path) -> None:
    products = product_in(tmp_path, 1), product_in(tmp_path, 2, visit="002"), product_in(tmp_path, 3, visit="002")
    run = run_of(tmp_path / "evidence", *products)
    for number, each in enumerate(products):
        for event in events_of(each):
            run.see(number, event)
    run.write((), ())
    names = [path.name for path in run.written if path.suffix == ".pdf"]
    assert names == [f"{products[0].name}_evidence.pdf", "jw99001001002_evidence.pdf"]


def test_cancelled_product_is_left_out_and_told(tmp_path: Path) -> None:
    products = product_in(tmp_path, 1), product_in(tmp_path, 2)
    run = run_of(tmp_path / "evidence", *products)
    for number, state in enumerate((ProductState.DONE, ProductState.CANCELLED)):
        for event in events_of(products[number], state):
            run.see(number, event)
    run.write((), ())
    assert run.notes == [f"{products[1].name} was not calibrated, or could not be measured."]
    assert run.faults == []


def test_existing_files_of_any_visit_are_refused_at_once(tmp_path: Path) -> None:
    products = product_in(tmp_path, 1), product_in(tmp_path, 2, visit="002")
    mine = tmp_path / f"{products[1].name}_evidence.json"
    mine.write_text("mine")
    with pytest.raises(WfsguiError, match="exists and is kept"):
        run_of(tmp_path, *products)


def test_products_of_the_same_name_have_different_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = product_in(tmp_path / "a", 1), product_in(tmp_path / "b", 1)
    run = run_of(tmp_path / "evidence", one, other)
    for number, each in enumerate((one, other)):
        for event in events_of(each):
            run.see(number, event)
    run.write((), ())
    assert run.faults == []
    assert len(run.written) == 5
