"""Tests of the parameters in a window: origins, exposures to which changes apply, commands, saved files."""

from __future__ import annotations

import ast
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QTreeView,
)

from tests.gui.fake_engine import FACTS
from tests.gui.window_driver import WindowDriver, find
from tests.limits import WAIT_S
from wfsgui.core.model.exposure import ExposureState
from wfsgui.core.model.parameters import ParameterKind, ParameterOrigins, ParameterSpec
from wfsgui.core.model.queries import ParameterOriginsQuery
from wfsgui.core.model.requests import StepOptions
from wfsgui.gui.steps.form_field import ElidedLabel
from wfsgui.gui.widgets.theme import plain_tip

SPECS = (
    ParameterSpec("skip", ParameterKind.BOOLEAN, "False", (), "Skip this step"),
    ParameterSpec("degree", ParameterKind.INTEGER, "None", (), "Degree of the fit", None, 6),
    ParameterSpec("points", ParameterKind.INTEGER, "12", (), "Number of points"),
)
INFO = replace(
    FACTS, parameters={"assign_wcs": SPECS, "bkg_subtract": SPECS}, reference_types={"assign_wcs": ("distortion",)}
)


@pytest.fixture
def form(driver: WindowDriver) -> WindowDriver:
    """Open three exposures, and show the form of assign_wcs for the first one."""
    driver.fake.engine_info = INFO
    first, *_ = driver.open(*driver.write(3))
    driver.load()
    driver.window.docks.exposures.select(first)
    driver.window.presenter.show_stage("assign_wcs")
    driver.window.docks.bring_up("step")
    driver.rest()
    return driver


def unfold(driver: WindowDriver) -> None:
    """Unfold the form, and wait until the engine has answered."""
    find(driver.window, QToolButton, "form_toggle").setChecked(True)
    settle(driver)


def settle(driver: WindowDriver) -> None:
    """Wait until the engine has answered all questions."""
    driver.rest()
    done: list[object] = []
    query = ParameterOriginsQuery(driver.exposures[0].product, StepOptions())
    driver.window.services.runner.ask(query, done.append, done.append)
    driver.wait(lambda: bool(done))
    driver.fake.origins_asked.remove(query)


def origin(driver: WindowDriver, name: str) -> str:
    return find(driver.window, ElidedLabel, f"origin_{name}").full_text


def below(driver: WindowDriver, name: str) -> str:
    return find(driver.window, QLineEdit, f"parameter_{name}").placeholderText()


def enter(driver: WindowDriver, name: str, text: str) -> None:
    """Type a value."""
    line = find(driver.window, QLineEdit, f"parameter_{name}")
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    driver.rest()


def values(driver: WindowDriver, step: str = "assign_wcs") -> list[dict[str, str]]:
    return [exposure.options.chosen(step) for exposure in driver.exposures]


def choose_scope(driver: WindowDriver, index: int) -> None:
    combo = find(driver.window, QComboBox, "scope")
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(index):
        QTest.keyClick(combo, Qt.Key.Key_Down)


def said(driver: WindowDriver) -> str:
    return find(driver.window, QLabel, "scope_said").text()


def test_nothing_is_asked_while_the_form_is_folded(form: WindowDriver) -> None:
    settle(form)
    assert form.fake.origins_asked == []
    unfold(form)
    assert len(form.fake.origins_asked) == 1
    form.window.presenter.show_stage("rate")
    form.window.presenter.show_stage("assign_wcs")
    settle(form)
    assert len(form.fake.origins_asked) == 1


def test_origins_are_asked_for_again_after_a_run(form: WindowDriver) -> None:
    unfold(form)
    form.fake.crds_values = {"assign_wcs": {"points": "14"}}
    form.run_all()
    form.window.presenter.show_stage("assign_wcs")
    settle(form)
    assert origin(form, "points") == "CRDS: jwst_nircam_pars-image2pipeline_0001.asdf"


def test_no_origin_is_claimed_before_the_engine_has_answered(form: WindowDriver) -> None:
    form.fake.crds_values = {"assign_wcs": {"points": "14", "skip": "True"}}
    answer, gate = form.fake.answers[ParameterOriginsQuery], threading.Event()

    def answer_later(query: ParameterOriginsQuery) -> ParameterOrigins:
        assert gate.wait(WAIT_S)
        found: ParameterOrigins = answer(query)
        return found

    form.fake.answers[ParameterOriginsQuery] = answer_later
    find(form.window, QToolButton, "form_toggle").setChecked(True)
    form.rest()
    skip = find(form.window, QComboBox, "parameter_skip")
    assert [origin(form, name) for name in ("skip", "degree", "points", "override_distortion")] == [""] * 4
    assert (below(form, "points"), skip.currentText()) == ("12", "not set; default False")
    gate.set()
    settle(form)
    assert [origin(form, name) for name in ("skip", "degree", "points", "override_distortion")] == [
        "CRDS: jwst_nircam_pars-image2pipeline_0001.asdf",
        "default",
        "CRDS: jwst_nircam_pars-image2pipeline_0001.asdf",
        "CRDS",
    ]
    assert (below(form, "points"), skip.currentText()) == ("14", "True (CRDS)")
    assert "Origin: CRDS: jwst_nircam_pars-image2pipeline_0001.asdf" in skip.accessibleDescription()


