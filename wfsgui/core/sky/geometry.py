"""What is measured on the sky through an image's WCS: directions, scale, distances and places."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, isfinite, nan, radians, sin, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wfsgui.core.model.step_image import WcsReader

__all__ = ["Compass", "Separation", "Target", "compass", "pixel_at", "pixel_of", "separation", "target_of"]

_ARCSEC: Final = 3600.0
_STEP: Final = 0.5
# Newton's method: a distorted WCS needs three or four steps.
_MOST_STEPS: Final = 12
_CLOSE_ENOUGH: Final = 1e-3
_FARTHEST: Final = 90.0


@dataclass(frozen=True)
class Compass:
    """How the sky lies on the image at a place.

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
    """From one position to another.

    Attributes
    ----------
    arcsec : float
        Along the great circle.
    position_angle : float
        Direction at the first position, degrees from north through east, 0 to 360.
    """

    arcsec: float
    position_angle: float


@dataclass(frozen=True)
class Target:
    """What the exposure was pointed at.

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
        None where there is no position of it, or (0, 0), which stands for no target.
    """
    try:
        ra, dec = float(metadata["meta.target.ra"]), float(metadata["meta.target.dec"])
    except (KeyError, ValueError):
        return None
    if not (isfinite(ra) and abs(dec) <= _FARTHEST) or (ra, dec) == (0.0, 0.0):
        return None
    names = (metadata.get(f"meta.target.{key}", "").strip() for key in ("catalog_name", "proposer_name"))
    return Target(ra, dec, next(filter(None, names), ""))


def compass(wcs: WcsReader, place: tuple[float, float]) -> Compass | None:
    """Find north and east on the image.

    Parameters
    ----------
    wcs : WcsReader
        The WCS.
    place : tuple of float
        x and y, pixels; the centre of the first one is (0, 0).

    Returns
    -------
    Compass or None
        None where the WCS has no value.
    """
    jacobian = _jacobian(wcs, *place)
    if not np.isfinite(jacobian).all():
        return None
    area = abs(float(np.linalg.det(jacobian)))
    if area == 0:
        return None
    pixels = np.linalg.inv(jacobian)
    east, north = pixels[:, 0] / hypot(*pixels[:, 0]), pixels[:, 1] / hypot(*pixels[:, 1])
    return Compass((float(north[0]), float(north[1])), (float(east[0]), float(east[1])), degrees(sqrt(area)) * _ARCSEC)


def separation(wcs: WcsReader, one: tuple[float, float], other: tuple[float, float]) -> Separation:
    """Measure from one place to another on the sky, by Vincenty's formula for the sphere.

    Parameters
    ----------
    wcs : WcsReader
        The WCS.
    one, other : tuple of float
        x and y, pixels; the centre of the first one is (0, 0).

    Returns
    -------
    Separation
        NaN where the WCS has no value.
    """
    ra, dec = wcs.positions(np.array([one[0], other[0]]), np.array([one[1], other[1]]))
    if not (np.isfinite(ra).all() and np.isfinite(dec).all()):
        return Separation(nan, nan)
    step, first, second = radians(ra[1] - ra[0]), radians(dec[0]), radians(dec[1])
    east = cos(second) * sin(step)
    north = cos(first) * sin(second) - sin(first) * cos(second) * cos(step)
    ahead = sin(first) * sin(second) + cos(first) * cos(second) * cos(step)
    distance = degrees(atan2(hypot(east, north), ahead)) * _ARCSEC
    return Separation(distance, degrees(atan2(east, north)) % 360)


def pixel_of(wcs: WcsReader, target: Target, shape: tuple[int, int]) -> tuple[float, float] | None:
    """Find where on the image a position is; the inverse of the WCS need not close, nor be there.

    Parameters
    ----------
    wcs : WcsReader
        The WCS.
    target : Target
        The position.
    shape : tuple of int
        Height and width of the image, pixels.

    Returns
    -------
    tuple of float or None
        x and y, pixels; None where the position is not on the image.
    """
    found = pixel_at(wcs, target.ra, target.dec, ((shape[1] - 1) / 2, (shape[0] - 1) / 2))
    if found is None:
        return None
    x, y = found
    return (x, y) if -0.5 <= x < shape[1] - 0.5 and -0.5 <= y < shape[0] - 0.5 else None


def pixel_at(wcs: WcsReader, ra: float, dec: float, near: tuple[float, float]) -> tuple[float, float] | None:
    """Find the pixel that looks at a position, on the image or beside it.

    Newton's method on the way from pixels to the sky: the inverse of the flight distortion is a fit of its own, which
    closes to some 0.1 pixel only.

    Parameters
    ----------
    wcs : WcsReader
        The WCS.
    ra, dec : float
        ICRS, degrees.
    near : tuple of float
        x and y, pixels: where to begin if the WCS has no inverse there.

    Returns
    -------
    tuple of float or None
        x and y, pixels, within 0.001; None where the WCS has no value on the way.
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
        if hypot(*step) < _CLOSE_ENOUGH:
            return float(place[0]), float(place[1])
    return None


def _newton_step(wcs: WcsReader, place: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the step, in pixels, towards a direction on the sky; None where that is not to be found from here."""
    ra, dec = wcs.positions(place[:1], place[1:])
    here, jacobian = _vectors(ra, dec)[0], _jacobian(wcs, float(place[0]), float(place[1]))
    if not (np.isfinite(here).all() and np.isfinite(jacobian).all()) or here @ wanted <= 0:
        return None
    east, north = _axes(float(ra[0]), float(dec[0]))
    # In the plane that touches the sphere here.
    offset = np.array([east @ wanted, north @ wanted]) / (here @ wanted)
    try:
        return np.asarray(np.linalg.solve(jacobian, offset), float)
    except np.linalg.LinAlgError:
        return None


def _jacobian(wcs: WcsReader, x: float, y: float) -> NDArray[np.float64]:
    """Return how far east and north, radians, a pixel to the right and a pixel upwards lead: shape (2, 2)."""
    across, along = x + _STEP * np.array([0, 1, -1, 0, 0]), y + _STEP * np.array([0, 0, 0, 1, -1])
    ra, dec = wcs.positions(across, along)
    vectors = _vectors(ra, dec)
    axes = np.array(_axes(float(ra[0]), float(dec[0])))
    right, up = (vectors[1] - vectors[2]) / (2 * _STEP), (vectors[3] - vectors[4]) / (2 * _STEP)
    return np.column_stack([axes @ right, axes @ up])


def _axes(ra: float, dec: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the unit vectors towards east and north at a position, degrees."""
    angle, height = radians(ra), radians(dec)
    north = np.array([-sin(height) * cos(angle), -sin(height) * sin(angle), cos(height)])
    return np.array([-sin(angle), cos(angle), 0.0]), north


def _vectors(ra: NDArray[np.float64], dec: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unit vectors of positions in degrees, shape (n, 3)."""
    angle, height = np.radians(ra), np.radians(dec)
    return np.column_stack([np.cos(height) * np.cos(angle), np.cos(height) * np.sin(angle), np.sin(height)])
