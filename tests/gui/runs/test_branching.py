"""Tests of runs with other choices: they begin branches, and no result is overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.runs.run_driver import CHAIN, RunDriver, awaits, run_driver
from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.requests import Fork, StepOptions

INVERSE = StepOptions(parameters={"flat_field": {"inverse": "True"}})


@pytest.fixture
def driver(qapp: QApplication, tmp_path: Path) -> Iterator[RunDriver]:
    with run_driver(qapp, tmp_path) as made:
        yield made


def finished(driver: RunDriver, qtbot: QtBot) -> Exposure:
    """Run an exposure to its result."""
    (exposure,) = driver.add("a")
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run_all()
    return exposure


def waiting(driver: RunDriver, qtbot: QtBot) -> Exposure:
    """Run an exposure in a review until flat_field waits for a verdict."""
    driver.control.set_review(on=True)
    (exposure,) = driver.add("a")
    driver.control.run_all()
    qtbot.waitUntil(partial(awaits, driver, exposure, "assign_wcs"))
    driver.verdicts.accept(exposure, "good")
    qtbot.waitUntil(partial(awaits, driver, exposure, "flat_field"))
    return exposure


def the_branch(driver: RunDriver, exposure: Exposure) -> Exposure:
    """Return the one branch beside the first run."""
    first, branch = driver.open_exposures.branches_of(exposure)
    assert first is exposure
    return branch


def test_redo_with_other_choices_leaves_result_and_saved_file_as_they_are(
    driver: RunDriver, qtbot: QtBot, tmp_path: Path
) -> None:
    exposure = finished(driver, qtbot)
    exposure.saved = tmp_path / "saved.fits"
    images = {name: stage.image for name, stage in exposure.stages.items()}
    result = exposure.result
    assert result is not None
    content = result.read_bytes()
    driver.open_exposures.set_options(exposure, INVERSE)
    with qtbot.waitSignal(driver.control.ended):
        driver.verdicts.redo(exposure, "flat_field", "try the inverse")
    branch = the_branch(driver, exposure)
    assert {name: stage.image for name, stage in exposure.stages.items()} == images
    assert (exposure.result, exposure.saved) == (result, tmp_path / "saved.fits")
    assert result.read_bytes() == content
    assert exposure.options == StepOptions()
    assert branch.used_options == INVERSE
    assert branch.branch == "flat_field inverse True"
    assert branch.finished_steps == ("assign_wcs", "flat_field")
    assert branch.stages["assign_wcs"].image is images["assign_wcs"]
    assert branch.stages["flat_field"].image is not images["flat_field"]
    assert driver.fake.begun == [*(("a", step) for step in CHAIN), ("a", "flat_field")]
    last = driver.fake.requests[-1]
    assert (last.key, last.until, last.redo) == (branch.key, "flat_field", False)
    assert last.fork == Fork(exposure.key, result.parent, "flat_field")
    assert driver.fake.released == []
    assert driver.open_exposures.exposures == [exposure]


def test_branch_of_a_branch_begins_with_the_state_of_the_one_that_ran_the_step_before(
    driver: RunDriver, qtbot: QtBot
) -> None:
    exposure = finished(driver, qtbot)
    driver.open_exposures.set_options(exposure, INVERSE)
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run([exposure])
    branch = the_branch(driver, exposure)
    assert branch.state is ExposureState.DONE
    driver.open_exposures.set_options(branch, StepOptions(skip=frozenset({"flat_field"})))
    with qtbot.waitSignal(driver.control.ended):
        driver.verdicts.redo(branch, "photom")
    second = driver.open_exposures.branches_of(exposure)[-1]
    assert (second.origin, second.fork) == (branch, "flat_field")
    assert driver.fake.requests[-1].fork is not None
    assert driver.fake.requests[-1].fork.key == exposure.key
    assert second.finished_steps == CHAIN


def test_redo_without_a_change_is_asked_about_and_can_be_done_all_the_same(driver: RunDriver, qtbot: QtBot) -> None:
    exposure = finished(driver, qtbot)
    with qtbot.waitSignal(driver.verdicts.unchanged) as asked:
        driver.verdicts.redo(exposure, "photom", "why not")
    assert asked.args == [exposure, "photom", "why not"]
    assert driver.open_exposures.branches_of(exposure) == (exposure,)
    with qtbot.waitSignal(driver.control.ended):
        driver.verdicts.branch(exposure, "photom", "why not")
    assert the_branch(driver, exposure).branch == "photom again"


def test_in_a_review_the_branch_goes_on_in_the_place_of_the_first_run(driver: RunDriver, qtbot: QtBot) -> None:
    exposure = waiting(driver, qtbot)
    driver.open_exposures.set_options(exposure, INVERSE)
    driver.verdicts.redo(exposure, "flat_field", "try the inverse")
    assert exposure.state is ExposureState.PAUSED
    branch = the_branch(driver, exposure)
    for step in ("flat_field", "photom"):
        qtbot.waitUntil(partial(awaits, driver, branch, step))
        driver.verdicts.accept(branch)
    qtbot.waitUntil(lambda: branch.state is ExposureState.DONE)
    # There was no result yet: the branch is it.
    assert driver.open_exposures.exposures == [branch]
    assert [verdict.judgement for verdict in branch.verdicts] == [
        Judgement.ACCEPTED,
        Judgement.REDONE,
        Judgement.ACCEPTED,
        Judgement.ACCEPTED,
    ]
    assert [(verdict.judgement, verdict.note) for verdict in exposure.verdicts] == [
        (Judgement.ACCEPTED, "good"),
        (Judgement.REDONE, "try the inverse"),
    ]
    assert exposure.stages["flat_field"].image is not None


def test_accepting_a_step_whose_choices_were_changed_does_not_run_it_again(driver: RunDriver, qtbot: QtBot) -> None:
    exposure = waiting(driver, qtbot)
    image = exposure.stages["flat_field"].image
    changed = StepOptions(parameters={"flat_field": {"inverse": "True"}, "photom": {"inverse": "True"}})
    driver.open_exposures.set_options(exposure, changed)
    with qtbot.waitSignal(driver.verdicts.changes_dropped):
        driver.verdicts.accept(exposure)
    assert exposure.options == StepOptions(parameters={"photom": {"inverse": "True"}})
    qtbot.waitUntil(partial(awaits, driver, exposure, "photom"))
    assert exposure.stages["flat_field"].image is image


def test_redo_that_fails_before_it_begins_leaves_result_question_and_mark(driver: RunDriver, qtbot: QtBot) -> None:
    exposure = waiting(driver, qtbot)
    image = exposure.stages["flat_field"].image
    driver.open_exposures.set_options(exposure, INVERSE)
    driver.fake.refuses = "The reference file does not exist."
    with qtbot.waitSignals([driver.control.failed, driver.verdicts.redo_withdrawn]):
        driver.verdicts.redo(exposure, "flat_field", "another one")
    branch = the_branch(driver, exposure)
    assert (branch.state, branch.error) == (ExposureState.FAILED, "The reference file does not exist.")
    assert exposure.state is ExposureState.NEEDS_LOOK
    assert awaits(driver, exposure, "flat_field")
    assert exposure.stages["flat_field"].image is image
    assert exposure.stages["flat_field"].verdict is None
    assert driver.open_exposures.exposures == [exposure]
    driver.fake.refuses = ""
    driver.verdicts.accept(exposure)
    qtbot.waitUntil(partial(awaits, driver, exposure, "photom"))


def test_redo_that_is_stopped_before_it_begins_leaves_everything_as_before(driver: RunDriver, qtbot: QtBot) -> None:
    exposure = waiting(driver, qtbot)
    (other,) = driver.add("b")
    driver.fake.entered.clear()
    driver.fake.gate.clear()
    driver.control.next_step(other)
    qtbot.waitUntil(driver.fake.entered.is_set)
    recorded: list[Verdict] = []
    driver.verdicts.decided.connect(lambda _exposure, verdict: recorded.append(verdict))
    driver.open_exposures.set_options(exposure, INVERSE)
    driver.verdicts.redo(exposure, "flat_field", "try the inverse")
    with qtbot.waitSignal(driver.verdicts.redo_withdrawn) as withdrawn:
        driver.control.stop()
    assert (withdrawn.args[0], withdrawn.args[1].note) == (exposure, "try the inverse")
    assert recorded == []
    assert driver.open_exposures.branches_of(exposure) == (exposure,)
    assert exposure.options == INVERSE
    assert awaits(driver, exposure, "flat_field")
    driver.fake.gate.set()
    qtbot.waitUntil(lambda: not driver.runner.tasks)


def test_redo_that_the_engine_cancels_before_it_begins_waits_for_a_verdict_again(
    driver: RunDriver, qtbot: QtBot
) -> None:
    exposure = waiting(driver, qtbot)
    driver.open_exposures.set_options(exposure, INVERSE)
    driver.fake.waits_for_stop = True
    driver.verdicts.redo(exposure, "flat_field", "again")
    with qtbot.waitSignal(driver.verdicts.redo_withdrawn):
        driver.control.stop()
    assert awaits(driver, exposure, "flat_field")
    assert [verdict.judgement for verdict in exposure.verdicts] == [Judgement.ACCEPTED]
    assert driver.open_exposures.branches_of(exposure) == (exposure,)


def test_run_with_other_choices_for_finished_steps_begins_a_branch(driver: RunDriver, qtbot: QtBot) -> None:
    exposure = finished(driver, qtbot)
    (paused,) = driver.add("b")
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run_to(paused, "flat_field")
    driver.open_exposures.set_options(exposure, INVERSE)
    driver.open_exposures.set_options(paused, StepOptions(parameters={"photom": {"inverse": "True"}}))
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run([exposure, paused])
    branch = the_branch(driver, exposure)
    assert branch.result is not None
    assert branch.result != exposure.result
    # The result stays until another branch is marked.
    assert driver.open_exposures.is_marked(exposure)
    assert driver.open_exposures.branches_of(paused) == (paused,)
    assert paused.state is ExposureState.DONE


def test_first_branch_with_a_result_is_marked(driver: RunDriver, qtbot: QtBot) -> None:
    (exposure,) = driver.add("a")
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run_to(exposure, "flat_field")
    driver.open_exposures.set_options(exposure, INVERSE)
    with qtbot.waitSignal(driver.control.ended):
        driver.control.next_step(exposure)
    branch = the_branch(driver, exposure)
    assert driver.open_exposures.is_marked(branch)
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run([exposure])
    assert driver.open_exposures.is_marked(exposure)
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run([branch])
    assert driver.open_exposures.is_marked(exposure)


def test_branch_that_is_run_again_begins_at_its_fork_and_needs_no_process(driver: RunDriver, qtbot: QtBot) -> None:
    exposure = finished(driver, qtbot)
    driver.open_exposures.set_options(exposure, INVERSE)
    for _ in range(2):
        with qtbot.waitSignal(driver.control.ended):
            driver.control.run([driver.open_exposures.branches_of(exposure)[-1]])
    branch = the_branch(driver, exposure)
    assert [step for _, step in driver.fake.begun] == [*CHAIN, "flat_field", "photom", "flat_field", "photom"]
    assert driver.fake.released == [branch.key]
    assert driver.fake.asides == []


def test_folder_of_a_removed_origin_stays_until_its_branch_has_run(driver: RunDriver, qtbot: QtBot) -> None:
    exposure = finished(driver, qtbot)
    driver.open_exposures.set_options(exposure, INVERSE)
    driver.fake.entered.clear()
    driver.fake.gate.clear()
    driver.control.run([exposure])
    qtbot.waitUntil(driver.fake.entered.is_set)
    branch = the_branch(driver, exposure)
    released: list[Path] = []
    driver.runner.folder_released.connect(released.append)
    driver.open_exposures.mark(branch)
    driver.open_exposures.remove([exposure])
    assert released == []
    with qtbot.waitSignal(driver.control.ended):
        driver.fake.gate.set()
    assert [folder.name for folder in released] == [exposure.key]
    assert branch.state is ExposureState.DONE


def test_choices_that_change_while_a_run_is_queued_overwrite_nothing(driver: RunDriver, qtbot: QtBot) -> None:
    exposure = finished(driver, qtbot)
    result = exposure.result
    (other,) = driver.add("b")
    driver.fake.entered.clear()
    driver.fake.gate.clear()
    driver.control.next_step(other)
    qtbot.waitUntil(driver.fake.entered.is_set)
    driver.control.run([exposure])
    driver.open_exposures.set_options(exposure, INVERSE)
    with qtbot.waitSignal(driver.control.run_ended) as ended:
        driver.fake.gate.set()
    branch = the_branch(driver, exposure)
    assert (exposure.state, exposure.result) == (ExposureState.DONE, result)
    assert (branch.state, branch.used_options) == (ExposureState.DONE, INVERSE)
    assert exposure.used_options == StepOptions()
    assert ended.args == [[other, branch]]


def test_branch_that_has_not_begun_leaves_earlier_if_an_earlier_step_has_other_choices(
    driver: RunDriver, qtbot: QtBot
) -> None:
    exposure = finished(driver, qtbot)
    branch = driver.control.branching.make(exposure, "photom")
    driver.open_exposures.set_options(branch, INVERSE)
    with qtbot.waitSignal(driver.control.ended):
        driver.control.run([branch])
    assert driver.open_exposures.branches_of(exposure) == (exposure, branch)
    assert branch.fork == "flat_field"
    assert [step for _, step in driver.fake.begun] == [*CHAIN, "flat_field", "photom"]
    assert branch.state is ExposureState.DONE
