"""The detectors that the demonstration knows, the references each needs, and their file names."""

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
    """One of the references that a detector needs.

    Attributes
    ----------
    kind : str
        Reference type.
    filter : str
        FILTER that it is for; empty where it serves every filter that has none of its own.
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
    siaf_instrument, siaf_aperture : str
        Where the Science Instrument Aperture File (SIAF) describes the full detector.
    shape : tuple of int
        (rows, columns), reference pixels included.
    """

    name: str
    instrument: str
    channel: str
    module: str
    siaf_instrument: str
    siaf_aperture: str
    shape: tuple[int, int] = (2048, 2048)


def _nircam(module: str) -> list[Detector]:
    short = [
        Detector(f"NRC{module}{n}", "NIRCAM", "SHORT", module, "NIRCam", f"NRC{module}{n}_FULL") for n in range(1, 5)
    ]
    # The SIAF counts a module's long-wave detector as its fifth.
    return [*short, Detector(f"NRC{module}LONG", "NIRCAM", "LONG", module, "NIRCam", f"NRC{module}5_FULL")]


TABLE: Final[tuple[Detector, ...]] = (
    *_nircam("A"),
    *_nircam("B"),
    Detector("NIS", "NIRISS", "", "", "NIRISS", "NIS_CEN"),
    Detector("GUIDER1", "FGS", "", "", "FGS", "FGS1_FULL"),
    Detector("GUIDER2", "FGS", "", "", "FGS", "FGS2_FULL"),
    Detector("MIRIMAGE", "MIRI", "", "", "MIRI", "MIRIM_FULL", (1024, 1032)),
    Detector("NRS1", "NIRSPEC", "", "", "NIRSpec", "NRS1_FULL"),
    Detector("NRS2", "NIRSPEC", "", "", "NIRSpec", "NRS2_FULL"),
)
"""Every detector that the demonstration has references for."""

DETECTORS: Final[tuple[str, ...]] = tuple(detector.name for detector in TABLE)
"""Their names."""

_IMAGER: Final = ("distortion", "filteroffset", "flat", "area", "photom", PARAMETERS)
_TYPES: Final = {
    # FGS has no filters and hence no filter offsets.
    "FGS": tuple(kind for kind in _IMAGER if kind != "filteroffset"),
    # There is no photometry of NIRSpec's images: photom has nothing to do with them.
    "NIRSPEC": ("fpa", "camera", "disperser", "collimator", "fore", "ote", "wavelengthrange", "flat", PARAMETERS),
}
_FITS: Final = ("flat", "area", "photom")
"""The types that are FITS; the others are ASDF."""

_OF_DETECTOR: Final = ("distortion", "filteroffset", *_FITS)
"""The types of which every detector has one; the others serve all detectors of an instrument."""

_OWN_FILTERS: Final = {"fore": ("F110W", "F140X")}
"""Filters that have a reference of their own: the SIAF has NIRSpec's optics with these, and with none."""


def detector_named(name: str) -> Detector:
    """Look a detector up.

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
    """Name the instruments, each once, in the order of `TABLE`.

    Returns
    -------
    tuple of str
        INSTRUME of every detector.
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
        One for each reference type, and those for single filters.
    """
    return tuple(
        Reference(kind, name) for kind in reference_types(instrument) for name in ("", *_OWN_FILTERS.get(kind, ()))
    )


def reference_name(detector: Detector, reference: Reference) -> str:
    """Name a reference file.

    The name has CRDS's four parts (observatory, instrument, type, identity), so CRDS can tell where the file belongs
    without opening it; no flight reference can have it, because flight identities are four digits.

    Parameters
    ----------
    detector : Detector
        The detector it is for. Parameters and NIRSpec's optics are shared by the detectors of the instrument.
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
