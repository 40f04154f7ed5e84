from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.core.evidence.makers import CONTEXT, assessment, calibrated, product
from tests.gui.window_driver import find
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.results import Assessment
from wfsgui.core.evidence.records import Report
from wfsgui.core.evidence.writing import ALL_FORMATS, Format, evidence_files
from wfsgui.core.files.decision_store import DecisionStore
from wfsgui.core.judgement.decision import Fitness
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.pair.results import PairKind, PairLink
from wfsgui.core.regions.pixel_numbers import FROM_1
from wfsgui.core.regions.shapes import Circle
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.assess.decisions import Decisions, subject_of
from wfsgui.gui.evidence.control import EvidenceControl, Make
from wfsgui.gui.evidence.dialog import EvidenceDialog
from wfsgui.gui.evidence.gathering import EvidenceInput, EvidenceSources, gather
from wfsgui.gui.evidence.scope import scopes_of
from wfsgui.gui.evidence.work import EvidenceOrder, Written, make_evidence
from wfsgui.gui.steps.step_effects import StepEffects
from wfsgui.gui.threads.worker_thread import WorkerThread


def made_by_hand(request: AssessInput) -> Assessment:
    return assessment(request.product, request.stage)


def exposure(folder: Path, number: int = 1, *, pupil: str = "WLP8", visit: str = "001") -> Exposure:
    """Make a calibrated exposure whose files exist."""
    folder.mkdir(exist_ok=True)
    science = product(f"jw99001001001_02101_{number:05d}_nrca1", folder, pupil=pupil, visit=visit)
    science.science.path.write_bytes(b"rate")
    result = folder / f"{science.name}_cal.fits"
    result.write_bytes(b"cal")
    return calibrated(science, result=result)


class Desk:
    """Controller of the evidence with real sources, and the exposures that are open."""

    def __init__(self, qtbot: QtBot, folder: Path, make: Make = make_evidence) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.show()
        self.worker = WorkerThread()
        self.assessments = Assessments(self.worker, assess=made_by_hand)
        self.decisions = Decisions(DecisionStore(folder / "verdicts"), self.worker)
        self.exposures: list[Exposure] = []
        self.links: list[PairLink] = []
        self.output_folder: Path | None = None
        self.sources = EvidenceSources(
            assessments=self.assessments,
            effects=StepEffects(self.worker),
            decisions=self.decisions,
            links=lambda: self.links,
            engine=lambda: CONTEXT.engine,
            numbers=lambda: FROM_1,
        )
        self.control = EvidenceControl(
            self.window,
            self.sources,
            lambda: self.exposures,
            lambda: self.exposures[0] if self.exposures else None,
            lambda: self.output_folder,
            make,
        )
        self.crashes: list[BaseException] = []
        self.control.crashed.connect(self.crashes.append)

    def open(self) -> EvidenceDialog:
        dialog = self.control.open()
        assert dialog is not None
        return dialog


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qtbot, tmp_path)
    yield made
    made.worker.close()
    assert made.crashes == []


def choose(dialog: EvidenceDialog, folder: Path, *formats: Format, scope: str = "") -> None:
    """Choose folder, formats and what it is about."""
    find(dialog, QLineEdit, "evidence_folder").setText(str(folder))
    for kind in Format:
        find(dialog, QCheckBox, f"evidence_{kind.name.lower()}").setChecked(kind in (formats or ALL_FORMATS))
    combo = find(dialog, QComboBox, "evidence_scope")
    (index,) = [row for row in range(combo.count()) if combo.itemText(row).startswith(scope or "This exposure")]
    combo.setCurrentIndex(index)


def write(dialog: EvidenceDialog) -> None:
    QTest.mouseClick(find(dialog, QPushButton, "evidence_write"), Qt.MouseButton.LeftButton)


