"""The image of a step, and the reader of its WCS."""

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
    """Where a pixel looks.

    Attributes
    ----------
    ra, dec : float
        Right ascension and declination, ICRS, degrees.
    v2, v3 : float
        Position in the telescope's focal plane, arcsec.
    """

    ra: float
    dec: float
    v2: float
    v3: float


class WcsReader(Protocol):
    """The WCS of a calibrated exposure, as far as an analyst reads positions off it."""

    def __call__(self, x: float, y: float) -> SkyPosition:
        """Look up a position; `x` and `y` are pixels, the centre of the first one is (0, 0)."""

    def positions(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Look up many: right ascension and declination of pixels, degrees, in the shape of `x` and `y`."""

    def pixels(
        self, ra: NDArray[np.float64], dec: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Look up backwards: the pixels, x and y, of positions in degrees; NaN where the WCS has no inverse."""


@dataclass(frozen=True, eq=False)
class StepImage:
    """A step's image, copied out of the pipeline's model; nothing writes to its arrays.

    Attributes
    ----------
    sci, err : ndarray of float32, shape (y, x)
        Value and its standard deviation, in `unit`; NaN where there is none.
    dq : ndarray of uint32, shape (y, x)
        Data-quality flags.
    unit : str
        BUNIT of `sci`.
    variances : mapping of str to ndarray of float32, shape (y, x)
        VAR_POISSON, VAR_RNOISE and, once there is one, VAR_FLAT; in the square of `unit`.
    wcs : WcsReader or None
        The WCS; None before assign_wcs.
    area : ndarray of float32, shape (y, x), or None
        AREA: solid angle of each pixel over the nominal one; None before photom, and where it added none.
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
        """Every plane that is shown, by the name of its FITS extension."""
        return {"SCI": self.sci, "ERR": self.err, "DQ": self.dq, **self.variances}

    @property
    def arrays(self) -> dict[str, NDArray[np.float32] | NDArray[np.uint32]]:
        """Every plane and AREA, by the name of its FITS extension."""
        return self.planes if self.area is None else {**self.planes, "AREA": self.area}
