"""Distortion and filter-offset references, from the flight SIAF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from astropy.modeling.fitting import LinearLSQFitter
from astropy.modeling.models import AffineTransformation2D, Mapping, Polynomial2D, Shift

from wfsgui.demo.references.filters import passbands
from wfsgui.demo.references.reference_file import metadata, write_asdf
from wfsgui.demo.references.siaf import aperture, sci_to_idl, siaf_version

if TYPE_CHECKING:
    from pathlib import Path

    from astropy.modeling import Model
    from numpy.typing import NDArray

    from wfsgui.demo.references.detectors import Detector

__all__ = ["distortion_model", "fitted_inverse", "pixels_to_ideal", "write_distortion", "write_filteroffset"]

_INVERSE_DEGREE: Final = 7
"""The inverse of the SIAF has degree 4 or 5 and errors up to 0.135 pixels; degree 7 has errors of 0.0002 pixels."""
_INVERSE_NODES: Final = 25
"""Points along each side of the grid for the fit of the inverse."""


def distortion_model(detector: Detector) -> Model:
    """Make the transform from pixels of the full detector to the telescope's frame.

    The forward transform is that of the SIAF: polynomials from science pixels to the ideal frame, then the plane
    approximation to (V2, V3), as in `pysiaf.Aperture.sci_to_tel` (JWST-STScI-001550). The inverse is a fitted
    polynomial, more accurate than that of the SIAF. There is no bounding box, as in flight: assign_wcs sets one from
    the image.

    Parameters
    ----------
    detector : Detector
        The detector.

    Returns
    -------
    astropy.modeling.Model
        Transform from (column, row), counted from 0, to (V2, V3) in arcsec, with its inverse.
    """
    siaf = aperture(detector)
    angle = np.deg2rad(float(siaf.V3IdlYAngle))
    parity = float(siaf.VIdlParity)
    to_telescope = AffineTransformation2D(
        matrix=[[parity * np.cos(angle), np.sin(angle)], [-parity * np.sin(angle), np.cos(angle)]],
        translation=[float(siaf.V2Ref), float(siaf.V3Ref)],
    )
    return pixels_to_ideal(detector) | to_telescope


def pixels_to_ideal(detector: Detector) -> Model:
    """Make the transform of the SIAF polynomials from pixels of the full detector, with its inverse.

    Parameters
    ----------
    detector : Detector
        The detector.

    Returns
    -------
    astropy.modeling.Model
        Transform from (column, row), counted from 0, to arcsec in the ideal frame; for NIRSpec, to tangents of angles
        at the grating wheel.
    """
    siaf = aperture(detector)
    shifts = [Shift(1 - float(reference)) for reference in (siaf.XSciRef, siaf.YSciRef)]
    return shifts[0] & shifts[1] | fitted_inverse(sci_to_idl(detector), _grid(detector))


def fitted_inverse(coefficients: tuple[NDArray[np.float64], ...], grid: tuple[NDArray[np.float64], ...]) -> Model:
    """Make a transform of two polynomials, and fit its inverse.

    Parameters
    ----------
    coefficients : tuple of ndarray, shape (degree + 1, degree + 1)
        Coefficients of x and y, as in `sci_to_idl`.
    grid : tuple of ndarray
        x and y of the points for the fit of the inverse.

    Returns
    -------
    astropy.modeling.Model
        Transform of the polynomials, with its inverse.
    """
    forward = [
        Polynomial2D(len(square) - 1, **{f"c{i}_{j}": square[i, j] for i, j in np.argwhere(square)})
        for square in coefficients
    ]
    model = Mapping((0, 1, 0, 1)) | forward[0] & forward[1]
    images = model(*grid)
    backward = [_fit(images, axis) for axis in grid]
    model.inverse = Mapping((0, 1, 0, 1)) | backward[0] & backward[1]
    return model


def write_distortion(detector: Detector, path: Path) -> None:
    """Write the distortion reference of a detector.

    Parameters
    ----------
    detector : Detector
        The detector.
    path : Path
        The ASDF file.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    meta = metadata(detector, "distortion", "distortion from the SIAF")
    meta |= {"input_units": "pixel", "output_units": "arcsec", "model_type": "DistortionModel"}
    if detector.instrument == "NIRCAM":
        meta["instrument"]["p_pupil"] = "ANY|"
    history = (f"SIAF aperture {detector.siaf_aperture}, {siaf_version()}; inverse fitted.",)
    write_asdf({"meta": meta, "model": distortion_model(detector)}, path, history)


def write_filteroffset(detector: Detector, path: Path) -> None:
    """Write the filter offsets of a detector; all are zero, because none is known.

    Parameters
    ----------
    detector : Detector
        The detector.
    path : Path
        The ASDF file.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    meta = metadata(detector, "filteroffset", "no filter offsets") | {"model_type": "FilteroffsetModel"}
    filters = []
    for band in passbands(detector):
        wheels = {"filter": band.filter} | ({"pupil": band.pupil} if band.pupil else {})
        filters.append({**wheels, "column_offset": 0.0, "row_offset": 0.0})
    write_asdf({"meta": meta, "filters": filters}, path, ("All offsets are zero: none was at hand.",))


def _grid(detector: Detector) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return grid points over the detector and 10 pixels beyond, in pixels from the reference pixel.

    They are the extrema of Chebyshev polynomials, which distribute the error of a fit evenly.
    """
    siaf = aperture(detector)
    nodes = (1 - np.cos(np.linspace(0, np.pi, _INVERSE_NODES))) / 2
    rows, columns = detector.shape
    margin = 10
    x = 1 - margin + nodes * (columns - 1 + 2 * margin) - float(siaf.XSciRef)
    y = 1 - margin + nodes * (rows - 1 + 2 * margin) - float(siaf.YSciRef)
    grid_x, grid_y = np.meshgrid(x, y)
    return grid_x, grid_y


def _fit(images: tuple[NDArray[np.float64], ...], values: NDArray[np.float64]) -> Model:
    """Fit values by a polynomial of their images, scaled to +-1 for numerical stability."""
    domains = [(float(axis.min()), float(axis.max())) for axis in images]
    start = Polynomial2D(_INVERSE_DEGREE, x_domain=domains[0], y_domain=domains[1])
    fitted: Any = LinearLSQFitter()(start, *images, values)
    return fitted
