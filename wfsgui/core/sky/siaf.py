"""Reader of the flight Science Instrument Aperture File (SIAF) in the package ``pysiaf``.

The XML is read without an import of pysiaf, which takes 3 seconds, imports matplotlib.pyplot and asks GitHub for a
newer version. Code that needs the whole package imports it with `import_pysiaf`.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from math import cos, radians, sin
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import WfsguiError

if TYPE_CHECKING:
    from types import ModuleType
    from xml.etree.ElementTree import Element

__all__ = ["Siaf", "SiafEntry", "SiafError", "import_pysiaf", "read_siaf"]

# A proxy that does not exist refuses connections at once; the second variable overrides the user's exceptions.
_NO_NETWORK: Final = {"https_proxy": "http://127.0.0.1:9", "no_proxy": "localhost"}

_FILES: Final = {
    "NIRCAM": "NIRCam_SIAF.xml",
    "NIRISS": "NIRISS_SIAF.xml",
    "MIRI": "MIRI_SIAF.xml",
    "NIRSPEC": "NIRSpec_SIAF.xml",
    "FGS": "FGS_SIAF.xml",
}

_NUMBERS: Final = (
    ("XDetRef", "YDetRef"),
    ("XSciRef", "YSciRef"),
    ("XSciSize", "YSciSize"),
    ("XSciScale", "YSciScale"),
    ("DetSciYAngle", "DetSciParity"),
)


class SiafError(WfsguiError):
    """The SIAF cannot be read or does not contain the instrument."""


@dataclass(frozen=True)
class SiafEntry:
    """Aperture with pixels; coordinates are 1-based, the first value of a pair is along x.

    Attributes
    ----------
    name : str
        AperName.
    detector_reference : tuple of float
        XDetRef and YDetRef, pixels of the detector frame.
    reference : tuple of float
        XSciRef and YSciRef, pixels of the aperture's own science frame.
    size : tuple of float
        XSciSize and YSciSize, pixels.
    scale : tuple of float
        XSciScale and YSciScale at the reference pixel, arcsec per pixel.
    orientation : tuple of float
        DetSciYAngle in degrees, and DetSciParity.
    """

    name: str
    detector_reference: tuple[float, float]
    reference: tuple[float, float]
    size: tuple[float, float]
    scale: tuple[float, float]
    orientation: tuple[float, float]

    def to_science(self, x: float, y: float) -> tuple[float, float]:
        """Transform from the detector frame to this aperture's science frame (JWST-STScI-001550, section 3).

        Parameters
        ----------
        x, y : float
            Pixels of the detector frame, 1-based.

        Returns
        -------
        tuple of float
            Pixels of the science frame, 1-based.
        """
        degrees, parity = self.orientation
        across, along = x - self.detector_reference[0], y - self.detector_reference[1]
        cosine, sine = cos(radians(degrees)), sin(radians(degrees))
        return (
            self.reference[0] + parity * (across * cosine + along * sine),
            self.reference[1] - across * sine + along * cosine,
        )


@dataclass(frozen=True)
class Siaf:
    """Apertures of one instrument.

    Attributes
    ----------
    version : str
        Version of the project reference database, for example ``PRDOPSSOC-075``.
    entries : mapping of str to SiafEntry or None
        Apertures by name; None for an aperture without pixels, for example a NIRSpec slit.
    """

    version: str
    entries: Mapping[str, SiafEntry | None]


@lru_cache(maxsize=len(_FILES))
def read_siaf(instrument: str) -> Siaf:
    """Read the apertures of an instrument, once in a process; NIRCam takes about 0.15 s, the others less.

    Parameters
    ----------
    instrument : str
        INSTRUME.

    Returns
    -------
    Siaf
        The latest version in the installed pysiaf.

    Raises
    ------
    SiafError
        If pysiaf is not installed, if its file cannot be read, or if the instrument has no SIAF.
    """
    import xml.etree.ElementTree as ET

    if instrument not in _FILES:
        raise SiafError(f"INSTRUME is {instrument or 'missing'}, which has no SIAF.")
    constants = _constants()
    path = Path(constants.JWST_PRD_DATA_ROOT) / _FILES[instrument]
    try:
        root = ET.parse(path).getroot()
        entries = {entry.findtext("AperName", ""): _entry(entry) for entry in root.iter("SiafEntry")}
    except (OSError, ValueError, ET.ParseError) as error:
        raise SiafError(f"The SIAF {path} cannot be read ({error}); install pysiaf again.") from error
    return Siaf(str(constants.JWST_PRD_VERSION), entries)


def _constants() -> ModuleType:
    """Import ``pysiaf.constants`` alone, which has the path of the data and imports nothing else of pysiaf."""
    package = find_spec("pysiaf")
    if package is None:
        raise SiafError("The package pysiaf, which carries the SIAF, is not installed; install wfsgui again.")
    # All finders, because a frozen program has its own.
    folders = package.submodule_search_locations
    found = (finder.find_spec("pysiaf.constants", folders) for finder in sys.meta_path)
    spec = next((spec for spec in found if spec is not None), None)
    if spec is None or spec.loader is None:
        raise SiafError("The package pysiaf, which carries the SIAF, is not complete; install it again.")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _entry(element: Element) -> SiafEntry | None:
    pairs = [(element.findtext(first), element.findtext(second)) for first, second in _NUMBERS]
    numbers = [(float(first), float(second)) for first, second in pairs if first and second]
    if len(numbers) < len(pairs):
        return None
    return SiafEntry(element.findtext("AperName", ""), *numbers)


def import_pysiaf() -> ModuleType:
    """Import pysiaf without its request to GitHub for a newer SIAF.

    The request has no time limit and takes minutes behind a firewall that drops packets; without a connection, pysiaf
    only warns. Do not call this in the window's process.

    Returns
    -------
    ModuleType
        The package.
    """
    logging.getLogger("pysiaf").setLevel(logging.ERROR)
    former = {name: os.environ.get(name) for name in _NO_NETWORK}
    os.environ.update(_NO_NETWORK)
    try:
        return import_module("pysiaf")
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
