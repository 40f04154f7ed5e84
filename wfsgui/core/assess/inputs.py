"""Input of an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from wfsgui.core.assess.limits import Limits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.product import Product
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Annulus, Circle

__all__ = ["AssessInput", "ModelStar"]


class ModelStar(Protocol):
    """Model of a star in focus without wavefront error, for the Strehl ratio."""

    def __call__(self, info: ExposureInfo, x: float, y: float) -> tuple[NDArray[np.float32], int, int] | None:
        """Return the fraction of the light in each pixel of a part of the image, and the first pixel of that part.

        Parameters
        ----------
        info : ExposureInfo
            Identity of the exposure: detector and filter.
        x, y : float
            Position of the star, pixels.

        Returns
        -------
        stamp : ndarray of float32, shape (y, x)
            Fraction of the light in each pixel.
        x0, y0 : int
            Pixel of ``stamp[0, 0]``. None instead of all three if there is no model of the exposure.
        """


@dataclass(frozen=True, eq=False, kw_only=True)
class AssessInput:
    """One stage of one exposure, and the choices of the analyst.

    Attributes
    ----------
    product : Product
        The product.
    stage : str
        One of `wfsgui.core.model.stages.STAGES`.
    image : StepImage
        Image of the stage.
    metadata : mapping of str to str
        Metadata of the model after the stage, by dotted path.
    limits : Limits
        Limits that are in force.
    sensing_stage : str
        Stage of the sensing that the analyst has chosen, for example ``FINE_PHASING``; empty to take it from the
        headers.
    signal : Circle or Annulus or None
        Signal region that the analyst has set.
    background : Annulus or None
        Background annulus that the analyst has set.
    model_star : ModelStar or None
        Model for the Strehl ratio; None to leave it out.
    """

    product: Product
    stage: str
    image: StepImage
    metadata: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    sensing_stage: str = ""
    signal: Circle | Annulus | None = None
    background: Annulus | None = None
    model_star: ModelStar | None = None
