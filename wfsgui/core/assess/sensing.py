"""Stage of the wavefront sensing of an exposure, which decides the limit of its SBR.

The names are those of OPERATION_TYPE in the operation files of QUIP (``quip_operation_file.xsd`` of wss_tools).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wfsgui.core.visit.roles import Role, role_of

if TYPE_CHECKING:
    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["SENSING_STAGES", "SensingStage", "limit_key", "sensing_stage"]

SENSING_STAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "WAVEFRONT_MAINTENANCE": "wavefront maintenance",
        "FINE_PHASING": "fine phasing",
        "COARSE_PHASING": "coarse phasing",
        "PUPIL_IMAGING": "pupil imaging",
        "MIMF": "multi-field sensing (MIMF)",
        "GLOBAL_ALIGNMENT": "global alignment",
        "FOCUS_SWEEP": "focus sweep",
        "IMAGE_STACKING": "image stacking",
        "IMAGE_ARRAY": "image array",
        "SEGMENT_ID": "identification of segments",
        "SEGMENT_SEARCH": "search of segments",
        "THUMBNAIL": "thumbnail",
        "FVA_COARSE_MIMF": "coarse MIMF of the field vignetting",
        "FVA_FIELD_VIGNETTING_SCAN": "scan of the field vignetting",
    }
)
"""Name of each stage for the analyst by OPERATION_TYPE."""

_TEMPLATE: Final = "meta.observation.template"

# TEMPLATE of a visit, for example "WFSC NIRCam Fine Phasing"; compared without regard to case.
_BY_TEMPLATE: Final = {
    "fine phasing": "FINE_PHASING",
    "coarse phasing": "COARSE_PHASING",
    "global alignment": "GLOBAL_ALIGNMENT",
}
_BY_ROLE: Final = {
    Role.FINE_PHASING: "FINE_PHASING",
    Role.MULTI_FIELD: "MIMF",
    Role.HARTMANN: "COARSE_PHASING",
    Role.PUPIL_IMAGE: "PUPIL_IMAGING",
    Role.FOCUS_SWEEP: "FOCUS_SWEEP",
}
_ROUTINE: Final = "PRIME_WFSC_ROUTINE"

_MIMF: Final[Mapping[str, str]] = {
    "NIRCAM": "sbr.MIMF",
    "NIRISS": "sbr.MIMF",
    "NIRSPEC": "sbr.MIMF.NIRSPEC_MIRI_FGS",
    "MIRI": "sbr.MIMF.NIRSPEC_MIRI_FGS",
    "FGS": "sbr.MIMF.NIRSPEC_MIRI_FGS",
}
"""Key of the limit for MIMF, which depends on INSTRUME."""


@dataclass(frozen=True)
class SensingStage:
    """Stage of the sensing, and how it is known.

    Attributes
    ----------
    name : str
        One of `SENSING_STAGES`; empty if it is not known.
    reason : str
        Why it is this stage, or why it is not known.
    """

    name: str
    reason: str

    @property
    def text(self) -> str:
        """Name for the analyst."""
        return SENSING_STAGES.get(self.name, self.name.lower().replace("_", " "))


def sensing_stage(info: ExposureInfo, metadata: Mapping[str, str], chosen: str = "") -> SensingStage:
    """Find the stage of the sensing that an exposure belongs to.

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure.
    metadata : mapping of str to str
        Metadata of the exposure, by dotted path.
    chosen : str, optional
        Stage that the analyst has chosen.

    Returns
    -------
    SensingStage
        The chosen stage, or else that of the purpose of the exposure, or for an exposure in focus that of TEMPLATE. No
        keyword names the stage, so other exposures have none.
    """
    if chosen:
        return SensingStage(chosen, "The analyst has chosen it.")
    found = role_of(info)
    template = metadata.get(_TEMPLATE, "")
    if found.role in _BY_ROLE:
        name = _BY_ROLE[found.role]
        if name == "FINE_PHASING" and info.visit_type == _ROUTINE:
            return SensingStage("WAVEFRONT_MAINTENANCE", f"{found.reason}, VISITYPE is {info.visit_type}.")
        return SensingStage(name, f"{found.reason}.")
    if found.role is Role.IN_FOCUS:
        for words, name in _BY_TEMPLATE.items():
            if words in template.lower():
                return SensingStage(name, f"TEMPLATE is {template}.")
    return SensingStage("", f"No keyword tells it for an exposure with the purpose {found.role}.")


def limit_key(stage: str, info: ExposureInfo) -> str:
    """Return the key of the limit of the SBR.

    Parameters
    ----------
    stage : str
        One of `SENSING_STAGES`.
    info : ExposureInfo
        Identity of the exposure.

    Returns
    -------
    str
        A key of `wfsgui.core.assess.limits.DEFAULT_LIMITS`; of a stage without a limit, one that is not in it.
    """
    return _MIMF.get(info.instrument, "") if stage == "MIMF" else f"sbr.{stage}"
