"""The whole window on the fake engine: open, run, look, review, save, close, as an analyst does it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QToolButton, QWidget
from typing_extensions import override

from tests.exposures import write_association
from tests.gui import fakes
from tests.gui.window_driver import WindowDriver, drag_over, drop, files, find
from wfsgui.core.files.headers import HeaderSection, read_headers
from wfsgui.core.judgement.verdicts import Judgement
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure, ExposureState, StageState
from wfsgui.core.model.parameters import ParameterKind, ParameterSpec
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import RATE
from wfsgui.gui.header import reader as header_feed
from wfsgui.gui.window.wiring import Wiring

CHAIN = ("assign_wcs", "flat_field", "photom")


def states(driver: WindowDriver) -> list[ExposureState]:
    return [exposure.state for exposure in driver.exposures]


def awaits(driver: WindowDriver, stage: str, number: int = 0) -> None:
    """Wait until a step of an exposure waits for a verdict."""
    stops = driver.window.services.stops
    driver.wait(lambda: stops.awaited_stage(driver.exposures[number]) == stage)


def child(driver: WindowDriver, name: str) -> QWidget:
    return find(driver.window, QWidget, name)


def test_window_at_rest_is_not_laid_out_again(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.rest()
    layouts = LayoutRequests(driver.window)

    def is_at_rest() -> bool:
        layouts.count = 0
        for _ in range(20):
            QApplication.processEvents()
        return layouts.count == 0

    driver.wait(is_at_rest)


class LayoutRequests(QObject):
    """Count the requests to lay out a window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.count = 0
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count them, and keep none back."""
        self.count += event.type() is QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


def test_an_empty_window_shows_the_welcome_page(driver: WindowDriver) -> None:
    assert driver.window.welcome.isVisible()
    assert not any(dock.isVisible() for dock in driver.window.docks.all)
    assert not driver.action("run_all").isEnabled()
    assert driver.action("open").isEnabled()


def test_only_files_of_this_machine_are_taken(driver: WindowDriver) -> None:
    link, text = QMimeData(), QMimeData()
    link.setUrls([QUrl("https://example.invalid/a_rate.fits")])
    text.setText("a_rate.fits")
    assert not drag_over(driver.window, link)
    assert not drag_over(driver.window, text)
    assert drag_over(driver.window, files(Path("/data/a_rate.fits")))


def test_dropped_files_are_listed_and_the_first_one_is_shown(driver: WindowDriver) -> None:
    paths = driver.write(2)
    image = driver.window.workspace.image
    with driver.qtbot.waitSignal(image.rendered):
        exposures = driver.open(*paths)
    assert [exposure.product.science.path for exposure in exposures] == paths
    assert driver.window.presenter.exposure is exposures[0]
    assert driver.window.docks.exposures.selected() == [exposures[0]]
    # A heading and the exposures.
    assert driver.window.docks.model.rowCount() == 3
    assert {dock.objectName() for dock in driver.window.docks.all if not dock.isVisibleTo(driver.window)} == {
        "pixels_dock"
    }
    assert not driver.window.welcome.isVisible()
    assert driver.action("run_all").isEnabled()
    assert not driver.action("save").isEnabled()


@pytest.mark.parametrize(
    ("place", "asks"),
    [
        # On an exposure: it could be a background of that one.
        ("exposure_view", True),
        ("image_view", True),
        ("step_rail", False),
        ("message_bar", False),
        ("header_panel", False),
    ],
)
def test_files_can_be_dropped_anywhere(driver: WindowDriver, place: str, *, asks: bool) -> None:
    first, second = driver.write(2)
    driver.open(first)
    with driver.qtbot.waitSignal(driver.window.services.opener.opened):
        assert drop(child(driver, place), files(second))
        if asks:
            driver.answer("Open")
    assert len(driver.exposures) == 2


def test_a_dropped_folder_gives_its_associations_and_files(driver: WindowDriver) -> None:
    science, background, _ = driver.write(3)
    write_association(driver.folder / "in" / "jw99001-o001_image2_00001_asn.json", {science: [background]})
    exposures = driver.open(driver.folder / "in")
    assert [len(exposure.product.backgrounds) for exposure in exposures] == [1, 0]


def test_declined_files_are_reported_one_by_one_and_the_others_opened(driver: WindowDriver) -> None:
    (good,) = driver.write(1)
    broken, missing = driver.folder / "broken_rate.fits", driver.folder / "missing_rate.fits"
    broken.write_text("no FITS")
    assert len(driver.open(broken, good, missing)) == 1
    (message,) = driver.window.messages.messages
    assert message.text == "2 inputs were not opened."
    details = child(driver, "message_details")
    driver.wait(details.isVisible)
    text = details.property("plainText")
    assert broken.name in text
    assert missing.name in text
    assert good.name not in text


def test_a_file_that_is_open_is_not_opened_again(driver: WindowDriver) -> None:
    paths = driver.write(1)
    driver.open(*paths)
    assert len(driver.open(*paths)) == 1
    assert "is in the list already" in driver.sentences[0]


def test_run_all_and_save_all_the_way(driver: WindowDriver) -> None:
    paths = driver.write(2)
    exposures = driver.open(*paths)
    driver.run_all()
    assert states(driver) == [ExposureState.DONE] * 2
    driver.wait(driver.action("save").isEnabled)
    driver.window.docks.exposures.select(exposures[1])
    with driver.qtbot.waitSignal(driver.window.services.saver.saved):
        driver.press("Ctrl+S")
    target = paths[1].with_name(paths[1].name.replace("_rate", "_cal"))
    assert exposures[1].saved is not None
    assert exposures[1].saved.parent == target.parent
    assert exposures[1].saved.exists()
    assert states(driver) == [ExposureState.DONE, ExposureState.SAVED]
    assert driver.sentences[0] == f"Saved {exposures[1].saved}"


def test_results_go_to_the_output_folder_that_is_set(driver: WindowDriver) -> None:
    (exposure,) = driver.open(*driver.write(1))
    out = driver.folder / "out"
    out.mkdir()
    driver.settings.set("output_folder", str(out))
    driver.run_all()
    with driver.qtbot.waitSignal(driver.window.services.saver.saved):
        driver.press("Ctrl+S")
    assert exposure.saved is not None
    assert exposure.saved.parent == out


def test_two_results_of_one_name_are_refused_with_a_sentence(driver: WindowDriver) -> None:
    driver.open(*driver.write(1, "in"))
    driver.open(*driver.write(1, "other"))
    driver.settings.set("output_folder", str(driver.folder))
    driver.run_all()
    child(driver, "exposure_view").setFocus()
    driver.press("Ctrl+A")
    assert driver.window.docks.exposures.selected() == driver.exposures
    driver.press("Ctrl+S")
    assert any("would replace each other" in sentence for sentence in driver.sentences)


def test_the_stage_on_screen_follows_the_run(driver: WindowDriver) -> None:
    (exposure,) = driver.open(*driver.write(1))
    for stage in CHAIN[:2]:
        with driver.qtbot.waitSignal(driver.window.services.control.ended):
            driver.press("F6")
        driver.window.services.deferred.finish()
        assert driver.window.presenter.stage == stage
    driver.press("1")
    assert driver.window.presenter.stage == "rate"
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.press("F6")
    assert exposure.state is ExposureState.DONE
    assert driver.window.presenter.stage == "rate"
    driver.press("6")
    assert driver.window.presenter.stage == "cal"


def test_run_to_here_runs_up_to_the_stage_on_screen(driver: WindowDriver) -> None:
    (exposure,) = driver.open(*driver.write(1))
    driver.press("4")
    assert driver.window.presenter.stage == "flat_field"
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.press("F7")
    assert exposure.finished_steps == CHAIN[:2]
    assert exposure.state is ExposureState.PAUSED


def test_the_key_of_a_stage_that_does_not_apply_does_nothing(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    assert not driver.action("stage_2").isEnabled()
    driver.press("2")
    assert driver.window.presenter.stage == "rate"


def test_the_next_and_previous_exposure_by_keys(driver: WindowDriver) -> None:
    exposures = driver.open(*driver.write(3))
    for keys, number in (("Ctrl+Down", 1), ("Ctrl+Down", 2), ("Ctrl+Down", 2), ("Ctrl+Up", 1)):
        driver.press(keys)
        assert driver.window.presenter.exposure is exposures[number]


def change(driver: WindowDriver, exposure: Exposure) -> None:
    """Change a parameter of the latest step, as the form does."""
    options = StepOptions(parameters={exposure.latest.name: {"inverse": "True"}})
    driver.window.services.open_exposures.set_options(exposure, options)


def test_review_by_keys_accept_redo_and_reject(driver: WindowDriver) -> None:
    first, second = driver.open(*driver.write(2))
    driver.press("F8")
    assert driver.settings.switch("review")
    driver.press("F5")
    awaits(driver, "assign_wcs")
    assert driver.window.workspace.verdict_bar.isVisible()
    note = child(driver, "verdict_note")
    note.setFocus()
    QTest.keyClicks(note, "1 star, as planned")
    driver.press("Ctrl+Return")
    awaits(driver, "flat_field")
    change(driver, first)
    driver.press("Ctrl+Shift+R")
    driver.wait(lambda: len(driver.fake.requests) == 3)
    awaits(driver, "flat_field")
    branch = driver.exposures[0]
    driver.window.setFocus()
    driver.press("Ctrl+J")
    assert branch.origin is first
    assert (branch.state, first.state) == (ExposureState.REJECTED, ExposureState.PAUSED)
    assert branch.stages["flat_field"].state is StageState.REJECTED
    assert first.stages["flat_field"].state is StageState.DONE
    decided = [(verdict.stage, verdict.judgement, verdict.note) for verdict in branch.verdicts]
    assert decided == [
        ("assign_wcs", Judgement.ACCEPTED, "1 star, as planned"),
        ("flat_field", Judgement.REDONE, ""),
        ("flat_field", Judgement.REJECTED, ""),
    ]
    awaits(driver, "assign_wcs", 1)
    assert driver.window.presenter.exposure is second


def test_a_failed_redo_stays_on_screen_while_another_exposure_waits(driver: WindowDriver) -> None:
    first, _ = driver.open(*driver.write(2))
    driver.press("F8")
    driver.press("F5")
    awaits(driver, "assign_wcs")
    driver.press("Ctrl+Return")
    awaits(driver, "flat_field")
    driver.fake.fails_at = {"flat_field": "There is no flat for this filter."}
    change(driver, first)
    driver.press("Ctrl+Shift+R")
    driver.wait(lambda: driver.exposures[0].state is ExposureState.FAILED)
    awaits(driver, "assign_wcs", 1)
    # The stage before was on screen while flat_field ran; the change to the failed stage may be deferred still.
    driver.rest()
    assert driver.window.presenter.exposure is driver.exposures[0] is not first
    assert driver.window.presenter.stage == "flat_field"
    driver.fake.fails_at = {}
    driver.press("Ctrl+Shift+R")
    awaits(driver, "flat_field")


def test_reject_by_keys_while_a_note_is_written(driver: WindowDriver) -> None:
    (exposure,) = driver.open(*driver.write(1))
    driver.press("F8")
    driver.press("F5")
    awaits(driver, "assign_wcs")
    note = child(driver, "verdict_note")
    note.setFocus()
    QTest.keyClicks(note, "trailed")
    QTest.keySequence(note, driver.action("reject").shortcut())
    assert exposure.state is ExposureState.REJECTED
    assert [verdict.note for verdict in exposure.verdicts] == ["trailed"]


def test_verdicts_are_there_again_in_another_session(driver: WindowDriver) -> None:
    paths = driver.write(1)
    driver.open(*paths)
    driver.press("F8")
    driver.press("F5")
    awaits(driver, "assign_wcs")
    driver.press("Ctrl+Return")
    awaits(driver, "flat_field")
    driver.wait(lambda: not driver.window.services.file_worker.is_busy)
    deferred = WindowDriver(driver.fake, driver.qtbot, driver.folder, driver.rates)
    (exposure,) = deferred.open(*paths)
    assert [verdict.judgement for verdict in exposure.verdicts] == [Judgement.ACCEPTED]


def test_stop_by_keys_leaves_what_is_finished(driver: WindowDriver) -> None:
    first, second = driver.open(*driver.write(2))
    driver.fake.gate.clear()
    driver.press("F5")
    driver.wait(driver.fake.entered.is_set)
    driver.wait(lambda: first.state is ExposureState.RUNNING)
    assert driver.action("stop").isEnabled()
    driver.press("Ctrl+.")
    work = child(driver, "work_state")
    assert isinstance(work, QLabel)
    assert work.text() == "Stopping after this step..."
    with driver.qtbot.waitSignal(driver.window.services.control.stopped):
        driver.fake.gate.set()
    assert (first.state, second.state) == (ExposureState.PAUSED, ExposureState.WAITING)
    assert first.finished_steps == CHAIN[:1]
    assert "was stopped" in driver.sentences[0]
    assert not driver.action("stop").isEnabled()
    driver.run_all()
    assert states(driver) == [ExposureState.DONE] * 2


def test_files_dropped_during_a_run_join_the_list(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.fake.gate.clear()
    driver.press("F5")
    driver.wait(driver.fake.entered.is_set)
    assert len(driver.open(*driver.write(2))) == 2
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.fake.gate.set()
    assert states(driver) == [ExposureState.DONE, ExposureState.WAITING]


def test_a_failure_is_shown_with_its_reason(driver: WindowDriver) -> None:
    driver.fake.fails_at = {"flat_field": "There is no flat for this filter."}
    (exposure,) = driver.open(*driver.write(1))
    driver.run_all()
    assert exposure.state is ExposureState.FAILED
    assert driver.sentences == [f"{exposure.product.name}: There is no flat for this filter."]
    driver.press("4")
    assert exposure.stages["flat_field"].reason == "There is no flat for this filter."


def test_the_context_has_one_spelling_and_is_that_of_the_exposure_on_screen(driver: WindowDriver) -> None:
    driver.load()
    first, second = driver.open(*driver.write(2))
    engine = child(driver, "engine_state")
    assert isinstance(engine, QLabel)
    before = engine.text()
    first.context = "jwst_1234.pmap"
    driver.window.services.open_exposures.changed.emit(first)
    driver.wait(lambda: engine.text() == "jwst 9.9.9 · jwst_1234.pmap")
    driver.window.docks.exposures.select(second)
    driver.wait(lambda: engine.text() == before)


def test_an_engine_that_cannot_be_loaded_is_reported_everywhere(driver: WindowDriver) -> None:
    driver.fake.load_error = ImportError("no jwst")
    with driver.qtbot.waitSignal(driver.window.services.runner.load_failed):
        driver.window.begin([])
    assert driver.sentences == ["loading the pipeline failed: no jwst"]
    welcome, engine = child(driver, "welcome_status"), child(driver, "engine_state")
    assert isinstance(welcome, QLabel)
    assert isinstance(engine, QLabel)
    assert engine.text() == "No pipeline"
    assert "Loading" not in welcome.text()


def test_the_engine_is_loaded_once_the_image_is_on_screen(driver: WindowDriver) -> None:
    runner = driver.window.services.runner
    with driver.qtbot.waitSignals([driver.window.workspace.image.rendered, runner.loaded], order="strict"):
        driver.window.begin(driver.write(1))
    welcome = child(driver, "welcome_status")
    assert isinstance(welcome, QLabel)
    assert welcome.text() == "Ready: jwst 9.9.9"


def test_removing_an_unsaved_result_is_asked(driver: WindowDriver) -> None:
    first, second = driver.open(*driver.write(2))
    driver.run_all()
    results = [exposure.result for exposure in (first, second) if exposure.result is not None]
    driver.window.docks.exposures.select(first)
    driver.press("Del")
    assert first.product.name in driver.question().informativeText()
    driver.answer("Cancel")
    assert driver.exposures == [first, second]
    driver.wait(lambda: not driver.is_asking)
    driver.press("Del")
    driver.answer("Remove")
    assert driver.exposures == [second]
    assert driver.window.presenter.exposure is second
    assert driver.window.docks.model.rowCount() == 2
    driver.wait(lambda: not results[0].parent.exists())
    assert results[1].is_file()


def test_removing_what_has_no_result_is_not_asked_and_the_last_one_leaves_an_empty_window(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.press("Del")
    assert driver.exposures == []
    assert driver.window.welcome.isVisible()
    assert not any(dock.isVisible() for dock in driver.window.docks.all)
    assert driver.window.presenter.exposure is None
    assert not driver.action("run_all").isEnabled()
    assert len(driver.open(*driver.write(1))) == 1
    assert {dock.objectName() for dock in driver.window.docks.all if not dock.isVisibleTo(driver.window)} == {
        "pixels_dock"
    }


def test_removing_during_a_run_goes_on_with_the_others(driver: WindowDriver) -> None:
    first, second = driver.open(*driver.write(2))
    driver.fake.gate.clear()
    driver.press("F5")
    driver.wait(driver.fake.entered.is_set)
    assert driver.window.docks.exposures.selected() == [first]
    driver.press("Del")
    assert driver.exposures == [second]
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.fake.gate.set()
    assert second.state is ExposureState.DONE


def test_the_demonstration_is_started_from_the_welcome_page(driver: WindowDriver) -> None:
    QTest.mouseClick(find(driver.window, QPushButton, "welcome_demonstration"), Qt.MouseButton.LeftButton)
    assert driver.demonstrations == [None]


def test_find_goes_to_the_log_where_that_is_in_front(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.press("Ctrl+F")
    driver.wait(lambda: driver.window.docks.header.isAncestorOf(driver.window.focusWidget()))
    driver.window.docks.bring_up("log")
    driver.wait(lambda: driver.window.docks.is_up("log"))
    driver.press("Ctrl+F")
    driver.wait(lambda: driver.window.docks.log.isAncestorOf(driver.window.focusWidget()))


def test_drops_are_shown_while_they_hover(driver: WindowDriver) -> None:
    area = child(driver, "drop_area")
    quiet = area.styleSheet()
    drag_over(driver.window, files(Path("/data")))
    assert area.styleSheet() != quiet
    with driver.qtbot.waitSignal(driver.window.services.opener.opened):
        drop(driver.window, files(driver.folder / "nothing"))
    assert area.styleSheet() == quiet


def test_headers_are_read_when_their_panel_is_visible(driver: WindowDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def counted(path: Path) -> tuple[HeaderSection, ...]:
        read.append(path)
        return read_headers(path)

    monkeypatch.setattr(header_feed, "read_headers", counted)
    driver.open(*driver.write(1))
    driver.wait(lambda: driver.exposures[0].stages[RATE].image is not None)
    driver.rest()
    due = find(find(driver.window, Wiring), QTimer)
    driver.wait(lambda: not due.isActive() and not driver.window.services.read_worker.is_busy)
    title = find(driver.window, QLabel, "header_title")
    assert (read, title.text()) == ([], "")
    driver.window.docks.bring_up("header")
    driver.wait(lambda: title.text().startswith(driver.exposures[0].product.name))
    assert len(read) == 1


def test_after_a_failed_redo_the_failed_step_is_on_screen_and_can_be_redone(driver: WindowDriver) -> None:
    (exposure,) = driver.open(*driver.write(1))
    driver.press("F8")
    driver.press("F5")
    driver.wait(lambda: driver.window.services.stops.awaited_stage(exposure) == "assign_wcs")
    driver.press("Ctrl+Return")
    driver.wait(lambda: driver.window.services.stops.awaited_stage(exposure) == "flat_field")
    driver.rest()
    assert driver.window.presenter.stage == "flat_field"
    driver.fake.fails_at = {"flat_field": "The flat is damaged."}
    change(driver, exposure)
    with driver.qtbot.waitSignal(driver.window.services.control.failed):
        driver.press("Ctrl+Shift+R")
    driver.rest()
    assert driver.window.presenter.stage == "flat_field"
    assert driver.action("redo").isEnabled()
    assert "The flat is damaged." in find(driver.window, QLabel, "step_head").text()
    driver.fake.fails_at = {}
    driver.press("Ctrl+Shift+R")
    driver.wait(lambda: driver.window.services.stops.awaited_stage(driver.exposures[0]) == "flat_field")


def test_a_redo_that_cannot_begin_leaves_stage_image_and_question(driver: WindowDriver) -> None:
    (exposure,) = driver.open(*driver.write(1))
    driver.press("F8")
    driver.press("F5")
    driver.wait(lambda: driver.window.services.stops.awaited_stage(exposure) == "assign_wcs")
    driver.rest()
    driver.fake.refuses = "The reference file does not exist."
    note = child(driver, "verdict_note")
    note.setFocus()
    QTest.keyClicks(note, "another distortion")
    change(driver, exposure)
    with driver.qtbot.waitSignal(driver.window.services.control.failed):
        driver.press("Ctrl+Shift+R")
    driver.rest()
    branch = driver.window.presenter.exposure
    assert branch is not None
    assert (branch.origin, branch.error) == (exposure, "The reference file does not exist.")
    # Going back is to select the first run again.
    driver.window.docks.exposures.select(exposure)
    driver.rest()
    assert find(driver.window, QLineEdit, "verdict_note").text() == "another distortion"
    assert exposure.verdicts == []
    assert driver.window.presenter.stage == "assign_wcs"
    assert driver.window.workspace.verdict_bar.isVisible()


def test_the_details_of_a_failure_begin_with_what_failed(driver: WindowDriver) -> None:
    (exposure,) = driver.open(*driver.write(1))
    services = driver.window.services
    exposure.log.append(fakes.line("An earlier run warned.", level=logging.WARNING))
    exposure.run_begins_at = 1
    exposure.log.append(fakes.line("A step before warned.", level=logging.WARNING))
    exposure.log.append(fakes.line("flat_field failed for a.", level=logging.ERROR))
    services.control.failed.emit(exposure, "The flat is damaged.")
    details = find(driver.window, QPlainTextEdit, "message_details").toPlainText()
    assert details == "flat_field failed for a.\nA step before warned."


def test_nothing_is_run_while_a_reference_file_is_refused(driver: WindowDriver) -> None:
    (exposure,) = driver.open(*driver.write(1))
    driver.load()
    driver.run_all()
    driver.press("4")
    panel = driver.window.docks.step
    specs = (ParameterSpec("sigma", ParameterKind.FLOAT, "3.0", (), "Clipping limit"),)
    panel.set_engine_info(EngineInfo(parameters={"flat_field": specs}, reference_types={"flat_field": ("flat",)}))
    driver.window.services.deferred.finish()
    asked = len(driver.fake.requests)
    find(panel, QToolButton, "form_toggle").setChecked(True)
    field = find(panel, QLineEdit, "parameter_override_flat")
    field.setFocus()
    QTest.keyClicks(field, "/nowhere/flat.fits")
    driver.press("Ctrl+Shift+R")
    driver.wait(lambda: "/nowhere/flat.fits does not exist" in "".join(driver.sentences[:1]))
    driver.window.messages.clear()
    # The entries of the context menus.
    driver.window.docks.exposures.run_requested.emit([exposure])
    assert "/nowhere/flat.fits does not exist" in driver.sentences[0]
    assert len(driver.fake.requests) == asked
    assert exposure.state is not ExposureState.QUEUED
    field.clear()
    QTest.keyClick(field, Qt.Key.Key_Return)
    driver.press("Ctrl+Shift+R")
    assert "Nothing was changed" in driver.question().text()
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.answer("Run it as a branch")
    assert len(driver.fake.requests) > asked
