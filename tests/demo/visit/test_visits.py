"""Visit of today and multi-instrument sensing: pointing, headers, associations, results of the official pipeline."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from jwst.pipeline import Image2Pipeline
from stdatamodels.jwst.datamodels.dqflags import pixel as dq_flags

from wfsgui.core.files.planes import read_image
from wfsgui.core.intake.products import take_in
from wfsgui.core.measure.find_star import find_star
from wfsgui.core.measure.star import measure_star
from wfsgui.demo.references.siaf import apertures
from wfsgui.demo.visit.exposure_spec import ExposureSpec
from wfsgui.demo.visit.kinds import Kind
from wfsgui.demo.visit.plan import NOT_TAKEN_YET, exposures, groups
from wfsgui.demo.visit.pointing import point, reference_pixel
from wfsgui.demo.visit.visit import DEMONSTRATION, Plan, Visit, ensure_visit

ACQUISITION, JITTER, MINUS, PLUS, FIRST_BACKGROUND, SECOND_BACKGROUND, LONG_WAVE = range(7)
SUBARRAYS = {
    "SUB64FP6A": "NRCA1_FP6_SUB64",
    "SUB8FP6A": "NRCA1_FP6_SUB8",
    "SUB256": "NIS_SUB256",
    "BRIGHTSKY": "MIRIM_BRIGHTSKY",
    "SUB128CNTR": "FGS1_SUB128CNTR",
}
"""SUBARRAY and the SIAF aperture with the same corner."""


def star_of(spec: ExposureSpec) -> tuple[float, float]:
    """Compute the 0-based pixel of the target."""
    ra, dec = spec.target_at_mid_exposure
    x, y = point(spec).sky_to_pixel([ra], [dec])
    return float(x[0]), float(y[0])


@pytest.mark.parametrize("kind", [Kind.TODAY, Kind.MIMF])
def test_subarray_positions_equal_the_siaf(kind: Kind) -> None:
    for spec in exposures(DEMONSTRATION[kind]):
        if spec.subarray not in SUBARRAYS:
            continue
        entries = apertures(spec.instrument)
        full, part = entries[spec.full_aperture_name], entries[SUBARRAYS[spec.subarray]]
        assert full.det_to_sci(*part.sci_to_det(1, 1)) == (spec.xstart, spec.ystart)
        assert (part.YSciSize, part.XSciSize) == spec.shape


def test_star_is_at_the_field_point_of_the_aperture() -> None:
    for kind in (Kind.TODAY, Kind.MIMF):
        for spec in exposures(DEMONSTRATION[kind]):
            if spec.background:
                continue
            where = point(spec)
            pointed = apertures(spec.instrument)[spec.pointing_aperture_name]
            if spec.detector == "NRCALONG":
                # Another detector than the one that was pointed: by the sky.
                x, y = where.full.tel_to_sci(np.array(pointed.V2Ref), np.array(pointed.V3Ref))
                expected = (float(x), float(y))
            else:
                expected = reference_pixel(pointed, where.full)
            column, row = star_of(spec)
            # The SIAF counts from 1; between its apertures it is off by some hundredths of a pixel.
            found = (column + spec.xstart, row + spec.ystart)
            assert found == pytest.approx(expected, abs=0.15), spec.root
            rows, columns = spec.shape
            assert 0 <= column < columns
            assert 0 <= row < rows


def test_backgrounds_contain_no_flux_of_the_star() -> None:
    plan = DEMONSTRATION[Kind.TODAY]
    backgrounds = [spec for spec in exposures(plan) if spec.background]
    assert len(backgrounds) == 2
    for spec in backgrounds:
        assert star_of(spec)[0] - spec.shape[1] > plan.telescope.field // 2


def test_headers_of_todays_visit(small_today: Visit) -> None:
    headers = [fits.getheader(path) for path in small_today.rates]
    told = [
        tuple(header.get(name) for name in ("DETECTOR", "EXP_TYPE", "PUPIL", "APERNAME", "PPS_APER", "DMS_NOTE"))
        for header in headers
    ]
    full = ("NRC_IMAGE", "WLP8", "NRCA1_FP6", "NRCA1_FP6", None)
    assert told == [
        ("NRCA1", "NRC_TACQ", "CLEAR", "NRCA1_FP6_SUB64", "NRCA1_FP6_SUB64", None),
        ("NRCA1", "NRC_IMAGE", "CLEAR", "NRCA1_FP6_SUB8", "NRCA1_FP6_SUB8", "WFSC_LOS_JITTER"),
        ("NRCA1", "NRC_IMAGE", "WLM8", "NRCA1_FP6", "NRCA1_FP6", None),
        ("NRCA1", *full),
        ("NRCA1", *full),
        ("NRCA1", *full),
        ("NRCALONG", "NRC_IMAGE", "CLEAR", "NRCA5_FULL", "NRCA1_FP6", None),
    ]
    assert [header["SUBARRAY"] for header in headers[:2]] == ["SUB64FP6A", "SUB8FP6A"]
    assert {header["FILTER"] for header in headers} == {"F212N", "F480M"}
    assert {header["ENGQLPTG"] for header in headers} == {"CALCULATED"}
    assert {header["VISITYPE"] for header in headers} == {"PRIME_WFSC_ROUTINE"}
    # Not dithered.
    assert {(header["NUMDTHPT"], header["PATTTYPE"]) for header in headers[:4]} == {(1, "NONE")}
    assert {header["S_RAMP"] for header in headers} == {"COMPLETE"}
    assert {header["TARG_RA"] for header in headers} != {0.0}


def test_exposures_of_todays_visit_follow_each_other(small_today: Visit) -> None:
    *short_wave, long_wave = (fits.getheader(path) for path in small_today.rates)
    for former, latter in pairwise(short_wave):
        assert former["EXPEND"] < latter["EXPSTART"]
    # Routine sensing has been on this detector since December 2024.
    assert short_wave[0]["DATE-OBS"] > "2024-12"
    # The companion is read out with the exposure through the same lens.
    for name in ("EXPSTART", "EXPEND", "EXPCOUNT", "ACT_ID", "EXPOSURE"):
        assert long_wave[name] == short_wave[PLUS][name]


def test_acquisition_and_jitter_are_in_no_association(small_today: Visit) -> None:
    rates = small_today.rates
    contents = [json.loads(path.read_text(encoding="utf-8")) for path in small_today.associations]
    members = [
        [[(member["exptype"], member["expname"]) for member in product["members"]] for product in content["products"]]
        for content in contents
    ]
    science = [("science", rates[number].name) for number in (MINUS, PLUS, LONG_WAVE)]
    backgrounds = [("background", rates[number].name) for number in (FIRST_BACKGROUND, SECOND_BACKGROUND)]
    assert members == [[[entry] for entry in science], [[science[1], *backgrounds]]]


def test_opened_associations_are_accepted(small_today: Visit, mimf: Visit) -> None:
    assert small_today.opened == (small_today.associations[1], small_today.associations[0])
    # An association an instrument.
    assert len(mimf.associations) == len(mimf.rates) == 4
    kinds = [fits.getval(path, "EXP_TYPE") for path in mimf.rates]
    left_out = {path for path, kind in zip(mimf.associations, kinds, strict=True) if kind in NOT_TAKEN_YET}
    assert set(mimf.opened) == set(mimf.associations) - left_out
    # Nothing is left out that the program takes.
    for path in left_out:
        assert not take_in([path]).products
    for path in (*small_today.opened, *mimf.opened):
        found = take_in([path])
        assert found.products
        assert not found.declined


@pytest.mark.parametrize("number", [MINUS, PLUS])
def test_donut_position_of_today_equals_the_truth(number: int, small_today: Visit) -> None:
    star = json.loads(small_today.truth.read_text(encoding="utf-8"))["exposures"][number]["star"]
    frame = read_image(small_today.rates[number])
    assert find_star(frame.sci, frame.dq) == pytest.approx((star["x"], star["y"]), abs=0.7)


@pytest.mark.parametrize("number", range(4))
def test_star_position_of_each_instrument_equals_the_truth(number: int, mimf: Visit) -> None:
    star = json.loads(mimf.truth.read_text(encoding="utf-8"))["exposures"][number]["star"]
    frame = read_image(mimf.rates[number])
    measured = measure_star(frame, star["x"], star["y"], 10.0)
    # NIRSpec's pixels are three times as wide as what the telescope resolves.
    assert (measured.x, measured.y) == pytest.approx((star["x"], star["y"]), abs=0.5 if number == 0 else 0.3)
    assert measured.flux == pytest.approx(star["flux_dn_per_s"], rel=0.25)
    assert not (frame.dq & dq_flags["SATURATED"]).any()


def test_truth_has_the_pixel_scale_of_each_detector(small_today: Visit, mimf: Visit) -> None:
    records = [
        record
        for visit in (small_today, mimf)
        for record in json.loads(visit.truth.read_text(encoding="utf-8"))["exposures"]
    ]
    scales = {record["file"].split("_")[3]: record["pixel_scale_arcsec"] for record in records}
    expected = {"nrca1": 0.0312, "nrcalong": 0.063, "nrs1": 0.104, "nis": 0.0656, "mirimage": 0.11, "guider1": 0.069}
    assert scales == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(
    ("which", "number", "photom"),
    [
        ("today", ACQUISITION, "COMPLETE"),
        ("today", JITTER, "COMPLETE"),
        ("today", LONG_WAVE, "COMPLETE"),
        ("mimf", 0, "SKIPPED"),
        ("mimf", 1, "COMPLETE"),
        ("mimf", 2, "COMPLETE"),
        ("mimf", 3, "COMPLETE"),
    ],
)
def test_official_pipeline_calibrates_every_exposure(
    small_today: Visit, mimf: Visit, references: Callable[[str], None], which: str, number: int, photom: str
) -> None:
    path = {"today": small_today, "mimf": mimf}[which].rates[number]
    header = fits.getheader(path)
    references(header["DETECTOR"])
    (result,) = Image2Pipeline.call(str(path), steps={"resample": {"skip": True}})
    with result:
        steps = result.meta.cal_step
        assert (steps.assign_wcs, steps.flat_field, steps.photom) == ("COMPLETE", "COMPLETE", photom)
        if "DMS_NOTE" in header:
            assert result.extra_fits.PRIMARY.header[0][:2] == ["DMS_NOTE", "WFSC_LOS_JITTER"]
        # The WCS puts the target on the pixel that the simulation put it on.
        x, y = result.meta.wcs.invert(header["TARG_RA"], header["TARG_DEC"], with_bounding_box=False)
        star = json.loads((path.parent / "truth.json").read_text(encoding="utf-8"))["exposures"][number]["star"]
        assert (x, y) == pytest.approx((star["x"], star["y"]), abs=0.02)


def test_all_visits_and_their_references_stay_below_a_gigabyte() -> None:
    specs = [spec for plan in DEMONSTRATION.values() for spec in exposures(plan)]
    pixels = sum(int(np.prod(spec.shape)) for spec in specs)
    detectors = {spec.detector: int(np.prod(spec.detector_shape)) for spec in specs}
    # Five planes of an exposure, three of a flat field, one of pixel areas, four bytes each; headers beside it.
    assert 20 * pixels + 16 * sum(detectors.values()) + 100_000 * len(specs) < 0.96e9


def test_exposure_names_are_unique() -> None:
    names = [spec.root for plan in DEMONSTRATION.values() for spec in exposures(plan)]
    assert len(set(names)) == len(names)
    associated = [spec.root for plan in DEMONSTRATION.values() for group in groups(plan) for spec in group.science]
    assert set(associated) < set(names)


def test_exposures_of_an_older_edition_are_removed(tmp_path: Path, small_plan: Plan) -> None:
    folder = tmp_path / "visit"
    folder.mkdir()
    for name in ("jw99001001001_03109_00001_nrca3_rate.fits", "the_analysts_own.fits"):
        (folder / name).touch()
    outside = tmp_path / "outside.fits"
    outside.touch()
    records = [{"file": "jw99001001001_03109_00001_nrca3_rate.fits"}, {"file": "../outside.fits"}]
    (folder / "truth.json").write_text(json.dumps({"version": "0", "exposures": records}), encoding="utf-8")
    visit = ensure_visit(folder, small_plan)
    assert set(folder.iterdir()) == {*visit.rates, *visit.associations, visit.truth, folder / "the_analysts_own.fits"}
    assert outside.exists()
