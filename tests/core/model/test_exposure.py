"""Tests of the changes that the events of the engine make to an exposure."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from tests.gui import fakes
from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import (
    Event,
    ProductFinished,
    ProductResult,
    ProductState,
    RunCancelled,
    RunFailed,
    StepState,
)
from wfsgui.core.model.exposure import ExposureState, StageState
from wfsgui.core.model.stages import BACKGROUND, CAL, RATE, STAGES, STEPS

CHAIN = ("assign_wcs", "flat_field", "photom")


def test_a_new_exposure_can_be_looked_at_and_has_everything_to_run() -> None:
    exposure = fakes.exposure()
    assert tuple(exposure.stages) == STAGES
    assert exposure.latest.name == RATE
    assert exposure.steps == exposure.pending_steps == CHAIN
    assert exposure.stages[BACKGROUND].state is StageState.NOT_APPLICABLE
    assert "no background members" in exposure.stages[BACKGROUND].reason


def test_backgrounds_make_their_step_apply() -> None:
    assert fakes.exposure(backgrounds=1).steps == STEPS


def test_a_whole_run() -> None:
    exposure = fakes.completed(fakes.exposure(backgrounds=1), Path("/scratch/a_cal.fits"))
    assert exposure.state is ExposureState.DONE
    assert exposure.finished_steps == STEPS
    assert exposure.latest.name == CAL
    assert exposure.is_unsaved
    assert exposure.wcs is not None
    assert exposure.context == "jwst_9999.pmap"
    assert exposure.stages[CAL].image is exposure.stages["photom"].image


def test_a_step_that_begins_again_takes_back_what_came_after_it() -> None:
    exposure = fakes.completed(fakes.exposure(), Path("/scratch/a_cal.fits"))
    exposure.add_verdict(Verdict("flat_field", Judgement.ACCEPTED, "fine", "2026-01-01T00:00:00+00:00"))
    apply_event(exposure, fakes.started(exposure, "flat_field"))
    assert exposure.finished_steps == ("assign_wcs",)
    assert exposure.stages["flat_field"].state is StageState.RUNNING
    assert exposure.result is None
    assert exposure.stages["flat_field"].verdict is None
    assert [verdict.note for verdict in exposure.verdicts] == ["fine"]


def test_a_warning_marks_step_and_exposure() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.opened(exposure))
    for step in CHAIN:
        apply_event(exposure, fakes.started(exposure, step))
        apply_event(exposure, fakes.finished(exposure, step, warnings=("No row.",) if step == "photom" else ()))
    apply_event(exposure, fakes.ended(exposure, ProductState.WARNED))
    assert exposure.state is ExposureState.WARNED
    assert exposure.stages["photom"].state is StageState.WARNED
    assert exposure.warnings == ("photom: No row.",)


def test_a_failure_is_that_of_the_running_step() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.opened(exposure))
    apply_event(exposure, fakes.started(exposure, "assign_wcs"))
    apply_event(exposure, fakes.finished(exposure, "assign_wcs"))
    apply_event(exposure, fakes.started(exposure, "flat_field"))
    apply_event(
        exposure,
        ProductFinished(ProductResult(exposure.product.name, ProductState.FAILED, 1.0, error="There is no flat.")),
    )
    assert exposure.state is ExposureState.FAILED
    assert exposure.error == exposure.stages["flat_field"].reason == "There is no flat."
    assert exposure.finished_steps == ("assign_wcs",)


def test_a_run_that_fails_before_any_product_fails_the_exposure() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, RunFailed((), "The options are not accepted."))
    assert (exposure.state, exposure.error) == (ExposureState.FAILED, "The options are not accepted.")


def test_a_run_that_fails_without_a_word_on_its_product_fails_the_exposure() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.opened(exposure))
    result = ProductResult(exposure.product.name, ProductState.DONE, 1.0)
    apply_event(exposure, RunFailed((result,), "The disk is full."))
    assert (exposure.state, exposure.error) == (ExposureState.FAILED, "The disk is full.")


@pytest.mark.parametrize("kind", ["opened", "started", "finished", "ended", "line"])
def test_an_event_of_another_product_is_refused(kind: str) -> None:
    exposure, other = fakes.exposure(), fakes.exposure("another")
    events: dict[str, Event] = {
        "opened": fakes.opened(other),
        "started": fakes.started(other, "assign_wcs"),
        "finished": fakes.finished(other, "assign_wcs"),
        "ended": fakes.ended(other),
        "line": fakes.line("said", name="another"),
    }
    with pytest.raises(ValueError, match="An event of another was sent to"):
        apply_event(exposure, events[kind])
    assert exposure.state is ExposureState.WAITING
    assert exposure.finished_steps == ()
    assert exposure.result is None
    assert exposure.log == []


def test_a_cancelled_run_leaves_what_is_finished() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.opened(exposure))
    apply_event(exposure, fakes.started(exposure, "assign_wcs"))
    apply_event(exposure, fakes.finished(exposure, "assign_wcs"))
    apply_event(exposure, fakes.ended(exposure, ProductState.CANCELLED))
    apply_event(exposure, RunCancelled(()))
    assert exposure.state is ExposureState.PAUSED
    assert exposure.latest.name == "assign_wcs"


def test_a_stage_is_compared_with_the_one_before_that_has_an_image() -> None:
    exposure = fakes.exposure()
    assert exposure.before("assign_wcs") is None
    fakes.completed(exposure)
    assert exposure.before(RATE) is None
    assert exposure.before("assign_wcs") is exposure.stages[RATE]
    assert exposure.before("photom") is exposure.stages["flat_field"]


def test_the_result_is_compared_with_the_exposure_as_it_came() -> None:
    exposure = fakes.completed(fakes.exposure(backgrounds=1))
    assert exposure.before(CAL) is exposure.stages[RATE]


def test_unchanged_metadata_are_kept_once() -> None:
    exposure = fakes.exposure()
    for event in map(pickle.dumps, (fakes.finished(exposure, "assign_wcs"), fakes.finished(exposure, "flat_field"))):
        apply_event(exposure, pickle.loads(event))
    first, second = (exposure.stages[name].metadata for name in ("assign_wcs", "flat_field"))
    assert second == {"meta.instrument.filter": "F212N", "meta.cal_step.flat_field": "COMPLETE"}
    assert second["meta.instrument.filter"] is first["meta.instrument.filter"]


def test_a_step_not_applied_by_design_is_skipped_with_its_reason() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.opened(exposure))
    said = replace(fakes.finished(exposure, "photom"), state=StepState.NOT_APPLIED, note="photom is not applied")
    apply_event(exposure, said)
    stage = exposure.stages["photom"]
    assert (stage.state, stage.reason) == (StageState.SKIPPED, "photom is not applied")
    assert not exposure.warnings


def test_notices_of_a_run_are_added_to_those_of_the_exposure() -> None:
    exposure = fakes.exposure()
    exposure.notices += ("Known.",)
    result = ProductResult(exposure.product.name, ProductState.STOPPED, 1.0, notices=("Run again.",))
    for _ in range(2):
        apply_event(exposure, ProductFinished(result))
    assert exposure.notices[-2:] == ("Known.", "Run again.")
