"""Tests of the distance of the star from its field point and from the target."""

from __future__ import annotations

from dataclasses import replace
from math import hypot, isnan
from typing import Any

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import SkyCoord

from tests.core.assess.checks.scenes import NOISE, PLACE, REGIONS, SHAPE, disc, request
from tests.core.sky.skies import BlindSky, TangentSky
from wfsgui.core.assess.checks.placement import FIELD_POINT_PART, TARGET_PART, from_field_point, from_target
from wfsgui.core.assess.checks.star_position import centroid_errors
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.light import light_circle
from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.part import Part
from wfsgui.core.assess.results import CheckResult, Level, StarRegions
from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.star import measure_star
from wfsgui.core.regions.shapes import Annulus, Circle

# Reference pixel of NRCA1_FP6 in PRDOPSSOC-075, 0-based; the subarray begins so that it is near the star.
POINT = (1827.5, 1812.5)
START = (1 + 1827 - 105, 1 + 1812 - 95)
EXPECTED = (POINT[0] - START[0] + 1, POINT[1] - START[1] + 1)


def placed(dx: float = 0.0, dy: float = 0.0, limits: Limits | None = None, **changes: object) -> Part:
    """Measure a star at a distance from the field point."""
    regions = replace(REGIONS, x=EXPECTED[0] + dx, y=EXPECTED[1] + dy)
    return from_field_point(request(disc(), limits=limits, changes={"subarray_start": START, **changes}), regions)


def the_check(part: Part) -> CheckResult:
    (found,) = part.checks
    return found


def test_distance_from_the_field_point_is_that_of_the_siaf() -> None:
    part = placed(3.0, -4.0)
    assert [each.value for each in part.quantities] == pytest.approx([5.0, 3.0, -4.0])
    assert {each.unit for each in part.quantities} == {"pix"}
    found = the_check(part)
    assert found.level is Level.GOOD
    assert found.finding.startswith(f"The star is {found.value}")
    assert "NRCA1_FP6 at" in found.finding
    assert (found.limit, found.source) == ("at most 10 px", "wss_tools utils/recenter.py")
    assert found.place == (EXPECTED[0] + 3, EXPECTED[1] - 4)


@pytest.mark.parametrize(("distance", "level"), [(9.99, Level.GOOD), (10.01, Level.CARE), (45.0, Level.CARE)])
def test_star_farther_than_the_limit_needs_care(distance: float, level: Level) -> None:
    assert the_check(placed(dx=distance)).level is level


def test_limit_of_the_analyst_counts() -> None:
    found = the_check(placed(dx=15.0, limits=Limits().with_value("placement", 20)))
    assert (found.level, found.source) == (Level.GOOD, "the analyst")


def test_aperture_that_is_no_field_point_cannot_be_judged() -> None:
    found = the_check(placed(aperture="NRCA1_FULL", subarray_start=(1, 1)))
    assert found.level is Level.CANNOT_TELL
    assert "not a field point" in found.finding


def test_field_point_outside_of_the_image_needs_care() -> None:
    found = the_check(placed(subarray_start=(1, 1)))
    assert found.level is Level.CARE
    assert "outside of the image" in found.finding


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"aperture": ""}, "APERNAME is missing"),
        ({"aperture": "NRCA1_FP99"}, "no aperture NRCA1_FP99"),
        ({"detector": "NRCB1"}, "not on the detector"),
        ({"detector": "NRCALONG"}, "long-wave companion"),
        ({"background": True}, "background"),
        ({"instrument": ""}, "INSTRUME"),
    ],
    ids=str,
)
def test_exposure_without_a_field_point_has_the_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(WfsguiError, match=reason) as caught:
        placed(**changes)
    assert str(caught.value).endswith(".")


def test_centroid_errors_are_those_of_the_star_in_the_same_circle() -> None:
    image = disc(seed=5)
    star = measure_star(image, *PLACE, light_circle(REGIONS).radius)
    found = centroid_errors(image, REGIONS)
    # The background's annulus is another one.
    assert found == pytest.approx((star.x_error, star.y_error), rel=0.05)


def test_centroid_errors_are_the_scatter_over_realizations_of_the_noise() -> None:
    stars = [measure_star(disc(seed=seed), *PLACE, light_circle(REGIONS).radius) for seed in range(60)]
    scatter = [np.std([star.x for star in stars], ddof=1), np.std([star.y for star in stars], ddof=1)]
    assert centroid_errors(disc(seed=0), REGIONS) == pytest.approx(scatter, rel=0.35)


def test_error_of_the_distance_is_along_its_direction() -> None:
    image = disc(seed=5)
    x_error, y_error = centroid_errors(image, REGIONS)
    part = from_field_point(
        request(image, changes={"subarray_start": START}), replace(REGIONS, x=EXPECTED[0] + 30, y=EXPECTED[1])
    )
    assert 0 < part.quantities[0].error < 1
    assert part.quantities[0].error == pytest.approx(part.quantities[1].error)
    assert NOISE > y_error > 0 < x_error


def test_unknown_errors_give_a_distance_without_an_error() -> None:
    image = replace(disc(), err=np.full(SHAPE, np.nan, np.float32))
    part = from_field_point(
        request(image, changes={"subarray_start": START}), replace(REGIONS, x=EXPECTED[0] + 3, y=EXPECTED[1])
    )
    assert part.quantities[0].value == pytest.approx(3.0)
    assert isnan(part.quantities[0].error)
    assert the_check(part).value == "3 px"


