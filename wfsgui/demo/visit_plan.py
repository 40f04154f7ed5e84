"""Which exposures the demonstration's visit has.

One bright star on NRCA3 in full frame through F212N: twice through WLM8 and twice through WLP8, dithered by half an
arcsecond, and once in focus, where its core saturates. Three exposures through WLP8 follow, with the telescope half an
arcminute away so that the star is off the detector: the backgrounds of the two WLP8 exposures. (A background has to
have been taken through the same elements as what it is subtracted from, so the other exposures have none.)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from wfsgui.demo.exposure_spec import DAY, ExposureSpec
from wfsgui.demo.optics import Telescope

__all__ = ["Plan", "exposures"]

# XOFFSET and YOFFSET, arcsec: the star near the 0-based pixel (464, 1412), its second dither, and off the detector.
_DITHERS: Final = ((0.0872, 0.0719), (0.5537, -0.3406))
_AWAY: Final = ((-30.0, -4.0), (-33.5, 1.5), (-31.5, 5.5))

_SLEW: Final = 90.0 / DAY


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is simulated; the defaults give the demonstration's visit, others a small one for tests.

    The background is uniform and brighter than the zodiacal light, which through a narrow filter and in such short
    exposures would not show.

    Attributes
    ----------
    telescope : Telescope
        The optical model.
    window : tuple of int, optional
        xstart, ystart (1-based), xsize and ysize of a part of the detector to be stored instead of all of it.
    flux : float
        Of the target, DN/s.
    background : float
        DN/s per pixel.
    field_stars : int
        Number of faint stars around the target.
    seed : int
        Of everything but the segment errors, which have the telescope's.
    """

    telescope: Telescope = field(default_factory=Telescope)
    window: tuple[int, int, int, int] | None = None
    flux: float = 6.0e5
    background: float = 0.05
    field_stars: int = 24
    seed: int = 4641412


def exposures(plan: Plan) -> tuple[ExposureSpec, ...]:
    """List the exposures of the visit in the order in which they are taken.

    Parameters
    ----------
    plan : Plan
        What is simulated.

    Returns
    -------
    tuple of ExposureSpec
        Five science exposures (WLM8 twice, WLP8 twice, in focus), then three backgrounds.
    """
    sensing = ExposureSpec(aperture="NRCA3_FP1", **_window(plan))
    activities = (
        (replace(sensing, activity="01", pupil="WLM8"), _DITHERS),
        (replace(sensing, activity="02", pupil="WLP8"), _DITHERS),
        (replace(sensing, activity="03", readpatt="RAPID"), _DITHERS[:1]),
        (replace(sensing, activity="04", pupil="WLP8", background=True), _AWAY),
    )
    taken: list[ExposureSpec] = []
    start = sensing.start_mjd
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


def _window(plan: Plan) -> dict[str, Any]:
    if plan.window is None:
        return {}
    names = ("xstart", "ystart", "xsize", "ysize")
    return {"subarray": "GENERIC", **dict(zip(names, plan.window, strict=True))}
