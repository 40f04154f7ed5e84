"""Assessments in the window: order, what is kept, and what is measured again."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.assess.assess_helpers import BACKGROUND, SIGNAL, Assessor
from wfsgui.core.assess.limits import Limits
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import CAL, RATE, STAGES
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.threads.worker_thread import WorkerThread


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[WorkerThread]:
    worker = WorkerThread(qapp)
    yield worker
    worker.close()


@pytest.fixture
def assessor() -> Iterator[Assessor]:
    assessor = Assessor()
    yield assessor
    assessor.gate.set()


@pytest.fixture
def assessments(worker: WorkerThread, assessor: Assessor, qapp: QApplication) -> Assessments:
    return Assessments(worker, qapp, assessor)


@pytest.fixture
def exposure() -> Exposure:
    return fakes.completed(fakes.exposure())


def settle(qtbot: QtBot, assessments: Assessments) -> None:
    qtbot.waitUntil(lambda: not assessments.is_behind)


def stages(assessor: Assessor) -> list[str]:
    return [request.stage for request in assessor.begun]


def test_stage_on_screen_is_measured_first_and_the_result_next(
    qtbot: QtBot, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    assessments.show_stage(exposure, "assign_wcs")
    settle(qtbot, assessments)
    assert stages(assessor)[:2] == ["assign_wcs", CAL]
    # The result and the last step have the same image.
    assert sorted(stages(assessor)) == sorted({*exposure.steps, RATE, CAL} - {"photom"})
    found = {stage: assessments.find(exposure, stage) for stage in STAGES if exposure.stages[stage].image is not None}
    assert all(assessment is not None and assessment.stage == stage for stage, assessment in found.items())


def test_latest_assessment_is_that_of_the_last_stage(
    qtbot: QtBot, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    assert assessments.latest(exposure) is None
    assessor.gate.clear()
    assessments.show_stage(exposure, RATE)
    qtbot.waitUntil(lambda: stages(assessor) == [RATE])
    with qtbot.waitSignal(assessments.known) as known:
        assessor.gate.set()
    assert known.args == [exposure, RATE]
    settle(qtbot, assessments)
    latest = assessments.latest(exposure)
    assert latest is not None
    assert latest.stage == CAL


def test_known_is_emitted_when_the_assessment_can_be_found(
    qtbot: QtBot, assessments: Assessments, exposure: Exposure
) -> None:
    found: list[bool] = []
    assessments.known.connect(lambda exposure, stage: found.append(assessments.find(exposure, stage) is not None))
    assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    assert found
    assert all(found)


def test_noted_stage_of_another_exposure_waits_for_the_stage_on_screen(
    qtbot: QtBot, worker: WorkerThread, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    other = fakes.completed(fakes.exposure("jw99001001001_02101_00002_nrca3"))
    worker.pause("test")
    assessments.note(other)
    assessments.show_stage(exposure, RATE)
    worker.resume("test")
    settle(qtbot, assessments)
    order = [(request.product.name, request.stage) for request in assessor.begun]
    assert order[:3] == [(exposure.product.name, RATE), (exposure.product.name, CAL), (other.product.name, CAL)]


def test_noted_exposure_is_measured_once_at_its_latest_stage(
    qtbot: QtBot, worker: WorkerThread, assessments: Assessments, assessor: Assessor
) -> None:
    exposure = fakes.exposure()
    worker.pause("test")
    fakes.completed(exposure)
    for _step in exposure.steps:
        assessments.note(exposure)
    worker.resume("test")
    settle(qtbot, assessments)
    assert stages(assessor) == [CAL]


def test_stage_with_a_new_image_is_measured_again(
    qtbot: QtBot, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    before = len(assessor.begun)
    exposure.stages["flat_field"].image = fakes.image(7.0)
    assert assessments.find(exposure, "flat_field") is None
    assert assessments.is_awaited(exposure, "flat_field")
    assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    assert stages(assessor)[before:] == ["flat_field"]


def test_stage_that_was_forgotten_has_no_assessment(qtbot: QtBot, assessments: Assessments, exposure: Exposure) -> None:
    assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    exposure.forget_from("flat_field")
    assert assessments.find(exposure, CAL) is None
    assert not assessments.is_awaited(exposure, CAL)
    latest = assessments.latest(exposure)
    assert latest is not None
    assert latest.stage == "assign_wcs"


def test_image_that_was_moved_to_disk_keeps_its_assessment(
    qtbot: QtBot, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    before, count = exposure.stages[RATE].image, len(assessor.begun)
    assert before is not None
    after = replace(before)
    assessments.take_moved([before], [after])
    exposure.stages[RATE].image = after
    assert assessments.find(exposure, RATE) is not None
    assessments.show_stage(exposure, RATE)
    settle(qtbot, assessments)
    assert len(assessor.begun) == count


def test_regions_of_the_analyst_are_used_and_can_be_reset(
    qtbot: QtBot, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    moved = SIGNAL.moved(3, 0)
    with qtbot.waitSignal(assessments.choice_changed):
        assessments.set_regions(exposure, signal=moved)
    assert assessments.find(exposure, CAL) is None
    settle(qtbot, assessments)
    found = assessments.find(exposure, CAL)
    assert found is not None
    assert found.regions is not None
    assert (found.regions.signal, found.regions.background) == (moved, BACKGROUND)
    assert found.regions.by_analyst == ("signal",)
    count = len(assessor.begun)
    assessments.set_regions(exposure)
    # The former result is still known.
    again = assessments.find(exposure, CAL)
    assert again is not None
    assert again.regions is not None
    assert again.regions.by_analyst == ()
    assert len(assessor.begun) == count


def test_last_of_many_regions_counts_while_one_is_measured(
    qtbot: QtBot, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    assessor.gate.clear()
    assessments.show_stage(exposure, CAL)
    qtbot.waitUntil(lambda: len(assessor.begun) == 1)
    for dx in range(1, 20):
        assessments.set_regions(exposure, signal=SIGNAL.moved(dx, 0))
    assessor.gate.set()
    settle(qtbot, assessments)
    asked = [request.signal for request in assessor.begun]
    assert asked[0] is None
    assert set(asked[1:]) == {SIGNAL.moved(19, 0)}


def test_sensing_stage_of_the_analyst_is_used(
    qtbot: QtBot, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    assessments.set_sensing_stage(exposure, "THUMBNAIL")
    assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    assert {request.sensing_stage for request in assessor.begun} == {"THUMBNAIL"}
    assert assessments.choice(exposure).sensing_stage == "THUMBNAIL"


def test_new_limits_apply_to_exposures_that_are_not_on_screen(
    qtbot: QtBot, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    other = fakes.completed(fakes.exposure("jw99001001001_02101_00002_nrca3"))
    assessments.note(other)
    assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    limits = Limits({"placement": 3.0})
    with qtbot.waitSignal(assessments.limits_changed):
        assessments.set_limits(limits)
    assert assessments.limits is limits
    assert assessments.latest(other) is None
    settle(qtbot, assessments)
    assert assessments.latest(other) is not None
    assert assessments.latest(exposure) is not None
    assert all(request.limits is limits for request in assessor.begun[-3:])


def test_same_limits_measure_nothing(
    qtbot: QtBot, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    count = len(assessor.begun)
    assessments.set_limits(Limits({}))
    assert not assessments.is_behind
    assert len(assessor.begun) == count


def test_removed_exposure_is_not_measured(
    qtbot: QtBot, worker: WorkerThread, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    worker.pause("test")
    assessments.show_stage(exposure, CAL)
    assessments.note(exposure)
    assessments.set_regions(exposure, signal=SIGNAL)
    assessments.forget([exposure])
    worker.resume("test")
    settle(qtbot, assessments)
    assert assessor.begun == []
    assert assessments.choice(exposure).signal is None


def test_exposure_that_is_removed_while_it_is_measured_gives_no_result(
    qtbot: QtBot, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    told: list[object] = []
    assessments.known.connect(lambda *what: told.append(what))
    assessor.gate.clear()
    assessments.show_stage(exposure, CAL)
    qtbot.waitUntil(lambda: len(assessor.begun) == 1)
    assessments.forget([exposure])
    assessor.gate.set()
    settle(qtbot, assessments)
    assert told == []
    assert len(assessor.begun) == 1


def test_failed_assessment_has_a_reason_and_is_not_repeated(
    qtbot: QtBot, worker: WorkerThread, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    crashes: list[object] = []
    worker.unhandled.connect(crashes.append)
    assessor.fault = WfsguiError("There is no star.")
    with qtbot.waitSignal(assessments.failed):
        assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    count = len(assessor.begun)
    assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    assert assessments.failure(exposure, CAL) == "There is no star."
    assert not assessments.is_awaited(exposure, CAL)
    assert len(assessor.begun) == count
    assert crashes == []


def test_unexpected_error_is_reported_and_other_stages_are_measured(
    qtbot: QtBot, worker: WorkerThread, assessments: Assessments, assessor: Assessor, exposure: Exposure
) -> None:
    crashes: list[object] = []
    worker.unhandled.connect(crashes.append)
    assessor.fault = ZeroDivisionError("division by zero")
    assessments.show_stage(exposure, CAL)
    settle(qtbot, assessments)
    assert crashes == [assessor.fault] * len(assessor.begun)
    assert set(stages(assessor)) >= {CAL, RATE}


def test_exposure_without_an_image_is_not_awaited(assessments: Assessments) -> None:
    exposure = fakes.exposure()
    assessments.show_stage(exposure, RATE)
    assert not assessments.is_behind
    assert not assessments.is_awaited(exposure, RATE)
    assert assessments.failure(exposure, RATE) == ""


def test_results_of_images_that_are_gone_are_dropped(
    qtbot: QtBot, assessments: Assessments, assessor: Assessor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wfsgui.gui.assess.assessments._MOST_KEPT", 3)
    kept, gone = fakes.completed(fakes.exposure()), fakes.completed(fakes.exposure("gone"))
    assessments.note(gone)
    assessments.show_stage(kept, CAL)
    settle(qtbot, assessments)
    result = weakref.ref(assessments.latest(gone))
    assert result() is not None
    assessments.forget([gone])
    del gone
    assessor.begun.clear()
    other = fakes.completed(fakes.exposure("other"))
    assessments.show_stage(other, CAL)
    settle(qtbot, assessments)
    assert result() is None
    assert assessments.latest(kept) is not None