@pytest.mark.parametrize(
    "regions",
    [
        replace(REGIONS, x=190, y=20, signal=Circle(190, 20, 5), background=Annulus(190, 20, 8, 15)),
        replace(REGIONS, background=Annulus(*PLACE, 500, 600)),
    ],
    ids=["no light", "no background"],
)
def test_region_without_a_star_has_no_distance(regions: StarRegions) -> None:
    with pytest.raises(WfsguiError):
        from_field_point(request(disc()), regions)
    with pytest.raises(WfsguiError):
        from_target(request(disc(), wcs=sky()), regions)


def sky() -> TangentSky:
    return TangentSky(89.9, -65.7, angle=33.0, shape=(200, 220), bend=1e-4)


def aimed(dx: float, dy: float, **changes: object) -> tuple[AssessInput, SkyCoord]:
    """Make an exposure whose target is at a distance from the star, pixels."""
    wcs = sky()
    ra, dec = wcs.positions(np.array([PLACE[0] + dx]), np.array([PLACE[1] + dy]))
    changes = {"target_position": (float(ra[0]), float(dec[0])), **changes}
    return request(disc(), wcs=wcs, changes=changes), SkyCoord(ra[0], dec[0], unit="deg")


def test_distance_from_the_target_is_that_of_astropy() -> None:
    exposure, target = aimed(10.0, -5.0)
    part = from_target(exposure, REGIONS)
    ra, dec = sky().positions(np.array([PLACE[0]]), np.array([PLACE[1]]))
    expected = SkyCoord(ra[0], dec[0], unit="deg").separation(target).to_value(units.arcsec)
    arcsec, pixels = part.quantities
    assert arcsec.value == pytest.approx(expected, rel=1e-7)
    assert pixels.value == pytest.approx(hypot(10, 5), abs=2e-3)
    assert arcsec.error == pytest.approx(0.031 * pixels.error, rel=0.05)
    assert 0 < pixels.error < 1
    assert the_check(part).level is Level.GOOD
    assert the_check(part).place == PLACE


def test_target_farther_than_the_limit_needs_care() -> None:
    assert the_check(from_target(aimed(40.0, 0.0)[0], REGIONS)).level is Level.CARE


def test_star_on_its_target_has_an_error() -> None:
    exposure, _ = aimed(0.0, 0.0)
    part = from_target(exposure, REGIONS)
    assert part.quantities[0].value == pytest.approx(0.0, abs=1e-4)
    assert part.quantities[0].error > 0


def test_planned_pointing_needs_care() -> None:
    found = the_check(from_target(aimed(1.0, 1.0, pointing_quality="PLANNED")[0], REGIONS))
    assert found.level is Level.CARE
    assert "planned, not measured" in found.finding


@pytest.mark.parametrize(("quality", "told"), [("", "missing"), ("SOMETHING", "SOMETHING")])
def test_unknown_pointing_cannot_be_judged(quality: str, told: str) -> None:
    found = the_check(from_target(aimed(1.0, 1.0, pointing_quality=quality)[0], REGIONS))
    assert found.level is Level.CANNOT_TELL
    assert f"ENGQLPTG is {told}" in found.finding


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"target_position": None}, "TARG_RA and TARG_DEC are missing"),
        ({"target_position": (0.0, 0.0)}, r"TARG_RA and TARG_DEC are \(0, 0\)"),
    ],
    ids=str,
)
def test_exposure_without_a_target_has_the_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(WfsguiError, match=reason):
        from_target(request(disc(), wcs=sky(), changes=changes), REGIONS)


def test_stage_without_a_wcs_has_the_reason() -> None:
    with pytest.raises(WfsguiError, match="This stage has no WCS"):
        from_target(request(disc()), REGIONS)


def test_wcs_without_a_value_has_the_reason() -> None:
    with pytest.raises(WfsguiError, match="no value at the star"):
        from_target(request(disc(), wcs=BlindSky()), REGIONS)


def test_target_behind_the_telescope_has_a_distance_but_no_pixel() -> None:
    part = from_target(request(disc(), wcs=sky(), changes={"target_position": (269.9, 65.7)}), REGIONS)
    assert part.quantities[0].value == pytest.approx(180 * 3600, rel=1e-3)
    assert isnan(part.quantities[1].value)
    assert part.quantities[1].reason
    assert the_check(part).level is Level.CARE


def test_wcs_without_an_inverse_is_enough() -> None:
    wcs = TangentSky(89.9, -65.7, shape=(200, 220), has_inverse=False)
    part = from_target(request(disc(), wcs=wcs, changes={"target_position": (89.9, -65.7)}), REGIONS)
    centre = (109.5, 99.5)
    assert part.quantities[1].value == pytest.approx(hypot(PLACE[0] - centre[0], PLACE[1] - centre[1]), abs=2e-3)


def test_declared_keys_are_those_of_the_results() -> None:
    for part, found in ((FIELD_POINT_PART, placed(1.0)), (TARGET_PART, from_target(aimed(1.0, 1.0)[0], REGIONS))):
        assert [each.key for each in found.quantities] == [each.key for each in part.quantities]
        assert [each.key for each in found.checks] == [each.key for each in part.checks]
