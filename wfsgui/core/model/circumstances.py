"""Keywords of an exposure on pointing, target, position in the visit and earlier processing."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = ["Circumstances", "read_circumstances"]


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """Keywords of the primary header on pointing, target, position in the visit and earlier processing.

    A missing keyword is an empty string, False or None.

    Attributes
    ----------
    aperture : str
        APERNAME, an aperture of the SIAF.
    dms_note : str
        DMS_NOTE. It is a column of the pools of DMS; few files have it as a keyword.
    pattern_type : str
        PATTTYPE, the dither pattern.
    dither_offset : tuple of float or None
        XOFFSET and YOFFSET, the offset of the dither in the frame of the aperture, arcsec.
    background : bool
        BKGDTARG: the target is a background field.
    time_series : bool
        TSOVISIT.
    grating : str
        GRATING of NIRSpec.
    pupil_imaging_lens : bool
        PILIN: the pupil imaging lens of NIRCam is in the beam.
    subarray_start : tuple of int or None
        SUBSTRT1 and SUBSTRT2, (x, y), 1-based in the science frame of the detector.
    pointing_quality : str
        ENGQLPTG.
    target_position : tuple of float or None
        TARG_RA and TARG_DEC, degrees.
    calibration_version : str
        CAL_VER, the version of jwst that wrote the file.
    crds_context : str
        CRDS_CTX, the CRDS context of the reference files of detector1.
    """

    aperture: str = ""
    dms_note: str = ""
    pattern_type: str = ""
    dither_offset: tuple[float, float] | None = None
    background: bool = False
    time_series: bool = False
    grating: str = ""
    pupil_imaging_lens: bool = False
    subarray_start: tuple[int, int] | None = None
    pointing_quality: str = ""
    target_position: tuple[float, float] | None = None
    calibration_version: str = ""
    crds_context: str = ""

    @property
    def is_pointing_planned(self) -> bool:
        """Whether the WCS is the planned pointing instead of the measured one."""
        return self.pointing_quality == "PLANNED"


def read_circumstances(primary: fits.Header) -> Circumstances:
    """Read the keywords from a primary header.

    Parameters
    ----------
    primary : Header
        The primary header.

    Returns
    -------
    Circumstances
        A value of the wrong type counts as missing.
    """
    start = (primary.get("SUBSTRT1"), primary.get("SUBSTRT2"))
    return Circumstances(
        aperture=_text(primary, "APERNAME"),
        dms_note=_text(primary, "DMS_NOTE"),
        pattern_type=_text(primary, "PATTTYPE"),
        dither_offset=_position(primary.get("XOFFSET"), primary.get("YOFFSET")),
        background=_true(primary, "BKGDTARG"),
        time_series=_true(primary, "TSOVISIT"),
        grating=_text(primary, "GRATING"),
        pupil_imaging_lens=_true(primary, "PILIN"),
        subarray_start=(start[0], start[1]) if all(isinstance(pixel, int) for pixel in start) else None,
        pointing_quality=_text(primary, "ENGQLPTG"),
        target_position=_position(primary.get("TARG_RA"), primary.get("TARG_DEC")),
        calibration_version=_text(primary, "CAL_VER"),
        crds_context=_text(primary, "CRDS_CTX").lower(),
    )


def _text(header: fits.Header, keyword: str) -> str:
    value = header.get(keyword)
    return value.strip().upper() if isinstance(value, str) else ""


def _true(header: fits.Header, keyword: str) -> bool:
    value = header.get(keyword)
    return value is True or (isinstance(value, str) and value.strip().upper() in ("T", "TRUE"))


def _position(ra: object, dec: object) -> tuple[float, float] | None:
    if isinstance(ra, int | float) and isinstance(dec, int | float) and isfinite(ra) and isfinite(dec):
        return float(ra), float(dec)
    return None
