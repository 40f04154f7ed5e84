"""Small synthetic exposures and associations for tests with the real engine."""

from __future__ import annotations

import json
import tempfile
import zlib
from functools import cache
from pathlib import Path

import numpy as np
from astropy.io import fits
from stdatamodels.jwst.datamodels import dqflags

from wfsgui.demo.visit.exposure_spec import ExposureSpec
from wfsgui.demo.visit.rate_file import Planes, write_rate
from wfsgui.pipeline.chain.schema_cache import kept_schemas

_KEPT_PIXELS = 256 * 256
"""Larger exposures are not kept in memory."""


def small(
    detector: str = "NRCA3", *, pupil: str = "WLP8", exposure: int = 1, filter_name: str = "F212N"
) -> ExposureSpec:
    """Specify an exposure of 64 x 64 pixels."""
    return ExposureSpec(
        detector=detector,
        filter=filter_name,
        pupil=pupil,
        exposure=exposure,
        subarray="SUB64P",
        xstart=401,
        ystart=501,
        xsize=64,
        ysize=64,
    )


def noisy_planes(spec: ExposureSpec, level: float = 5.0, *, fault: float = 0.02) -> Planes:
    """Make pixels with noise, flags and NaN; the same pixels for the same exposure.

    Parameters
    ----------
    spec : ExposureSpec
        The exposure.
    level : float, optional
        Mean count rate, DN/s.
    fault : float, optional
        Share of the pixels that are NaN and DO_NOT_USE, and that are flagged as jumps.
    """
    rng = np.random.default_rng(zlib.crc32(spec.root.encode()))
    var_poisson = rng.uniform(0.01, 0.1, spec.shape).astype(np.float32)
    var_rnoise = np.full(spec.shape, 0.02, np.float32)
    err = np.sqrt(var_poisson + var_rnoise)
    sci = (level + err * rng.standard_normal(spec.shape)).astype(np.float32)
    dq = np.where(rng.random(spec.shape) < fault, dqflags.pixel["JUMP_DET"], 0).astype(np.uint32)
    bad = rng.random(spec.shape) < fault
    dq[bad] |= dqflags.pixel["DO_NOT_USE"]
    # Fill values of the ramp fit of jwst: NaN, with uncertainties of zero.
    sci[bad] = np.nan
    for plane in (err, var_poisson, var_rnoise):
        plane[bad] = 0
    return Planes(sci, err, dq, var_poisson, var_rnoise)


def write_small(folder: Path, spec: ExposureSpec, level: float = 5.0, *, fault: float = 0.02) -> Path:
    """Write an exposure with noisy pixels under its standard name."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / spec.file_name
    if spec.xsize * spec.ysize > _KEPT_PIXELS:
        return _write(path, spec, level, fault)
    path.write_bytes(_content(spec, level, fault))
    return path


def _write(path: Path, spec: ExposureSpec, level: float, fault: float) -> Path:
    with kept_schemas():
        return write_rate(path, spec, noisy_planes(spec, level, fault=fault))


@cache
def _content(spec: ExposureSpec, level: float, fault: float) -> bytes:
    """Make the file once: its metadata take longest, and most tests need the same exposures."""
    with tempfile.TemporaryDirectory() as folder:
        return _write(Path(folder) / spec.file_name, spec, level, fault).read_bytes()


def write_association(path: Path, products: dict[Path, list[Path]], kind: str = "image2") -> Path:
    """Write a level-2 association of science exposures and their backgrounds, which are beside it."""
    entries = [
        {
            "name": science.name.removesuffix("_rate.fits"),
            "members": [
                {"expname": science.name, "exptype": "science"},
                *({"expname": background.name, "exptype": "background"} for background in backgrounds),
            ],
        }
        for science, backgrounds in products.items()
    ]
    content = {
        "asn_type": kind,
        "asn_rule": "candidate_Asn_Lv2WFSC",
        "asn_id": "o001",
        "asn_pool": "jw99001_pool",
        "program": "99001",
        "target": "1",
        "products": entries,
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def spoil_around(flat: Path, rate: Path, plane: str, value: float) -> Path:
    """Leave a flat of a full frame usable only where an exposure of `small` has no value.

    Such a flat can be used for the exposure, and leaves no usable pixel.
    """
    spec = small()
    with fits.open(rate) as hdus:
        empty = np.isnan(hdus["SCI"].data)
    part = slice(spec.ystart - 1, spec.ystart - 1 + spec.ysize), slice(spec.xstart - 1, spec.xstart - 1 + spec.xsize)
    with fits.open(flat, mode="update") as hdus:
        hdus[plane].data[:] = value
        for name, good in (("SCI", 1.0), ("ERR", 0.01), ("DQ", 0)):
            hdus[name].data[part][empty] = good
    return flat
