"""What is expected of flat_field: the image has been divided by the flat."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.step_checks.evidence import CannotTellError, Case, Check, Finding
from wfsgui.core.step_checks.flat_reference import read_flat
from wfsgui.core.step_checks.frame_change import strips

__all__ = ["CHECKS"]

# A few roundings in single precision, each of 6e-8 at most.
_TOLERANCE: Final = 1e-6


def _divided(case: Case) -> Finding:
    flat = read_flat(case.evidence)
    before, after = case.evidence.before.sci, case.evidence.after.sci
    compared, off, largest = 0, 0, 0.0
    for rows in strips(after.shape):
        usable = flat.good[rows] & np.isfinite(before[rows]) & np.isfinite(after[rows])
        deviations = _deviations(before[rows][usable], after[rows][usable], flat.response[rows][usable])
        compared += deviations.size
        off += int(np.count_nonzero(deviations > _TOLERANCE))
        largest = max(largest, float(deviations.max(initial=0)))
    if not compared:
        raise CannotTellError("No pixel has both a value and a good flat.")
    told = f"Largest relative deviation {largest:.2g} in {compared} pixels"
    return Finding(not off, f"{told}; {off} beyond {_TOLERANCE:.0e}." if off else f"{told}.")


def _deviations(
    before: NDArray[np.float32], after: NDArray[np.float32], response: NDArray[np.float32]
) -> NDArray[np.float32]:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        difference = np.abs(after * response - before)
        deviations: NDArray[np.float32] = difference / np.abs(before)
    # 0 divided by anything is 0.
    deviations[difference == 0] = 0
    return deviations


CHECKS: Final = (
    Check(
        "Before / after is the flat",
        "Where the flat is good, the step divides by it and does nothing else; single precision is allowed for. A "
        "deviation means that another flat, or another part of it, was used than the one recorded: the response of the "
        "pixels is then not taken out, and remains in the image as structure that phase retrieval takes for wavefront.",
        _divided,
    ),
)
"""Of flat_field alone."""
