"""Image of a step, and the interface to its WCS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


__all__ = ["SkyPosition", "StepImage", "WcsReader"]


@dataclass(frozen=True)
class SkyPosition:
    """Sky position of a pixel.

    Attributes
    ----------
    ra, dec : float
        Right ascension and declination, ICRS, degrees.
    v2, v3 : float
        Position in the focal plane of the telescope, arcsec.
    """

    ra: float
    dec: float
    v2: float
    v3: float


class WcsReader(Protocol):
    """Transforms between pixels and sky positions of a calibrated exposure."""

    def __call__(self, x: float, y: float) -> SkyPosition:
        """Return the sky position of a pixel; the centre of the first pixel is (0, 0)."""

    def positions(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return right ascension and declination of pixels, degrees, in the shape of `x` and `y`."""

    def pixels(
        self, ra: NDArray[np.float64], dec: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return pixels, x and y, of positions in degrees, in the shape of `ra` and `dec`; NaN without an inverse."""


@dataclass(frozen=True, eq=False)
class StepImage:
    """Image of a step, copied from the data model of the pipeline; the arrays are read-only.

    Attributes
    ----------
    sci, err : ndarray of float32, shape (y, x)
        Value and its standard deviation, in `unit`; NaN for pixels without a value.
    dq : ndarray of uint32, shape (y, x)
        Data-quality flags.
    unit : str
        BUNIT of `sci`.
    variances : mapping of str to ndarray of float32, shape (y, x)
        VAR_POISSON, VAR_RNOISE and, after flat_field, VAR_FLAT; in the square of `unit`.
    wcs : WcsReader or None
        WCS of the image; None before assign_wcs.
    area : ndarray of float32, shape (y, x), or None
        AREA: solid angle of each pixel over the nominal one; None before photom, or if photom added none.
    """

    sci: NDArray[np.float32]
    err: NDArray[np.float32]
    dq: NDArray[np.uint32]
    unit: str
    variances: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    wcs: WcsReader | None = None
    area: NDArray[np.float32] | None = None

    @property
    def planes(self) -> dict[str, NDArray[np.float32] | NDArray[np.uint32]]:
        """Planes that can be shown, shape (y, x), by the name of the FITS extension."""
        return {"SCI": self.sci, "ERR": self.err, "DQ": self.dq, **self.variances}

    @property
    def arrays(self) -> dict[str, NDArray[np.float32] | NDArray[np.uint32]]:
        """All planes and AREA, shape (y, x), by the name of the FITS extension."""
        return self.planes if self.area is None else {**self.planes, "AREA": self.area}
