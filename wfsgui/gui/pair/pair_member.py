"""Exposures that can be compared, and the stages at which two of them are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.exposure_text import short_names
from wfsgui.core.model.stages import CAL, RATE, STAGES
from wfsgui.core.visit.groups import visit_order
from wfsgui.gui.exposures.open_exposures import OpenExposures

if TYPE_CHECKING:
    from wfsgui.core.model.step_image import StepImage

__all__ = ["LATEST", "MemberList", "PairMember", "common_stages", "stages_of_pair"]

LATEST: Final = ""
"""Choice of the latest stage."""

_CALIBRATED: Final = ("S_WCS", "S_FLAT", "S_PHOTOM")


@dataclass(frozen=True)
class PairMember:
    """An open exposure, or a file of another visit.

    Attributes
    ----------
    info : ExposureInfo
        Identity of the exposure.
    exposure : Exposure or None
        The open exposure; None for a file.
    """

    info: ExposureInfo
    exposure: Exposure | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.info.path

    @property
    def name(self) -> str:
        """Name of the product, or of the file."""
        return self.exposure.product.name if self.exposure is not None else self.info.path.name

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages that have an image, in order; the image of the first one may have to be read."""
        if self.exposure is None:
            return (CAL,) if any(map(self.info.completed, _CALIBRATED)) else (RATE,)
        return tuple(name for name in STAGES if name == RATE or self.exposure.stages[name].image is not None)

    def image(self, stage: str) -> StepImage | None:
        """Return the image of a stage; None if it has to be read from the file."""
        return self.exposure.stages[stage].image if self.exposure is not None else None

    def unit(self, stage: str) -> str:
        """Return the unit of a stage."""
        image = self.image(stage)
        return image.unit if image is not None else self.info.unit


def common_stages(first: PairMember, second: PairMember) -> tuple[str, ...]:
    """Return the stages at which two exposures can be compared, in order.

    A file has one stage only: it is compared with any stage of an open exposure.
    """
    if second.exposure is None:
        return first.stages
    return tuple(stage for stage in first.stages if stage in second.stages)


def stages_of_pair(first: PairMember, second: PairMember, wanted: str = LATEST) -> tuple[str, str]:
    """Return the stage of each of two exposures.

    Parameters
    ----------
    first, second : PairMember
        The exposures.
    wanted : str, optional
        Stage that the analyst has chosen; the latest one by default, and if there is no such stage any more.

    Returns
    -------
    tuple of str
        The latest stage that both have. With a file: its stage, and the latest one in the same unit.
    """
    stages = common_stages(first, second)
    if second.exposure is not None:
        stage = wanted if wanted in stages else stages[-1]
        return stage, stage
    (other,) = second.stages
    alike = [stage for stage in stages if first.unit(stage) == second.unit(other)] or stages
    return wanted if wanted in stages else alike[-1], other


class MemberList:
    """Exposures in the order of the visit, then files in the order in which they were chosen.

    Parameters
    ----------
    open_exposures : OpenExposures
        The open exposures.

    Attributes
    ----------
    opened : tuple of PairMember
        The open exposures.
    """

    def __init__(self, open_exposures: OpenExposures) -> None:
        self._open_exposures = open_exposures
        self._files: dict[Path, PairMember] = {}
        self.opened: tuple[PairMember, ...] = ()

    def refresh(self) -> None:
        """List the exposures that are open now."""
        exposures = sorted(self._open_exposures.exposures, key=lambda exposure: visit_order(exposure.product))
        self.opened = tuple(PairMember(exposure.product.science.info, exposure) for exposure in exposures)

    def add_file(self, info: ExposureInfo) -> PairMember:
        """Add a file; an exposure that is open is returned instead."""
        opened = next((member for member in self.opened if member.path == info.path), None)
        return opened or self._files.setdefault(info.path, PairMember(info))

    def partners(self, member: PairMember | None) -> tuple[PairMember, ...]:
        """Return what an exposure can be compared with."""
        others = (*self.opened, *self._files.values())
        return tuple(other for other in others if member is not None and other.path != member.path)

    def find(self, path: Path) -> PairMember | None:
        """Return an exposure by its file; None if it is not listed."""
        return next((member for member in (*self.opened, *self._files.values()) if member.path == path), None)

    def names(self, members: Sequence[PairMember]) -> tuple[str, ...]:
        """Return a short name for each of some exposures: what is in the beam, the detector, and its name."""
        opened = [member for member in members if member.exposure is not None]
        short = dict(zip(opened, short_names([_stem(member) for member in opened]), strict=True))
        return tuple(_name(member, short.get(member, member.name)) for member in members)


def _stem(member: PairMember) -> str:
    """Return the name of the file without its endings: names of products have different numbers of parts."""
    return member.path.name.removesuffix(".gz").removesuffix(".fits").removesuffix("_rate")


def _name(member: PairMember, short: str) -> str:
    info, backgrounds = member.info, 0
    if member.exposure is not None:
        backgrounds = len(member.exposure.product.backgrounds)
    # The same file may be open with and without backgrounds.
    subtracted = [f"{backgrounds} background{'s' * (backgrounds > 1)}"] if backgrounds else []
    return " · ".join((info.optical_elements, short, info.detector, *subtracted))
