"""Tests of the summary of a run: every exposure is counted."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.gui import fakes
from tests.gui.window_driver import WindowDriver
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.exposure_text import state_text
from wfsgui.gui.runs.run_summary import summarize


def ended(name: str, state: ExposureState = ExposureState.DONE, *doubts: str) -> Exposure:
    exposure = fakes.completed(fakes.exposure(name), Path(f"/scratch/{name}_cal.fits"))
    exposure.state = state
    exposure.stages["photom"].doubts = doubts
    return exposure


def test_clean_exposures_are_counted_without_details() -> None:
    summary = summarize([ended("a"), ended("b")])
    assert summary.sentence == "The run of 2 exposures has ended: 2 done."
    assert summary.details == ""
    assert summary.is_clean


def test_every_final_state_is_counted() -> None:
    failed = ended("e", ExposureState.FAILED)
    failed.error = "There is no flat."
    exposures = [
        ended("a"),
        ended("b", ExposureState.SAVED),
        ended("c", ExposureState.DONE, "Ratio: 0.5 instead of 1."),
        ended("d", ExposureState.WARNED, "Sky: not flat."),
        failed,
        ended("f", ExposureState.REJECTED),
        ended("g", ExposureState.PAUSED),
        ended("h", ExposureState.WAITING),
    ]
    summary = summarize(exposures)
    assert summary.sentence == (
        "The run of 8 exposures has ended: 4 done (2 with warnings), 1 failed, 1 rejected, 1 part done, 1 not run."
    )
    assert not summary.is_clean
    lines = summary.details.split("\n")
    assert [line[0] for line in lines] == ["c", "d", "e", "f", "g", "h"]
    assert "Ratio: 0.5 instead of 1." in lines[0]
    assert "There is no flat." in lines[2]


@pytest.mark.parametrize("state", ExposureState)
def test_no_state_is_left_out(state: ExposureState) -> None:
    sentence = summarize([ended("a", state), ended("b", state)]).sentence
    assert " 2 " in sentence.split(":")[1]


def listed(driver: WindowDriver) -> list[str]:
    model = driver.window.docks.model
    told = [model.index_of(exposure).data(Qt.ItemDataRole.AccessibleTextRole) for exposure in driver.exposures]
    return [text.split(", ", 1)[1] for text in told]


def test_the_end_of_a_run_stays_on_screen_until_it_is_read(driver: WindowDriver) -> None:
    driver.fake.warns_at = {"photom": "No row."}
    driver.open(*driver.write(3))
    driver.run_all()
    driver.wait(lambda: bool(driver.sentences))
    (message,) = driver.window.messages.messages
    assert message.text.startswith("The run of 3 exposures has ended: 3 done (3 with warnings)")
    assert message.level == logging.WARNING
    assert not message.vanishes


def test_a_clean_end_stays_until_it_is_read_too(driver: WindowDriver) -> None:
    bar = driver.window.messages
    bar.show_message("The run has ended: 2 done.", logging.INFO, stays=True)
    bar.show_message("Saved.", logging.INFO)
    assert [message.vanishes for message in bar.messages] == [True, False]


def test_the_list_shows_findings_of_exposures_that_are_not_on_screen(driver: WindowDriver) -> None:
    exposures = driver.open(*driver.write(2))
    driver.run_all()
    driver.wait(lambda: bool(driver.sentences))
    effects, (shown, other) = driver.window.services.effects, exposures
    assert driver.window.presenter.exposure is shown
    unmet = {stage: effects.unmet(other, stage) for stage in other.steps}
    assert any(unmet.values())
    assert {stage: other.stages[stage].doubts for stage in other.steps} == unmet
    assert other.worst_state is ExposureState.WARNED
    assert "warning" in listed(driver)[1]


def test_saving_does_not_hide_that_an_exposure_was_warned(driver: WindowDriver) -> None:
    driver.fake.warns_at = {"photom": "No row."}
    (exposure,) = driver.open(*driver.write(1))
    driver.run_all()
    driver.wait(lambda: bool(driver.sentences))
    count = len(exposure.findings)
    words = f"{count} warning{'s' * (count > 1)} · saved"
    with driver.qtbot.waitSignal(driver.window.services.saver.saved):
        driver.press("Ctrl+S")
    assert exposure.worst_state is ExposureState.WARNED
    assert listed(driver) == [state_text(exposure)] == [words]


def test_a_single_step_has_no_summary(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.press("F6")
    driver.rest()
    driver.wait(lambda: not driver.window.services.effects.is_behind)
    assert driver.sentences == []


def test_exposures_that_cannot_be_run_now_are_reported(driver: WindowDriver) -> None:
    driver.fake.gate.clear()
    (exposure,) = driver.open(*driver.write(1))
    driver.press("F5")
    driver.wait(lambda: exposure.state is ExposureState.RUNNING)
    driver.window.services.control.run([exposure])
    assert "One exposure was not started again" in driver.sentences[0]
    driver.fake.gate.set()
    driver.wait(lambda: not driver.window.services.control.is_busy)


def test_saving_all_names_what_was_not_saved(driver: WindowDriver) -> None:
    exposures = driver.open(*driver.write(3))
    driver.run_all()
    driver.window.services.open_exposures.set_state(exposures[1], ExposureState.REJECTED)
    with driver.qtbot.waitSignal(driver.window.services.saver.idle):
        driver.window.docks.exposures.save_requested.emit(exposures)
    sentence = driver.sentences[0]
    assert sentence.startswith("Saved 2 results in ")
    assert sentence.endswith(f"One exposure was not saved: {exposures[1].product.name}: rejected")


def test_opening_again_closes_the_warning_about_inputs(driver: WindowDriver) -> None:
    bad = driver.folder / "view.jpg"
    bad.write_bytes(b"no exposure")
    with driver.qtbot.waitSignal(driver.window.services.opener.opened):
        driver.window.open([bad])
    assert any("view.jpg" in sentence for sentence in driver.sentences)
    driver.open(*driver.write(1))
    assert driver.sentences == []


def test_running_again_closes_the_message_of_a_failure(driver: WindowDriver) -> None:
    driver.fake.fails_at = {"photom": "There is no row."}
    driver.open(*driver.write(1))
    driver.run_all()
    assert any("There is no row." in sentence for sentence in driver.sentences)
    driver.fake.fails_at = {}
    driver.run_all()
    assert not any("There is no row." in sentence for sentence in driver.sentences)


def test_alarm_of_a_step_is_an_error_message_and_the_end_is_no_success(driver: WindowDriver) -> None:
    driver.fake.alarms_at = {"flat_field": "no pixel is usable: flat.fits"}
    driver.open(*driver.write(2))
    driver.run_all()
    driver.wait(lambda: any("has ended" in sentence for sentence in driver.sentences))
    alarms = [message for message in driver.window.messages.messages if "no pixel is usable" in message.text]
    assert [message.level for message in alarms] == [logging.ERROR] * 2
    (end,) = (message for message in driver.window.messages.messages if "has ended" in message.text)
    assert (end.text, end.level) == ("The run of 2 exposures has ended: 2 without usable pixels.", logging.ERROR)
    assert listed(driver) == ["no usable pixels · not saved"] * 2
