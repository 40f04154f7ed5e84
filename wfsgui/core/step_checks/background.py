"""Rows and checks of the background subtraction."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.planes import read_sci
from wfsgui.core.measure.cutout import without_unusable
from wfsgui.core.measure.measured import Row
from wfsgui.core.measure.number_text import number
from wfsgui.core.measure.robust import clipped_statistics, finite_sample, robust_statistics
from wfsgui.core.step_checks.evidence import CannotTellError, Case, Check, Finding
from wfsgui.core.step_checks.holes import BLOCK, LIMIT, holes_in

__all__ = ["CHECKS", "facts"]

# In standard deviations of a pixel: ten times the noise of the sum over a donut of 10^4 pixels.
_PEDESTAL: Final = 0.1
_SIGMAS: Final = 3.0


def facts(case: Case) -> tuple[Row, ...]:
    """Measure the subtracted background.

    Parameters
    ----------
    case : Case
        The step.

    Returns
    -------
    tuple of Row
        The level, its MAD standard deviation, and the level of each background exposure.
    """
    evidence = case.evidence
    with np.errstate(invalid="ignore", over="ignore"):
        level = robust_statistics(evidence.before.sci - evidence.after.sci)
    unit = evidence.before.unit
    return (
        Row("Level subtracted", number(level.median, unit), "Median of SCI before - SCI after."),
        Row(
            "Noise subtracted",
            number(level.mad_std, unit),
            "MAD standard deviation of SCI before - SCI after: the noise of the mean background, which is added to the "
            "image.",
        ),
        Row("Background exposures", str(len(evidence.backgrounds)), "Number of averaged exposures."),
        *(_member(index, path, unit) for index, path in enumerate(evidence.backgrounds, start=1)),
    )


def _member(index: int, path: Path, unit: str) -> Row:
    # File names are too long for a column.
    name = f"Level of no. {index}"
    tip = f"Median of {path.name}, from a sample of its pixels; all exposures should have similar levels."
    try:
        sci = read_sci(path)
    except InputDeclinedError as error:
        return Row(name, str(error), tip)
    return Row(name, number(robust_statistics(finite_sample(sci)).median, unit), tip)


def _usable(case: Case) -> NDArray[np.float32]:
    return without_unusable(case.evidence.after).sci


def _pedestal(case: Case) -> Finding:
    background = clipped_statistics(finite_sample(_usable(case)))
    if not background.count:
        raise CannotTellError("No pixel has a value.")
    limit = _PEDESTAL * background.mad_std + _SIGMAS * background.error
    unit = case.evidence.after.unit
    return Finding(
        background.median >= -limit,
        f"The remaining background is {number(background.median, unit)}; the limit is {number(-limit, unit)}, the "
        f"noise of a pixel is {number(background.mad_std, unit)}.",
    )


def _holes(case: Case) -> Finding:
    holes = holes_in(_usable(case))
    if holes is None:
        raise CannotTellError("Too few pixels have a value.")
    lowest = f"{number(holes.level, case.evidence.after.unit)} or {holes.depth:.1f} sigma (limit -{LIMIT:.0f})"
    if not holes.count:
        return Finding(True, f"The lowest {BLOCK} x {BLOCK} block differs from the background by {lowest}.")
    numbers = case.evidence.numbers
    place = f"{numbers.place(holes.x, holes.y)} ({numbers.convention})"
    places = f"{holes.count} place{'s are' if holes.count > 1 else ' is'} far below the background"
    return Finding(False, f"{places}, the deepest at {place} by {lowest}.")


CHECKS: Final = (
    Check(
        "No negative pedestal",
        "After the subtraction, the background between the stars (the median after sigma clipping) is near 0. The "
        "limit is a tenth of a pixel's noise plus three standard errors of the median. A negative background means "
        "that too much was subtracted: the faint wings of the star's image are lost, and phase retrieval finds "
        "too little flux there.",
        _pedestal,
    ),
    Check(
        "No star-shaped hole",
        f"No mean of {BLOCK} x {BLOCK} pixels, in blocks that overlap by half, is more than {LIMIT:.0f} standard "
        "deviations of these means below the background; a single pixel is not enough for that. A hole means that a "
        "star, or the target itself, is in a background exposure; the ring of a defocused star may count as several. "
        "A hole that overlaps the star's image changes its shape: compare the positions, and leave that exposure out "
        "if they overlap.",
        _holes,
    ),
)
"""Checks of the background step alone."""
