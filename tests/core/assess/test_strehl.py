"""Strehl ratio, and the model star with which the peak is compared."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.core.assess.stars import TELESCOPE, Scene, image_of, model, request
from tests.core.visit.exposures import exposure
from wfsgui.core.assess.assess import assess_exposure, with_strehl_ratio
from wfsgui.core.assess.regions import find_regions
from wfsgui.core.assess.results import Quantity
from wfsgui.core.assess.strehl import awaits_model, measure_strehl
from wfsgui.core.image.sampling import windowed
from wfsgui.core.model.step_image import StepImage
from wfsgui.demo.visit.model_star import model_star, perfect_telescope


def measured(image: StepImage, lens: str, **changes: object) -> Quantity:
    entry = request(image, lens, **changes)
    (strehl,) = measure_strehl(entry, find_regions(image, entry.product.science.info)).quantities
    return strehl


@pytest.mark.parametrize("place", [(160.0, 160.0), (160.5, 158.5), (148.7, 170.2)])
def test_strehl_ratio_is_that_of_the_model(place: tuple[float, float]) -> None:
    strehl = measured(image_of(Scene("CLEAR", *place)), "CLEAR", model_star=model_star)
    # With the star in the middle of a pixel, that pixel is the peak.
    stamps = [model("CLEAR", replace(TELESCOPE, rms_nm=rms)).at(128.0, 128.0)[0] for rms in (70.0, 0.0)]
    truth = float(stamps[0].max() / stamps[1].max())
    assert 0.9 < truth < 0.99
    assert strehl.value == pytest.approx(truth, abs=0.03)
    assert 0 < strehl.error < 0.03


def test_strehl_ratio_of_the_model_is_1() -> None:
    scene = Scene("CLEAR", 159.7, 160.4)
    stamp, left, low = model("CLEAR", replace(TELESCOPE, rms_nm=0.0)).at(scene.x, scene.y)
    light = windowed(stamp, (-left, -low), scene.shape, 0.0)
    image = replace(image_of(scene), sci=(scene.flux * light + scene.background).astype(np.float32))
    strehl = measured(image, "CLEAR", model_star=model_star)
    assert strehl.value == pytest.approx(1, abs=0.015)


@pytest.mark.parametrize(
    "elements",
    [
        {"instrument": "MIRI", "detector": "MIRIMAGE", "filter": "F560W", "pupil": ""},
        {"instrument": "NIRISS", "detector": "NIS", "filter": "CLEAR", "pupil": "F158M"},
        {"detector": "NRCALONG", "filter": "F480M", "pupil": "CLEAR"},
    ],
)
def test_model_star_is_of_every_instrument(elements: dict[str, Any]) -> None:
    made = model_star(exposure(**elements), 20.3, 30.8)
    assert made is not None
    stamp, left, low = made
    rows, columns = np.indices(stamp.shape)
    assert float((stamp * (columns + left)).sum() / stamp.sum()) == pytest.approx(20.3, abs=0.05)
    assert float((stamp * (rows + low)).sum() / stamp.sum()) == pytest.approx(30.8, abs=0.05)
    assert 0.9 < stamp.sum() <= 1.001


def test_unknown_filter_has_no_model() -> None:
    assert model_star(exposure(filter="F999W"), 20, 30) is None
    assert model_star(exposure(detector="OTHER"), 20, 30) is None
    strehl = measured(image_of(Scene("CLEAR")), "CLEAR", model_star=model_star, filter="F999W")
    assert "no model" in strehl.reason


@pytest.fixture
def no_poppy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hide poppy: an entry of None makes the import fail."""
    monkeypatch.setitem(sys.modules, "poppy", None)
    perfect_telescope.cache_clear()
    yield
    perfect_telescope.cache_clear()


@pytest.mark.usefixtures("no_poppy")
def test_strehl_ratio_without_poppy_has_a_reason() -> None:
    strehl = measured(image_of(Scene("CLEAR")), "CLEAR", model_star=model_star)
    assert not strehl.is_known
    assert "install wfsgui with the extra demo" in strehl.reason


def test_strehl_ratio_without_a_model_has_a_reason() -> None:
    assert "has not been computed" in measured(image_of(Scene("CLEAR")), "CLEAR").reason


@pytest.mark.parametrize("lens", ["CLEAR", "WLP8"])
def test_strehl_ratio_is_added_to_an_assessment_that_was_made_before(lens: str) -> None:
    entry = request(image_of(Scene(lens)), lens)
    before = assess_exposure(entry)
    # A donut has none.
    assert awaits_model(before) == (lens == "CLEAR")
    complete = replace(entry, model_star=model_star)
    after = with_strehl_ratio(before, complete)
    assert not awaits_model(after)
    at_once = assess_exposure(complete)
    assert [each.key for each in after.quantities] == [each.key for each in at_once.quantities]
    for one, other in zip(after.quantities, at_once.quantities, strict=True):
        assert (one.is_known, one.reason) == (other.is_known, other.reason)
        assert one.value == pytest.approx(other.value, nan_ok=True)
    assert after.checks == before.checks
