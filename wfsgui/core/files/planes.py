"""Planes of an exposure, read by astropy: the window shows them before the pipeline is imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.files.fits_files import opened_fits
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
        SCI, ERR (in the unit of SCI), DQ, and the variances and AREA if the file has them; shape (y, x).

    Raises
    ------
    InputDeclinedError
        If the file cannot be read.
    """
    with opened_fits(path) as hdus:
        return StepImage(
            sci=_plane(hdus["SCI"], np.float32),
            err=_plane(hdus["ERR"], np.float32),
            dq=_plane(hdus["DQ"], np.uint32),
            unit=str(hdus["SCI"].header.get("BUNIT") or "").strip(),
            variances={name: _plane(hdus[name], np.float32) for name in _VARIANCES if name in hdus},
            area=_plane(hdus["AREA"], np.float32) if "AREA" in hdus else None,
        )


def read_sci(path: Path) -> NDArray[np.float32]:
    """Read the SCI plane of an exposure.

    Parameters
    ----------
    path : Path
        A ``_rate`` or ``_cal`` file, gzipped or not.

    Returns
    -------
    ndarray of float32, shape (y, x)
        SCI, in the unit of the file (BUNIT).

    Raises
    ------
    InputDeclinedError
        If the file cannot be read.
    """
    with opened_fits(path) as hdus:
        return _plane(hdus["SCI"], np.float32)


def _plane(hdu: fits.ImageHDU, kind: type[_Value]) -> NDArray[_Value]:
    """Return a plane in native byte order, which is faster to draw and to measure."""
    data: NDArray[Any] = np.asarray(hdu.data)
    if data.flags.writeable and not data.dtype.isnative and data.dtype == np.dtype(kind).newbyteorder():
        # No other code has this array: swapping in place takes half the memory and half the time.
        data = data.byteswap(inplace=True).view(kind)
    plane: NDArray[_Value] = data.astype(kind, copy=False)
    plane.setflags(write=False)
    return plane
