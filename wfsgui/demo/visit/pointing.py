"""Where an exposure points: from sky to pixel and back.

Everything is derived from one statement: at the middle of the exposure the target lies at the Ideal coordinates
(XOFFSET, YOFFSET) of the aperture, with a given position angle of V3. Apertures are those of the flight SIAF in
``pysiaf``. Differential velocity aberration is applied as jwst's ``assign_wcs`` applies it: a scaling of (V2, V3) by
VA_SCALE about (V2_REF, V3_REF).
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import numpy as np

from wfsgui.demo.references.siaf import apertures
from wfsgui.demo.visit.exposure_spec import full_aperture_name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from wfsgui.demo.visit.exposure_spec import ExposureSpec

__all__ = ["Pointing", "SiafAperture", "observatory_state", "point", "reference_pixel"]

_SPEED_OF_LIGHT: Final = 299_792.458
"""km/s."""

_NIRSPEC_FILTERS: Final = ("F110W", "F140X")

_SUN_TO_EARTH: Final = 149_597_870.7
_EARTH_TO_JWST: Final = 1_500_000.0
"""km; the observatory is about the second Lagrange point, behind the Earth as seen from the Sun."""


_Angle = TypeVar("_Angle", float, "NDArray[np.float64]")


class SiafAperture(Protocol):
    """What is used of ``pysiaf``'s apertures; arcsec, degrees and 1-based science pixels."""

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
        """Transform from science pixels to (V2, V3)."""

    def det_to_sci(self, x_det: float, y_det: float) -> tuple[float, float]:
        """Transform from detector to science pixels."""

    def tel_to_sci(
        self, v2: NDArray[np.float64], v3: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Transform from (V2, V3) to science pixels."""


@dataclass(frozen=True, kw_only=True)
class Pointing:
    """The pointing of one exposure.

    Attributes
    ----------
    aperture, full : SiafAperture
        The aperture of the observation, and the one that covers the whole detector.
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
        """Give the sky position of a (V2, V3) position that is free of aberration.

        Parameters
        ----------
        v2, v3 : float
            Arcsec.

        Returns
        -------
        tuple of float
            Right ascension and declination, degrees.
        """
        from pysiaf.utils import rotations

        ra, dec = rotations.pointing(self.attitude, v2, v3)
        return float(ra), float(dec)

    def roll_at(self, v2: float, v3: float) -> float:
        """Give the position angle of V3 at a (V2, V3) position.

        Parameters
        ----------
        v2, v3 : float
            Arcsec.

        Returns
        -------
        float
            Degrees from north through east, 0 to 360.
        """
        from pysiaf.utils import rotations

        return float(rotations.posangle(self.attitude, v2, v3)) % 360.0

    def pixel_to_sky(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the sky positions of stored pixels.

        Parameters
        ----------
        x, y : array_like, shape (n,)
            0-based pixels of the stored image.

        Returns
        -------
        ra, dec : ndarray, shape (n,)
            Degrees, ICRS.
        """
        from pysiaf.utils import rotations

        v2, v3 = self.full.sci_to_tel(np.asarray(x) + self.origin[0], np.asarray(y) + self.origin[1])
        ra, dec = rotations.pointing(self.attitude, *_scaled(self.aperture, self.va_scale, v2, v3))
        return np.asarray(ra), np.asarray(dec)

    def sky_to_pixel(self, ra: ArrayLike, dec: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the stored pixels on which sky positions fall.

        Parameters
        ----------
        ra, dec : array_like, shape (n,)
            Degrees, ICRS, within a few detector widths of the detector.

        Returns
        -------
        x, y : ndarray, shape (n,)
            0-based pixels of the stored image; they may lie outside.
        """
        from pysiaf.utils import rotations

        v2, v3 = rotations.getv2v3(self.attitude, np.asarray(ra), np.asarray(dec))
        wanted = _scaled(self.aperture, 1.0 / self.va_scale, v2, v3)
        pixel = _pixel_at(self.full, *wanted)
        return pixel[0] - self.origin[0], pixel[1] - self.origin[1]


def point(spec: ExposureSpec) -> Pointing:
    """Derive the pointing of an exposure.

    Parameters
    ----------
    spec : ExposureSpec
        The exposure.

    Returns
    -------
    Pointing
        With which the target falls at Ideal (``spec.x_offset``, ``spec.y_offset``) of the aperture that was pointed.

    Raises
    ------
    KeyError
        If the SIAF has no such aperture.
    """
    entries = apertures(spec.instrument)
    from pysiaf.utils import rotations

    names = (full_aperture_name(spec.detector), spec.aperture_name, spec.pointing_aperture_name)
    full, aperture, pointed = (_through(entries[name], spec.filter) for name in names)
    ra, dec = spec.target_at_mid_exposure
    _, velocity = observatory_state(spec.mid_mjd)
    va_scale = _va_scale(velocity, ra, dec)
    v2, v3 = _scaled(aperture, va_scale, *pointed.idl_to_tel(spec.x_offset, spec.y_offset))
    return Pointing(
        aperture=aperture,
        full=full,
        attitude=np.asarray(rotations.attitude(v2, v3, ra, dec, spec.v3_position_angle)),
        origin=(float(spec.xstart), float(spec.ystart)),
        va_scale=va_scale,
    )


def reference_pixel(aperture: SiafAperture, full: SiafAperture) -> tuple[float, float]:
    """Find the reference point of an aperture on its detector.

    Parameters
    ----------
    aperture : SiafAperture
        Any aperture: one that covers the detector, a subarray, or a place in NIRSpec's field.
    full : SiafAperture
        The aperture that covers the whole detector.

    Returns
    -------
    tuple of float
        1-based science pixel of the full detector, (x, y).
    """
    if aperture.XDetRef is not None and aperture.YDetRef is not None:
        x, y = full.det_to_sci(aperture.XDetRef, aperture.YDetRef)
        return float(x), float(y)
    # Places in NIRSpec's field have no pixels.
    x, y = _pixel_at(full, np.array([aperture.V2Ref]), np.array([aperture.V3Ref]))[:, 0]
    return float(x), float(y)


def observatory_state(mjd: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Estimate where the observatory is and how fast it moves.

    The Earth's built-in ephemeris, carried out to the second Lagrange point; the halo orbit is left out.

    Parameters
    ----------
    mjd : float
        Date. UTC serves as well as TDB, the difference of a minute does not matter here.

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
    """Find science pixels, shape (2, n), by (V2, V3).

    The SIAF's inverse polynomial is off by up to a tenth of a pixel, so it only starts an iteration on the forward one,
    which is what a WCS is built from.
    """
    start = np.array(full.tel_to_sci(v2, v3))
    pixel = start.copy()
    for _ in range(3):
        pixel += start - np.array(full.tel_to_sci(*full.sci_to_tel(pixel[0], pixel[1])))
    return pixel


def _through(aperture: SiafAperture, filter_name: str) -> SiafAperture:
    """Take NIRSpec's optics with the filter, where the SIAF has some of their own."""
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
