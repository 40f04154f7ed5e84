"""Geometry on the sky through an image's WCS: directions, scale, separations and pixels of positions."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, degrees, hypot, isfinite, nan, radians, sin, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wfsgui.core.model.step_image import WcsReader

__all__ = [
    "ARCSEC",
    "Compass",
    "Separation",
    "Target",
    "compass",
    "jacobian",
    "pixel_at",
    "pixel_of",
    "separation",
    "separation_between",
    "target_of",
]

ARCSEC: Final = degrees(1) * 3600
"""Arcseconds in a radian."""

_STEP: Final = 0.5
# Newton's method converges in three or four steps with a distorted WCS.
_MOST_STEPS: Final = 12
_TOLERANCE: Final = 1e-3
_POLE: Final = 90.0


@dataclass(frozen=True)
class Compass:
    """Directions and scale of the sky at a pixel.

    Attributes
    ----------
    north, east : tuple of float
        Unit vectors (dx, dy) in pixels.
    scale : float
        Arcsec per pixel, the square root of a pixel's area.
    """

    north: tuple[float, float]
    east: tuple[float, float]
    scale: float


@dataclass(frozen=True)
class Separation:
    """Separation of two positions on the sky.

    Attributes
    ----------
    arcsec : float
        Length of the great circle.
    position_angle : float
        Direction at the first position, degrees from north through east, 0 to 360.
    """

    arcsec: float
    position_angle: float


@dataclass(frozen=True)
class Target:
    """Target of an exposure.

    Attributes
    ----------
    ra, dec : float
        ICRS, degrees.
    name : str
        May be empty.
    """

    ra: float
    dec: float
    name: str


def target_of(metadata: Mapping[str, str]) -> Target | None:
    """Read the target from a stage's metadata.

    Parameters
    ----------
    metadata : mapping of str to str
        The model's metadata, by dotted path.

    Returns
    -------
    Target or None
        None if the metadata have no position of a target, or (0, 0), which stands for no target.
    """
    try:
        ra, dec = float(metadata["meta.target.ra"]), float(metadata["meta.target.dec"])
    except (KeyError, ValueError):
        return None
    if not (isfinite(ra) and abs(dec) <= _POLE) or (ra, dec) == (0.0, 0.0):
        return None
    names = (metadata.get(f"meta.target.{key}", "").strip() for key in ("catalog_name", "proposer_name"))
    return Target(ra, dec, next(filter(None, names), ""))


def compass(wcs: WcsReader, place: tuple[float, float]) -> Compass | None:
    """Return the directions of north and east on the image.

    Parameters
    ----------
    wcs : WcsReader
        The WCS.
    place : tuple of float
        x and y, pixels; the centre of the first pixel is (0, 0).

    Returns
    -------
    Compass or None
        None if the WCS has no value there.
    """
    matrix = jacobian(wcs, *place)
    if not np.isfinite(matrix).all():
        return None
    area = abs(float(np.linalg.det(matrix)))
    if area == 0:
        return None
    pixels = np.linalg.inv(matrix)
    east, north = pixels[:, 0] / hypot(*pixels[:, 0]), pixels[:, 1] / hypot(*pixels[:, 1])
    return Compass((float(north[0]), float(north[1])), (float(east[0]), float(east[1])), sqrt(area) * ARCSEC)


def separation(wcs: WcsReader, one: tuple[float, float], other: tuple[float, float]) -> Separation:
    """Measure the separation of two pixels on the sky.

    Parameters
    ----------
    wcs : WcsReader
        The WCS.
    one, other : tuple of float
        x and y, pixels; the centre of the first pixel is (0, 0).

    Returns
    -------
    Separation
        NaN if the WCS has no value at one of the pixels.
    """
    ra, dec = wcs.positions(np.array([one[0], other[0]]), np.array([one[1], other[1]]))
    return separation_between((float(ra[0]), float(dec[0])), (float(ra[1]), float(dec[1])))


def separation_between(one: tuple[float, float], other: tuple[float, float]) -> Separation:
    """Measure the separation of two positions.

    Parameters
    ----------
    one, other : tuple of float
        Right ascension and declination, ICRS, degrees.

    Returns
    -------
    Separation
        NaN if a coordinate is not finite.
    """
    # Imported with the WCS already: astropy.coordinates takes half a second.
    from astropy.coordinates import angular_separation, position_angle

    if not np.isfinite([one, other]).all():
        return Separation(nan, nan)
    places = *map(radians, one), *map(radians, other)
    return Separation(float(angular_separation(*places)) * ARCSEC, degrees(float(position_angle(*places).rad)) % 360)


def pixel_of(wcs: WcsReader, target: Target, shape: tuple[int, int]) -> tuple[float, float] | None:
    """Find the pixel of a target; the inverse of the WCS may be inexact or missing.

    Parameters
    ----------
    wcs : WcsReader
        The WCS.
    target : Target
        The target.
    shape : tuple of int
        Height and width of the image, pixels.

    Returns
    -------
    tuple of float or None
        x and y, pixels; None if the target is not on the image.
    """
    found = pixel_at(wcs, target.ra, target.dec, ((shape[1] - 1) / 2, (shape[0] - 1) / 2))
    if found is None:
        return None
    x, y = found
    return (x, y) if -0.5 <= x < shape[1] - 0.5 and -0.5 <= y < shape[0] - 0.5 else None


def pixel_at(wcs: WcsReader, ra: float, dec: float, near: tuple[float, float]) -> tuple[float, float] | None:
    """Find the pixel at a position, on the image or outside of it.

    Newton's method with the forward transform, because the inverse of the flight distortion is a separate fit, which
    is good to about 0.1 pixel. `gwcs.WCS.numerical_inverse` does the same, but the window does not import gwcs.

    Parameters
    ----------
    wcs : WcsReader
        The WCS.
    ra, dec : float
        ICRS, degrees.
    near : tuple of float
        x and y, pixels: the first guess if the WCS has no inverse there.

    Returns
    -------
    tuple of float or None
        x and y, pixels, within 0.001; None if the WCS has no value on the way or the method does not converge.
    """
    guess_x, guess_y = wcs.pixels(np.array([ra]), np.array([dec]))
    place = np.array([guess_x[0], guess_y[0]], float)
    if not np.isfinite(place).all():
        place = np.array(near, float)
    wanted = _vectors(np.array([ra]), np.array([dec]))[0]
    for _ in range(_MOST_STEPS):
        step = _newton_step(wcs, place, wanted)
        if step is None:
            return None
        place = place + step
        if hypot(*step) < _TOLERANCE:
            return float(place[0]), float(place[1])
    return None


def _newton_step(wcs: WcsReader, place: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the step, in pixels, towards a unit vector; None if there is none from here."""
    ra, dec = wcs.positions(place[:1], place[1:])
    here, matrix = _vectors(ra, dec)[0], jacobian(wcs, float(place[0]), float(place[1]))
    if not (np.isfinite(here).all() and np.isfinite(matrix).all()) or here @ wanted <= 0:
        return None
    east, north = _axes(float(ra[0]), float(dec[0]))
    # Gnomonic projection onto the tangent plane.
    offset = np.array([east @ wanted, north @ wanted]) / (here @ wanted)
    try:
        return np.asarray(np.linalg.solve(matrix, offset), float)
    except np.linalg.LinAlgError:
        return None


