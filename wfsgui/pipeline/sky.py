"""Reading positions on the sky off an exposure's WCS, apart from the pipeline's model."""

from __future__ import annotations

import copy
import weakref

from gwcs import WCS

from wfsgui.core.events import SkyPosition

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
        self._source = weakref.ref(wcs)
        self._to_telescope = copy.deepcopy(wcs.get_transform(_PIXELS, _TELESCOPE))
        self._to_sky = copy.deepcopy(wcs.get_transform(_TELESCOPE, _SKY))

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

    def reads(self, wcs: WCS) -> bool:
        """Whether this was made from the very object."""
        return self._source() is wcs
