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
"""SIAF's inverse has the degree of the forward transform, 4 or 5, and is off by up to 0.135 pixels; this, by 0.0002."""
_INVERSE_NODES: Final = 25
"""Points along each side of the grid that the inverse is fitted to."""


def distortion_model(detector: Detector) -> Model:
    """Make the transform from pixels of the full detector to the telescope's frame.

    Forward it is SIAF's own: its polynomials from science pixels to the ideal frame, then the plane approximation to
    (V2, V3), as `pysiaf.Aperture.sci_to_tel` has it (JWST-STScI-001550). Backward, it is a polynomial fitted here,
    closer than SIAF's. It has no bounding box, as in flight: assign_wcs sets one from the image.

    Parameters
    ----------
    detector : Detector
        The detector.

    Returns
    -------
    astropy.modeling.Model
        From (column, row), counted from 0, to (V2, V3) in arcseconds, with its inverse.
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
    """Make the transform from pixels of the full detector by the SIAF's polynomials, with its inverse.

    Parameters
    ----------
    detector : Detector
        The detector.

    Returns
    -------
    astropy.modeling.Model
        From (column, row), counted from 0, to arcseconds in the ideal frame, or, for NIRSpec, to the tangents of the
        angles at the grating wheel.
    """
    siaf = aperture(detector)
    shifts = [Shift(1 - float(reference)) for reference in (siaf.XSciRef, siaf.YSciRef)]
    return shifts[0] & shifts[1] | fitted_inverse(sci_to_idl(detector), _grid(detector))


def fitted_inverse(coefficients: tuple[NDArray[np.float64], ...], grid: tuple[NDArray[np.float64], ...]) -> Model:
    """Make a transform of two polynomials, and fit its inverse.

    Parameters
    ----------
    coefficients : tuple of ndarray, shape (degree + 1, degree + 1)
        Of x and y, as `sci_to_idl` has them.
    grid : tuple of ndarray
        x and y of the points between which the inverse has to be right.

    Returns
    -------
    astropy.modeling.Model
        The polynomials themselves, and their inverse.
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
    """Write the filter offsets of a detector: none is known here, so all are zero.

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
    """Spread points over the detector and a little beyond, in pixels off the reference pixel.

    They are the extrema of Chebyshev polynomials, which keep the error of a fit even to the edges.
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
    """Fit values as a polynomial in their images, which are scaled to +-1 so that high powers stay tame."""
    domains = [(float(axis.min()), float(axis.max())) for axis in images]
    start = Polynomial2D(_INVERSE_DEGREE, x_domain=domains[0], y_domain=domains[1])
    fitted: Any = LinearLSQFitter()(start, *images, values)
    return fitted
