"""Saving: names, what is told, what the exposure knows afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.fake_engine import FakeEngine
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.gui.exposures.open_exposures import Desk
from wfsgui.gui.exposures.save_dialogs import SaveControl
from wfsgui.gui.exposures.saver import Saver
from wfsgui.gui.threads.worker_thread import Lane


@dataclass
class Bench:
    """What a test plays with."""

    fake: FakeEngine
    desk: Desk
    saver: Saver
    control: SaveControl
    window: QWidget
    folder: Path
    lane: Lane

    def finished(self, name: str, folder: str = "in") -> Exposure:
        (self.folder / folder).mkdir(exist_ok=True)
        (exposure,), _ = self.desk.add([fakes.product(name, self.folder / folder)])
        result = self.folder / "scratch" / exposure.key / f"{name}_cal.fits"
        result.parent.mkdir(parents=True)
        result.write_text(f"pixels of {name}")
        return fakes.completed(exposure, result)

    def question(self) -> QMessageBox:
        box = self.window.findChild(QMessageBox, "question")
        assert isinstance(box, QMessageBox)
        return box

    def answer(self, label: str) -> None:
        buttons = [button for button in self.question().findChildren(QPushButton) if button.text() == label]
        assert len(buttons) == 1, label
        buttons[0].click()


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Bench]:
    fake, desk, lane, window = FakeEngine(), Desk(qapp), Lane(qapp), QWidget()
    qtbot.addWidget(window)
    saver = Saver(desk, fake.engine(), lane, qapp)
    yield Bench(fake, desk, saver, SaveControl(window, saver, lambda: None), window, tmp_path, lane)
    lane.close()


def test_a_result_is_saved_beside_its_input(bench: Bench, qtbot: QtBot) -> None:
    exposure = bench.finished("a")
    with qtbot.waitSignal(bench.saver.saved):
        bench.control.save([exposure])
    assert (bench.folder / "in" / "a_cal.fits").read_text() == "pixels of a"
    assert exposure.saved == bench.folder / "in" / "a_cal.fits"
    assert exposure.state is ExposureState.SAVED
    assert not exposure.is_unsaved
    assert not bench.saver.is_busy


def test_what_has_no_result_is_not_saved(bench: Bench) -> None:
    exposures, _ = bench.desk.add([fakes.product("a")])
    bench.control.save(exposures)
    bench.control.save_as(exposures[0])
    bench.control.save_all(exposures)
    assert not bench.saver.is_busy
    assert bench.window.children() == [bench.control]


def test_an_existing_file_is_replaced_only_after_a_question(bench: Bench, qtbot: QtBot) -> None:
    exposure = bench.finished("a")
    target = bench.folder / "in" / "a_cal.fits"
    target.write_text("precious")
    bench.control.save([exposure])
    assert str(target) in bench.question().informativeText()
    with qtbot.waitSignal(bench.control.gave_up):
        bench.answer("Cancel")
    assert target.read_text() == "precious"
    assert bench.fake.saves == []
    qtbot.waitUntil(lambda: bench.window.findChild(QMessageBox) is None)
    bench.control.save([exposure])
    with qtbot.waitSignal(bench.saver.saved):
        bench.answer("Replace")
    assert target.read_text() == "pixels of a"


def test_existing_files_can_be_kept_while_the_others_are_saved(bench: Bench, qtbot: QtBot) -> None:
    first, second = bench.finished("a"), bench.finished("b")
    (bench.folder / "in" / "a_cal.fits").write_text("precious")
    bench.control.save([first, second])
    with qtbot.waitSignal(bench.saver.idle):
        bench.answer("Keep it, save the others")
    assert (bench.folder / "in" / "a_cal.fits").read_text() == "precious"
    assert second.saved == bench.folder / "in" / "b_cal.fits"
    assert first.is_unsaved


def test_results_of_one_name_never_replace_each_other(bench: Bench, qtbot: QtBot) -> None:
    exposures = [bench.finished("a", "in"), bench.finished("a", "other")]
    control = SaveControl(bench.window, bench.saver, lambda: bench.folder / "out")
    with qtbot.waitSignal(control.refused) as refused:
        control.save(exposures)
    assert "a_cal.fits" in refused.args[0]
    assert bench.fake.saves == []


def test_a_failure_is_told_and_the_result_stays_unsaved(bench: Bench, qtbot: QtBot) -> None:
    exposure = bench.finished("a")
    target = bench.folder / "in" / "a_cal.fits"
    target.write_text("came in between")
    with qtbot.waitSignal(bench.saver.failed) as failed:
        bench.saver.save(exposure, target, overwrite=False)
    assert failed.args[0] is exposure
    assert "exists and is kept" in failed.args[1]
    assert exposure.is_unsaved


def test_a_result_that_was_run_again_meanwhile_is_not_taken_for_saved(bench: Bench, qtbot: QtBot) -> None:
    exposure = bench.finished("a")
    with qtbot.waitSignal(bench.saver.saved):
        bench.saver.save(exposure, bench.folder / "in" / "a_cal.fits", overwrite=False)
        exposure.apply(fakes.started(exposure, "photom"))
    assert exposure.saved is None


def test_what_cannot_be_saved_with_the_others_is_named(bench: Bench, qtbot: QtBot) -> None:
    first, rejected, unfinished = bench.finished("a"), bench.finished("b"), bench.desk.add([fakes.product("c")])[0][0]
    rejected.state = ExposureState.REJECTED
    left_out: list[tuple[Exposure, str]] = []
    bench.control.left_out.connect(left_out.extend)
    with qtbot.waitSignal(bench.saver.idle):
        bench.control.save([first, rejected, unfinished])
    assert left_out == [(rejected, "rejected"), (unfinished, "no result yet")]


def test_a_result_whose_file_is_kept_is_named(bench: Bench, qtbot: QtBot) -> None:
    first, second = bench.finished("a"), bench.finished("b")
    (bench.folder / "in" / "a_cal.fits").write_text("earlier")
    left_out: list[tuple[Exposure, str]] = []
    bench.control.left_out.connect(left_out.extend)
    bench.control.save([first, second])
    with qtbot.waitSignal(bench.saver.idle):
        bench.answer("Keep it, save the others")
    assert [exposure for exposure, _ in left_out] == [first]
    assert first.is_unsaved


def test_saving_does_not_erase_that_there_were_warnings(bench: Bench, qtbot: QtBot) -> None:
    exposure = bench.finished("a")
    exposure.state = ExposureState.WARNED
    with qtbot.waitSignal(bench.saver.idle):
        bench.control.save([exposure])
    assert exposure.saved is not None
    assert exposure.state is ExposureState.WARNED


def test_a_result_that_takes_the_place_of_the_one_to_be_saved_is_not_saved_for_it(bench: Bench, qtbot: QtBot) -> None:
    exposure = bench.finished("a")
    assert exposure.result is not None
    bench.lane.pause("test")
    bench.control.save([exposure])
    newer = exposure.result.with_name("newer")
    newer.write_text("pixels of a later run")
    newer.replace(exposure.result)
    with qtbot.waitSignal(bench.saver.failed) as failed:
        bench.lane.resume("test")
    assert "was run again before it was saved" in failed.args[1]
    assert not (bench.folder / "in" / "a_cal.fits").exists()
    assert exposure.is_unsaved
