"""Small reference files for the exposures of `tests.gui.fakes`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits

SHAPE = (48, 64)


def write_reference(path: Path, kind: str, *, shape: tuple[int, int] = SHAPE, **keywords: object) -> Path:
    """Write a reference image that suits the exposures, with other keywords if they are given."""
    header = fits.Header(
        {
            "REFTYPE": kind,
            "TELESCOP": "JWST",
            "INSTRUME": "NIRCAM",
            "DETECTOR": "NRCA3",
            "SUBSTRT1": 1,
            "SUBSTRT2": 1,
            "SUBSIZE1": shape[1],
            "SUBSIZE2": shape[0],
            "PIXAR_SR": 1e-14,
            "PIXAR_A2": 1e-3,
            "PEDIGREE": "DUMMY",
            "USEAFTER": "2022-01-01T00:00:00",
            "AUTHOR": "a person",
            "DESCRIP": "for a test",
            **keywords,
        }
    )
    sci = np.linspace(0.9, 1.1, shape[0] * shape[1], dtype=np.float32).reshape(shape)
    sci[5, 7] = np.nan
    dq = np.zeros(shape, np.uint32)
    dq[5, 7] = 1
    definitions = np.array(
        [(0, 1, "DO_NOT_USE", "Bad pixel")],
        dtype=[("BIT", "i4"), ("VALUE", "i4"), ("NAME", "S40"), ("DESCRIPTION", "S80")],
    )
    planes = [
        fits.ImageHDU(sci, name="SCI"),
        fits.ImageHDU(dq, name="DQ"),
        fits.ImageHDU(np.full(shape, 0.01, np.float32), name="ERR"),
        fits.BinTableHDU(definitions, name="DQ_DEF"),
    ]
    fits.HDUList([fits.PrimaryHDU(header=header), *planes]).writeto(path)
    return path
