from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from astropy.io import fits

from tests.headers_only import write_exposure
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.intake.eligibility import check_eligible, mismatches, notices
from wfsgui.core.intake.exposure_types import IMAGE2_EXP_TYPES
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.exposure_info import PLANES, ExposureInfo


def info(folder: Path, keywords: Mapping[str, str] | None = None, shape: tuple[int, ...] = (8, 6)) -> ExposureInfo:
    return read_exposure_info(write_exposure(folder / "x_rate.fits", keywords, shape=shape))


MIRROR = {"INSTRUME": "NIRSPEC", "PUPIL": "", "FILTER": "F110W", "GRATING": "MIRROR"}


@pytest.mark.parametrize("exp_type", IMAGE2_EXP_TYPES)
def test_images_of_every_type_are_taken(tmp_path: Path, exp_type: str) -> None:
    of_nirspec = MIRROR if exp_type.startswith("NRS_") else {}
    check_eligible(info(tmp_path, {"EXP_TYPE": exp_type, **of_nirspec}))


@pytest.mark.parametrize("pupil", ["GDHS0", "GDHS60"])
def test_dispersed_hartmann_sensor_is_taken_with_notice(tmp_path: Path, pupil: str) -> None:
    exposure = info(tmp_path, {"PUPIL": pupil})
    check_eligible(exposure)
    (notice,) = notices(exposure)
    assert f"the dispersed Hartmann sensor {pupil}" in notice


def test_background_with_another_grating_is_named(tmp_path: Path) -> None:
    science = info(tmp_path / "a", {**MIRROR, "EXP_TYPE": "NRS_MIMF"})
    background = info(tmp_path / "b", {**MIRROR, "EXP_TYPE": "NRS_MIMF", "GRATING": "PRISM"})
    assert mismatches(science, background) == ("grating PRISM, not MIRROR",)


@pytest.mark.parametrize(
    ("shape", "keywords", "reason"),
    [
        ((2, 8, 6), {}, "_rateints.*give the _rate file"),
        ((2, 2, 8, 6), {"S_RAMP": ""}, "_uncal.*calwebb_detector1"),
        ((8,), {}, "no image"),
        ((8, 6), {"S_PHOTOM": "COMPLETE", "S_FLAT": "COMPLETE"}, r"calibrated already \(_cal\).*_rate file"),
        ((8, 6), {"S_RESAMP": "COMPLETE", "S_PHOTOM": "COMPLETE"}, r"resampled image \(_i2d\)"),
        ((8, 6), {"S_FLAT": "COMPLETE"}, "flat-fielded already"),
        ((8, 6), {"S_BKDSUB": "COMPLETE"}, "background-subtracted already"),
        ((8, 6), {"S_WCS": "COMPLETE"}, "a WCS already"),
        ((8, 6), {"EXP_TYPE": "NRC_WFSS", "PUPIL": "GRISMR"}, "dispersed by GRISMR"),
        ((8, 6), {"EXP_TYPE": "NRC_TSGRISM", "PUPIL": "GDHS0"}, "of type NRC_TSGRISM"),
        ((8, 6), {"FILTER": "GR150C", "INSTRUME": "NIRISS"}, "dispersed by GR150C"),
        ((8, 6), {"EXP_TYPE": "MIR_MRS"}, "of type MIR_MRS"),
        ((8, 6), {**MIRROR, "EXP_TYPE": "NRS_MIMF", "GRATING": "PRISM"}, "its GRATING is PRISM, not MIRROR"),
        ((8, 6), {**MIRROR, "EXP_TYPE": "NRS_MIMF", "GRATING": ""}, "its GRATING is missing"),
        ((8, 6), {**MIRROR, "EXP_TYPE": "NRS_LAMP"}, "the flat field of a lamp exposure"),
        ((8, 6), {**MIRROR, "EXP_TYPE": "NRS_MSASPEC"}, "its WCS needs the metadata file"),
        ((8, 6), {"EXP_TYPE": "NRC_LED"}, "of type NRC_LED"),
        ((8, 6), {"EXP_TYPE": ""}, "of no known type"),
        ((8, 6), {"TELESCOP": "HST", "INSTRUME": "WFC3"}, r"exposure of HST \(TELESCOP\), not of JWST"),
        ((8, 6), {"TELESCOP": "HST", "S_PHOTOM": "COMPLETE"}, "exposure of HST"),
        ((8, 6), {"TELESCOP": "", "INSTRUME": "WFC3"}, "its instrument .* is WFC3"),
        ((8, 6), {"INSTRUME": ""}, "it names no instrument"),
    ],
)
def test_everything_else_is_declined_with_the_reason(
    tmp_path: Path, shape: tuple[int, ...], keywords: dict[str, str], reason: str
) -> None:
    with pytest.raises(InputDeclinedError, match=reason):
        check_eligible(info(tmp_path, keywords, shape))


