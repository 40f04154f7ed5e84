"""Content of a reference file for its viewer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.references.reading import cut_to_exposure, read_content, read_planes


def test_flat_has_planes_a_table_and_the_pixels_of_the_exposure(flat: Path, info: ExposureInfo) -> None:
    content = read_content(flat, "flat", info)
    assert (content.image, content.shape, content.depth, content.left_out) == ("SCI", (96, 96), 1, ())
    assert [table.name for table in content.tables] == ["DQ_DEF"]
    assert ("REFTYPE", "flat") in [(keyword, value.lower()) for keyword, value, _ in content.header]
    assert content.cut is not None
    assert content.cut.slices == (slice(16, 80), slice(16, 80))
    image = read_planes(flat)
    assert list(image.planes) == ["SCI", "ERR", "DQ"]
    part = cut_to_exposure(image, content.cut)
    with fits.open(flat) as hdus:
        np.testing.assert_array_equal(part.sci, hdus["SCI"].data[16:80, 16:80])
        np.testing.assert_array_equal(part.err, hdus["ERR"].data[16:80, 16:80])
    assert part.planes["DQ"].shape == info.shape


def test_place_that_the_flat_does_not_contain_is_said(flat: Path, info: ExposureInfo) -> None:
    beside = replace(info, circumstances=replace(info.circumstances, subarray_start=(1, 1)))
    content = read_content(flat, "flat", beside)
    assert content.cut is None
    assert "do not contain the exposure" in content.why_no_cut
    assert "no exposure" in read_content(flat).why_no_cut


def test_flags_have_their_standard_values(tmp_path: Path) -> None:
    dq = np.array([[0, 1], [2, 3]], np.uint32)
    table = np.array(
        [(0, 1, "DEAD", ""), (1, 2, "DO_NOT_USE", "")],
        dtype=[("BIT", "i4"), ("VALUE", "i4"), ("NAME", "S40"), ("DESCRIPTION", "S8")],
    )
    path = tmp_path / "flat.fits"
    planes = [fits.ImageHDU(np.ones((2, 2), np.float32), name="SCI"), fits.ImageHDU(dq, name="DQ")]
    fits.HDUList([fits.PrimaryHDU(), *planes, fits.BinTableHDU(table, name="DQ_DEF")]).writeto(path)
    dead, bad = FLAGS["DEAD"], FLAGS["DO_NOT_USE"]
    image = read_planes(path)
    np.testing.assert_array_equal(image.dq, [[0, dead], [bad, dead | bad]])
    assert np.isnan(image.err).all()
    assert "ERR" not in image.planes


def test_each_image_of_a_cube_is_read(tmp_path: Path) -> None:
    cube = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    path = tmp_path / "cube.fits"
    planes = [
        fits.ImageHDU(cube, name="SCI"),
        fits.ImageHDU(np.zeros((3, 4), np.uint32), name="DQ"),
        fits.ImageHDU(np.zeros((9, 9)), name="OTHER"),
    ]
    fits.HDUList([fits.PrimaryHDU(), *planes]).writeto(path)
    content = read_content(path)
    assert (content.depth, content.shape, content.left_out) == (2, (3, 4), ("OTHER (9, 9)",))
    for index in range(2):
        image = read_planes(path, index)
        np.testing.assert_array_equal(image.sci, cube[index])
        assert image.dq.shape == (3, 4)


def test_row_of_the_exposure_is_marked(photom: Path, info: ExposureInfo) -> None:
    (table,) = (each for each in read_content(photom, "photom", info).tables if each.name == "PHOTOM")
    (row,) = table.marked
    cells = dict(zip((name.partition(" ")[0] for name in table.columns), table.rows[row], strict=True))
    assert (cells["filter"], cells["pupil"]) == ("F212N", "WLP8")
    assert table.is_selected
    other = read_content(photom, "photom", replace(info, filter="F000X")).tables[0]
    assert (other.marked, other.is_selected) == ((), True)


def test_vectors_in_a_table_are_shortened(tmp_path: Path) -> None:
    path = tmp_path / "table.fits"
    columns = [fits.Column("WAVE", "6E", unit="um", array=[np.arange(6)]), fits.Column("N", "J", array=[3])]
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns, name="T")]).writeto(path)
    (table,) = read_content(path).tables
    assert table.columns == ("WAVE (um)", "N")
    assert table.rows == (("6 values: 0, 1, 2, 3, ...", "3"),)


def test_file_without_an_image_and_damaged_file_are_declined(photom: Path, tmp_path: Path) -> None:
    assert read_content(photom).image == ""
    with pytest.raises(InputDeclinedError, match="has no image"):
        read_planes(photom)
    damaged = tmp_path / "damaged.fits"
    damaged.write_text("no FITS file")
    with pytest.raises(InputDeclinedError, match="cannot be read"):
        read_content(damaged)
