"""An average of backgrounds that stands in for them leaves the same bits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from jwst.background import BackgroundStep
from stdatamodels.jwst import datamodels

from tests.exposures import small, write_association, write_small
from wfsgui.core.intake import take_in
from wfsgui.core.product import Product
from wfsgui.pipeline import backgrounds
from wfsgui.pipeline.backgrounds import BackgroundAverages

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


def subtracted(product: Product, instead: list[datamodels.ImageModel] | None, **parameters: float) -> tuple[bytes, ...]:
    with datamodels.open(product.science.path) as model:
        names = [str(path) for path in product.background_paths]
        result = BackgroundStep(**parameters).process(model, instead or names)
        return tuple(getattr(result, name).tobytes() for name in ("data", "err", "dq", "var_poisson", "var_rnoise"))


@pytest.mark.parametrize("parameters", [{}, {"sigma": 0.9, "maxiters": 1}])
def test_the_bits_are_those_of_the_backgrounds(product: Product, parameters: dict[str, float]) -> None:
    averages = BackgroundAverages()
    with datamodels.open(product.science.path) as model:
        for _ in range(2):
            instead = averages.stand_in(BackgroundStep(**parameters), model, product)
            assert subtracted(product, instead, **parameters) == subtracted(product, None, **parameters)


def test_it_is_made_once(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    averages = BackgroundAverages()
    with datamodels.open(product.science.path) as model:
        averages.stand_in(BackgroundStep(), model, product)
        monkeypatch.setattr(backgrounds, "average_background", pytest.fail)
        averages.stand_in(BackgroundStep(), model, product)


def test_it_is_made_anew_with_other_parameters_and_other_files(product: Product) -> None:
    averages = BackgroundAverages()
    with datamodels.open(product.science.path) as model:
        averages.stand_in(BackgroundStep(), model, product)
        clipped = averages.stand_in(BackgroundStep(sigma=0.9), model, product)
        assert subtracted(product, clipped) == subtracted(product, None, sigma=0.9)
        with fits.open(product.background_paths[0], mode="update") as hdus:
            hdus["SCI"].data += 100
        changed = averages.stand_in(BackgroundStep(sigma=0.9), model, product)
        assert subtracted(product, changed) == subtracted(product, None, sigma=0.9)


def test_processes_exchange_it(product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = BackgroundAverages(), BackgroundAverages()
    ours.folder = theirs.folder = tmp_path
    with datamodels.open(product.science.path) as model:
        ours.stand_in(BackgroundStep(), model, product)
        monkeypatch.setattr(backgrounds, "average_background", pytest.fail)
        assert subtracted(product, theirs.stand_in(BackgroundStep(), model, product)) == subtracted(product, None)


def test_where_it_cannot_be_exchanged_it_is_used_all_the_same(product: Product, tmp_path: Path) -> None:
    averages = BackgroundAverages()
    averages.folder = tmp_path / "is not there"
    with datamodels.open(product.science.path) as model:
        instead = averages.stand_in(BackgroundStep(), model, product)
    assert subtracted(product, instead) == subtracted(product, None)
