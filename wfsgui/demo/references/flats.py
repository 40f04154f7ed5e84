"""Flat-field and pixel-area references: synthetic, with the texture of real ones."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import numpy as np
from stdatamodels.jwst.datamodels import FlatModel, PixelAreaModel

from wfsgui.core.model.flags import FLAGS
from wfsgui.demo.references.reference_file import metadata, write_fits
from wfsgui.demo.references.siaf import (
    pixel_area_map,
    pixel_area_metadata,
    pixel_area_source,
    siaf_version,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from wfsgui.demo.references.detectors import Detector

__all__ = ["flat_field", "reference_pixels", "write_area", "write_flat"]

_MEANINGS: Final = {
    "DO_NOT_USE": "Bad pixel, not to be used",
    "DEAD": "Dead pixel",
    "LOW_QE": "Low quantum efficiency",
    "NO_FLAT_FIELD": "Flat field cannot be measured",
    "REFERENCE_PIXEL": "Pixel that sees no light",
}
"""Data-quality flags of a flat field, and their meanings."""

_UNUSABLE: Final = FLAGS["DO_NOT_USE"] | FLAGS["NO_FLAT_FIELD"]
_BORDER: Final = 4
"""Width of the frame of reference pixels."""

_PIXEL_SPREAD: Final = 0.01
_GRADIENT: Final = 0.03
_AMPLIFIER_STEP: Final = 0.003
_AMPLIFIERS: Final = 4
_DUST_GRAINS: Final = 40
_LOW_QE_FRACTION: Final = 6e-4
_DEAD_FRACTION: Final = 4e-4
_NAN_PIXELS: Final = 60
_RELATIVE_ERROR: Final = 0.002


def flat_field(detector: Detector) -> tuple[NDArray[np.float32], NDArray[np.uint32], NDArray[np.float32]]:
    """Make a synthetic flat field: illumination, amplifiers, dust, pixel response and bad pixels.

    Parameters
    ----------
    detector : Detector
        The detector. Its name is the random seed: a detector always has the same flat field.

    Returns
    -------
    data : ndarray of float32, shape (rows, columns)
        Relative response; the median of the good pixels is 1. Some bad pixels are 0, some are NaN.
    dq : ndarray of uint32, shape (rows, columns)
        Data-quality flags.
    err : ndarray of float32, shape (rows, columns)
        Standard error of `data`; 0 for unusable pixels.
    """
    random = np.random.default_rng(zlib.crc32(detector.name.encode()))
    data = _illumination(detector.shape, random)
    _add_dust(data, random)
    data *= 1 + _PIXEL_SPREAD * random.standard_normal(detector.shape, dtype=np.float32)
    dq = np.zeros(detector.shape, dtype=np.uint32)
    _add_bad_pixels(data, dq, random)
    border = reference_pixels(detector)
    dq[border] = _UNUSABLE | FLAGS["REFERENCE_PIXEL"]
    data /= np.median(data[dq == 0])
    data[border] = 1
    err = np.where(dq == 0, _RELATIVE_ERROR * np.sqrt(np.abs(data)), 0).astype(np.float32)
    return data, dq, err


def write_flat(detector: Detector, path: Path) -> None:
    """Write the flat field of a detector.

    Parameters
    ----------
    detector : Detector
        The detector.
    path : Path
        The FITS file.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    meta = metadata(detector, "flat", "synthetic flat field") | _full_frame(detector)
    with FlatModel({"meta": meta}) as model:
        model.data, model.dq, model.err = flat_field(detector)
        definitions = [
            (FLAGS[name].bit_length() - 1, FLAGS[name], name, meaning) for name, meaning in _MEANINGS.items()
        ]
        model.dq_def = np.array(definitions, dtype=model.get_dtype("dq_def"))
        write_fits(model, path, ("Synthetic: illumination, amplifiers, dust, pixel response and bad pixels.",))


