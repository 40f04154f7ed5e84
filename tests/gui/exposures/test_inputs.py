"""Each kind of input is opened by the window and shown, or declined with a sentence that says why."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PySide6.QtWidgets import QLabel

from tests.exposures import write_association
from tests.gui.window_driver import WindowDriver, find
from tests.headers_only import write_exposure
from wfsgui.core.intake.exposure_types import IMAGE2_EXP_TYPES, INSTRUMENTS
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.stages import RATE

NIRSPEC: dict[str, str | float] = {
    "INSTRUME": "NIRSPEC",
    "DETECTOR": "NRS1",
    "FILTER": "F110W",
    "PUPIL": "",
    "GRATING": "MIRROR",
}
BY_PREFIX: dict[str, dict[str, str | float]] = {
    "NRC": {},
    "NIS": {"INSTRUME": "NIRISS", "DETECTOR": "NIS", "FILTER": "CLEAR", "PUPIL": "F150W"},
    "MIR": {"INSTRUME": "MIRI", "DETECTOR": "MIRIMAGE", "FILTER": "F770W", "PUPIL": ""},
    "FGS": {"INSTRUME": "FGS", "DETECTOR": "GUIDER1", "FILTER": "", "PUPIL": ""},
    "NRS": NIRSPEC,
}
SHAPE = (32, 24)


def shown_image(driver: WindowDriver, exposure: Exposure) -> tuple[np.ndarray, np.ndarray]:
    """Wait until the exposure is on screen, and return its SCI and DQ planes."""
    driver.window.docks.exposures.select(exposure)
    driver.wait(lambda: exposure.stages[RATE].image is not None)
    driver.rest()
    image = exposure.stages[RATE].image
    assert image is not None
    return image.sci, image.dq


def run(driver: WindowDriver, exposure: Exposure) -> None:
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.window.services.control.run([exposure])
    assert exposure.state is ExposureState.DONE


def pixels(path: Path, shape: tuple[int, int] = SHAPE) -> Path:
    """Put different values into the planes of a file."""
    with fits.open(path, mode="update") as hdus:
        hdus["SCI"].data = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
        hdus["ERR"].data = np.ones(shape, np.float32)
        hdus["DQ"].data = np.zeros(shape, np.uint32)
    return path


def test_there_is_an_example_of_every_instrument() -> None:
    assert {str(keys.get("INSTRUME", "NIRCAM")) for keys in BY_PREFIX.values()} == set(INSTRUMENTS)


@pytest.mark.parametrize("exp_type", IMAGE2_EXP_TYPES)
def test_every_exposure_type_is_opened(driver: WindowDriver, tmp_path: Path, exp_type: str) -> None:
    keys = {**BY_PREFIX[exp_type[:3]], "EXP_TYPE": exp_type}
    (exposure,) = driver.open(pixels(write_exposure(tmp_path / "a_rate.fits", keys, shape=SHAPE)))
    assert shown_image(driver, exposure)[0].shape == SHAPE
    assert not any("Not opened" in sentence for sentence in driver.sentences)


@pytest.mark.parametrize(("detector", "subarray"), [("NRS1", "FULL"), ("NRS2", "SUB32")])
def test_nirspec_image_is_opened_and_run(driver: WindowDriver, tmp_path: Path, detector: str, subarray: str) -> None:
    keys = {**NIRSPEC, "EXP_TYPE": "NRS_MIMF", "DETECTOR": detector, "SUBARRAY": subarray}
    (exposure,) = driver.open(pixels(write_exposure(tmp_path / "a_rate.fits", keys, shape=SHAPE)))
    assert "MIMF" in find_role(driver)
    run(driver, exposure)


def find_role(driver: WindowDriver) -> str:
    return str(driver.window.docks.model.index(0, 0).data())


@pytest.mark.parametrize("pupil", ["GDHS0", "GDHS60"])
def test_dispersed_hartmann_sensor_is_opened_with_a_notice_and_run(
    driver: WindowDriver, tmp_path: Path, pupil: str
) -> None:
    (exposure,) = driver.open(pixels(write_exposure(tmp_path / "a_rate.fits", {"PUPIL": pupil}, shape=SHAPE)))
    assert any(f"dispersed Hartmann sensor {pupil}" in notice for notice in exposure.notices)
    driver.window.presenter.show_stage(RATE)
    driver.rest()
    assert f"dispersed Hartmann sensor {pupil}" in find(driver.window, QLabel, "step_page").text()
    run(driver, exposure)


DECLINED: list[tuple[dict[str, str | float], tuple[int, ...], str]] = [
    ({"TELESCOP": "HST"}, SHAPE, "is an exposure of HST (TELESCOP), not of JWST"),
    ({"PUPIL": "GRISMR"}, SHAPE, "is dispersed by GRISMR"),
    ({**NIRSPEC, "EXP_TYPE": "NRS_IMAGE", "GRATING": "G140H"}, SHAPE, "its GRATING is G140H, not MIRROR"),
    ({**NIRSPEC, "EXP_TYPE": "NRS_LAMP"}, SHAPE, "which calwebb_image2 does not calibrate"),
    ({"EXP_TYPE": "NRC_WFSS"}, SHAPE, "only the types are calibrated here"),
    ({"S_PHOTOM": "COMPLETE"}, SHAPE, "give the _rate file that it was made from"),
    ({}, (3, *SHAPE), "holds one image per integration (_rateints)"),
    ({}, (2, 3, *SHAPE), "holds the groups of a ramp"),
]


@pytest.mark.parametrize(("keys", "shape", "why"), DECLINED)
def test_exposure_that_the_pipeline_does_not_take_is_declined(
    driver: WindowDriver, tmp_path: Path, keys: dict[str, str | float], shape: tuple[int, ...], why: str
) -> None:
    good = pixels(write_exposure(tmp_path / "good_rate.fits", shape=SHAPE))
    (exposure,) = driver.open(write_exposure(tmp_path / "bad_rate.fits", keys, shape=shape), good)
    assert exposure.product.name == "good_rate.fits"
    (sentence,) = driver.sentences
    assert sentence.startswith("Not opened: bad_rate.fits")
    assert why in sentence


def test_declined_rateints_names_the_rate_file_beside_it(driver: WindowDriver, tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    driver.open(write_exposure(tmp_path / "a_rateints.fits", shape=(2, 8, 6)))
    assert driver.exposures == []
    assert "give the _rate file of the same exposure, a_rate.fits, which is beside it." in driver.sentences[0]


def in_two_members(content: bytes) -> bytes:
    half = len(content) // 2
    return gzip.compress(content[:half], 1) + gzip.compress(content[half:], 1)


def packed(content: bytes) -> bytes:
    return gzip.compress(content, 1)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a_rate.fits.gz", packed),
        ("a_rate.fits.gz", in_two_members),
        ("a_rate.fits", packed),
        ("a_rate.fits.gz", bytes),
        ("A_RATE.FITS", bytes),
        ("A_RATE.FITS.GZ", packed),
        ("my folder/a b#1%23_rate.fits", bytes),
        ("\u6708/\u671b_rate.fits", bytes),
    ],
)
def test_content_and_names_of_every_form_are_opened_and_run(
    driver: WindowDriver, tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    plain = pixels(write_exposure(tmp_path / "x.fits", shape=SHAPE))
    given = tmp_path / "in" / name
    given.parent.mkdir(parents=True)
    given.write_bytes(pack(plain.read_bytes()))
    (exposure,) = driver.open(given)
    sci, _ = shown_image(driver, exposure)
    np.testing.assert_array_equal(sci.ravel(), np.arange(sci.size))
    run(driver, exposure)


def test_name_that_is_no_text_is_declined_and_the_rest_is_opened(driver: WindowDriver, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    good = pixels(write_exposure(folder / "a_rate.fits", shape=SHAPE))
    (folder / os.fsdecode(b"b\xff_rate.fits")).write_bytes(good.read_bytes())
    (exposure,) = driver.open(folder)
    assert exposure.product.name == "a_rate.fits"
    assert "cannot read as text; rename it" in driver.sentences[0]


def scaled(hdus: fits.HDUList) -> None:
    hdus["SCI"] = fits.ImageHDU(np.arange(SHAPE[0] * SHAPE[1], dtype=np.int16).reshape(SHAPE), name="SCI")
    hdus["SCI"].header.update(BSCALE=1.0, BZERO=0.0, BUNIT="DN/s")


def tiled(hdus: fits.HDUList) -> None:
    plane = hdus["SCI"]
    hdus["SCI"] = fits.CompImageHDU(plane.data, plane.header, compression_type="GZIP_2", quantize_level=0, name="SCI")


@pytest.mark.parametrize("change", [scaled, tiled])
def test_planes_of_other_forms_are_shown_as_they_are(
    driver: WindowDriver, tmp_path: Path, change: Callable[[fits.HDUList], None]
) -> None:
    with fits.open(pixels(write_exposure(tmp_path / "x.fits", shape=SHAPE))) as hdus:
        change(hdus)
        hdus.writeto(tmp_path / "a_rate.fits")
    (exposure,) = driver.open(tmp_path / "a_rate.fits")
    sci, _ = shown_image(driver, exposure)
    np.testing.assert_array_equal(sci.ravel(), np.arange(sci.size))


@pytest.mark.parametrize("kind", [np.int32, np.int16, np.float32])
def test_flags_of_every_type_are_the_same_flags(driver: WindowDriver, tmp_path: Path, kind: type[np.generic]) -> None:
    flags = np.zeros(SHAPE, np.uint32)
    flags[3, 4] = 2**31 + 1 if kind is np.int32 else 5
    with fits.open(pixels(write_exposure(tmp_path / "x.fits", shape=SHAPE))) as hdus:
        # Bit 31 of an int32 is the sign.
        hdus["DQ"] = fits.ImageHDU(flags.astype(kind), name="DQ")
        hdus.writeto(tmp_path / "a_rate.fits")
    (exposure,) = driver.open(tmp_path / "a_rate.fits")
    _, dq = shown_image(driver, exposure)
    assert dq.dtype == np.uint32
    np.testing.assert_array_equal(dq, flags)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    science, sky = (pixels(write_exposure(tmp_path / f"{name}_rate.fits", shape=SHAPE)) for name in "ab")
    return write_association(tmp_path / "x_asn.json", {science: [sky]})


def change(table: Path, encoding: str = "utf-8", **values: object) -> None:
    """Change entries of an association; None removes one."""
    content = json.loads(table.read_text("utf-8")) | values
    content = {key: value for key, value in content.items() if value is not None}
    table.write_bytes(json.dumps(content).encode(encoding))


ASSOCIATIONS: dict[str, dict[str, object]] = {
    "as asn_from_list writes it": {"asn_type": "None", "asn_rule": "DMSLevel2bBase", "asn_pool": "none"},
    "without a type": {"asn_type": None},
    "with neither type nor rule": {"asn_type": None, "asn_rule": None},
    "of the older type": {"asn_type": "wfs-image2"},
}


@pytest.mark.parametrize("values", ASSOCIATIONS.values(), ids=ASSOCIATIONS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_association_as_people_make_it_is_opened_and_run(
    driver: WindowDriver, table: Path, values: dict[str, object], encoding: str
) -> None:
    change(table, encoding, **values)
    (exposure,) = driver.open(table)
    assert [member.path.name for member in exposure.product.backgrounds] == ["b_rate.fits"]
    told = any("has no asn_type; it is taken as image2" in notice for notice in exposure.notices)
    assert told is (values.get("asn_type") in (None, "None"))
    run(driver, exposure)
    assert exposure.finished_steps[0] == "bkg_subtract"


def test_association_with_absolute_paths_and_no_product_name_is_opened(driver: WindowDriver, table: Path) -> None:
    members = [
        {"expname": str(table.parent / "a_rate.fits"), "exptype": "science"},
        {"expname": str(table.parent / "b_rate.fits"), "exptype": "background"},
        {"expname": "nowhere_rate.fits", "exptype": "target_acquisition"},
    ]
    change(table, products=[{"members": members}])
    (exposure,) = driver.open(table.rename(table.parent.parent / "elsewhere_asn.json"))
    assert exposure.product.name == "a"
    assert any("does not name the product; it is named a" in notice for notice in exposure.notices)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"asn_type": "image2",\n "products": [}', "is not valid JSON (line 2, column 15"),
        ('{"asn_type": "image3", "products": []}', "is a level-3 association"),
        ('{"asn_type": "image2", "products": []}', "lists no products"),
    ],
)
def test_association_that_cannot_be_used_is_declined_with_the_reason(
    driver: WindowDriver, table: Path, content: str, why: str
) -> None:
    table.write_text(content, "utf-8")
    driver.open(table)
    assert driver.exposures == []
    assert why in driver.sentences[0]


def test_member_of_integrations_names_the_rate_file_beside_it(driver: WindowDriver, table: Path) -> None:
    write_exposure(table.parent / "a_rateints.fits", shape=(2, *SHAPE))
    change(table, products=[{"name": "a", "members": [{"expname": "a_rateints.fits", "exptype": "science"}]}])
    driver.open(table)
    assert "give the _rate file of the same exposure, a_rate.fits, which is beside it." in driver.sentences[0]
