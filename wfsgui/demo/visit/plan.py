"""Exposures of the visits of the demonstration, and their associations.

**Today's visit**: one bright star on NRCA1 at the field point NRCA1_FP6, as routine sensing has been since December
2024. A target acquisition and a line-of-sight jitter exposure come first, in small subarrays; they are in no
association. The star follows in full frame through F212N with WLM8 and with WLP8, undithered; during the exposure with
WLP8 the long-wave detector is read too. Two exposures with WLP8 follow, with the telescope half an arcminute away, so
that the star is off the detector: the backgrounds of the WLP8 exposure. (A background needs the same optical elements
as the science exposure, so the other exposures have none.)

**An older visit**, of July 2024: NRCA3, twice through WLM8 and twice through WLP8, dithered by half an arcsecond,
once in focus, with a saturated core, and three backgrounds. Only a part of the detector is stored.

**Multi-instrument multi-field sensing (MIMF)**: the star in NIRSpec, NIRISS, MIRI and FGS, each in a subarray with a
field point of the instrument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from wfsgui.demo.visit.exposure_spec import DAY, ExposureSpec
from wfsgui.demo.visit.kinds import Kind
from wfsgui.demo.visit.optics import Telescope

__all__ = ["NOT_TAKEN_YET", "Group", "Plan", "exposures", "groups"]

NOT_TAKEN_YET: Final[frozenset[str]] = frozenset()
"""EXP_TYPE of exposures that are made, but not opened, because the program declines them: none."""

# XOFFSET and YOFFSET, arcsec. NRCA3: the star near the 0-based pixel (464, 1412), its second dither, off the detector.
_DITHERS: Final = ((0.0872, 0.0719), (0.5537, -0.3406))
_AWAY: Final = ((-30.0, -4.0), (-33.5, 1.5), (-31.5, 5.5))
# NRCA1: in the other direction, because the field point is near the other edge.
_ON_TARGET: Final = ((0.0, 0.0),)
_AWAY_FROM_FP6: Final = ((30.0, 4.0), (33.5, -1.5))

_SLEW: Final = 90.0 / DAY

# Full-frame pixels, 1-based, at the middle of the part that is stored if a plan cuts.
_MIDDLE_OF_OLDER: Final = (465, 1413)
_MIDDLE_OF_TODAY: Final = (1829, 1814)
_MIDDLE_OF_COMPANION: Final = (874, 874)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Parameters of a simulated visit; the defaults are those of the visit of today.

    The background is uniform and brighter than the zodiacal light, which would not be visible through a narrow filter
    in such short exposures.

    Attributes
    ----------
    kind : Kind
        Name of the visit.
    telescope : Telescope
        Optical model.
    cut : int, optional
        Width, pixels, of the square around the star that is stored in place of a full frame.
    flux : float
        Flux of the target, DN/s.
    background : float
        Background, DN/s per pixel.
    field_stars : int
        Number of faint stars around the target.
    seed : int
        Random seed; the segment errors use the seed of the telescope.
    """

    kind: Kind = Kind.TODAY
    telescope: Telescope = field(default_factory=Telescope)
    cut: int | None = None
    flux: float = 1.1e6
    background: float = 0.05
    field_stars: int = 24
    seed: int = 4641412


@dataclass(frozen=True)
class Group:
    """Exposures of one association.

    Attributes
    ----------
    science : tuple of ExposureSpec
        Science exposures, one product each.
    backgrounds : tuple of ExposureSpec
        Background exposures of every product.
    """

    science: tuple[ExposureSpec, ...]
    backgrounds: tuple[ExposureSpec, ...] = ()


def exposures(plan: Plan) -> tuple[ExposureSpec, ...]:
    """List the exposures of a visit.

    Parameters
    ----------
    plan : Plan
        Plan of the visit.

    Returns
    -------
    tuple of ExposureSpec
        Exposures in the order of time; the long-wave companion of the visit of today is last.
    """
    return _LISTS[plan.kind](plan.cut)


def groups(plan: Plan) -> tuple[Group, ...]:
    """Group the exposures of a visit into associations.

    Parameters
    ----------
    plan : Plan
        Plan of the visit.

    Returns
    -------
    tuple of Group
        For a NIRCam visit, all science exposures without backgrounds, then those with backgrounds; for MIMF, one group
        for each instrument. Target acquisition and line-of-sight jitter are in no group.
    """
    taken = exposures(plan)
    science = tuple(spec for spec in taken if not spec.background and not spec.auxiliary)
    backgrounds = tuple(spec for spec in taken if spec.background)
    if plan.kind is Kind.MIMF:
        return tuple(Group((spec,)) for spec in science)
    with_backgrounds = tuple(spec for spec in science if _elements(spec) == _elements(backgrounds[0]))
    return Group(science), Group(with_backgrounds, backgrounds)


def _elements(spec: ExposureSpec) -> tuple[str, str, str]:
    return spec.detector, spec.filter, spec.pupil


