"""Tests of the error of the header's SIP against the WCS of the image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from astropy.wcs import WCS, Sip
from numpy.typing import NDArray

from tests.core.assess.checks.scenes import REGIONS, disc, request
from tests.core.sky.skies import BlindSky
from wfsgui.core.assess.checks.sip import SIP_AT_STAR_PART, SIP_PART, header_wcs, sip_in_image, sip_under_star
from wfsgui.core.assess.part import Part
from wfsgui.core.assess.results import Level
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.step_image import SkyPosition

Floats = NDArray[np.float64]

METADATA = {
    "meta.wcsinfo.wcsaxes": "2",
    "meta.wcsinfo.crpix1": "110.5",
    "meta.wcsinfo.crpix2": "100.5",
    "meta.wcsinfo.crval1": "89.9",
    "meta.wcsinfo.crval2": "-65.7",
    "meta.wcsinfo.ctype1": "RA---TAN-SIP",
    "meta.wcsinfo.ctype2": "DEC--TAN-SIP",
    "meta.wcsinfo.cunit1": "deg",
    "meta.wcsinfo.cunit2": "deg",
    "meta.wcsinfo.cd1_1": "-7.2e-06",
    "meta.wcsinfo.cd1_2": "4.7e-06",
    "meta.wcsinfo.cd2_1": "4.7e-06",
    "meta.wcsinfo.cd2_2": "7.2e-06",
    "meta.wcsinfo.a_order": "3",
    "meta.wcsinfo.b_order": "2",
    "meta.wcsinfo.a_2_0": "1.1e-05",
    "meta.wcsinfo.a_0_3": "-3e-08",
    "meta.wcsinfo.b_1_1": "2.5e-05",
    "meta.wcsinfo.ap_order": "3",
    "meta.wcsinfo.ap_1_0": "1e-05",
    "meta.wcsinfo.v2_ref": "120.1",
    "meta.instrument.filter": "F212N",
}


def astropy_wcs() -> WCS:
    """Make the WCS of `METADATA` with astropy alone."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN-SIP", "DEC--TAN-SIP"]
    wcs.wcs.crval, wcs.wcs.crpix = [89.9, -65.7], [110.5, 100.5]
    wcs.wcs.cd = [[-7.2e-6, 4.7e-6], [4.7e-6, 7.2e-6]]
    a, b = np.zeros((4, 4)), np.zeros((3, 3))
    a[2, 0], a[0, 3], b[1, 1] = 1.1e-5, -3e-8, 2.5e-5
    wcs.sip = Sip(a, b, None, None, [110.5, 100.5])
    wcs.wcs.set()
    return wcs


class ShiftedSky:
    """WCS of `METADATA`, with a shift in pixels, and without a value left of a column."""

    def __init__(self, dx: float = 0.0, dy: float = 0.0, *, blind_below: float = -np.inf) -> None:
        self._wcs, self._shift, self._blind_below = astropy_wcs(), (dx, dy), blind_below

    def __call__(self, x: float, y: float) -> SkyPosition:
        ra, dec = self.positions(np.array([x]), np.array([y]))
        return SkyPosition(float(ra[0]), float(dec[0]), 0.0, 0.0)

    def positions(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        ra, dec = self._wcs.all_pix2world(x + self._shift[0], y + self._shift[1], 0)
        blind = x < self._blind_below
        return np.where(blind, np.nan, ra), np.where(blind, np.nan, dec)

    def pixels(self, ra: Floats, dec: Floats) -> tuple[Floats, Floats]:
        x, y = self._wcs.all_world2pix(ra, dec, 0)
        return np.asarray(x - self._shift[0]), np.asarray(y - self._shift[1])


def numbers(part: Part) -> list[float]:
    return [each.value for each in part.quantities]


def test_wcs_of_the_metadata_is_that_of_astropy() -> None:
    x, y = np.array([0.0, 219.0, 50.5]), np.array([0.0, 3.0, 199.0])
    np.testing.assert_allclose(header_wcs(METADATA).all_pix2world(x, y, 0), astropy_wcs().all_pix2world(x, y, 0))


def test_exact_sip_has_no_error() -> None:
    exposure = request(disc(), wcs=ShiftedSky(), metadata=METADATA)
    assert numbers(sip_in_image(exposure)) == pytest.approx([0, 0], abs=1e-8)
    assert numbers(sip_under_star(exposure, REGIONS)) == pytest.approx([0], abs=1e-8)
    assert sip_in_image(exposure).checks[0].level is Level.GOOD


@pytest.mark.parametrize(("dx", "dy"), [(0.05, 0.0), (0.3, -0.4)])
def test_shift_of_the_wcs_is_the_error(dx: float, dy: float) -> None:
    exposure = request(disc(), wcs=ShiftedSky(dx, dy), metadata=METADATA)
    shift = float(np.hypot(dx, dy))
    most, rms = numbers(sip_in_image(exposure))
    # The distortion of the scene is below a percent.
    assert [most, rms] == pytest.approx([shift, shift], rel=0.01)
    assert numbers(sip_under_star(exposure, REGIONS)) == pytest.approx([shift], rel=0.01)


def test_error_over_the_limit_needs_care_and_has_a_place() -> None:
    (found,) = sip_in_image(request(disc(), wcs=ShiftedSky(0.05), metadata=METADATA)).checks
    assert found.level is Level.CARE
    assert found.place is not None
    assert (found.limit, found.source) == ("at most 0.01 px", "jwst assign_wcs, sip_max_pix_error")
    (small,) = sip_in_image(request(disc(), wcs=ShiftedSky(0.005), metadata=METADATA)).checks
    assert small.level is Level.GOOD


def test_error_equals_the_distance_by_the_exact_inverse() -> None:
    missing = {key: value for key, value in METADATA.items() if key != "meta.wcsinfo.a_0_3"}
    part = sip_in_image(request(disc(), wcs=ShiftedSky(), metadata=missing))
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(0, 219, 33), np.linspace(0, 199, 33)))
    back_x, back_y = header_wcs(missing).all_world2pix(*ShiftedSky().positions(x, y), 0, tolerance=1e-8)
    distances = np.hypot(back_x - x, back_y - y)
    assert distances.max() > 0.01
    assert numbers(part) == pytest.approx([distances.max(), np.sqrt(np.square(distances).mean())], rel=0.02)


