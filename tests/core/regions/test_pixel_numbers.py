"""Numbers of pixels by the two conventions, and that whatever writes a pixel says which one."""

from __future__ import annotations

import numpy as np
import pytest

from wfsgui.core.measure.measured import MeasureRequest, StageInput, View
from wfsgui.core.measure.measurement import measure
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.pixel_numbers import FROM_0, FROM_1, PixelNumbers
from wfsgui.core.regions.shapes import Annulus, Circle, Line, Rectangle, Region


def test_pixel_numbers_and_positions() -> None:
    assert (FROM_0.of(7), FROM_1.of(7), FROM_1.of(7.25)) == (7, 8, 8.25)
    assert FROM_0.place(487, 55) == "x 487, y 55"
    assert FROM_1.place(487, 55) == "x 488, y 56"
    assert FROM_1.place(461.255, 12, decimals=2) == "x 462.25, y 13.00"
    assert FROM_1.convention == "pixels count from 1"


@pytest.mark.parametrize(
    ("region", "text"),
    [
        (Rectangle(1, 2, 3, 4), "rectangle at x 2.00, y 3.00, 3.00 x 4.00 px"),
        (Circle(1, 2, 3), "circle at x 2.00, y 3.00, radius 3.00 px"),
        (Annulus(1, 2, 3, 4), "annulus at x 2.00, y 3.00, radii 3.00 and 4.00 px"),
        (Line(1, 2, 3, 4), "line from x 2.00, y 3.00 to x 4.00, y 5.00"),
    ],
)
def test_region_text_moves_position_but_not_size(region: Region, text: str) -> None:
    assert FROM_1.region(region) == text


@pytest.mark.parametrize("numbers", [FROM_0, FROM_1])
@pytest.mark.parametrize("view", [View.STAR, View.ENERGY, View.PROFILE])
def test_measurements_differ_by_first_pixel_number_only(numbers: PixelNumbers, view: View) -> None:
    rows, columns = np.mgrid[:64, :64]
    star = 500 * np.exp(-((columns - 30.0) ** 2 + (rows - 20.0) ** 2) / 8)
    sci = star + np.random.default_rng(1).normal(0, 0.1, star.shape)
    step_image = StepImage(sci.astype(np.float32), np.ones_like(sci, np.float32), np.zeros_like(sci, np.uint32), "DN/s")
    image = StageInput("rate", step_image, None)
    found = measure(MeasureRequest(view, Circle(30, 20, 8), image, (image,), numbers))
    place = [row for row in found.rows if row.name in ("Centre", "x", "y")]
    assert place
    assert all(numbers.convention in row.tip.lower() for row in place)
    if view is View.STAR:
        assert found.columns["x"][0] == pytest.approx(30 + numbers.first, abs=0.05)
        assert found.columns["y"][0] == pytest.approx(20 + numbers.first, abs=0.05)
        assert found.descriptions == {"x": numbers.convention, "y": numbers.convention}
    else:
        assert place[0].value == numbers.place(30, 20, decimals=2)
