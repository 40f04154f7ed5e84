"""Image of a star by a telescope without wavefront error, to which a measured star is compared."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from math import ceil, degrees
from typing import TYPE_CHECKING, Final

from wfsgui.core.sky.siaf import SiafError, read_siaf
from wfsgui.demo.references.detectors import detector_named
from wfsgui.demo.references.filters import passbands
from wfsgui.demo.visit.optics import PUPIL_RADIUS, Telescope, star_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["model_star", "perfect_telescope"]

_SAMPLES: Final = 512
_FIELD: Final = 256
_METRES: Final = 1e-6
"""Metres in a micrometre."""


def model_star(info: ExposureInfo, x: float, y: float) -> tuple[NDArray[np.float32], int, int] | None:
    """Compute the image of a star in focus by a telescope without wavefront error.

    The optical model is that of the demonstration, with one wavelength: the pupil of the telescope alone, without the
    wavefront error of the instrument. The first image of a filter takes a second, the others a moment.

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure: detector and filter.
    x, y : float
        Position of the star, pixels.

    Returns
    -------
    stamp : ndarray of float32, shape (256, 256)
        Fraction of the light in each pixel.
    x0, y0 : int
        Pixel of ``stamp[0, 0]``.
        None instead of all three if poppy is not installed, or if detector or filter are not known.
    """
    telescope = perfect_telescope(info.detector, info.filter, info.pupil)
    return star_image("CLEAR", telescope).at(x, y) if telescope is not None else None


@lru_cache(maxsize=32)
def perfect_telescope(detector: str, filter_name: str, pupil: str) -> Telescope | None:
    """Return the model of a telescope without wavefront error.

    Parameters
    ----------
    detector, filter_name, pupil : str
        DETECTOR, FILTER and PUPIL.

    Returns
    -------
    Telescope or None
        None if poppy is not installed, or if detector or filter are not known.
    """
    if find_spec("poppy") is None:
        return None
    try:
        found = detector_named(detector)
        entry = read_siaf(found.instrument).entries.get(found.siaf_aperture)
    except (KeyError, ValueError, SiafError):
        return None
    bands = [band for band in passbands(found) if (band.filter, band.pupil) == (filter_name, pupil)]
    if entry is None or not bands:
        return None
    wavelength, scale = bands[0].wavelength * _METRES, sum(entry.scale) / 2
    # A sample must not be wider than half the resolution of the telescope.
    resolved = degrees(wavelength / (2 * PUPIL_RADIUS)) * 3600
    return Telescope(
        pupil_samples=_SAMPLES,
        field=_FIELD,
        oversampling=max(2, ceil(2 * scale / resolved)),
        wavelengths=(wavelength,),
        pixel_scale=scale,
        rms_nm=0.0,
    )
