"""What a step did: facts measured, flags that came and went, and whether it did what is expected of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wfsgui.core.image.dq_flags import flag_rows
from wfsgui.core.model.stages import BACKGROUND
from wfsgui.core.step_checks import assign_wcs as sky_effect
from wfsgui.core.step_checks import background as background_effect
from wfsgui.core.step_checks import flat_field as flat_effect
from wfsgui.core.step_checks import photom as photom_effect
from wfsgui.core.step_checks.every_step import FLAGS_KEPT, LEVELS, NAN_WHERE_UNUSABLE, PLANES_KEPT, RATIOS
from wfsgui.core.step_checks.evidence import Case, Check, Evidence, Fact, StepEffect
from wfsgui.core.step_checks.frame_change import change_between

__all__ = ["step_effect"]

_FACTS: Final[dict[str, Callable[[Case], tuple[Fact, ...]]]] = {
    BACKGROUND: background_effect.facts,
    "assign_wcs": sky_effect.facts,
    "photom": photom_effect.facts,
}

_CHECKS: Final[dict[str, tuple[Check, ...]]] = {
    BACKGROUND: background_effect.CHECKS,
    "assign_wcs": (*sky_effect.CHECKS, PLANES_KEPT),
    "flat_field": (*flat_effect.CHECKS, NAN_WHERE_UNUSABLE),
    "photom": (*photom_effect.CHECKS, NAN_WHERE_UNUSABLE),
}

_SKIPPED: Final = Fact("Step", "skipped", "The step did not run, as asked or by design; the image is as it was before.")


def step_effect(evidence: Evidence) -> StepEffect:
    """Find out what a step did; takes some tenths of a second for a full frame.

    Parameters
    ----------
    evidence : Evidence
        The step.

    Returns
    -------
    StepEffect
        An expectation that cannot be tested is unknown, and says why.
    """
    case = Case(evidence, change_between(evidence.before, evidence.after))
    rows = flag_rows(evidence.after.dq, before=evidence.before.dq)
    checks = (*_CHECKS.get(evidence.stage, ()), FLAGS_KEPT)
    return StepEffect(
        facts=_facts(case),
        transitions=tuple(row for row in rows if row.gained or row.lost),
        expectations=tuple(check.expectation(case) for check in checks),
    )


def _facts(case: Case) -> tuple[Fact, ...]:
    levels = tuple(measurement.fact(case) for measurement in LEVELS)
    if case.evidence.skipped:
        return (_SKIPPED, *levels)
    own = _FACTS.get(case.evidence.stage)
    return (*(own(case) if own else ()), *levels, *(measurement.fact(case) for measurement in RATIOS))
