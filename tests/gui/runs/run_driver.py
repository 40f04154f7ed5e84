"""Runs on the fake engine, without a window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.gui import fakes
from tests.gui.fake_engine import FakeEngine
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.runs.review_stops import ReviewStops
from wfsgui.gui.runs.run_control import RunControl
from wfsgui.gui.runs.verdict_control import VerdictControl
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["CHAIN", "RunDriver", "awaits", "run_driver"]

CHAIN = ("assign_wcs", "flat_field", "photom")
"""The steps of an exposure without backgrounds."""


@dataclass
class RunDriver:
    """Object under test and the objects around it."""

    fake: FakeEngine
    open_exposures: OpenExposures
    runner: EngineRunner
    control: RunControl
    stops: ReviewStops
    verdicts: VerdictControl

    def add(self, *names: str, backgrounds: int = 0) -> list[Exposure]:
        """Open exposures."""
        return self.open_exposures.add([fakes.product(name, backgrounds=backgrounds) for name in names])[0]


@contextmanager
def run_driver(qapp: QApplication, folder: Path) -> Iterator[RunDriver]:
    """Make the objects; the threads have ended when the context ends."""
    fake, worker, open_exposures = FakeEngine(), WorkerThread(qapp), OpenExposures(qapp)
    runner = EngineRunner(fake, worker, folder, qapp)
    stops = ReviewStops(open_exposures)
    control = RunControl(open_exposures, runner, stops, qapp)
    verdicts = VerdictControl(open_exposures, control, stops, qapp)
    yield RunDriver(fake, open_exposures, runner, control, stops, verdicts)
    fake.gate.set()
    runner.close()
    worker.close()


def awaits(driver: RunDriver, exposure: Exposure, step: str) -> bool:
    """Tell whether a step of an exposure waits for a verdict."""
    return driver.stops.awaited_stage(exposure) == step
