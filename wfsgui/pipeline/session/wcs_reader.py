"""Sky positions from the WCS of an exposure, independent of the model of the pipeline."""

from __future__ import annotations

import io
import pickle
import weakref
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.model.step_image import SkyPosition

if TYPE_CHECKING:
    from gwcs import WCS

__all__ = ["GwcsReader"]

# The frames of jwst's imaging WCS, the same for every instrument.
_PIXELS, _TELESCOPE, _SKY = "detector", "v2v3", "world"


# Unpacked transforms take thirty times as much memory, and there may be hundreds of exposures.
_KEPT_UNPACKED: Final = 8
_FAST: Final = 1
_ASDF: Final = b"#ASDF"


class _Transforms(NamedTuple):
    """Transforms from pixels to V2V3, from V2V3 to the sky, and from the sky to pixels (None if there is none)."""

    to_telescope: Callable[..., Any]
    to_sky: Callable[..., Any]
    to_pixels: Callable[..., Any] | None


class GwcsReader:
    """The WCS of an exposure.

    It has copies of the transforms, so it may be used in another thread while the pipeline runs. It extrapolates
    outside the image, and returns NaN where a transform has no value.

    Parameters
    ----------
    wcs : WCS
        An imaging WCS of jwst.
    """

    def __init__(self, wcs: WCS) -> None:
        self._sources: tuple[Callable[[], WCS | None], ...] = (weakref.ref(wcs),)
        to_telescope, to_sky = wcs.get_transform(_PIXELS, _TELESCOPE), wcs.get_transform(_TELESCOPE, _SKY)
        try:
            to_pixels = wcs.get_transform(_SKY, _PIXELS)
        except NotImplementedError:
            to_pixels = None
        # Faster than a copy; another process unpacks it only if it is used.
        self._packed = zlib.compress(_pack(_Transforms(to_telescope, to_sky, to_pixels)), _FAST)

    def __getstate__(self) -> bytes:
        """Return the state without the original WCS."""
        return self._packed

    def __setstate__(self, packed: bytes) -> None:
        """Restore the state in another process."""
        self._packed, self._sources = packed, ()

    @property
    def _transforms(self) -> _Transforms:
        return _unpacked(self._packed)

    def __call__(self, x: float, y: float) -> SkyPosition:
        """Return the sky position of a pixel.

        Parameters
        ----------
        x, y : float
            Pixels; the centre of the first one is (0, 0).

        Returns
        -------
        SkyPosition
            The position.
        """
        transforms = self._transforms
        v2, v3 = transforms.to_telescope(float(x), float(y))
        ra, dec = transforms.to_sky(v2, v3)
        return SkyPosition(float(ra), float(dec), float(v2), float(v3))

    def positions(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the sky positions of pixels.

        Parameters
        ----------
        x, y : ndarray of float
            Pixels, of one shape; the centre of the first one is (0, 0).

        Returns
        -------
        ra, dec : ndarray of float
            ICRS, degrees, in the same shape.
        """
        transforms = self._transforms
        ra, dec = transforms.to_sky(*transforms.to_telescope(np.asarray(x, float), np.asarray(y, float)))
        return np.asarray(ra, float), np.asarray(dec, float)

    def pixels(
        self, ra: NDArray[np.float64], dec: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the pixels of sky positions.

        The inverse of the distortion is a separate fit: on NIRCam a round trip is accurate to about 0.1 pixel.

        Parameters
        ----------
        ra, dec : ndarray of float
            ICRS, degrees, of one shape.

        Returns
        -------
        x, y : ndarray of float
            Pixels, in the same shape; NaN where the WCS has no inverse.
        """
        to_pixels = self._transforms.to_pixels
        if to_pixels is None:
            nowhere = np.full(np.shape(ra), np.nan)
            return nowhere, nowhere.copy()
        x, y = to_pixels(np.asarray(ra, float), np.asarray(dec, float))
        return np.asarray(x, float), np.asarray(y, float)

    def reads(self, wcs: WCS) -> bool:
        """Whether this was made from this object, or from a copy of it; see `reads_copy`."""
        return any(source() is wcs for source in self._sources)

    def reads_copy(self, wcs: WCS) -> None:
        """Take note of a copy of the WCS, which was restored with its exposure."""
        self._sources = (*(source for source in self._sources if source() is not None), weakref.ref(wcs))


@lru_cache(maxsize=_KEPT_UNPACKED)
def _unpacked(packed: bytes) -> _Transforms:
    content = zlib.decompress(packed)
    if not content.startswith(_ASDF):
        return _Transforms(*pickle.loads(content))
    import asdf

    with asdf.open(io.BytesIO(content), lazy_load=False, memmap=False) as file:
        return _Transforms(*file["transforms"])


def _pack(transforms: _Transforms) -> bytes:
    """Return the transforms as bytes."""
    try:
        return pickle.dumps(tuple(transforms))
    except (AttributeError, TypeError, pickle.PicklingError):
        # NIRSpec has models that pickle does not take. ASDF, which takes all that results hold, is slower.
        import asdf

    buffer = io.BytesIO()
    asdf.AsdfFile({"transforms": list(transforms)}).write_to(buffer)
    return buffer.getvalue()
