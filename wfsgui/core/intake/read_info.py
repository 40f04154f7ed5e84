"""Reading the identity of an exposure from its headers, without pixels and without jwst."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.fits_files import (
    FITS_ENDINGS,
    absence,
    begins_as_fits,
    is_cut_short,
    is_file,
    is_truncated,
    open_fits,
)
from wfsgui.core.model.circumstances import read_circumstances
from wfsgui.core.model.exposure_info import PLANES, ExposureInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from astropy.io import fits

__all__ = ["read_exposure_info"]


def read_exposure_info(path: Path) -> ExposureInfo:
    """Read the identity of an exposure from its headers.

    Parameters
    ----------
    path : Path
        A FITS file, gzipped or not.

    Returns
    -------
    ExposureInfo
        What the headers say. No pixel is read.

    Raises
    ------
    InputDeclinedError
        If the file is missing, unreadable, not FITS, truncated or has no SCI extension.
    """
    with _opened(path) as hdus:
        if "SCI" not in hdus:
            if is_cut_short(path):
                raise _truncated(path)
            raise InputDeclinedError(f"{path.name} has no SCI extension, so it is no JWST exposure; give a _rate file.")
        return _exposure_info(path, hdus)


@contextmanager
def _opened(path: Path) -> Iterator[fits.HDUList]:
    """Open a file for reading its headers; decline one that cannot be read."""
    if not is_file(path):
        raise InputDeclinedError(f"{path} {absence(path)}; give a _rate file.")
    from astropy.io.fits.verify import VerifyError, VerifyWarning
    from astropy.utils.exceptions import AstropyUserWarning

    try:
        with warnings.catch_warnings():
            # A truncated file is reported below; cards outside the standard are of no interest here.
            warnings.simplefilter("ignore", AstropyUserWarning)
            warnings.simplefilter("ignore", VerifyWarning)
            with open_fits(path) as hdus:
                if is_truncated(path, hdus):
                    raise _truncated(path)
                yield hdus
    except PermissionError as error:
        raise InputDeclinedError(f"{path.name} may not be read by you; change its permissions.") from error
    except EOFError as error:
        raise _truncated(path) from error
    except (OSError, VerifyError, ValueError, TypeError, KeyError, IndexError) as error:
        raise InputDeclinedError(_why_unreadable(path)) from error


def _why_unreadable(path: Path) -> str:
    if path.stat().st_size == 0:
        return f"{path.name} is empty; fetch it again."
    if begins_as_fits(path):
        return f"{path.name} is a damaged FITS file; fetch it again."
    if path.name.lower().endswith(FITS_ENDINGS):
        return f"{path.name} is not a FITS file, although it is named as one; fetch it again."
    return f"{path.name} is not a FITS file; give a _rate file, an association (_asn.json) or a folder of them."


def _truncated(path: Path) -> InputDeclinedError:
    return InputDeclinedError(f"{path.name} is truncated, its end is missing; fetch it again.")


def _exposure_info(path: Path, hdus: fits.HDUList) -> ExposureInfo:
    primary = hdus[0].header

    def text(keyword: str) -> str:
        return _text(primary.get(keyword))

    return ExposureInfo(
        path=path,
        telescope=text("TELESCOP").upper(),
        instrument=text("INSTRUME").upper(),
        detector=text("DETECTOR").upper(),
        filter=text("FILTER").upper(),
        pupil=text("PUPIL").upper(),
        subarray=text("SUBARRAY").upper(),
        exp_type=text("EXP_TYPE").upper(),
        visit_type=text("VISITYPE").upper(),
        program=text("PROGRAM"),
        observation=text("OBSERVTN"),
        visit=text("VISIT"),
        exposure=text("EXPOSURE"),
        target=text("TARGPROP") or text("TARGNAME"),
        date_obs="T".join(part for part in (text("DATE-OBS"), text("TIME-OBS")) if part),
        planes=tuple((name, _shape(hdus[name].header)) for name in PLANES if name in hdus),
        subarray_size=_subarray_size(primary),
        unit=_text(hdus["SCI"].header.get("BUNIT")),
        steps=tuple((key, _text(primary[key])) for key in primary if key.startswith("S_")),
        circumstances=read_circumstances(primary),
    )


def _shape(header: fits.Header) -> tuple[int, ...]:
    """Shape of an image extension in numpy's order."""
    return tuple(int(header[f"NAXIS{axis}"]) for axis in range(int(header["NAXIS"]), 0, -1))


def _subarray_size(primary: fits.Header) -> tuple[int, int] | None:
    sizes = (primary.get("SUBSIZE2"), primary.get("SUBSIZE1"))
    return (sizes[0], sizes[1]) if all(isinstance(size, int) for size in sizes) else None


def _text(value: object) -> str:
    from astropy.io.fits.card import Undefined

    return "" if value is None or isinstance(value, Undefined) else str(value).strip()
