"""The header panel shows the headers of the stage on screen, and never those of another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.window_driver import find
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.product import Member, Product
from wfsgui.gui.header.panel import HeaderPanel
from wfsgui.gui.header.reader import HeaderReader
from wfsgui.gui.threads.worker_thread import WorkerThread


class Shown(HeaderPanel):
    """Notes what it is told to show."""

    def __init__(self) -> None:
        super().__init__()
        self.metadata: list[object] = []

    def show_headers(self, *arguments: object, **_named: object) -> None:
        self.metadata.append(arguments[1])


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[WorkerThread]:
    made = WorkerThread(qapp)
    yield made
    made.close()


def opened(path: Path) -> Exposure:
    return Exposure(key="a", product=Product(name="a", science=Member(read_exposure_info(path))))


def test_no_headers_come_after_the_exposure_is_gone(
    qtbot: QtBot, worker: WorkerThread, rates: tuple[Path, ...]
) -> None:
    panel, gate = HeaderPanel(), threading.Event()
    qtbot.addWidget(panel)
    feed = HeaderReader(panel, worker)
    worker.submit(gate.wait)
    feed.show_stage(opened(rates[0]), "rate")
    feed.show_stage(None, "rate")
    gate.set()
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert find(panel, QLabel, "header_title").text() == ""


def test_the_metadata_of_a_step_that_was_run_again_are_shown_anew(qtbot: QtBot, worker: WorkerThread) -> None:
    panel = Shown()
    qtbot.addWidget(panel)
    feed = HeaderReader(panel, worker)
    exposure = fakes.exposure()
    apply_event(exposure, fakes.finished(exposure, "flat_field"))
    for number in range(50):
        # A dictionary that is gone leaves its place in memory to the next one.
        exposure.stages["flat_field"].metadata = {}
        exposure.stages["flat_field"].metadata = {"run": str(number)}
        feed.show_stage(exposure, "flat_field")
    assert panel.metadata == [{"run": str(number)} for number in range(50)]
