"""The whole window on the fake engine: open, run, look, review, save, close, as an analyst does it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QToolButton, QWidget

from tests.exposures import write_association
from tests.gui import fakes
from tests.gui.window_bench import WindowBench, drag_over, drop, files, find
from wfsgui.core.files.headers import HeaderSection, read_headers
from wfsgui.core.model.engine_info import EngineFacts
from wfsgui.core.model.exposure import ExposureState, StageState
from wfsgui.core.model.parameters import ParameterKind, ParameterSpec
from wfsgui.core.model.stages import RATE
from wfsgui.core.model.verdicts import Judgement
from wfsgui.gui.header import reader as header_feed
from wfsgui.gui.window.wiring import Wiring

CHAIN = ("assign_wcs", "flat_field", "photom")


def states(bench: WindowBench) -> list[ExposureState]:
    return [exposure.state for exposure in bench.exposures]


def awaits(bench: WindowBench, stage: str, number: int = 0) -> None:
    """Wait until a step of an exposure waits for a verdict."""
    control = bench.window.services.control
    bench.wait(lambda: control.awaited_stage(bench.exposures[number]) == stage)


def child(bench: WindowBench, name: str) -> QWidget:
    return find(bench.window, QWidget, name)


def test_an_empty_window_invites_to_drop_files(bench: WindowBench) -> None:
    assert bench.window.welcome.isVisible()
    assert not any(dock.isVisible() for dock in bench.window.docks.all)
    assert not bench.action("run_all").isEnabled()
    assert bench.action("open").isEnabled()


def test_only_files_of_this_machine_are_taken(bench: WindowBench) -> None:
    link, text = QMimeData(), QMimeData()
    link.setUrls([QUrl("https://example.invalid/a_rate.fits")])
    text.setText("a_rate.fits")
    assert not drag_over(bench.window, link)
    assert not drag_over(bench.window, text)
    assert drag_over(bench.window, files(Path("/data/a_rate.fits")))


def test_dropped_files_come_into_the_list_and_the_first_one_on_screen(bench: WindowBench) -> None:
    paths = bench.write(2)
    image = bench.window.workspace.image
    with bench.qtbot.waitSignal(image.rendered):
        exposures = bench.open(*paths)
    assert [exposure.product.science.path for exposure in exposures] == paths
    assert bench.window.presenter.exposure is exposures[0]
    assert bench.window.docks.exposures.selected() == [exposures[0]]
    assert bench.window.docks.model.rowCount() == 2
    assert {dock.objectName() for dock in bench.window.docks.all if not dock.isVisibleTo(bench.window)} == {
        "pixels_dock"
    }
    assert not bench.window.welcome.isVisible()
    assert bench.action("run_all").isEnabled()
    assert not bench.action("save").isEnabled()


@pytest.mark.parametrize("place", ["exposure_view", "image_view", "step_rail", "message_bar", "header_panel"])
def test_files_can_be_dropped_anywhere(bench: WindowBench, place: str) -> None:
    first, second = bench.write(2)
    bench.open(first)
    with bench.qtbot.waitSignal(bench.window.services.opener.opened):
        assert drop(child(bench, place), files(second))
    assert len(bench.exposures) == 2


def test_a_dropped_folder_gives_its_associations_and_files(bench: WindowBench) -> None:
    science, background, _ = bench.write(3)
    write_association(bench.folder / "in" / "jw99001-o001_image2_00001_asn.json", {science: [background]})
    exposures = bench.open(bench.folder / "in")
    assert [len(exposure.product.backgrounds) for exposure in exposures] == [1, 0]


def test_declined_files_are_told_one_by_one_and_the_good_ones_are_taken(bench: WindowBench) -> None:
    (good,) = bench.write(1)
    broken, missing = bench.folder / "broken_rate.fits", bench.folder / "missing_rate.fits"
    broken.write_text("no FITS")
    assert len(bench.open(broken, good, missing)) == 1
    (message,) = bench.window.messages.messages
    assert message.text == "2 inputs were not opened."
    details = child(bench, "message_details")
    bench.wait(details.isVisible)
    text = details.property("plainText")
    assert broken.name in text
    assert missing.name in text
    assert good.name not in text


def test_what_is_there_already_is_not_taken_again(bench: WindowBench) -> None:
    paths = bench.write(1)
    bench.open(*paths)
    assert len(bench.open(*paths)) == 1
    assert "is in the list already" in bench.sentences[0]


def test_run_all_and_save_all_the_way(bench: WindowBench) -> None:
    paths = bench.write(2)
    exposures = bench.open(*paths)
    bench.run_all()
    assert states(bench) == [ExposureState.DONE] * 2
    bench.wait(bench.action("save").isEnabled)
    bench.window.docks.exposures.select(exposures[1])
    with bench.qtbot.waitSignal(bench.window.services.saver.saved):
        bench.press("Ctrl+S")
    target = paths[1].with_name(paths[1].name.replace("_rate", "_cal"))
    assert exposures[1].saved is not None
    assert exposures[1].saved.parent == target.parent
    assert exposures[1].saved.exists()
    assert states(bench) == [ExposureState.DONE, ExposureState.SAVED]
    assert bench.sentences == [f"Saved {exposures[1].saved}"]


def test_results_go_to_the_output_folder_that_is_set(bench: WindowBench) -> None:
    (exposure,) = bench.open(*bench.write(1))
    out = bench.folder / "out"
    out.mkdir()
    bench.settings.set("output_folder", str(out))
    bench.run_all()
    with bench.qtbot.waitSignal(bench.window.services.saver.saved):
        bench.press("Ctrl+S")
    assert exposure.saved is not None
    assert exposure.saved.parent == out


def test_two_results_of_one_name_are_refused_with_a_sentence(bench: WindowBench) -> None:
    bench.open(*bench.write(1, "in"))
    bench.open(*bench.write(1, "other"))
    bench.settings.set("output_folder", str(bench.folder))
    bench.run_all()
    child(bench, "exposure_view").setFocus()
    bench.press("Ctrl+A")
    assert bench.window.docks.exposures.selected() == bench.exposures
    bench.press("Ctrl+S")
    assert any("would replace each other" in sentence for sentence in bench.sentences)


def test_the_screen_goes_along_with_the_run(bench: WindowBench) -> None:
    (exposure,) = bench.open(*bench.write(1))
    for stage in CHAIN[:2]:
        with bench.qtbot.waitSignal(bench.window.services.control.ended):
            bench.press("F6")
        bench.window.services.later.finish()
        assert bench.window.presenter.stage == stage
    bench.press("1")
    assert bench.window.presenter.stage == "rate"
    with bench.qtbot.waitSignal(bench.window.services.control.ended):
        bench.press("F6")
    assert exposure.state is ExposureState.DONE
    assert bench.window.presenter.stage == "rate"
    bench.press("6")
    assert bench.window.presenter.stage == "cal"


def test_run_to_here_runs_up_to_the_stage_on_screen(bench: WindowBench) -> None:
    (exposure,) = bench.open(*bench.write(1))
    bench.press("4")
    assert bench.window.presenter.stage == "flat_field"
    with bench.qtbot.waitSignal(bench.window.services.control.ended):
        bench.press("F7")
    assert exposure.finished_steps == CHAIN[:2]
    assert exposure.state is ExposureState.PAUSED


def test_the_key_of_a_stage_that_does_not_apply_does_nothing(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    assert not bench.action("stage_2").isEnabled()
    bench.press("2")
    assert bench.window.presenter.stage == "rate"


def test_the_next_and_previous_exposure_by_keys(bench: WindowBench) -> None:
    exposures = bench.open(*bench.write(3))
    for keys, number in (("Ctrl+Down", 1), ("Ctrl+Down", 2), ("Ctrl+Down", 2), ("Ctrl+Up", 1)):
        bench.press(keys)
        assert bench.window.presenter.exposure is exposures[number]


def test_review_by_keys_accept_redo_and_reject(bench: WindowBench) -> None:
    first, second = bench.open(*bench.write(2))
    bench.press("F8")
    assert bench.settings.switch("review")
    bench.press("F5")
    awaits(bench, "assign_wcs")
    assert bench.window.workspace.verdict_bar.isVisible()
    note = child(bench, "verdict_note")
    note.setFocus()
    QTest.keyClicks(note, "1 star, as planned")
    bench.press("Ctrl+Return")
    awaits(bench, "flat_field")
    bench.press("Ctrl+Shift+R")
    bench.wait(lambda: len(bench.fake.requests) == 3)
    awaits(bench, "flat_field")
    bench.window.setFocus()
    bench.press("Ctrl+J")
    assert first.state is ExposureState.REJECTED
    assert first.stages["flat_field"].state is StageState.REJECTED
    decided = [(verdict.stage, verdict.judgement, verdict.note) for verdict in first.verdicts]
    assert decided == [
        ("assign_wcs", Judgement.ACCEPTED, "1 star, as planned"),
        ("flat_field", Judgement.REDONE, ""),
        ("flat_field", Judgement.REJECTED, ""),
    ]
    awaits(bench, "assign_wcs", 1)
    assert bench.window.presenter.exposure is second


def test_reject_by_keys_while_a_note_is_written(bench: WindowBench) -> None:
    (exposure,) = bench.open(*bench.write(1))
    bench.press("F8")
    bench.press("F5")
    awaits(bench, "assign_wcs")
    note = child(bench, "verdict_note")
    note.setFocus()
    QTest.keyClicks(note, "trailed")
    QTest.keySequence(note, bench.action("reject").shortcut())
    assert exposure.state is ExposureState.REJECTED
    assert [verdict.note for verdict in exposure.verdicts] == ["trailed"]


def test_verdicts_are_there_again_in_another_session(bench: WindowBench) -> None:
    paths = bench.write(1)
    bench.open(*paths)
    bench.press("F8")
    bench.press("F5")
    awaits(bench, "assign_wcs")
    bench.press("Ctrl+Return")
    awaits(bench, "flat_field")
    bench.wait(lambda: not bench.window.services.file_lane.is_busy)
    later = WindowBench(bench.fake, bench.qtbot, bench.folder, bench.rates)
    (exposure,) = later.open(*paths)
    assert [verdict.judgement for verdict in exposure.verdicts] == [Judgement.ACCEPTED]


def test_stop_by_keys_leaves_what_is_finished(bench: WindowBench) -> None:
    first, second = bench.open(*bench.write(2))
    bench.fake.gate.clear()
    bench.press("F5")
    bench.wait(bench.fake.entered.is_set)
    bench.wait(lambda: first.state is ExposureState.RUNNING)
    assert bench.action("stop").isEnabled()
    bench.press("Ctrl+.")
    work = child(bench, "work_state")
    assert isinstance(work, QLabel)
    assert work.text() == "Stopping after this step..."
    with bench.qtbot.waitSignal(bench.window.services.control.stopped):
        bench.fake.gate.set()
    assert (first.state, second.state) == (ExposureState.PAUSED, ExposureState.WAITING)
    assert first.finished_steps == CHAIN[:1]
    assert "was stopped" in bench.sentences[0]
    assert not bench.action("stop").isEnabled()
    bench.run_all()
    assert states(bench) == [ExposureState.DONE] * 2


def test_files_dropped_during_a_run_join_the_list(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    bench.fake.gate.clear()
    bench.press("F5")
    bench.wait(bench.fake.entered.is_set)
    assert len(bench.open(*bench.write(2))) == 2
    with bench.qtbot.waitSignal(bench.window.services.control.ended):
        bench.fake.gate.set()
    assert states(bench) == [ExposureState.DONE, ExposureState.WAITING]


def test_a_failure_is_told_with_its_reason(bench: WindowBench) -> None:
    bench.fake.fails_at = {"flat_field": "There is no flat for this filter."}
    (exposure,) = bench.open(*bench.write(1))
    bench.run_all()
    assert exposure.state is ExposureState.FAILED
    assert bench.sentences == [f"{exposure.product.name}: There is no flat for this filter."]
    bench.press("4")
    assert exposure.stages["flat_field"].reason == "There is no flat for this filter."


def test_the_context_has_one_spelling_and_is_that_of_the_exposure_on_screen(bench: WindowBench) -> None:
    bench.load()
    first, second = bench.open(*bench.write(2))
    engine = child(bench, "engine_state")
    assert isinstance(engine, QLabel)
    before = engine.text()
    first.context = "jwst_1234.pmap"
    bench.window.services.desk.changed.emit(first)
    bench.wait(lambda: engine.text() == "jwst 9.9.9 · jwst_1234.pmap")
    bench.window.docks.exposures.select(second)
    bench.wait(lambda: engine.text() == before)


def test_an_engine_that_cannot_be_loaded_is_told_everywhere(bench: WindowBench) -> None:
    bench.fake.load_error = ImportError("no jwst")
    with bench.qtbot.waitSignal(bench.window.services.runner.load_failed):
        bench.window.begin([])
    assert bench.sentences == ["loading the pipeline failed: no jwst"]
    welcome, engine = child(bench, "welcome_status"), child(bench, "engine_state")
    assert isinstance(welcome, QLabel)
    assert isinstance(engine, QLabel)
    assert engine.text() == "No pipeline"
    assert "Loading" not in welcome.text()


def test_the_engine_is_loaded_once_the_image_is_on_screen(bench: WindowBench) -> None:
    runner = bench.window.services.runner
    with bench.qtbot.waitSignals([bench.window.workspace.image.rendered, runner.loaded], order="strict"):
        bench.window.begin(bench.write(1))
    welcome = child(bench, "welcome_status")
    assert isinstance(welcome, QLabel)
    assert welcome.text() == "Ready: jwst 9.9.9"


def test_removing_an_unsaved_result_is_asked(bench: WindowBench) -> None:
    first, second = bench.open(*bench.write(2))
    bench.run_all()
    results = [exposure.result for exposure in (first, second) if exposure.result is not None]
    bench.window.docks.exposures.select(first)
    bench.press("Del")
    assert first.product.name in bench.question().informativeText()
    bench.answer("Cancel")
    assert bench.exposures == [first, second]
    bench.wait(lambda: not bench.is_asking)
    bench.press("Del")
    bench.answer("Remove")
    assert bench.exposures == [second]
    assert bench.window.presenter.exposure is second
    assert bench.window.docks.model.rowCount() == 1
    bench.wait(lambda: not results[0].parent.exists())
    assert results[1].is_file()


def test_removing_what_has_no_result_is_not_asked_and_the_last_one_leaves_an_empty_window(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    bench.press("Del")
    assert bench.exposures == []
    assert bench.window.welcome.isVisible()
    assert not any(dock.isVisible() for dock in bench.window.docks.all)
    assert bench.window.presenter.exposure is None
    assert not bench.action("run_all").isEnabled()
    assert len(bench.open(*bench.write(1))) == 1
    assert {dock.objectName() for dock in bench.window.docks.all if not dock.isVisibleTo(bench.window)} == {
        "pixels_dock"
    }


def test_removing_during_a_run_goes_on_with_the_others(bench: WindowBench) -> None:
    first, second = bench.open(*bench.write(2))
    bench.fake.gate.clear()
    bench.press("F5")
    bench.wait(bench.fake.entered.is_set)
    assert bench.window.docks.exposures.selected() == [first]
    bench.press("Del")
    assert bench.exposures == [second]
    with bench.qtbot.waitSignal(bench.window.services.control.ended):
        bench.fake.gate.set()
    assert second.state is ExposureState.DONE


def test_the_demonstration_is_started_from_the_welcome_page(bench: WindowBench) -> None:
    QTest.mouseClick(find(bench.window, QPushButton, "welcome_demonstration"), Qt.MouseButton.LeftButton)
    assert bench.demonstrations == [None]


def test_find_goes_to_the_log_where_that_is_in_front(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    bench.press("Ctrl+F")
    bench.wait(lambda: bench.window.docks.header.isAncestorOf(bench.window.focusWidget()))
    bench.window.docks.bring_up("log")
    bench.wait(lambda: bench.window.docks.is_up("log"))
    bench.press("Ctrl+F")
    bench.wait(lambda: bench.window.docks.log.isAncestorOf(bench.window.focusWidget()))


def test_drops_are_shown_while_they_hover(bench: WindowBench) -> None:
    area = child(bench, "drop_area")
    quiet = area.styleSheet()
    drag_over(bench.window, files(Path("/data")))
    assert area.styleSheet() != quiet
    with bench.qtbot.waitSignal(bench.window.services.opener.opened):
        drop(bench.window, files(bench.folder / "nothing"))
    assert area.styleSheet() == quiet


def test_headers_are_read_once_somebody_looks(bench: WindowBench, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def counted(path: Path) -> tuple[HeaderSection, ...]:
        read.append(path)
        return read_headers(path)

    monkeypatch.setattr(header_feed, "read_headers", counted)
    bench.open(*bench.write(1))
    bench.wait(lambda: bench.exposures[0].stages[RATE].frame is not None)
    bench.rest()
    due = find(find(bench.window, Wiring), QTimer)
    bench.wait(lambda: not due.isActive() and not bench.window.services.look_lane.is_busy)
    title = find(bench.window, QLabel, "header_title")
    assert (read, title.text()) == ([], "")
    bench.window.docks.bring_up("header")
    bench.wait(lambda: title.text().startswith(bench.exposures[0].product.name))
    assert len(read) == 1


def test_after_a_failed_redo_the_failed_step_is_on_screen_and_can_be_redone(bench: WindowBench) -> None:
    (exposure,) = bench.open(*bench.write(1))
    bench.press("F8")
    bench.press("F5")
    bench.wait(lambda: bench.window.services.control.awaited_stage(exposure) == "assign_wcs")
    bench.press("Ctrl+Return")
    bench.wait(lambda: bench.window.services.control.awaited_stage(exposure) == "flat_field")
    bench.rest()
    assert bench.window.presenter.stage == "flat_field"
    bench.fake.fails_at = {"flat_field": "The flat is damaged."}
    with bench.qtbot.waitSignal(bench.window.services.control.failed):
        bench.press("Ctrl+Shift+R")
    bench.rest()
    assert bench.window.presenter.stage == "flat_field"
    assert bench.action("redo").isEnabled()
    assert "The flat is damaged." in find(bench.window, QLabel, "step_head").text()
    bench.fake.fails_at = {}
    bench.press("Ctrl+Shift+R")
    bench.wait(lambda: bench.window.services.control.awaited_stage(exposure) == "flat_field")


def test_a_redo_that_cannot_begin_leaves_stage_image_and_question(bench: WindowBench) -> None:
    (exposure,) = bench.open(*bench.write(1))
    bench.press("F8")
    bench.press("F5")
    bench.wait(lambda: bench.window.services.control.awaited_stage(exposure) == "assign_wcs")
    bench.rest()
    bench.fake.refuses = "The reference file does not exist."
    with bench.qtbot.waitSignal(bench.window.services.control.failed):
        bench.press("Ctrl+Shift+R")
    bench.rest()
    assert bench.window.presenter.stage == "assign_wcs"
    assert bench.window.workspace.verdict_bar.isVisible()
    assert "does not exist" in find(bench.window, QLabel, "step_head").text()


def test_the_details_of_a_failure_begin_with_what_failed(bench: WindowBench) -> None:
    (exposure,) = bench.open(*bench.write(1))
    services = bench.window.services
    exposure.log.append(fakes.line("An earlier run warned.", level=logging.WARNING))
    exposure.run_begins_at = 1
    exposure.log.append(fakes.line("A step before warned.", level=logging.WARNING))
    exposure.log.append(fakes.line("flat_field failed for a.", level=logging.ERROR))
    services.control.failed.emit(exposure, "The flat is damaged.")
    details = find(bench.window, QPlainTextEdit, "message_details").toPlainText()
    assert details == "flat_field failed for a.\nA step before warned."


def test_nothing_is_run_while_a_reference_file_is_refused(bench: WindowBench) -> None:
    (exposure,) = bench.open(*bench.write(1))
    bench.load()
    bench.run_all()
    bench.press("4")
    panel = bench.window.docks.step
    specs = (ParameterSpec("sigma", ParameterKind.FLOAT, "3.0", (), "Clipping limit"),)
    panel.set_facts(EngineFacts(parameters={"flat_field": specs}, reference_types={"flat_field": ("flat",)}))
    bench.window.services.later.finish()
    asked = len(bench.fake.requests)
    find(panel, QToolButton, "form_toggle").setChecked(True)
    field = find(panel, QLineEdit, "parameter_override_flat")
    field.setFocus()
    QTest.keyClicks(field, "/nowhere/flat.fits")
    bench.press("Ctrl+Shift+R")
    assert "/nowhere/flat.fits does not exist" in bench.sentences[0]
    assert len(bench.fake.requests) == asked
    assert exposure.state is not ExposureState.QUEUED
    field.clear()
    QTest.keyClick(field, Qt.Key.Key_Return)
    with bench.qtbot.waitSignal(bench.window.services.control.ended):
        bench.press("Ctrl+Shift+R")
    assert len(bench.fake.requests) > asked
