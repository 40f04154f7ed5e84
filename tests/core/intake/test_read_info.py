from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from astropy.io import fits

from tests.headers_only import write_exposure
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.intake.eligibility import check_eligible
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.circumstances import Circumstances


def test_the_quick_look_says_what_the_headers_say(tmp_path: Path) -> None:
    info = read_exposure_info(write_exposure(tmp_path / "a_rate.fits"))
    assert (info.instrument, info.detector, info.filter, info.pupil) == ("NIRCAM", "NRCA3", "F212N", "WLP8")
    assert (info.exp_type, info.visit_type, info.subarray) == ("NRC_IMAGE", "PRIME_WFSC_ROUTINE", "FULL")
    assert (info.program, info.observation, info.visit, info.exposure) == ("01234", "001", "001", "00001")
    assert (info.target, info.date_obs, info.unit) == ("WFS-STAR", "2026-01-02T03:04:05.678", "DN/s")
    assert info.shape == (8, 6)
    assert info.is_wfsc
    assert info.completed("S_RAMP")
    assert not info.completed("S_FLAT")
    assert info.optical_elements == "F212N+WLP8"


def test_keywords_that_are_missing_are_empty(tmp_path: Path) -> None:
    path = write_exposure(tmp_path / "a_rate.fits", {"VISITYPE": "", "PUPIL": "", "FILTER": "", "TARGPROP": ""})
    with fits.open(path, mode="update") as hdus:
        hdus[0].header["FILTER"] = None
        hdus[0].header["TARGNAME"] = "CATALOGUE NAME"
    info = read_exposure_info(path)
    assert (info.visit_type, info.pupil, info.filter) == ("", "", "")
    assert not info.is_wfsc
    assert info.target == "CATALOGUE NAME"
    assert info.optical_elements == "no filter"


def test_the_circumstances_of_an_exposure_are_read_with_it(tmp_path: Path) -> None:
    keywords: dict[str, str | float] = {
        "APERNAME": "NRCA1_FP6",
        "DMS_NOTE": "wfsc_los_jitter",
        "PATTTYPE": "WFSC",
        "XOFFSET": 0.0872,
        "YOFFSET": 0.0,
        "BKGDTARG": True,
        "TSOVISIT": True,
        "PILIN": True,
        "SUBSTRT1": 1797,
        "SUBSTRT2": 1782,
        "ENGQLPTG": "PLANNED",
        "TARG_RA": 89.9,
        "TARG_DEC": -65.7,
        "CAL_VER": "3.0.0",
        "CRDS_CTX": "jwst_1293.pmap",
    }
    assert read_exposure_info(write_exposure(tmp_path / "a_rate.fits", keywords)).circumstances == Circumstances(
        aperture="NRCA1_FP6",
        dms_note="WFSC_LOS_JITTER",
        pattern_type="WFSC",
        dither_offset=(0.0872, 0.0),
        background=True,
        time_series=True,
        pupil_imaging_lens=True,
        subarray_start=(1797, 1782),
        pointing_quality="PLANNED",
        target_position=(89.9, -65.7),
        calibration_version="3.0.0",
        crds_context="jwst_1293.pmap",
    )


def test_circumstances_that_are_missing_or_of_another_type_are_not_known(tmp_path: Path) -> None:
    strange: dict[str, str | float] = {"SUBSTRT1": "one", "TARG_RA": "here", "BKGDTARG": 1, "APERNAME": 5, "PILIN": "F"}
    strange["XOFFSET"] = 1.0
    for name, keywords in (("a", {}), ("b", strange)):
        path = write_exposure(tmp_path / f"{name}_rate.fits", keywords)
        assert read_exposure_info(path).circumstances == Circumstances()


def test_a_compressed_file_is_read_as_well(tmp_path: Path) -> None:
    plain = write_exposure(tmp_path / "a_rate.fits")
    packed = tmp_path / "a_rate.fits.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_exposure_info(packed).shape == (8, 6)


