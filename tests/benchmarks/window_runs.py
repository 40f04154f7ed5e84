"""The program's own window during its work: gaps in the GUI thread, and how soon a step's image is on screen."""

from __future__ import annotations

import time
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.window_eye import Eye
from tests.benchmarks.window_gaps import gaps_while, idle_gaps
from tests.benchmarks.window_stage import until, window
from wfsgui.core.model.events import Event, StepFinished
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.stages import STAGES
from wfsgui.gui.window.main_window import MainWindow

__all__ = ["WindowRun", "window_run"]


@dataclass(frozen=True)
class WindowRun:
    """What was measured in one session.

    Attributes
    ----------
    gaps : dict of str to list of float
        In the GUI thread, ms: ``idle``, ``import`` while the engine is loaded, and ``run`` of all exposures.
    previews : list of float
        From the end of a step to its image on screen, ms; for the exposure that is looked at.
    """

    gaps: dict[str, list[float]]
    previews: list[float]


def window_run(association: Path, jobs: int) -> WindowRun:
    """Open the window with an association, have it calibrated, and look at what is running all the time.

    Parameters
    ----------
    association : Path
        Several products.
    jobs : int
        How many are calibrated at a time; one by the process of the engine, more by processes of their own.

    Returns
    -------
    WindowRun
        The measurements.

    Raises
    ------
    BenchmarkError
        If one cannot be calibrated.
    """
    with ExitStack() as stack:
        eye = Eye(stack)
        shown = stack.enter_context(window())
        shown.settings.set("jobs", jobs)
        gaps = {"idle": idle_gaps(), "import": gaps_while(partial(_begin, shown, association))}
        watch = _Watch(shown, eye)
        gaps["run"] = gaps_while(partial(_run_all, shown))
        if not all(exposure.state is ExposureState.DONE for exposure in shown.services.open_exposures.exposures):
            raise BenchmarkError("an exposure could not be calibrated in the window")
        return WindowRun(gaps, watch.taken)


def _begin(shown: MainWindow, association: Path) -> None:
    shown.begin([association])
    until(lambda: shown.services.runner.engine_info is not None)


def _run_all(shown: MainWindow) -> None:
    control = shown.services.control
    QTest.keyClick(shown.workspace.image.canvas.surface, Qt.Key.Key_F5)
    until(lambda: control.is_busy)
    until(lambda: not control.is_busy)


class _Watch:
    """Look at what is running, and note how long its images take to be on screen."""

    def __init__(self, shown: MainWindow, eye: Eye) -> None:
        self.taken: list[float] = []
        self._window, self._eye = shown, eye
        self._awaited: deque[tuple[Exposure, str, float]] = deque()
        # In the thread that tells of it: how long that takes to get here counts. Of what nobody looks at, nothing does.
        shown.services.runner.event_received.connect(self._note, Qt.ConnectionType.DirectConnection)
        shown.services.open_exposures.changed.connect(self._follow)
        eye.listeners.append(self._look)

    def _note(self, exposure: Exposure, event: Event) -> None:
        if exposure is self._window.presenter.exposure and isinstance(event, StepFinished) and event.image is not None:
            self._awaited.append((exposure, event.step, time.perf_counter()))

    def _follow(self, _exposure: Exposure) -> None:
        running = [
            each for each in self._window.services.open_exposures.exposures if each.state is ExposureState.RUNNING
        ]
        if running and self._window.presenter.exposure not in running:
            self._window.docks.exposures.select(running[0])

    def _look(self) -> None:
        """Take what is on screen now: a step, and those before it that the analyst was never to see."""
        exposure, stage = self._window.presenter.exposure, self._window.presenter.stage
        if self._eye.seen != self._eye.painted:
            return
        for _ in range(len(self._awaited)):
            item = self._awaited.popleft()
            if item[0] is not exposure:
                continue
            if item[1] == stage:
                self.taken.append(1000 * (self._eye.seen - item[2]))
            elif STAGES.index(item[1]) > STAGES.index(stage):
                self._awaited.append(item)
