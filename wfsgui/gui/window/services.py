"""What the window works with: worker threads and the controllers on top of them."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import rmtree
from typing import Final

from PySide6.QtCore import QObject, Signal

from wfsgui.core.files.verdict_store import VerdictStore
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.verdicts import Verdict
from wfsgui.core.prefetch import Prefetch
from wfsgui.gui.engine_api import Engine
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.opener import Opener
from wfsgui.gui.exposures.preview_memory import PreviewMemory
from wfsgui.gui.exposures.saver import Saver
from wfsgui.gui.exposures.thumbnails import Thumbnails
from wfsgui.gui.measure.star_finder import StarFinder
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.runs.run_control import RunControl
from wfsgui.gui.steps.step_effects import StepEffects
from wfsgui.gui.threads.deferred_work import DeferredWork
from wfsgui.gui.threads.worker_thread import WorkerThread

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
    verdict_store : VerdictStore
        Where verdicts are kept.
    prefetch : Prefetch
        Takes files in, and has begun with the first.

    Attributes
    ----------
    open_exposures : OpenExposures
        The exposures.
    runner, control : EngineRunner, RunControl
        Running them.
    opener, saver : Opener, Saver
        Getting them in and out.
    keeper, thumbnails : PreviewMemory, Thumbnails
        Their images.
    stars : StarFinder
        Where their stars are.
    effects : StepEffects
        What their steps did.
    deferred : DeferredWork
        Work that can wait for a turn of its own.
    look_lane, render_lane, file_lane, measure_lane : WorkerThread
        Threads for reading what is to be shown, for drawing it, for files, and for measuring.
    crashed : Signal(BaseException)
        Something unexpected happened in a worker thread.
    verdict_not_kept : Signal(str)
        A verdict is kept in this session only: why, in one sentence.
    """

    crashed = Signal(object)
    verdict_not_kept = Signal(str)

    def __init__(self, engine: Engine, folder: Path, verdict_store: VerdictStore, prefetch: Prefetch) -> None:
        super().__init__()
        # How long the GUI thread waits for each thread that is at work, each time that it has slept.
        sys.setswitchinterval(_TURN_S)
        self._verdict_store, self._prefetch = verdict_store, prefetch
        self._run_lane, self._small_worker = WorkerThread(self), WorkerThread(self)
        self.read_worker, self.render_worker = WorkerThread(self), WorkerThread(self)
        self.file_worker, self.measure_worker = WorkerThread(self), WorkerThread(self)
        self.deferred = DeferredWork(self)
        for worker in self._workers:
            worker.unhandled.connect(self.crashed)
        self.render_worker.busy_changed.connect(self._give_way)
        self.open_exposures = OpenExposures(self)
        self.runner = EngineRunner(engine, self._run_lane, folder, self)
        self.control = RunControl(self.open_exposures, self.runner, self)
        self.opener = Opener(self.open_exposures, verdict_store, self.file_worker, prefetch.take_in, self)
        self.saver = Saver(self.open_exposures, engine, self.file_worker, self)
        self.preview_memory = PreviewMemory(self.open_exposures, self._small_worker, folder / "planes", self)
        self.thumbnails = Thumbnails(self.open_exposures, self._small_worker, self)
        self.stars = StarFinder(self.open_exposures, self.measure_worker, self)
        self.effects = StepEffects(self.measure_worker, self)
        self.control.decided.connect(self._write_down)
        self.runner.folder_released.connect(self._remove)
        self.control.step_done.connect(self.effects.note)
        self.control.step_done.connect(self.preview_memory.check)
        self.open_exposures.removed.connect(self.effects.forget)
        self.effects.known.connect(self._note_doubts)

    @property
    def _workers(self) -> tuple[WorkerThread, ...]:
        return (
            self._run_lane,
            self._small_worker,
            self.read_worker,
            self.render_worker,
            self.file_worker,
            self.measure_worker,
        )

    def hurry(self) -> None:
        """Do only what brings an image to the screen, until `go_on`: threads slow each other down."""
        for worker in (self._small_worker, self.measure_worker):
            worker.pause(_STARTING)

    def go_on(self) -> None:
        """Do everything, and load the engine unless that is done."""
        self._prefetch.close()
        for worker in (self._small_worker, self.measure_worker):
            worker.resume(_STARTING)
        self.runner.load()

    def _give_way(self) -> None:
        """Measure nothing more while an image is drawn."""
        if self.render_worker.is_busy:
            self.measure_worker.pause(_DRAWING)
        else:
            self.measure_worker.resume(_DRAWING)

    def close(self) -> None:
        """End every thread and process, each after the job that it has in work."""
        self.deferred.close()
        self.runner.close()
        for worker in self._workers:
            worker.close()

    def _remove(self, folder: Path) -> None:
        # After what is being saved out of it: that waits in the same thread.
        self.file_worker.submit(lambda: rmtree(folder, ignore_errors=True))

    def _note_doubts(self, exposure: Exposure, stage: str) -> None:
        # What is known may be of an image that has been replaced since.
        if self.effects.find(exposure, stage) is not None:
            self.open_exposures.set_doubts(exposure, stage, self.effects.unmet(exposure, stage))

    def _write_down(self, exposure: Exposure, verdict: Verdict) -> None:
        product = exposure.product

        def complain(error: BaseException) -> None:
            self.verdict_not_kept.emit(f"Your verdict could not be written down ({error}); free some disk space.")

        self.file_worker.submit(lambda: self._verdict_store.add(product, verdict), failed=complain, lasts=True)
