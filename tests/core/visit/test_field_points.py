from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from tests.core.visit.exposures import exposure
from wfsgui.core.sky.siaf import import_pysiaf
from wfsgui.core.visit.field_points import FieldPoint, NoFieldPoint, field_point, offset_of_star

DETECTORS = {"MIRIM": "MIRIMAGE", "FGS1": "GUIDER1", "FGS2": "GUIDER2"}
SHAPES = {"MIRI": (1024, 1032)}

# SIAF reference pixels of PRDOPSSOC-075, 1-based.
KNOWN = {
    "NRCA1_FP6": (1828.5, 1813.5),
    "NRCA3_FP1": (461.5, 1410.5),
    "NRCB4_FP1": (1820.5, 1817.5),
    "NRCA3_FP2MIMF": (1820.0, 229.0),
    "NRCA1_FP3MIMF": (231.0, 229.0),
    "NRCA2_FP4MIMF": (229.0, 1820.0),
    "NRCA4_FP5MIMF": (1704.0, 1704.0),
    "NRCB4_FP2MIMF": (231.0, 229.0),
    "NRCB2_FP3MIMF": (1820.0, 229.0),
    "NRCB1_FP4MIMF": (1818.0, 1820.0),
    "NRCB3_FP5MIMF": (229.0, 1820.0),
}

MULTI_FIELD = [
    ("NIRISS", "NIS_FP1MIMF"),
    ("NIRISS", "NIS_FP3MIMF"),
    ("MIRI", "MIRIM_FP2MIMF"),
    ("FGS", "FGS1_FP4MIMF"),
    ("FGS", "FGS2_FP2MIMF"),
]


def found(
    aperture: str,
    instrument: str = "NIRCAM",
    *,
    shape: tuple[int, int] | None = None,
    subarray_start: tuple[int, int] | None = (1, 1),
) -> FieldPoint:
    prefix = aperture.partition("_")[0]
    info = exposure(
        shape=shape or SHAPES.get(instrument, (2048, 2048)),
        instrument=instrument,
        detector=DETECTORS.get(prefix, prefix),
        aperture=aperture,
        subarray_start=subarray_start,
    )
    point = field_point(info)
    assert isinstance(point, FieldPoint)
    return point


@pytest.mark.parametrize("aperture", KNOWN)
def test_nircam_field_points_equal_the_siaf(aperture: str) -> None:
    point = found(aperture)
    assert (point.x + 1, point.y + 1) == pytest.approx(KNOWN[aperture], abs=0.01)
    assert point.sensing
    assert point.in_image
    assert point.text == f"{aperture} at ({KNOWN[aperture][0]:.1f}, {KNOWN[aperture][1]:.1f})"


@pytest.mark.parametrize(
    ("instrument", "aperture"), [*(("NIRCAM", aperture) for aperture in KNOWN), *MULTI_FIELD], ids=str
)
def test_position_and_scale_equal_pysiaf(instrument: str, aperture: str) -> None:
    entry = import_pysiaf().Siaf(instrument)[aperture]
    point = found(aperture, instrument)
    assert (point.x + 1, point.y + 1) == pytest.approx(entry.reference_point("sci"), abs=0.01)
    assert found(aperture, instrument, subarray_start=None) == replace(point, x=entry.XSciRef - 1, y=entry.YSciRef - 1)
    assert point.scale == (entry.XSciScale, entry.YSciScale)
    assert point.siaf == import_pysiaf().JWST_PRD_VERSION


@pytest.mark.parametrize(
    ("aperture", "size", "start"),
    [
        ("NRCA1_FP6_SUB8", 8, (1825, 1810)),
        ("NRCA1_FP6_SUB64", 64, (1797, 1782)),
        ("NRCA3_FP1_SUB8", 8, (458, 1407)),
        ("NRCA3_FP1_SUB64", 64, (430, 1379)),
        ("NRCB4_FP1_SUB8", 8, (1817, 1814)),
    ],
)
def test_field_point_uses_the_start_of_the_subarray(aperture: str, size: int, start: tuple[int, int]) -> None:
    middle = size / 2 + 0.5
    point = found(aperture, shape=(size, size), subarray_start=start)
    assert (point.x + 1, point.y + 1) == pytest.approx((middle, middle), abs=0.01)
    without_start = found(aperture, shape=(size, size), subarray_start=None)
    assert (without_start.x, without_start.y) == pytest.approx((point.x, point.y), abs=0.01)
    whole = found(aperture, subarray_start=(1, 1))
    assert (whole.x - point.x, whole.y - point.y) == pytest.approx((start[0] - 1, start[1] - 1), abs=0.01)
    cut = found(aperture.rpartition("_")[0], shape=(size, size), subarray_start=start)
    assert (cut.x, cut.y) == pytest.approx((point.x, point.y), abs=0.01)


