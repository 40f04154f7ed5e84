"""What one exposure is, read from its headers alone: no pixels, no jwst."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

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
from wfsgui.core.model.circumstances import Circumstances, read_circumstances

if TYPE_CHECKING:
    from collections.abc import Iterator

    from astropy.io import fits

__all__ = ["PLANES", "WFSC_VISIT_PREFIX", "ExposureInfo", "read_exposure_info"]

WFSC_VISIT_PREFIX: Final = "PRIME_WFSC"
"""Every WFS&C visit type (VISITYPE) begins with this."""

PLANES: Final = ("SCI", "ERR", "DQ", "VAR_POISSON", "VAR_RNOISE")
"""The image extensions of a ``_rate`` file."""


@dataclass(frozen=True, kw_only=True)
class ExposureInfo:
    """Identity of an exposure, as its headers give it.

    A keyword that the file does not have is an empty string.

    Attributes
    ----------
    path : Path
        The file.
    telescope, instrument, detector, filter, pupil, subarray : str
        TELESCOP, INSTRUME, DETECTOR, FILTER, PUPIL, SUBARRAY.
    exp_type, visit_type : str
        EXP_TYPE and VISITYPE.
    program, observation, visit, exposure : str
        PROGRAM, OBSERVTN, VISIT, EXPOSURE.
    target : str
        TARGPROP, the proposer's name of the target, or else TARGNAME.
    date_obs : str
        DATE-OBS and TIME-OBS, UTC, ISO 8601.
    planes : tuple of (str, tuple of int)
        Which of `PLANES` the file has, and their shapes in numpy's order, (y, x) for a ``_rate`` file.
    subarray_size : tuple of int or None
        SUBSIZE2 and SUBSIZE1, (y, x); None where they are missing.
    unit : str
        BUNIT of SCI.
    steps : tuple of (str, str)
        Every calibration-step keyword (``S_*``) and its value.
    circumstances : Circumstances
        Pointing, target, aperture, former processing.
    """

    path: Path
    telescope: str
    instrument: str
    detector: str
    filter: str
    pupil: str
    subarray: str
    exp_type: str
    visit_type: str
    program: str
    observation: str
    visit: str
    exposure: str
    target: str
    date_obs: str
    planes: tuple[tuple[str, tuple[int, ...]], ...]
    subarray_size: tuple[int, int] | None
    unit: str
    steps: tuple[tuple[str, str], ...]
    circumstances: Circumstances = field(default_factory=Circumstances)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the SCI array, in numpy's order."""
        return dict(self.planes)["SCI"]

    @property
    def is_wfsc(self) -> bool:
        """Whether the exposure was taken in a WFS&C visit."""
        return self.visit_type.startswith(WFSC_VISIT_PREFIX)

    @property
    def optical_elements(self) -> str:
        """The elements in the beam as analysts write them, for example ``F212N+WLP8``."""
        return "+".join(name for name in (self.filter, self.pupil) if name) or "no filter"

    @property
    def size(self) -> str:
        """Shape of the SCI array as FITS writes it, x first, for example ``2048x2048``."""
        return "x".join(str(length) for length in reversed(self.shape))

    def completed(self, keyword: str) -> bool:
        """Whether the calibration step with this keyword (``S_...``) is marked COMPLETE."""
        return dict(self.steps).get(keyword) == "COMPLETE"


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
    """Open for header reading; what is wrong with the file is told in one sentence."""
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
    if path.name.endswith(FITS_ENDINGS):
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
