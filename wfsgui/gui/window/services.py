"""What the window works with: worker threads and the controllers on top of them."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import rmtree
from typing import Final

from PySide6.QtCore import QObject, Signal

from wfsgui.core.files.verdict_store import Notebook
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.verdicts import Verdict
from wfsgui.core.prefetch import FirstLook
from wfsgui.gui.engine_api import Engine
from wfsgui.gui.exposures.open_exposures import Desk
from wfsgui.gui.exposures.opener import Opener
from wfsgui.gui.exposures.preview_memory import FrameKeeper
from wfsgui.gui.exposures.saver import Saver
from wfsgui.gui.exposures.thumbnails import Thumbnails
from wfsgui.gui.measure.star_finder import StarFinder
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.runs.run_control import RunControl
from wfsgui.gui.steps.step_effects import StepEffects
from wfsgui.gui.threads.deferred_work import Later
from wfsgui.gui.threads.worker_thread import Lane

__all__ = ["Services"]

_TURN_S: Final = 0.0005
# Why lanes are paused.
_STARTING: Final = "the first image comes first"
_DRAWING: Final = "an image is drawn"


class Services(QObject):
    """Everything behind the widgets.

    A run never waits for the display, nor the display for a run: each has a thread of its own.

    Parameters
    ----------
    engine : Engine
        The calibration engine.
    folder : Path
        The session's own folder.
    notebook : Notebook
        Where verdicts are kept.
    first_look : FirstLook
        Takes files in, and has begun with the first.

    Attributes
    ----------
    desk : Desk
        The exposures.
    runner, control : EngineRunner, RunControl
        Running them.
    opener, saver : Opener, Saver
        Getting them in and out.
    keeper, thumbnails : FrameKeeper, Thumbnails
        Their images.
    stars : StarFinder
        Where their stars are.
    effects : StepEffects
        What their steps did.
    later : Later
        Work that can wait for a turn of its own.
    look_lane, render_lane, file_lane, measure_lane : Lane
        Threads for reading what is to be shown, for drawing it, for files, and for measuring.
    crashed : Signal(BaseException)
        Something unexpected happened in a worker thread.
    note_lost : Signal(str)
        A verdict is kept in this session only: why, in one sentence.
    """

    crashed = Signal(object)
    note_lost = Signal(str)

    def __init__(self, engine: Engine, folder: Path, notebook: Notebook, first_look: FirstLook) -> None:
        super().__init__()
        # How long the GUI thread waits for each thread that is at work, each time that it has slept.
        sys.setswitchinterval(_TURN_S)
        self._notebook, self._first_look = notebook, first_look
        self._run_lane, self._small_lane = Lane(self), Lane(self)
        self.look_lane, self.render_lane = Lane(self), Lane(self)
        self.file_lane, self.measure_lane = Lane(self), Lane(self)
        self.later = Later(self)
        for lane in self._lanes:
            lane.unhandled.connect(self.crashed)
        self.render_lane.busy_changed.connect(self._give_way)
        self.desk = Desk(self)
        self.runner = EngineRunner(engine, self._run_lane, folder, self)
        self.control = RunControl(self.desk, self.runner, self)
        self.opener = Opener(self.desk, notebook, self.file_lane, first_look.take_in, self)
        self.saver = Saver(self.desk, engine, self.file_lane, self)
        self.keeper = FrameKeeper(self.desk, self._small_lane, folder / "planes", self)
        self.thumbnails = Thumbnails(self.desk, self._small_lane, self)
        self.stars = StarFinder(self.desk, self.measure_lane, self)
        self.effects = StepEffects(self.measure_lane, self)
        self.control.decided.connect(self._write_down)
        self.runner.left.connect(self._remove)
        self.control.step_done.connect(self.effects.note)
        self.control.step_done.connect(self.keeper.check)
        self.desk.removed.connect(self.effects.forget)
        self.effects.known.connect(self._note_doubts)

    @property
    def _lanes(self) -> tuple[Lane, ...]:
        return (
            self._run_lane,
            self._small_lane,
            self.look_lane,
            self.render_lane,
            self.file_lane,
            self.measure_lane,
        )

    def hurry(self) -> None:
        """Do only what brings an image to the screen, until `go_on`: threads slow each other down."""
        for lane in (self._small_lane, self.measure_lane):
            lane.pause(_STARTING)

    def go_on(self) -> None:
        """Do everything, and load the engine unless that is done."""
        self._first_look.close()
        for lane in (self._small_lane, self.measure_lane):
            lane.resume(_STARTING)
        self.runner.load()

    def _give_way(self) -> None:
        """Measure nothing more while an image is drawn."""
        if self.render_lane.is_busy:
            self.measure_lane.pause(_DRAWING)
        else:
            self.measure_lane.resume(_DRAWING)

    def close(self) -> None:
        """End every thread and process, each after the job that it has in work."""
        self.later.close()
        self.runner.close()
        for lane in self._lanes:
            lane.close()

    def _remove(self, folder: Path) -> None:
        # After what is being saved out of it: that waits in the same thread.
        self.file_lane.submit(lambda: rmtree(folder, ignore_errors=True))

    def _note_doubts(self, exposure: Exposure, stage: str) -> None:
        # What is known may be of an image that has been replaced since.
        if self.effects.find(exposure, stage) is not None:
            self.desk.set_doubts(exposure, stage, self.effects.unmet(exposure, stage))

    def _write_down(self, exposure: Exposure, verdict: Verdict) -> None:
        product = exposure.product

        def complain(error: BaseException) -> None:
            self.note_lost.emit(f"Your verdict could not be written down ({error}); free some disk space.")

        self.file_lane.submit(lambda: self._notebook.add(product, verdict), failed=complain, lasts=True)