def content(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def test_evidence_of_the_exposure_is_written_and_told(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    first = exposure(tmp_path / "in")
    desk.exposures = [first]
    dialog = desk.open()
    choose(dialog, tmp_path / "out")
    with qtbot.waitSignal(desk.control.written) as told:
        write(dialog)
    files = evidence_files(tmp_path / "out", f"{first.product.name}_evidence")
    assert told.args == [f"The evidence is written: 5 files in {tmp_path / 'out'}.", tmp_path / "out"]
    assert sorted((tmp_path / "out").iterdir()) == sorted(files)
    assert not desk.control.is_busy
    assert not dialog.isVisible()


def test_pair_and_visit_can_be_chosen(tmp_path: Path) -> None:
    first, second = exposure(tmp_path / "in"), exposure(tmp_path / "in", 2, pupil="WLM8")
    other = exposure(tmp_path / "in", 3, visit="002")
    paths = [each.product.science.path for each in (first, second)]
    links = [PairLink(paths[0], paths[1], PairKind.OPPOSITE_DEFOCUS)]
    one, pair, visit = scopes_of(first, [first, second, other], links)
    assert (one.exposures, one.links) == ((first,), ())
    assert (pair.exposures, list(pair.links)) == ((first, second), links)
    assert pair.name == f"{first.product.name}_and_{second.product.name}_evidence"
    assert (visit.exposures, list(visit.links)) == ((first, second), links)
    assert visit.name == "jw99001001001_evidence"
    assert [scope.exposures for scope in scopes_of(other, [first, second, other], links)] == [(other,)]


def test_pair_with_a_file_that_is_not_open_can_be_chosen(tmp_path: Path) -> None:
    first = exposure(tmp_path / "in")
    link = PairLink(tmp_path / "older_cal.fits", first.product.science.path, PairKind.OTHER_VISIT, by_analyst=True)
    _, pair = scopes_of(first, [first], [link])
    assert (pair.exposures, pair.links) == ((first,), (link,))
    assert "older_cal.fits" in pair.text


def test_pair_without_comparison_is_told_and_the_rest_is_written(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    first = exposure(tmp_path / "in")
    missing = tmp_path / "older_cal.fits"
    desk.exposures = [first]
    desk.links = [PairLink(missing, first.product.science.path, PairKind.OTHER_VISIT)]
    dialog = desk.open()
    choose(dialog, tmp_path / "out", Format.JSON, scope="The pair")
    with qtbot.waitSignal(desk.control.written) as told:
        write(dialog)
    assert told.args is not None
    assert f"The pair {missing.name} and {first.product.science.path.name} was not compared: " in told.args[0]
    (path,) = (tmp_path / "out").iterdir()
    whole = content(path)
    assert (len(whole["exposures"]), whole["pairs"], len(whole["left_out"])) == (1, [], 1)


def test_evidence_has_decisions_limits_and_regions_of_the_analyst(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    first = exposure(tmp_path / "in")
    desk.exposures = [first]
    desk.assessments.set_limits(Limits({"chi2": 2.5}))
    desk.assessments.set_regions(first, signal=Circle(40, 50, 6))
    desk.decisions.decide(subject_of(first), Fitness.CARE, "Ghost.")
    dialog = desk.open()
    choose(dialog, tmp_path / "out", Format.JSON)
    with qtbot.waitSignal(desk.control.written):
        write(dialog)
    whole = content(next((tmp_path / "out").iterdir()))
    assert next(limit["value"] for limit in whole["limits"] if limit["key"] == "chi2") == 2.5
    (decision,) = whole["exposures"][0]["decisions"]
    assert (decision["judgement"], decision["note"]) == ("fit with care", "Ghost.")


def test_what_is_known_is_gathered(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    first = exposure(tmp_path / "in")
    with qtbot.waitSignal(desk.assessments.caught_up):
        desk.assessments.note(first, "cal")
    (record,) = gather(scopes_of(first, [first], [])[0], desk.sources).records
    # The result has the image of the last step.
    assert set(record.assessments) == {"photom", "cal"}
    assert record.assessments["cal"].stage == "cal"


def test_existing_files_are_replaced_only_after_a_question(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    first = exposure(tmp_path / "in")
    desk.exposures = [first]
    (tmp_path / "out").mkdir()
    (mine,) = evidence_files(tmp_path / "out", f"{first.product.name}_evidence", (Format.JSON,))
    mine.write_text("mine")
    dialog = desk.open()
    choose(dialog, tmp_path / "out", Format.JSON)
    press_in_question(dialog, qtbot, "Cancel")
    qtbot.waitUntil(lambda: not desk.control.is_busy)
    assert mine.read_text() == "mine"
    assert dialog.isVisible()
    with qtbot.waitSignal(desk.control.written):
        press_in_question(dialog, qtbot, "Replace")
    assert mine.read_text() != "mine"


def press_in_question(dialog: EvidenceDialog, qtbot: QtBot, label: str) -> None:
    """Order the files, wait for the question, and press a button of it."""
    write(dialog)
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QMessageBox)))
    (question,) = dialog.findChildren(QMessageBox)
    (button,) = (button for button in question.buttons() if button.text() == label)
    button.click()
    qtbot.waitUntil(lambda: not any(box.isVisible() for box in dialog.findChildren(QMessageBox)))


def test_stop_writes_no_file(qtbot: QtBot, tmp_path: Path) -> None:
    held = HeldWork()
    desk = Desk(qtbot, tmp_path, held.make)
    desk.exposures = [exposure(tmp_path / "in")]
    dialog = desk.open()
    choose(dialog, tmp_path / "out")
    write(dialog)
    qtbot.waitUntil(held.begun.is_set)
    assert not find(dialog, QComboBox, "evidence_scope").isEnabled()
    dialog.reject()
    assert dialog.isVisible()
    held.go_on.set()
    qtbot.waitUntil(lambda: not desk.control.is_busy)
    assert find(dialog, QLabel, "evidence_fault").text() == "Stopped: no file was written."
    assert not (tmp_path / "out").exists()
    assert find(dialog, QComboBox, "evidence_scope").isEnabled()
    desk.worker.close()


def test_unexpected_fault_is_told_in_the_dialog_and_reported(qtbot: QtBot, tmp_path: Path) -> None:
    fault = ZeroDivisionError("division by zero")

    def fail(_given: EvidenceInput, _order: EvidenceOrder, _report: Report) -> Written:
        raise fault

    desk = Desk(qtbot, tmp_path, fail)
    desk.exposures = [exposure(tmp_path / "in")]
    dialog = desk.open()
    choose(dialog, tmp_path / "out")
    with qtbot.waitSignal(desk.control.crashed):
        write(dialog)
    assert desk.crashes == [fault]
    assert find(dialog, QLabel, "evidence_fault").text() == "The evidence was not written: division by zero"
    desk.worker.close()


class HeldWork:
    """Making of a document that waits at its beginning."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def make(self, given: EvidenceInput, order: EvidenceOrder, report: Report) -> Written:
        self.begun.set()
        self.go_on.wait()
        return make_evidence(given, order, report)


def test_folder_that_cannot_be_used_is_told_in_the_dialog(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.exposures = [exposure(tmp_path / "in")]
    (tmp_path / "file").write_text("x")
    dialog = desk.open()
    choose(dialog, tmp_path / "file" / "out", Format.JSON)
    write(dialog)
    qtbot.waitUntil(lambda: not desk.control.is_busy)
    assert "cannot be used" in find(dialog, QLabel, "evidence_fault").text()
    assert dialog.isVisible()


def test_nothing_can_be_written_without_a_format_or_a_folder(desk: Desk, tmp_path: Path) -> None:
    desk.exposures = [exposure(tmp_path / "in")]
    dialog = desk.open()
    button, folder = find(dialog, QPushButton, "evidence_write"), find(dialog, QLineEdit, "evidence_folder")
    assert button.isEnabled()
    for kind in Format:
        find(dialog, QCheckBox, f"evidence_{kind.name.lower()}").setChecked(False)
    assert not button.isEnabled()
    find(dialog, QCheckBox, "evidence_pdf").setChecked(True)
    assert button.isEnabled()
    folder.setText("  ")
    assert not button.isEnabled()


def test_suggested_folder_is_that_of_the_result_then_the_last_one(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    first = exposure(tmp_path / "in")
    desk.exposures = [first]
    assert find(desk.open(), QLineEdit, "evidence_folder").text() == str(tmp_path / "in")
    desk.output_folder = tmp_path / "results"
    assert find(desk.open(), QLineEdit, "evidence_folder").text() == str(tmp_path / "results")
    first.saved = tmp_path / "saved" / "x_cal.fits"
    dialog = desk.open()
    assert find(dialog, QLineEdit, "evidence_folder").text() == str(tmp_path / "saved")
    choose(dialog, tmp_path / "out", Format.JSON)
    with qtbot.waitSignal(desk.control.written):
        write(dialog)
    again = desk.open()
    assert find(again, QLineEdit, "evidence_folder").text() == str(tmp_path / "out")
    assert not find(again, QCheckBox, "evidence_pdf").isChecked()


def test_without_an_exposure_nothing_opens(desk: Desk) -> None:
    assert desk.control.open() is None
