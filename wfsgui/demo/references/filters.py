"""Optical elements of each instrument, and the passband of each pair of elements.

Wavelengths and widths are the nominal, rounded values of the JWST user documentation. They only scale photometric
conversions (see `wfsgui.demo.references.photometry`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wfsgui.demo.references.detectors import Detector

__all__ = ["MIRI_SUBARRAYS", "NIRSPEC_RANGES", "Passband", "passbands"]


@dataclass(frozen=True)
class Passband:
    """Passband of one pair of filter and pupil element.

    Attributes
    ----------
    filter, pupil : str
        FILTER and PUPIL; empty if the instrument has no such wheel.
    name : str
        The filter that defines the passband.
    wavelength, width : float
        Pivot wavelength and bandwidth, micrometres.
    """

    filter: str
    pupil: str
    name: str
    wavelength: float
    width: float

    @property
    def relative_width(self) -> float:
        """Bandwidth over wavelength, to which the count rate of a flat spectrum is proportional."""
        return self.width / self.wavelength


_NIRCAM_SHORT: Final = {
    "F070W": (0.704, 0.128),
    "F090W": (0.901, 0.194),
    "F115W": (1.154, 0.225),
    "F140M": (1.404, 0.142),
    "F150W": (1.501, 0.318),
    "F150W2": (1.671, 1.227),
    "F182M": (1.845, 0.238),
    "F187N": (1.874, 0.024),
    "F200W": (1.990, 0.461),
    "F210M": (2.093, 0.205),
    "F212N": (2.120, 0.027),
}
_NIRCAM_LONG: Final = {
    "F250M": (2.503, 0.181),
    "F277W": (2.786, 0.672),
    "F300M": (2.996, 0.318),
    "F322W2": (3.247, 1.339),
    "F335M": (3.365, 0.347),
    "F356W": (3.563, 0.787),
    "F360M": (3.621, 0.372),
    "F410M": (4.092, 0.436),
    "F430M": (4.280, 0.228),
    "F444W": (4.421, 1.024),
    "F460M": (4.624, 0.228),
    "F480M": (4.834, 0.303),
}
# Narrow filters in the pupil wheel, with the wide filter of each.
_NIRCAM_SHORT_PUPIL: Final = {"F162M": ("F150W2", 1.626, 0.168), "F164N": ("F150W2", 1.644, 0.020)}
_NIRCAM_LONG_PUPIL: Final = {
    "F323N": ("F322W2", 3.237, 0.038),
    "F405N": ("F444W", 4.055, 0.046),
    "F466N": ("F444W", 4.654, 0.054),
    "F470N": ("F444W", 4.707, 0.051),
}
_NIRCAM_PLAIN: Final = ("CLEAR", "MASKRND", "MASKBAR", "MASKIPR")
_WEAK_LENSES: Final = ("WLP8", "WLM8")

_NIRISS_PUPIL: Final = {
    "F090W": (0.902, 0.194),
    "F115W": (1.150, 0.226),
    "F140M": (1.404, 0.142),
    "F150W": (1.498, 0.318),
    "F158M": (1.587, 0.196),
    "F200W": (1.992, 0.461),
}
_NIRISS_FILTER: Final = {
    "F277W": (2.776, 0.715),
    "F356W": (3.593, 0.914),
    "F380M": (3.825, 0.205),
    "F430M": (4.285, 0.202),
    "F444W": (4.414, 1.024),
    "F480M": (4.817, 0.298),
}
_MIRI: Final = {
    "F560W": (5.6, 1.2),
    "F770W": (7.7, 2.2),
    "F1000W": (10.0, 2.0),
    "F1065C": (10.575, 0.75),
    "F1130W": (11.3, 0.7),
    "F1140C": (11.30, 0.8),
    "F1280W": (12.8, 2.4),
    "F1500W": (15.0, 3.0),
    "F1550C": (15.5, 0.9),
    "F1800W": (18.0, 3.0),
    "F2100W": (21.0, 5.0),
    "F2300C": (22.75, 5.5),
    "F2550W": (25.5, 4.0),
    "F2550WR": (25.5, 4.0),
    "FND": (13.0, 10.0),
}
_FGS: Final = {"": (2.5, 3.0)}

NIRSPEC_RANGES: Final = {
    "CLEAR": (0.6, 5.3),
    "F110W": (1.0, 1.3),
    "F140X": (0.8, 2.0),
    "F070LP": (0.7, 1.27),
    "F100LP": (0.97, 1.89),
    "F170LP": (1.66, 3.17),
    "F290LP": (2.87, 5.27),
}
"""Limits of the passbands of the filters of NIRSpec, micrometres."""

MIRI_SUBARRAYS: Final = (
    *("FULL", "GENERIC", "BRIGHTSKY", "SUB256", "SUB128", "SUB128_IP", "SUB64", "SUB64_IP"),
    *("MASK1065", "MASK1140", "MASK1550", "MASKLYOT", "SUBSLIT", "SUBPRISM", "SUBPRISM_IP", "SUBPRISM_IPS"),
    *("SLITLESSPRISM", "SLITLESSPRISM_IP", "SLITLESSPRISM_IPS"),
)
"""SUBARRAY of the imager of MIRI: the photometric table has a row for each."""


def passbands(detector: Detector) -> tuple[Passband, ...]:
    """List the passbands of all pairs of elements for images of a detector.

    Dispersing elements are excluded: they have no conversion for images.

    Parameters
    ----------
    detector : Detector
        The detector.

    Returns
    -------
    tuple of Passband
        Passbands; each pair of FILTER and PUPIL is unique.
    """
    if detector.instrument == "NIRCAM":
        return _nircam_short() if detector.channel == "SHORT" else _nircam_long()
    if detector.instrument == "NIRISS":
        return (
            *(Passband("CLEAR", name, name, *band) for name, band in _NIRISS_PUPIL.items()),
            *_pairs(_NIRISS_FILTER, ("CLEARP", "NRM")),
        )
    nirspec = {name: ((low + high) / 2, high - low) for name, (low, high) in NIRSPEC_RANGES.items()}
    return _pairs({"MIRI": _MIRI, "FGS": _FGS, "NIRSPEC": nirspec}[detector.instrument], ("",))


def _nircam_short() -> tuple[Passband, ...]:
    # WLP4 has a narrow filter of its own, close to F212N.
    weak_lens = {"WLP4": _NIRCAM_SHORT["F212N"]}
    return (
        *_pairs(_NIRCAM_SHORT, (*_NIRCAM_PLAIN, *_WEAK_LENSES)),
        *(
            Passband(b.filter, b.pupil, "F212N", b.wavelength, b.width)
            for b in _pairs(weak_lens, ("CLEAR", *_WEAK_LENSES))
        ),
        *(Passband(wide, name, name, *band) for name, (wide, *band) in _NIRCAM_SHORT_PUPIL.items()),
    )


def _nircam_long() -> tuple[Passband, ...]:
    return (
        *_pairs(_NIRCAM_LONG, _NIRCAM_PLAIN),
        *(Passband(wide, name, name, *band) for name, (wide, *band) in _NIRCAM_LONG_PUPIL.items()),
    )


def _pairs(filters: Mapping[str, tuple[float, float]], pupils: tuple[str, ...]) -> tuple[Passband, ...]:
    """Combine filters with pupil elements that do not change the passband."""
    return tuple(Passband(name, pupil, name, *band) for name, band in filters.items() for pupil in pupils)
