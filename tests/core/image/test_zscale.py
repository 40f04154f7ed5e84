"""Tests of zscale levels against astropy."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.visualization import ZScaleInterval
from numpy.typing import NDArray

from wfsgui.core.image.zscale import zscale

RANDOM = np.random.default_rng(7)
SKY = RANDOM.normal(100, 5, 300_000)
STARS = np.where(RANDOM.random(SKY.size) < 0.02, SKY + RANDOM.exponential(5e4, SKY.size), SKY)
CASES = {
    "sky": SKY,
    "a few values": SKY[:7],
    "as many as the sample": SKY[:1000],
    "one more": SKY[:1001],
    "nearly two samples": SKY[:1999],
    "stars": STARS,
    "stars and nothing else": RANDOM.exponential(1e5, 50_000),
    "dead pixels": np.where(RANDOM.random(SKY.size) < 0.1, -1e6, SKY),
    "mostly one value": np.where(RANDOM.random(SKY.size) < 0.3, SKY, 0.0),
    "two levels": np.repeat([1.0, 1000.0], 5000),
    "a ramp": np.linspace(-3, 8, 12_345),
    "tiny": SKY * 1e-30,
    "huge": SKY * 1e30,
    "one value, often": np.full(5000, 3.5),
    "four values": np.array([4.0, 1.0, 2.0, 9.0]),
    "one value": np.array([-2.0]),
}


@pytest.mark.parametrize("values", CASES.values(), ids=CASES)
def test_zscale_equals_astropy(values: NDArray[np.float64]) -> None:
    expected = ZScaleInterval().get_limits(values)
    assert zscale(values) == pytest.approx(expected, rel=1e-9, abs=1e-9 * np.ptp(values))


def test_zscale_does_not_change_values() -> None:
    values = STARS.copy()
    zscale(values)
    np.testing.assert_array_equal(values, STARS)
