"""The first look at an exposure: its planes by plain astropy, before the pipeline has been imported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.fits_files import open_fits
from wfsgui.core.model.step_image import StepImage

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = ["read_image", "read_sci"]

_Value = TypeVar("_Value", bound=np.generic)

_VARIANCES = ("VAR_POISSON", "VAR_RNOISE", "VAR_FLAT")


def read_image(path: Path) -> StepImage:
    """Read the planes of an exposure.

    Parameters
    ----------
    path : Path
        A ``_rate`` or ``_cal`` file, gzipped or not.

    Returns
    -------
    StepImage
        SCI, ERR, DQ and the variances that the file has, shape (y, x).

    Raises
    ------
    InputDeclinedError
        If the file cannot be read.
    """
    with _opened(path) as hdus:
        return StepImage(
            sci=_plane(hdus["SCI"], np.float32),
            err=_plane(hdus["ERR"], np.float32),
            dq=_plane(hdus["DQ"], np.uint32),
            unit=str(hdus["SCI"].header.get("BUNIT") or "").strip(),
            variances={name: _plane(hdus[name], np.float32) for name in _VARIANCES if name in hdus},
            area=_plane(hdus["AREA"], np.float32) if "AREA" in hdus else None,
        )


def read_sci(path: Path) -> NDArray[np.float32]:
    """Read the image alone.

    Parameters
    ----------
    path : Path
        A ``_rate`` or ``_cal`` file, gzipped or not.

    Returns
    -------
    ndarray of float32, shape (y, x)
        SCI.

    Raises
    ------
    InputDeclinedError
        If the file cannot be read.
    """
    with _opened(path) as hdus:
        return _plane(hdus["SCI"], np.float32)


@contextmanager
def _opened(path: Path) -> Iterator[fits.HDUList]:
    try:
        with open_fits(path) as hdus:
            yield hdus
    except KeyError as error:
        raise InputDeclinedError(f"{path.name} lacks an image extension ({error}); fetch it again.") from error
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise InputDeclinedError(
            f"{path.name} cannot be read; it may have changed or be damaged, fetch it again."
        ) from error


def _plane(hdu: fits.ImageHDU, kind: type[_Value]) -> NDArray[_Value]:
    """Take a plane in the machine's own byte order, for speed on the screen."""
    data: NDArray[Any] = np.asarray(hdu.data)
    if data.flags.writeable and not data.dtype.isnative and data.dtype == np.dtype(kind).newbyteorder():
        # It is nobody else's: turned over where it is, it takes half the memory, and half the time.
        data = data.byteswap(inplace=True).view(kind)
    plane: NDArray[_Value] = data.astype(kind, copy=False)
    plane.setflags(write=False)
    return plane
