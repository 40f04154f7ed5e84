"""Decisions of the window in the trend: stored with their numbers, shown on the page, opened from it."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

from astropy.io import fits

from tests.core.trend.records import record
from tests.gui.window_driver import WindowDriver
from wfsgui.core.judgement.decision import Fitness
from wfsgui.core.trend.record import TrendRecord
from wfsgui.core.trend.store import TrendStore
from wfsgui.gui.assess.decisions import subject_of


def store(driver: WindowDriver) -> TrendStore:
    return TrendStore(driver.folder / "trend.sqlite3")


def stored(driver: WindowDriver) -> tuple[TrendRecord, ...]:
    """Read the database when the window has come to rest."""
    driver.wait(lambda: not driver.window.decision.assessments.is_behind)
    driver.wait(lambda: not driver.window.services.file_worker.is_busy)
    return store(driver).read().records


def decide(driver: WindowDriver, judgement: Fitness = Fitness.FIT, stage: str = "") -> None:
    exposure = driver.exposures[0]
    driver.window.decision.decisions.decide(subject_of(exposure), judgement, "a note", stage)


def test_decision_is_stored_with_its_numbers_and_the_limits_in_force(driver: WindowDriver) -> None:
    driver.load()
    (exposure,) = driver.open(*driver.write(1))
    driver.run_all()
    decide(driver)
    (found,) = stored(driver)
    assessment = driver.window.decision.assessments.latest(exposure)
    assert assessment is not None
    assert [number.key for number in found.numbers] == [quantity.key for quantity in assessment.quantities]
    assert [check.level for check in found.checks] == [str(check.level) for check in assessment.checks]
    assert (found.judgement, found.note, found.stage) == ("fit", "a note", "cal")
    assert (found.folder, found.rate) == (str(driver.folder / "in"), str(exposure.product.science.path))
    assert {"wfsgui", "jwst"} <= found.versions.keys()
    assert found.sensing_stage


def test_decision_before_the_measurement_is_stored_at_once_and_completed(driver: WindowDriver) -> None:
    worker = driver.window.services.measure_worker
    worker.pause("test")
    # The image may have been read by now, or not.
    driver.open(*driver.write(1))
    decide(driver, stage="rate")
    driver.wait(lambda: not driver.window.services.file_worker.is_busy)
    (early,) = store(driver).read().records
    worker.resume("test")
    (late,) = stored(driver)
    assert early.numbers == ()
    assert late.uid == early.uid
    assert late.numbers


def test_numbers_of_another_run_are_not_those_of_the_decision(driver: WindowDriver) -> None:
    worker = driver.window.services.measure_worker
    driver.load()
    driver.open(*driver.write(1))
    worker.pause("test")
    driver.window.services.control.run(driver.exposures)
    driver.wait(lambda: not driver.window.services.control.is_busy)
    decide(driver)
    driver.window.services.control.run(driver.exposures)
    driver.wait(lambda: not driver.window.services.control.is_busy)
    worker.resume("test")
    (found,) = stored(driver)
    assert (found.stage, found.numbers) == ("", ())


def test_result_that_is_saved_after_the_decision_is_in_its_record(driver: WindowDriver) -> None:
    driver.load()
    (exposure,) = driver.open(*driver.write(1))
    driver.run_all()
    decide(driver, Fitness.NOT_FIT)
    decide(driver)
    with driver.qtbot.waitSignal(driver.window.services.saver.idle):
        driver.window.docks.exposures.select(exposure)
        driver.action("save").trigger()
    first, last = stored(driver)
    assert (first.result, last.result) == ("", str(exposure.saved))
    assert last.numbers


def test_result_of_another_run_is_not_in_the_record_of_the_decision(driver: WindowDriver) -> None:
    driver.load()
    (exposure,) = driver.open(*driver.write(1))
    driver.run_all()
    decide(driver)
    driver.window.services.control.run(driver.exposures)
    driver.wait(lambda: not driver.window.services.control.is_busy)
    with driver.qtbot.waitSignal(driver.window.services.saver.idle):
        driver.window.docks.exposures.select(exposure)
        driver.action("save").trigger()
    (found,) = stored(driver)
    assert exposure.saved is not None
    assert found.result == ""


def test_second_decision_on_an_exposure_keeps_the_first(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    decide(driver)
    decide(driver, Fitness.NOT_FIT)
    assert [found.judgement for found in stored(driver)] == ["fit", "not fit"]


def test_decision_on_a_pair_is_stored(driver: WindowDriver) -> None:
    one, two = driver.open(*driver.write(2))
    driver.window.decision.decisions.decide(subject_of(one, two), Fitness.FIT, "")
    (found,) = stored(driver)
    assert (found.subject, " - " in found.exposure) == ("pair", True)


def test_decision_on_a_pair_is_stored_with_the_numbers_of_its_comparison(driver: WindowDriver) -> None:
    paths = driver.write(2)
    for path in paths:
        # The image of a lens would be larger than these.
        fits.setval(path, "PUPIL", value="CLEAR")
    driver.open(*paths)
    pages = driver.window.late_pages.parts
    driver.press("F3")
    driver.wait(lambda: pages.pair.pair is not None)
    driver.wait(lambda: not (pages.pair.is_comparing or pages.pair.is_searching))
    driver.window.decision.decisions.decide(subject_of(*driver.exposures), Fitness.FIT, "")
    (found,) = stored(driver)
    assert pages.pair.pair is not None
    comparison = pages.pair.pair.comparison
    assert [number.key for number in found.numbers] == [quantity.key for quantity in comparison.quantities]
    assert [check.key for check in found.checks] == [check.key for check in comparison.checks]
    assert found.numbers


def test_page_can_be_shown_without_exposures_and_left_again(driver: WindowDriver) -> None:
    store(driver).add([record(folder=str(driver.folder))])
    assert driver.window.welcome.isVisible()
    driver.press("F9")
    driver.wait(lambda: bool(driver.window.records.page.shown))
    assert driver.window.records.page.isVisible()
    driver.window.pages.show_page("image")
    assert driver.window.welcome.isVisible()


def test_page_shows_what_another_window_has_stored(driver: WindowDriver) -> None:
    driver.press("F9")
    store(driver).add([record(exposure="of another window")])
    driver.press("F9")
    driver.wait(lambda: [found.exposure for found in driver.window.records.page.shown] == ["of another window"])


def test_visit_is_opened_from_a_decision(driver: WindowDriver, rates: tuple[Path, ...]) -> None:
    folder = driver.folder / "before"
    folder.mkdir()
    copy(rates[0], folder)
    store(driver).add([record(folder=str(folder))])
    driver.press("F9")
    page = driver.window.records.page
    driver.wait(lambda: bool(page.shown))
    page.table.setCurrentIndex(page.table.model().index(0, 0))
    with driver.qtbot.waitSignal(driver.window.services.opener.opened):
        page.opened.emit(page.chosen)
    assert [exposure.product.science.path.parent for exposure in driver.exposures] == [folder]
    assert driver.window.pages.current == "image"


def test_folder_that_is_gone_is_told_in_the_window(driver: WindowDriver) -> None:
    gone = record(folder=str(driver.folder / "gone"))
    driver.window.records.page.opened.emit(gone)
    driver.wait(lambda: any("does not exist any more" in sentence for sentence in driver.sentences))


def test_damaged_database_is_told_in_the_window(driver: WindowDriver) -> None:
    (driver.folder / "trend.sqlite3").write_bytes(b"damaged")
    driver.press("F9")
    driver.wait(lambda: any("The trend database was damaged" in sentence for sentence in driver.sentences))
