"""Steps with known effects, for the tests of the step checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
from numpy.typing import NDArray

from wfsgui.core.model.step_image import SkyPosition, StepImage
from wfsgui.core.step_checks.evidence import Evidence, Expectation, Outcome
from wfsgui.core.step_checks.step_effect import step_effect

DO_NOT_USE = np.uint32(1)

SCALE, ANGLE = 0.031, 33.0
"""Pixel scale, arcsec, and position angle of +y, degrees, of `TangentSky`."""

METADATA = {
    "meta.subarray.xstart": "1",
    "meta.subarray.ystart": "1",
    "meta.photometry.conversion_megajanskys": "42.56",
    "meta.photometry.pixelarea_steradians": "2.26e-14",
    "meta.photometry.pixelarea_arcsecsq": "0.00096152",
    "meta.wcsinfo.crpix1": "21.0",
    "meta.wcsinfo.crpix2": "11.0",
    "meta.wcsinfo.ra_ref": "80.0",
    "meta.wcsinfo.dec_ref": "-69.5",
    "meta.target.ra": "80.0",
    "meta.target.dec": "-69.5",
}


class TangentSky:
    """Gnomonic WCS of astropy: pixel (20, 10) is at (80, -69.5).

    Parameters
    ----------
    bias : float, optional
        Error of the inverse in x and y, pixels.
    """

    def __init__(self, bias: float = 0.0) -> None:
        self._bias = bias
        self._wcs = WCS(naxis=2)
        self._wcs.wcs.ctype = "RA---TAN", "DEC--TAN"
        self._wcs.wcs.crpix, self._wcs.wcs.crval = (21, 11), (80.0, -69.5)
        cosine, sine = np.cos(np.radians(ANGLE)), np.sin(np.radians(ANGLE))
        self._wcs.wcs.cd = np.array([[-cosine, sine], [sine, cosine]]) * SCALE / 3600

    def __call__(self, x: float, y: float) -> SkyPosition:
        ra, dec = self._wcs.all_pix2world(x, y, 0)
        return SkyPosition(float(ra), float(dec), 0.0, 0.0)

    def positions(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        ra, dec = self._wcs.all_pix2world(x, y, 0)
        return ra, dec

    def pixels(
        self, ra: NDArray[np.float64], dec: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        x, y = self._wcs.all_world2pix(ra, dec, 0)
        return x + self._bias, y + self._bias


def image(level: float = 5.0, shape: tuple[int, int] = (40, 56), *, unit: str = "DN/s", seed: int = 1) -> StepImage:
    """Make an image of level and noise 1, with a few pixels that are NaN and DO_NOT_USE."""
    rng = np.random.default_rng(seed)
    sci = (level + rng.standard_normal(shape)).astype(np.float32)
    dq = np.where(rng.random(shape) < 0.02, DO_NOT_USE, np.uint32(0)).astype(np.uint32)
    sci[dq != 0] = np.nan
    return StepImage(sci, np.ones(shape, np.float32), dq, unit)


def with_sci(
    step_image: StepImage,
    sci: NDArray[np.floating],
    *,
    dq: NDArray[np.uint32] | None = None,
    unit: str = "DN/s",
) -> StepImage:
    """Replace the values of an image, and its flags and unit if they are given."""
    return replace(step_image, sci=sci.astype(np.float32), dq=step_image.dq if dq is None else dq, unit=unit)


def evidence(stage: str, before: StepImage, after: StepImage, metadata: Mapping[str, str] | None = None) -> Evidence:
    """Describe a step without references and backgrounds."""
    return Evidence(
        stage=stage,
        before=before,
        after=after,
        skipped=False,
        metadata=METADATA | dict(metadata or {}),
        references=(),
        backgrounds=(),
    )


def found(made: Evidence) -> dict[str, str]:
    """Return name and value of the facts."""
    return {fact.name: fact.value for fact in step_effect(made).facts}


def outcome(made: Evidence, name: str) -> Expectation:
    """Return an expectation."""
    return next(entry for entry in step_effect(made).expectations if entry.name == name)


def all_met(made: Evidence) -> bool:
    """Whether every expectation is met."""
    return all(entry.outcome is Outcome.MET for entry in step_effect(made).expectations)


def write_flat(
    path: Path,
    response: NDArray[np.floating],
    dq: NDArray[np.uint32] | None = None,
    *,
    start: tuple[int, int] = (1, 1),
    definitions: Mapping[str, int] | None = None,
) -> Path:
    """Write a flat as in CRDS; `start` is its first column and row, counted from 1."""
    primary = fits.PrimaryHDU()
    primary.header["SUBSTRT1"], primary.header["SUBSTRT2"] = start
    hdus = [primary, fits.ImageHDU(response.astype(np.float32), name="SCI")]
    if dq is not None:
        hdus.append(fits.ImageHDU(dq, name="DQ"))
    if definitions is not None:
        rows = np.array(
            [(value.bit_length() - 1, value, name, "") for name, value in definitions.items()],
            dtype=[("BIT", "i4"), ("VALUE", "u4"), ("NAME", "S40"), ("DESCRIPTION", "S80")],
        )
        hdus.append(fits.BinTableHDU(rows, name="DQ_DEF"))
    fits.HDUList(hdus).writeto(path)
    return path
