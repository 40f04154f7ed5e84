"""The star of each exposure, looked for in a thread."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from wfsgui.core.model.flags import DO_NOT_USE
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.measure.star_finder import StarFinder
from wfsgui.gui.threads.worker_thread import WorkerThread

SHAPE = (120, 140)
STAR, HOT = (100.0, 40.0), (30.0, 80.0)


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[WorkerThread]:
    """Lend a lane."""
    made = WorkerThread(qapp)
    yield made
    made.close()


def gaussian(x: float, y: float, peak: float) -> np.ndarray:
    rows, columns = np.indices(SHAPE)
    return np.asarray(peak * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 2 / 3.0**2))


def test_flagged_pixels_are_no_star_before_the_engine_is_loaded(worker: WorkerThread, qtbot: QtBot) -> None:
    hot = gaussian(*HOT, 1e5)
    sci = np.random.default_rng(3).normal(5.0, 0.5, SHAPE) + gaussian(*STAR, 1e3) + hot
    dq = np.where(hot > 1, DO_NOT_USE, 0).astype(np.uint32)
    exposure = fakes.exposure()
    exposure.stages["rate"].image = StepImage(sci.astype(np.float32), np.ones(SHAPE, np.float32), dq, "DN/s")
    finder = StarFinder(OpenExposures(), worker)
    with qtbot.waitSignal(finder.found):
        finder.circle(exposure)
    assert finder.place(exposure) == pytest.approx(STAR, abs=0.5)
