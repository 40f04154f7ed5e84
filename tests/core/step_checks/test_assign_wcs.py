"""Tests of the facts and checks of assign_wcs against astropy.coordinates."""

from __future__ import annotations

from dataclasses import replace

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from numpy.typing import NDArray

from tests.core.step_checks.step_cases import (
    ANGLE,
    SCALE,
    TangentSky,
    all_met,
    evidence,
    found,
    image,
    outcome,
    with_sci,
)
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.step_checks.evidence import Evidence, Outcome

_CLOSES, _KEPT = "The WCS closes", "No pixel changes"


class NowhereSky(TangentSky):
    """WCS without an inverse at the first position."""

    def pixels(
        self, ra: NDArray[np.float64], dec: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        x, y = super().pixels(ra, dec)
        x[0] = np.nan
        return x, y


class EmptySky(TangentSky):
    """WCS without a value at any pixel."""

    def positions(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.full_like(x, np.nan), np.full_like(y, np.nan)


def assigned(sky: TangentSky | None = None, metadata: dict[str, str] | None = None) -> Evidence:
    before = image()
    return evidence("assign_wcs", before, replace(before, wcs=sky or TangentSky()), metadata)


def test_scale_area_and_angle_equal_wcs() -> None:
    values = found(assigned())
    along_x, along_y = (float(part) for part in values["Pixel scale"].removesuffix(" arcsec").split(" x "))
    assert (along_x, along_y) == pytest.approx((SCALE, SCALE), rel=1e-5)
    assert float(values["Pixel area"].split()[0]) == pytest.approx(SCALE**2, rel=1e-4)
    here, above = TangentSky()(27.5, 19.0), TangentSky()(27.5, 20.0)
    angle = SkyCoord(here.ra * u.deg, here.dec * u.deg).position_angle(SkyCoord(above.ra * u.deg, above.dec * u.deg))
    assert float(values["Position angle of +y"].removesuffix("°")) == pytest.approx(angle.deg, abs=1e-3)
    assert angle.deg == pytest.approx(ANGLE, abs=0.01)


def test_footprint_has_four_corners_in_degrees() -> None:
    footprint = found(assigned())["Footprint"]
    assert footprint.count("\N{DEGREE SIGN}") == 8
    corners = footprint.replace("\N{DEGREE SIGN}", "").split("; ")
    sky = TangentSky()
    for text, (x, y) in zip(corners, ((0, 0), (55, 0), (55, 39), (0, 39)), strict=True):
        corner = tuple(map(float, text.split()))
        assert corner == pytest.approx((sky(x, y).ra, sky(x, y).dec), abs=1e-6)


@pytest.mark.parametrize(("crpix", "pixels"), [(("21", "11"), 0.0), (("24", "15"), 5.0)])
def test_distance_to_pointing_is_measured(crpix: tuple[str, str], pixels: float) -> None:
    metadata = {"meta.wcsinfo.crpix1": crpix[0], "meta.wcsinfo.crpix2": crpix[1]}
    result = found(assigned(metadata=metadata))["WCS to pointing"]
    assert float(result.removesuffix(" arcsec")) == pytest.approx(pixels * SCALE, abs=1e-4)


def test_target_pixel_is_measured() -> None:
    assert found(assigned())["Target"] == "x 20.00, y 10.00 (pixels count from 0)"
    beside = TangentSky()(56.0, 10.0)
    metadata = {"meta.target.ra": str(beside.ra), "meta.target.dec": str(beside.dec)}
    outside = "x 56.00, y 10.00 (pixels count from 0), outside of the image"
    assert found(assigned(metadata=metadata))["Target"] == outside
    assert found(assigned(NowhereSky()))["Target"] == "x 20.00, y 10.00 (pixels count from 0)"
    assert found(assigned(TangentSky(bias=0.1)))["Target"] == "x 20.00, y 10.00 (pixels count from 0)"
    assert found(assigned(EmptySky()))["Target"] == "outside of the WCS"
    unknown = found(assigned(metadata={"meta.target.ra": "None"}))["Target"]
    assert unknown == "The metadata have no number meta.target.ra."


def test_wcs_that_closes_is_accepted() -> None:
    assert all_met(assigned())
    result = outcome(assigned(TangentSky(0.135 / np.sqrt(2))), _CLOSES)
    assert (result.outcome, result.finding) == (Outcome.MET, "The largest of 81 deviations is 0.14 pixel.")


def test_wcs_that_does_not_close_fails() -> None:
    result = outcome(assigned(TangentSky(0.4)), _CLOSES)
    assert (result.outcome, result.finding) == (Outcome.NOT_MET, "The largest of 81 deviations is 0.57 pixel.")
    result = outcome(assigned(NowhereSky()), _CLOSES)
    assert (result.outcome, result.finding) == (Outcome.NOT_MET, "The WCS has no inverse at 1 of 81 pixels.")


def test_check_without_wcs_is_unknown() -> None:
    before = image()
    made = evidence("assign_wcs", before, before)
    assert found(made)["WCS"] == "none"
    result = outcome(made, _CLOSES)
    assert (result.outcome, result.finding) == (Outcome.UNKNOWN, "The step attached no WCS.")


def one_off(plane: NDArray[np.generic]) -> NDArray[np.generic]:
    changed = plane.copy()
    changed[5, 6] = 77
    return changed


@pytest.mark.parametrize("name", ["SCI", "ERR", "DQ", "VAR_POISSON"])
def test_changed_pixel_in_any_plane_fails(name: str) -> None:
    before = replace(image(), variances={"VAR_POISSON": np.ones((40, 56), np.float32)})
    planes: dict[str, NDArray[np.generic]] = {key: plane.copy() for key, plane in before.planes.items()}
    same = outcome(evidence("assign_wcs", before, rebuilt(before, planes)), _KEPT)
    assert (same.outcome, same.finding) == (Outcome.MET, "No plane changed.")
    result = outcome(evidence("assign_wcs", before, rebuilt(before, planes | {name: one_off(planes[name])})), _KEPT)
    assert (result.outcome, result.finding) == (Outcome.NOT_MET, f"Changed: {name}.")


def test_added_or_removed_plane_fails() -> None:
    bare, full = image(), replace(image(), variances={"VAR_FLAT": np.ones((40, 56), np.float32)})
    for before, after in ((bare, full), (full, bare)):
        assert outcome(evidence("assign_wcs", before, after), _KEPT).finding == "Changed: VAR_FLAT."


def rebuilt(step_image: StepImage, planes: dict[str, NDArray[np.generic]]) -> StepImage:
    made = with_sci(step_image, planes["SCI"].astype(np.float32), dq=planes["DQ"].astype(np.uint32))
    return replace(
        made,
        err=planes["ERR"].astype(np.float32),
        variances={"VAR_POISSON": planes["VAR_POISSON"].astype(np.float32)},
    )
