"""Reading of planes."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from tests.exposures import small, write_small
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.planes import read_image, read_sci


def test_read_image_reads_every_plane(tmp_path: Path) -> None:
    path = write_small(tmp_path, small())
    frame = read_image(path)
    with fits.open(path) as hdus:
        for name, plane in frame.planes.items():
            np.testing.assert_array_equal(plane, hdus[name].data)
            assert plane.dtype.isnative
            assert not plane.flags.writeable
        assert frame.unit == hdus["SCI"].header["BUNIT"]
    assert list(frame.planes) == ["SCI", "ERR", "DQ", "VAR_POISSON", "VAR_RNOISE"]
    assert frame.wcs is None
    np.testing.assert_array_equal(read_sci(path), frame.sci)


def test_read_image_reads_gzipped_files(tmp_path: Path) -> None:
    path = write_small(tmp_path, small())
    packed = tmp_path / f"{path.name}.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    np.testing.assert_array_equal(read_image(packed).sci, read_image(path).sci)


@pytest.mark.parametrize("content", [b"", b"SIMPLE", b"no FITS at all" * 1000])
def test_damaged_file_is_declined_with_a_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x_rate.fits"
    path.write_bytes(content)
    with pytest.raises(InputDeclinedError, match=r"x_rate\.fits"):
        read_image(path)


def test_missing_file_and_missing_plane_are_declined(tmp_path: Path) -> None:
    with pytest.raises(InputDeclinedError, match=r"y_rate\.fits"):
        read_image(tmp_path / "y_rate.fits")
    path = write_small(tmp_path, small())
    with fits.open(path, mode="update") as hdus:
        del hdus["ERR"]
    with pytest.raises(InputDeclinedError, match="ERR"):
        read_image(path)


def test_reading_planes_imports_no_pipeline() -> None:
    code = (
        "import sys, wfsgui.core.files.planes, wfsgui.core.intake.products;"
        "loaded = {name.split('.')[0] for name in sys.modules};"
        "sys.exit(bool(loaded & {'jwst', 'stpipe', 'stdatamodels', 'crds', 'asdf', 'PySide6'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
