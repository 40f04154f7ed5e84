"""What the background step subtracted, and what is expected of what it left."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.planes import read_sci
from wfsgui.core.image.dq_flags import flag_overlay
from wfsgui.core.measure.robust import level_of, sample_of, sky_level
from wfsgui.core.model.flags import DO_NOT_USE
from wfsgui.core.step_checks.evidence import CannotTellError, Case, Check, Fact, Finding, quantity
from wfsgui.core.step_checks.holes import BLOCK, LIMIT, holes_in

__all__ = ["CHECKS", "facts"]

# In scatters of the pixels: over a donut of 10^4 pixels, ten times the noise of their sum.
_PEDESTAL: Final = 0.1
_SIGMAS: Final = 3.0


def facts(case: Case) -> tuple[Fact, ...]:
    """Tell what was subtracted.

    Parameters
    ----------
    case : Case
        The step.

    Returns
    -------
    tuple of Fact
        The level, its scatter, and the level of each background exposure.
    """
    evidence = case.evidence
    with np.errstate(invalid="ignore", over="ignore"):
        level = level_of(evidence.before.sci - evidence.after.sci)
    unit = evidence.before.unit
    return (
        Fact("Level subtracted", quantity(level.median, unit), "Median of SCI before - SCI after."),
        Fact(
            "Its scatter",
            quantity(level.scatter, unit),
            "Robust scatter of what was subtracted: the noise of the mean background, which is added to the image.",
        ),
        Fact("Background exposures", str(len(evidence.backgrounds)), "How many exposures were averaged."),
        *(_member(number, path, unit) for number, path in enumerate(evidence.backgrounds, start=1)),
    )


def _member(number: int, path: Path, unit: str) -> Fact:
    # File names are too long for a column.
    name = f"Level of no. {number}"
    tip = f"Median of {path.name}, of some 10^5 pixels spread over it; the levels of all should be alike."
    try:
        sci = read_sci(path)
    except InputDeclinedError as error:
        return Fact(name, str(error), tip)
    return Fact(name, quantity(level_of(sample_of(sci)).median, unit), tip)


def _usable(case: Case) -> NDArray[np.float32]:
    after = case.evidence.after
    unusable = flag_overlay(after.dq, DO_NOT_USE)
    return np.where(unusable, np.float32(np.nan), after.sci)


def _pedestal(case: Case) -> Finding:
    sky = sky_level(sample_of(_usable(case)))
    if not sky.count:
        raise CannotTellError("No pixel has a value.")
    limit = _PEDESTAL * sky.scatter + _SIGMAS * sky.error
    unit = case.evidence.after.unit
    return Finding(
        sky.median >= -limit,
        f"The sky left over is {quantity(sky.median, unit)}; the limit is {quantity(-limit, unit)}, the noise of a "
        f"pixel {quantity(sky.scatter, unit)}.",
    )


def _holes(case: Case) -> Finding:
    holes = holes_in(_usable(case))
    if holes is None:
        raise CannotTellError("Too few pixels have a value.")
    lowest = f"{quantity(holes.level, case.evidence.after.unit)} or {holes.depth:.1f} sigma (limit -{LIMIT:.0f})"
    if not holes.count:
        return Finding(True, f"The lowest {BLOCK} x {BLOCK} block differs from the sky by {lowest}.")
    numbers = case.evidence.numbers
    place = f"{numbers.place(holes.x, holes.y)} ({numbers.convention})"
    places = f"{holes.count} place{'s lie' if holes.count > 1 else ' lies'} far below the sky"
    return Finding(False, f"{places}, the deepest at {place} by {lowest}.")


CHECKS: Final = (
    Check(
        "No negative pedestal",
        "Once the background is subtracted, the sky between the stars (the median after clipping stars) is near 0. The "
        "limit is a tenth of a pixel's noise, and three standard errors of the median. A negative sky means that too "
        "much was subtracted: the faint outskirts of the star's image are lost, and phase retrieval finds too "
        "little light there.",
        _pedestal,
    ),
    Check(
        "No star-shaped hole",
        f"Means of {BLOCK} x {BLOCK} pixels, overlapping by half, none of them more than {LIMIT:.0f} of their scatters "
        "below the sky; no single pixel can do that. A hole means that a star, or the target itself, is in a "
        "background exposure; the ring of one out of focus may count as several. Where a hole meets the star's image "
        "it changes its shape: compare the two, and leave that exposure out if they meet.",
        _holes,
    ),
)
"""Of the background step alone."""