def jacobian(wcs: WcsReader, x: float, y: float) -> NDArray[np.float64]:
    """Return the derivatives of the position on the sky by the pixel coordinates, from differences over one pixel.

    Parameters
    ----------
    wcs : WcsReader
        The WCS.
    x, y : float
        Pixels; the centre of the first pixel is (0, 0).

    Returns
    -------
    ndarray of float64, shape (2, 2)
        Radians per pixel: towards east and north (rows) along x and y (columns). NaN where the WCS has no value.
    """
    columns, rows = x + _STEP * np.array([0, 1, -1, 0, 0]), y + _STEP * np.array([0, 0, 0, 1, -1])
    ra, dec = wcs.positions(columns, rows)
    vectors = _vectors(ra, dec)
    axes = np.array(_axes(float(ra[0]), float(dec[0])))
    along_x, along_y = (vectors[1] - vectors[2]) / (2 * _STEP), (vectors[3] - vectors[4]) / (2 * _STEP)
    return np.column_stack([axes @ along_x, axes @ along_y])


def _axes(ra: float, dec: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the unit vectors towards east and north at a position in degrees."""
    longitude, latitude = radians(ra), radians(dec)
    north = np.array([-sin(latitude) * cos(longitude), -sin(latitude) * sin(longitude), cos(latitude)])
    return np.array([-sin(longitude), cos(longitude), 0.0]), north


def _vectors(ra: NDArray[np.float64], dec: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the unit vectors of positions in degrees, shape (n, 3)."""
    longitude, latitude = np.radians(ra), np.radians(dec)
    return np.column_stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
    )
