"""Small reference files of the demonstration, and an exposure of 64 x 64 pixels that they are for."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from astropy.io import fits

from tests.exposures import small, write_small
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.exposure_info import ExposureInfo

# A part of the detector around the exposure, which begins at column 401 and row 501.
_START = 385, 485
_SIDE = 96


@pytest.fixture(scope="session")
def info(tmp_path_factory: pytest.TempPathFactory) -> ExposureInfo:
    return read_exposure_info(write_small(tmp_path_factory.mktemp("rate"), small()))


@pytest.fixture(scope="session")
def small_flat(references: Callable[[str], None], demo_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cut a part out of the flat field of the demonstration."""
    references("NRCA3")
    x, y = _START
    cut = slice(y - 1, y - 1 + _SIDE), slice(x - 1, x - 1 + _SIDE)
    path = tmp_path_factory.mktemp("flat") / "my_flat.fits"
    with fits.open(next(demo_cache.rglob("*_flat_*nrca3*.fits")), memmap=False) as hdus:
        for plane in ("SCI", "ERR", "DQ"):
            hdus[plane].data = hdus[plane].data[cut]
        hdus[0].header.update(SUBSTRT1=x, SUBSTRT2=y, SUBSIZE1=_SIDE, SUBSIZE2=_SIDE)
        hdus.writeto(path)
    return path


@pytest.fixture
def flat(small_flat: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(small_flat, tmp_path))


@pytest.fixture
def photom(references: Callable[[str], None], demo_cache: Path, tmp_path: Path) -> Path:
    references("NRCA3")
    return Path(shutil.copy(next(demo_cache.rglob("*_photom_*nrca3*.fits")), tmp_path / "my_photom.fits"))


@pytest.fixture(scope="session")
def area(references: Callable[[str], None], demo_cache: Path) -> Path:
    references("NRCA3")
    return next(demo_cache.rglob("*_area_*nrca3*.fits"))
