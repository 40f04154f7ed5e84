"""Checks of an exposure before it is taken: the reasons to decline it, and notices about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.fits_files import FITS_ENDINGS
from wfsgui.core.files.names import is_decodable
from wfsgui.core.intake.association import rate_beside
from wfsgui.core.intake.coverage import coverage_text
from wfsgui.core.intake.exposure_types import (
    DISPERSERS,
    HARTMANN_SENSORS,
    IMAGE2_EXP_TYPES,
    INSTRUMENTS,
    MIRROR,
    STOCK_FAILS,
)
from wfsgui.core.model.exposure_info import PLANES

if TYPE_CHECKING:
    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["LATER_PRODUCTS", "allowed_mismatch", "check_eligible", "mismatch_text", "mismatches", "notices"]

# TELESCOP is missing in some files, and the data models accept that.
_TELESCOPES: Final = ("JWST", "")
_NIRSPEC: Final = "NIRSPEC"

# What is made out of a _rate file, by the last step that made it.
LATER_PRODUCTS: Final = {
    "S_RESAMP": "a resampled image (_i2d)",
    "S_PHOTOM": "calibrated already (_cal)",
    "S_FLAT": "flat-fielded already",
    "S_WCS": "given a WCS already",
    "S_BKDSUB": "background-subtracted already (_bsub)",
}


def check_eligible(info: ExposureInfo) -> None:
    """Decline what is not a ``_rate`` image that `Image2Pipeline` calibrates.

    Parameters
    ----------
    info : ExposureInfo
        The exposure's header quick look.

    Raises
    ------
    InputDeclinedError
        With the reason and what to do, in one sentence.
    """
    _check_product(info)
    _check_mode(info)
    _check_planes(info)


def _check_product(info: ExposureInfo) -> None:
    name = info.path.name
    if info.telescope not in _TELESCOPES:
        raise InputDeclinedError(
            f"{name} is an exposure of {info.telescope} (TELESCOP), not of JWST; give a _rate file of JWST."
        )
    if not is_decodable(str(info.path)):
        raise InputDeclinedError(f"{name} is a name, or in a folder, that this system cannot read as text; rename it.")
    if not name.lower().endswith(FITS_ENDINGS):
        raise InputDeclinedError(f"{name} is not named .fits or .fits.gz, as the pipeline needs it; rename it.")
    for keyword, what in LATER_PRODUCTS.items():
        if info.completed(keyword):
            raise InputDeclinedError(f"{name} is {what}; give the _rate file that it was made from.")
    match len(info.shape):
        case 2:
            return
        case 3:
            rate = rate_beside(info.path)
            raise InputDeclinedError(
                f"{name} holds one image per integration (_rateints); give the _rate file of the same exposure"
                + (f", {rate.name}, which is beside it." if rate is not None else ".")
            )
        case 4:
            raise InputDeclinedError(
                f"{name} holds the groups of a ramp (_uncal or _ramp); run calwebb_detector1 on it and give "
                "the _rate file."
            )
        case _:
            raise InputDeclinedError(f"{name} holds no image in its SCI extension; give a _rate file.")


def _check_mode(info: ExposureInfo) -> None:
    name = info.path.name
    if info.exp_type in STOCK_FAILS:
        raise InputDeclinedError(
            f"{name} is an exposure of type {info.exp_type}, which calwebb_image2 does not calibrate: "
            f"{STOCK_FAILS[info.exp_type]}; give an image."
        )
    disperser = next((e for e in (info.filter, info.pupil) if e.startswith(DISPERSERS)), None)
    if disperser is not None:
        raise InputDeclinedError(
            f"{name} is dispersed by {disperser}; only direct images are calibrated here, use calwebb_spec2."
        )
    if info.exp_type not in IMAGE2_EXP_TYPES:
        what = f"of type {info.exp_type}" if info.exp_type else "of no known type (EXP_TYPE is missing)"
        raise InputDeclinedError(
            f"{name} is an exposure {what}; only the types are calibrated here for which jwst makes a level-2 image "
            f"association ({', '.join(IMAGE2_EXP_TYPES)})."
        )
    if info.instrument not in INSTRUMENTS:
        what = f"its instrument (INSTRUME) is {info.instrument}" if info.instrument else "it names no instrument"
        raise InputDeclinedError(
            f"{name} is not calibrated here, because {what}; give an exposure of {', '.join(INSTRUMENTS)}."
        )
    grating = info.circumstances.grating
    if info.instrument == _NIRSPEC and grating != MIRROR:
        raise InputDeclinedError(
            f"{name} is no image: its GRATING is {grating or 'missing'}, not {MIRROR}; use calwebb_spec2 for spectra."
        )


def _check_planes(info: ExposureInfo) -> None:
    """Decline an exposure without pixels, or whose planes and keywords disagree on their number."""
    name, planes = info.path.name, dict(info.planes)
    missing = [plane for plane in PLANES if plane not in planes]
    if missing:
        raise InputDeclinedError(
            f"{name} has no {' and no '.join(missing)} extension, so it is not a complete _rate file; fetch it again."
        )
    if 0 in info.shape:
        raise InputDeclinedError(f"{name} holds no pixels; fetch it again.")
    for plane, shape in info.planes:
        if shape != info.shape:
            raise InputDeclinedError(f"{name} is damaged: its SCI and {plane} differ in size; fetch it again.")
    if info.subarray_size not in (None, info.shape):
        ny, nx = info.subarray_size or (0, 0)
        raise InputDeclinedError(
            f"{name} is damaged: its image has {info.size} pixels where its header (SUBSIZE1, SUBSIZE2) has {nx}x{ny}; "
            "fetch it again."
        )


def notices(info: ExposureInfo) -> tuple[str, ...]:
    """Name what is unusual about an exposure that is calibrated nevertheless.

    Parameters
    ----------
    info : ExposureInfo
        The exposure's header quick look.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    said = []
    if not info.is_wfsc:
        visit = f"VISITYPE is {info.visit_type}" if info.visit_type else "it has no VISITYPE"
        said.append(f"{info.path.name} is not from a WFS&C visit ({visit}); it is calibrated all the same.")
    if info.circumstances.is_pointing_planned:
        said.append(f"{info.path.name}: pointing planned, not measured (ENGQLPTG is PLANNED); the WCS can be far off.")
    if not info.completed("S_RAMP"):
        said.append(f"{info.path.name} does not say that its ramps were fitted (S_RAMP is not COMPLETE).")
    if info.pupil in HARTMANN_SENSORS:
        said.append(
            f"{info.path.name} was taken through the dispersed Hartmann sensor {info.pupil}; "
            "it is calibrated as an image."
        )
    return tuple(said)


