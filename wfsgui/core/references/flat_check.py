"""Check of a flat field against what flat_field does with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.references.cut import Cut, flat_cut
from wfsgui.core.references.judgement import FileFaultError, Judgement

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = ["check_flat", "unusable_bits"]

_BAD: Final = ("DO_NOT_USE", "NO_FLAT_FIELD")
# Share of the pixels without a flat from which on a warning is given.
_MANY: Final = 0.5
# Median of a flat field, which is normalized.
_LOWEST: Final = 0.1
_HIGHEST: Final = 10.0


@dataclass(frozen=True, eq=False)
class _Pixels:
    """Planes of a flat, cut to the exposure, shape (y, x); None for a plane that it does not have."""

    sci: NDArray[np.float64]
    dq: NDArray[np.uint32] | None
    err: NDArray[np.float64] | None


def check_flat(path: Path, hdus: fits.HDUList, info: ExposureInfo) -> Judgement:
    """Check the planes of a flat field, in the pixels of the exposure.

    Parameters
    ----------
    path : Path
        The file.
    hdus : HDUList
        The same file, open.
    info : ExposureInfo
        The exposure.

    Returns
    -------
    Judgement
        Faults and doubts.

    Raises
    ------
    FileFaultError
        If it has no image that the step can use.
    """
    name = path.name
    shape = image_shape(name, hdus)
    cut = flat_cut(name, hdus[0].header, shape, info)
    for plane in ("DQ", "ERR"):
        if plane in hdus and hdus[plane].shape != shape:
            raise FileFaultError(
                f"The planes SCI and {plane} of {name} have different shapes; choose another flat reference file."
            )
    pixels = _Pixels(
        _plane(hdus, "SCI", cut).astype(np.float64),
        _plane(hdus, "DQ", cut).astype(np.uint32) if "DQ" in hdus else None,
        _plane(hdus, "ERR", cut).astype(np.float64) if "ERR" in hdus else None,
    )
    good = np.isfinite(pixels.sci) & (pixels.sci != 0)
    bits = unusable_bits(hdus)
    if pixels.dq is not None:
        good &= (pixels.dq & np.uint32(bits)) == 0
    return Judgement(tuple(_faults(name, pixels, good)), tuple(_doubts(name, hdus, pixels, good)))


def image_shape(name: str, hdus: fits.HDUList) -> tuple[int, int]:
    """Return the shape (y, x) of the plane SCI; raise `FileFaultError` if it is no image."""
    if "SCI" not in hdus or not hdus["SCI"].is_image or not hdus["SCI"].shape:
        raise FileFaultError(f"{name} has no image (extension SCI); choose another reference file.")
    shape = hdus["SCI"].shape
    if len(shape) != 2:
        raise FileFaultError(f"The image of {name} has {len(shape)} axes instead of 2; choose another reference file.")
    return shape[0], shape[1]


def unusable_bits(hdus: fits.HDUList) -> int:
    """Return the bits of the DQ plane with which flat_field leaves a pixel out: DQ_DEF defines them, if it is there."""
    values = [FLAGS[name] for name in _BAD]
    if "DQ_DEF" in hdus and len(hdus["DQ_DEF"].data):
        values = [int(row["VALUE"]) for row in hdus["DQ_DEF"].data if str(row["NAME"]).strip() in _BAD]
    return reduce(or_, values, 0)


def _plane(hdus: fits.HDUList, name: str, cut: Cut) -> NDArray[Any]:
    # Only the pixels of the exposure are read, if the file is not compressed.
    plane: NDArray[Any] = hdus[name].section[cut.slices]
    return plane


def _faults(name: str, pixels: _Pixels, good: NDArray[np.bool_]) -> list[str]:
    where = "in the pixels of this exposure; choose another flat reference file."
    if np.isnan(pixels.sci).all():
        return [f"{name} is NaN throughout {where}"]
    if not pixels.sci.any():
        return [f"{name} is 0 throughout {where}"]
    if not good.any():
        return [f"{name} has no usable pixel (NaN, 0, infinite or flagged) {where}"]
    if pixels.err is not None and np.isnan(pixels.err[good]).all():
        # flat_field makes each pixel NaN whose uncertainty is NaN.
        return [f"The uncertainty (ERR) of {name} is NaN throughout {where}"]
    return []


def _doubts(name: str, hdus: fits.HDUList, pixels: _Pixels, good: NDArray[np.bool_]) -> list[str]:
    if not good.any():
        return []
    said = []
    if pixels.dq is None:
        said.append(f"{name} has no DQ plane: no pixel is marked as bad, except those that are 0 or NaN.")
    elif pixels.dq.any() and ("DQ_DEF" not in hdus or not len(hdus["DQ_DEF"].data)):
        said.append(f"{name} has flags but no table DQ_DEF: its bits are taken as the standard flags of JWST.")
    if pixels.err is None:
        said.append(f"{name} has no ERR plane: the uncertainty of the flat is taken as 0.")
    elif not pixels.err[good].any():
        said.append(f"The ERR plane of {name} is 0 throughout: the uncertainty of the flat is taken as 0.")
    infinite = int(np.count_nonzero(np.isinf(pixels.sci)))
    if infinite:
        said.append(f"{infinite} pixels of {name} are infinite: the image becomes 0 there.")
    share = 1 - np.count_nonzero(good) / good.size
    if share > _MANY:
        said.append(f"{name} has no usable value in {share:.0%} of the pixels of this exposure.")
    median = float(np.median(pixels.sci[good]))
    if not _LOWEST <= median <= _HIGHEST:
        said.append(f"The median of {name} is {median:.4g}, but that of a flat field is about 1.")
    return said
