"""What one exposure is, read from its headers alone: no pixels, no jwst."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from astropy.io import fits
from astropy.io.fits.verify import VerifyWarning
from astropy.utils.exceptions import AstropyUserWarning

from wfsgui.core.errors import InputDeclinedError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["WFSC_VISIT_PREFIX", "ExposureInfo", "read_exposure_info"]

WFSC_VISIT_PREFIX: Final = "PRIME_WFSC"
"""Every WFS&C visit type (VISITYPE) begins with this."""

_REQUIRED_EXTENSIONS: Final = ("SCI", "ERR", "DQ")


@dataclass(frozen=True, kw_only=True)
class ExposureInfo:
    """Identity of an exposure, as its headers give it.

    A keyword that the file does not have is an empty string.

    Attributes
    ----------
    path : Path
        The file.
    instrument, detector, filter, pupil, subarray : str
        INSTRUME, DETECTOR, FILTER, PUPIL, SUBARRAY.
    exp_type, visit_type : str
        EXP_TYPE and VISITYPE.
    program, observation, visit, exposure : str
        PROGRAM, OBSERVTN, VISIT, EXPOSURE.
    target : str
        TARGPROP, the proposer's name of the target, or else TARGNAME.
    date_obs : str
        DATE-OBS and TIME-OBS, UTC, ISO 8601.
    shape : tuple of int
        Shape of the SCI array in numpy's order, (y, x) for a ``_rate`` file.
    unit : str
        BUNIT of SCI.
    steps : tuple of (str, str)
        Every calibration-step keyword (``S_*``) and its value.
    """

    path: Path
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
    shape: tuple[int, ...]
    unit: str
    steps: tuple[tuple[str, str], ...]

    @property
    def is_wfsc(self) -> bool:
        """Whether the exposure was taken in a WFS&C visit."""
        return self.visit_type.startswith(WFSC_VISIT_PREFIX)

    @property
    def optical_elements(self) -> str:
        """The elements in the beam as analysts write them, for example ``F212N+WLP8``."""
        return "+".join(name for name in (self.filter, self.pupil) if name) or "no filter"

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
        If the file is missing, unreadable, not FITS, truncated or has not the extensions of an exposure.
    """
    with _opened(path) as hdus:
        missing = [name for name in _REQUIRED_EXTENSIONS if name not in hdus]
        if missing:
            raise InputDeclinedError(
                f"{path.name} has no {' and no '.join(missing)} extension, so it is not a complete JWST exposure; "
                "fetch the _rate file again."
            )
        return _exposure_info(path, hdus[0].header, hdus["SCI"].header)


@contextmanager
def _opened(path: Path) -> Iterator[fits.HDUList]:
    """Open for header reading; what is wrong with the file is told in one sentence."""
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise InputDeclinedError(f"{path} {what}; give a _rate file.")
    try:
        with warnings.catch_warnings():
            # A truncated file is reported below; cards outside the standard are of no interest here.
            warnings.simplefilter("ignore", AstropyUserWarning)
            warnings.simplefilter("ignore", VerifyWarning)
            with fits.open(path, memmap=False, lazy_load_hdus=True) as hdus:
                _check_whole(path, hdus)
                yield hdus
    except PermissionError as error:
        raise InputDeclinedError(f"{path.name} may not be read by you; change its permissions.") from error
    except EOFError as error:
        raise _truncated(path) from error
    except (OSError, fits.VerifyError, ValueError, TypeError, KeyError, IndexError) as error:
        raise InputDeclinedError(f"{path.name} is not a FITS file that can be read; fetch it again.") from error


def _check_whole(path: Path, hdus: fits.HDUList) -> None:
    """Compare the length that the headers promise with the length of the file.

    A compressed file's length says nothing: a truncated one is found when its end is reached.
    """
    if hdus.fileinfo(0)["file"].compression is not None:
        return
    last = hdus[-1]
    if last.fileinfo()["datLoc"] + last.size > path.stat().st_size:
        raise _truncated(path)


def _truncated(path: Path) -> InputDeclinedError:
    return InputDeclinedError(f"{path.name} is truncated, its end is missing; fetch it again.")


def _exposure_info(path: Path, primary: fits.Header, sci: fits.Header) -> ExposureInfo:
    def text(keyword: str) -> str:
        return _text(primary.get(keyword))

    return ExposureInfo(
        path=path,
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
        shape=tuple(int(sci[f"NAXIS{axis}"]) for axis in range(int(sci["NAXIS"]), 0, -1)),
        unit=_text(sci.get("BUNIT")),
        steps=tuple((key, _text(primary[key])) for key in primary if key.startswith("S_")),
    )


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, fits.card.Undefined) else str(value).strip()