def test_a_value_goes_back_to_the_origin_below_by_one_press(form: WindowDriver, tmp_path: Path) -> None:
    form.fake.crds_values = {"assign_wcs": {"points": "14"}}
    form.fake.parameter_files["mine.asdf"] = {"assign_wcs": {"points": "16", "override_distortion": "/d.asdf"}}
    exposure = form.exposures[0]
    options = StepOptions(parameter_file=tmp_path / "mine.asdf")
    form.window.services.open_exposures.set_options(exposure, options)
    unfold(form)
    assert (origin(form, "points"), below(form, "points")) == ("parameter file: mine.asdf", "16")
    assert (origin(form, "override_distortion"), below(form, "override_distortion")) == (
        "parameter file: mine.asdf",
        "/d.asdf",
    )
    back = find(form.window, QToolButton, "back_points")
    assert not back.isVisible()
    enter(form, "points", "18")
    assert origin(form, "points") == "you"
    lines = [
        "18 (you)",
        "16 (parameter file: mine.asdf)",
        "14 (CRDS: jwst_nircam_pars-image2pipeline_0001.asdf)",
        "12 (default)",
    ]
    assert find(form.window, ElidedLabel, "origin_points").toolTip() == plain_tip("\n".join(lines))
    assert back.accessibleName() == "points: Use 16 (parameter file: mine.asdf) again"
    QTest.keyClick(find(form.window, QLineEdit, "parameter_points"), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is back
    QTest.keyClick(back, Qt.Key.Key_Space)
    assert exposure.options == options
    assert origin(form, "points") == "parameter file: mine.asdf"
    assert QApplication.focusWidget() is find(form.window, QLineEdit, "parameter_points")


def test_skip_false_is_a_value_of_the_analyst_and_not_a_wish_to_skip(form: WindowDriver) -> None:
    form.fake.crds_values = {"assign_wcs": {"skip": "True"}}
    form.window.services.open_exposures.set_options(
        form.exposures[0], StepOptions(parameters={"assign_wcs": {"skip": "no"}})
    )
    unfold(form)
    assert find(form.window, QComboBox, "parameter_skip").currentText() == "False"
    assert origin(form, "skip") == "you"


def test_a_wish_to_skip_is_shown_and_given_back(form: WindowDriver) -> None:
    form.window.services.open_exposures.set_options(form.exposures[0], StepOptions(skip=frozenset({"assign_wcs"})))
    unfold(form)
    assert find(form.window, QComboBox, "parameter_skip").currentText() == "True"
    QTest.mouseClick(find(form.window, QToolButton, "back_skip"), Qt.MouseButton.LeftButton)
    assert form.exposures[0].options == StepOptions()


def test_a_value_that_only_the_engine_refuses_is_said_at_its_field_and_nothing_runs(form: WindowDriver) -> None:
    unfold(form)
    form.fake.refused = {("assign_wcs", "points"): "assign_wcs does not accept 0 for points."}
    enter(form, "points", "0")
    settle(form)
    fault = find(form.window, QLabel, "fault_points")
    assert fault.isVisible()
    assert fault.text() == "assign_wcs does not accept 0 for points."
    form.press("F5")
    assert form.sentences[0] == "Nothing was run: assign_wcs does not accept 0 for points."
    form.fake.refused = {}
    enter(form, "points", "9")
    assert not fault.isVisible()


def test_nothing_runs_while_a_value_is_refused_at_another_step(form: WindowDriver) -> None:
    unfold(form)
    enter(form, "degree", "7")
    form.window.presenter.show_stage("rate")
    form.rest()
    assert form.sentences[0].endswith("degree must be an integer, at most 6, or None; 7 is not. The value is not used.")
    form.window.messages.clear()
    form.press("F5")
    assert "Nothing was run: assign_wcs degree must be an integer" in form.sentences[0]
    assert form.fake.requests == []


def test_an_engine_that_cannot_tell_the_origins_is_said(form: WindowDriver) -> None:
    form.fake.origins_fault = "CRDS cannot work."
    unfold(form)
    told = find(form.window, QLabel, "origin_fault")
    assert told.isVisible()
    assert told.text() == "Where the values come from is not known: CRDS cannot work."
    assert origin(form, "points") == ""
    enter(form, "points", "9")
    assert values(form)[0] == {"points": "9"}


def test_a_change_applies_to_this_exposure_alone_at_first(form: WindowDriver) -> None:
    unfold(form)
    enter(form, "points", "9")
    assert values(form) == [{"points": "9"}, {}, {}]
    assert said(form) == "assign_wcs.points is 9 for this exposure."


def test_a_change_applies_to_the_selected_exposures(form: WindowDriver) -> None:
    unfold(form)
    view = form.window.docks.exposures.findChild(QTreeView) or find(form.window.docks.exposures, QListView)
    index = form.window.docks.model.index_of(form.exposures[2])
    view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
    choose_scope(form, 1)
    assert find(form.window, QComboBox, "scope").currentText() == "2 selected exposures"
    enter(form, "points", "9")
    assert values(form) == [{"points": "9"}, {}, {"points": "9"}]
    assert said(form) == "assign_wcs.points is 9 for 2 exposures."


def test_exposures_that_run_or_have_run_are_said(form: WindowDriver) -> None:
    form.run_all()
    form.window.presenter.show_stage("assign_wcs")
    form.window.services.open_exposures.set_state(form.exposures[1], ExposureState.RUNNING)
    unfold(form)
    choose_scope(form, 2)
    enter(form, "points", "9")
    assert values(form) == [{"points": "9"}] * 3
    assert said(form) == (
        "assign_wcs.points is 9 for 3 exposures. 3 of them are running or have run assign_wcs: there it takes effect "
        "at the next run or redo."
    )
    form.window.services.open_exposures.set_state(form.exposures[1], ExposureState.DONE)


def test_the_values_of_a_step_are_set_in_all_exposures(form: WindowDriver) -> None:
    unfold(form)
    enter(form, "points", "9")
    form.window.services.open_exposures.set_options(
        form.exposures[1], StepOptions(parameters={"assign_wcs": {"degree": "2"}, "photom": {"skip": "true"}})
    )
    choose_scope(form, 2)
    QTest.mouseClick(find(form.window, QPushButton, "scope_copy"), Qt.MouseButton.LeftButton)
    assert values(form) == [{"points": "9"}] * 3
    assert values(form, "photom")[1] == {"skip": "true"}
    assert said(form) == "The values of assign_wcs are those of this exposure for 2 exposures."
    # Another exposure on screen: changes are for it alone again.
    form.window.docks.exposures.select(form.exposures[2])
    form.window.presenter.show_stage("assign_wcs")
    form.rest()
    enter(form, "points", "10")
    assert values(form) == [{"points": "9"}, {"points": "9"}, {"points": "10"}]


def test_commands_follow_the_options_and_are_copied(form: WindowDriver) -> None:
    unfold(form)
    find(form.window, QToolButton, "calls_toggle").setChecked(True)
    strun, python = (find(form.window, QPlainTextEdit, f"text_{name}") for name in ("strun", "python"))
    assert "points" not in strun.toPlainText()
    enter(form, "points", "9")
    assert "--steps.assign_wcs.points=9 \\\n" in strun.toPlainText()
    assert str(form.exposures[0].product.science.path) in strun.toPlainText()
    assert '"points": 9' in python.toPlainText()
    ast.parse(python.toPlainText())
    for name, text in (("strun", strun), ("python", python)):
        button = find(form.window, QPushButton, f"copy_{name}")
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)
        assert QGuiApplication.clipboard().text() == text.toPlainText()
    enter(form, "degree", "None")
    assert "strun cannot be told that assign_wcs.degree is None" in find(form.window, QLabel, "call_notes").text()


def test_parameters_are_saved_under_a_name_that_is_asked_for(form: WindowDriver, tmp_path: Path) -> None:
    unfold(form)
    enter(form, "points", "9")
    form.action("save_parameters").trigger()
    dialog = find(form.window, QFileDialog, "file_dialog")
    dialog.setDirectory(str(tmp_path))
    name = find(dialog, QLineEdit)
    name.selectAll()
    QTest.keyClicks(name, "mine")
    QTest.keyClick(name, Qt.Key.Key_Return)
    form.wait((tmp_path / "mine.asdf").exists)
    form.wait(lambda: any("The parameters are saved as" in sentence for sentence in form.sentences))
    assert "'points': '9'" in (tmp_path / "mine.asdf").read_text()


def test_parameters_are_not_saved_while_a_value_is_refused(form: WindowDriver) -> None:
    unfold(form)
    enter(form, "degree", "7")
    form.action("save_parameters").trigger()
    assert form.sentences[0].startswith("Nothing was saved: degree must be an integer")
    assert form.window.findChild(QFileDialog, "file_dialog") is None
