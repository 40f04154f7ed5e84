"""A reference file is checked before the run against what the step does with it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.flags import DO_NOT_USE
from wfsgui.core.references.check import check_fits, check_tree
from wfsgui.core.references.facts import ReferenceFacts
from wfsgui.core.references.judgement import Judgement
from wfsgui.core.references.tree import AsdfContent

Change = Callable[[fits.HDUList], None]


def judged(kind: str, path: Path, info: ExposureInfo) -> Judgement:
    found = check_fits(kind, str(path), info)
    assert found is not None
    return found


def changed(path: Path, change: Change) -> Path:
    with fits.open(path, mode="update", memmap=False) as hdus:
        change(hdus)
    return path


def fill(plane: str, value: float) -> Change:
    def change(hdus: fits.HDUList) -> None:
        hdus[plane].data[:] = value

    return change


def drop(plane: str) -> Change:
    return lambda hdus: hdus.__delitem__(plane)


def say(**keywords: object) -> Change:
    return lambda hdus: hdus[0].header.update(keywords)


def silence(*keywords: str) -> Change:
    def change(hdus: fits.HDUList) -> None:
        for keyword in keywords:
            del hdus[0].header[keyword]

    return change


def shrink(*planes: str, side: int = 60) -> Change:
    def change(hdus: fits.HDUList) -> None:
        for plane in planes:
            hdus[plane].data = hdus[plane].data[:side, :side]

    return change


def stack(hdus: fits.HDUList) -> None:
    hdus["SCI"].data = np.stack([hdus["SCI"].data] * 2)


def test_references_of_the_demonstration_are_accepted(flat: Path, photom: Path, area: Path, info: ExposureInfo) -> None:
    for kind, path in (("flat", flat), ("photom", photom), ("area", area)):
        assert judged(kind, path, info) == Judgement()
    assert judged("flat", Path(), replace(info, filter="x")) != Judgement()
    for value in ("", "N/A", "n/a"):
        assert check_fits("flat", value, info) == Judgement()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (say(REFTYPE="AREA"), "of type area"),
        (say(TELESCOP="HST"), "for the telescope HST"),
        (say(INSTRUME="MIRI"), "for the instrument MIRI"),
        (say(DETECTOR="NRCB4"), "for the detector NRCB4, the exposure is of NRCA3"),
        (drop("SCI"), "has no image"),
        (stack, "has 3 axes instead of 2"),
        (fill("SCI", np.nan), "NaN throughout"),
        (fill("SCI", 0.0), "0 throughout"),
        (fill("DQ", DO_NOT_USE), "no usable pixel"),
        (fill("ERR", np.nan), "uncertainty (ERR) of my_flat.fits is NaN throughout"),
        (
            shrink("SCI", "ERR", "DQ"),
            "is smaller (60 x 60) than the exposure (64 x 64), so flat_field would be left out",
        ),
        (shrink("SCI", "ERR", "DQ", side=70), "says in SUBSIZE1 and SUBSIZE2 that it is larger"),
        (shrink("DQ"), "SCI and DQ of my_flat.fits have different shapes"),
        (shrink("ERR"), "SCI and ERR of my_flat.fits have different shapes"),
        (say(SUBSTRT1=1), "columns 1 to 96 and rows 485 to 580 of the detector, which do not contain the exposure"),
        (say(SUBSTRT2=0), "must be at least 1"),
        (silence("SUBSTRT1"), "does not say which part of the detector"),
    ],
)
def test_flat_that_the_step_cannot_use_is_refused(flat: Path, info: ExposureInfo, change: Change, said: str) -> None:
    found = judged("flat", changed(flat, change), info)
    assert said in found.fault
    assert found.fault.endswith(".")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (silence("REFTYPE"), "does not say its reference type"),
        (silence("INSTRUME", "DETECTOR"), "which instrument and detector it is for"),
        (say(MODULE="B"), "for the module B, the exposure has A"),
        (say(CHANNEL="LONG"), "for the channel LONG, the exposure has SHORT"),
        (say(FILTER="F200W"), "for the filter F200W, the exposure has F212N"),
        (say(PUPIL="CLEAR"), "for the pupil element CLEAR, the exposure has WLP8"),
        (say(EXP_TYPE="NRC_WFSS"), "for the exposure type NRC_WFSS"),
        (drop("DQ"), "no DQ plane"),
        (drop("ERR"), "no ERR plane"),
        (drop("DQ_DEF"), "no table DQ_DEF"),
        (fill("ERR", 0.0), "ERR plane of my_flat.fits is 0 throughout"),
        (lambda hdus: hdus["SCI"].data.__setitem__(slice(0, 60), np.nan), "no usable value in 69% of the pixels"),
        (lambda hdus: hdus["SCI"].data.__setitem__((40, 40), np.inf), "1 pixels of my_flat.fits are infinite"),
        (lambda hdus: hdus["SCI"].data.__imul__(100), "about 1"),
    ],
)
def test_flat_that_the_step_takes_without_a_word_is_doubted(
    flat: Path, info: ExposureInfo, change: Change, said: str
) -> None:
    found = judged("flat", changed(flat, change), info)
    assert found.faults == ()
    assert [doubt for doubt in found.doubts if said in doubt]
    assert all(doubt.endswith(".") for doubt in found.doubts)


def test_pattern_keywords_name_further_values(flat: Path, info: ExposureInfo) -> None:
    for value, count in (("CLEAR|WLP8|WLM8|", 0), ("CLEAR|WLM8|", 1)):
        assert len(judged("flat", changed(flat, say(PUPIL="CLEAR", P_PUPIL=value)), info).doubts) == count
    assert judged("flat", changed(flat, say(PUPIL="ANY", P_PUPIL="")), info) == Judgement()


def test_flat_of_another_place_is_judged_by_the_pixels_of_the_exposure(flat: Path, info: ExposureInfo) -> None:
    def change(hdus: fits.HDUList) -> None:
        data = hdus["SCI"].data
        inside = data[16:80, 16:80].copy()
        data[:] = np.nan
        data[16:80, 16:80] = inside

    assert judged("flat", changed(flat, change), info) == Judgement()
    beside = replace(info, circumstances=replace(info.circumstances, subarray_start=(402, 501)))
    assert judged("flat", flat, beside).faults == ()
    outside = replace(info, circumstances=replace(info.circumstances, subarray_start=(418, 501)))
    assert "do not contain the exposure" in judged("flat", flat, outside).fault


def table(change: Callable[[fits.FITS_rec], fits.FITS_rec]) -> Change:
    def act(hdus: fits.HDUList) -> None:
        hdus["PHOTOM"].data = change(hdus["PHOTOM"].data)

    return act


def without(column: str) -> Change:
    def change(hdus: fits.HDUList) -> None:
        kept = [each for each in hdus["PHOTOM"].columns if each.name.lower() != column]
        hdus["PHOTOM"] = fits.BinTableHDU.from_columns(kept, name="PHOTOM")

    return change


def own(rows: fits.FITS_rec) -> list[bool]:
    """Find the row of the exposure."""
    return [row["filter"].strip() == "F212N" and row["pupil"].strip() == "WLP8" for row in rows]


def value(number: float) -> Change:
    def change(rows: fits.FITS_rec) -> fits.FITS_rec:
        rows["photmjsr"][own(rows)] = number
        return rows

    return table(change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            table(lambda rows: rows[[not each for each in own(rows)]]),
            "no row for F212N+WLP8: the result would stay in DN/s",
        ),
        (table(lambda rows: rows[[*range(len(rows)), own(rows).index(True)]]), "2 rows for F212N+WLP8"),
        (table(lambda rows: rows[:0]), "no row for F212N+WLP8"),
        (value(0.0), "is 0: no pixel would have a value"),
        (value(np.nan), "is nan"),
        (without("photmjsr"), "no column PHOTMJSR"),
        (without("pupil"), "no column PUPIL"),
        (drop("PHOTOM"), "no table of conversions"),
        (silence("DATAMODL"), "does not name its data model"),
        (say(DATAMODL="MirImgPhotomModel"), "is a MirImgPhotomModel, but photom needs a NrcImgPhotomModel"),
        (silence("AUTHOR", "PEDIGREE"), "has no AUTHOR and no PEDIGREE"),
    ],
)
def test_photom_that_the_step_cannot_use_is_refused(
    photom: Path, info: ExposureInfo, change: Change, said: str
) -> None:
    assert said in judged("photom", changed(photom, change), info).fault


def test_negative_conversion_is_doubted(photom: Path, info: ExposureInfo) -> None:
    found = judged("photom", changed(photom, value(-1.5)), info)
    assert found.faults == ()
    assert "negative (-1.5)" in found.doubts[0]


def map_of(path: Path, shape: tuple[int, int], **keywords: object) -> Path:
    header = fits.Header({"REFTYPE": "AREA", "TELESCOP": "JWST", "INSTRUME": "NIRCAM", "DETECTOR": "NRCA3", **keywords})
    fits.HDUList([fits.PrimaryHDU(header=header), fits.ImageHDU(np.ones(shape, np.float32), name="SCI")]).writeto(path)
    return path


def test_map_of_areas_that_is_no_full_frame_is_refused(tmp_path: Path, info: ExposureInfo) -> None:
    cut = map_of(tmp_path / "cut.fits", (64, 64), SUBSTRT1=401, SUBSTRT2=501, SUBSIZE1=64, SUBSIZE2=64)
    assert "photom takes each map of areas as a full frame" in judged("area", cut, info).fault


def test_map_without_the_area_of_a_pixel_is_doubted(tmp_path: Path, info: ExposureInfo) -> None:
    path = map_of(tmp_path / "full.fits", (600, 500))
    assert "has no PIXAR_SR and PIXAR_A2" in judged("area", path, info).doubts[0]
    changed(path, fill("SCI", np.nan))
    assert "no value in the pixels of this exposure" in judged("area", path, info).doubts[0]


def test_file_with_another_format_or_a_missing_end_is_refused(flat: Path, tmp_path: Path, info: ExposureInfo) -> None:
    content = flat.read_bytes()
    files = {
        "cut.fits": (content[:-6000], "truncated"),
        "cut.fits.gz": (gzip.compress(content)[:-400], "truncated"),
        "flat.dat": (content, "ends in .fits or .asdf"),
        "tree.fits": (b"#ASDF 1.0.0\n", "is an ASDF file, but a flat reference is a FITS file"),
    }
    for name, (bytes_, said) in files.items():
        path = tmp_path / name
        path.write_bytes(bytes_)
        assert said in judged("flat", path, info).fault
    whole = tmp_path / "whole.fits.gz"
    whole.write_bytes(gzip.compress(content, 1))
    assert judged("flat", whole, info) == Judgement()
    assert (
        "is a FITS file, but a distortion reference is an ASDF file"
        in judged("distortion", changed(flat, silence("REFTYPE")), info).fault
    )


def test_tree_is_left_to_the_engine(tmp_path: Path, info: ExposureInfo) -> None:
    path = tmp_path / "a.asdf"
    path.write_bytes(b"#ASDF 1.0.0\n")
    assert check_fits("distortion", str(path), info) is None


FACTS = ReferenceFacts(reference_type="distortion", telescope="JWST", instrument="NIRCAM", detector="NRCA3")


@pytest.mark.parametrize(
    ("kind", "content", "fault", "doubt"),
    [
        ("distortion", AsdfContent(facts=FACTS, keys=frozenset({"model"})), "", ""),
        ("distortion", AsdfContent(facts=FACTS), "has no entry “model”", ""),
        ("distortion", AsdfContent(facts=replace(FACTS, detector="NRCA1")), "detector NRCA1", ""),
        ("filteroffset", AsdfContent(facts=FACTS), "of type distortion", ""),
        (
            "filteroffset",
            AsdfContent(facts=replace(FACTS, reference_type=""), keys=frozenset({"filters"})),
            "",
            "no offset for F212N+WLP8",
        ),
        (
            "filteroffset",
            AsdfContent(
                facts=replace(FACTS, reference_type="filteroffset"),
                keys=frozenset({"filters"}),
                filters=({"filter": "F212N", "pupil": "WLP8"},),
            ),
            "",
            "",
        ),
    ],
)
def test_tree_is_judged(kind: str, content: AsdfContent, fault: str, doubt: str, info: ExposureInfo) -> None:
    found = check_tree(kind, Path("my.asdf"), content, info)
    assert fault in found.fault
    assert bool(fault) == bool(found.faults)
    assert bool(doubt) == bool(found.doubts)
    assert not doubt or any(doubt in each for each in found.doubts)
