"""Images of stars with known truth, from the optical model of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.core.visit.exposures import exposure, product
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.image.sampling import windowed
from wfsgui.core.model.step_image import StepImage
from wfsgui.demo.visit.optics import StarImage, Telescope, star_image

TELESCOPE = Telescope(pupil_samples=256, field=256, wavelengths=(2.12e-6,))
PIXEL_AREA = 2.26e-14
PHOTOMETRY = {"meta.photometry.pixelarea_steradians": str(PIXEL_AREA)}
JANSKYS = 1e6 * PIXEL_AREA


@dataclass(frozen=True)
class Scene:
    """A star on an even background.

    Attributes
    ----------
    lens : str
        PUPIL.
    x, y : float
        Position of the star, pixels.
    flux : float
        Sum of all pixels x AREA, in the unit of the image.
    shape : tuple of int
        Shape of the image, (y, x).
    background, noise : float
        Level and noise of each pixel without light.
    gain : float
        Counts for each unit, for the noise of the light.
    with_area : bool
        Whether the image has an AREA plane, which rises by a tenth from left to right.
    seed : int
        Seed of the noise.
    """

    lens: str = "CLEAR"
    x: float = 160.3
    y: float = 158.8
    flux: float = 4e5
    shape: tuple[int, int] = (320, 320)
    background: float = 0.5
    noise: float = 0.05
    gain: float = 20.0
    with_area: bool = False
    seed: int = 3


@lru_cache(maxsize=4)
def model(lens: str, telescope: Telescope = TELESCOPE) -> StarImage:
    return star_image(lens, telescope)


def light_of(scene: Scene) -> NDArray[np.float64]:
    """Fraction of the light of the star in each pixel."""
    stamp, left, low = model(scene.lens).at(scene.x, scene.y)
    return windowed(stamp.astype(float), (-left, -low), scene.shape, 0.0)


def areas_of(scene: Scene) -> NDArray[np.float64]:
    """Solid angle of each pixel over the nominal one."""
    across = np.linspace(0.95, 1.05, scene.shape[1])
    return np.broadcast_to(across if scene.with_area else np.ones(scene.shape[1]), scene.shape)


def image_of(scene: Scene, *, unit: str = "MJy/sr") -> StepImage:
    """Make the image with noise."""
    areas = areas_of(scene)
    sci = scene.background + scene.flux * light_of(scene) / areas
    err = np.sqrt(scene.noise**2 + np.clip(sci - scene.background, 0, None) / scene.gain)
    sci = sci + err * np.random.default_rng(scene.seed).standard_normal(scene.shape)
    return StepImage(
        sci=sci.astype(np.float32),
        err=err.astype(np.float32),
        dq=np.zeros(scene.shape, np.uint32),
        unit=unit,
        area=areas.astype(np.float32) if scene.with_area else None,
    )


def request(image: StepImage, lens: str = "CLEAR", **changes: object) -> AssessInput:
    """Make the input of an assessment after photom, with changed attributes of `AssessInput` or of the exposure."""
    names = set(AssessInput.__dataclass_fields__)
    of_exposure: dict[str, Any] = {key: value for key, value in changes.items() if key not in names}
    of_request: dict[str, Any] = {key: value for key, value in changes.items() if key in names}
    info = exposure(**{"detector": "NRCA3", "pupil": lens, "filter": "F212N", **of_exposure})
    usual = AssessInput(product=product(info), stage="photom", image=image, metadata=PHOTOMETRY)
    return replace(usual, **of_request)


def flagged(image: StepImage, where: NDArray[np.bool_], bits: int = 1) -> StepImage:
    """Flag pixels and give them an absurd value."""
    sci = np.where(where, np.float32(1e6), image.sci)
    return replace(image, sci=sci, dq=np.where(where, image.dq | np.uint32(bits), image.dq))
