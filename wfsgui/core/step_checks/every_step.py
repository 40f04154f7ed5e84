"""What is measured, and what is expected, of any step: levels, ratios, NaN and flags."""

from __future__ import annotations

from typing import Final

import numpy as np

from wfsgui.core.image.dq_flags import flag_overlay
from wfsgui.core.model.flags import DO_NOT_USE
from wfsgui.core.step_checks.evidence import Case, Check, Finding, Measurement, quantity, ratio_unit
from wfsgui.core.step_checks.frame_change import same_values

__all__ = ["FLAGS_KEPT", "LEVELS", "NAN_WHERE_UNUSABLE", "PLANES_KEPT", "RATIOS"]

_UNUSABLE: Final = "DO_NOT_USE"


def _medians(case: Case) -> str:
    return _change(case, case.change.before.median, case.change.after.median)


def _scatters(case: Case) -> str:
    return _change(case, case.change.before.scatter, case.change.after.scatter)


def _change(case: Case, before: float, after: float) -> str:
    unit, unit_after = case.evidence.before.unit, case.evidence.after.unit
    return f"{quantity(before, unit if unit != unit_after else '')} → {quantity(after, unit_after)}"


def _changed(case: Case) -> str:
    return f"{case.change.changed} of {case.change.pixels} ({case.change.changed / max(1, case.change.pixels):.1%})"


def _nan(case: Case) -> str:
    return f"{case.change.new_nan} new, {case.change.nan_gone} gone"


def _median_ratio(case: Case) -> str:
    return quantity(case.change.ratio.median, ratio_unit(case))


def _central_ratios(case: Case) -> str:
    return f"{quantity(case.change.ratio.low)} to {quantity(case.change.ratio.high, ratio_unit(case))}"


def _all_ratios(case: Case) -> str:
    return f"{quantity(case.change.ratio.lowest)} to {quantity(case.change.ratio.highest, ratio_unit(case))}"


LEVELS: Final = (
    Measurement("Median", "Median of every pixel of SCI that has a value, before and after the step.", _medians),
    Measurement(
        "Robust scatter",
        "1.4826 times the median absolute deviation of SCI, before and after the step: the standard deviation, were "
        "the values normal, which stars and bad pixels hardly change.",
        _scatters,
    ),
    Measurement("Pixels changed", "Pixels whose SCI is not the same as before; NaN counts as equal to NaN.", _changed),
    Measurement("NaN", "Pixels that lost their value in the step, and that got one.", _nan),
)
"""Of every step, skipped or not."""

RATIOS: Final = (
    Measurement(
        "Median ratio",
        "Median of SCI after / SCI before, over the pixels where the ratio is finite.",
        _median_ratio,
    ),
    Measurement("Ratio, 99 %", "SCI after / SCI before, from the lowest 0.5 % to the highest 0.5 %.", _central_ratios),
    Measurement("Ratio, all", "The least and the greatest SCI after / SCI before of all pixels.", _all_ratios),
)
"""Of every step that was not skipped."""


def _flags_kept(case: Case) -> Finding:
    evidence = case.evidence
    if evidence.before.dq is evidence.after.dq:
        return Finding(True, f"No pixel lost {_UNUSABLE}.")
    lost = int(np.count_nonzero(flag_overlay(evidence.before.dq & ~evidence.after.dq, DO_NOT_USE)))
    return Finding(not lost, f"{lost or 'No'} pixel{'s' if lost > 1 else ''} lost {_UNUSABLE}.")


def _nan_where_unusable(case: Case) -> Finding:
    after = case.evidence.after
    unusable, empty = flag_overlay(after.dq, DO_NOT_USE), np.isnan(after.sci)
    valued, unflagged = np.count_nonzero(unusable & ~empty), np.count_nonzero(empty & ~unusable)
    if not valued and not unflagged:
        return Finding(True, f"{np.count_nonzero(empty)} pixels are NaN, and the same ones are {_UNUSABLE}.")
    return Finding(False, f"{unflagged} NaN without {_UNUSABLE}; {valued} with {_UNUSABLE} and a value.")


def _planes_kept(case: Case) -> Finding:
    before, after = case.evidence.before.planes, case.evidence.after.planes
    changed = [name for name in after if name not in before or not same_values(before[name], after[name])]
    changed += [name for name in before if name not in after]
    return Finding(not changed, f"Changed: {', '.join(changed)}." if changed else "Every plane is as it was.")


FLAGS_KEPT: Final = Check(
    f"No pixel loses {_UNUSABLE}",
    "A step may find more bad pixels, but none becomes good again. Where one does, a value that is not to be trusted "
    "goes into phase retrieval as if it were light.",
    _flags_kept,
)
"""Of every step."""

NAN_WHERE_UNUSABLE: Final = Check(
    f"NaN exactly where {_UNUSABLE} is set",
    "The step makes values and flags agree. Where they do not, software that masks by NaN and software that masks by "
    "flag fit different pixels, and their wavefronts differ.",
    _nan_where_unusable,
)
"""Of flat_field and photom."""

PLANES_KEPT: Final = Check(
    "No pixel changes",
    "assign_wcs only attaches the WCS. Where values, errors or flags change, something other than the step has "
    "touched the image, and what is measured on it no longer belongs to the exposure.",
    _planes_kept,
)
"""Of assign_wcs."""
