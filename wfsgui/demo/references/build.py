"""Maker of all references of the demonstration. Imported late, because its imports take seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wfsgui.demo.references.detectors import PARAMETERS
from wfsgui.demo.references.distortion import write_distortion, write_filteroffset
from wfsgui.demo.references.flats import write_area, write_flat
from wfsgui.demo.references.nirspec import OPTICS, write_optics
from wfsgui.demo.references.parameters import write_parameters
from wfsgui.demo.references.photometry import write_photom

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wfsgui.demo.references.detectors import Detector, Reference

__all__ = ["build"]

_WRITERS: Final[dict[str, Callable[[Detector, Path], None]]] = {
    "distortion": write_distortion,
    "filteroffset": write_filteroffset,
    "flat": write_flat,
    "area": write_area,
    "photom": write_photom,
    PARAMETERS: write_parameters,
}


def build(detector: Detector, reference: Reference, path: Path) -> None:
    """Make one reference.

    Parameters
    ----------
    detector : Detector
        Detector of the reference.
    reference : Reference
        Type and filter.
    path : Path
        The file to write.

    Raises
    ------
    KeyError
        If the demonstration has no such reference type.
    OSError
        If the file cannot be written.
    """
    if reference.kind in OPTICS:
        write_optics(detector, reference, path)
    else:
        _WRITERS[reference.kind](detector, path)
