"""Pointing of an exposure: transforms between sky and pixels.

The pointing follows from one definition: at the middle of the exposure the target is at the Ideal coordinates
(XOFFSET, YOFFSET) of the aperture, with a given position angle of V3. Apertures are those of the flight SIAF in
``pysiaf``. Differential velocity aberration is applied as in ``assign_wcs`` of jwst: a scaling of (V2, V3) by
VA_SCALE about (V2_REF, V3_REF).
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import numpy as np

from wfsgui.core.sky.siaf import import_pysiaf
from wfsgui.demo.references.siaf import apertures

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import ArrayLike, NDArray

    from wfsgui.demo.visit.exposure_spec import ExposureSpec

__all__ = ["Pointing", "SiafAperture", "observatory_state", "point", "reference_pixel"]

_SPEED_OF_LIGHT: Final = 299_792.458
"""km/s."""

_NIRSPEC_FILTERS: Final = ("F110W", "F140X")

_SUN_TO_EARTH: Final = 149_597_870.7
_EARTH_TO_JWST: Final = 1_500_000.0
"""Distances in km; the observatory is near the second Lagrange point, on the side of the Earth away from the Sun."""


_Angle = TypeVar("_Angle", float, "NDArray[np.float64]")


class SiafAperture(Protocol):
    """Interface of the apertures of ``pysiaf``; arcsec, degrees and 1-based science pixels."""

    V2Ref: float
    V3Ref: float
    V3IdlYAngle: float
    VIdlParity: float
    filter_name: str
    XDetRef: float | None
    YDetRef: float | None
    XSciScale: float
    YSciScale: float

    def idl_to_tel(self, x_idl: float, y_idl: float) -> tuple[float, float]:
        """Transform from the Ideal frame to (V2, V3)."""

    def sci_to_tel(
        self, x_sci: NDArray[np.float64], y_sci: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Transform from science pixels to (V2, V3); all arrays have the same shape."""

    def det_to_sci(self, x_det: float, y_det: float) -> tuple[float, float]:
        """Transform from detector to science pixels."""

    def tel_to_sci(
        self, v2: NDArray[np.float64], v3: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Transform from (V2, V3) to science pixels; all arrays have the same shape."""


@dataclass(frozen=True, kw_only=True)
class Pointing:
    """The pointing of one exposure.

    Attributes
    ----------
    aperture, full : SiafAperture
        Aperture of the observation, and aperture of the whole detector.
    attitude : ndarray, shape (3, 3)
        Rotates (V2, V3) directions to the sky (ICRS).
    origin : tuple of float
        1-based full-frame science pixel, (x, y), of the 0-based stored pixel (0, 0).
    va_scale : float
        Differential velocity aberration, apparent over true plate scale.
    """

    aperture: SiafAperture
    full: SiafAperture
    attitude: NDArray[np.float64]
    origin: tuple[float, float]
    va_scale: float

    def sky_at(self, v2: float, v3: float) -> tuple[float, float]:
        """Compute the sky position of a (V2, V3) position without aberration.

        Parameters
        ----------
        v2, v3 : float
            Arcsec.

        Returns
        -------
        tuple of float
            Right ascension and declination, degrees.
        """
        ra, dec = _rotations().pointing(self.attitude, v2, v3)
        return float(ra), float(dec)

    def roll_at(self, v2: float, v3: float) -> float:
        """Compute the position angle of V3 at a (V2, V3) position.

        Parameters
        ----------
        v2, v3 : float
            Arcsec.

        Returns
        -------
        float
            Degrees from north through east, 0 to 360.
        """
        return float(_rotations().posangle(self.attitude, v2, v3)) % 360.0

    def pixel_to_sky(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Compute the sky positions of stored pixels.

        Parameters
        ----------
        x, y : array_like, shape (n,)
            0-based pixels of the stored image.

        Returns
        -------
        ra, dec : ndarray, shape (n,)
            Degrees, ICRS.
        """
        v2, v3 = self.full.sci_to_tel(np.asarray(x) + self.origin[0], np.asarray(y) + self.origin[1])
        ra, dec = _rotations().pointing(self.attitude, *_scaled(self.aperture, self.va_scale, v2, v3))
        return np.asarray(ra), np.asarray(dec)

    def sky_to_pixel(self, ra: ArrayLike, dec: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Compute the stored pixels of sky positions.

        Parameters
        ----------
        ra, dec : array_like, shape (n,)
            Degrees, ICRS, within a few detector widths of the detector.

        Returns
        -------
        x, y : ndarray, shape (n,)
            0-based pixels of the stored image, possibly outside.
        """
        v2, v3 = _rotations().getv2v3(self.attitude, np.asarray(ra), np.asarray(dec))
        wanted = _scaled(self.aperture, 1.0 / self.va_scale, v2, v3)
        pixel = _pixel_at(self.full, *wanted)
        return pixel[0] - self.origin[0], pixel[1] - self.origin[1]


def point(spec: ExposureSpec) -> Pointing:
    """Compute the pointing of an exposure.

    Parameters
    ----------
    spec : ExposureSpec
        The exposure.

    Returns
    -------
    Pointing
        Pointing with the target at Ideal (``spec.x_offset``, ``spec.y_offset``) of PPS_APER.

    Raises
    ------
    KeyError
        If the SIAF has no such aperture.
    """
    entries = apertures(spec.instrument)
    names = (spec.full_aperture_name, spec.aperture_name, spec.pointing_aperture_name)
    full, aperture, pointed = (_with_filter(entries[name], spec.filter) for name in names)
    ra, dec = spec.target_at_mid_exposure
    _, velocity = observatory_state(spec.mid_mjd)
    va_scale = _va_scale(velocity, ra, dec)
    v2, v3 = _scaled(aperture, va_scale, *pointed.idl_to_tel(spec.x_offset, spec.y_offset))
    return Pointing(
        aperture=aperture,
        full=full,
        attitude=np.asarray(_rotations().attitude(v2, v3, ra, dec, spec.v3_position_angle)),
        origin=(float(spec.xstart), float(spec.ystart)),
        va_scale=va_scale,
    )


def _rotations() -> ModuleType:
    """Return the rotations of pysiaf, imported late and through the guard."""
    import_pysiaf()
    return import_module("pysiaf.utils.rotations")


def reference_pixel(aperture: SiafAperture, full: SiafAperture) -> tuple[float, float]:
    """Find the reference point of an aperture on its detector.

    Parameters
    ----------
    aperture : SiafAperture
        Aperture of the detector, of a subarray, or of a field point of NIRSpec.
    full : SiafAperture
        Aperture of the whole detector.

    Returns
    -------
    tuple of float
        1-based science pixel of the full detector, (x, y).
    """
    if aperture.XDetRef is not None and aperture.YDetRef is not None:
        x, y = full.det_to_sci(aperture.XDetRef, aperture.YDetRef)
        return float(x), float(y)
    # Field points of NIRSpec have no pixels.
    x, y = _pixel_at(full, np.array([aperture.V2Ref]), np.array([aperture.V3Ref]))[:, 0]
    return float(x), float(y)


def observatory_state(mjd: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Estimate position and velocity of the observatory.

    They follow from the built-in ephemeris of the Earth, scaled to the second Lagrange point; the halo orbit is
    ignored.

    Parameters
    ----------
    mjd : float
        Date; the minute between UTC and TDB does not matter here.

    Returns
    -------
    position, velocity : ndarray, shape (3,)
        Barycentric, equatorial (EME2000); km and km/s.
    """
    from astropy.coordinates import get_body_barycentric, get_body_barycentric_posvel
    from astropy.time import Time

    when = Time(mjd, format="mjd", scale="tdb")
    place, speed = get_body_barycentric_posvel("earth", when, ephemeris="builtin")
    sun = get_body_barycentric("sun", when, ephemeris="builtin").xyz.to_value("km")
    earth = place.xyz.to_value("km")
    outward = (earth - sun) / np.linalg.norm(earth - sun)
    position = earth + _EARTH_TO_JWST * outward
    velocity = speed.xyz.to_value("km/s") * (1.0 + _EARTH_TO_JWST / _SUN_TO_EARTH)
    return np.asarray(position), np.asarray(velocity)


def _pixel_at(full: SiafAperture, v2: NDArray[np.float64], v3: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute science pixels, shape (2, n), of (V2, V3).

    The inverse polynomial of the SIAF has errors up to a tenth of a pixel, so it is only the start of an iteration
    with the forward polynomial, from which the WCS is made.
    """
    start = np.array(full.tel_to_sci(v2, v3))
    pixel = start.copy()
    for _ in range(3):
        pixel += start - np.array(full.tel_to_sci(*full.sci_to_tel(pixel[0], pixel[1])))
    return pixel


def _with_filter(aperture: SiafAperture, filter_name: str) -> SiafAperture:
    """Return the aperture with the optics of the filter, if the SIAF has them (NIRSpec)."""
    if filter_name not in _NIRSPEC_FILTERS:
        return aperture
    filtered = copy(aperture)
    filtered.filter_name = filter_name
    return filtered


def _va_scale(velocity: NDArray[np.float64], ra: float, dec: float) -> float:
    """Scale of differential velocity aberration, (1 + beta.u) * gamma (Cox 1997, OSG-CAL-97-06)."""
    a, d = np.radians([ra, dec])
    direction = np.array([np.cos(a) * np.cos(d), np.sin(a) * np.cos(d), np.sin(d)])
    beta = velocity / _SPEED_OF_LIGHT
    return float((1.0 + direction @ beta) / np.sqrt(1.0 - beta @ beta))


def _scaled(aperture: SiafAperture, scale: float, v2: _Angle, v3: _Angle) -> tuple[_Angle, _Angle]:
    """Scale (V2, V3) about the reference point of the aperture."""
    return aperture.V2Ref + scale * (v2 - aperture.V2Ref), aperture.V3Ref + scale * (v3 - aperture.V3Ref)
