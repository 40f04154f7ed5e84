from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from wfsgui.core.model.events import LogLine, StepState
from wfsgui.pipeline.session.outcome import Traces, judge, not_applied

DONE = Traces(
    step="photom",
    status="COMPLETE",
    skip_chosen=False,
    skip_set=False,
    unit_before="DN/s",
    unit_after="MJy/sr",
    changes_unit=True,
    elements="F212N+WLP8",
    log=(),
)


def line(level: int, text: str, logger: str = "jwst.photom") -> LogLine:
    return LogLine("a", "photom", 0.0, level, logger, text)


def test_step_that_ran_is_done() -> None:
    assert judge(DONE) == (StepState.DONE, ())


def test_info_and_python_warnings_are_no_warnings() -> None:
    log = (line(logging.INFO, "fine"), line(logging.WARNING, "RuntimeWarning: divide by zero", "py.warnings"))
    assert judge(replace(DONE, log=log)) == (StepState.DONE, ())


@pytest.mark.parametrize("level", [logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_logged_warning_is_reported_once(level: int) -> None:
    state, warnings = judge(replace(DONE, log=(line(level, "no S_REGION"), line(level, "no S_REGION"))))
    assert (state, warnings) == (StepState.WARNED, ("no S_REGION",))


def test_a_step_skipped_as_asked_is_skipped() -> None:
    asked = replace(DONE, status="SKIPPED", skip_chosen=True, skip_set=True, unit_after="DN/s")
    assert judge(asked) == (StepState.SKIPPED, ())


def test_step_with_skip_set_to_false_is_judged() -> None:
    assert judge(replace(DONE, skip_chosen=True)) == (StepState.DONE, ())
    state, (warning,) = judge(replace(DONE, skip_chosen=True, unit_after="DN/s"))
    assert state is StepState.WARNED
    assert "still in DN/s" in warning


def test_a_step_skipped_by_a_parameter_reference_is_a_warning() -> None:
    state, (warning,) = judge(replace(DONE, status="SKIPPED", skip_set=True, unit_after="DN/s"))
    assert state is StepState.WARNED
    assert "the parameter reference from CRDS says to skip it" in warning


@pytest.mark.parametrize("status", ["SKIPPED", ""])
def test_a_step_that_skipped_itself_is_a_warning(status: str) -> None:
    state, (warning,) = judge(replace(DONE, status=status, unit_after="DN/s"))
    assert state is StepState.WARNED
    assert "photom did not run" in warning


def test_step_that_did_not_change_the_unit_is_a_warning() -> None:
    state, (warning,) = judge(replace(DONE, unit_after="DN/s"))
    assert state is StepState.WARNED
    assert warning == "photom found no conversion for F212N+WLP8 in its reference: the image is still in DN/s."


NO_PHOTOM = replace(
    DONE,
    status="SKIPPED",
    unit_after="DN/s",
    exp_type="NRS_MIMF",
    log=(line(logging.WARNING, "No PHOTOM reference file found"), line(logging.WARNING, "Photom step will be skipped")),
)


def test_a_step_that_jwst_does_not_apply_to_nirspec_images_is_no_warning() -> None:
    assert judge(NO_PHOTOM) == (StepState.NOT_APPLIED, ())
    assert not_applied(NO_PHOTOM) == "photom is not applied to NRS_MIMF, as designed: the image stays in DN/s."


@pytest.mark.parametrize(
    "traces",
    [
        replace(NO_PHOTOM, exp_type="NRC_IMAGE"),
        replace(NO_PHOTOM, status=""),
        replace(NO_PHOTOM, skip_set=True),
        replace(NO_PHOTOM, reference_chosen=True),
        replace(NO_PHOTOM, log=()),
        replace(NO_PHOTOM, log=(*NO_PHOTOM.log, line(logging.ERROR, "Unexpected data model type"))),
        replace(NO_PHOTOM, step="assign_wcs"),
    ],
)
def test_a_step_that_did_nothing_for_another_reason_is_a_warning(traces: Traces) -> None:
    assert judge(traces)[0] is StepState.WARNED
    assert not_applied(traces) == ""
