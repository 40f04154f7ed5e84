"""Reader of a flat field, which cuts it out as the flat_field step does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.files.fits_files import open_fits
from wfsgui.core.references.flat_check import unusable_bits
from wfsgui.core.step_checks.evidence import CannotTellError, Evidence

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = ["Flat", "read_flat"]

_TYPE: Final = "flat"


@dataclass(frozen=True, eq=False)
class Flat:
    """Flat field, cut to the pixels of an exposure.

    Attributes
    ----------
    response : ndarray of float32, shape (y, x)
        Divisor of the image, where `good` is true.
    good : ndarray of bool, shape (y, x)
        True where the step applies the flat; elsewhere it flags the pixel.
    """

    response: NDArray[np.float32]
    good: NDArray[np.bool_]


def read_flat(evidence: Evidence) -> Flat:
    """Read the flat field of a step, cut out as in jwst: by the 1-based first column and row of both.

    A pixel of the flat is bad if it is NaN, 0, DO_NOT_USE or NO_FLAT_FIELD; its table DQ_DEF defines its DQ bits
    (``jwst.flatfield.flat_field.apply_flat_field`` and ``stdatamodels.dynamicdq``, jwst 3.0).

    Parameters
    ----------
    evidence : Evidence
        The step.

    Returns
    -------
    Flat
        The flat field in the shape of the exposure.

    Raises
    ------
    CannotTellError
        If there is no flat, if it cannot be read, or if it does not cover the exposure.
    """
    path = _path(evidence)
    try:
        with open_fits(path) as hdus:
            cut = _cut(evidence, hdus)
            response = np.array(hdus["SCI"].data[cut], np.float32)
            good = np.isfinite(response) & (response != 0)
            if "DQ" in hdus:
                good &= ~_bad(hdus, cut)
    except (OSError, EOFError, ValueError, TypeError, KeyError, IndexError) as error:
        raise CannotTellError(f"The flat {path.name} cannot be read; fetch it again, or name another.") from error
    return Flat(response, good)


def _path(evidence: Evidence) -> Path:
    flat = next((reference for reference in evidence.references if reference.type == _TYPE), None)
    if flat is None or not flat.name:
        raise CannotTellError("The step recorded no flat.")
    if flat.path is None:
        raise CannotTellError(f"The flat {flat.name} is not on this computer.")
    return flat.path


def _cut(evidence: Evidence, hdus: fits.HDUList) -> tuple[slice, slice]:
    header, shape = hdus[0].header, hdus["SCI"].shape
    cut = []
    for axis, (letter, size) in enumerate(zip("yx", evidence.after.sci.shape, strict=True)):
        first = int(evidence.number(f"meta.subarray.{letter}start")) - int(header.get(f"SUBSTRT{2 - axis}") or 1)
        if first < 0 or first + size > shape[axis]:
            raise CannotTellError("The flat does not cover the exposure's subarray.")
        cut.append(slice(first, first + size))
    return cut[0], cut[1]


def _bad(hdus: fits.HDUList, cut: tuple[slice, slice]) -> NDArray[np.bool_]:
    bits = np.uint32(unusable_bits(hdus))
    bad: NDArray[np.bool_] = (hdus["DQ"].data[cut].astype(np.uint32) & bits) != 0
    return bad