def test_no_pixels_are_read(tmp_path: Path) -> None:
    """A sparse file of 4 GiB answers at once and needs no memory."""
    path = write_exposure(tmp_path / "a_rate.fits", extensions=("ERR", "DQ"))
    header = fits.ImageHDU(name="SCI").header
    header["BITPIX"] = -32
    header["NAXIS"] = 2
    header.set("NAXIS1", 32768, after="NAXIS")
    header.set("NAXIS2", 32768, after="NAXIS1")
    with path.open("ab") as file:
        file.write(header.tostring().encode())
        file.truncate(file.tell() + -(-4 * 32768**2 // 2880) * 2880)
    assert read_exposure_info(path).shape == (32768, 32768)


def test_a_file_without_an_image_is_declined(tmp_path: Path) -> None:
    with pytest.raises(InputDeclinedError, match="has no SCI extension"):
        read_exposure_info(write_exposure(tmp_path / "a_rate.fits", extensions=("ERR", "DQ")))


@pytest.mark.parametrize("kept", [10, 2880, 3000, 9000, 14400, -3000, -2881])
def test_a_truncated_file_is_declined(tmp_path: Path, kept: int) -> None:
    path = write_exposure(tmp_path / "a_rate.fits", shape=(64, 64))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputDeclinedError, match=r"truncated|damaged FITS|has no SCI"):
        read_exposure_info(path)


def test_a_file_cut_within_its_last_plane_is_called_truncated(tmp_path: Path) -> None:
    path = write_exposure(tmp_path / "a_rate.fits", shape=(64, 64))
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(InputDeclinedError, match="truncated"):
        read_exposure_info(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"SIMPLE  =                    F", os.urandom(6000)])
def test_file_that_is_not_fits_is_declined(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a_rate.fits"
    path.write_bytes(content)
    with pytest.raises(InputDeclinedError, match=r"a_rate\.fits"):
        read_exposure_info(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("picture.png", b"\x89PNG\r\n\x1a\n", "picture.png is not a FITS file; give a _rate file"),
        ("notes.txt", b"hello", "notes.txt is not a FITS file; give a _rate file"),
        ("a_rate.fits", b"<html>404</html>", "a_rate.fits is not a FITS file, although it is named as one; fetch it"),
        ("a_rate.fits.gz", b"<html>404</html>", "a_rate.fits.gz is not a FITS file, although it is named as one"),
        ("a_rate.fits", b"", "a_rate.fits is empty; fetch it again"),
        ("a_rate.fits", b"SIMPLE  =                    T", "a_rate.fits is a damaged FITS file; fetch it again"),
    ],
)
def test_error_message_names_the_kind_of_file(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputDeclinedError) as caught:
        read_exposure_info(path)
    assert str(caught.value).startswith(said)


def test_a_damaged_compressed_file_is_declined(tmp_path: Path) -> None:
    plain = write_exposure(tmp_path / "a_rate.fits", shape=(256, 256))
    packed = tmp_path / "a_rate.fits.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes())[:200])
    with pytest.raises(InputDeclinedError, match=r"truncated|damaged FITS"):
        read_exposure_info(packed)


@pytest.mark.parametrize("kept", [0.1, 0.3, 0.6, 0.9])
def test_a_compressed_file_without_its_end_is_not_taken_for_something_else(tmp_path: Path, kept: float) -> None:
    packed = gzip.compress(write_exposure(tmp_path / "a_rate.fits", shape=(64, 64)).read_bytes())
    path = tmp_path / "b_rate.fits.gz"
    path.write_bytes(packed[: int(kept * len(packed))])
    with pytest.raises(InputDeclinedError, match="fetch it again"):
        check_eligible(read_exposure_info(path))


def test_missing_files_and_folders_are_declined(tmp_path: Path) -> None:
    with pytest.raises(InputDeclinedError, match="does not exist"):
        read_exposure_info(tmp_path / "nothing_rate.fits")
    with pytest.raises(InputDeclinedError, match="is a folder"):
        read_exposure_info(tmp_path)
