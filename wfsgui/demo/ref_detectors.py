"""The detectors that the demonstration knows, the references each needs, and their file names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = [
    "DETECTORS",
    "PARAMETERS",
    "TABLE",
    "Detector",
    "detector_named",
    "instruments",
    "reference_name",
    "reference_types",
]

PARAMETERS: Final = "pars-image2pipeline"
"""Reference type of the parameters of Image2Pipeline."""


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
)
"""Every detector that the demonstration has references for."""

DETECTORS: Final[tuple[str, ...]] = tuple(detector.name for detector in TABLE)
"""Their names."""

_SUFFIX: Final = {
    "distortion": ".asdf",
    "filteroffset": ".asdf",
    "flat": ".fits",
    "area": ".fits",
    "photom": ".fits",
    PARAMETERS: ".asdf",
}


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
        CRDS reference types. FGS has no filters and hence no filter offsets.
    """
    return tuple(kind for kind in _SUFFIX if not (instrument == "FGS" and kind == "filteroffset"))


def reference_name(detector: Detector, kind: str) -> str:
    """Name a reference file.

    The name has CRDS's four parts (observatory, instrument, type, identity), so CRDS can tell where the file belongs
    without opening it; no flight reference can have it, because flight identities are four digits.

    Parameters
    ----------
    detector : Detector
        The detector it is for. Parameters are shared by the detectors of an instrument.
    kind : str
        Reference type.

    Returns
    -------
    str
        For example ``jwst_nircam_flat_demo-nrca3.fits``.

    Raises
    ------
    KeyError
        If the demonstration makes no such reference.
    """
    identity = "demo" if kind == PARAMETERS else f"demo-{detector.name.lower()}"
    return f"jwst_{detector.instrument.lower()}_{kind}_{identity}{_SUFFIX[kind]}"
