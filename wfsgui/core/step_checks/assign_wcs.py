"""What assign_wcs attached, and whether the way to the sky and back closes."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.model.step_image import WcsReader
from wfsgui.core.sky.geometry import pixel_at
from wfsgui.core.step_checks.evidence import CannotTellError, Case, Check, Fact, Finding, Measurement

__all__ = ["CHECKS", "facts"]

_ARCSEC: Final = float(np.degrees(1) * 3600)
"""In a radian."""

_GRID: Final = 9
# The inverse polynomials of the flight NIRCam distortion are good to 0.135 pixel.
_TOLERANCE: Final = 0.5


def facts(case: Case) -> tuple[Fact, ...]:
    """Tell where the exposure looks.

    Parameters
    ----------
    case : Case
        The step.

    Returns
    -------
    tuple of Fact
        Footprint, pixel scales, orientation and pointing; only that there is no WCS where there is none.
    """
    if case.evidence.after.wcs is None:
        return (Fact("WCS", "none", "The step attached no WCS: positions on the sky cannot be read."),)
    added = "kept" if case.evidence.before.wcs is not None else "added"
    return (
        Fact("WCS", added, "What turns pixels into positions on the sky."),
        *(measurement.fact(case) for measurement in _MEASUREMENTS),
    )


def _wcs(case: Case) -> WcsReader:
    wcs = case.evidence.after.wcs
    if wcs is None:
        raise CannotTellError("The step attached no WCS.")
    return wcs


def _vectors(ra: NDArray[np.float64], dec: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn positions in degrees into unit vectors, shape (n, 3)."""
    a, d = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], axis=-1)


def _corners(case: Case) -> str:
    height, width = case.evidence.after.sci.shape
    x = np.array([0.0, width - 1, width - 1, 0])
    y = np.array([0.0, 0, height - 1, height - 1])
    return "; ".join(f"{ra:.6f} {dec:+.6f}" for ra, dec in zip(*_wcs(case).positions(x, y), strict=True))


def _axes(case: Case) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the vector of the image's centre, and the changes of it along one pixel of x and of y, radians."""
    height, width = case.evidence.after.sci.shape
    x0, y0 = (width - 1) / 2, (height - 1) / 2
    x, y = x0 + np.array([0, -0.5, 0.5, 0, 0]), y0 + np.array([0, 0, 0, -0.5, 0.5])
    vectors = _vectors(*_wcs(case).positions(x, y))
    return vectors[0], vectors[2] - vectors[1], vectors[4] - vectors[3]


def _scales(case: Case) -> str:
    _, along_x, along_y = _axes(case)
    return f"{np.linalg.norm(along_x) * _ARCSEC:.6f} x {np.linalg.norm(along_y) * _ARCSEC:.6f} arcsec"


def _area(case: Case) -> str:
    _, along_x, along_y = _axes(case)
    return f"{np.linalg.norm(np.cross(along_x, along_y)) * _ARCSEC**2:.4e} arcsec²"


def _angle(case: Case) -> str:
    centre, _, along_y = _axes(case)
    # Towards east and north, at the image's centre.
    east = np.array([-centre[1], centre[0], 0.0])
    north = np.cross(centre, east)
    return f"{np.degrees(np.arctan2(along_y @ east, along_y @ north)) % 360:.4f}°"


def _reference_offset(case: Case) -> str:
    evidence, wcs = case.evidence, _wcs(case)
    # CRPIX counts from 1.
    x, y = (np.array([evidence.number(f"meta.wcsinfo.crpix{axis}") - 1]) for axis in (1, 2))
    pointed = (np.array([evidence.number(f"meta.wcsinfo.{name}_ref")]) for name in ("ra", "dec"))
    chord = np.linalg.norm(_vectors(*wcs.positions(x, y)) - _vectors(*pointed))
    return f"{2 * np.arcsin(chord / 2) * _ARCSEC:.4f} arcsec"


def _target(case: Case) -> str:
    height, width = case.evidence.after.sci.shape
    ra, dec = (case.evidence.number(f"meta.target.{name}") for name in ("ra", "dec"))
    found = pixel_at(_wcs(case), ra, dec, ((width - 1) / 2, (height - 1) / 2))
    if found is None:
        return "nowhere in the WCS"
    x, y = found
    inside = -0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5
    numbers = case.evidence.numbers
    place = f"{numbers.place(x, y, decimals=2)} ({numbers.convention})"
    return place if inside else f"{place}, outside the image"


_MEASUREMENTS: Final = (
    Measurement(
        "Footprint",
        "Right ascension and declination (ICRS, degrees) of the centres of the corner pixels: the lower left one first,"
        " then along x.",
        _corners,
    ),
    Measurement("Pixel scale", "Along x and along y, at the centre of the image.", _scales),
    Measurement("Pixel area", "Solid angle of the pixel at the centre of the image, by the WCS.", _area),
    Measurement("Position angle of +y", "From north to east, at the centre of the image.", _angle),
    Measurement(
        "WCS to pointing",
        "Distance between where the WCS has the aperture's reference pixel (CRPIX) and where that was pointed "
        "(RA_REF, DEC_REF). The filter's offset moves it by some pixels at most.",
        _reference_offset,
    ),
    Measurement("Target", "The pixel where the WCS has the target of the proposal (TARG_RA, TARG_DEC).", _target),
)


def _round_trip(case: Case) -> Finding:
    height, width = case.evidence.after.sci.shape
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(0, width - 1, _GRID), np.linspace(0, height - 1, _GRID)))
    wcs = _wcs(case)
    back_x, back_y = wcs.pixels(*wcs.positions(x, y))
    misses = np.hypot(back_x - x, back_y - y)
    lost = int(np.count_nonzero(~np.isfinite(misses)))
    if lost:
        return Finding(False, f"The WCS has no way back for {lost} of {misses.size} positions.")
    largest = float(misses.max())
    return Finding(largest <= _TOLERANCE, f"The largest of {misses.size} misses is {largest:.2g} pixel.")


CHECKS: Final = (
    Check(
        "The WCS closes",
        f"From pixels to the sky and back leads to the same pixel, within {_TOLERANCE:g}: the inverse of the flight "
        "distortion is good to 0.135 for NIRCam. A failure means that a star's position from a catalogue marks the "
        "wrong pixel, and the cut-out for phase retrieval may miss the star.",
        _round_trip,
    ),
)
"""Of assign_wcs alone."""
