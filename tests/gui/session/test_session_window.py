"""A session outlives its window: offered after a crash, saved to a file, opened from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton

from tests.gui.fake_engine import FakeEngine
from tests.gui.window_driver import WindowDriver, drop, files, find
from wfsgui.core.assess.limits import Limits
from wfsgui.core.image.display import LIMITS, STRETCHES, Levels
from wfsgui.core.judgement.decision import Fitness
from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.exposure import ExposureState, StageState
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.regions.shapes import Circle, NamedRegion
from wfsgui.gui.assess.decisions import subject_of
from wfsgui.gui.assess.limits_memory import save_limits
from wfsgui.gui.display.level_memory import LevelKey
from wfsgui.gui.session.restorer import Restored

OF_FIRST = Verdict("photom", Judgement.ACCEPTED, "well", "2026-11-30T12:00:00+00:00")
OF_BRANCH = Verdict("flat_field", Judgement.REJECTED, "stripes", "2026-11-30T13:00:00+00:00")


class Windows:
    """Windows one after the other, each with a session folder of its own."""

    def __init__(self, driver: WindowDriver) -> None:
        self.driver = driver
        self._number = 0

    def open_one(self) -> WindowDriver:
        """Open another window, in which the driver works from now on."""
        driver, self._number = self.driver, self._number + 1
        folder = driver.folder / "sessions" / f"session-{self._number}"
        folder.mkdir(parents=True)
        driver.fake = FakeEngine()
        driver.window = driver.another_window(driver.settings, folder)
        control = driver.window.control.session
        with driver.qtbot.waitSignals([control.offered, driver.window.services.runner.loaded]):
            driver.window.begin([])
        return driver

    def kept(self) -> None:
        """Wait until the present state is on the disk."""
        self.driver.rest()
        self.driver.wait(lambda: self.driver.window.control.session.keeper.is_idle)

    def restored(self, act: Callable[[], object]) -> Restored:
        """Do something, and wait until a session is restored."""
        with self.driver.qtbot.waitSignal(self.driver.window.control.session.restored) as waiting:
            act()
        self.driver.rest()
        (outcome,) = waiting.args
        assert isinstance(outcome, Restored)
        return outcome

    def press_message(self, label: str) -> None:
        """Click a button in the message bar."""
        (button,) = (
            button
            for message in self.driver.window.messages.messages
            for button in message.findChildren(QPushButton)
            if button.text() == label
        )
        button.click()


@pytest.fixture
def windows(driver: WindowDriver) -> Windows:
    return Windows(driver)


def run(driver: WindowDriver) -> None:
    """Run everything; the results are files that can be read."""
    driver.run_all()
    for exposure in driver.exposures:
        assert exposure.result is not None
        copy(exposure.product.science.path, exposure.result)


def work(driver: WindowDriver) -> None:
    """Leave traces of every kind in a window."""
    window, (first, second) = driver.window, driver.exposures
    exposures = window.services.open_exposures
    exposures.set_options(second, StepOptions(parameters={"flat_field": {"skip": "True"}}, skip=frozenset({"photom"})))
    exposures.add_verdict(first, OF_FIRST)
    branch = exposures.add_branch(first, "flat_field", StepOptions(skip=frozenset({"flat_field"})), "no flat")
    exposures.add_verdict(branch, OF_BRANCH)
    exposures.mark(branch)
    window.docks.regions.extend([NamedRegion("hole", Circle(5.0, 6.0, 7.0))])
    limits = Limits({"sbr.FINE_PHASING": 123.0})
    save_limits(driver.settings, limits)
    window.services.assessments.set_limits(limits)
    window.services.assessments.set_regions(second, signal=Circle(20.0, 21.0, 8.0))
    display = window.workspace.image.display
    display.memory.put_by_hand(LevelKey("", "SCI", "DN/s"), Levels(-3.0, 44.0))
    display.restore({"stretch": STRETCHES[-1], "limits": LIMITS[-1]})
    window.decision.decisions.decide(subject_of(branch), Fitness.CARE, "of the branch")
    window.decision.decisions.set_draft((second.product.science.path,), "two stars?")
    window.late_pages.parts.links.make(first.product.science.info, second.product.science.info)
    window.docks.bring_up("pixels")
    window.docks.exposures.select(second)
    driver.rest()
    window.presenter.show_stage("rate")


def assert_worked_on(driver: WindowDriver) -> None:
    """Check all traces of `work`."""
    window = driver.window
    branch, second = driver.exposures
    (first, other) = window.services.open_exposures.branches_of(branch)
    assert (other, branch.branch, branch.fork, branch.origin) == (branch, "no flat", "flat_field", first)
    assert (first.verdicts, branch.verdicts) == ([OF_FIRST], [OF_BRANCH])
    store = window.services.verdict_store
    assert store.read(first.product).verdicts == (OF_FIRST,)
    assert store.read(branch.product, branch.serial).verdicts == (OF_BRANCH,)
    assert second.options.parameters == {"flat_field": {"skip": "True"}}
    assert second.options.skip == {"photom"}
    assert window.docks.regions.regions[0] == NamedRegion("hole", Circle(5.0, 6.0, 7.0))
    assert window.services.assessments.limits.changed == {"sbr.FINE_PHASING": 123.0}
    assert window.services.assessments.choice(second).signal == Circle(20.0, 21.0, 8.0)
    display = window.workspace.image.display
    assert display.memory.by_hand[LevelKey("", "SCI", "DN/s")] == Levels(-3.0, 44.0)
    assert (display.appearance.stretch, display.memory.rule) == (STRETCHES[-1], LIMITS[-1])
    driver.wait(lambda: window.decision.decisions.latest(subject_of(branch)) is not None)
    driver.wait(lambda: window.decision.decisions.draft((second.product.science.path,)) == "two stars?")
    (pair,) = window.late_pages.parts.links.made
    assert {pair.first, pair.second} == {first.product.science.path, second.product.science.path}
    assert window.docks.is_up("pixels")
    assert (window.presenter.exposure, window.presenter.stage) == (second, "rate")


def test_a_killed_session_is_offered_and_continued(windows: Windows) -> None:
    driver = windows.open_one()
    driver.open(*driver.write(2))
    run(driver)
    work(driver)
    windows.kept()
    driver = windows.open_one()
    assert driver.exposures == []
    (sentence,) = driver.sentences
    assert sentence.endswith("ended unexpectedly: 2 exposures, 2 results not saved. Continue it?")
    windows.press_message("Discard")
    driver.answer("Cancel")
    outcome = windows.restored(lambda: windows.press_message("Continue"))
    assert not outcome.left_out
    assert not outcome.notices
    assert_worked_on(driver)
    second = driver.exposures[1]
    assert second.is_unsaved
    assert second.state is ExposureState.DONE
    assert second.result is not None
    assert second.result.parent == driver.window.services.runner.result_dir(second)
    assert second.stages["photom"].state is StageState.DONE
    driver.window.presenter.show_stage("cal")
    driver.wait(lambda: second.stages["cal"].image is not None)
    windows.kept()
    driver.wait(lambda: not (driver.folder / "sessions" / "session-1").exists())


def test_the_last_session_is_offered_on_the_welcome_page(windows: Windows) -> None:
    driver = windows.open_one()
    driver.open(*driver.write(1))
    first = driver.window
    first.close()
    (driver.folder / "sessions" / "session-1" / "ended").touch()
    driver = windows.open_one()
    assert driver.sentences == []
    button = find(driver.window.welcome, QPushButton, "welcome_session")
    assert button.isVisible()
    assert "one exposure" in button.text()
    windows.restored(button.click)
    assert len(driver.exposures) == 1
    assert not button.isVisible()


def test_a_note_that_was_being_typed_is_there_again(windows: Windows) -> None:
    driver = windows.open_one()
    driver.open(*driver.write(1))
    driver.window.settings.set("review", True)
    driver.press("F5")
    bar = driver.window.workspace.verdict_bar
    driver.wait(bar.isVisible)
    note = find(bar, QLineEdit, "verdict_note")
    note.setFocus()
    QTest.keyClicks(note, "faint arc")
    windows.kept()
    driver = windows.open_one()
    windows.restored(lambda: windows.press_message("Continue"))
    driver.press("F5")
    driver.wait(driver.window.workspace.verdict_bar.isVisible)
    assert find(driver.window.workspace.verdict_bar, QLineEdit, "verdict_note").text() == "faint arc"


def save_session(driver: WindowDriver, path: Path) -> None:
    """Save the session under a name."""
    driver.action("save_session_as").trigger()
    dialog = find(driver.window, QFileDialog, "file_dialog")
    with driver.qtbot.waitSignal(driver.window.control.session.keeper.file_written):
        dialog.filesSelected.emit([str(path)])
    dialog.close()


def test_a_session_file_is_dropped_on_another_window_and_its_folder_is_asked_for_once(windows: Windows) -> None:
    driver = windows.open_one()
    driver.open(*driver.write(2))
    run(driver)
    work(driver)
    driver.rest()
    path = driver.folder / "a.wfsession"
    save_session(driver, path)
    driver.window.close()
    driver.answer("Close without saving")
    driver.wait(lambda: not driver.window.isVisible())
    (driver.folder / "in").rename(driver.folder / "elsewhere")
    driver = windows.open_one()
    drop(driver.window, files(path))
    assert str(driver.folder / "in") in driver.question().text()
    driver.answer("Choose the folder...")
    dialog = find(driver.window, QFileDialog, "file_dialog")
    outcome = windows.restored(lambda: dialog.filesSelected.emit([str(driver.folder / "elsewhere")]))
    dialog.close()
    assert not outcome.left_out
    assert not outcome.notices
    assert_worked_on(driver)
    assert driver.exposures[0].product.science.path.parent == driver.folder / "elsewhere"
    assert driver.window.control.session.keeper.file == path


def test_a_session_that_another_window_holds_opens_as_a_copy(windows: Windows) -> None:
    driver = windows.open_one()
    driver.open(*driver.write(1))
    path = driver.folder / "a.wfsession"
    save_session(driver, path)
    driver = windows.open_one()
    windows.restored(lambda: driver.window.open([path]))
    assert driver.sentences[0].startswith("a.wfsession is open as a copy, because another window has it")
    assert driver.window.control.session.keeper.file is None


def test_missing_and_changed_files_are_named(windows: Windows) -> None:
    driver = windows.open_one()
    first, second, third = driver.write(3)
    driver.open(first, second, third)
    path = driver.folder / "a.wfsession"
    save_session(driver, path)
    driver.window.close()
    first.unlink()
    copy(third, second)
    driver = windows.open_one()
    driver.window.open([path])
    driver.question()
    outcome = windows.restored(lambda: driver.answer("Leave it out"))
    assert [name for name, _ in outcome.left_out] == [first.name]
    assert outcome.notices == [f"{second.name} has changed since the session was written; look at it again."]
    assert [exposure.product.science.path for exposure in driver.exposures] == [second, third]


def test_a_folder_that_cannot_be_written_is_told_once_and_tried_again(
    windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wfsgui.gui.session.keeper._RETRY_MS", 10)
    driver = windows.open_one()
    record = driver.folder / "sessions" / "session-1" / "record"
    record.write_text("in the way")
    keeper = driver.window.control.session.keeper
    with driver.qtbot.waitSignal(keeper.trouble):
        driver.open(*driver.write(1))
    assert driver.sentences[0].startswith("The session cannot be written (")
    record.unlink()
    with driver.qtbot.waitSignal(keeper.recovered):
        pass
    assert driver.sentences == ["The session is written again."]
    assert (record / "manifest.json").is_file()
