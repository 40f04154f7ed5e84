"""Runs the official pipeline on a demonstration cache in a process of its own, for the tests.

``python -m tests.demo.references.stock_pipeline CACHE REPORT [RATE_FILE]`` writes what happened to REPORT, as JSON.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from unittest.mock import patch

from wfsgui.demo.references.crds_cache import DETECTORS, ensure_cache, environment
from wfsgui.demo.references.detectors import detector_named

if TYPE_CHECKING:
    from stdatamodels.jwst.datamodels import ImageModel

SHAPE = (40, 56)
START = (401, 833)
"""First column and row of the subarrays, counted from 1."""

EXPOSURES = {
    "NRCA1": {"filter": "F212N", "pupil": "WLP8"},
    "NIS": {"filter": "CLEAR", "pupil": "F200W"},
    "GUIDER2": {},
    "MIRIMAGE": {"filter": "F770W"},
}
"""Detector and optical elements of each wavefront-sensing exposure to calibrate."""

OTHER = {"filter": "F150W2", "pupil": "F164N"}
"""Optical elements of an NRCA1 exposure without VISITYPE."""

EXP_TYPES = {"NIRCAM": "NRC_IMAGE", "NIRISS": "NIS_IMAGE", "FGS": "FGS_IMAGE", "MIRI": "MIR_IMAGE"}


def refuse_network() -> list[str]:
    """Make every connection fail, and list the attempts."""
    attempts: list[str] = []

    def refuse(*arguments: object, **_: object) -> NoReturn:
        attempts.append(repr(arguments))
        raise OSError("no network")

    patch.object(socket, "getaddrinfo", refuse).start()
    patch.object(socket.socket, "connect", refuse).start()
    return attempts


def exposure(name: str, elements: dict[str, str], visit_type: str | None = None) -> ImageModel:
    """Make a small subarray exposure."""
    import numpy as np
    from stdatamodels.jwst.datamodels import ImageModel

    detector = detector_named(name)
    instrument = {"name": detector.instrument, "detector": name} | elements
    if detector.channel:
        instrument |= {"channel": detector.channel, "module": detector.module}
    subarray = {"name": "SUB64", "xstart": START[0], "ystart": START[1], "xsize": SHAPE[1], "ysize": SHAPE[0]}
    meta: dict[str, Any] = {
        "filename": f"{name.lower()}_rate.fits",
        "telescope": "JWST",
        "instrument": instrument,
        "exposure": {"type": EXP_TYPES[detector.instrument], "mid_time": 61000.0},
        "subarray": subarray | {"fastaxis": 1, "slowaxis": 2},
        "observation": {"date": "2026-01-02", "time": "03:04:05"},
        "wcsinfo": {"v2_ref": 0.0, "v3_ref": 0.0, "roll_ref": 0.0, "ra_ref": 80.0, "dec_ref": -69.5}
        | {"v3yangle": 0.0, "vparity": -1, "wcsaxes": 2},
        "bunit_data": "DN/s",
        "bunit_err": "DN/s",
    }
    if visit_type:
        meta["visit"] = {"type": visit_type, "tsovisit": False}
    model = ImageModel({"meta": meta})
    model.data = np.ones(SHAPE, np.float32)
    model.dq = np.zeros(SHAPE, np.uint32)
    model.err = np.full(SHAPE, 0.1, np.float32)
    model.var_poisson = np.full(SHAPE, 0.005, np.float32)
    model.var_rnoise = np.full(SHAPE, 0.005, np.float32)
    return model


def calibrate(model: ImageModel, *, skip_resample: bool = False) -> dict[str, Any]:
    """Run the official pipeline on one exposure and return a report."""
    import numpy as np
    from jwst.pipeline import Image2Pipeline

    options = {"steps": {"resample": {"skip": True}}} if skip_resample else {}
    (result,) = Image2Pipeline.call(model, **options)
    meta = result.meta
    report = {
        "context": meta.ref_file.crds.context_used,
        "steps": {step: getattr(meta.cal_step, step) for step in ("assign_wcs", "flat_field", "photom", "resample")},
        "references": {kind: getattr(meta.ref_file, kind).name for kind in ("distortion", "flat", "area", "photom")},
        "photmjsr": meta.photometry.conversion_megajanskys,
        "unit": meta.bunit_data,
        "median": float(np.nanmedian(result.data)),
        "v2v3": [float(value) for value in meta.wcs.get_transform("detector", "v2v3")(10.0, 20.0)],
        "area": list(result.area.shape),
    }
    result.close()
    return report


def asked_types() -> list[str]:
    """List every reference type of the pipeline and its steps."""
    from jwst.pipeline import Image2Pipeline

    steps = list(Image2Pipeline.step_defs.values())
    types = {kind for step in steps for kind in step.reference_file_types}
    return sorted(types | {step.get_config_reftype() for step in (Image2Pipeline, *steps)})


def recommendations(types: list[str]) -> dict[str, dict[str, str]]:
    """Ask CRDS for the references of an unusual exposure without a date, for every detector."""
    import crds

    found: dict[str, dict[str, str]] = {}
    for name in DETECTORS:
        header = {
            "META.INSTRUMENT.NAME": detector_named(name).instrument,
            "META.INSTRUMENT.DETECTOR": name,
            "META.INSTRUMENT.FILTER": "ANY OLD FILTER",
            "META.INSTRUMENT.GRATING": "MIRROR",
            "META.SUBARRAY.NAME": "ANY OLD SUBARRAY",
        }
        found[name] = crds.getrecommendations(header, reftypes=types, observatory="jwst")
    return found


def main(root: Path, rate_file: Path | None) -> dict[str, Any]:
    """Calibrate all exposures; the parameter reference or the caller skips resampling."""
    attempts = refuse_network()
    cold = ensure_cache(root.parent / "cold cache")
    report: dict[str, Any] = {"crds imported by ensure_cache": "crds" in sys.modules}
    os.environ |= environment(cold) | environment(root)
    from jwst.pipeline import Image2Pipeline
    from stdatamodels.jwst import datamodels

    # stpipe collects garbage all the time; without what the imports left behind that takes half as long.
    gc.freeze()
    report["types"] = asked_types()
    report["recommendations"] = recommendations(report["types"])
    wfsc = "PRIME_WFSC_SENSING_CONTROL"
    report["wfsc"] = {name: calibrate(exposure(name, elements, wfsc)) for name, elements in EXPOSURES.items()}
    report["no visit type"] = calibrate(exposure("NRCA1", OTHER), skip_resample=True)
    for visit_type in (None, "PRIME_TARGETED_FIXED", "PRIME_WFSC_ROUTINE", "PRIME_WFSC_SENSING_ONLY"):
        parameters = Image2Pipeline.get_config_from_reference(exposure("NRCA1", OTHER, visit_type))
        report[f"parameters {visit_type}"] = dict(parameters["steps"]["resample"])
    if rate_file:
        with datamodels.open(rate_file) as model:
            report["rate file"] = calibrate(model, skip_resample=True)
    return report | {"network": attempts}


if __name__ == "__main__":
    cache, destination, *files = map(Path, sys.argv[1:])
    destination.write_text(json.dumps(main(cache, files[0] if files else None)))
