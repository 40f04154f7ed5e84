"""Page *Visit*: tiles of all exposures, sorted, filtered, opened and exported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.window_driver import find
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.results import Assessment, CheckResult, Level, Quantity
from wfsgui.core.branches.family import Family
from wfsgui.core.judgement.decision import Decision, Fitness
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import PLANES
from wfsgui.core.model.product import Member, Product
from wfsgui.core.model.stages import RATE
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.visit_page.visit_control import VisitControl
from wfsgui.gui.visit_page.visit_model import PICTURE_ROLE, Order

SHAPE = (64, 64)
LIGHTS = {1: (2100.0, Level.GOOD), 2: (900.0, Level.BAD), 3: (1600.0, Level.CARE)}


def star(number: int, peak: float = 500.0) -> StepImage:
    """Make a star on noise."""
    rows, columns = np.indices(SHAPE)
    light = peak * np.exp(-((columns - 30) ** 2 + (rows - 34) ** 2) / 2 / 3.0**2)
    sci = (light + 10 + np.random.default_rng(number).standard_normal(SHAPE)).astype(np.float32)
    return StepImage(sci, np.ones_like(sci), np.zeros(SHAPE, np.uint32), "DN/s")


def exposure(number: int, *, detector: str = "NRCA3", pupil: str = "WLP8") -> Exposure:
    """Make an open exposure whose input has been read."""
    name = f"jw99001001001_02101_{number:05d}_{detector.lower()}"
    about = replace(
        fakes.info(name),
        detector=detector,
        pupil=pupil,
        date_obs=f"2026-01-01T00:0{number % 10}:00.000",
        planes=tuple((plane, SHAPE) for plane in PLANES),
    )
    made = Exposure(key=str(number), product=Product(name, Member(about)))
    made.stages[RATE].image = star(number)
    return made


def assess(request: AssessInput) -> Assessment:
    """Measure an exposure by its number."""
    number = int(request.product.name.split("_")[2])
    value, level = LIGHTS[number]
    checks = (
        CheckResult("sbr", "SBR", level, f"{value:.0f}", "It is so.", "more than 1500", quantity="sbr"),
        CheckResult("placement", "Placement", Level.GOOD, "1.3 px", "It is so."),
    )
    return Assessment(request.product.name, request.stage, None, (Quantity("sbr", "SBR", value),), checks)


@dataclass
class VisitDriver:
    """The page, its controller, and what they need."""

    qtbot: QtBot
    folder: Path
    open_exposures: OpenExposures = field(default_factory=OpenExposures)
    decisions: dict[Exposure, Decision] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.window = QWidget()
        self.qtbot.addWidget(self.window)
        self.window.resize(900, 600)
        self.workers = [WorkerThread() for _ in range(3)]
        self.assessments = Assessments(self.workers[0], assess=assess)
        _, pictures, files = self.workers
        self.control = VisitControl(
            self.open_exposures, self.assessments, self.decisions.get, pictures, files, self.window
        )
        self.page = self.control.page
        self.page.setParent(self.window)
        self.page.resize(900, 600)
        self.window.show()
        self.opened: list[Exposure] = []
        self.control.opened.connect(self.opened.append)
        self.control.set_seen(seen=True)

    def add(self, *exposures: Exposure) -> None:
        """Open exposures, and wait until they are measured and drawn."""
        self.open_exposures.add_families([Family(exposure) for exposure in exposures])
        self.rest()

    def rest(self) -> None:
        self.qtbot.waitUntil(lambda: not (self.assessments.is_behind or self.control.thumbnails.is_behind))

    @property
    def names(self) -> list[str]:
        """Names of the tiles in their order."""
        model = self.page.view.model()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def spoken(self, row: int) -> str:
        """Return what is said about a tile."""
        return str(self.page.view.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))

    def picture(self, row: int) -> QImage:
        found = self.page.view.model().index(row, 0).data(PICTURE_ROLE)
        assert isinstance(found, QImage)
        return found

    def choose(self, name: str, text: str) -> None:
        box = find(self.page, QComboBox, name)
        box.setCurrentText(text)
        assert box.currentText() == text
        box.activated.emit(box.currentIndex())

    def close(self) -> None:
        for worker in self.workers:
            worker.close()


@pytest.fixture
def driver(qtbot: QtBot, tmp_path: Path) -> Iterator[VisitDriver]:
    made = VisitDriver(qtbot, tmp_path)
    yield made
    made.close()


@pytest.fixture
def visit(driver: VisitDriver) -> VisitDriver:
    """Open three exposures."""
    driver.add(exposure(1), exposure(2, detector="NRCA1"), exposure(3, pupil="WLM8"))
    return driver


def test_empty_page_says_what_to_do(driver: VisitDriver) -> None:
    assert find(driver.page, QLabel, "visit_message").text() == (
        "No exposure is open: open a visit to see its exposures side by side."
    )
    assert not find(driver.page, QPushButton, "visit_export").isEnabled()


def test_tile_has_role_light_placement_and_verdict(visit: VisitDriver) -> None:
    assert visit.spoken(0).splitlines()[1:] == [
        "F212N+WLP8 · NRCA3",
        "fine phasing · rate",
        "SBR 2100, good",
        "Placement 1.3 px, good",
        "Checks: good",
        "No verdict yet",
    ]


def test_verdict_of_the_analyst_is_told(visit: VisitDriver) -> None:
    first = visit.open_exposures.exposures[0]
    visit.decisions[first] = Decision(Fitness.CARE, "", "2026-01-01T00:00:00")
    visit.control.refresh(first)
    assert visit.spoken(0).splitlines()[-1] == "Verdict: fit with care"


def test_exposure_that_was_not_measured_says_so(driver: VisitDriver) -> None:
    unread = exposure(1)
    unread.stages[RATE].image = None
    driver.add(unread)
    assert "SBR: not measured" in driver.spoken(0)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.VISIT, ["1", "2", "3"]),
        (Order.SBR, ["2", "3", "1"]),
        (Order.LEVEL, ["2", "3", "1"]),
        (Order.VERDICT, ["3", "1", "2"]),
        (Order.DETECTOR, ["2", "1", "3"]),
    ],
)
def test_exposures_are_sorted(visit: VisitDriver, order: Order, expected: list[str]) -> None:
    third = visit.open_exposures.exposures[2]
    visit.decisions[third] = Decision(Fitness.NOT_FIT, "", "2026-01-01T00:00:00")
    visit.choose("visit_order", order)
    numbers = [name.split("_")[0].strip("…0") for name in visit.names]
    assert numbers == expected


@pytest.mark.parametrize(
    ("box", "text", "count"),
    [
        ("visit_role", "fine phasing", 3),
        ("visit_role", "in focus", 0),
        ("visit_level", "bad", 1),
        ("visit_verdict", "no verdict", 2),
        ("visit_verdict", "not fit", 1),
        ("visit_verdict", "fit", 0),
    ],
)
def test_exposures_are_filtered(visit: VisitDriver, box: str, text: str, count: int) -> None:
    visit.decisions[visit.open_exposures.exposures[2]] = Decision(Fitness.NOT_FIT, "", "2026-01-01T00:00:00")
    visit.choose(box, text)
    assert len(visit.names) == count
    message = find(visit.page, QLabel, "visit_message")
    assert message.isVisible() == (count == 0)
    visit.choose(box, find(visit.page, QComboBox, box).itemText(0))
    assert len(visit.names) == 3


def test_all_pictures_have_one_stretch(driver: VisitDriver) -> None:
    bright, faint = exposure(1), exposure(2)
    bright.stages[RATE].image = star(1, 50000.0)
    driver.add(bright, faint)
    driver.page.refresh_tiles()
    driver.qtbot.waitUntil(lambda: driver.picture(1) is not None)
    driver.rest()
    tops = [max(driver.picture(row).pixelColor(x, 29).lightness() for x in range(64)) for row in (0, 1)]
    assert tops[0] > 250
    assert 80 < tops[1] < 200
    assert "asinh" in find(driver.page, QLabel, "visit_scale").text()
    assert "DN/s" in find(driver.page, QLabel, "visit_scale").text()


def test_new_stage_brings_a_new_picture(visit: VisitDriver) -> None:
    first = visit.open_exposures.exposures[0]
    before = visit.picture(0)
    apply_event(first, replace(fakes.finished(first, "assign_wcs"), image=star(1, 100.0)))
    visit.open_exposures.changed.emit(first)
    visit.rest()
    visit.picture(0)
    visit.rest()
    assert visit.picture(0) != before


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_opens_an_exposure(visit: VisitDriver, key: Qt.Key) -> None:
    view = visit.page.view
    view.setCurrentIndex(view.model().index(1, 0))
    QTest.keyClick(view, key)
    assert visit.opened == [visit.open_exposures.exposures[1]]


def test_double_click_opens_an_exposure(visit: VisitDriver) -> None:
    view = visit.page.view
    place = view.visualRect(view.model().index(2, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert visit.opened == [visit.open_exposures.exposures[2]]


def test_arrow_keys_choose_the_next_tile(visit: VisitDriver) -> None:
    view = visit.page.view
    view.setCurrentIndex(view.model().index(0, 0))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.currentIndex().row() == 1


def test_removed_exposure_leaves_the_page(visit: VisitDriver) -> None:
    visit.open_exposures.remove([visit.open_exposures.exposures[0]])
    visit.rest()
    assert len(visit.names) == 2


def save_as(visit: VisitDriver, path: Path) -> None:
    """Ask for the export, and give a name."""
    QTest.mouseClick(find(visit.page, QPushButton, "visit_export"), Qt.MouseButton.LeftButton)
    visit.qtbot.waitUntil(lambda: bool(visit.window.findChildren(QFileDialog)))
    dialog = find(visit.window, QFileDialog, "export_dialog")
    dialog.filesSelected.emit([str(path)])
    dialog.close()


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_page_is_exported(visit: VisitDriver, ending: str) -> None:
    path = visit.folder / f"visit.{ending}"
    with visit.qtbot.waitSignal(visit.control.pictures.message) as saved:
        save_as(visit, path)
    assert saved.args == [f"The visit is saved as {path}."]
    assert path.stat().st_size > 1000
    if ending == "png":
        image = QImage(str(path))
        assert image.width() > 500
        assert "99001" in image.text("Description")


def test_existing_file_is_kept_unless_the_analyst_replaces_it(visit: VisitDriver) -> None:
    path = visit.folder / "visit.png"
    path.write_bytes(b"mine")
    save_as(visit, path)
    visit.qtbot.waitUntil(lambda: bool(visit.window.findChildren(QMessageBox, "question")))
    box = find(visit.window, QMessageBox, "question")
    cancel = next(button for button in box.buttons() if button.text() == "Cancel")
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert path.read_bytes() == b"mine"


def test_file_that_is_gone_is_told_in_its_tile(driver: VisitDriver) -> None:
    gone = exposure(1)
    gone.stages[RATE].image = None
    driver.add(gone)
    assert "cannot be read" in driver.control.thumbnails.fault(gone)


def test_thousand_exposures_are_listed_without_reading_them(driver: VisitDriver) -> None:
    driver.control.set_seen(seen=False)
    many = [exposure(number) for number in range(1, 11)]
    thousand = [replace(many[number % 10], key=str(number)) for number in range(1000)]
    driver.add(*thousand)
    assert len(driver.names) == 1000
    assert all(driver.control.thumbnails.thumbnail(each) is None for each in thousand)


@pytest.mark.parametrize("size", [(420, 480), (900, 600)])
def test_no_control_is_clipped(visit: VisitDriver, size: tuple[int, int]) -> None:
    visit.window.resize(*size)
    visit.page.resize(*size)
    for kind in (QComboBox, QPushButton):
        for control in visit.page.findChildren(kind):
            if control.isVisible():
                assert control.visibleRegion().boundingRect().size() == control.size(), control.objectName()
