"""Closing: asked once, with everything that is at stake, and nothing is lost by it."""

from __future__ import annotations

from pathlib import Path

from tests.gui.window_driver import WindowDriver
from wfsgui.core.model.exposure import ExposureState


def finish(driver: WindowDriver, count: int) -> list[Path]:
    """Take exposures to their results, and tell where they would be saved."""
    driver.open(*driver.write(count))
    driver.run_all()
    return [
        exposure.product.science.path.with_name(exposure.result.name)
        for exposure in driver.exposures
        if exposure.result is not None
    ]


def is_closed(driver: WindowDriver) -> bool:
    return not driver.window.isVisible()


def test_without_unsaved_results_the_window_closes_at_once(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    with driver.qtbot.waitSignal(driver.window.closed):
        driver.press("Ctrl+Q")
    assert is_closed(driver)


def test_unsaved_results_are_listed_and_asked_about_once(driver: WindowDriver) -> None:
    finish(driver, 2)
    driver.window.close()
    driver.window.close()
    assert not is_closed(driver)
    assert driver.question().text() == "2 results have not been saved."
    assert driver.question().informativeText().split("\n") == [exposure.product.name for exposure in driver.exposures]
    assert driver.answers() == {"Cancel", "Save and close", "Close without saving"}


def test_cancel_and_escape_keep_the_window_open(driver: WindowDriver) -> None:
    targets = finish(driver, 1)
    driver.window.close()
    driver.answer("Cancel")
    driver.wait(lambda: not driver.is_asking)
    driver.window.close()
    driver.question().reject()
    driver.wait(lambda: not driver.is_asking)
    assert not is_closed(driver)
    assert not targets[0].exists()
    driver.window.close()
    assert driver.is_asking


def test_save_and_close_saves_everything_first(driver: WindowDriver) -> None:
    targets = finish(driver, 2)
    driver.window.close()
    with driver.qtbot.waitSignal(driver.window.closed):
        driver.answer("Save and close")
    assert is_closed(driver)
    assert all(target.exists() for target in targets)


def test_saved_results_need_no_question(driver: WindowDriver) -> None:
    finish(driver, 2)
    driver.window.docks.exposures.select(driver.exposures[0])
    with driver.qtbot.waitSignal(driver.window.services.saver.idle):
        driver.press("Ctrl+S")
    driver.window.close()
    assert driver.question().text() == "One result has not been saved."
    assert driver.question().informativeText() == driver.exposures[1].product.name


def test_close_without_saving_writes_nothing(driver: WindowDriver) -> None:
    targets = finish(driver, 1)
    driver.window.close()
    driver.answer("Close without saving")
    driver.wait(lambda: is_closed(driver))
    assert not targets[0].exists()


def test_the_window_stays_open_when_saving_fails(driver: WindowDriver) -> None:
    (target,) = finish(driver, 1)
    driver.window.close()
    result = driver.exposures[0].result
    assert result is not None
    result.unlink()
    with driver.qtbot.waitSignal(driver.window.services.saver.failed):
        driver.answer("Save and close")
    assert not is_closed(driver)
    assert "was not saved" in driver.sentences[0]
    assert not target.exists()


def test_a_file_that_exists_is_asked_about_and_cancel_stays(driver: WindowDriver) -> None:
    (target,) = finish(driver, 1)
    target.write_text("precious")
    driver.window.close()
    driver.answer("Save and close")
    driver.wait(lambda: driver.is_asking and str(target) in driver.question().informativeText())
    driver.answer("Cancel")
    driver.wait(lambda: not driver.is_asking)
    assert not is_closed(driver)
    assert target.read_text() == "precious"
    driver.window.close()
    driver.answer("Save and close")
    driver.wait(lambda: driver.is_asking and str(target) in driver.question().informativeText())
    with driver.qtbot.waitSignal(driver.window.closed):
        driver.answer("Replace")
    assert target.read_text() != "precious"


def test_a_later_save_does_not_close_a_window_that_stayed_open(driver: WindowDriver) -> None:
    kept, _ = finish(driver, 2)
    kept.write_text("precious")
    driver.window.close()
    driver.answer("Save and close")
    driver.wait(lambda: driver.is_asking and str(kept) in driver.question().informativeText())
    with driver.qtbot.waitSignal(driver.window.services.saver.idle):
        driver.answer("Keep it, save the others")
    assert not is_closed(driver)
    driver.wait(lambda: not driver.is_asking)
    driver.window.docks.exposures.select(driver.exposures[0])
    driver.rest()
    driver.window.table["save"].trigger()
    driver.wait(lambda: driver.is_asking and "Replace" in driver.answers())
    with driver.qtbot.waitSignal(driver.window.services.saver.idle):
        driver.answer("Replace")
    driver.wait(lambda: not driver.is_asking)
    assert not is_closed(driver)
    assert kept.read_text() != "precious"


def test_a_run_is_stopped_after_its_step_and_then_the_window_closes(driver: WindowDriver) -> None:
    driver.open(*driver.write(2))
    driver.fake.gate.clear()
    driver.press("F5")
    driver.wait(driver.fake.entered.is_set)
    driver.window.close()
    assert driver.question().text() == "A run is going on; it will stop after the present step."
    assert driver.answers() == {"Cancel", "Stop and close"}
    driver.answer("Stop and close")
    assert not is_closed(driver)
    with driver.qtbot.waitSignal(driver.window.closed):
        driver.fake.gate.set()
    assert is_closed(driver)
    assert [exposure.finished_steps for exposure in driver.exposures] == [("assign_wcs",), ()]


def test_cancel_lets_a_run_go_on(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.fake.gate.clear()
    driver.press("F5")
    driver.wait(driver.fake.entered.is_set)
    driver.window.close()
    driver.answer("Cancel")
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.fake.gate.set()
    assert driver.exposures[0].state is ExposureState.DONE
    assert not is_closed(driver)


def test_a_result_written_during_the_question_is_not_lost(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.fake.gate.clear()
    driver.press("F5")
    driver.wait(driver.fake.entered.is_set)
    driver.window.close()
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.fake.gate.set()
    assert driver.exposures[0].is_unsaved
    driver.answer("Stop and close")
    driver.wait(lambda: driver.is_asking and driver.question().text() == "One result has not been saved.")
    assert not is_closed(driver)
    driver.answer("Close without saving")
    driver.wait(lambda: is_closed(driver))


def test_a_last_step_that_ends_after_the_answer_is_asked_about(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.press("5")
    for _ in range(2):
        with driver.qtbot.waitSignal(driver.window.services.control.ended):
            driver.press("F6")
    driver.fake.gate.clear()
    driver.fake.entered.clear()
    driver.press("F6")
    driver.wait(driver.fake.entered.is_set)
    driver.window.close()
    driver.answer("Stop and close")
    driver.fake.gate.set()
    driver.wait(lambda: driver.is_asking)
    assert driver.question().text() == "One result has not been saved."
    with driver.qtbot.waitSignal(driver.window.closed):
        driver.answer("Save and close")
    assert driver.exposures[0].saved is not None


def test_a_step_that_waits_for_a_verdict_is_asked_about(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.press("F8")
    with driver.qtbot.waitSignal(driver.window.services.control.verdict_needed):
        driver.press("F5")
    driver.window.close()
    assert driver.question().text() == "A step waits for your verdict; its exposure would have to be run again."
    driver.answer("Close")
    driver.wait(lambda: is_closed(driver))


def test_save_and_close_leaves_a_step_without_its_verdict(driver: WindowDriver) -> None:
    driver.open(*driver.write(2))
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.press("Ctrl+R")
    driver.press("F8")
    with driver.qtbot.waitSignal(driver.window.services.control.verdict_needed):
        driver.press("F5")
    driver.window.close()
    with driver.qtbot.waitSignal(driver.window.closed):
        driver.answer("Save and close")
    assert driver.exposures[0].saved is not None