@pytest.mark.parametrize("telescope", ["", "JWST", "jwst"])
def test_a_file_that_names_no_telescope_is_taken_as_the_data_models_do(tmp_path: Path, telescope: str) -> None:
    check_eligible(info(tmp_path, {"TELESCOP": telescope}))


def test_a_step_that_was_skipped_does_not_make_a_later_product(tmp_path: Path) -> None:
    check_eligible(info(tmp_path, {"S_FLAT": "SKIPPED", "S_RESAMP": "SKIPPED"}))


def test_an_exposure_of_a_wfsc_visit_needs_no_notice(tmp_path: Path) -> None:
    assert notices(info(tmp_path)) == ()


@pytest.mark.parametrize(
    ("visit_type", "said"), [("PRIME_TARGETED_FIXED", "PRIME_TARGETED_FIXED"), ("", "no VISITYPE")]
)
def test_an_exposure_of_another_visit_is_taken_with_a_notice(tmp_path: Path, visit_type: str, said: str) -> None:
    exposure = info(tmp_path, {"VISITYPE": visit_type})
    check_eligible(exposure)
    (notice,) = notices(exposure)
    assert said in notice
    assert "calibrated all the same" in notice


@pytest.mark.parametrize(
    ("keyword", "value", "named"),
    [
        ("INSTRUME", "NIRISS", "instrument NIRISS, not NIRCAM"),
        ("DETECTOR", "NRCA1", "detector NRCA1, not NRCA3"),
        ("FILTER", "F200W", "filter F200W, not F212N"),
        ("PUPIL", "WLM8", "pupil WLM8, not WLP8"),
        ("PUPIL", "", "pupil none, not WLP8"),
        ("SUBARRAY", "SUB320", "subarray SUB320, not FULL"),
    ],
)
def test_a_background_that_differs_is_named(tmp_path: Path, keyword: str, value: str, named: str) -> None:
    assert mismatches(info(tmp_path / "a"), info(tmp_path / "b", {keyword: value})) == (named,)


def test_a_background_of_another_shape_is_named(tmp_path: Path) -> None:
    assert mismatches(info(tmp_path / "a"), info(tmp_path / "b", shape=(8, 7))) == ("shape 7x8, not 6x8",)


def test_a_background_that_fits_is_not_named(tmp_path: Path) -> None:
    other = info(tmp_path / "b", {"VISITYPE": "PRIME_TARGETED_FIXED", "TARGPROP": "SKY"})
    assert mismatches(info(tmp_path / "a"), other) == ()


@pytest.mark.parametrize("name", ["x_rate.fit", "x_rate"])
def test_a_name_that_the_pipeline_would_not_open_is_declined(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputDeclinedError, match="rename it"):
        check_eligible(read_exposure_info(write_exposure(tmp_path / name)))


@pytest.mark.parametrize("missing", ["ERR", "DQ", "VAR_POISSON", "VAR_RNOISE"])
def test_an_exposure_without_one_of_its_planes_is_declined(tmp_path: Path, missing: str) -> None:
    extensions = tuple(name for name in PLANES if name != missing)
    path = write_exposure(tmp_path / "a_rate.fits", extensions=extensions)
    with pytest.raises(InputDeclinedError, match=f"has no {missing} extension"):
        check_eligible(read_exposure_info(path))


def test_a_later_product_that_has_not_these_planes_is_called_by_its_name(tmp_path: Path) -> None:
    """An _i2d has no DQ, and an _uncal neither DQ nor ERR."""
    resampled = write_exposure(tmp_path / "a_i2d.fits", {"S_RESAMP": "COMPLETE"}, extensions=("SCI", "ERR"))
    with pytest.raises(InputDeclinedError, match="_i2d"):
        check_eligible(read_exposure_info(resampled))
    raw = write_exposure(tmp_path / "a_uncal.fits", {"S_RAMP": ""}, shape=(2, 2, 8, 6), extensions=("SCI",))
    with pytest.raises(InputDeclinedError, match="_uncal"):
        check_eligible(read_exposure_info(raw))


def test_planes_of_different_sizes_are_declined(tmp_path: Path) -> None:
    path = write_exposure(tmp_path / "a_rate.fits")
    with fits.open(path, mode="update") as hdus:
        hdus["DQ"].data = hdus["DQ"].data[1:]
    with pytest.raises(InputDeclinedError, match="SCI and DQ differ in size"):
        check_eligible(read_exposure_info(path))


def test_an_image_of_another_size_than_its_subarray_is_declined(tmp_path: Path) -> None:
    path = write_exposure(tmp_path / "a_rate.fits")
    with fits.open(path, mode="update") as hdus:
        hdus[0].header.update(SUBSIZE1=64, SUBSIZE2=8)
    with pytest.raises(InputDeclinedError, match=r"6x8 pixels where its header .* has 64x8"):
        check_eligible(read_exposure_info(path))


def test_an_image_without_pixels_is_declined(tmp_path: Path) -> None:
    with pytest.raises(InputDeclinedError, match="no pixels"):
        check_eligible(read_exposure_info(write_exposure(tmp_path / "a_rate.fits", shape=(0, 6))))
