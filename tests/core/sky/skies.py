"""WCS readers for tests, made without jwst."""

from __future__ import annotations

import numpy as np
from astropy.wcs import WCS
from numpy.typing import NDArray

from wfsgui.core.model.step_image import SkyPosition

Floats = NDArray[np.float64]


class TangentSky:
    """Gnomonic projection at any position, scale and angle, optionally distorted and without an inverse.

    Attributes
    ----------
    wcs : WCS
        The same projection without the distortion.
    """

    def __init__(
        self,
        ra: float,
        dec: float,
        *,
        angle: float = 0.0,
        scale: float = 0.031,
        shape: tuple[int, int] = (2048, 2048),
        bend: float = 0.0,
        has_inverse: bool = True,
    ) -> None:
        cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        self.wcs = WCS(naxis=2)
        self.wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
        self.wcs.wcs.crval = [ra, dec]
        self.wcs.wcs.crpix = [(shape[1] + 1) / 2, (shape[0] + 1) / 2]
        self.wcs.wcs.cd = scale / 3600 * np.array([[-cosine, sine], [sine, cosine]])
        self._centre = np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2])
        self._bend = bend
        self._has_inverse = has_inverse

    def __call__(self, x: float, y: float) -> SkyPosition:
        ra, dec = self.positions(np.array([x]), np.array([y]))
        return SkyPosition(float(ra[0]), float(dec[0]), 0.0, 0.0)

    def positions(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        bent = x + self._bend * (y - self._centre[1]) ** 2
        ra, dec = self.wcs.all_pix2world(bent, y, 0)
        return np.asarray(ra), np.asarray(dec)

    def pixels(self, ra: Floats, dec: Floats) -> tuple[Floats, Floats]:
        if not self._has_inverse:
            return np.full(np.shape(ra), np.nan), np.full(np.shape(ra), np.nan)
        bent, y = self.wcs.all_world2pix(ra, dec, 0)
        return np.asarray(bent - self._bend * (y - self._centre[1]) ** 2), np.asarray(y)


class BlindSky:
    """WCS without a value at any pixel."""

    def __call__(self, x: float, y: float) -> SkyPosition:
        return SkyPosition(x * np.nan, y * np.nan, np.nan, np.nan)

    def positions(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        return np.full(np.shape(x), np.nan), np.full(np.shape(y), np.nan)

    pixels = positions
