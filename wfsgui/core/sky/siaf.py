"""The Science Instrument Aperture File (SIAF) of the flight, as the package ``pysiaf`` carries it.

Its XML is read without importing pysiaf: that takes 3 seconds, imports matplotlib.pyplot and asks GitHub for a newer
edition. Whoever needs the whole package imports it by `import_pysiaf`.
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

# A proxy that is not there refuses at once; requests takes no proxy for the hosts that the second one names.
_NO_WAY_OUT: Final = {"https_proxy": "http://127.0.0.1:9", "no_proxy": "localhost"}

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
    """The SIAF cannot be read, or says nothing of what was asked."""


@dataclass(frozen=True)
class SiafEntry:
    """One aperture that has pixels; coordinates are 1-based, the first value of a pair is along x.

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
        """Go from the detector frame to this aperture's science frame (JWST-STScI-001550, section 3).

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
    """The apertures of one instrument.

    Attributes
    ----------
    version : str
        Edition of the project reference database, for example ``PRDOPSSOC-075``.
    entries : mapping of str to SiafEntry or None
        By name; None for an aperture that has no pixels, as a slit or a quadrant of NIRSpec's shutters.
    """

    version: str
    entries: Mapping[str, SiafEntry | None]


@lru_cache(maxsize=len(_FILES))
def read_siaf(instrument: str) -> Siaf:
    """Read the apertures of an instrument; once in a process, NIRCam's take about 0.15 s, the others' less.

    Parameters
    ----------
    instrument : str
        INSTRUME.

    Returns
    -------
    Siaf
        The latest edition that the installed pysiaf carries.

    Raises
    ------
    SiafError
        If pysiaf is not installed, its file cannot be read, or the instrument is not one of JWST's.
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
    """Run ``pysiaf.constants`` by itself, which says where the data are and needs nothing else of pysiaf."""
    package = find_spec("pysiaf")
    if package is None:
        raise SiafError("The package pysiaf, which carries the SIAF, is not installed; install wfsgui again.")
    # Every finder is asked: a frozen program has one of its own.
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
    """Import pysiaf without letting it ask GitHub for a newer SIAF: the one it carries will do.

    It asks when it is imported and sets no limit to the wait, so where a firewall drops packets it would wait for
    minutes. Without a way out it only warns. Never to be called in the window's process.

    Returns
    -------
    ModuleType
        The package.
    """
    logging.getLogger("pysiaf").setLevel(logging.ERROR)
    former = {name: os.environ.get(name) for name in _NO_WAY_OUT}
    os.environ.update(_NO_WAY_OUT)
    try:
        return import_module("pysiaf")
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