def mismatches(science: ExposureInfo, background: ExposureInfo) -> tuple[str, ...]:
    """Name what differs between a background exposure and the exposure that it is to be subtracted from.

    Parameters
    ----------
    science, background : ExposureInfo
        The two header quick looks.

    Returns
    -------
    tuple of str
        For example ``"pupil WLM8, not WLP8"``; empty where the background fits.
    """
    pairs = [
        ("instrument", background.instrument, science.instrument),
        ("detector", background.detector, science.detector),
        ("filter", background.filter, science.filter),
        ("pupil", background.pupil, science.pupil),
        ("grating", background.circumstances.grating, science.circumstances.grating),
        ("subarray", background.subarray, science.subarray),
        ("shape", background.size, science.size),
    ]
    return tuple(f"{what} {its or 'none'}, not {wanted or 'none'}" for what, its, wanted in pairs if its != wanted)


def mismatch_text(science: ExposureInfo, background: ExposureInfo) -> str:
    """Say what differs between a background and the exposure.

    Parameters
    ----------
    science, background : ExposureInfo
        The two header quick looks.

    Returns
    -------
    str
        One sentence without its full stop; empty where the background fits.
    """
    differing = mismatches(science, background)
    if not differing:
        return ""
    return f"background {background.path.name} does not match {science.path.name}: {'; '.join(differing)}"


def allowed_mismatch(science: ExposureInfo, background: ExposureInfo) -> str:
    """Say that a background is used although it does not match, and which part of the exposure it does not cover.

    Parameters
    ----------
    science, background : ExposureInfo
        The two header quick looks.

    Returns
    -------
    str
        One or two sentences; empty where the background fits.
    """
    what, coverage = mismatch_text(science, background), coverage_text(science, background)
    if not what:
        return ""
    missing = f" For this exposure {coverage}." if coverage else ""
    return f"{what}. It is used because mismatches were allowed.{missing}"
