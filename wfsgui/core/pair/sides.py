"""One side of a comparison, read from a file that is not open, for example of another visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wfsgui.core.assess.regions import find_regions
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.planes import read_image
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.stages import CAL, RATE
from wfsgui.core.pair.results import PairSide

if TYPE_CHECKING:
    from pathlib import Path

    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["read_side"]

_CALIBRATED: Final = "S_PHOTOM"
_DIMENSIONS: Final = 2


def read_side(path: Path) -> PairSide:
    """Read an exposure for a comparison.

    Parameters
    ----------
    path : Path
        A ``_rate`` or ``_cal`` file, gzipped or not.

    Returns
    -------
    PairSide
        The exposure with the regions of its star. Its image has no WCS: that is not read here.

    Raises
    ------
    InputDeclinedError
        If the file cannot be read, or is no exposure with one image.
    WfsguiError
        If there is no star in the image.
    """
    info = read_exposure_info(path)
    if len(info.shape) != _DIMENSIONS:
        raise InputDeclinedError(
            f"{path.name} has {len(info.shape)} dimensions instead of 2; choose a _rate or _cal file."
        )
    image = read_image(path)
    return PairSide(info, _stage(info), image, find_regions(image, info))


def _stage(info: ExposureInfo) -> str:
    """Return the stage of a file: photom is the last step that leaves a keyword in every result."""
    return CAL if _CALIBRATED in dict(info.steps) else RATE
