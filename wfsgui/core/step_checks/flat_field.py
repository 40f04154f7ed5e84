"""Check of flat_field: the image was divided by the flat."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.step_checks.evidence import CannotTellError, Case, Check, Finding
from wfsgui.core.step_checks.flat_reference import read_flat
from wfsgui.core.step_checks.image_change import strips

__all__ = ["CHECKS"]

# A few rounding errors in single precision, each of at most 6e-8.
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
    text = f"Largest relative deviation {largest:.2g} in {compared} pixels"
    return Finding(not off, f"{text}; {off} beyond {_TOLERANCE:.0e}." if off else f"{text}.")


def _deviations(
    before: NDArray[np.float32], after: NDArray[np.float32], response: NDArray[np.float32]
) -> NDArray[np.float32]:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        difference = np.abs(after * response - before)
        deviations: NDArray[np.float32] = difference / np.abs(before)
    # Also for pixels that are 0.
    deviations[difference == 0] = 0
    return deviations


CHECKS: Final = (
    Check(
        "Before / after is the flat",
        "Where the flat is good, the step only divides by it, within single precision. A deviation means that the step "
        "used another flat, or another part of it, than it recorded: then the response of the pixels remains in the "
        "image, and phase retrieval takes this structure for wavefront error.",
        _divided,
    ),
)
"""Check of flat_field alone."""
