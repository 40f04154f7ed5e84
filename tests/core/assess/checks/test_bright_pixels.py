"""Tests of outlier pixels in the light, and of the position of a star that has them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.core.assess.stars import Scene, flagged, image_of, request
from wfsgui.core.assess.checks.bright_pixels import OUTLIERS_PART, light_in_outliers
from wfsgui.core.assess.part import Part
from wfsgui.core.assess.regions import find_regions
from wfsgui.core.assess.results import Level
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.step_image import StepImage

DONUT = Scene("WLP8", flux=2e6)
LEFT, LOW = 175, 140


def with_rays(value: float = 2e4) -> StepImage:
    """Add five bright pixels in a row."""
    image = image_of(DONUT)
    image.sci[LOW, LEFT : LEFT + 5] += value
    return image


def measured_in(image: StepImage, lens: str = "WLP8") -> Part:
    asked = request(image, lens)
    return light_in_outliers(asked, find_regions(image, asked.product.science.info))


@pytest.mark.parametrize("lens", ["WLP8", "WLM8"])
@pytest.mark.parametrize(("flux", "noise"), [(2e6, 0.05), (2e4, 0.05), (2e6, 5.0)])
def test_donut_has_no_outlier_pixels(lens: str, flux: float, noise: float) -> None:
    part = measured_in(image_of(Scene(lens, flux=flux, noise=noise)), lens)
    assert part.quantities[0].value == 0
    assert part.checks[0].level is Level.GOOD
    assert part.checks[0].finding == "Outlier pixels in the signal region that no flag leaves out: none."


def test_share_of_outlier_pixels_is_that_of_a_sum_by_hand() -> None:
    image = with_rays()
    regions = find_regions(image, request(image, "WLP8").product.science.info)
    part = measured_in(image)
    background = float(np.median(image.sci[regions.background.mask(DONUT.shape)]))
    light = image.sci.astype(float) - background
    share = 100 * light[LOW, LEFT : LEFT + 5].sum() / light[regions.signal.mask(DONUT.shape)].sum()
    assert part.quantities[0].value == pytest.approx(share, rel=1e-6)
    assert part.checks[0].level is Level.BAD
    assert part.checks[0].finding.startswith("Outlier pixels in the signal region that no flag leaves out: 5, with ")
    assert part.checks[0].place is not None
    assert part.checks[0].place[1] == LOW


def test_outlier_pixels_do_not_move_the_star() -> None:
    whole, spoilt = (
        find_regions(each, request(each, "WLP8").product.science.info) for each in (image_of(DONUT), with_rays(1e7))
    )
    assert (spoilt.x, spoilt.y) == pytest.approx((whole.x, whole.y), abs=0.05)


def test_outlier_pixels_with_do_not_use_do_not_count() -> None:
    image = with_rays()
    where = np.zeros(DONUT.shape, bool)
    where[LOW, LEFT : LEFT + 5] = True
    assert measured_in(flagged(image, where)).quantities[0].value == 0


def test_star_in_focus_has_the_reason_and_no_check() -> None:
    part = measured_in(image_of(Scene()), "CLEAR")
    assert not part.checks
    assert "as sharp as an outlier" in part.quantities[0].reason


def test_region_without_light_has_the_reason() -> None:
    image = replace(image_of(DONUT), sci=np.full(DONUT.shape, 3.0, np.float32))
    regions = replace(find_regions(image_of(DONUT), request(image_of(DONUT), "WLP8").product.science.info))
    with pytest.raises(WfsguiError, match="no flux above"):
        light_in_outliers(request(image, "WLP8"), regions)


def test_declared_key_is_that_of_the_result() -> None:
    part = measured_in(image_of(DONUT))
    assert [each.key for each in part.quantities] == [each.key for each in OUTLIERS_PART.quantities]
    assert [each.key for each in part.checks] == [each.key for each in OUTLIERS_PART.checks]