@pytest.mark.parametrize(
    ("instrument", "aperture", "shape", "start"),
    [("NIRISS", "NIS_SUB64", (64, 64), (1985, 1985)), ("MIRI", "MIRIM_SUB64", (64, 72), (1, 779))],
)
def test_subarrays_of_other_instruments_use_their_start(
    instrument: str, aperture: str, shape: tuple[int, int], start: tuple[int, int]
) -> None:
    entry = import_pysiaf().Siaf(instrument)[aperture]
    point = found(aperture, instrument, shape=shape, subarray_start=start)
    assert (point.x + 1, point.y + 1) == pytest.approx(entry.reference_point("sci"), abs=0.01)
    assert not point.sensing


def test_field_point_outside_the_image_is_marked() -> None:
    assert not found("NRCA1_FP6", shape=(64, 64), subarray_start=(1, 1)).in_image
    assert not found("NRCA1_FP6", shape=(64, 64), subarray_start=(1830, 1800)).in_image


def test_full_frame_aperture_is_no_sensing_field_point() -> None:
    assert not found("NRCA2_FULL").sensing
    point = field_point(exposure(detector="NRCALONG", aperture="NRCA5_FULL"))
    assert isinstance(point, FieldPoint)
    assert not point.sensing


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"aperture": ""}, "APERNAME is missing."),
        ({"aperture": "NRCA1_FP9"}, "has no aperture NRCA1_FP9."),
        ({"aperture": "NRCA3_FP1"}, "APERNAME NRCA3_FP1 is not on the detector NRCA1."),
        ({"detector": ""}, "APERNAME NRCA1_FP6 is not on the detector (DETECTOR is missing)."),
        ({"instrument": "NICMOS"}, "INSTRUME is NICMOS, which has no SIAF."),
        ({"instrument": ""}, "INSTRUME is missing, which has no SIAF."),
        ({"aperture": "NRCA1_FP6", "shape": (64, 64), "subarray_start": None}, "SUBSTRT1 and SUBSTRT2 are missing"),
        (
            {"instrument": "NIRSPEC", "detector": "NRS1", "aperture": "NRS1_FP1MIMF"},
            "gives NRS1_FP1MIMF a position on the sky but no pixel.",
        ),
    ],
)
def test_unknown_field_point_has_a_reason(changes: dict[str, Any], reason: str) -> None:
    point = field_point(exposure(**changes))
    assert isinstance(point, NoFieldPoint)
    assert reason in point.reason


def test_offset_of_star_is_in_pixels_and_arcsec() -> None:
    point = found("NRCA1_FP6")
    offset = offset_of_star(point, point.x + 3, point.y - 4, 0.1, 0.2)
    assert (offset.dx, offset.dy, offset.pixels) == pytest.approx((3, -4, 5))
    assert offset.arcsec == pytest.approx(math.hypot(3 * 0.03099397, 4 * 0.0311453))
    assert offset.pixels_error == pytest.approx(math.hypot(3 * 0.1, 4 * 0.2) / 5)
    assert offset.text == "5.0 +- 0.2 px (0.155 arcsec) from the field point"


def test_offset_equals_pysiaf_on_the_sky() -> None:
    """The ignored distortion is some thousandths of the distance."""
    aperture = import_pysiaf().Siaf("NIRCAM")["NRCA1_FP6"]
    point = found("NRCA1_FP6")
    for dx, dy in ((12.0, 0.0), (0.0, 12.0), (-30.0, 40.0)):
        x, y = aperture.sci_to_idl(point.x + 1 + dx, point.y + 1 + dy)
        assert offset_of_star(point, point.x + dx, point.y + dy).arcsec == pytest.approx(math.hypot(x, y), rel=0.005)


def test_offset_without_centroid_error_has_nan_error() -> None:
    point = found("NRCA1_FP6")
    offset = offset_of_star(point, point.x, point.y + 2)
    assert math.isnan(offset.pixels_error)
    assert offset.text == "2.0 px (0.062 arcsec) from the field point"


def test_zero_offset_has_the_error_of_the_centroid() -> None:
    point = found("NRCA1_FP6")
    offset = offset_of_star(point, point.x, point.y, 0.3, 0.4)
    assert (offset.pixels, offset.arcsec) == (0, 0)
    assert offset.pixels_error == pytest.approx(0.5)


def test_offset_of_a_missing_star_is_nan() -> None:
    offset = offset_of_star(found("NRCA1_FP6"), math.nan, math.nan)
    assert math.isnan(offset.pixels)
    assert math.isnan(offset.arcsec)
    assert offset.text == "no star position"
