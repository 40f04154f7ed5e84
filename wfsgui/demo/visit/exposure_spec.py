"""Specification of a simulated exposure, and the names, sizes and times that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.demo.references.detectors import detector_named

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DAY", "PROPER_MOTION_EPOCH_MJD", "ExposureSpec"]

DAY: Final = 86_400.0
"""Seconds."""

PROPER_MOTION_EPOCH_MJD: Final = 57_388.0
"""2016 January 1, the epoch of Gaia DR3."""

_YEAR: Final = 365.25
_EXP_TYPES: Final = {
    "NIRCAM": "NRC_IMAGE",
    "NIRISS": "NIS_IMAGE",
    "MIRI": "MIR_IMAGE",
    "FGS": "FGS_IMAGE",
    "NIRSPEC": "NRS_MIMF",
}
_READ_PATTERNS: Final = {
    "NIRCAM": "BRIGHT2",
    "NIRISS": "NIS",
    "MIRI": "FASTR1",
    "FGS": "FGSRAPID",
    "NIRSPEC": "NRSRAPID",
}

_FRAMES: Final[Mapping[str, tuple[int, int]]] = {
    "BRIGHT1": (1, 1),
    "BRIGHT2": (2, 0),
    "SHALLOW2": (2, 3),
    "SHALLOW4": (4, 1),
    "MEDIUM8": (8, 2),
    "NIS": (4, 0),
}
"""Frames averaged into a group, and frames dropped between groups; other patterns keep every frame."""


@dataclass(frozen=True, kw_only=True)
class ExposureSpec:
    """Specification of one exposure; the defaults are a full-frame NRCA3 exposure with F212N.

    Attributes
    ----------
    detector, filter, pupil : str
        DETECTOR, FILTER, PUPIL. MIRI, NIRSpec and FGS have no keyword PUPIL. NIRSpec has the mirror in its grating
        wheel.
    exp_type : str, optional
        EXP_TYPE; by default the imaging type of the instrument.
    subarray : str
        SUBARRAY.
    xstart, ystart : int
        SUBSTRT1 and SUBSTRT2, 1-based.
    xsize, ysize : int
        SUBSIZE1 and SUBSIZE2; 0 stands for the size of the full detector, see `shape`.
    visit_type : str, optional
        VISITYPE; None to omit the keyword.
    program, observation, visit, visit_group, exposure : int
        Numbers of the file name.
    sequence, activity : str
        SEQ_ID (1 for prime) and ACT_ID (two characters).
    exposure_count, exposures_in_visit : int
        EXPCOUNT and NEXPOSUR.
    background : bool
        BKGDTARG.
    target : str
        TARGPROP and TARGNAME.
    target_ra, target_dec : float
        Position at epoch J2016, degrees, ICRS.
    proper_motion : tuple of float
        MU_RA (on the sky) and MU_DEC, arcsec per year.
    v3_position_angle : float
        Position angle of V3 at the target, degrees.
    aperture : str, optional
        APERNAME, an aperture of the SIAF; by default the detector's own.
    pps_aperture : str, optional
        PPS_APER, the aperture that the telescope pointed with; by default APERNAME.
    x_offset, y_offset : float
        XOFFSET and YOFFSET: position of the target in the Ideal frame of PPS_APER, arcsec.
    pointing_quality : str
        ENGQLPTG: the pointing is measured (CALCULATED) or planned (PLANNED).
    dms_note : str
        DMS_NOTE, a mark of operations; empty to omit the keyword.
    dither, dithers : int
        PATT_NUM and NUMDTHPT.
    start_mjd : float
        EXPSTART, UTC.
    readpatt : str, optional
        READPATT; by default a usual pattern of the instrument.
    ngroups, nints : int
        NGROUPS and NINTS.
    """

    detector: str = "NRCA3"
    filter: str = "F212N"
    pupil: str = "CLEAR"
    exp_type: str | None = None
    subarray: str = "FULL"
    xstart: int = 1
    ystart: int = 1
    xsize: int = 0
    ysize: int = 0
    visit_type: str | None = "PRIME_WFSC_ROUTINE"
    program: int = 99001
    observation: int = 1
    visit: int = 1
    visit_group: int = 3
    sequence: str = "1"
    activity: str = "01"
    exposure: int = 1
    exposure_count: int = 1
    exposures_in_visit: int = 1
    background: bool = False
    target: str = "SIMULATED-WFSC-STAR"
    target_ra: float = 89.912083
    target_dec: float = -65.734861
    proper_motion: tuple[float, float] = (0.0043, -0.0117)
    v3_position_angle: float = 190.4
    aperture: str | None = None
    pps_aperture: str | None = None
    pointing_quality: str = "CALCULATED"
    dms_note: str = ""
    x_offset: float = 0.0
    y_offset: float = 0.0
    dither: int = 1
    dithers: int = 1
    start_mjd: float = 60_493.25
    readpatt: str | None = None
    ngroups: int = 5
    nints: int = 1

    def __post_init__(self) -> None:
        """Refuse an unknown detector."""
        detector_named(self.detector)

    @property
    def instrument(self) -> str:
        """INSTRUME of the detector."""
        return detector_named(self.detector).instrument

    @property
    def detector_shape(self) -> tuple[int, int]:
        """Shape of the full detector, (y, x)."""
        return detector_named(self.detector).shape

    @property
    def full_aperture_name(self) -> str:
        """SIAF aperture of the full detector."""
        return detector_named(self.detector).siaf_aperture

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the stored image, (y, x)."""
        rows, columns = self.detector_shape
        return self.ysize or rows, self.xsize or columns

    @property
    def exposure_type(self) -> str:
        """EXP_TYPE of the file."""
        return self.exp_type or _EXP_TYPES[self.instrument]

    @property
    def aperture_name(self) -> str:
        """APERNAME of the file."""
        return self.aperture or self.full_aperture_name

    @property
    def pointing_aperture_name(self) -> str:
        """PPS_APER of the file."""
        return self.pps_aperture or self.aperture_name

    @property
    def auxiliary(self) -> bool:
        """Whether the exposure served the telescope only and is in no association."""
        return bool(self.dms_note) or self.exposure_type.endswith("_TACQ")

    @property
    def read_pattern(self) -> str:
        """READPATT of the file."""
        return self.readpatt or _READ_PATTERNS[self.instrument]

    @property
    def root(self) -> str:
        """The file name without suffix: ``jwPPPPPOOOVVV_GGSAA_EEEEE_detector``."""
        number = f"{self.program:05d}{self.observation:03d}{self.visit:03d}"
        activity = f"{self.visit_group:02d}{self.sequence}{self.activity}"
        return f"jw{number}_{activity}_{self.exposure:05d}_{self.detector.lower()}"

    @property
    def file_name(self) -> str:
        """Name of the ``_rate`` file."""
        return f"{self.root}_rate.fits"

    @property
    def frame_time(self) -> float:
        """TFRAME: 10 microseconds per pixel, four outputs in full frame, 12 and 1 pixels of overhead, seconds."""
        rows, columns = self.shape
        outputs = 4 if self.subarray == "FULL" else 1
        if self.instrument == "MIRI":
            return 2.77504 * rows / 1024
        return ((columns // outputs + 12) * (rows + 1) + 1) * 1e-5

    @property
    def frames(self) -> tuple[int, int]:
        """NFRAMES and GROUPGAP of the read-out pattern."""
        return _FRAMES.get(self.read_pattern, (1, 0))

    @property
    def group_time(self) -> float:
        """TGROUP, seconds."""
        return sum(self.frames) * self.frame_time

    @property
    def integration_time(self) -> float:
        """EFFINTTM: from the reset to the last frame of an integration, seconds."""
        return self.ngroups * self.group_time - self.frames[1] * self.frame_time

    @property
    def exposure_time(self) -> float:
        """EFFEXPTM, seconds."""
        return self.nints * self.integration_time

    @property
    def elapsed_days(self) -> float:
        """From EXPSTART to EXPEND: a reset frame before each integration, days."""
        return (self.exposure_time + self.nints * self.frame_time) / DAY

    @property
    def mid_mjd(self) -> float:
        """EXPMID, UTC."""
        return self.start_mjd + self.elapsed_days / 2

    @property
    def target_at_mid_exposure(self) -> tuple[float, float]:
        """TARG_RA and TARG_DEC: the position with the proper motion since J2016, degrees."""
        years = (self.mid_mjd - PROPER_MOTION_EPOCH_MJD) / _YEAR
        mu_ra, mu_dec = (years * mu / 3600.0 for mu in self.proper_motion)
        return self.target_ra + mu_ra / float(np.cos(np.radians(self.target_dec))), self.target_dec + mu_dec


def full_aperture_name(detector: str) -> str:
    """Name the SIAF aperture that covers a whole detector.

    Parameters
    ----------
    detector : str
        DETECTOR keyword.

    Returns
    -------
    str
        For example ``"NRCA3_FULL"`` or ``"NRCA5_FULL"`` (NRCALONG).
    """
    named = {"NIS": "NIS_CEN", "MIRIMAGE": "MIRIM_FULL", "GUIDER1": "FGS1_FULL", "GUIDER2": "FGS2_FULL"}
    return named.get(detector) or f"{detector.replace('LONG', '5')}_FULL"
