"""Page *Pair* with its controller, on small exposures in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.window_driver import find
from wfsgui.core.branches.family import Family
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import PLANES, ExposureInfo
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.product import Member, Product
from wfsgui.core.model.stages import RATE
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.pair.comparing import ComparedPair
from wfsgui.gui.pair.control import PairControl
from wfsgui.gui.pair.page import PairPage
from wfsgui.gui.pair.pair_links import PairLinks
from wfsgui.gui.threads.worker_thread import WorkerThread

SIZE = 130
STAR = (64.0, 62.0)
# Of a donut of WLP4 and WLM4, pixels.
RADIUS = 31.0
# The smallest donuts: comparing them takes least time.
LENSES = {"WLP4": ("WLP4", "CLEAR"), "WLM4": ("WLP4", "WLM8")}


def info(number: int, lens: str, folder: Path = Path("/data")) -> ExposureInfo:
    """Describe an exposure of one visit."""
    name = f"jw99001001001_02101_{number:05d}_nrca3"
    shape = (SIZE, SIZE)
    return replace(
        fakes.info(name, folder),
        filter=LENSES[lens][0],
        pupil=LENSES[lens][1],
        exposure=str(number),
        date_obs=f"2026-01-01T00:0{number}:00.000",
        planes=tuple((plane, shape) for plane in PLANES),
    )


def star(number: int, *, x: float = STAR[0], y: float = STAR[1], flux: float = 200.0, unit: str = "DN/s") -> StepImage:
    """Make the image of a defocused star with noise and a flagged pixel."""
    rng = np.random.default_rng(number)
    rows, columns = np.indices((SIZE, SIZE))
    distance = np.hypot(columns - x, rows - y)
    light = flux * (1.2 + np.cos((columns - x) / 4) * np.cos((rows - y) / 5)) / (1 + np.exp(distance - RADIUS))
    sci = (light + 10 + rng.standard_normal((SIZE, SIZE))).astype(np.float32)
    dq = np.zeros((SIZE, SIZE), np.uint32)
    dq[round(y) + 4, round(x) + number] = FLAGS["JUMP_DET"]
    err = np.ones((SIZE, SIZE), np.float32)
    half = np.full((SIZE, SIZE), 0.5, np.float32)
    return StepImage(sci, err, dq, unit, {"VAR_POISSON": half, "VAR_RNOISE": half})


def exposure(number: int, lens: str, image: StepImage | None = None, folder: Path = Path("/data")) -> Exposure:
    """Make an open exposure whose input has been read."""
    about = info(number, lens, folder)
    made = Exposure(key=str(number), product=Product(about.path.name.removesuffix("_rate.fits"), Member(about)))
    made.stages[RATE].image = image if image is not None else star(number)
    return made


@dataclass
class PairDriver:
    """The page, its controller, and what they need."""

    qtbot: QtBot
    open_exposures: OpenExposures = field(default_factory=OpenExposures)

    def __post_init__(self) -> None:
        self.workers = [WorkerThread() for _ in range(4)]
        self.faults: list[BaseException] = []
        for worker in self.workers:
            worker.unhandled.connect(self.faults.append)
        self.assessments = Assessments(self.workers[0])
        self.links = PairLinks(self.open_exposures, self.workers[0])
        self.page = PairPage(self.workers[1])
        self.qtbot.addWidget(self.page)
        self.page.resize(900, 600)
        self.page.show()
        worker, _, reader, searcher = self.workers
        self.control = PairControl(
            self.page, self.open_exposures, self.links, self.assessments, worker, reader, searcher
        )
        self.errors: list[str] = []
        self.control.error.connect(self.errors.append)
        self.control.set_seen(seen=True)

    def add(self, *exposures: Exposure) -> None:
        """Open exposures, and wait until their pairs are known and compared."""
        self.open_exposures.add_families([Family(exposure) for exposure in exposures])
        self.rest()

    def rest(self) -> None:
        """Wait until everything is compared and drawn, and companions are searched."""
        self.qtbot.waitUntil(
            lambda: (
                not (
                    self.links.is_finding
                    or self.control.is_comparing
                    or self.control.is_searching
                    or self.page.images.drawing.is_drawing
                )
            )
        )

    @property
    def pair(self) -> ComparedPair:
        """The comparison on the page."""
        pair = self.control.pair
        assert pair is not None, self.page.message
        return pair

    @property
    def text(self) -> str:
        """The results that can be read."""
        return find(self.page, QTextBrowser, "pair_results").toPlainText()

    @property
    def state(self) -> str:
        """Whether the two are a pair."""
        return find(self.page, QLabel, "pair_state").text()

    @property
    def chosen(self) -> tuple[str, str]:
        """Names of A and B in the boxes."""
        return self.box("pair_first").currentText(), self.box("pair_second").currentText()

    def box(self, name: str) -> QComboBox:
        return find(self.page, QComboBox, name)

    def button(self, name: str) -> QPushButton:
        return find(self.page, QPushButton, name)

    def choose(self, name: str, text: str) -> None:
        """Choose the entry of a box that contains a text, as a person does."""
        box = self.box(name)
        number = next(each for each in range(box.count()) if text in box.itemText(each))
        box.setCurrentIndex(number)
        box.activated.emit(number)
        self.rest()

    def close(self) -> None:
        for worker in self.workers:
            worker.close()


def clipped(page: QWidget) -> list[str]:
    """Name the controls of a page that are not wholly visible."""
    controls: list[QPushButton | QComboBox | QLabel] = [
        *page.findChildren(QPushButton),
        *page.findChildren(QComboBox),
        *page.findChildren(QLabel),
    ]
    return [_name(control) for control in controls if control.isVisible() and not _is_whole(control)]


def _name(control: QPushButton | QComboBox | QLabel) -> str:
    return control.objectName() or (control.text() if isinstance(control, QLabel) else "")


def _is_whole(control: QWidget) -> bool:
    visible = control.visibleRegion().boundingRect()
    return visible.size() == control.size() and control.width() >= control.minimumSizeHint().width()
