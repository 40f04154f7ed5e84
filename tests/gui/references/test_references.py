"""Panel of the reference files, their viewers, and files that are dropped on the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from astropy.io import fits
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QLabel, QLineEdit, QPushButton, QTableView, QTreeWidget

from tests.gui.reference_files import write_reference
from tests.gui.window_driver import WindowDriver, drop, files, find
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.parameters import ParameterKind, ParameterSpec
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.references.facts import ReferenceFacts
from wfsgui.core.references.judgement import Judgement
from wfsgui.core.references.queries import (
    Origin,
    ReferenceCheckQuery,
    ReferenceFile,
    ReferenceTreeQuery,
    Standing,
    StepReference,
    StepReferences,
    StepReferencesQuery,
)
from wfsgui.core.references.tree import AsdfContent, TreeNode
from wfsgui.gui.references.panel import ReferencesPanel
from wfsgui.gui.references.reference_control import ReferenceControl
from wfsgui.gui.references.viewer import ReferenceViewer, Viewed
from wfsgui.gui.window.main_window import MainWindow

# The exposures begin at column 401 and row 501, and have 64 x 64 pixels.
PLACE: dict[str, object] = {"SUBSTRT1": 385, "SUBSTRT2": 497, "SUBSIZE1": 96, "SUBSIZE2": 72}
SPECS = (ParameterSpec("skip", ParameterKind.BOOLEAN, "False", (), "Skip this step"),)
TYPES = {"assign_wcs": ("distortion", "camera"), "flat_field": ("flat",), "photom": ("photom", "area")}


def flat_file(path: Path, **keywords: object) -> Path:
    return write_reference(path, "FLAT", shape=(72, 96), **(PLACE | keywords))


class Setup:
    """Window with an exposure, and an engine that knows its references."""

    def __init__(self, driver: WindowDriver, folder: Path) -> None:
        self.driver, self.folder = driver, folder
        self.flat = flat_file(folder / "cache_flat.fits")
        self.tree = folder / "distortion.asdf"
        self.tree.write_bytes(b"#ASDF 1.0.0\n")
        self.queries: list[StepReferencesQuery] = []
        self.fault = ""
        self.content = AsdfContent(
            facts=ReferenceFacts(reference_type="distortion"),
            root=TreeNode("x", "", (TreeNode("model", "2 parts", (TreeNode("offset", "-1023.5"),)), TreeNode("meta"))),
        )
        self.judgement = Judgement()
        driver.fake.answers[StepReferencesQuery] = self.answer
        driver.fake.answers[ReferenceTreeQuery] = lambda _query: self.content
        driver.fake.answers[ReferenceCheckQuery] = lambda _query: self.judgement
        (self.exposure,) = driver.open(*driver.write(1))
        driver.load()
        driver.wait(lambda: self.window.control.references is not None)
        self.window.services.runner.engine_info = EngineInfo(reference_types=TYPES)

    def answer(self, query: StepReferencesQuery) -> StepReferences:
        self.queries.append(query)
        if self.fault:
            raise WfsguiError(self.fault)
        own = query.options.overrides.get("flat")
        given = StepReference("flat_field", "flat", Standing.GIVEN, Origin.ANALYST, Path(own or "x"))
        selected = StepReference("flat_field", "flat", Standing.CACHED, Origin.CRDS, self.flat)
        references = (
            StepReference("assign_wcs", "distortion", Standing.CACHED, Origin.CRDS, self.tree),
            StepReference("assign_wcs", "camera", Standing.NOT_APPLICABLE),
            given if own else selected,
            StepReference("photom", "photom", Standing.AWAY, Origin.CRDS, self.folder / "photom.fits"),
        )
        return StepReferences("jwst_1293.pmap", references, {self.flat: ReferenceFile(12_345_678)})

    @property
    def window(self) -> MainWindow:
        return self.driver.window

    @property
    def control(self) -> ReferenceControl:
        control = self.window.control.references
        assert isinstance(control, ReferenceControl)
        return control

    @property
    def panel(self) -> ReferencesPanel:
        return find(self.window, ReferencesPanel)

    def show_panel(self) -> None:
        self.driver.press("Shift+F")
        self.driver.wait(lambda: bool(self.panel.rows))

    def view(self, path: Path, kind: str, step: str) -> ReferenceViewer:
        viewer = self.control.open(Viewed(path, kind, step, self.exposure))
        self.driver.wait(lambda: not viewer.message.startswith("Reading"))
        return viewer


@pytest.fixture
def setup(driver: WindowDriver, tmp_path: Path) -> Setup:
    return Setup(driver, tmp_path)


def press(viewer: ReferenceViewer, name: str) -> None:
    find(viewer, QPushButton, name).click()


def test_panel_lists_what_applies_and_asks_only_while_it_is_seen(setup: Setup) -> None:
    setup.driver.rest()
    assert setup.queries == []
    setup.show_panel()
    assert [(row.step, row.kind, row.state) for row in setup.panel.rows] == [
        ("assign_wcs", "distortion", "in the cache"),
        ("flat_field", "flat", "in the cache"),
        ("photom", "photom", "not in the cache"),
    ]
    assert len(setup.queries) == 1
    find(setup.window, QDockWidget, "references_dock").hide()
    setup.window.services.open_exposures.set_options(setup.exposure, StepOptions(overrides={"flat": "N/A"}))
    setup.driver.rest()
    assert len(setup.queries) == 1
    setup.driver.press("Shift+F")
    setup.driver.wait(lambda: len(setup.queries) == 2)


def test_row_is_copied_and_opened_by_keys(setup: Setup) -> None:
    setup.show_panel()
    setup.panel.show_step("flat_field")
    tree = find(setup.panel, QTreeWidget, "references_list")
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == str(setup.flat)
    assert str(setup.flat) in setup.driver.sentences[0]
    QTest.keyClick(tree, Qt.Key.Key_Return)
    (viewer,) = setup.control.viewers
    assert viewer.viewed.path == setup.flat
    setup.control.open(viewer.viewed)
    assert setup.control.viewers == [viewer]
    setup.driver.wait(viewer.isActiveWindow)
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    setup.driver.wait(lambda: not setup.control.viewers)
    setup.panel.show_step("photom")
    assert not find(setup.panel, QPushButton, "reference_open").isEnabled()


def test_failed_look_up_is_said_and_repeated_when_the_panel_is_shown_again(setup: Setup) -> None:
    setup.fault = "CRDS cannot be reached; check the network."
    setup.driver.press("Shift+F")
    setup.driver.wait(lambda: setup.panel.message == setup.fault)
    setup.driver.rest()
    assert len(setup.queries) == 1
    setup.fault = ""
    find(setup.window, QDockWidget, "references_dock").hide()
    setup.show_panel()
    assert setup.panel.message == ""


def test_only_types_that_apply_have_fields_in_the_step_panel(setup: Setup) -> None:
    step = setup.window.docks.step
    step.set_engine_info(replace(EngineInfo(), reference_types=TYPES, parameters={"assign_wcs": SPECS}))
    setup.window.presenter.show_stage("assign_wcs")
    setup.driver.rest()
    step.unfolded.emit()
    setup.driver.wait(lambda: bool(setup.queries))
    setup.driver.wait(lambda: step.findChild(QLineEdit, "parameter_override_camera") is None)


def test_flat_is_blinked_in_the_pixels_of_the_exposure(setup: Setup) -> None:
    viewer = setup.view(setup.flat, "flat", "flat_field")
    assert viewer.tabs == ("Image", "DQ_DEF", "Header")
    page = viewer.image
    assert page is not None
    setup.driver.wait(lambda: page.view.canvas.shape == (72, 96))
    QTest.keyClick(page, Qt.Key.Key_B)
    setup.driver.wait(lambda: page.view.canvas.shape == (64, 64))
    setup.driver.wait(lambda: not page.view.is_drawing)
    assert "columns 17 to 80, rows 5 to 68" in page.text
    assert "blink" in page.view.comparison_text or "rate" in page.view.comparison_text
    QTest.keyClick(page, Qt.Key.Key_B)
    setup.driver.wait(lambda: page.view.canvas.shape == (72, 96))
    QTest.keyClick(page, Qt.Key.Key_E)
    assert page.view.plane == "ERR"


def test_flat_of_another_place_cannot_be_blinked(setup: Setup, tmp_path: Path) -> None:
    viewer = setup.view(flat_file(tmp_path / "elsewhere.fits", SUBSTRT1=1), "flat", "flat_field")
    page = viewer.image
    assert page is not None
    setup.driver.wait(lambda: page.view.canvas.shape == (72, 96))
    QTest.keyClick(page, Qt.Key.Key_B)
    assert not page.is_blinking
    assert "do not contain the exposure" in page.text


def photom_file(path: Path) -> Path:
    columns = [
        fits.Column("filter", "12A", array=["F200W", "F212N"]),
        fits.Column("pupil", "15A", array=["CLEAR", "WLP8"]),
        fits.Column("photmjsr", "E", array=[1.896, 42.56]),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="PHOTOM")
    fits.HDUList([fits.PrimaryHDU(header=fits.Header({"REFTYPE": "photom"})), table]).writeto(path)
    return path


def test_row_of_the_exposure_is_marked_in_the_table(setup: Setup, tmp_path: Path) -> None:
    viewer = setup.view(photom_file(tmp_path / "photom.fits"), "photom", "photom")
    assert viewer.tabs == ("PHOTOM", "Header")
    assert find(viewer, QLabel, "reference_table_heading").text() == "Row 2 is for F212N+WLP8."
    table = find(viewer, QTableView, "reference_table_PHOTOM")
    headers = [table.model().headerData(row, Qt.Orientation.Vertical) for row in range(2)]
    assert headers == ["1", "▶ 2"]
    assert table.hasFocus()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "F212N\tWLP8\t42.56"


def test_tree_is_shown_and_searched(setup: Setup) -> None:
    viewer = setup.view(setup.tree, "distortion", "assign_wcs")
    assert viewer.tabs == ("Tree",)
    tree = find(viewer, QTreeWidget, "reference_tree")
    field = find(viewer, QLineEdit, "reference_tree_find")
    QTest.keyClicks(field, "offset")
    model, meta = (tree.topLevelItem(place) for place in range(2))
    assert model is not None
    assert meta is not None
    assert (model.isHidden(), meta.isHidden()) == (False, True)
    offset = model.child(0)
    assert offset is not None
    assert offset.text(1) == "-1023.5"
    field.clear()
    assert not meta.isHidden()


def test_file_that_cannot_be_read_is_said_in_the_viewer(setup: Setup, tmp_path: Path) -> None:
    path = tmp_path / "damaged.fits"
    path.write_text("no FITS file")
    assert "damaged.fits cannot be read" in setup.view(path, "flat", "flat_field").message


def test_viewers_close_with_their_exposure(setup: Setup) -> None:
    setup.view(setup.flat, "flat", "flat_field")
    setup.window.services.open_exposures.remove([setup.exposure])
    setup.driver.wait(lambda: not setup.control.viewers)


def test_dropped_flat_is_checked_and_used(setup: Setup, tmp_path: Path) -> None:
    setup.show_panel()
    own = flat_file(tmp_path / "own.fits")
    assert drop(setup.window, files(own))
    setup.driver.answer("Use it")
    setup.driver.wait(lambda: setup.exposure.options == StepOptions(overrides={"flat": str(own)}))
    setup.driver.wait(lambda: "own.fits as flat reference" in setup.driver.sentences[0])
    setup.driver.wait(lambda: any(row.name == "own.fits" for row in setup.panel.rows))
    setup.panel.show_step("flat_field")
    find(setup.panel, QPushButton, "reference_return").click()
    setup.driver.wait(lambda: setup.exposure.options == StepOptions())


def test_dropped_file_of_another_detector_is_refused(setup: Setup, tmp_path: Path) -> None:
    assert drop(setup.window, files(flat_file(tmp_path / "other.fits", DETECTOR="NRCB4")))
    setup.driver.answer("Use it")
    setup.driver.wait(lambda: "is for the detector NRCB4" in "".join(setup.driver.sentences[:1]))
    assert setup.exposure.options == StepOptions()


def test_dropped_distortion_is_checked_by_the_engine(setup: Setup) -> None:
    setup.judgement = Judgement(doubts=("It is for the module B, the exposure has A.",))
    assert drop(setup.window, files(setup.tree))
    setup.driver.answer("Use it")
    setup.driver.wait(lambda: "Use it anyway" in setup.driver.answers())
    setup.driver.answer("Use it anyway")
    setup.driver.wait(lambda: setup.exposure.options == StepOptions(overrides={"distortion": str(setup.tree)}))


def test_dropped_reference_is_shown_on_request(setup: Setup) -> None:
    assert drop(setup.window, files(setup.flat))
    setup.driver.answer("Show it")
    setup.driver.wait(lambda: bool(setup.control.viewers))
    assert setup.exposure.options == StepOptions()


def test_reference_of_another_pipeline_is_not_used(setup: Setup, tmp_path: Path) -> None:
    assert drop(setup.window, files(write_reference(tmp_path / "dark.fits", "DARK")))
    setup.driver.wait(lambda: "dark reference, which no step of this chain uses" in "".join(setup.driver.sentences))


def test_other_files_are_opened_as_before(setup: Setup, tmp_path: Path) -> None:
    setup.driver.fake.parameter_files["pars.asdf"] = {"flat_field": {"skip": "True"}}
    pars = tmp_path / "pars.asdf"
    pars.write_bytes(b"#ASDF 1.0.0\n")
    setup.content = AsdfContent(facts=ReferenceFacts(reference_type="pars-image2pipeline"))
    assert drop(setup.window, files(pars))
    assert "Use the parameter file pars.asdf?" in setup.driver.question().text()
    setup.driver.answer("Cancel")
    second = setup.driver.write(2, "more")[1]
    assert drop(setup.window, files(second))
    setup.driver.wait(lambda: len(setup.driver.exposures) == 2)
