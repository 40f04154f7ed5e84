"""Reading of a side from a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from tests.core.pair.scenes import Scene, image_of
from wfsgui.core.assess.limits import Limits
from wfsgui.core.errors import InputDeclinedError, WfsguiError
from wfsgui.core.pair.compare import compare_pair
from wfsgui.core.pair.results import PairOptions
from wfsgui.core.pair.sides import read_side


def write(path: Path, scene: Scene, *, cube: bool = False, **keywords: str) -> Path:
    """Write an image as a ``_rate`` or ``_cal`` file."""
    image = image_of(scene)
    header = fits.Header(
        {"INSTRUME": "NIRCAM", "DETECTOR": "NRCA1", "FILTER": "F212N", "PUPIL": scene.lens, **keywords}
    )
    hdus = [fits.PrimaryHDU(header=header)]
    for name, plane in (("SCI", image.sci), ("ERR", image.err), ("DQ", image.dq)):
        hdus.append(fits.ImageHDU(plane[None] if cube else plane, name=name))
    hdus[1].header["BUNIT"] = "DN/s"
    fits.HDUList(hdus).writeto(path)
    return path


def test_files_of_two_visits_are_compared(tmp_path: Path) -> None:
    first = read_side(write(tmp_path / "a_rate.fits", Scene(seed=1), VISIT="001"))
    second = read_side(write(tmp_path / "b_cal.fits.gz", Scene(seed=2, x=212.0), VISIT="002", S_PHOTOM="COMPLETE"))
    assert (first.stage, second.stage) == ("rate", "cal")
    assert np.hypot(first.regions.x - 210, first.regions.y - 205) < 2
    found = compare_pair(first, second, PairOptions(search=False), Limits())
    chi2, shift = found.quantity("chi2"), found.quantity("shift_x")
    assert chi2 is not None
    assert shift is not None
    assert chi2.value == pytest.approx(1, abs=0.1)
    assert shift.value == pytest.approx(2, abs=0.01)


def test_cube_missing_file_and_image_without_a_star_are_refused(tmp_path: Path) -> None:
    cube = write(tmp_path / "a_rateints.fits", Scene(seed=1), cube=True)
    with pytest.raises(InputDeclinedError, match="has 3 dimensions instead of 2"):
        read_side(cube)
    with pytest.raises(InputDeclinedError, match="does not exist"):
        read_side(tmp_path / "nothing_cal.fits")
    empty = write(tmp_path / "b_rate.fits", Scene(seed=1, flux=0.0))
    with pytest.raises(WfsguiError, match="no star"):
        read_side(empty)
