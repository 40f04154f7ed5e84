"""Files of every form and name give the results of `Image2Pipeline.call`, bit for bit, through the command line."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from numpy.typing import NDArray

from tests.exposures import small, write_association, write_small
from tests.pipeline.parity_helpers import differences, inside, run_stock
from wfsgui.cli import main
from wfsgui.core.files.planes import read_image


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


def compare(given: Path, stock_input: Path, tmp_path: Path) -> None:
    """Run both, and compare the only result of each; their names may differ."""
    assert main(["run", str(given), "-o", str(tmp_path / "ours"), "--jobs", "1"]) == 0
    with inside(stock_input.parent):
        (stock,) = run_stock(stock_input, tmp_path / "stock")
    (ours,) = (tmp_path / "ours").iterdir()
    assert differences(ours, stock) == []


def in_two_members(content: bytes) -> bytes:
    half = len(content) // 2
    return gzip.compress(content[:half], 1) + gzip.compress(content[half:], 1)


def packed(content: bytes) -> bytes:
    return gzip.compress(content, 1)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a_rate.fits.gz", in_two_members),
        ("a_rate.fits", packed),
        ("a_rate.fits.gz", bytes),
        ("my folder/a b_rate.fits", bytes),
        ("d#1/a#1_rate.fits", bytes),
        ("d%23/a%23_rate.fits", bytes),
        ("\u03bf\u03c1/a_rate.fits", bytes),
    ],
)
def test_content_and_names_that_stock_takes(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    given = tmp_path / "in" / name
    given.parent.mkdir(parents=True)
    given.write_bytes(pack(write_small(tmp_path, small()).read_bytes()))
    compare(given, given, tmp_path)


@pytest.mark.parametrize(
    ("name", "pack"), [("A_RATE.FITS", bytes), ("A_RATE.FITS.GZ", packed), ("\u671b_rate.fits", bytes)]
)
def test_names_that_stock_does_not_take(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    plain = write_small(tmp_path / "plain", small())
    given = tmp_path / name
    given.write_bytes(pack(plain.read_bytes()))
    with pytest.raises(ValueError, match=r"Unrecognized file type|printable ASCII"):
        run_stock(given, tmp_path / "fails")
    compare(given, plain, tmp_path)


def test_association_whose_names_stock_does_not_take(tmp_path: Path) -> None:
    science, *sky = (write_small(tmp_path / "plain", small(exposure=number)) for number in (1, 2, 3))
    plain = write_association(tmp_path / "plain" / "u671b_asn.json", {science: sky})
    folder = tmp_path / "in"
    folder.mkdir()
    text = plain.read_text("utf-8")
    for path in (science, *sky):
        (folder / path.name.upper()).write_bytes(path.read_bytes())
        text = text.replace(path.name, path.name.upper())
    (folder / "\u671b_asn.json").write_text(text, "utf-8")
    compare(folder / "\u671b_asn.json", plain, tmp_path)


def scaled(hdus: fits.HDUList) -> None:
    counts = np.round(np.nan_to_num(hdus["SCI"].data) * 100).astype(np.int16)
    hdus["SCI"] = fits.ImageHDU(counts, hdus["SCI"].header, name="SCI")
    hdus["SCI"].header.update(BSCALE=0.01, BZERO=3.0)


def tiled(hdus: fits.HDUList) -> None:
    for name in ("SCI", "ERR"):
        plane = hdus[name]
        hdus[name] = fits.CompImageHDU(plane.data, plane.header, compression_type="GZIP_2", quantize_level=0, name=name)


def dq_as(kind: type[np.generic]) -> Callable[[fits.HDUList], None]:
    def change(hdus: fits.HDUList) -> None:
        flags: NDArray[np.uint32] = hdus["DQ"].data.copy()
        if kind is np.int32:
            flags[3, 4] = 2**31 + 1
        header = hdus["DQ"].header
        for keyword in ("BZERO", "BSCALE"):
            header.remove(keyword, ignore_missing=True)
        # Bit 31 of an int32 is the sign.
        hdus["DQ"] = fits.ImageHDU(flags.astype(kind), header, name="DQ")

    return change


@pytest.mark.parametrize(
    "change", [scaled, tiled, dq_as(np.int16), dq_as(np.int32), dq_as(np.float32), dq_as(np.float64)]
)
def test_planes_of_other_forms(tmp_path: Path, change: Callable[[fits.HDUList], None]) -> None:
    plain = write_small(tmp_path, small())
    given = tmp_path / "in" / plain.name
    given.parent.mkdir()
    with fits.open(plain) as hdus:
        change(hdus)
        hdus.writeto(given)
    compare(given, given, tmp_path)


def test_first_look_reads_bit_31_of_signed_flags(tmp_path: Path) -> None:
    plain = write_small(tmp_path, small())
    given = tmp_path / "in" / plain.name
    given.parent.mkdir()
    with fits.open(plain) as hdus:
        dq_as(np.int32)(hdus)
        hdus.writeto(given)
    assert read_image(given).dq[3, 4] == 2**31 + 1
