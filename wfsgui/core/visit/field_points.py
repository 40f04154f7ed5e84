"""Where the star of an exposure should be, by its aperture."""

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

# The aperture whose science frame is that of the whole detector, where SUBSTRT1 and SUBSTRT2 count.
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
    """Where the star should be: the reference pixel that the SIAF has for APERNAME.

    The pixel that the wavefront analysis software (WAS) expects for a field point is public for NRCA3_FP1 alone, about
    (464, 1412). For all others, NRCA1_FP6 among them, it is not: this is the SIAF's reference, nothing else.

    Attributes
    ----------
    aperture : str
        APERNAME.
    x, y : float
        In the image's array, 0-based: the centre of its first pixel is (0, 0).
    scale : tuple of float
        Size of a pixel there along x and y, arcsec.
    sensing : bool
        Whether the aperture is a field point of wavefront sensing (``_FP1`` and so on). The reference of other
        apertures is where a target is put by default, as the centre of the detector.
    in_image : bool
        Whether it is a pixel of the image.
    siaf : str
        Edition of the SIAF.
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
        """As it is shown, 1-based: for example ``NRCA1_FP6 at (1828.5, 1813.5)``."""
        return f"{self.aperture} at ({self.x + 1:.1f}, {self.y + 1:.1f})"


@dataclass(frozen=True)
class NoFieldPoint:
    """It cannot be told where the star should be.

    Attributes
    ----------
    reason : str
        Why, in one sentence.
    """

    reason: str


@dataclass(frozen=True)
class FieldOffset:
    """How far a star is from its field point.

    Attributes
    ----------
    dx, dy : float
        Star minus field point, pixels.
    pixels, arcsec : float
        The distance.
    pixels_error : float
        Its standard deviation from that of the star's place, pixels; NaN where that is not known.
    """

    dx: float
    dy: float
    pixels: float
    arcsec: float
    pixels_error: float

    @property
    def text(self) -> str:
        """For example ``12.3 +- 0.1 px (0.381 arcsec) from the field point``."""
        if not isfinite(self.pixels):
            return "the star has no place"
        error = f" +- {self.pixels_error:.1g}" if isfinite(self.pixels_error) else ""
        return f"{self.pixels:.1f}{error} px ({self.arcsec:.3f} arcsec) from the field point"


def field_point(info: ExposureInfo) -> FieldPoint | NoFieldPoint:
    """Tell where the star of an exposure should be.

    Parameters
    ----------
    info : ExposureInfo
        The exposure's header quick look. The start of a subarray (SUBSTRT1, SUBSTRT2) is taken into account; without
        it, an image as large as the aperture is taken for the aperture.

    Returns
    -------
    FieldPoint or NoFieldPoint
        The SIAF's reference pixel, or why there is none. The first call in a process reads the SIAF of the
        instrument: up to 0.2 s, so not in the GUI thread.
    """
    try:
        siaf = read_siaf(info.instrument)
        entry = _entry(info, siaf)
        x, y = _place(info, siaf, entry)
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
        raise SiafError(f"The SIAF {siaf.version} gives {name} a place on the sky and no pixel.")
    whole = _whole_detector(info)
    if _detector(name) != _detector(whole):
        raise SiafError(f"APERNAME {name} is not on the detector {info.detector or '(DETECTOR is missing)'}.")
    return entry


def _place(info: ExposureInfo, siaf: Siaf, entry: SiafEntry) -> tuple[float, float]:
    """Return the reference pixel in the image, 0-based."""
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
    """Measure how far a star is from its field point.

    Parameters
    ----------
    point : FieldPoint
        The field point.
    x, y : float
        Where the star is in the same array, 0-based, pixels. NaN gives NaN.
    x_error, y_error : float, optional
        Standard deviations, pixels.

    Returns
    -------
    FieldOffset
        The offset; arcsec by the scale of the aperture at its reference pixel, distortion between the two left out.
    """
    dx, dy = x - point.x, y - point.y
    pixels = hypot(dx, dy)
    # The error along the direction of the offset; an offset of zero has no direction.
    error = hypot(dx * x_error, dy * y_error) / pixels if pixels > 0 else hypot(x_error, y_error)
    return FieldOffset(dx, dy, pixels, hypot(dx * point.scale[0], dy * point.scale[1]), error)
