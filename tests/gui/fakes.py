"""Exposures, frames and events for tests of the window, made without jwst."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import (
    ExposureOpened,
    LogLine,
    ProductFinished,
    ProductResult,
    ProductState,
    Reference,
    StepFinished,
    StepStarted,
    StepState,
)
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import PLANES, ExposureInfo
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.product import AssociationEntry, FoundBy, Member, Product
from wfsgui.core.model.step_image import SkyPosition, StepImage


def info(name: str = "jw99001001001_02101_00001_nrca3", folder: Path = Path("/data")) -> ExposureInfo:
    """Make the header quick look of an exposure that need not exist."""
    return ExposureInfo(
        path=folder / f"{name}_rate.fits",
        telescope="JWST",
        instrument="NIRCAM",
        detector="NRCA3",
        filter="F212N",
        pupil="WLP8",
        subarray="FULL",
        exp_type="NRC_IMAGE",
        visit_type="PRIME_WFSC_ROUTINE",
        program="99001",
        observation="001",
        visit="001",
        exposure="1",
        target="STAR",
        date_obs="2026-01-01T00:00:00.000",
        planes=tuple((plane, (48, 64)) for plane in PLANES),
        subarray_size=(48, 64),
        unit="DN/s",
        steps=(("S_RAMP", "COMPLETE"),),
    )


def product(
    name: str = "jw99001001001_02101_00001_nrca3", folder: Path = Path("/data"), *, backgrounds: int = 0
) -> Product:
    """Make a product, with an association where it has backgrounds."""
    return Product(
        name=name,
        science=Member(info(name, folder)),
        backgrounds=tuple(
            Member(info(f"jw99001002001_02101_{number:05d}_nrca3", folder), FoundBy.BESIDE)
            for number in range(1, backgrounds + 1)
        ),
        association=AssociationEntry("jw99001-o001_image2_00001_asn.json", "jw99001_pool") if backgrounds else None,
    )


def exposure(
    name: str = "jw99001001001_02101_00001_nrca3", folder: Path = Path("/data"), *, backgrounds: int = 0
) -> Exposure:
    """Make an exposure that nothing has been done with."""
    return Exposure(key=name, product=product(name, folder, backgrounds=backgrounds))


Pixels = NDArray[np.float64]
"""Many coordinates."""


class Sky:
    """Stand in for a WCS."""

    def __call__(self, x: float, y: float) -> SkyPosition:
        return SkyPosition(80.0 + x / 1e5, -69.5 + y / 1e5, 100.0 + x * 0.031, -500.0 + y * 0.031)

    def positions(self, x: Pixels, y: Pixels) -> tuple[Pixels, Pixels]:
        return 80.0 + x / 1e5, -69.5 + y / 1e5

    def pixels(self, ra: Pixels, dec: Pixels) -> tuple[Pixels, Pixels]:
        return (ra - 80.0) * 1e5, (dec + 69.5) * 1e5


sky = Sky()


def image(
    level: float = 100.0, *, unit: str = "DN/s", shape: tuple[int, int] = (48, 64), wcs: bool = False
) -> StepImage:
    """Make planes with noise, a star, flags and NaN; the same for the same level."""
    rng = np.random.default_rng(7)
    sci = (level + rng.standard_normal(shape)).astype(np.float32)
    rows, columns = np.indices(shape)
    squares = (rows - shape[0] // 2) ** 2 + (columns - shape[1] // 2) ** 2
    sci = np.maximum(sci, (level * 50 * np.exp(-squares / 2)).astype(np.float32))
    dq = np.zeros(shape, np.uint32)
    dq[3, 5] = FLAGS["DO_NOT_USE"] | FLAGS["JUMP_DET"]
    dq[10, 10] = FLAGS["JUMP_DET"]
    sci[3, 5] = np.nan
    err, half = np.ones(shape, np.float32), np.full(shape, 0.5, np.float32)
    return StepImage(sci, err, dq, unit, {"VAR_POISSON": half, "VAR_RNOISE": half}, sky if wcs else None)


def line(text: str, *, step: str = "flat_field", level: int = 20, name: str = "", time: float = 1.7e9) -> LogLine:
    """Make a log record."""
    return LogLine(name, step, time, level, "stpipe.Image2Pipeline", text)


def opened(exposure: Exposure) -> ExposureOpened:
    """Say that an exposure was opened."""
    return ExposureOpened(exposure.product, exposure.steps, "jwst_9999.pmap", (), image())


def started(exposure: Exposure, step: str) -> StepStarted:
    """Say that a step begins."""
    return StepStarted(exposure.product.name, step)


def finished(
    exposure: Exposure, step: str, *, warnings: tuple[str, ...] = (), level: float = 100.0, alarm: str = ""
) -> StepFinished:
    """Say that a step of an exposure has ended."""
    return finished_product(exposure.product, step, warnings=warnings, level=level, alarm=alarm)


def finished_product(
    product: Product,
    step: str,
    *,
    warnings: tuple[str, ...] = (),
    level: float = 100.0,
    alarm: str = "",
    parameters: Mapping[str, str] | None = None,
) -> StepFinished:
    """Say that a step of a product has ended; an alarm is among its warnings."""
    warnings = (alarm, *warnings) if alarm else warnings
    return StepFinished(
        product=product.name,
        step=step,
        state=StepState.WARNED if warnings else StepState.DONE,
        elapsed=0.42,
        unit="MJy/sr" if step == "photom" else "DN/s",
        warnings=warnings,
        references=(Reference("flat", f"crds://jwst_nircam_{step}_0001.fits"),),
        parameters={"skip": False, "suffix": None, **(parameters or {})},
        log=(line(f"Step {step} running.", step=step), line(f"Step {step} done.", step=step)),
        image=image(level, unit="MJy/sr" if step == "photom" else "DN/s", wcs=step != "bkg_subtract"),
        saved=(),
        metadata={"meta.instrument.filter": "F212N", f"meta.cal_step.{step}": "COMPLETE"},
        alarm=alarm,
    )


def ended(
    exposure: Exposure, state: ProductState = ProductState.DONE, *, saved: tuple[Path, ...] = ()
) -> ProductFinished:
    """Say that a product has ended."""
    return ProductFinished(ProductResult(exposure.product.name, state, 1.5, saved, "jwst_9999.pmap"))


def completed(exposure: Exposure, result: Path | None = None) -> Exposure:
    """Take an exposure through the whole chain, as the engine's events would."""
    apply_event(exposure, opened(exposure))
    for number, step in enumerate(exposure.steps):
        apply_event(exposure, started(exposure, step))
        apply_event(exposure, finished(exposure, step, level=100.0 + number))
    apply_event(exposure, ended(exposure, saved=(result,) if result else ()))
    return exposure


def star_light(shape: tuple[int, int], x: float, y: float) -> Pixels:
    """Make the light of a star."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    light: Pixels = 2000 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 2 / 2.0**2)
    return light
