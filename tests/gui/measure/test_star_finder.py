"""Tests of the star search in a worker thread."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.flags import DO_NOT_USE
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.measure.star_finder import StarFinder
from wfsgui.gui.threads.worker_thread import WorkerThread

SHAPE = (120, 140)
STAR, HOT = (100.0, 40.0), (30.0, 80.0)


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[WorkerThread]:
    """Make a worker thread."""
    made = WorkerThread(qapp)
    yield made
    made.close()


def gaussian(x: float, y: float, peak: float) -> np.ndarray:
    rows, columns = np.indices(SHAPE)
    return np.asarray(peak * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 2 / 3.0**2))


def test_star_is_found_beside_brighter_flagged_pixels(worker: WorkerThread, qtbot: QtBot) -> None:
    hot = gaussian(*HOT, 1e5)
    sci = np.random.default_rng(3).normal(5.0, 0.5, SHAPE) + gaussian(*STAR, 1e3) + hot
    dq = np.where(hot > 1, DO_NOT_USE, 0).astype(np.uint32)
    exposure = fakes.exposure()
    exposure.stages["rate"].image = StepImage(sci.astype(np.float32), np.ones(SHAPE, np.float32), dq, "DN/s")
    finder = StarFinder(OpenExposures(), worker)
    with qtbot.waitSignal(finder.found):
        finder.circle(exposure)
    assert finder.place(exposure) == pytest.approx(STAR, abs=0.5)


def exposure_with_star(x: float, y: float) -> Exposure:
    exposure = fakes.exposure()
    sci = np.random.default_rng(3).normal(5.0, 0.5, SHAPE) + gaussian(x, y, 1e3)
    exposure.stages["rate"].image = StepImage(
        sci.astype(np.float32), np.ones(SHAPE, np.float32), np.zeros(SHAPE, np.uint32), "DN/s"
    )
    return exposure


def test_result_of_removed_exposure_is_not_given_to_the_same_file_opened_again(
    worker: WorkerThread, qtbot: QtBot
) -> None:
    removed, opened_again = exposure_with_star(*HOT), exposure_with_star(*STAR)
    assert removed.key == opened_again.key
    open_exposures = OpenExposures()
    finder = StarFinder(open_exposures, worker)
    finder.circle(removed)
    open_exposures.removed.emit([removed])
    with qtbot.waitSignal(finder.found) as found:
        assert finder.circle(opened_again) is None
    assert found.args == [opened_again]
    assert finder.place(opened_again) == pytest.approx(STAR, abs=0.5)


def test_result_of_removed_exposure_is_not_kept(worker: WorkerThread, qtbot: QtBot) -> None:
    removed = exposure_with_star(*STAR)
    open_exposures = OpenExposures()
    finder = StarFinder(open_exposures, worker)
    finder.circle(removed)
    open_exposures.removed.emit([removed])
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert not finder.is_known(removed)
