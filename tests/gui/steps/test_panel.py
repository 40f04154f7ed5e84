"""Tests of the step panel: the page of a stage, and changed parameters for its next run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from astropy.io import fits
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QLineEdit, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.menus import POPUPS
from tests.gui.reference_files import write_reference
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.parameters import ParameterKind, ParameterSpec
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.references.judgement import Judgement
from wfsgui.core.references.queries import ReferenceCheckQuery
from wfsgui.gui.steps.panel import StepPanel
from wfsgui.gui.steps.parameter_form import ParameterForm
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

pytestmark = POPUPS

SPECS = (
    ParameterSpec("skip", ParameterKind.BOOLEAN, "False", (), "Skip this step"),
    ParameterSpec("suffix", ParameterKind.TEXT, "None", (), "Output suffix"),
    ParameterSpec("sigma", ParameterKind.FLOAT, "3.0", (), "Clipping limit"),
    ParameterSpec("maxiters", ParameterKind.INTEGER, "5", (), "Clipping iterations", 1, 9),
    ParameterSpec("limit", ParameterKind.INTEGER, "None", (), ""),
    ParameterSpec("mode", ParameterKind.CHOICE, "mean", ("mean", "median"), "How to average"),
)
FACTS = EngineInfo(
    parameters={"flat_field": SPECS, "photom": SPECS[:2]},
    reference_types={"flat_field": ("flat", "area"), "photom": ("photom",)},
)


class PanelSetup:
    """Handle changed options as the window does: keep them and show the stage again."""

    def __init__(self, qtbot: QtBot, worker: WorkerThread, exposure: Exposure, stage: str) -> None:
        self.panel = StepPanel(worker)
        self.qtbot, self.worker = qtbot, worker
        self.exposure = exposure
        self.stage = stage
        self.changes: list[StepOptions] = []
        qtbot.addWidget(self.panel)
        self.panel.resize(420, 700)
        self.panel.set_engine_info(FACTS)
        self.panel.show_stage(exposure, stage)
        self.panel.options_changed.connect(self.take)
        with qtbot.waitExposed(self.panel):
            self.panel.show()
        QTest.mouseClick(self.toggle(), Qt.MouseButton.LeftButton)

    def take(self, exposure: Exposure, options: StepOptions) -> None:
        self.changes.append(options)
        exposure.options = options
        self.panel.show_stage(self.exposure, self.stage)

    def toggle(self) -> QToolButton:
        found = self.panel.findChild(QToolButton, "form_toggle")
        assert isinstance(found, QToolButton)
        return found

    def form(self) -> ParameterForm:
        found = self.panel.findChild(ParameterForm, "parameter_form")
        assert isinstance(found, ParameterForm)
        return found

    def line(self, name: str) -> QLineEdit:
        found = self.panel.findChild(QLineEdit, name)
        assert isinstance(found, QLineEdit)
        return found

    def combo(self, name: str) -> QComboBox:
        found = self.panel.findChild(QComboBox, name)
        assert isinstance(found, QComboBox)
        return found

    def enter(self, name: str, text: str, *, leave_by: Qt.Key = Qt.Key.Key_Tab) -> None:
        """Replace the text of a field as a person does."""
        self.line(name).setFocus()
        self.line(name).selectAll()
        QTest.keyClick(self.line(name), Qt.Key.Key_Delete)
        QTest.keyClicks(self.line(name), text)
        QTest.keyClick(self.line(name), leave_by)
        self.wait_for_checks()

    def wait_for_checks(self) -> None:
        """Wait until no reference file is being checked."""
        done: list[None] = []
        self.panel.when_checked(lambda: done.append(None))
        self.qtbot.waitUntil(lambda: bool(done))

    def choose(self, name: str, text: str) -> None:
        """Type the first letters of an entry."""
        self.combo(name).setFocus()
        QTest.keyClicks(self.combo(name), text)


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[WorkerThread]:
    worker = WorkerThread(qapp)
    yield worker
    worker.close()


@pytest.fixture
def panel_setup(qtbot: QtBot, worker: WorkerThread) -> PanelSetup:
    return PanelSetup(qtbot, worker, fakes.exposure(), "flat_field")


def test_without_an_exposure_the_panel_says_so(qtbot: QtBot, worker: WorkerThread) -> None:
    panel = StepPanel(worker)
    qtbot.addWidget(panel)
    panel.set_engine_info(FACTS)
    with qtbot.waitExposed(panel):
        panel.show()
    told = panel.findChild(QLabel, "step_head")
    toggle = panel.findChild(QToolButton, "form_toggle")
    assert isinstance(told, QLabel)
    assert isinstance(toggle, QToolButton)
    assert told.text() == "No exposure is chosen."
    assert not toggle.isVisible()


def test_the_form_is_folded_until_it_is_asked_for(panel_setup: PanelSetup) -> None:
    assert panel_setup.form().isVisible()
    QTest.mouseClick(panel_setup.toggle(), Qt.MouseButton.LeftButton)
    assert not panel_setup.form().isVisible()
    assert "change" not in panel_setup.toggle().text()
    QTest.keyClick(panel_setup.toggle(), Qt.Key.Key_Space)
    assert panel_setup.form().isVisible()


@pytest.mark.parametrize("stage", ["rate", "cal", "assign_wcs"])
def test_stages_without_parameters_have_no_form(panel_setup: PanelSetup, stage: str) -> None:
    panel_setup.panel.show_stage(panel_setup.exposure, stage)
    assert not panel_setup.toggle().isVisible()
    assert not panel_setup.form().isVisible()
    panel_setup.panel.show_stage(panel_setup.exposure, "flat_field")
    assert panel_setup.form().isVisible()


def test_the_hint_says_when_changes_apply(panel_setup: PanelSetup) -> None:
    hint = panel_setup.panel.findChild(QLabel, "form_hint")
    assert isinstance(hint, QLabel)
    assert "when the step is run" in hint.text()
    apply_event(panel_setup.exposure, fakes.finished(panel_setup.exposure, "flat_field"))
    panel_setup.panel.show_stage(panel_setup.exposure, "flat_field")
    assert "Redo" in hint.text()


@pytest.mark.parametrize("leave_by", [Qt.Key.Key_Tab, Qt.Key.Key_Return])
@pytest.mark.parametrize(
    ("name", "typed"), [("sigma", "2.5"), ("maxiters", "3"), ("limit", "None"), ("suffix", "mine"), ("sigma", "1e-3")]
)
def test_a_typed_value_is_kept_as_typed(panel_setup: PanelSetup, name: str, typed: str, leave_by: Qt.Key) -> None:
    panel_setup.enter(f"parameter_{name}", typed, leave_by=leave_by)
    assert panel_setup.changes == [StepOptions(parameters={"flat_field": {name: typed}})]
    assert panel_setup.line(f"parameter_{name}").text() == typed
    assert "1 change)" in panel_setup.toggle().text()


def test_typing_goes_on_in_the_next_field(panel_setup: PanelSetup) -> None:
    panel_setup.enter("parameter_sigma", "2.5")
    QTest.keyClicks(QApplication.focusWidget() or panel_setup.panel, "7")
    QTest.keyClick(QApplication.focusWidget() or panel_setup.panel, Qt.Key.Key_Tab)
    assert panel_setup.changes[-1] == StepOptions(parameters={"flat_field": {"sigma": "2.5", "maxiters": "7"}})
    assert "2 changes)" in panel_setup.toggle().text()


@pytest.mark.parametrize(
    ("name", "typed", "reason"),
    [
        ("sigma", "2,5", "sigma must be a number; 2,5 is not."),
        ("maxiters", "1.5", "maxiters must be an integer, from 1 to 9; 1.5 is not."),
        ("maxiters", "10", "maxiters must be an integer, from 1 to 9; 10 is not."),
        ("limit", "x", "limit must be an integer, or None; x is not."),
    ],
)
def test_a_value_that_the_step_does_not_accept_is_refused_at_its_field(
    panel_setup: PanelSetup, name: str, typed: str, reason: str
) -> None:
    panel_setup.enter(f"parameter_{name}", typed)
    assert panel_setup.changes == []
    assert panel_setup.line(f"parameter_{name}").text() == typed
    assert fault(panel_setup, name).isVisible()
    assert fault(panel_setup, name).text() == panel_setup.panel.fault == reason


def test_the_reason_goes_as_soon_as_the_text_is_right(panel_setup: PanelSetup) -> None:
    panel_setup.enter("parameter_sigma", "2.x")
    line = panel_setup.line("parameter_sigma")
    line.setFocus()
    line.end(False)
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    assert fault(panel_setup, "sigma").isHidden()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert panel_setup.changes == [StepOptions(parameters={"flat_field": {"sigma": "2."}})]


def test_a_refused_value_is_still_there_when_one_comes_back(panel_setup: PanelSetup, tmp_path: Path) -> None:
    refused: list[str] = []
    panel_setup.panel.value_refused.connect(refused.append)
    panel_setup.enter("parameter_sigma", "high")
    missing = str(tmp_path / "missing.fits")
    panel_setup.enter("parameter_override_flat", missing)
    panel_setup.panel.show_stage(panel_setup.exposure, "photom")
    # Nothing runs meanwhile: the exposure on screen has a value that is not used.
    assert "flat_field sigma must be a number" in panel_setup.panel.fault
    assert refused == [
        f"{panel_setup.exposure.product.name}, flat_field: sigma must be a number; high is not. The value is not used."
    ]
    panel_setup.panel.show_stage(fakes.exposure("b"), "flat_field")
    assert panel_setup.panel.fault == ""
    panel_setup.panel.show_stage(panel_setup.exposure, "flat_field")
    assert panel_setup.line("parameter_sigma").text() == "high"
    assert "high is not" in fault(panel_setup, "sigma").text()
    assert panel_setup.line("parameter_override_flat").text() == missing
    assert "does not exist" in fault(panel_setup, "flat").text()
    for name in ("sigma", "override_flat"):
        QTest.mouseClick(back(panel_setup, name), Qt.MouseButton.LeftButton)
        panel_setup.wait_for_checks()
    assert panel_setup.panel.fault == ""
    assert panel_setup.changes == []


def test_fields_of_a_step_that_is_passed_quickly_are_not_shown_as_windows(panel_setup: PanelSetup) -> None:
    for stage in ("photom", "flat_field", "photom"):
        panel_setup.panel.show_stage(panel_setup.exposure, stage)
    QApplication.processEvents()
    assert [each for each in QApplication.topLevelWidgets() if each.isVisible()] == [panel_setup.panel]
    assert panel_setup.panel.findChild(QLineEdit, "parameter_sigma") is None


def back(panel_setup: PanelSetup, name: str) -> QToolButton:
    found = panel_setup.panel.findChild(QToolButton, f"back_{name}")
    assert isinstance(found, QToolButton)
    return found


@pytest.mark.parametrize("name", ["sigma", "maxiters", "limit", "suffix"])
def test_an_emptied_field_gives_the_choice_back(panel_setup: PanelSetup, name: str) -> None:
    panel_setup.enter(f"parameter_{name}", "4")
    panel_setup.enter(f"parameter_{name}", "")
    assert panel_setup.changes[-1] == StepOptions()
    assert "change" not in panel_setup.toggle().text()


@pytest.mark.parametrize(
    ("name", "letters", "value", "default"), [("mode", "med", "median", "mean"), ("skip", "T", "True", "False")]
)
def test_a_choice_is_made_and_taken_back(
    panel_setup: PanelSetup, name: str, letters: str, value: str, default: str
) -> None:
    panel_setup.choose(f"parameter_{name}", letters)
    assert panel_setup.changes[-1] == StepOptions(parameters={"flat_field": {name: value}})
    assert panel_setup.combo(f"parameter_{name}").currentText() == value
    QTest.keyClick(panel_setup.combo(f"parameter_{name}"), Qt.Key.Key_Home)
    assert panel_setup.combo(f"parameter_{name}").currentText() == f"not set; default {default}"
    assert panel_setup.changes[-1] == StepOptions()


def test_scrolling_over_a_choice_changes_nothing(panel_setup: PanelSetup, qapp: QApplication) -> None:
    combo = panel_setup.combo("parameter_mode")
    combo.setFocus()
    spot = combo.rect().center()
    nothing, down = QPoint(0, 0), QPoint(0, -120)
    event = QWheelEvent(
        QPointF(spot),
        QPointF(combo.mapToGlobal(spot)),
        nothing,
        down,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    qapp.sendEvent(combo, event)
    assert combo.currentIndex() == 0
    assert panel_setup.changes == []


def test_every_field_says_what_it_is_for_and_what_its_default_is(panel_setup: PanelSetup) -> None:
    assert panel_setup.line("parameter_sigma").toolTip() == "Clipping limit (a number; default 3.0)"
    assert panel_setup.line("parameter_sigma").placeholderText() == "3.0"
    assert panel_setup.line("parameter_limit").toolTip() == "limit (an integer, or None; default None)"
    assert panel_setup.line("parameter_override_flat").placeholderText() == "as CRDS selects"
    assert panel_setup.line("parameter_override_flat").accessibleName() == "override_flat"


def fault(panel_setup: PanelSetup, kind: str) -> QLabel:
    found = panel_setup.panel.findChild(QLabel, f"fault_{kind}")
    assert isinstance(found, QLabel)
    return found


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("missing.fits", "does not exist"),
        (".", "is a folder"),
        ("notes.fits", "neither a FITS nor an ASDF file"),
        ("area.fits", "of type area"),
        ("exposure.fits", "is an exposure"),
        ("detector.fits", "is for the detector NRCB4, the exposure is of NRCA3"),
    ],
)
def test_a_file_that_cannot_be_a_reference_is_refused_at_its_field(
    panel_setup: PanelSetup, tmp_path: Path, name: str, why: str
) -> None:
    (tmp_path / "notes.fits").write_text("no FITS file")
    write_reference(tmp_path / "area.fits", "AREA")
    write_reference(tmp_path / "detector.fits", "FLAT", DETECTOR="NRCB4")
    fits.PrimaryHDU(header=fits.Header({"S_RAMP": "COMPLETE"})).writeto(tmp_path / "exposure.fits")
    panel_setup.enter("parameter_override_flat", str(tmp_path / name))
    assert panel_setup.changes == []
    assert fault(panel_setup, "flat").isVisible()
    assert why in fault(panel_setup, "flat").text()
    assert panel_setup.panel.fault == fault(panel_setup, "flat").text()
    panel_setup.enter("parameter_override_flat", str(write_reference(tmp_path / "flat.fits", "FLAT")))
    assert fault(panel_setup, "flat").isHidden()
    assert panel_setup.panel.fault == ""
    assert panel_setup.changes == [StepOptions(overrides={"flat": str(tmp_path / "flat.fits")})]


@pytest.mark.parametrize(("answer", "used"), [("Use it anyway", True), ("Do not use it", False)])
def test_a_doubtful_reference_is_asked_for_and_a_run_waits(
    panel_setup: PanelSetup, tmp_path: Path, answer: str, *, used: bool
) -> None:
    doubtful = str(write_reference(tmp_path / "flat.fits", "FLAT", FILTER="F200W"))
    field = panel_setup.line("parameter_override_flat")
    field.setFocus()
    QTest.keyClicks(field, doubtful)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    begun: list[None] = []
    panel_setup.panel.when_checked(lambda: begun.append(None))

    def question() -> QMessageBox | None:
        return panel_setup.panel.findChild(QMessageBox, "question")

    panel_setup.qtbot.waitUntil(lambda: question() is not None)
    box = question()
    assert box is not None
    assert "flat.fits is for the filter F200W, the exposure has F212N." in box.informativeText()
    assert (begun, panel_setup.changes) == ([], [])
    (button,) = (each for each in box.buttons() if each.text() == answer)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert begun == [None]
    assert panel_setup.changes == ([StepOptions(overrides={"flat": doubtful})] if used else [])
    assert field.text() == (doubtful if used else "")
    assert panel_setup.panel.fault == ""


def test_a_doubtful_reference_in_force_is_not_asked_for_again(panel_setup: PanelSetup, tmp_path: Path) -> None:
    doubtful = str(write_reference(tmp_path / "flat.fits", "FLAT", FILTER="F200W"))
    panel_setup.take(panel_setup.exposure, StepOptions(overrides={"flat": doubtful}))
    field = panel_setup.line("parameter_override_flat")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Return)
    panel_setup.wait_for_checks()
    assert panel_setup.panel.findChild(QMessageBox, "question") is None


def test_an_asdf_file_is_checked_by_the_engine(panel_setup: PanelSetup, tmp_path: Path) -> None:
    path = tmp_path / "own.asdf"
    path.write_bytes(b"#ASDF 1.0.0\n")
    panel_setup.panel.set_engine_info(
        EngineInfo(parameters=FACTS.parameters, reference_types={"flat_field": ("distortion",)})
    )
    asked: list[ReferenceCheckQuery] = []

    def ask(
        query: ReferenceCheckQuery, done: Callable[[Judgement], None], failed: Callable[[BaseException], None]
    ) -> Job:
        asked.append(query)
        return panel_setup.worker.submit(lambda: Judgement(("It is of another detector.",)), done, failed)

    panel_setup.panel.ask_engine(ask)
    panel_setup.enter("parameter_override_distortion", str(path))
    assert asked == [ReferenceCheckQuery("distortion", path, panel_setup.exposure.product.science.info)]
    assert panel_setup.changes == []
    assert panel_setup.panel.fault == "It is of another detector."


def test_only_references_that_apply_have_a_field(panel_setup: PanelSetup) -> None:
    panel_setup.panel.set_applying(panel_setup.exposure, {"flat_field": ("flat",)})
    assert panel_setup.panel.findChild(QLineEdit, "parameter_override_area") is None
    assert not panel_setup.line("parameter_override_flat").isHidden()
    panel_setup.take(panel_setup.exposure, StepOptions(overrides={"area": "N/A"}))
    assert panel_setup.line("parameter_override_area").text() == "N/A"


def test_a_reference_that_was_not_given_in_the_form_is_refused_by_a_message(
    panel_setup: PanelSetup, tmp_path: Path
) -> None:
    refused: list[str] = []
    panel_setup.panel.value_refused.connect(refused.append)
    panel_setup.panel.offer_reference(panel_setup.exposure, "flat", str(tmp_path / "missing.fits"))
    panel_setup.wait_for_checks()
    assert "missing.fits does not exist" in refused[0]
    assert panel_setup.panel.fault == ""
    flat = str(write_reference(tmp_path / "flat.fits", "FLAT"))
    panel_setup.panel.offer_reference(panel_setup.exposure, "flat", flat)
    panel_setup.wait_for_checks()
    assert panel_setup.line("parameter_override_flat").text() == flat
    assert panel_setup.changes == [StepOptions(overrides={"flat": flat})]


def test_a_reference_for_several_exposures_is_checked_again_where_the_setup_differs(
    panel_setup: PanelSetup, tmp_path: Path
) -> None:
    same, other = fakes.exposure("b"), fakes.exposure("c")
    info = replace(other.product.science.info, detector="NRCB4")
    other.product = replace(other.product, science=replace(other.product.science, info=info))
    refused: list[str] = []
    panel_setup.panel.value_refused.connect(refused.append)
    panel_setup.panel.set_exposures(lambda: (), lambda: (panel_setup.exposure, same, other))
    panel_setup.combo("scope").setCurrentIndex(2)
    flat = str(write_reference(tmp_path / "flat.fits", "FLAT"))
    panel_setup.enter("parameter_override_flat", flat)
    assert panel_setup.exposure.options == same.options == StepOptions(overrides={"flat": flat})
    assert other.options == StepOptions()
    (why,) = refused
    assert why.startswith("c: ")
    assert "NRCB4" in why
    said = panel_setup.panel.findChild(QLabel, "scope_said")
    assert isinstance(said, QLabel)
    assert said.text() == "The flat reference is flat.fits for 2 exposures."


@pytest.mark.parametrize("width", [300, 340, 420])
def test_the_reason_of_a_refused_file_is_shown_in_full(
    panel_setup: PanelSetup, qtbot: QtBot, tmp_path: Path, width: int
) -> None:
    panel_setup.panel.resize(width, 700)
    (tmp_path / "notfits.fits").write_text("no FITS file")
    reason = fault(panel_setup, "flat")
    for name in ("m.fits", "notfits.fits", "a long name of a file that is missing.fits"):
        panel_setup.enter("parameter_override_flat", str(tmp_path / name))
        assert name in reason.text()
        qtbot.waitUntil(lambda: reason.height() >= reason.heightForWidth(reason.width()))


def test_a_refused_value_of_another_exposure_is_no_fault_of_this_one(panel_setup: PanelSetup, tmp_path: Path) -> None:
    panel_setup.enter("parameter_override_flat", str(tmp_path / "missing.fits"))
    panel_setup.panel.show_stage(fakes.exposure("b"), "rate")
    assert panel_setup.panel.fault == ""
    panel_setup.panel.show_stage(fakes.exposure("b"), "flat_field")
    assert panel_setup.panel.fault == ""
    assert fault(panel_setup, "flat").isHidden()


def test_typed_option_stays_with_its_exposure(panel_setup: PanelSetup) -> None:
    first, second = panel_setup.exposure, fakes.exposure("b")
    field = panel_setup.line("parameter_sigma")
    field.setFocus()
    QTest.keyClicks(field, "2.5")
    panel_setup.panel.show_stage(second, "flat_field")
    assert field.text() == ""
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert first.options == StepOptions(parameters={"flat_field": {"sigma": "2.5"}})
    assert second.options == StepOptions()


def test_typed_option_does_not_go_to_an_exposure_without_a_form(panel_setup: PanelSetup) -> None:
    first, second = panel_setup.exposure, fakes.exposure("b")
    field = panel_setup.line("parameter_sigma")
    field.setFocus()
    QTest.keyClicks(field, "2.5")
    panel_setup.panel.show_stage(second, "rate")
    assert first.options == StepOptions(parameters={"flat_field": {"sigma": "2.5"}})
    assert second.options == StepOptions()


def test_a_reference_is_overridden_and_given_back(panel_setup: PanelSetup, tmp_path: Path) -> None:
    area = write_reference(tmp_path / "my area.fits", "AREA")
    panel_setup.enter("parameter_override_flat", "N/A")
    panel_setup.enter("parameter_override_area", str(area))
    assert panel_setup.changes[-1] == StepOptions(overrides={"flat": "N/A", "area": str(area)})
    assert "2 changes)" in panel_setup.toggle().text()
    panel_setup.enter("parameter_override_flat", "")
    assert panel_setup.changes[-1] == StepOptions(overrides={"area": str(area)})


def test_a_reference_is_chosen_in_a_dialog(panel_setup: PanelSetup, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "flat <b>.fits"
    write_reference(file, "FLAT")
    browse = panel_setup.panel.findChild(QToolButton, "browse_flat")
    assert isinstance(browse, QToolButton)
    QTest.mouseClick(browse, Qt.MouseButton.LeftButton)
    dialog = panel_setup.panel.findChild(QFileDialog, "file_dialog")
    assert isinstance(dialog, QFileDialog)
    dialog.setDirectory(str(tmp_path))
    name = dialog.findChild(QLineEdit)
    assert isinstance(name, QLineEdit)
    QTest.keyClicks(name, file.name)
    QTest.keyClick(name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(panel_setup.changes))
    assert panel_setup.changes == [StepOptions(overrides={"flat": str(file)})]
    assert panel_setup.line("parameter_override_flat").text() == str(file)


def test_a_reference_file_is_checked_in_the_worker_thread(panel_setup: PanelSetup, tmp_path: Path) -> None:
    flat = write_reference(tmp_path / "flat.fits", "FLAT")
    asked: list[str] = []
    panel_setup.worker.pause("test")
    field = panel_setup.line("parameter_override_flat")
    field.setFocus()
    QTest.keyClicks(field, str(flat))
    QTest.keyClick(field, Qt.Key.Key_Tab)
    panel_setup.panel.when_checked(lambda: asked.append(panel_setup.panel.fault))
    assert (asked, panel_setup.changes) == ([], [])
    panel_setup.worker.resume("test")
    panel_setup.wait_for_checks()
    assert asked == [""]
    assert panel_setup.changes == [StepOptions(overrides={"flat": str(flat)})]


def test_a_reference_file_is_used_for_the_exposure_that_it_was_entered_for(
    panel_setup: PanelSetup, tmp_path: Path
) -> None:
    first, second = panel_setup.exposure, fakes.exposure("b")
    flat = write_reference(tmp_path / "flat.fits", "FLAT")
    refused: list[str] = []
    panel_setup.panel.value_refused.connect(refused.append)
    for value in (str(flat), str(tmp_path / "missing.fits")):
        panel_setup.panel.show_stage(first, "flat_field")
        panel_setup.worker.pause("test")
        field = panel_setup.line("parameter_override_flat")
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, value)
        panel_setup.panel.show_stage(second, "flat_field")
        panel_setup.worker.resume("test")
        panel_setup.wait_for_checks()
        assert first.options == StepOptions(overrides={"flat": str(flat)})
        assert second.options == StepOptions()
    assert len(refused) == 1
    assert "missing.fits does not exist" in refused[0]


def test_options_of_other_steps_are_not_touched(panel_setup: PanelSetup) -> None:
    others = StepOptions(parameters={"photom": {"skip": "True"}}, overrides={"photom": "N/A"}, skip=frozenset({"x"}))
    panel_setup.exposure.options = others
    panel_setup.panel.show_stage(panel_setup.exposure, "flat_field")
    panel_setup.enter("parameter_sigma", "2")
    assert "1 change)" in panel_setup.toggle().text()
    panel_setup.enter("parameter_sigma", "")
    assert panel_setup.changes[-1] == others


def test_each_exposure_has_its_own_values(panel_setup: PanelSetup) -> None:
    first, second = panel_setup.exposure, fakes.exposure("b")
    panel_setup.enter("parameter_sigma", "2")
    panel_setup.choose("parameter_mode", "med")
    panel_setup.enter("parameter_override_flat", "N/A")
    panel_setup.panel.show_stage(second, "flat_field")
    assert panel_setup.line("parameter_sigma").text() == ""
    assert panel_setup.line("parameter_override_flat").text() == ""
    assert panel_setup.combo("parameter_mode").currentIndex() == 0
    assert "change" not in panel_setup.toggle().text()
    panel_setup.panel.show_stage(first, "photom")
    assert panel_setup.panel.findChild(QLineEdit, "parameter_sigma") is None
    panel_setup.panel.show_stage(first, "flat_field")
    assert panel_setup.line("parameter_sigma").text() == "2"
    assert panel_setup.line("parameter_override_flat").text() == "N/A"
    assert panel_setup.combo("parameter_mode").currentText() == "median"
    assert second.options == StepOptions()


def test_typed_text_is_kept_during_a_run(panel_setup: PanelSetup) -> None:
    field = panel_setup.line("parameter_sigma")
    field.setFocus()
    QTest.keyClicks(field, "2.")
    apply_event(panel_setup.exposure, fakes.finished(panel_setup.exposure, "assign_wcs"))
    panel_setup.panel.show_stage(panel_setup.exposure, "flat_field")
    QTest.keyClicks(QApplication.focusWidget() or panel_setup.panel, "5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert panel_setup.changes == [StepOptions(parameters={"flat_field": {"sigma": "2.5"}})]


@pytest.mark.parametrize("width", [330, 420])
def test_long_words_do_not_widen_the_page(panel_setup: PanelSetup, width: int) -> None:
    long = "/a/very/long/path" * 20
    apply_event(panel_setup.exposure, fakes.finished(panel_setup.exposure, "flat_field", warnings=(long,)))
    panel_setup.panel.resize(width, 500)
    panel_setup.panel.show_stage(panel_setup.exposure, "flat_field")
    assert panel_setup.form().minimumSizeHint().width() <= width
    assert panel_setup.toggle().geometry().right() <= width
