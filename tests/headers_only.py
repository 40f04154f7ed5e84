"""Small FITS files with the headers of an exposure and few pixels, made without jwst."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from astropy.io import fits

from wfsgui.core.model.exposure_info import PLANES

KEYWORDS = {
    "TELESCOP": "JWST",
    "INSTRUME": "NIRCAM",
    "DETECTOR": "NRCA3",
    "FILTER": "F212N",
    "PUPIL": "WLP8",
    "SUBARRAY": "FULL",
    "EXP_TYPE": "NRC_IMAGE",
    "VISITYPE": "PRIME_WFSC_ROUTINE",
    "PROGRAM": "01234",
    "OBSERVTN": "001",
    "VISIT": "001",
    "EXPOSURE": "00001",
    "TARGPROP": "WFS-STAR",
    "DATE-OBS": "2026-01-02",
    "TIME-OBS": "03:04:05.678",
    "S_RAMP": "COMPLETE",
}


def write_exposure(
    path: Path,
    keywords: Mapping[str, str | float] | None = None,
    *,
    shape: tuple[int, ...] = (8, 6),
    extensions: tuple[str, ...] = PLANES,
) -> Path:
    """Write an exposure; a keyword with an empty value is omitted."""
    primary = fits.PrimaryHDU()
    for key, value in {**KEYWORDS, **(keywords or {})}.items():
        if value != "":
            primary.header[key] = value
    hdus = [primary, *(fits.ImageHDU(np.zeros(shape, dtype=np.float32), name=name) for name in extensions)]
    if "SCI" in extensions:
        hdus[1].header["BUNIT"] = "DN/s"
    path.parent.mkdir(parents=True, exist_ok=True)
    fits.HDUList(hdus).writeto(path)
    return path
