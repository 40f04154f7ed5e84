"""Worker threads, and the controllers that use them."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import rmtree
from typing import Final

from PySide6.QtCore import QObject, Signal

from wfsgui.core.assess.inputs import ModelStar
from wfsgui.core.files.verdict_store import VerdictStore
from wfsgui.core.judgement.verdicts import Verdict
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.prefetch import Prefetch
from wfsgui.core.quip.operations import OperationIntake
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.assess.strehl_ratios import StrehlRatios
from wfsgui.gui.engine_api import Engine
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.opener import Opener
from wfsgui.gui.exposures.preview_memory import PreviewMemory
from wfsgui.gui.exposures.saver import Saver
from wfsgui.gui.exposures.thumbnails import Thumbnails
from wfsgui.gui.measure.star_finder import StarFinder
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.runs.parity_control import ParityControl
from wfsgui.gui.runs.review_stops import ReviewStops
from wfsgui.gui.runs.run_control import RunControl
from wfsgui.gui.runs.verdict_control import VerdictControl
from wfsgui.gui.steps.step_effects import StepEffects
from wfsgui.gui.threads.deferred_work import DeferredWork
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["Services"]

# How long the GUI thread waits for each busy thread, each time that it wakes up, s.
_SWITCH_S: Final = 0.0005
# Reasons for pausing worker threads.
_STARTING: Final = "the first image comes first"
_DRAWING: Final = "an image is drawn"


class Services(QObject):
    """Worker threads and controllers of the window, without widgets.

    Runs and display have threads of their own: neither waits for the other.

    Parameters
    ----------
    engine : Engine
        The calibration engine.
    folder : Path
        The session's own folder.
    verdict_store : VerdictStore
        Keeps the verdicts of the analyst.
    prefetch : Prefetch
        Reads the files that are opened first.
    model_star : ModelStar, optional
        Computes the model star for Strehl ratios; None to leave these out.

    Attributes
    ----------
    open_exposures : OpenExposures
        The exposures.
    runner, control : EngineRunner, RunControl
        Runs them.
    stops, verdicts : ReviewStops, VerdictControl
        Step-by-step review of the runs.
    operations : OperationIntake
        Operation files of QUIP that were opened.
    opener, saver : Opener, Saver
        Opens files, and saves results.
    parity : ParityControl
        Compares results with those of the official pipeline.
    preview_memory, thumbnails : PreviewMemory, Thumbnails
        Images of the exposures.
    stars : StarFinder
        Positions of the stars.
    assessments : Assessments
        Assessments of the exposures.
    verdict_store : VerdictStore
        Verdicts of all sessions.
    model_star : ModelStar or None
        Computes the model star for Strehl ratios.
    effects : StepEffects
        Effects of the steps.
    deferred : DeferredWork
        Work of the GUI thread that can wait.
    read_worker, render_worker, file_worker, measure_worker : WorkerThread
        Threads that read images, draw them, read and write files, and measure.
    small_worker, search_worker, aside_worker, crds_worker : WorkerThread
        Threads that make thumbnails, search for companions, wait for other programs, and for CRDS.
    closing : Signal()
        Work that takes long is to be stopped now.
    crashed : Signal(BaseException)
        An unexpected exception in a worker thread.
    verdict_not_kept : Signal(str)
        A verdict could not be written to the verdict store: why, in one sentence.
    """

    closing = Signal()
    crashed = Signal(object)
    verdict_not_kept = Signal(str)

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        verdict_store: VerdictStore,
        prefetch: Prefetch,
        model_star: ModelStar | None = None,
    ) -> None:
        super().__init__()
        sys.setswitchinterval(_SWITCH_S)
        self.verdict_store, self._prefetch = verdict_store, prefetch
        self._engine_worker, self.small_worker = WorkerThread(self), WorkerThread(self)
        self.read_worker, self.render_worker = WorkerThread(self), WorkerThread(self)
        self.file_worker, self.measure_worker = WorkerThread(self), WorkerThread(self)
        self.aside_worker, self.search_worker = WorkerThread(self), WorkerThread(self)
        self.crds_worker = WorkerThread(self)
        self.deferred = DeferredWork(self)
        for worker in self._workers:
            worker.unhandled.connect(self.crashed)
        self.render_worker.busy_changed.connect(self._pause_measuring)
        self.open_exposures = OpenExposures(self)
        self.runner = EngineRunner(engine, self._engine_worker, folder, self)
        self.stops = ReviewStops(self.open_exposures)
        self.control = RunControl(self.open_exposures, self.runner, self.stops, self)
        self.verdicts = VerdictControl(self.open_exposures, self.control, self.stops, self)
        self.operations = OperationIntake(prefetch.take_in)
        self.opener = Opener(self.open_exposures, verdict_store, self.file_worker, self.operations.take_in, self)
        self.saver = Saver(self.open_exposures, engine, self.file_worker, self)
        self.parity = ParityControl(self.open_exposures, engine, self.aside_worker, self)
        self.closing.connect(self.parity.stop)
        self.preview_memory = PreviewMemory(self.open_exposures, self.small_worker, folder / "planes", self)
        self.thumbnails = Thumbnails(self.open_exposures, self.small_worker, self)
        self.stars = StarFinder(self.open_exposures, self.measure_worker, self)
        self.assessments = Assessments(self.measure_worker, self)
        self.model_star = model_star
        if model_star is not None:
            StrehlRatios(self.assessments, self.aside_worker, model_star, self)
        self.effects = StepEffects(self.measure_worker, self)
        self.verdicts.decided.connect(self._store)
        self.runner.folder_released.connect(self._remove_folder)
        # Before the effects: the SBR is to be known soon after a step.
        self.control.step_done.connect(lambda exposure, _step: self.assessments.note(exposure))
        self.control.step_done.connect(self.effects.note)
        self.control.step_done.connect(self.preview_memory.check)
        self.open_exposures.removed.connect(self.assessments.forget)
        self.open_exposures.removed.connect(self.effects.forget)
        self.preview_memory.moved.connect(self.assessments.take_moved)
        self.effects.known.connect(self._note_doubts)

    @property
    def _workers(self) -> tuple[WorkerThread, ...]:
        return (
            self._engine_worker,
            self.small_worker,
            self.read_worker,
            self.render_worker,
            self.file_worker,
            self.measure_worker,
            self.aside_worker,
            self.search_worker,
            self.crds_worker,
        )

    def hurry(self) -> None:
        """Pause all work but opening and drawing the first image, until `go_on`: threads slow each other down."""
        for worker in (self.small_worker, self.measure_worker):
            worker.pause(_STARTING)

    def go_on(self) -> None:
        """Resume all work, and load the engine unless that is done."""
        self._prefetch.close()
        for worker in (self.small_worker, self.measure_worker):
            worker.resume(_STARTING)
        self.runner.load()

    def _pause_measuring(self) -> None:
        """Start no measurement while an image is drawn."""
        if self.render_worker.is_busy:
            self.measure_worker.pause(_DRAWING)
        else:
            self.measure_worker.resume(_DRAWING)

    def close(self) -> None:
        """End every thread and process, each after the job that it is doing."""
        self.closing.emit()
        self.deferred.close()
        self.runner.close()
        for worker in self._workers:
            worker.close()

    def _remove_folder(self, folder: Path) -> None:
        # After results in it have been saved, which the same thread does.
        self.file_worker.submit(lambda: rmtree(folder, ignore_errors=True))

    def _note_doubts(self, exposure: Exposure, stage: str) -> None:
        # The effect may be that of an image that has been replaced since.
        if self.effects.find(exposure, stage) is not None:
            self.open_exposures.set_doubts(exposure, stage, self.effects.unmet(exposure, stage))

    def _store(self, exposure: Exposure, verdict: Verdict) -> None:
        product, serial, branch = exposure.product, exposure.serial, exposure.branch

        def report(error: BaseException) -> None:
            self.verdict_not_kept.emit(f"Your verdict could not be written down ({error}); free some disk space.")

        self.file_worker.submit(
            lambda: self.verdict_store.add(product, verdict, serial, branch), failed=report, lasts=True
        )
