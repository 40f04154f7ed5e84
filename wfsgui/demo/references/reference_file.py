"""Metadata of the reference files of the demonstration, and writing of the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import asdf
from astropy.io import fits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stdatamodels.jwst.datamodels import ReferenceFileModel

    from wfsgui.demo.references.detectors import Detector

__all__ = ["NOTICE", "metadata", "write_asdf", "write_fits"]

NOTICE: Final = "wfsgui demonstration reference, not for science"
"""Beginning of every description."""

_DATE: Final = "2022-01-01T00:00:00"
"""Date of every reference, so that files are reproducible."""


def metadata(detector: Detector, kind: str, description: str) -> dict[str, Any]:
    """Make the metadata that CRDS requires in every reference.

    Parameters
    ----------
    detector : Detector
        Detector of the reference.
    kind : str
        Reference type.
    description : str
        Description in a few words.

    Returns
    -------
    dict
        The ``meta`` of a JWST data model.
    """
    instrument = {"name": detector.instrument, "detector": detector.name}
    if detector.channel:
        instrument |= {"channel": detector.channel, "module": detector.module}
    return {
        "telescope": "JWST",
        "instrument": instrument,
        "reftype": kind,
        "description": f"{NOTICE}: {description}",
        "author": "wfsgui demonstration",
        "pedigree": "DUMMY",
        "useafter": _DATE,
        "date": _DATE,
        "origin": "wfsgui",
    }


def write_fits(model: ReferenceFileModel, path: Path, history: Iterable[str]) -> None:
    """Write a reference as FITS.

    Parameters
    ----------
    model : ReferenceFileModel
        The reference; `metadata` made its metadata.
    path : Path
        The file.
    history : iterable of str
        Sources, one sentence for each HISTORY record.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    for sentence in (f"{NOTICE}.", *history):
        model.add_history_entry(sentence)
    model.save(str(path))
    fits.setval(path, "DATE", value=_DATE)


def write_asdf(tree: dict[str, Any], path: Path, history: Iterable[str]) -> None:
    """Write a reference as ASDF.

    Parameters
    ----------
    tree : dict
        The reference; `metadata` made its ``meta``.
    path : Path
        The file.
    history : iterable of str
        Sources, one sentence each.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    meta = {**tree["meta"], "filename": path.name, "history": [f"{NOTICE}.", *history]}
    asdf.AsdfFile({**tree, "meta": meta}).write_to(path)
