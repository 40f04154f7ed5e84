"""Chooses the stage on screen, and shows its image."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from wfsgui.core.model.exposure import Exposure, Stage, StageState
from wfsgui.core.model.stages import CAL, RATE, title
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.image.view import ImageView
from wfsgui.gui.threads.deferred_work import DeferredWork
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["StagePresenter"]


class StagePresenter(QObject):
    """Show a stage; while the latest stage is shown, follow the run.

    Parameters
    ----------
    open_exposures : OpenExposures
        The exposures.
    image : ImageView
        Shows images.
    worker : WorkerThread
        Thread that reads files.
    deferred : DeferredWork
        Defers updates after changes by a run.
    read_image : callable
        `wfsgui.core.files.planes.read_image`, or a replacement.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    exposure : Exposure or None
        The exposure on screen.
    stage : str
        Its stage on screen.
    shown : Signal(Exposure or None, str)
        Another stage is on screen, or the stage on screen has changed.
    """

    shown = Signal(object, str)

    def __init__(
        self,
        open_exposures: OpenExposures,
        image: ImageView,
        worker: WorkerThread,
        deferred: DeferredWork,
        read_image: Callable[[Path], StepImage],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.exposure: Exposure | None = None
        self.stage = RATE
        self._image = image
        self._worker = worker
        self._deferred = deferred
        self._read_image = read_image
        self._follows = True
        self._on_screen: StepImage | None = None
        self._reading: Job | None = None
        self._reading_key: tuple[str, str, Path] | None = None
        open_exposures.changed.connect(self._note)

    def show_exposure(self, exposure: Exposure | None) -> None:
        """Show the failed step of an exposure, or its latest stage; nothing for None."""
        if exposure is self.exposure:
            return
        self.exposure = exposure
        self._follows = True
        self._show(exposure.first_to_look_at.name if exposure else RATE)

    def show_stage(self, stage: str) -> None:
        """Show a stage of the exposure on screen, or a message if it has no image yet."""
        if self.exposure is None or self.exposure.stages[stage].state is StageState.NOT_APPLICABLE:
            return
        self._follows = stage == self.exposure.first_to_look_at.name
        self._show(stage)

    def _note(self, exposure: Exposure) -> None:
        if exposure is self.exposure:
            # The end of a step and the beginning of the next one are two changes, shown together.
            self._deferred.do("stage", self._refresh)

    def _refresh(self) -> None:
        exposure = self.exposure
        if exposure is None:
            return
        self._show(exposure.first_to_look_at.name if self._follows else self.stage)
        self._follows = self.stage == exposure.first_to_look_at.name

    def _show(self, stage: str) -> None:
        self.stage = stage
        exposure = self.exposure
        if exposure is None:
            self._put(None)
            self._image.show_message("")
        elif exposure.stages[stage].image is not None:
            self._put(exposure.stages[stage].image)
        elif (path := _file_of(exposure, stage)) is not None:
            self._read(exposure, stage, path)
        else:
            self._put(None)
            self._image.show_message(_why_no_image(exposure.stages[stage]))
        self.shown.emit(exposure, stage)

    def _put(self, step_image: StepImage | None) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if step_image is not None and step_image is not self._on_screen and self.exposure is not None:
            self._image.show_image(step_image, identity=self.exposure.key, wcs=self.exposure.wcs)
        self._on_screen = step_image

    def _read(self, exposure: Exposure, stage: str, path: Path) -> None:
        if self._reading is not None and self._reading_key == (exposure.key, stage, path):
            return
        self._put(None)
        self._reading_key = (exposure.key, stage, path)
        self._image.show_message(f"Reading {path.name}...")
        self._reading = self._worker.submit(
            lambda: self._read_image(path),
            lambda step_image: self._take(exposure, stage, path, step_image),
            lambda error: self._report_error(path, error),
        )

    def _take(self, exposure: Exposure, name: str, path: Path, step_image: StepImage) -> None:
        self._reading = None
        stage = exposure.stages[name]
        # The exposure may have been run again meanwhile.
        if stage.image is None and path == _file_of(exposure, name):
            stage.image = step_image
        if exposure is self.exposure and self.stage == name and stage.image is not None:
            self._put(stage.image)
            self.shown.emit(exposure, name)

    def _report_error(self, path: Path, error: BaseException) -> None:
        self._reading = None
        self._image.show_message(str(error) or f"{path.name} cannot be read.")


def _file_of(exposure: Exposure, stage: str) -> Path | None:
    """Return the file with the image of a stage; None if the image comes from a run only."""
    if stage == RATE:
        return exposure.product.science.path
    has_result = stage == CAL and exposure.stages[CAL].state.has_run
    return exposure.result if has_result else None


def _why_no_image(stage: Stage) -> str:
    match stage.state:
        case StageState.RUNNING:
            return f"{title(stage.name)} is running..."
        case StageState.FAILED:
            return stage.reason
        case _ if stage.state.has_run:
            return f"The image of {title(stage.name)} is not kept; run the exposure again to see it."
        case _:
            return f"{title(stage.name)} has not been run yet."
