from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from numpy.typing import NDArray
from stdatamodels.jwst.datamodels import FlatModel, PixelAreaModel
from stdatamodels.jwst.datamodels.dqflags import pixel

from wfsgui.demo.references.detectors import detector_named
from wfsgui.demo.references.flats import flat_field, write_area, write_flat

UNUSABLE = pixel["DO_NOT_USE"] | pixel["NO_FLAT_FIELD"]


def blocks(image: NDArray[np.float32], size: int = 64) -> NDArray[np.float32]:
    """Cut the middle of an image into squares, one per row."""
    rows, columns = (side // size * size for side in image.shape)
    squares = image[:rows, :columns].reshape(rows // size, size, columns // size, size).swapaxes(1, 2)
    return squares.reshape(-1, size * size)


@pytest.mark.parametrize("name", ["NRCA3", "MIRIMAGE"])
def test_flat_field_has_the_texture_of_a_real_one(name: str) -> None:
    detector = detector_named(name)
    data, dq, err = flat_field(detector)
    assert data.shape == dq.shape == err.shape == detector.shape
    assert [plane.dtype.name for plane in (data, dq, err)] == ["float32", "uint32", "float32"]
    good = dq == 0
    assert np.median(data[good]) == pytest.approx(1, abs=1e-5)
    assert np.all(np.isfinite(data[good]))
    local = np.where(good, data, np.nan)[4:-4, 4:-4]
    spread = np.nanstd(blocks(local), axis=1)
    assert np.median(spread) == pytest.approx(0.01, rel=0.05)
    large_scale = np.nanmedian(blocks(local), axis=1)
    assert 0.03 < np.ptp(large_scale) < 0.15
    assert np.all(err[good] > 0)


@pytest.mark.parametrize("name", ["NRCBLONG", "MIRIMAGE"])
def test_bad_pixels_are_flagged(name: str) -> None:
    data, dq, _ = flat_field(detector_named(name))
    reference = dq & pixel["REFERENCE_PIXEL"] > 0
    bad = (dq > 0) & ~reference
    assert 5e-4 < bad.mean() < 2e-3
    assert np.all(dq[bad] & UNUSABLE == UNUSABLE)
    assert np.all(bad[~np.isfinite(data)])
    assert np.all(data[dq & pixel["DEAD"] > 0][:10] == 0)
    assert np.all(data[(dq & pixel["LOW_QE"] > 0) & ~reference] < 0.7)
    assert 30 < np.count_nonzero(np.isnan(data)) <= 60


def test_reference_pixels_frame_the_detector() -> None:
    nircam = flat_field(detector_named("NRCA1"))[1] & pixel["REFERENCE_PIXEL"] > 0
    assert nircam.sum() == 2048**2 - 2040**2
    assert np.all(nircam[:4])
    miri = flat_field(detector_named("MIRIMAGE"))[1] & pixel["REFERENCE_PIXEL"] > 0
    assert miri.sum() == 8 * 1024
    assert np.all(miri[:, -4:])


def test_flat_field_depends_on_the_detector_only() -> None:
    once, again, other = (flat_field(detector_named(name))[0] for name in ("NRCA1", "NRCA1", "NRCA2"))
    np.testing.assert_array_equal(once, again)
    assert np.nanmax(np.abs(once - other)) > 0.02


def test_flat_reference_is_read_by_the_step(tmp_path: Path) -> None:
    detector = detector_named("MIRIMAGE")
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write_flat(detector, tmp_path / folder / "flat.fits")
    assert (tmp_path / "first" / "flat.fits").read_bytes() == (tmp_path / "second" / "flat.fits").read_bytes()
    data, dq, err = flat_field(detector)
    with FlatModel(tmp_path / "first" / "flat.fits", strict_validation=True) as reference:
        reference.validate()
        np.testing.assert_array_equal(reference.data, data)
        np.testing.assert_array_equal(reference.dq, dq)
        np.testing.assert_array_equal(reference.err, err)
        names = {row["NAME"]: int(row["VALUE"]) for row in reference.dq_def}
    assert names == {name: pixel[name] for name in names}
    assert names.keys() == {"DO_NOT_USE", "DEAD", "LOW_QE", "NO_FLAT_FIELD", "REFERENCE_PIXEL"}
    assert np.bitwise_or.reduce(dq, axis=None) == sum(names.values())
    assert fits.getval(tmp_path / "first" / "flat.fits", "SUBSIZE1") == 1032


@pytest.mark.parametrize("name", ["NRCA3", "MIRIMAGE"])
def test_pixel_areas_are_smooth_and_relative(tmp_path: Path, name: str) -> None:
    detector = detector_named(name)
    write_area(detector, tmp_path / "area.fits")
    with PixelAreaModel(tmp_path / "area.fits", strict_validation=True) as reference:
        reference.validate()
        data = np.array(reference.data)
    assert data.shape == detector.shape
    assert data.mean(dtype=float) == pytest.approx(1, abs=1e-6)
    assert 0.01 < np.ptp(data) < 0.1
    assert np.abs(np.diff(data, axis=0)).max() < 3e-4
    assert fits.getval(tmp_path / "area.fits", "PIXAR_SR") > 0
