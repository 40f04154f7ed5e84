"""Expected position of the star in an exposure, from its aperture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import hypot, isfinite
from typing import TYPE_CHECKING, Final

from wfsgui.core.sky.siaf import Siaf, SiafEntry, SiafError, read_siaf

if TYPE_CHECKING:
    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["FieldOffset", "FieldPoint", "NoFieldPoint", "field_point", "offset_of_star"]

_SENSING: Final = re.compile(r"_FP\d")

# Aperture that covers the whole detector: SUBSTRT1 and SUBSTRT2 are pixels of its science frame.
_WHOLE_DETECTOR: Final = {
    "NRCALONG": "NRCA5_FULL",
    "NRCBLONG": "NRCB5_FULL",
    "NIS": "NIS_CEN",
    "MIRIMAGE": "MIRIM_FULL",
    "GUIDER1": "FGS1_FULL",
    "GUIDER2": "FGS2_FULL",
}


@dataclass(frozen=True)
class FieldPoint:
    """Expected position of the star: the reference pixel of APERNAME in the SIAF.

    This is not always the pixel that the wavefront analysis software (WAS) expects: that pixel is public for NRCA3_FP1
    only, about (464, 1412).

    Attributes
    ----------
    aperture : str
        APERNAME.
    x, y : float
        Pixel of the image array, 0-based: the centre of the first pixel is (0, 0).
    scale : tuple of float
        Size of a pixel at this position along x and y, arcsec.
    sensing : bool
        Whether the aperture is a field point of wavefront sensing (``_FP1`` and so on). The reference pixel of another
        aperture is the default position of a target, for example the centre of the detector.
    in_image : bool
        Whether the position is within the image.
    siaf : str
        Version of the SIAF.
    """

    aperture: str
    x: float
    y: float
    scale: tuple[float, float]
    sensing: bool
    in_image: bool
    siaf: str

    @property
    def text(self) -> str:
        """The position as text, 1-based, for example ``NRCA1_FP6 at (1828.5, 1813.5)``."""
        return f"{self.aperture} at ({self.x + 1:.1f}, {self.y + 1:.1f})"


@dataclass(frozen=True)
class NoFieldPoint:
    """The expected position of the star is not known.

    Attributes
    ----------
    reason : str
        Reason, one sentence.
    """

    reason: str


@dataclass(frozen=True)
class FieldOffset:
    """Offset of a star from its field point.

    Attributes
    ----------
    dx, dy : float
        Star minus field point, pixels.
    pixels, arcsec : float
        Length of the offset.
    pixels_error : float
        Standard deviation of the length, from that of the centroid, pixels; NaN if it is not known.
    """

    dx: float
    dy: float
    pixels: float
    arcsec: float
    pixels_error: float

    @property
    def text(self) -> str:
        """The offset as text, for example ``12.3 +- 0.1 px (0.381 arcsec) from the field point``."""
        if not isfinite(self.pixels):
            return "no star position"
        error = f" +- {self.pixels_error:.1g}" if isfinite(self.pixels_error) else ""
        return f"{self.pixels:.1f}{error} px ({self.arcsec:.3f} arcsec) from the field point"


def field_point(info: ExposureInfo) -> FieldPoint | NoFieldPoint:
    """Find the expected position of the star in an exposure.

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure. The position depends on the start of the subarray (SUBSTRT1, SUBSTRT2). Without
        these keywords, an image of the size of the aperture is taken for the aperture.

    Returns
    -------
    FieldPoint or NoFieldPoint
        Reference pixel of the SIAF, or the reason why there is none. The first call in a process reads the SIAF of the
        instrument, which takes up to 0.2 s: do not call it in the GUI thread.
    """
    try:
        siaf = read_siaf(info.instrument)
        entry = _entry(info, siaf)
        x, y = _position(info, siaf, entry)
    except SiafError as error:
        return NoFieldPoint(str(error))
    rows, columns = info.shape[-2:]
    return FieldPoint(
        aperture=entry.name,
        x=x,
        y=y,
        scale=entry.scale,
        sensing=_SENSING.search(entry.name) is not None,
        in_image=-0.5 <= x < columns - 0.5 and -0.5 <= y < rows - 0.5,
        siaf=siaf.version,
    )


def _entry(info: ExposureInfo, siaf: Siaf) -> SiafEntry:
    name = info.circumstances.aperture
    if not name:
        raise SiafError("APERNAME is missing.")
    if name not in siaf.entries:
        raise SiafError(f"The SIAF {siaf.version} has no aperture {name}.")
    entry = siaf.entries[name]
    if entry is None:
        raise SiafError(f"The SIAF {siaf.version} gives {name} a position on the sky but no pixel.")
    whole = _whole_detector(info)
    if _detector(name) != _detector(whole):
        raise SiafError(f"APERNAME {name} is not on the detector {info.detector or '(DETECTOR is missing)'}.")
    return entry


def _position(info: ExposureInfo, siaf: Siaf, entry: SiafEntry) -> tuple[float, float]:
    """Return the reference pixel of the aperture in the image, 0-based."""
    start = info.circumstances.subarray_start
    if start is not None:
        whole = siaf.entries.get(_whole_detector(info))
        if whole is None:
            raise SiafError(f"The SIAF {siaf.version} does not know the detector {info.detector}.")
        x, y = whole.to_science(*entry.detector_reference)
        return x - start[0], y - start[1]
    if info.shape[-2:] == (entry.size[1], entry.size[0]):
        return entry.reference[0] - 1, entry.reference[1] - 1
    raise SiafError("SUBSTRT1 and SUBSTRT2 are missing, and the image is not as large as the aperture.")


def _whole_detector(info: ExposureInfo) -> str:
    return _WHOLE_DETECTOR.get(info.detector, f"{info.detector}_FULL")


def _detector(aperture: str) -> str:
    return aperture.partition("_")[0]


def offset_of_star(
    point: FieldPoint, x: float, y: float, x_error: float = float("nan"), y_error: float = float("nan")
) -> FieldOffset:
    """Compute the offset of a star from its field point.

    Parameters
    ----------
    point : FieldPoint
        The field point.
    x, y : float
        Position of the star in the same array, 0-based, pixels. NaN gives NaN.
    x_error, y_error : float, optional
        Standard deviations of `x` and `y`, pixels.

    Returns
    -------
    FieldOffset
        Offset; the value in arcsec uses the pixel scale at the field point and ignores distortion.
    """
    dx, dy = x - point.x, y - point.y
    pixels = hypot(dx, dy)
    # Error along the direction of the offset; an offset of zero has no direction.
    error = hypot(dx * x_error, dy * y_error) / pixels if pixels > 0 else hypot(x_error, y_error)
    return FieldOffset(dx, dy, pixels, hypot(dx * point.scale[0], dy * point.scale[1]), error)
