"""Forecast of wfs_combine, the level-3 product of two dithered exposures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from wfsgui.core.image.dq_flags import do_not_use
from wfsgui.core.model.queries import Query

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Area

__all__ = ["CombinationForecast", "CombinationRecord", "CombinationRequest"]


@dataclass(frozen=True, kw_only=True)
class CombinationRequest(Query["CombinationForecast"]):
    """Asks for a forecast: jwst's ``WfsCombineStep`` is run on two results, and nothing is saved.

    Attributes
    ----------
    first, second : Path
        ``_cal`` files, in the order of the association.
    folder : Path
        Folder for the planes of the result and for temporary files. The caller removes it.
    refine : bool or None
        Value of the parameter ``do_refine``; None for that of CRDS or of the step.
    """

    first: Path
    second: Path
    folder: Path
    refine: bool | None = None


@dataclass(frozen=True)
class CombinationRecord:
    """What jwst's ``WfsCombineStep`` did to two exposures.

    Attributes
    ----------
    names : tuple of str
        Base names of the exposures in the order in which the step combined them.
    flipped : bool
        Whether the step exchanged the two, because the shift in x is negative.
    sky_shift : tuple of float
        Shift by WCS at the middle of the image, x and y, pixels: second minus first, in the order of the request.
    applied : tuple of int or None
        Shift that was applied, x and y, whole pixels, in the order of `names`; None if the log does not tell.
    refined : tuple of float or None
        Shift after refinement by correlation, x and y, pixels, in the order of `names`, rounded to 0.01; None if the
        step did not refine it.
    parameters : mapping of str to str
        Parameters of the step.
    log : tuple of str
        Lines that the step logged.
    """

    names: tuple[str, str]
    flipped: bool
    sky_shift: tuple[float, float]
    applied: tuple[int, int] | None
    refined: tuple[float, float] | None
    parameters: Mapping[str, str]
    log: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class CombinationForecast:
    """Result of jwst's ``WfsCombineStep``.

    Attributes
    ----------
    image : StepImage
        The combined image: SCI, ERR, DQ. Its pixels are those of the exposure that the step combined first. It has no
        WCS: the step does not give it one.
    record : CombinationRecord
        What the step did.
    """

    image: StepImage
    record: CombinationRecord

    @cached_property
    def lost(self) -> NDArray[np.bool_]:
        """Pixels that are bad in both exposures: SCI is 0 and DQ has DO_NOT_USE, shape (y, x)."""
        return np.asarray(do_not_use(self.image.dq) & (self.image.sci == 0))

    @cached_property
    def halved(self) -> NDArray[np.bool_]:
        """Pixels that only the first exposure has, beyond an edge of the second one, shape (y, x).

        The step fills the second exposure with zeros and good flags there: SCI is half of the first exposure.
        """
        rows, columns = self.image.sci.shape
        outside = np.zeros((rows, columns), bool)
        if self.record.applied is None:
            return outside
        dx, dy = self.record.applied
        outside[max(rows - dy, 0) :] = dy > 0
        outside[: max(-dy, 0)] |= dy < 0
        outside[:, max(columns - dx, 0) :] |= dx > 0
        outside[:, : max(-dx, 0)] |= dx < 0
        return outside

    def lost_in(self, region: Area) -> int:
        """Count the lost pixels in a region, in pixels of the combined image."""
        return _count(self.lost, region)

    def halved_in(self, region: Area) -> int:
        """Count the halved pixels in a region, in pixels of the combined image."""
        return _count(self.halved, region)


def _count(plane: NDArray[np.bool_], region: Area) -> int:
    box, inside = region.cutout((plane.shape[0], plane.shape[1]))
    return int(np.count_nonzero(plane[box] & inside))
