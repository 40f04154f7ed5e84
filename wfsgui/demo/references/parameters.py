"""Parameter reference of Image2Pipeline for wavefront-sensing visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wfsgui.demo.references.detectors import PARAMETERS
from wfsgui.demo.references.reference_file import metadata, write_asdf

if TYPE_CHECKING:
    from pathlib import Path

    from wfsgui.demo.references.detectors import Detector

__all__ = ["write_parameters"]


def write_parameters(detector: Detector, path: Path) -> None:
    """Write parameters that skip resampling, like those of flight operations for wavefront-sensing visits.

    Parameters
    ----------
    detector : Detector
        Any detector of the instrument.
    path : Path
        The ASDF file.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    meta = metadata(detector, PARAMETERS, "no resampling in wavefront-sensing visits")
    # One file for all detectors of the instrument: it must not depend on the detector.
    meta["instrument"] = {"name": detector.instrument}
    resample = {"class": "jwst.resample.resample_step.ResampleStep", "name": "resample", "parameters": {"skip": True}}
    tree = {
        "meta": meta,
        "class": "jwst.pipeline.calwebb_image2.Image2Pipeline",
        "name": "Image2Pipeline",
        "parameters": {},
        "steps": [resample],
    }
    write_asdf(tree, path, ("Selected by VISITYPE.",))
