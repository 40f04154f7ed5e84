"""Subtracting a cached average of backgrounds gives identical results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from jwst.background import BackgroundStep, background_step
from jwst.background.background_sub import average_background, background_sub
from stdatamodels.jwst import datamodels
from stdatamodels.jwst.datamodels import JwstDataModel

from tests.exposures import small, write_association, write_small
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.product import Product
from wfsgui.pipeline.session import background_average as backgrounds
from wfsgui.pipeline.session.background_average import BackgroundAverages

PLANES = ("data", "err", "dq", "var_poisson", "var_rnoise")

ODD = np.array([np.nan, np.inf, -np.inf, -0.0, 0.0, 1e30, -1e-40, 3.4e38], np.float32)


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """Return a product whose backgrounds have pixels of every odd kind, some of them the same in all."""
    science, *sky = (write_small(tmp_path, small(exposure=number)) for number in range(1, 5))
    for number, path in enumerate(sky):
        with fits.open(path, mode="update") as hdus:
            hdus["SCI"].data[0, : ODD.size] = ODD
            hdus["SCI"].data[1, : ODD.size] = np.roll(ODD, number)
    table = write_association(tmp_path / "x_asn.json", {science: sky})
    (product,) = take_in([table]).products
    return product


def subtracted(product: Product, averages: BackgroundAverages | None, **parameters: float) -> dict[str, object]:
    """Subtract a product's backgrounds, by way of averages or as the step itself does; returns all that is left."""
    step = BackgroundStep(**parameters)
    with datamodels.open(product.science.path) as model:
        if averages is not None:
            step = averages.step_for(step, model, product)
        result = step.run(model, [str(path) for path in product.background_paths])
        flat = result.to_flat_dict()
        return {name: flat[name].tobytes() for name in PLANES} | {"status": result.meta.cal_step.bkg_subtract}


@pytest.mark.parametrize("parameters", [{}, {"sigma": 0.9, "maxiters": 1}])
def test_result_equals_that_of_the_step(product: Product, parameters: dict[str, float]) -> None:
    averages = BackgroundAverages()
    stock = subtracted(product, None, **parameters)
    assert stock["status"] == "COMPLETE"
    for each in (product, another(product)):
        assert subtracted(each, averages, **parameters) == stock


def another(product: Product) -> Product:
    """Return another product with the same backgrounds."""
    return replace(product, name=f"{product.name}_2")


def test_average_is_made_once(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    averages = BackgroundAverages()
    subtracted(product, averages)
    monkeypatch.setattr(backgrounds, "average_background", pytest.fail)
    subtracted(another(product), averages)


def test_average_is_made_again_if_a_product_is_run_again(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    averages = BackgroundAverages()
    first = subtracted(product, averages)
    made: list[object] = []

    def make(*arguments: object) -> JwstDataModel:
        made.append(arguments)
        return average_background(*arguments)

    monkeypatch.setattr(backgrounds, "average_background", make)
    assert subtracted(product, averages) == first
    assert len(made) == 1
    subtracted(another(product), averages)
    assert len(made) == 1


def test_average_depends_on_parameters_and_files(product: Product) -> None:
    averages = BackgroundAverages()
    first = subtracted(product, averages)
    clipped = subtracted(product, averages, sigma=0.9)
    assert clipped == subtracted(product, None, sigma=0.9) != first
    with fits.open(product.background_paths[0], mode="update") as hdus:
        hdus["SCI"].data += 100
    changed = subtracted(product, averages, sigma=0.9)
    assert changed == subtracted(product, None, sigma=0.9) != clipped


def test_processes_exchange_the_average(product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = BackgroundAverages(), BackgroundAverages()
    ours.folder = theirs.folder = tmp_path
    mine = subtracted(product, ours)
    subtracted(product, theirs, sigma=0.9)
    monkeypatch.setattr(backgrounds, "average_background", pytest.fail)
    assert subtracted(product, theirs) == mine


def test_average_is_used_if_it_cannot_be_exchanged(product: Product, tmp_path: Path) -> None:
    averages = BackgroundAverages()
    averages.folder = tmp_path / "is not there"
    assert subtracted(product, averages) == subtracted(product, None)


def test_step_runs_itself_if_jwst_does_more(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    """As another version of jwst may, one day."""

    def more(model: JwstDataModel, *arguments: object) -> tuple[JwstDataModel, JwstDataModel]:
        average, result = background_sub(model, *arguments)
        result.err = np.hypot(result.err, average.err)
        return average, result

    for module in (backgrounds, background_step):
        monkeypatch.setattr(module, "background_sub", more)
    assert subtracted(product, BackgroundAverages()) == subtracted(product, None)


def test_skipped_step_makes_no_average(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backgrounds, "average_background", pytest.fail)
    step = BackgroundStep(skip=True)
    with datamodels.open(product.science.path) as model:
        assert BackgroundAverages().step_for(step, model, product) is step
