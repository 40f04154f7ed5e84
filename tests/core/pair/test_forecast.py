"""Pixels of a combined image that are lost or have half of their value."""

from __future__ import annotations

import numpy as np
import pytest

from wfsgui.core.model.flags import DO_NOT_USE, FLAGS
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.pair.forecast import CombinationForecast, CombinationRecord
from wfsgui.core.regions.shapes import Circle

SHAPE = (30, 40)


def forecast(applied: tuple[int, int] | None = (0, 0)) -> CombinationForecast:
    """Make a forecast with two lost pixels, one bad pixel with a value and one zero that is good."""
    sci, dq = np.ones(SHAPE, np.float32), np.zeros(SHAPE, np.uint32)
    sci[10, 12] = sci[20, 30] = sci[5, 5] = 0
    dq[10, 12] = dq[20, 30] = DO_NOT_USE | FLAGS["DEAD"]
    dq[8, 8] = DO_NOT_USE
    image = StepImage(sci=sci, err=sci, dq=dq, unit="MJy/sr")
    record = CombinationRecord(("a", "b"), False, (0.0, 0.0), applied, None, {}, ())
    return CombinationForecast(image, record)


def test_lost_pixels_are_zero_and_flagged() -> None:
    found = forecast()
    assert np.argwhere(found.lost).tolist() == [[10, 12], [20, 30]]
    assert found.lost_in(Circle(12, 10, 3)) == 1
    assert found.lost_in(Circle(100, 100, 3)) == 0


@pytest.mark.parametrize("applied", [(0, 0), (3, 0), (-3, 0), (0, 2), (0, -2), (5, -4), (-7, 9), (100, 100)])
def test_halved_pixels_are_those_that_the_step_fills_with_zeros(applied: tuple[int, int]) -> None:
    from jwst.wfs_combine.wfs_combine import get_final_index_range

    filled = np.ones(SHAPE, bool)
    if max(map(abs, applied)) < min(SHAPE):
        ranges = [get_final_index_range(shift, size) for shift, size in zip(applied, reversed(SHAPE), strict=True)]
        (x0, x1), (y0, y1) = ((size - end, size - begin) for (begin, end), size in zip(ranges, (40, 30), strict=True))
        filled[y0:y1, x0:x1] = False
    assert np.array_equal(forecast(applied).halved, filled)
    assert forecast(applied).halved_in(Circle(20, 15, 100)) == np.count_nonzero(filled)


def test_without_the_applied_shift_no_pixel_is_known_to_be_halved() -> None:
    assert not forecast(None).halved.any()
