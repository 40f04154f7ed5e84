"""Simulated pairs: the star of the demonstration through weak lenses, with the noise of a full-frame exposure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import floor
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.core.visit.exposures import exposure
from wfsgui.core.assess.results import StarRegions
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.stages import RATE
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.pair.results import PairSide
from wfsgui.core.regions.shapes import Annulus, Circle
from wfsgui.demo.visit.detector import Pixels, observe
from wfsgui.demo.visit.exposure_spec import ExposureSpec
from wfsgui.demo.visit.optics import Telescope, star_image

SIZE: Final = 420
RADIUS: Final = 78.0
TELESCOPE: Final = Telescope(pupil_samples=256, field=320, wavelengths=(2.1213e-6,))
FLUX: Final = 6.0e5
BACKGROUND: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class FullFrame(ExposureSpec):
    """Part of the detector with the timing of a full frame, so that its noise is that of a full frame."""

    @property
    def frame_time(self) -> float:
        """TFRAME of a full frame, seconds."""
        return 10.73677


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A star, its companions, and its place.

    Attributes
    ----------
    lens : str
        PUPIL.
    x, y : float
        Position of the star, pixels.
    flux : float
        DN/s.
    companions : sequence of (float, float, float)
        Offset in x and y, pixels, and contrast.
    seed : int or None
        Seed of the noise; None for an image without noise.
    telescope : Telescope
        Model of the telescope.
    """

    lens: str = "WLP8"
    x: float = 210.0
    y: float = 205.0
    flux: float = FLUX
    companions: Sequence[tuple[float, float, float]] = ()
    seed: int | None = 1
    telescope: Telescope = TELESCOPE


@cache
def _info(lens: str) -> ExposureInfo:
    return replace(exposure(lens, shape=(SIZE, SIZE)), pupil=lens, path=Path(f"{lens}_rate.fits"))


def flux_of(scene: Scene, size: int = SIZE) -> NDArray[np.float64]:
    """Compute the image of a scene without noise, DN/s."""
    image = np.full((size, size), BACKGROUND)
    star = star_image(scene.lens, scene.telescope)
    for dx, dy, contrast in ((0.0, 0.0, 1.0), *scene.companions):
        stamp, x0, y0 = star.at(scene.x + dx, scene.y + dy)
        left, top = max(x0, 0), max(y0, 0)
        right, bottom = min(x0 + stamp.shape[1], size), min(y0 + stamp.shape[0], size)
        if left < right and top < bottom:
            part = stamp[top - y0 : bottom - y0, left - x0 : right - x0]
            image[top:bottom, left:right] += scene.flux * contrast * part
    return image


@lru_cache(maxsize=32)
def image_of(scene: Scene, size: int = SIZE) -> StepImage:
    """Simulate the image of a scene, once; without noise, ERR is 1. Its arrays are read-only."""
    image = _simulated(scene, size)
    for plane in image.arrays.values():
        plane.flags.writeable = False
    return image


def _simulated(scene: Scene, size: int) -> StepImage:
    flux = flux_of(scene, size)
    if scene.seed is None:
        sci = flux.astype(np.float32)
        return StepImage(sci=sci, err=np.ones_like(sci), dq=np.zeros(sci.shape, np.uint32), unit="DN/s")
    spec = FullFrame(subarray="GENERIC", xsize=size, ysize=size)
    shape = (size, size)
    pixels = Pixels(np.zeros(shape, np.uint32), np.ones(shape, np.float32), np.zeros(shape, np.float32))
    planes = observe(flux, spec, pixels, scene.seed)
    return StepImage(
        sci=planes.sci,
        err=planes.err,
        dq=planes.dq,
        unit="DN/s",
        variances={"VAR_POISSON": planes.var_poisson, "VAR_RNOISE": planes.var_rnoise},
    )


def regions_at(x: float, y: float, radius: float = RADIUS) -> StarRegions:
    """Regions of a donut whose centroid was measured to a pixel."""
    x, y = floor(x) + 0.3, floor(y) + 0.6
    return StarRegions(x, y, Circle(x, y, radius), Annulus(x, y, 1.6 * radius, 2.1 * radius), in_focus=False)


def side(scene: Scene | None = None, image: StepImage | None = None) -> PairSide:
    """Make one side of a pair."""
    scene = scene or Scene()
    return PairSide(_info(scene.lens), RATE, image or image_of(scene), regions_at(scene.x, scene.y))
