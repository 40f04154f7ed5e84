"""Effect of a step: measured facts, gained and lost flags, and expectations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wfsgui.core.image.dq_flags import flag_rows
from wfsgui.core.measure.measured import Row
from wfsgui.core.model.stages import BACKGROUND
from wfsgui.core.step_checks import assign_wcs, background, flat_field, photom
from wfsgui.core.step_checks.every_step import FLAGS_KEPT, LEVELS, NAN_WHERE_UNUSABLE, PLANES_KEPT, RATIOS
from wfsgui.core.step_checks.evidence import Case, Check, Evidence, StepEffect
from wfsgui.core.step_checks.image_change import change_between

__all__ = ["step_effect"]

_FACTS: Final[dict[str, Callable[[Case], tuple[Row, ...]]]] = {
    BACKGROUND: background.facts,
    "assign_wcs": assign_wcs.facts,
    "photom": photom.facts,
}

_CHECKS: Final[dict[str, tuple[Check, ...]]] = {
    BACKGROUND: background.CHECKS,
    "assign_wcs": (*assign_wcs.CHECKS, PLANES_KEPT),
    "flat_field": (*flat_field.CHECKS, NAN_WHERE_UNUSABLE),
    "photom": (*photom.CHECKS, NAN_WHERE_UNUSABLE),
}

_SKIPPED: Final = Row("Step", "skipped", "The step did not run, on request or by design; the image is unchanged.")


def step_effect(evidence: Evidence) -> StepEffect:
    """Measure the effect of a step; takes some tenths of a second for a full frame.

    Parameters
    ----------
    evidence : Evidence
        The step.

    Returns
    -------
    StepEffect
        An expectation that cannot be tested is unknown and gives the reason.
    """
    case = Case(evidence, change_between(evidence.before, evidence.after))
    rows = flag_rows(evidence.after.dq, before=evidence.before.dq)
    checks = (*_CHECKS.get(evidence.stage, ()), FLAGS_KEPT)
    return StepEffect(
        facts=_facts(case),
        transitions=tuple(row for row in rows if row.gained or row.lost),
        expectations=tuple(check.expectation(case) for check in checks),
    )


def _facts(case: Case) -> tuple[Row, ...]:
    levels = tuple(measurement.row(case) for measurement in LEVELS)
    if case.evidence.skipped:
        return (_SKIPPED, *levels)
    own = _FACTS.get(case.evidence.stage)
    return (*(own(case) if own else ()), *levels, *(measurement.row(case) for measurement in RATIOS))
