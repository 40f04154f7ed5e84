"""Facts of assign_wcs, and the check that the WCS and its inverse agree."""

from __future__ import annotations

from math import atan2, degrees, hypot, isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.measure.measured import Row
from wfsgui.core.sky.geometry import ARCSEC, jacobian, pixel_at, separation_between
from wfsgui.core.step_checks.evidence import CannotTellError, Case, Check, Finding, Measurement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import WcsReader

__all__ = ["CHECKS", "facts"]

_GRID: Final = 9
# The inverse polynomials of the flight NIRCam distortion are good to 0.135 pixel.
_TOLERANCE: Final = 0.5
_DEGREE: Final = "\N{DEGREE SIGN}"


def facts(case: Case) -> tuple[Row, ...]:
    """Measure the pointing of the exposure.

    Parameters
    ----------
    case : Case
        The step.

    Returns
    -------
    tuple of Row
        Footprint, pixel scales, orientation and pointing; a single row if there is no WCS.
    """
    if case.evidence.after.wcs is None:
        return (Row("WCS", "none", "The step attached no WCS: positions on the sky are not available."),)
    added = "kept" if case.evidence.before.wcs is not None else "added"
    return (
        Row("WCS", added, "The transform from pixels to positions on the sky."),
        *(measurement.row(case) for measurement in _MEASUREMENTS),
    )


def _wcs(case: Case) -> WcsReader:
    wcs = case.evidence.after.wcs
    if wcs is None:
        raise CannotTellError("The step attached no WCS.")
    return wcs


def _centre(case: Case) -> tuple[float, float]:
    """Return x and y of the image's centre."""
    height, width = case.evidence.after.sci.shape
    return (width - 1) / 2, (height - 1) / 2


def _corners(case: Case) -> str:
    height, width = case.evidence.after.sci.shape
    x = np.array([0.0, width - 1, width - 1, 0])
    y = np.array([0.0, 0, height - 1, height - 1])
    corners = zip(*_wcs(case).positions(x, y), strict=True)
    return "; ".join(f"{ra:.6f}{_DEGREE} {dec:+.6f}{_DEGREE}" for ra, dec in corners)


def _jacobian(case: Case) -> NDArray[np.float64]:
    matrix = jacobian(_wcs(case), *_centre(case))
    if not np.isfinite(matrix).all():
        raise CannotTellError("The WCS has no value at the centre of the image.")
    return matrix


def _scales(case: Case) -> str:
    along_x, along_y = (hypot(*column) * ARCSEC for column in _jacobian(case).T)
    return f"{along_x:.6f} x {along_y:.6f} arcsec"


def _area(case: Case) -> str:
    return f"{abs(np.linalg.det(_jacobian(case))) * ARCSEC**2:.4e} arcsec²"


def _angle(case: Case) -> str:
    east, north = _jacobian(case)[:, 1]
    return f"{degrees(atan2(east, north)) % 360:.4f}{_DEGREE}"


def _reference_offset(case: Case) -> str:
    evidence = case.evidence
    # CRPIX counts from 1.
    x, y = (np.array([evidence.number(f"meta.wcsinfo.crpix{axis}") - 1]) for axis in (1, 2))
    ra, dec = _wcs(case).positions(x, y)
    pointed = evidence.number("meta.wcsinfo.ra_ref"), evidence.number("meta.wcsinfo.dec_ref")
    offset = separation_between((float(ra[0]), float(dec[0])), pointed).arcsec
    if not isfinite(offset):
        raise CannotTellError("The WCS has no value at the aperture's reference pixel.")
    return f"{offset:.4f} arcsec"


def _target(case: Case) -> str:
    height, width = case.evidence.after.sci.shape
    ra, dec = (case.evidence.number(f"meta.target.{name}") for name in ("ra", "dec"))
    found = pixel_at(_wcs(case), ra, dec, _centre(case))
    if found is None:
        return "outside of the WCS"
    x, y = found
    inside = -0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5
    numbers = case.evidence.numbers
    place = f"{numbers.place(x, y, decimals=2)} ({numbers.convention})"
    return place if inside else f"{place}, outside of the image"


_MEASUREMENTS: Final = (
    Measurement(
        "Footprint",
        "Right ascension and declination (ICRS, degrees) of the centres of the corner pixels, from the lower left one "
        "along x.",
        _corners,
    ),
    Measurement("Pixel scale", "Along x and along y, at the centre of the image.", _scales),
    Measurement("Pixel area", "Solid angle of the pixel at the centre of the image, from the WCS.", _area),
    Measurement("Position angle of +y", "From north to east, at the centre of the image.", _angle),
    Measurement(
        "WCS to pointing",
        "Separation of the WCS position of the aperture's reference pixel (CRPIX) and the pointing of that pixel "
        "(RA_REF, DEC_REF). The filter's offset moves it by some pixels at most.",
        _reference_offset,
    ),
    Measurement("Target", "Pixel of the target of the proposal (TARG_RA, TARG_DEC) by the WCS.", _target),
)


def _round_trip(case: Case) -> Finding:
    height, width = case.evidence.after.sci.shape
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(0, width - 1, _GRID), np.linspace(0, height - 1, _GRID)))
    wcs = _wcs(case)
    back_x, back_y = wcs.pixels(*wcs.positions(x, y))
    distances = np.hypot(back_x - x, back_y - y)
    lost = int(np.count_nonzero(~np.isfinite(distances)))
    if lost:
        return Finding(False, f"The WCS has no inverse at {lost} of {distances.size} pixels.")
    largest = float(distances.max())
    return Finding(largest <= _TOLERANCE, f"The largest of {distances.size} deviations is {largest:.2g} pixel.")


CHECKS: Final = (
    Check(
        "The WCS closes",
        f"The WCS and its inverse lead back to the same pixel, within {_TOLERANCE:g}: the inverse of the flight "
        "distortion is good to 0.135 for NIRCam. If it fails, the position of a star from a catalogue marks the "
        "wrong pixel, and the cut-out for phase retrieval may miss the star.",
        _round_trip,
    ),
)
"""The checks of assign_wcs alone."""
