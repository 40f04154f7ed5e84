"""Role of an exposure of a WFS&C visit, from its headers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["ACQUISITION_EXP_TYPES", "Defocus", "ExposureRole", "Role", "background_role", "defocus_of", "role_of"]

ACQUISITION_EXP_TYPES: Final = (
    "MIR_TACQ",
    "MIR_TACONFIRM",
    "NIS_TACONFIRM",
    "NIS_TACQ",
    "NRC_TACONFIRM",
    "NRC_TACQ",
    "NRS_CONFIRM",
    "NRS_MSATA",
    "NRS_TACONFIRM",
    "NRS_TACQ",
    "NRS_TASLIT",
    "NRS_VERIFY",
    "NRS_WATA",
)
"""EXP_TYPE of acquisition and confirmation images: ``ACQ_EXP_TYPES`` of the association rules of jwst."""

_JITTER_NOTE: Final = "WFSC_LOS_JITTER"
_JITTER_SUBARRAY: Final = re.compile(r"SUB8FP\d")
_JITTER_APERTURE: Final = re.compile(r"_FP\d_SUB8$")
_ACQUISITION_SUBARRAY: Final = re.compile(r"SUB64FP\d")
_ACQUISITION_APERTURE: Final = re.compile(r"_FP\d_SUB64$")
_HARTMANN: Final = "GDHS"
_IMAGING_TYPES: Final = ("NRC_IMAGE", "NIS_IMAGE", "MIR_IMAGE", "FGS_IMAGE", "NRS_IMAGE", "NRS_MIMF")
_FOCUS_ENDING: Final = "_FOCUS"


class Defocus(Enum):
    """Weak lenses in the beam, with the nominal power in waves at 2.12 um (JWST-REF-046515)."""

    WLP12 = 12
    WLP8 = 8
    WLP4 = 4
    WLM4 = -4
    WLM8 = -8

    @property
    def text(self) -> str:
        """Name and power as text, for example ``WLP8 (+8 waves)``."""
        return f"{self.name} ({self.value:+d} waves)"


class Role(StrEnum):
    """Purpose of an exposure, in the order in which a visit is shown."""

    FINE_PHASING = "fine phasing"
    IN_FOCUS = "in focus"
    MULTI_FIELD = "multi-field sensing (MIMF)"
    HARTMANN = "dispersed Hartmann sensor"
    PUPIL_IMAGE = "image of the pupil"
    FOCUS_SWEEP = "focus sweep"
    OTHER = "other image"
    LONG_WAVE_COMPANION = "long-wave companion"
    BACKGROUND = "background"
    JITTER = "line-of-sight jitter"
    ACQUISITION = "target acquisition"

    @property
    def in_level2(self) -> bool:
        """Whether DMS makes a level-2 product of such an exposure of a WFS&C visit.

        By the association rules of jwst, DMS makes ``image2`` associations of science images (Asn_Lv2WFSC) and of
        acquisitions (Asn_Lv2ImageNonScience), and none of jitter series and backgrounds.
        """
        return self not in (Role.JITTER, Role.BACKGROUND)

    @property
    def in_run_all(self) -> bool:
        """Whether *Run all* includes such an exposure: all but jitter series and acquisitions."""
        return self not in (Role.JITTER, Role.ACQUISITION)

    @property
    def has_field_point(self) -> bool:
        """Whether the star of such an exposure is expected at a field point."""
        return self not in (Role.LONG_WAVE_COMPANION, Role.BACKGROUND, Role.PUPIL_IMAGE)


@dataclass(frozen=True)
class ExposureRole:
    """The role of one exposure.

    Attributes
    ----------
    role : Role
        Role of the exposure.
    reason : str
        Keywords that decide the role.
    defocus : Defocus or None
        Weak lenses in the beam; None without a lens.
    """

    role: Role
    reason: str
    defocus: Defocus | None = None

    @property
    def text(self) -> str:
        """Role and defocus as text, for example ``fine phasing, WLP8 (+8 waves)``."""
        return f"{self.role}, {self.defocus.text}" if self.defocus is not None else str(self.role)


def role_of(info: ExposureInfo) -> ExposureRole:
    """Find the role of an exposure from its headers.

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure.

    Returns
    -------
    ExposureRole
        First role whose rule fits: acquisition, jitter and background before the roles that follow from the optical
        elements. `Role.OTHER` if no rule fits.
    """
    defocus = defocus_of(info)
    for role, evidence in _RULES:
        reason = evidence(info)
        if reason:
            return ExposureRole(role, reason, defocus)
    visit = f"VISITYPE is {info.visit_type}" if info.visit_type else "VISITYPE is missing"
    return ExposureRole(Role.OTHER, f"EXP_TYPE is {info.exp_type or 'missing'}, {visit}", defocus)


def background_role(info: ExposureInfo, table: str) -> ExposureRole:
    """Return the role of an exposure that is used as a background.

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure.
    table : str
        Association that lists it as a background; empty if the analyst chose it.

    Returns
    -------
    ExposureRole
        `Role.BACKGROUND`; the headers do not matter.
    """
    return ExposureRole(
        Role.BACKGROUND,
        f"{table} lists it as a background" if table else "it is used as a background",
        defocus_of(info),
    )


def defocus_of(info: ExposureInfo) -> Defocus | None:
    """Find the weak lenses in the beam, in the filter wheel or in the pupil wheel.

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure.

    Returns
    -------
    Defocus or None
        WLP4 with WLP8 gives WLP12, WLP4 with WLM8 gives WLM4; None without a lens.
    """
    match {element for element in (info.filter, info.pupil) if element.startswith("WL")}:
        case lenses if lenses == {"WLP4", "WLP8"}:
            return Defocus.WLP12
        case lenses if lenses == {"WLP4", "WLM8"}:
            return Defocus.WLM4
        case lenses if len(lenses) == 1:
            return Defocus.__members__.get(next(iter(lenses)))
        case _:
            return None


def _acquisition(info: ExposureInfo) -> str:
    if info.exp_type in ACQUISITION_EXP_TYPES:
        return f"EXP_TYPE is {info.exp_type}"
    return _small_field(info, _ACQUISITION_SUBARRAY, _ACQUISITION_APERTURE)


def _jitter(info: ExposureInfo) -> str:
    note = info.circumstances.dms_note
    # DMS writes the note for the acquisition of a jitter series too.
    if _JITTER_NOTE in note and info.exp_type == "NRC_IMAGE":
        return f"DMS_NOTE is {note}"
    return _small_field(info, _JITTER_SUBARRAY, _JITTER_APERTURE)


def _small_field(info: ExposureInfo, subarray: re.Pattern[str], aperture: re.Pattern[str]) -> str:
    """Recognize a small subarray at a field point; other subarrays of the same size are ordinary images."""
    if subarray.match(info.subarray):
        return f"SUBARRAY is {info.subarray}"
    if aperture.search(info.circumstances.aperture):
        return f"APERNAME is {info.circumstances.aperture}"
    return ""


def _background(info: ExposureInfo) -> str:
    return "BKGDTARG is T" if info.circumstances.background else ""


def _companion(info: ExposureInfo) -> str:
    return f"DETECTOR is {info.detector}" if info.detector.endswith("LONG") and info.is_wfsc else ""


def _pupil_image(info: ExposureInfo) -> str:
    return "PILIN is T" if info.circumstances.pupil_imaging_lens else ""


def _hartmann(info: ExposureInfo) -> str:
    element = next((element for element in (info.pupil, info.filter) if element.startswith(_HARTMANN)), "")
    return f"{element} is in the beam" if element else ""


def _multi_field(info: ExposureInfo) -> str:
    if "MIMF" in info.exp_type:
        return f"EXP_TYPE is {info.exp_type}"
    if "MIMF" in info.circumstances.aperture:
        return f"APERNAME is {info.circumstances.aperture}"
    # Wavefront sensing uses these instruments for MIMF only.
    if info.is_wfsc and info.instrument != "NIRCAM" and info.exp_type.endswith(("_IMAGE", _FOCUS_ENDING)):
        return f"INSTRUME is {info.instrument or 'missing'} in a WFS&C visit"
    return ""


def _fine_phasing(info: ExposureInfo) -> str:
    defocus = defocus_of(info)
    return f"{info.optical_elements} is in the beam" if defocus is not None else ""


def _focus_sweep(info: ExposureInfo) -> str:
    return f"EXP_TYPE is {info.exp_type}" if info.exp_type.endswith(_FOCUS_ENDING) else ""


def _in_focus(info: ExposureInfo) -> str:
    if info.is_wfsc and info.exp_type in _IMAGING_TYPES:
        return f"{info.optical_elements} is in the beam, without a weak lens"
    return ""


_RULES: Final[tuple[tuple[Role, Callable[[ExposureInfo], str]], ...]] = (
    (Role.ACQUISITION, _acquisition),
    (Role.JITTER, _jitter),
    (Role.BACKGROUND, _background),
    (Role.LONG_WAVE_COMPANION, _companion),
    (Role.PUPIL_IMAGE, _pupil_image),
    (Role.HARTMANN, _hartmann),
    (Role.MULTI_FIELD, _multi_field),
    (Role.FINE_PHASING, _fine_phasing),
    (Role.FOCUS_SWEEP, _focus_sweep),
    (Role.IN_FOCUS, _in_focus),
)
