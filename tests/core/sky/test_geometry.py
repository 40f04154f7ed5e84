from __future__ import annotations

import math

import pytest
from astropy import units
from astropy.coordinates import SkyCoord

from tests.core.sky.skies import BlindSky, TangentSky
from wfsgui.core.sky.geometry import Target, compass, pixel_of, separation, target_of

SHAPE = (2048, 2048)
CENTRE = (1023.5, 1023.5)


@pytest.mark.parametrize("angle", [0.0, 30.0, 123.0, 270.0])
@pytest.mark.parametrize("dec", [-69.5, 0.0, 89.99])
def test_north_and_east_equal_astropy(dec: float, angle: float) -> None:
    wcs = TangentSky(80.5, dec, angle=angle)
    found = compass(wcs, CENTRE)
    assert found is not None
    here = SkyCoord(80.5, dec, unit="deg")
    for name, direction in (("north", 0.0), ("east", 90.0)):
        there = here.directional_offset_by(direction * units.deg, 0.5 * units.arcsec)
        x, y = wcs.wcs.all_world2pix(there.ra.deg, there.dec.deg, 0)
        dx, dy = float(x) - CENTRE[0], float(y) - CENTRE[1]
        length = math.hypot(dx, dy)
        assert getattr(found, name) == pytest.approx((dx / length, dy / length), abs=1e-4)
    assert found.scale == pytest.approx(0.031, rel=1e-4)


@pytest.mark.parametrize(("ra", "dec"), [(80.5, -69.5), (0.0, 20.0), (10.0, 89.9999)])
def test_separations_equal_astropy(ra: float, dec: float) -> None:
    wcs = TangentSky(ra, dec, angle=40.0)
    for one, other in (((3.0, 5.0), (2000.0, 1800.0)), (CENTRE, (1024.5, 1023.5)), ((1500.0, 9.0), (2.0, 2040.0))):
        first, second = (SkyCoord(wcs(*place).ra, wcs(*place).dec, unit="deg") for place in (one, other))
        found = separation(wcs, one, other)
        assert found.arcsec == pytest.approx(first.separation(second).arcsec, rel=1e-7)
        assert found.position_angle == pytest.approx(first.position_angle(second).deg, abs=1e-6)


def test_separation_of_same_pixel_is_0_and_without_wcs_value_is_nan() -> None:
    assert separation(TangentSky(5.0, 5.0), CENTRE, CENTRE).arcsec == 0.0
    nowhere = separation(BlindSky(), CENTRE, CENTRE)
    assert math.isnan(nowhere.arcsec)
    assert math.isnan(nowhere.position_angle)
    assert compass(BlindSky(), CENTRE) is None


@pytest.mark.parametrize("has_inverse", [True, False])
@pytest.mark.parametrize(("ra", "dec"), [(80.5, -69.5), (0.0, 20.0), (10.0, 89.9999)])
def test_target_is_found_with_and_without_inverse(ra: float, dec: float, *, has_inverse: bool) -> None:
    wcs = TangentSky(ra, dec, angle=40.0, bend=1e-5, has_inverse=has_inverse)
    there = wcs(300.25, 1700.5)
    assert pixel_of(wcs, Target(there.ra, there.dec, ""), SHAPE) == pytest.approx((300.25, 1700.5), abs=1e-3)


@pytest.mark.parametrize("has_inverse", [True, False])
def test_target_outside_of_image_is_none(*, has_inverse: bool) -> None:
    wcs = TangentSky(80.5, -69.5, has_inverse=has_inverse)
    outside = wcs(-2.0, 100.0)
    assert pixel_of(wcs, Target(outside.ra, outside.dec, ""), SHAPE) is None
    assert pixel_of(wcs, Target(81.0, -69.5, ""), SHAPE) is None
    assert pixel_of(wcs, Target(80.5 - 180.0, 69.5, ""), SHAPE) is None
    assert pixel_of(BlindSky(), Target(80.5, -69.5, ""), SHAPE) is None


def test_target_is_read_from_metadata() -> None:
    position = {"meta.target.ra": "80.5", "meta.target.dec": "-69.5"}
    names = {"meta.target.catalog_name": "2MASS J1", "meta.target.proposer_name": "LMC"}
    assert target_of({**position, **names}) == Target(80.5, -69.5, "2MASS J1")
    assert target_of({**position, **names, "meta.target.catalog_name": ""}) == Target(80.5, -69.5, "LMC")
    assert target_of(position) == Target(80.5, -69.5, "")


@pytest.mark.parametrize(
    ("ra", "dec"), [("", "1"), ("nan", "1"), ("1", "nan"), ("1", "95"), ("None", "None"), ("0.0", "-0.0")]
)
def test_target_without_position_is_none(ra: str, dec: str) -> None:
    assert target_of({"meta.target.ra": ra, "meta.target.dec": dec}) is None
    assert target_of({}) is None
