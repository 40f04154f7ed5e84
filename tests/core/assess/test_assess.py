"""Tests of an assessment: parts that fail one by one, exposures without a star, odd images."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.core.assess.stars import Scene, image_of, request
from wfsgui.core.assess import assess
from wfsgui.core.assess.assess import FIRST_PARTS, PARTS, assess_exposure
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.part import ImagePart, Named, Part, StarPart
from wfsgui.core.assess.results import CheckResult, Level, StarRegions
from wfsgui.core.errors import WfsguiError
from wfsgui.core.regions.shapes import Circle

WHY = "This part cannot be measured; do something."


def failing(_request: AssessInput, _regions: StarRegions) -> Part:
    raise WfsguiError(WHY)


def of_the_image(entry: AssessInput) -> Part:
    return Part(checks=(CheckResult("image", "Image", Level.GOOD, entry.stage, "It is an image."),))


FAILING = StarPart(failing, (Named("number", "A number"),), (Named("check", "A check"),))
OF_IMAGE = ImagePart(of_the_image, (), (Named("image", "Image"),))


def test_part_that_fails_cannot_tell_and_hides_no_other() -> None:
    found = assess_exposure(request(image_of(Scene("WLP8", flux=1e6)), "WLP8"), (FAILING, *PARTS, OF_IMAGE))
    check, number = found.check("check"), found.quantity("number")
    assert check is not None
    assert (check.level, check.finding, check.name) == (Level.CANNOT_TELL, WHY, "A check")
    assert number is not None
    assert (number.is_known, number.reason) == (False, WHY)
    for key in ("sbr", "image"):
        other = found.check(key)
        assert other is not None
        assert other.level is Level.GOOD


def test_image_without_a_star_cannot_tell_but_for_the_image() -> None:
    image = image_of(Scene("WLP8", flux=0))
    found = assess_exposure(request(image, "WLP8"), (*PARTS, OF_IMAGE))
    assert found.regions is None
    check = found.check("sbr")
    assert check is not None
    assert check.level is Level.CANNOT_TELL
    assert "no star" in check.finding
    assert {quantity.key for part in PARTS for quantity in part.quantities} == {each.key for each in found.quantities}
    of_star = [named.key for part in PARTS if isinstance(part, StarPart) for named in part.quantities]
    assert all("no star" in quantity.reason for quantity in found.quantities if quantity.key in of_star)
    assert all(quantity.reason for quantity in found.quantities)
    of_image = found.check("image")
    assert of_image is not None
    assert of_image.level is Level.GOOD


@pytest.mark.parametrize(("lens", "absent"), [("CLEAR", ["outliers"]), ("WLP8", [])])
def test_named_results_are_those_that_are_measured(lens: str, absent: list[str]) -> None:
    entry = request(image_of(Scene(lens)), lens)
    for part in PARTS:
        found = assess_exposure(entry, (part,))
        assert [quantity.key for quantity in found.quantities] == [each.key for each in part.quantities]
        assert [quantity.name for quantity in found.quantities] == [each.name for each in part.quantities]
        assert [check.key for check in found.checks] == [each.key for each in part.checks if each.key not in absent]


def test_first_parts_are_a_part_of_all() -> None:
    entry = request(image_of(Scene("WLP8")), "WLP8")
    first, whole = assess_exposure(entry, FIRST_PARTS), assess_exposure(entry)
    assert first.checks[0] == whole.check("sbr")
    assert set(FIRST_PARTS) < set(PARTS)


def test_other_errors_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> StarRegions:
        raise ZeroDivisionError

    monkeypatch.setattr(assess, "find_regions", broken)
    with pytest.raises(ZeroDivisionError):
        assess_exposure(request(image_of(Scene("WLP8")), "WLP8"))


ODD = {
    "NaN": np.full((200, 200), np.nan),
    "zero": np.zeros((200, 200)),
    "infinite": np.full((64, 64), np.inf),
    "negative": np.full((64, 64), -5.0),
    "one pixel": np.ones((1, 1)),
    "a row": np.ones((1, 90)),
    "8 x 8": np.ones((8, 8)),
    "huge": np.full((64, 64), 3e38),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("lens", ["CLEAR", "WLP8"])
@pytest.mark.parametrize("by_hand", [False, True])
def test_odd_images_cannot_be_assessed(name: str, lens: str, *, by_hand: bool) -> None:
    image = image_of(Scene(lens, shape=ODD[name].shape))
    signal = Circle(3, 3, 2) if by_hand else None
    entry = request(replace(image, sci=ODD[name].astype(np.float32)), lens, signal=signal)
    found = assess_exposure(entry)
    assert found.overall is Level.CANNOT_TELL
    assert not any(quantity.key == "sbr" and quantity.is_known for quantity in found.quantities)


def test_subarray_of_8_pixels_is_assessed() -> None:
    found = assess_exposure(request(image_of(Scene("CLEAR", 3.6, 3.4, shape=(8, 8)))))
    assert found.regions is not None
    for quantity in found.quantities:
        assert quantity.is_known or quantity.reason, quantity.key
