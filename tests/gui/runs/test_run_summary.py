"""The end of a run is told with every exposure counted."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.gui import fakes
from tests.gui.window_bench import WindowBench
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.exposure_text import state_text
from wfsgui.gui.runs.run_summary import summarize


def ended(name: str, state: ExposureState = ExposureState.DONE, *doubts: str) -> Exposure:
    exposure = fakes.completed(fakes.exposure(name), Path(f"/scratch/{name}_cal.fits"))
    exposure.state = state
    exposure.stages["photom"].doubts = doubts
    return exposure


def test_clean_exposures_are_counted_and_nothing_more_is_said() -> None:
    summary = summarize([ended("a"), ended("b")])
    assert summary.sentence == "The run of 2 exposures has ended: 2 done."
    assert summary.details == ""
    assert summary.is_clean


def test_every_end_is_counted() -> None:
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


def listed(bench: WindowBench) -> list[str]:
    model = bench.window.docks.model
    told = [model.index_of(exposure).data(Qt.ItemDataRole.AccessibleTextRole) for exposure in bench.exposures]
    return [text.split(", ", 1)[1] for text in told]


def test_the_end_of_a_run_stays_on_screen_until_it_is_read(bench: WindowBench) -> None:
    bench.fake.warns_at = {"photom": "No row."}
    bench.open(*bench.write(3))
    bench.run_all()
    bench.wait(lambda: bool(bench.sentences))
    (message,) = bench.window.messages.messages
    assert message.text.startswith("The run of 3 exposures has ended: 3 done (3 with warnings)")
    assert message.level == logging.WARNING
    assert not message.vanishes


def test_a_clean_end_stays_until_it_is_read_too(bench: WindowBench) -> None:
    bar = bench.window.messages
    bar.show_message("The run has ended: 2 done.", logging.INFO, stays=True)
    bar.show_message("Saved.", logging.INFO)
    assert [message.vanishes for message in bar.messages] == [True, False]


def test_the_list_shows_findings_of_exposures_that_are_not_on_screen(bench: WindowBench) -> None:
    exposures = bench.open(*bench.write(2))
    bench.run_all()
    bench.wait(lambda: bool(bench.sentences))
    effects, (shown, other) = bench.window.services.effects, exposures
    assert bench.window.presenter.exposure is shown
    unmet = {stage: effects.unmet(other, stage) for stage in other.steps}
    assert any(unmet.values())
    assert {stage: other.stages[stage].doubts for stage in other.steps} == unmet
    assert other.worst_state is ExposureState.WARNED
    assert "warning" in listed(bench)[1]


def test_saving_does_not_hide_that_an_exposure_was_warned(bench: WindowBench) -> None:
    bench.fake.warns_at = {"photom": "No row."}
    (exposure,) = bench.open(*bench.write(1))
    bench.run_all()
    bench.wait(lambda: bool(bench.sentences))
    count = len(exposure.findings)
    words = f"{count} warning{'s' * (count > 1)} · saved"
    with bench.qtbot.waitSignal(bench.window.services.saver.saved):
        bench.press("Ctrl+S")
    assert exposure.worst_state is ExposureState.WARNED
    assert listed(bench) == [state_text(exposure)] == [words]


def test_one_step_of_one_exposure_is_no_run_to_be_told_of(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    with bench.qtbot.waitSignal(bench.window.services.control.ended):
        bench.press("F6")
    bench.rest()
    bench.wait(lambda: not bench.window.services.effects.is_behind)
    assert bench.sentences == []


def test_what_cannot_be_run_again_now_is_told(bench: WindowBench) -> None:
    bench.fake.gate.clear()
    (exposure,) = bench.open(*bench.write(1))
    bench.press("F5")
    bench.wait(lambda: exposure.state is ExposureState.RUNNING)
    bench.window.services.control.run([exposure])
    assert "One exposure was not started again" in bench.sentences[0]
    bench.fake.gate.set()
    bench.wait(lambda: not bench.window.services.control.is_busy)


def test_saving_all_names_what_was_not_saved(bench: WindowBench) -> None:
    exposures = bench.open(*bench.write(3))
    bench.run_all()
    bench.window.services.desk.set_state(exposures[1], ExposureState.REJECTED)
    with bench.qtbot.waitSignal(bench.window.services.saver.idle):
        bench.window.docks.exposures.save_requested.emit(exposures)
    sentence = bench.sentences[0]
    assert sentence.startswith("Saved 2 results in ")
    assert sentence.endswith(f"One exposure was not saved: {exposures[1].product.name}: rejected")


def test_a_warning_about_inputs_goes_with_the_next_opening(bench: WindowBench) -> None:
    bad = bench.folder / "view.jpg"
    bad.write_bytes(b"no exposure")
    with bench.qtbot.waitSignal(bench.window.services.opener.opened):
        bench.window.open([bad])
    assert any("view.jpg" in sentence for sentence in bench.sentences)
    bench.open(*bench.write(1))
    assert bench.sentences == []


def test_the_message_of_a_failure_goes_when_the_exposure_is_run_again(bench: WindowBench) -> None:
    bench.fake.fails_at = {"photom": "There is no row."}
    bench.open(*bench.write(1))
    bench.run_all()
    assert any("There is no row." in sentence for sentence in bench.sentences)
    bench.fake.fails_at = {}
    bench.run_all()
    assert not any("There is no row." in sentence for sentence in bench.sentences)
