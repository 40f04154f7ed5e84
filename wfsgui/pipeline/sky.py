"""Reading positions on the sky off an exposure's WCS, apart from the pipeline's model."""

from __future__ import annotations

import copy
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.events import SkyPosition

if TYPE_CHECKING:
    from gwcs import WCS

__all__ = ["GwcsReader"]

# The frames of jwst's imaging WCS, the same for every instrument.
_PIXELS, _TELESCOPE, _SKY = "detector", "v2v3", "world"


class GwcsReader:
    """The WCS of an exposure.

    It has copies of the transforms, so that it may be used in another thread while the pipeline works. Outside the
    image it extrapolates; where a transform has no value, it gives NaN.

    Parameters
    ----------
    wcs : WCS
        An imaging WCS of jwst.
    """

    def __init__(self, wcs: WCS) -> None:
        self._source: Callable[[], WCS | None] = weakref.ref(wcs)
        self._to_telescope = copy.deepcopy(wcs.get_transform(_PIXELS, _TELESCOPE))
        self._to_sky = copy.deepcopy(wcs.get_transform(_TELESCOPE, _SKY))
        try:
            self._to_pixels = copy.deepcopy(wcs.get_transform(_SKY, _PIXELS))
        except NotImplementedError:
            self._to_pixels = None

    def __getstate__(self) -> dict[str, object]:
        """Return what goes to another process: all but the object that it was made from."""
        return {name: value for name, value in vars(self).items() if name != "_source"}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Take in what came from another process."""
        vars(self).update(state)
        self._source = _nothing

    def __call__(self, x: float, y: float) -> SkyPosition:
        """Look up a position.

        Parameters
        ----------
        x, y : float
            Pixels; the centre of the first one is (0, 0).

        Returns
        -------
        SkyPosition
            Where that pixel looks.
        """
        v2, v3 = self._to_telescope(float(x), float(y))
        ra, dec = self._to_sky(v2, v3)
        return SkyPosition(float(ra), float(dec), float(v2), float(v3))

    def positions(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Look up many positions.

        Parameters
        ----------
        x, y : ndarray of float
            Pixels, of one shape; the centre of the first one is (0, 0).

        Returns
        -------
        ra, dec : ndarray of float
            ICRS, degrees, in the same shape.
        """
        ra, dec = self._to_sky(*self._to_telescope(np.asarray(x, float), np.asarray(y, float)))
        return np.asarray(ra, float), np.asarray(dec, float)

    def pixels(
        self, ra: NDArray[np.float64], dec: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Look up the pixels that look somewhere.

        The inverse of the distortion is a fit of its own: on NIRCam it closes to some 0.1 pixel.

        Parameters
        ----------
        ra, dec : ndarray of float
            ICRS, degrees, of one shape.

        Returns
        -------
        x, y : ndarray of float
            Pixels, in the same shape; NaN where the WCS has no inverse.
        """
        if self._to_pixels is None:
            nowhere = np.full(np.shape(ra), np.nan)
            return nowhere, nowhere.copy()
        x, y = self._to_pixels(np.asarray(ra, float), np.asarray(dec, float))
        return np.asarray(x, float), np.asarray(y, float)

    def reads(self, wcs: WCS) -> bool:
        """Whether this was made from the very object."""
        return self._source() is wcs


def _nothing() -> None:
    """Stand for the object that something was made from in another process."""