def _older(cut: int | None) -> tuple[ExposureSpec, ...]:
    sensing = _cut(ExposureSpec(detector="NRCA3", aperture="NRCA3_FP1"), cut, _MIDDLE_OF_OLDER)
    return _in_sequence(
        (replace(sensing, activity="01", pupil="WLM8"), _DITHERS),
        (replace(sensing, activity="02", pupil="WLP8"), _DITHERS),
        (replace(sensing, activity="03", readpatt="RAPID"), _DITHERS[:1]),
        (replace(sensing, activity="04", pupil="WLP8", background=True), _AWAY),
    )


def _today(cut: int | None) -> tuple[ExposureSpec, ...]:
    visit = ExposureSpec(
        detector="NRCA1", aperture="NRCA1_FP6", observation=2, start_mjd=61_041.75, v3_position_angle=10.2
    )
    sensing = _cut(visit, cut, _MIDDLE_OF_TODAY)
    acquisition = _small(visit, "NRCA1_FP6_SUB64", "SUB64FP6A", (1797, 1782, 64, 64))
    jitter = _small(visit, "NRCA1_FP6_SUB8", "SUB8FP6A", (1825, 1810, 8, 8))
    taken = _in_sequence(
        (replace(acquisition, visit_group=2, activity="01", exp_type="NRC_TACQ"), _ON_TARGET),
        (replace(jitter, visit_group=2, activity="02", dms_note="WFSC_LOS_JITTER", nints=200), _ON_TARGET),
        (replace(sensing, activity="01", pupil="WLM8"), _ON_TARGET),
        (replace(sensing, activity="02", pupil="WLP8"), _ON_TARGET),
        (replace(sensing, activity="03", pupil="WLP8", background=True), _AWAY_FROM_FP6),
    )
    through_positive_lens = taken[3]
    long_wave = replace(
        _cut(through_positive_lens, cut, _MIDDLE_OF_COMPANION),
        detector="NRCALONG",
        filter="F480M",
        pupil="CLEAR",
        aperture="NRCA5_FULL",
        pps_aperture="NRCA1_FP6",
    )
    # Last, although simultaneous with the fourth: this needs each detector only once.
    return (*taken, long_wave)


def _mimf(_: int | None) -> tuple[ExposureSpec, ...]:
    visit = ExposureSpec(
        observation=3,
        start_mjd=61_042.25,
        v3_position_angle=9.7,
        visit_type="PRIME_WFSC_SENSING_ONLY",
        pupil="",
        ngroups=6,
    )
    nirspec = replace(visit, detector="NRS1", filter="F110W", ngroups=60, nints=40)
    niriss = replace(visit, detector="NIS", filter="CLEAR", pupil="F158M")
    miri = replace(visit, detector="MIRIMAGE", filter="F560W", nints=200)
    fgs = replace(visit, detector="GUIDER1", filter="")
    places = (
        _small(nirspec, "NRS1_FP1MIMF", "SUB32", (1401, 977, 32, 32)),
        _small(niriss, "NIS_FP5MIMF", "SUB256", (1793, 1793, 256, 256)),
        _small(miri, "MIRIM_FP1MIMF", "BRIGHTSKY", (457, 51, 512, 512)),
        _small(fgs, "FGS1_FP1MIMF", "SUB128CNTR", (961, 961, 128, 128)),
    )
    # RAPID is a read-out pattern of NIRCam: each instrument uses its own default.
    return _in_sequence(
        *(
            (replace(spec, activity=f"{number:02d}", readpatt=None), _ON_TARGET)
            for number, spec in enumerate(places, start=1)
        )
    )


_LISTS: Final[dict[Kind, Callable[[int | None], tuple[ExposureSpec, ...]]]] = {
    Kind.TODAY: _today,
    Kind.OLDER: _older,
    Kind.MIMF: _mimf,
}


def _in_sequence(*activities: tuple[ExposureSpec, tuple[tuple[float, float], ...]]) -> tuple[ExposureSpec, ...]:
    """List exposures one after the other, each activity at its offsets."""
    taken: list[ExposureSpec] = []
    start = activities[0][0].start_mjd
    for spec, offsets in activities:
        for number, (x, y) in enumerate(offsets, start=1):
            taken.append(
                replace(
                    spec,
                    exposure=number,
                    dither=number,
                    dithers=len(offsets),
                    x_offset=x,
                    y_offset=y,
                    start_mjd=start,
                    exposure_count=len(taken) + 1,
                    exposures_in_visit=sum(len(offsets) for _, offsets in activities),
                )
            )
            start += spec.elapsed_days + _SLEW
    return tuple(taken)


def _cut(spec: ExposureSpec, width: int | None, middle: tuple[int, int]) -> ExposureSpec:
    """Return an exposure of a square part of the full frame."""
    if width is None:
        return spec
    x, y = (centre - width // 2 for centre in middle)
    return replace(spec, subarray="GENERIC", xstart=x, ystart=y, xsize=width, ysize=width)


def _small(spec: ExposureSpec, aperture: str, subarray: str, window: tuple[int, int, int, int]) -> ExposureSpec:
    """Return an exposure of a subarray; the window is first column and row (1-based), columns, rows."""
    xstart, ystart, xsize, ysize = window
    return replace(
        spec,
        aperture=aperture,
        subarray=subarray,
        xstart=xstart,
        ystart=ystart,
        xsize=xsize,
        ysize=ysize,
        readpatt="RAPID",
    )
