"""Measurements and checks of every step: levels, ratios, NaN and flags."""

from __future__ import annotations

from typing import Final

import numpy as np

from wfsgui.core.image.dq_flags import do_not_use
from wfsgui.core.measure.number_text import number
from wfsgui.core.step_checks.evidence import Case, Check, Finding, Measurement, ratio_unit
from wfsgui.core.step_checks.image_change import same_values

__all__ = ["FLAGS_KEPT", "LEVELS", "NAN_WHERE_UNUSABLE", "PLANES_KEPT", "RATIOS"]

_UNUSABLE: Final = "DO_NOT_USE"


def _medians(case: Case) -> str:
    return _change(case, case.change.before.median, case.change.after.median)


def _deviations(case: Case) -> str:
    return _change(case, case.change.before.mad_std, case.change.after.mad_std)


def _change(case: Case, before: float, after: float) -> str:
    unit, unit_after = case.evidence.before.unit, case.evidence.after.unit
    return f"{number(before, unit if unit != unit_after else '')} → {number(after, unit_after)}"


def _changed(case: Case) -> str:
    return f"{case.change.changed} of {case.change.pixels} ({case.change.changed / max(1, case.change.pixels):.1%})"


def _nan(case: Case) -> str:
    return f"{case.change.new_nan} new, {case.change.nan_gone} gone"


def _median_ratio(case: Case) -> str:
    return number(case.change.ratio.median, ratio_unit(case))


def _central_ratios(case: Case) -> str:
    return f"{number(case.change.ratio.low)} to {number(case.change.ratio.high, ratio_unit(case))}"


def _all_ratios(case: Case) -> str:
    return f"{number(case.change.ratio.lowest)} to {number(case.change.ratio.highest, ratio_unit(case))}"


LEVELS: Final = (
    Measurement("Median", "Median of all SCI pixels with a value, before and after the step.", _medians),
    Measurement(
        "MAD standard deviation",
        "1.4826 times the median absolute deviation of SCI, before and after the step: the standard deviation of "
        "normal values, which stars and bad pixels hardly change.",
        _deviations,
    ),
    Measurement("Pixels changed", "Pixels with another SCI than before; NaN equals NaN.", _changed),
    Measurement("NaN", "Pixels that became NaN in the step, and pixels that are no longer NaN.", _nan),
)
"""Measurements of every step, skipped or not."""

RATIOS: Final = (
    Measurement(
        "Median ratio",
        "Median of SCI after / SCI before, of the pixels with a finite ratio.",
        _median_ratio,
    ),
    Measurement(
        "Ratio, 99 %", "Range of SCI after / SCI before without the lowest and the highest 0.5 %.", _central_ratios
    ),
    Measurement("Ratio, all", "Minimum and maximum of SCI after / SCI before.", _all_ratios),
)
"""Measurements of every step that was not skipped."""


def _flags_kept(case: Case) -> Finding:
    evidence = case.evidence
    if evidence.before.dq is evidence.after.dq:
        return Finding(True, f"No pixel lost {_UNUSABLE}.")
    lost = int(np.count_nonzero(do_not_use(evidence.before.dq & ~evidence.after.dq)))
    return Finding(not lost, f"{lost or 'No'} pixel{'s' if lost > 1 else ''} lost {_UNUSABLE}.")


def _nan_where_unusable(case: Case) -> Finding:
    after = case.evidence.after
    unusable, empty = do_not_use(after.dq), np.isnan(after.sci)
    valued, unflagged = np.count_nonzero(unusable & ~empty), np.count_nonzero(empty & ~unusable)
    if not valued and not unflagged:
        return Finding(True, f"{np.count_nonzero(empty)} pixels are NaN, and the same pixels are {_UNUSABLE}.")
    return Finding(False, f"{unflagged} NaN without {_UNUSABLE}; {valued} with {_UNUSABLE} and a value.")


def _planes_kept(case: Case) -> Finding:
    before, after = case.evidence.before.planes, case.evidence.after.planes
    changed = [name for name in after if name not in before or not same_values(before[name], after[name])]
    changed += [name for name in before if name not in after]
    return Finding(not changed, f"Changed: {', '.join(changed)}." if changed else "No plane changed.")


FLAGS_KEPT: Final = Check(
    f"No pixel loses {_UNUSABLE}",
    "A step may find more bad pixels, but a bad pixel does not become good again. Otherwise phase retrieval uses a "
    "wrong value as flux.",
    _flags_kept,
)
"""Check of every step."""

NAN_WHERE_UNUSABLE: Final = Check(
    f"NaN exactly where {_UNUSABLE} is set",
    "The step makes values and flags agree. If they do not agree, software that masks NaN and software that masks "
    "flagged pixels fit different pixels, and their wavefronts differ.",
    _nan_where_unusable,
)
"""Check of flat_field and photom."""

PLANES_KEPT: Final = Check(
    "No pixel changes",
    "assign_wcs only attaches the WCS. If values, errors or flags change, something else has changed the image, and "
    "measurements on it are not those of the exposure.",
    _planes_kept,
)
"""Check of assign_wcs."""
