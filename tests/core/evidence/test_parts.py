from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.core.evidence.makers import (
    CONTEXT,
    REGIONS,
    assessment,
    calibrated,
    ignore,
    part,
    product,
    record,
)
from wfsgui.core.assess.results import Level
from wfsgui.core.assess.strehl import awaits_model
from wfsgui.core.evidence.parts import measured_record
from wfsgui.core.evidence.records import ExposureRecord, snapshot
from wfsgui.core.model.exposure import StageState
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.stages import CAL
from wfsgui.core.regions.shapes import Circle
from wfsgui.core.step_checks.evidence import Expectation, Outcome, StepEffect


def bare() -> ExposureRecord:
    """Record an exposure that nothing was measured of."""
    return ExposureRecord(exposure=snapshot(calibrated(product())))


def test_result_stands_for_the_last_step() -> None:
    assert [stage.name for stage in bare().stages] == ["rate", "assign_wcs", "flat_field", "cal"]


def test_stage_without_result_is_its_last_step() -> None:
    exposure = calibrated(product())
    exposure.stages[CAL].state, exposure.stages[CAL].image = StageState.PENDING, None
    stages = ExposureRecord(exposure=snapshot(exposure)).stages
    assert [stage.name for stage in stages] == ["rate", "assign_wcs", "flat_field", "photom"]


def test_what_has_not_been_measured_is_measured() -> None:
    measured = measured_record(bare(), CONTEXT, ignore)
    assert list(measured.assessments) == ["rate", "assign_wcs", "flat_field", "cal"]
    regions = measured.assessments["cal"].regions
    assert regions is not None
    assert (regions.x, regions.y) == pytest.approx((40, 50), abs=0.5)
    assert list(measured.effects) == ["assign_wcs", "flat_field", "photom"]
    assert measured.effects["photom"].expectations[0].outcome is Outcome.MET


def test_strehl_ratio_is_added_to_what_has_been_measured() -> None:
    exposure = calibrated(product(pupil="CLEAR"))
    for stage in exposure.stages.values():
        if stage.image is not None:
            whole = np.nan_to_num(stage.image.sci, nan=float(np.nanmax(stage.image.sci)))
            stage.image = replace(stage.image, sci=whole, dq=np.zeros_like(stage.image.dq))
    before = measured_record(ExposureRecord(exposure=snapshot(exposure)), CONTEXT, ignore)
    after = measured_record(before, replace(CONTEXT, model_star=flat_star), ignore)
    for name, found in after.assessments.items():
        former = before.assessments[name]
        assert awaits_model(former)
        assert not awaits_model(found)
        strehl = next(each for each in found.quantities if each.key == "strehl")
        # The peak of a star is higher than that of a plane.
        assert strehl.value > 1
        assert found.checks == former.checks


def flat_star(info: ExposureInfo, x: float, y: float) -> tuple[NDArray[np.float32], int, int]:
    """Make a model star without a peak."""
    assert info.pupil == "CLEAR"
    return np.full((64, 64), 1 / 64**2, np.float32), round(x) - 32, round(y) - 32


def test_what_has_been_measured_is_taken_as_it_is() -> None:
    known = record(calibrated(product()))
    effect = StepEffect((), (), ())
    measured = measured_record(replace(known, effects={"photom": effect}), CONTEXT, ignore)
    assert measured.assessments == known.assessments
    assert measured.effects["photom"] is effect


def test_regions_of_the_analyst_hold_for_stages_that_are_measured_later() -> None:
    chosen = replace(REGIONS, signal=Circle(41.0, 49.0, 5.0), by_analyst=("signal",))
    known = replace(assessment(product(), CAL), regions=chosen)
    measured = measured_record(replace(bare(), assessments={CAL: known}), CONTEXT, ignore)
    regions = measured.assessments["rate"].regions
    assert regions is not None
    assert regions.signal == chosen.signal
    assert regions.background != chosen.background
    assert regions.by_analyst == ("signal",)


def test_record_does_not_change_with_the_exposure() -> None:
    exposure = calibrated(product())
    taken = ExposureRecord(exposure=snapshot(exposure))
    exposure.forget_from("assign_wcs")
    assert [stage.name for stage in taken.stages] == ["rate", "assign_wcs", "flat_field", "cal"]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [(Outcome.MET, Level.GOOD), (Outcome.UNKNOWN, Level.GOOD), (Outcome.NOT_MET, Level.CARE)],
)
def test_overall_level_counts_expectations_that_are_not_met(outcome: Outcome, expected: Level) -> None:
    effect = StepEffect((), (), (Expectation("One factor", outcome, "So it is.", ""),))
    assert replace(record(calibrated(product())), effects={"photom": effect}).overall is expected


def test_result_of_no_use_is_bad() -> None:
    exposure = calibrated(product())
    exposure.stages["flat_field"].alarm = "No pixel has a value."
    assert record(exposure).overall is Level.BAD


def test_part_keeps_no_image() -> None:
    made = part(record(calibrated(product())))
    assert made.cut is not None
    assert made.cut.values.base is None
    assert not hasattr(made, "exposure")
