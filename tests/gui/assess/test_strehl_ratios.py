"""Strehl ratios in the window: in a second pass, which delays no assessment."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.core.assess.stars import Scene, image_of, request
from tests.limits import WAIT_S
from wfsgui.core.assess.results import Quantity
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.stages import RATE
from wfsgui.core.regions.shapes import Circle
from wfsgui.demo.visit.model_star import model_star
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.assess.strehl_ratios import StrehlRatios
from wfsgui.gui.threads.worker_thread import WorkerThread


class Optics:
    """The model star of the demonstration, behind a gate.

    Attributes
    ----------
    gate : threading.Event
        The computation waits for it.
    begun : list of str
        Detectors whose model has begun.
    """

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.begun: list[str] = []

    def __call__(self, info: ExposureInfo, x: float, y: float) -> tuple[NDArray[np.float32], int, int] | None:
        self.begun.append(info.detector)
        assert self.gate.wait(2 * WAIT_S), "The test did not open the gate."
        return model_star(info, x, y)


@pytest.fixture
def workers(qapp: QApplication) -> Iterator[tuple[WorkerThread, WorkerThread]]:
    workers = WorkerThread(qapp), WorkerThread(qapp)
    yield workers
    for worker in workers:
        worker.close()


@pytest.fixture
def optics() -> Iterator[Optics]:
    optics = Optics()
    yield optics
    optics.gate.set()


@pytest.fixture
def assessments(workers: tuple[WorkerThread, WorkerThread], optics: Optics, qapp: QApplication) -> Assessments:
    assessments = Assessments(workers[0], qapp)
    StrehlRatios(assessments, workers[1], optics, assessments)
    return assessments


def exposure(key: str, lens: str) -> Exposure:
    scene = Scene(lens)
    entry = request(image_of(scene), lens)
    made = Exposure(key=key, product=entry.product)
    made.stages[RATE].image = entry.image
    return made


def number(assessments: Assessments, of: Exposure, key: str) -> Quantity:
    found = assessments.find(of, RATE)
    assert found is not None
    return next(quantity for quantity in found.quantities if quantity.key == key)


def test_sbr_of_another_exposure_is_known_while_the_model_is_computed(
    qtbot: QtBot, assessments: Assessments, optics: Optics
) -> None:
    star, donut = exposure("star", "CLEAR"), exposure("donut", "WLP8")
    assessments.show_stage(star, RATE)
    qtbot.waitUntil(lambda: len(optics.begun) == 1)
    assert number(assessments, star, "sbr").is_known
    assert "has not been computed" in number(assessments, star, "strehl").reason
    assessments.show_stage(donut, RATE)
    qtbot.waitUntil(lambda: assessments.find(donut, RATE) is not None)
    assert number(assessments, donut, "sbr").is_known
    assert not optics.gate.is_set()
    with qtbot.waitSignal(assessments.known) as known:
        optics.gate.set()
    assert known.args == [star, RATE]
    assert number(assessments, star, "strehl").value == pytest.approx(0.96, abs=0.05)
    assert optics.begun == ["NRCA3"]


def test_strehl_ratio_belongs_to_the_regions_in_which_it_was_measured(
    qtbot: QtBot, assessments: Assessments, optics: Optics, workers: tuple[WorkerThread, WorkerThread]
) -> None:
    star = exposure("star", "CLEAR")
    assessments.show_stage(star, RATE)
    qtbot.waitUntil(lambda: len(optics.begun) == 1)
    region = Circle(160.3, 158.8, 5.0)
    assessments.set_regions(star, signal=region)
    qtbot.waitUntil(lambda: not assessments.is_behind)
    optics.gate.set()
    qtbot.waitUntil(lambda: not workers[1].is_busy)
    assert len(optics.begun) == 2
    found = assessments.find(star, RATE)
    assert found is not None
    assert found.regions is not None
    assert found.regions.signal == region
    assert number(assessments, star, "strehl").is_known
    within = number(assessments, star, "strehl")
    assessments.set_regions(star)
    assert number(assessments, star, "strehl").is_known
    assert number(assessments, star, "strehl").region != within.region
