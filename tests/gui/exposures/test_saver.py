"""Tests of saving: names, messages, and the state of the exposure afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.fake_engine import FakeEngine
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.save_dialogs import SaveDialogs
from wfsgui.gui.exposures.saver import Saver
from wfsgui.gui.threads.worker_thread import WorkerThread


@dataclass
class SaverDriver:
    """Object under test and the objects around it."""

    fake: FakeEngine
    open_exposures: OpenExposures
    saver: Saver
    control: SaveDialogs
    window: QWidget
    folder: Path
    worker: WorkerThread
    qtbot: QtBot

    def finished(self, name: str, folder: str = "in") -> Exposure:
        (self.folder / folder).mkdir(exist_ok=True)
        (exposure,), _ = self.open_exposures.add([fakes.product(name, self.folder / folder)])
        result = self.folder / "scratch" / exposure.key / f"{name}_cal.fits"
        result.parent.mkdir(parents=True)
        result.write_text(f"pixels of {name}")
        return fakes.completed(exposure, result)

    def question(self) -> QMessageBox:
        self.qtbot.waitUntil(lambda: self.window.findChild(QMessageBox, "question") is not None)
        box = self.window.findChild(QMessageBox, "question")
        assert isinstance(box, QMessageBox)
        return box

    def answer(self, label: str) -> None:
        buttons = [button for button in self.question().findChildren(QPushButton) if button.text() == label]
        assert len(buttons) == 1, label
        buttons[0].click()


@pytest.fixture
def driver(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[SaverDriver]:
    fake, open_exposures, worker, window = FakeEngine(), OpenExposures(qapp), WorkerThread(qapp), QWidget()
    qtbot.addWidget(window)
    saver = Saver(open_exposures, fake, worker, qapp)
    yield SaverDriver(
        fake, open_exposures, saver, SaveDialogs(window, saver, lambda: None), window, tmp_path, worker, qtbot
    )
    worker.close()


def test_a_result_is_saved_beside_its_input(driver: SaverDriver, qtbot: QtBot) -> None:
    exposure = driver.finished("a")
    with qtbot.waitSignal(driver.saver.saved):
        driver.control.save([exposure])
    assert (driver.folder / "in" / "a_cal.fits").read_text() == "pixels of a"
    assert exposure.saved == driver.folder / "in" / "a_cal.fits"
    assert exposure.state is ExposureState.SAVED
    assert not exposure.is_unsaved
    assert not driver.saver.is_busy


def test_exposure_without_result_is_not_saved(driver: SaverDriver) -> None:
    exposures, _ = driver.open_exposures.add([fakes.product("a")])
    driver.control.save(exposures)
    driver.control.save_as(exposures[0])
    driver.control.save_all(exposures)
    assert not driver.saver.is_busy
    assert driver.window.children() == [driver.control]


def test_an_existing_file_is_replaced_only_after_a_question(driver: SaverDriver, qtbot: QtBot) -> None:
    exposure = driver.finished("a")
    target = driver.folder / "in" / "a_cal.fits"
    target.write_text("precious")
    driver.control.save([exposure])
    assert str(target) in driver.question().informativeText()
    with qtbot.waitSignal(driver.control.gave_up):
        driver.answer("Cancel")
    assert target.read_text() == "precious"
    assert driver.fake.saves == []
    qtbot.waitUntil(lambda: driver.window.findChild(QMessageBox) is None)
    driver.control.save([exposure])
    with qtbot.waitSignal(driver.saver.saved):
        driver.answer("Replace")
    assert target.read_text() == "pixels of a"


def test_files_are_looked_for_in_the_worker_thread(driver: SaverDriver, qtbot: QtBot) -> None:
    exposure = driver.finished("a")
    (driver.folder / "in" / "a_cal.fits").write_text("precious")
    driver.worker.pause("test")
    driver.control.save([exposure])
    assert driver.saver.is_busy
    assert driver.window.findChild(QMessageBox, "question") is None
    driver.worker.resume("test")
    with qtbot.waitSignal(driver.control.gave_up):
        driver.answer("Cancel")
    assert not driver.saver.is_busy


def test_existing_files_can_be_kept_while_the_others_are_saved(driver: SaverDriver, qtbot: QtBot) -> None:
    first, second = driver.finished("a"), driver.finished("b")
    (driver.folder / "in" / "a_cal.fits").write_text("precious")
    driver.control.save([first, second])
    with qtbot.waitSignal(driver.saver.idle):
        driver.answer("Keep it, save the others")
    assert (driver.folder / "in" / "a_cal.fits").read_text() == "precious"
    assert second.saved == driver.folder / "in" / "b_cal.fits"
    assert first.is_unsaved


def test_results_of_one_name_never_replace_each_other(driver: SaverDriver, qtbot: QtBot) -> None:
    exposures = [driver.finished("a", "in"), driver.finished("a", "other")]
    control = SaveDialogs(driver.window, driver.saver, lambda: driver.folder / "out")
    with qtbot.waitSignal(control.refused) as refused:
        control.save(exposures)
    assert "a_cal.fits" in refused.args[0]
    assert driver.fake.saves == []


def test_a_failed_save_is_reported_and_the_result_stays_unsaved(driver: SaverDriver, qtbot: QtBot) -> None:
    exposure = driver.finished("a")
    target = driver.folder / "in" / "a_cal.fits"
    target.write_text("came in between")
    with qtbot.waitSignal(driver.saver.failed) as failed:
        driver.saver.save(exposure, target, overwrite=False)
    assert failed.args[0] is exposure
    assert "exists and is kept" in failed.args[1]
    assert exposure.is_unsaved


def test_a_result_that_was_run_again_meanwhile_is_not_taken_for_saved(driver: SaverDriver, qtbot: QtBot) -> None:
    exposure = driver.finished("a")
    with qtbot.waitSignal(driver.saver.saved):
        driver.saver.save(exposure, driver.folder / "in" / "a_cal.fits", overwrite=False)
        apply_event(exposure, fakes.started(exposure, "photom"))
    assert exposure.saved is None


def test_exposures_that_cannot_be_saved_are_named(driver: SaverDriver, qtbot: QtBot) -> None:
    first, rejected, unfinished = (
        driver.finished("a"),
        driver.finished("b"),
        driver.open_exposures.add([fakes.product("c")])[0][0],
    )
    rejected.state = ExposureState.REJECTED
    left_out: list[tuple[Exposure, str]] = []
    driver.control.left_out.connect(left_out.extend)
    with qtbot.waitSignal(driver.saver.idle):
        driver.control.save([first, rejected, unfinished])
    assert left_out == [(rejected, "rejected"), (unfinished, "no result yet")]


def test_a_result_whose_file_is_kept_is_named(driver: SaverDriver, qtbot: QtBot) -> None:
    first, second = driver.finished("a"), driver.finished("b")
    (driver.folder / "in" / "a_cal.fits").write_text("earlier")
    left_out: list[tuple[Exposure, str]] = []
    driver.control.left_out.connect(left_out.extend)
    driver.control.save([first, second])
    with qtbot.waitSignal(driver.saver.idle):
        driver.answer("Keep it, save the others")
    assert [exposure for exposure, _ in left_out] == [first]
    assert first.is_unsaved


def test_saving_does_not_erase_that_there_were_warnings(driver: SaverDriver, qtbot: QtBot) -> None:
    exposure = driver.finished("a")
    exposure.state = ExposureState.WARNED
    with qtbot.waitSignal(driver.saver.idle):
        driver.control.save([exposure])
    assert exposure.saved is not None
    assert exposure.state is ExposureState.WARNED


def test_a_later_result_is_not_saved_in_place_of_the_requested_one(driver: SaverDriver, qtbot: QtBot) -> None:
    exposure = driver.finished("a")
    assert exposure.result is not None
    driver.worker.pause("test")
    driver.saver.save(exposure, driver.folder / "in" / "a_cal.fits", overwrite=False)
    newer = exposure.result.with_name("newer")
    newer.write_text("pixels of a later run")
    newer.replace(exposure.result)
    with qtbot.waitSignal(driver.saver.failed) as failed:
        driver.worker.resume("test")
    assert "was run again before it was saved" in failed.args[1]
    assert not (driver.folder / "in" / "a_cal.fits").exists()
    assert exposure.is_unsaved


ALARM = "no pixel of the image is usable"


def alarming(driver: SaverDriver, name: str) -> Exposure:
    exposure = driver.finished(name)
    exposure.stages["flat_field"].alarm = ALARM
    return exposure


def test_saving_a_result_without_usable_pixels_asks_first(driver: SaverDriver, qtbot: QtBot) -> None:
    exposure = alarming(driver, "a")
    driver.control.save([exposure])
    assert not driver.saver.is_busy
    assert ALARM in driver.question().informativeText()
    with qtbot.waitSignal(driver.control.gave_up):
        driver.answer("Cancel")
    assert not driver.saver.is_busy
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    driver.control.save([exposure])
    with qtbot.waitSignal(driver.saver.saved):
        driver.answer("Save it all the same")
    assert exposure.saved == driver.folder / "in" / "a_cal.fits"


def test_results_with_usable_pixels_can_be_saved_without_the_others(driver: SaverDriver, qtbot: QtBot) -> None:
    bad, good = alarming(driver, "a"), driver.finished("b")
    driver.control.save([bad, good])
    with qtbot.waitSignals([driver.control.left_out, driver.saver.saved]):
        driver.answer("Save the others only")
    assert (bad.saved, good.saved) == (None, driver.folder / "in" / "b_cal.fits")


def test_save_as_of_a_result_without_usable_pixels_asks_before_the_name(driver: SaverDriver) -> None:
    driver.control.save_as(alarming(driver, "a"))
    assert driver.window.findChild(QFileDialog) is None
    driver.answer("Save it all the same")
    assert driver.window.findChild(QFileDialog) is not None
