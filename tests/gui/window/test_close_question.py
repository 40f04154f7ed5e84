"""Closing: asked once, with everything that is at stake, and nothing is lost by it."""

from __future__ import annotations

from pathlib import Path

from tests.gui.window_bench import WindowBench
from wfsgui.core.model.exposure import ExposureState


def finish(bench: WindowBench, count: int) -> list[Path]:
    """Take exposures to their results, and tell where they would be saved."""
    bench.open(*bench.write(count))
    bench.run_all()
    return [
        exposure.product.science.path.with_name(exposure.result.name)
        for exposure in bench.exposures
        if exposure.result is not None
    ]


def is_closed(bench: WindowBench) -> bool:
    return not bench.window.isVisible()


def test_with_nothing_at_stake_it_closes_at_once(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    with bench.qtbot.waitSignal(bench.window.closed):
        bench.press("Ctrl+Q")
    assert is_closed(bench)


def test_unsaved_results_are_listed_and_asked_about_once(bench: WindowBench) -> None:
    finish(bench, 2)
    bench.window.close()
    bench.window.close()
    assert not is_closed(bench)
    assert bench.question().text() == "2 results have not been saved."
    assert bench.question().informativeText().split("\n") == [exposure.product.name for exposure in bench.exposures]
    assert bench.answers() == {"Cancel", "Save and close", "Close without saving"}


def test_cancel_and_escape_stay_and_it_can_be_asked_again(bench: WindowBench) -> None:
    targets = finish(bench, 1)
    bench.window.close()
    bench.answer("Cancel")
    bench.wait(lambda: not bench.is_asking)
    bench.window.close()
    bench.question().reject()
    bench.wait(lambda: not bench.is_asking)
    assert not is_closed(bench)
    assert not targets[0].exists()
    bench.window.close()
    assert bench.is_asking


def test_save_and_close_saves_everything_first(bench: WindowBench) -> None:
    targets = finish(bench, 2)
    bench.window.close()
    with bench.qtbot.waitSignal(bench.window.closed):
        bench.answer("Save and close")
    assert is_closed(bench)
    assert all(target.exists() for target in targets)


def test_what_has_been_saved_is_not_asked_about(bench: WindowBench) -> None:
    finish(bench, 2)
    bench.window.docks.exposures.select(bench.exposures[0])
    with bench.qtbot.waitSignal(bench.window.services.saver.idle):
        bench.press("Ctrl+S")
    bench.window.close()
    assert bench.question().text() == "One result has not been saved."
    assert bench.question().informativeText() == bench.exposures[1].product.name


def test_close_without_saving_writes_nothing(bench: WindowBench) -> None:
    targets = finish(bench, 1)
    bench.window.close()
    bench.answer("Close without saving")
    bench.wait(lambda: is_closed(bench))
    assert not targets[0].exists()


def test_when_saving_fails_it_stays(bench: WindowBench) -> None:
    (target,) = finish(bench, 1)
    bench.window.close()
    result = bench.exposures[0].result
    assert result is not None
    result.unlink()
    with bench.qtbot.waitSignal(bench.window.services.saver.failed):
        bench.answer("Save and close")
    assert not is_closed(bench)
    assert "was not saved" in bench.sentences[0]
    assert not target.exists()


def test_a_file_that_exists_is_asked_about_and_cancel_stays(bench: WindowBench) -> None:
    (target,) = finish(bench, 1)
    target.write_text("precious")
    bench.window.close()
    bench.answer("Save and close")
    bench.wait(lambda: bench.is_asking and str(target) in bench.question().informativeText())
    bench.answer("Cancel")
    bench.wait(lambda: not bench.is_asking)
    assert not is_closed(bench)
    assert target.read_text() == "precious"
    bench.window.close()
    bench.answer("Save and close")
    bench.wait(lambda: bench.is_asking and str(target) in bench.question().informativeText())
    with bench.qtbot.waitSignal(bench.window.closed):
        bench.answer("Replace")
    assert target.read_text() != "precious"


def test_a_run_in_work_is_stopped_at_the_next_step_and_then_it_closes(bench: WindowBench) -> None:
    bench.open(*bench.write(2))
    bench.fake.gate.clear()
    bench.press("F5")
    bench.wait(bench.fake.entered.is_set)
    bench.window.close()
    assert bench.question().text() == "A run is in work; it will stop after the present step."
    assert bench.answers() == {"Cancel", "Stop and close"}
    bench.answer("Stop and close")
    assert not is_closed(bench)
    with bench.qtbot.waitSignal(bench.window.closed):
        bench.fake.gate.set()
    assert is_closed(bench)
    assert [exposure.finished_steps for exposure in bench.exposures] == [("assign_wcs",), ()]


def test_cancel_lets_a_run_go_on(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    bench.fake.gate.clear()
    bench.press("F5")
    bench.wait(bench.fake.entered.is_set)
    bench.window.close()
    bench.answer("Cancel")
    with bench.qtbot.waitSignal(bench.window.services.control.ended):
        bench.fake.gate.set()
    assert bench.exposures[0].state is ExposureState.DONE
    assert not is_closed(bench)


def test_a_result_that_comes_while_it_is_asked_is_not_lost(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    bench.fake.gate.clear()
    bench.press("F5")
    bench.wait(bench.fake.entered.is_set)
    bench.window.close()
    with bench.qtbot.waitSignal(bench.window.services.control.ended):
        bench.fake.gate.set()
    assert bench.exposures[0].is_unsaved
    bench.answer("Stop and close")
    bench.wait(lambda: bench.is_asking and bench.question().text() == "One result has not been saved.")
    assert not is_closed(bench)
    bench.answer("Close without saving")
    bench.wait(lambda: is_closed(bench))


def test_a_last_step_that_ends_after_the_answer_is_asked_about(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    bench.press("5")
    for _ in range(2):
        with bench.qtbot.waitSignal(bench.window.services.control.ended):
            bench.press("F6")
    bench.fake.gate.clear()
    bench.fake.entered.clear()
    bench.press("F6")
    bench.wait(bench.fake.entered.is_set)
    bench.window.close()
    bench.answer("Stop and close")
    bench.fake.gate.set()
    bench.wait(lambda: bench.is_asking)
    assert bench.question().text() == "One result has not been saved."
    with bench.qtbot.waitSignal(bench.window.closed):
        bench.answer("Save and close")
    assert bench.exposures[0].saved is not None


def test_a_step_that_waits_for_a_verdict_is_asked_about(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    bench.press("F8")
    with bench.qtbot.waitSignal(bench.window.services.control.needs_look):
        bench.press("F5")
    bench.window.close()
    assert bench.question().text() == "A step waits for your verdict; its exposure would have to be run again."
    bench.answer("Close")
    bench.wait(lambda: is_closed(bench))


def test_save_and_close_leaves_a_step_without_its_verdict(bench: WindowBench) -> None:
    bench.open(*bench.write(2))
    with bench.qtbot.waitSignal(bench.window.services.control.ended):
        bench.press("Ctrl+R")
    bench.press("F8")
    with bench.qtbot.waitSignal(bench.window.services.control.needs_look):
        bench.press("F5")
    bench.window.close()
    with bench.qtbot.waitSignal(bench.window.closed):
        bench.answer("Save and close")
    assert bench.exposures[0].saved is not None
