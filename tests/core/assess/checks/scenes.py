"""Synthetic stars with known numbers, for the tests of assessments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.core.visit.exposures import exposure, product
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.results import StarRegions
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.step_image import StepImage, WcsReader
from wfsgui.core.regions.shapes import Annulus, Circle

SHAPE = (200, 220)
PLACE = (105.0, 95.0)
RADIUS = 40.0
HEIGHT, LEVEL, NOISE = 100.0, 2.0, 0.5
DO_NOT_USE = FLAGS["DO_NOT_USE"]

REGIONS = StarRegions(
    x=PLACE[0], y=PLACE[1], signal=Circle(*PLACE, RADIUS), background=Annulus(*PLACE, 60, 85), in_focus=False
)
"""Regions of `disc`: the signal is the disc, the annulus is outside of it."""


def disc(*, seed: int | None = None) -> StepImage:
    """Make a uniform disc of `HEIGHT` on a background of `LEVEL`, without noise unless there is a seed."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    sci = np.where(np.hypot(x - PLACE[0], y - PLACE[1]) < RADIUS, LEVEL + HEIGHT, LEVEL)
    if seed is not None:
        sci = sci + np.random.default_rng(seed).normal(0, NOISE, SHAPE)
    return StepImage(
        sci.astype(np.float32), np.full(SHAPE, NOISE, np.float32), np.zeros(SHAPE, np.uint32), unit="MJy/sr"
    )


def gaussian(*, width: float = 2.0, flux: float = 1e5) -> StepImage:
    """Make a Gaussian star in focus at the same place on the same background, without noise."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    distance = np.hypot(x - PLACE[0], y - PLACE[1])
    sci = LEVEL + flux * np.exp(-(distance**2) / (2 * width**2)) / (2 * np.pi * width**2)
    return replace(disc(), sci=sci.astype(np.float32))


def flagged(image: StepImage, pixels: NDArray[np.bool_], *names: str, value: float | None = None) -> StepImage:
    """Set flags of some pixels, and optionally their value."""
    dq = image.dq.copy()
    for name in names:
        dq[pixels] |= np.uint32(FLAGS[name])
    sci = image.sci if value is None else np.where(pixels, np.float32(value), image.sci)
    return replace(image, sci=sci, dq=dq)


def chosen(*places: tuple[int, int], shape: tuple[int, int] = SHAPE) -> NDArray[np.bool_]:
    """Return a mask of pixels (x, y)."""
    mask = np.zeros(shape, bool)
    for x, y in places:
        mask[y, x] = True
    return mask


def request(
    image: StepImage,
    *,
    metadata: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    wcs: WcsReader | None = None,
    changes: Mapping[str, Any] | None = None,
) -> AssessInput:
    """Make the input of an assessment, with changed attributes of the exposure."""
    height, width = image.sci.shape
    return AssessInput(
        product=product(exposure(shape=(height, width), **(changes or {}))),
        stage="photom",
        image=image if wcs is None else replace(image, wcs=wcs),
        metadata=metadata or {},
        limits=limits or Limits(),
    )