def test_stage_without_a_wcs_has_the_reason() -> None:
    with pytest.raises(WfsguiError, match="This stage has no WCS"):
        sip_in_image(request(disc(), metadata=METADATA))


def test_linear_wcs_of_a_header_without_sip_is_measured_and_told() -> None:
    linear = {key: value for key, value in METADATA.items() if "_order" not in key}
    part = sip_in_image(request(disc(), wcs=ShiftedSky(), metadata=linear))
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(-110, 109, 2001), np.linspace(-100, 99, 2001)))
    distances = np.hypot(1.1e-5 * (x + 0.5) ** 2 - 3e-8 * (y + 0.5) ** 3, 2.5e-5 * (x + 0.5) * (y + 0.5))
    assert part.quantities[0].value == pytest.approx(distances.max(), rel=0.01)
    assert part.checks[0].level is Level.CARE
    assert "which has no SIP" in part.checks[0].finding


def test_header_with_pc_and_cdelt_is_measured() -> None:
    scaled = {key: value for key, value in METADATA.items() if "cd" not in key}
    scaled |= {"meta.wcsinfo.cdelt1": "1e-05", "meta.wcsinfo.cdelt2": "2e-05"}
    scaled |= {"meta.wcsinfo.pc1_1": "-0.72", "meta.wcsinfo.pc1_2": "0.47"}
    scaled |= {"meta.wcsinfo.pc2_1": "0.235", "meta.wcsinfo.pc2_2": "0.36"}
    np.testing.assert_allclose(
        header_wcs(scaled).all_pix2world([5.0], [90.0], 0), header_wcs(METADATA).all_pix2world([5.0], [90.0], 0)
    )


def test_header_without_a_wcs_has_the_reason() -> None:
    with pytest.raises(WfsguiError, match="The WCS in the header cannot be used"):
        sip_under_star(request(disc(), wcs=ShiftedSky()), REGIONS)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("crval1", None),
        ("crpix2", "None"),
        ("cd1_1", "text"),
        ("cd1_1", None),
        ("a_order", None),
        ("ctype1", None),
        ("ctype1", "nonsense"),
        ("a_order", "12"),
        ("b_order", "0"),
        ("a_order", "many"),
        ("a_7_7", "1.0"),
        ("cunit1", "furlong"),
    ],
)
def test_sip_that_cannot_be_used_has_the_reason(key: str, value: str | None) -> None:
    metadata = {name: text for name, text in METADATA.items() if name != f"meta.wcsinfo.{key}"}
    if value is not None:
        metadata[f"meta.wcsinfo.{key}"] = value
    with pytest.raises(WfsguiError, match="The WCS in the header cannot be used"):
        sip_in_image(request(disc(), wcs=ShiftedSky(), metadata=metadata))


def test_singular_sip_has_the_reason() -> None:
    zero = {key: "0.0" if "cd" in key else value for key, value in METADATA.items()}
    with pytest.raises(WfsguiError, match="The WCS in the header cannot be used"):
        sip_in_image(request(disc(), wcs=ShiftedSky(), metadata=zero))


def test_pixels_without_a_position_are_left_out() -> None:
    half = request(disc(), wcs=ShiftedSky(0.05, blind_below=110), metadata=METADATA)
    assert numbers(sip_in_image(half)) == pytest.approx([0.05, 0.05], rel=0.01)
    with pytest.raises(WfsguiError, match="no value at the star"):
        sip_under_star(half, replace(REGIONS, x=50.0))


def test_wcs_without_a_position_has_the_reason() -> None:
    with pytest.raises(WfsguiError, match="no value in the image"):
        sip_in_image(request(disc(), wcs=BlindSky(), metadata=METADATA))


def test_declared_keys_are_those_of_the_results() -> None:
    exposure = request(disc(), wcs=ShiftedSky(), metadata=METADATA)
    image, star = sip_in_image(exposure), sip_under_star(exposure, REGIONS)
    assert [each.key for each in image.quantities] == [each.key for each in SIP_PART.quantities]
    assert [each.key for each in image.checks] == [each.key for each in SIP_PART.checks]
    assert [each.key for each in star.quantities] == [each.key for each in SIP_AT_STAR_PART.quantities]
