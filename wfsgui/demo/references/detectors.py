"""Detectors of the demonstration, the reference files that each needs, and their file names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = [
    "DETECTORS",
    "PARAMETERS",
    "TABLE",
    "Detector",
    "Reference",
    "detector_named",
    "instruments",
    "reference_name",
    "reference_types",
    "references_of",
]

PARAMETERS: Final = "pars-image2pipeline"
"""Reference type of the parameters of Image2Pipeline."""


@dataclass(frozen=True)
class Reference:
    """Type of a reference file, and the filter that it is for.

    Attributes
    ----------
    kind : str
        Reference type.
    filter : str
        FILTER; empty for a reference of all filters that have no own reference.
    """

    kind: str
    filter: str = ""


@dataclass(frozen=True)
class Detector:
    """One imaging detector.

    Attributes
    ----------
    name : str
        DETECTOR, as the headers spell it.
    instrument : str
        INSTRUME.
    channel, module : str
        CHANNEL and MODULE of NIRCam, empty elsewhere.
    siaf_aperture : str
        Aperture of the full detector in the Science Instrument Aperture File (SIAF).
    shape : tuple of int
        (rows, columns), including reference pixels.
    """

    name: str
    instrument: str
    channel: str
    module: str
    siaf_aperture: str
    shape: tuple[int, int] = (2048, 2048)


def _nircam(module: str) -> list[Detector]:
    short = [Detector(f"NRC{module}{n}", "NIRCAM", "SHORT", module, f"NRC{module}{n}_FULL") for n in range(1, 5)]
    # In the SIAF the long-wave detector of a module has the number 5.
    return [*short, Detector(f"NRC{module}LONG", "NIRCAM", "LONG", module, f"NRC{module}5_FULL")]


TABLE: Final[tuple[Detector, ...]] = (
    *_nircam("A"),
    *_nircam("B"),
    Detector("NIS", "NIRISS", "", "", "NIS_CEN"),
    Detector("GUIDER1", "FGS", "", "", "FGS1_FULL"),
    Detector("GUIDER2", "FGS", "", "", "FGS2_FULL"),
    Detector("MIRIMAGE", "MIRI", "", "", "MIRIM_FULL", (1024, 1032)),
    Detector("NRS1", "NIRSPEC", "", "", "NRS1_FULL"),
    Detector("NRS2", "NIRSPEC", "", "", "NRS2_FULL"),
)
"""All detectors of the demonstration."""

DETECTORS: Final[tuple[str, ...]] = tuple(detector.name for detector in TABLE)
"""Names of the detectors."""

_IMAGER: Final = ("distortion", "filteroffset", "flat", "area", "photom", PARAMETERS)
_TYPES: Final = {
    # FGS has no filters, so no filter offsets.
    "FGS": tuple(kind for kind in _IMAGER if kind != "filteroffset"),
    # No photometry: photom does not apply to images of NIRSpec.
    "NIRSPEC": ("fpa", "camera", "disperser", "collimator", "fore", "ote", "wavelengthrange", "flat", PARAMETERS),
}
_FITS: Final = ("flat", "area", "photom")
"""Types of FITS files; the other types are ASDF files."""

_OF_DETECTOR: Final = ("distortion", "filteroffset", *_FITS)
"""Types with a file for each detector; the other types have one file for an instrument."""

_OWN_FILTERS: Final = {"fore": ("F110W", "F140X")}
"""Filters with an own reference: the SIAF has the optics of NIRSpec for these, and without a filter."""


def detector_named(name: str) -> Detector:
    """Find a detector by its name.

    Parameters
    ----------
    name : str
        DETECTOR, in capitals.

    Returns
    -------
    Detector
        Its entry in `TABLE`.

    Raises
    ------
    ValueError
        If the demonstration has no such detector.
    """
    for detector in TABLE:
        if detector.name == name:
            return detector
    raise ValueError(f"The demonstration has no detector {name!r}; it has {', '.join(DETECTORS)}.")


def instruments() -> tuple[str, ...]:
    """List the instruments.

    Returns
    -------
    tuple of str
        INSTRUME, each once, in the order of `TABLE`.
    """
    return tuple(dict.fromkeys(detector.instrument for detector in TABLE))


def reference_types(instrument: str) -> tuple[str, ...]:
    """List the reference types that the demonstration makes for an instrument.

    Parameters
    ----------
    instrument : str
        INSTRUME.

    Returns
    -------
    tuple of str
        CRDS reference types.
    """
    return _TYPES.get(instrument, _IMAGER)


def references_of(instrument: str) -> tuple[Reference, ...]:
    """List the references that a detector of an instrument needs.

    Parameters
    ----------
    instrument : str
        INSTRUME.

    Returns
    -------
    tuple of Reference
        One reference for each type, and those of single filters.
    """
    return tuple(
        Reference(kind, name) for kind in reference_types(instrument) for name in ("", *_OWN_FILTERS.get(kind, ()))
    )


def reference_name(detector: Detector, reference: Reference) -> str:
    """Name a reference file.

    The name has the four parts of CRDS (observatory, instrument, type, identity), so CRDS knows the file without
    opening it. No flight reference has such a name, because flight identities are four digits.

    Parameters
    ----------
    detector : Detector
        The detector. Parameters and NIRSpec's optics are shared by the detectors of the instrument.
    reference : Reference
        Type and filter.

    Returns
    -------
    str
        For example ``jwst_nircam_flat_demo-nrca3.fits``.
    """
    kind = reference.kind
    parts = ["demo", detector.name.lower() if kind in _OF_DETECTOR else "", reference.filter.lower()]
    identity = "-".join(part for part in parts if part)
    return f"jwst_{detector.instrument.lower()}_{kind}_{identity}.{'fits' if kind in _FITS else 'asdf'}"