def write_area(detector: Detector, path: Path) -> None:
    """Write the map of relative pixel areas of a detector; its mean is 1.

    Parameters
    ----------
    detector : Detector
        The detector.
    path : Path
        The FITS file.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    areas = pixel_area_map(detector)
    meta = metadata(detector, "area", "pixel areas from the SIAF") | _full_frame(detector)
    meta["photometry"] = pixel_area_metadata(detector)
    with PixelAreaModel({"meta": meta}) as model:
        model.data = (areas / areas.mean()).astype(np.float32)
        source = f"Jacobian of the distortion of SIAF aperture {detector.siaf_aperture}, {siaf_version()}."
        write_fits(model, path, (source, pixel_area_source(detector)))


def _full_frame(detector: Detector) -> dict[str, dict[str, object]]:
    rows, columns = detector.shape
    return {"subarray": {"name": "FULL", "xstart": 1, "ystart": 1, "xsize": columns, "ysize": rows}}


def _illumination(shape: tuple[int, int], random: np.random.Generator) -> NDArray[np.float32]:
    """Make a slope in a random direction, vignetting to the corners and a step at every amplifier."""
    rows, columns = shape
    y = np.linspace(-1, 1, rows, dtype=np.float32)[:, np.newaxis]
    x = np.linspace(-1, 1, columns, dtype=np.float32)[np.newaxis, :]
    direction = random.uniform(0, 2 * np.pi)
    slope = _GRADIENT * (np.float32(np.cos(direction)) * x + np.float32(np.sin(direction)) * y)
    steps = 1 + _AMPLIFIER_STEP * random.standard_normal(_AMPLIFIERS)
    amplifiers = steps[np.arange(columns) * _AMPLIFIERS // columns].astype(np.float32)
    illumination: NDArray[np.float32] = (1 + slope - _GRADIENT / 2 * (x**2 + y**2)) * amplifiers
    return illumination


def _add_dust(data: NDArray[np.float32], random: np.random.Generator) -> None:
    """Add dark round spots, as from grains of dust."""
    rows, columns = data.shape
    for _ in range(_DUST_GRAINS):
        row, column = random.integers(rows), random.integers(columns)
        radius, depth = random.uniform(4, 25), random.uniform(0.01, 0.06)
        reach = int(3 * radius)
        top, left = max(row - reach, 0), max(column - reach, 0)
        stamp = data[top : row + reach, left : column + reach]
        y, x = np.ogrid[top : top + stamp.shape[0], left : left + stamp.shape[1]]
        distance = ((y - row) ** 2 + (x - column) ** 2) / (2 * radius**2)
        stamp *= (1 - depth * np.exp(-distance)).astype(np.float32)


def _add_bad_pixels(data: NDArray[np.float32], dq: NDArray[np.uint32], random: np.random.Generator) -> None:
    counts = (int(_LOW_QE_FRACTION * data.size), int(_DEAD_FRACTION * data.size), _NAN_PIXELS)
    chosen = random.choice(data.size, sum(counts), replace=False)
    low, dead, missing = np.split(chosen, np.cumsum(counts)[:-1])
    flat_data, flat_dq = data.reshape(-1), dq.reshape(-1)
    flat_data[low] *= random.uniform(0.2, 0.6, low.size).astype(np.float32)
    flat_dq[low] = _UNUSABLE | FLAGS["LOW_QE"]
    flat_data[dead] = 0
    flat_dq[dead] = _UNUSABLE | FLAGS["DEAD"]
    flat_data[missing] = np.nan
    flat_dq[missing] = _UNUSABLE


def reference_pixels(detector: Detector) -> NDArray[np.bool_]:
    """Find the reference pixels of a detector, four along each edge.

    Parameters
    ----------
    detector : Detector
        The detector.

    Returns
    -------
    ndarray of bool, shape (rows, columns)
        Whether a pixel is a reference pixel.
    """
    border = np.ones(detector.shape, dtype=bool)
    # MIRI has reference pixels at both ends of a row only.
    inside = slice(None) if detector.instrument == "MIRI" else slice(_BORDER, -_BORDER)
    border[inside, _BORDER:-_BORDER] = False
    return border
