from __future__ import annotations

import numpy as np
import pytest

from tests.core.sky.skies import BlindSky, TangentSky
from tests.gui import fakes
from wfsgui.core.image.compare import Mode, compared, sky_offset
from wfsgui.core.model.step_image import StepImage


class MovedSky(fakes.Sky):
    """Fake WCS of an exposure with its stars 12 columns to the right and 5 rows down."""

    def positions(self, x: fakes.Pixels, y: fakes.Pixels) -> tuple[fakes.Pixels, fakes.Pixels]:
        return super().positions(x - 12.0, y + 5.0)

    def pixels(self, ra: fakes.Pixels, dec: fakes.Pixels) -> tuple[fakes.Pixels, fakes.Pixels]:
        x, y = super().pixels(ra, dec)
        return x + 12.0, y - 5.0


class BiasedSky(TangentSky):
    """WCS with an inverse that is good to 0.1 pixel only, as that of the flight distortion."""

    def pixels(self, ra: fakes.Pixels, dec: fakes.Pixels) -> tuple[fakes.Pixels, fakes.Pixels]:
        x, y = super().pixels(ra, dec)
        return x + 0.1, y - 0.1


def image(sci: list[list[float]], dq: list[list[int]] | None = None) -> StepImage:
    values = np.array(sci, np.float32)
    flags = np.zeros(values.shape, np.uint32) if dq is None else np.array(dq, np.uint32)
    return StepImage(values, np.sqrt(np.abs(values)), flags, "DN/s")


def test_offset_leads_to_same_position_on_sky() -> None:
    assert sky_offset(fakes.sky, MovedSky(), (30.0, 40.0)) == pytest.approx((12.0, -5.0))
    assert sky_offset(MovedSky(), fakes.sky, (30.0, 40.0)) == pytest.approx((-12.0, 5.0))


@pytest.mark.parametrize("inverse", ["exact", "biased", "none"])
def test_offset_does_not_depend_on_inverse_of_wcs(inverse: str) -> None:
    here, there = TangentSky(80.0, -69.5, bend=1e-6), TangentSky(80.0005, -69.5002, angle=0.01, bend=1e-6)
    ra, dec = here.positions(np.array([30.0]), np.array([40.0]))
    exact = there.pixels(ra, dec)
    other = {"exact": there, "biased": BiasedSky(80.0005, -69.5002, angle=0.01, bend=1e-6)}.get(inverse)
    other = other or TangentSky(80.0005, -69.5002, angle=0.01, bend=1e-6, has_inverse=False)
    expected = float(exact[0][0]) - 30.0, float(exact[1][0]) - 40.0
    assert sky_offset(here, other, (30.0, 40.0)) == pytest.approx(expected, abs=2e-3)


def test_offset_without_wcs_value_is_none() -> None:
    assert sky_offset(fakes.sky, BlindSky(), (30.0, 40.0)) is None
    assert sky_offset(BlindSky(), fakes.sky, (30.0, 40.0)) is None


def test_differences_and_ratios() -> None:
    this, other = image([[6.0, np.nan, 3.0, 0.0]]), image([[2.0, 1.0, 0.0, 0.0]])
    np.testing.assert_array_equal(
        compared(this, other, "SCI", Mode.DIFFERENCE, (0, 0)), np.array([[4.0, np.nan, 3.0, 0.0]], np.float32)
    )
    np.testing.assert_array_equal(
        compared(this, other, "SCI", Mode.RATIO, (0, 0)), np.array([[3.0, np.nan, np.nan, np.nan]], np.float32)
    )
    np.testing.assert_allclose(
        compared(this, other, "ERR", Mode.RATIO, (0, 0)), np.sqrt([[3.0, np.nan, np.nan, np.nan]]), rtol=1e-6
    )


def test_comparison_of_dq_is_differing_flags() -> None:
    this, other = image([[0.0, 0.0, 0.0]], [[1, 6, 4]]), image([[0.0, 0.0, 0.0]], [[1, 2, 5]])
    for mode in (Mode.DIFFERENCE, Mode.RATIO):
        np.testing.assert_array_equal(compared(this, other, "DQ", mode, (0, 0)), [[0, 4, 1]])


def test_comparison_uses_offset() -> None:
    this, other = image([[1.0, 2.0, 4.0]]), image([[9.0, 1.0, 2.0]])
    np.testing.assert_array_equal(
        compared(this, other, "SCI", Mode.RATIO, (1.2, 0)), np.array([[1.0, 1.0, np.nan]], np.float32)
    )
